"""LinkedIn Pages: figures of all updates by day (the sheet of metrics; EN, FR). Days are UTC."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

FORMAT = Format(
    name="linkedin_page_days",
    title="LinkedIn Pages updates by day",
    source="linkedin_pages",
    columns=(
        Column("day", ("Date",), "date", required=True),
        Column(
            "organic_impressions",
            ("Impressions (organic)", "Impressions (organiques)", "Impressions (naturelles)"),
            "integer",
        ),
        Column(
            "impressions",
            ("Impressions (total)", "Impressions (totales)", "Impressions (au total)"),
            "integer",
            required=True,
        ),
        Column(
            "clicks",
            ("Clicks (total)", "Clics (total)", "Clics (totaux)", "Clics (au total)"),
            "integer",
            required=True,
        ),
        Column("reactions", ("Reactions (total)", "Réactions (total)", "Réactions (totales)"), "integer"),
        Column("comments", ("Comments (total)", "Commentaires (total)", "Commentaires (totaux)"), "integer"),
        Column(
            "shares",
            (
                "Reposts (total)",
                "Shares (total)",
                "Republications (total)",
                "Partages (total)",
                "Partages (totaux)",
                "Republications (totales)",
            ),
            "integer",
        ),
    ),
    targets=(
        Target(
            "linkedin_pages",
            "organization_daily_statistic",
            {
                "organization_id": "_account",
                "day": "day",
                "impression_count": "impressions",
                "click_count": "clicks",
            },
            day="day",
            account="organization_id",
        ),
    ),
    signature=("day", "impressions", "clicks"),
    languages=("en", "fr"),
    grain="day",
    file_names=(r"content_\d+", r"updates_\d+", r"_content", r"_updates"),
    needs=("account",),
    dates="mdy",
)
