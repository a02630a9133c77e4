"""LinkedIn Pages: followers won by day (the sheet of new followers; EN, FR). Days are UTC."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

FORMAT = Format(
    name="linkedin_page_followers",
    title="LinkedIn Pages followers",
    source="linkedin_pages",
    columns=(
        Column("day", ("Date",), "date", required=True),
        Column("sponsored", ("Sponsored followers", "Abonnés sponsorisés", "Abonnés payants"), "integer"),
        Column(
            "organic",
            ("Organic followers", "Abonnés organiques", "Abonnés naturels"),
            "integer",
            required=True,
        ),
        Column(
            "invited",
            ("Auto-invited followers", "Abonnés invités automatiquement", "Abonnés auto-invités"),
            "integer",
        ),
        Column(
            "gained",
            (
                "Total followers",
                "Total des abonnés",
                "Nombre total d'abonnés",
                "Abonnés au total",
                "Total abonnés",
            ),
            "integer",
            required=True,
        ),
    ),
    targets=(
        Target(
            "linkedin_pages",
            "organization_daily_follower",
            {
                "organization_id": "_account",
                "day": "day",
                "organic_follower_gain": "organic + coalesce(invited, 0)",
                "paid_follower_gain": "sponsored",
                "total_follower_gain": "gained",
            },
            day="day",
            account="organization_id",
        ),
    ),
    signature=("day", "organic", "gained"),
    languages=("en", "fr"),
    grain="day",
    file_names=(r"followers?_\d+", r"_followers"),
    needs=("account",),
    dates="mdy",
)
