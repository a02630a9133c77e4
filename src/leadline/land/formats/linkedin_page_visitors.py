"""LinkedIn Pages: page views and visitors by day (EN, FR). Days are UTC."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

FORMAT = Format(
    name="linkedin_page_visitors",
    title="LinkedIn Pages visitors",
    source="linkedin_pages",
    columns=(
        Column("day", ("Date",), "date", required=True),
        Column(
            "page_views",
            (
                "Total page views (total)",
                "Nombre total de vues de page (total)",
                "Total des vues de page (total)",
                "Vues de page au total (total)",
            ),
            "integer",
            required=True,
        ),
        Column(
            "unique_visitors",
            (
                "Total unique visitors (total)",
                "Nombre total de visiteurs uniques (total)",
                "Total des visiteurs uniques (total)",
                "Visiteurs uniques au total (total)",
            ),
            "integer",
            required=True,
        ),
    ),
    targets=(
        Target(
            "linkedin_pages",
            "organization_daily_visitor",
            {
                "organization_id": "_account",
                "day": "day",
                "page_views": "page_views",
                "unique_visitors": "unique_visitors",
            },
            day="day",
            account="organization_id",
        ),
    ),
    signature=("day", "page_views", "unique_visitors"),
    languages=("en", "fr"),
    grain="day",
    file_names=(r"visitors?_\d+", r"_visitors"),
    needs=("account",),
    dates="mdy",
)
