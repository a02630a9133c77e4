"""Meta Business Suite: the daily charts of a page or an Instagram account, one metric a table, its name on
the line above (EN, FR).
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target

TITLE = "strip_accents(lower(coalesce(_title, '')))"
METRICS = (
    ("viewers|spectateurs", "viewers"),
    ("view|vues|impression", "views"),
    ("reach|couverture|portee", "reach"),
    ("link click|clics sur (un|le) lien|clics sur les liens", "link_clicks"),
    ("unfollow|desabonnement|ne plus suivre", "unfollows"),
    ("follow|like|abonne|j.aime|abonnement", "follows"),
    ("visit", "visits"),
    ("interaction|engagement", "interactions"),
)
METRIC = (
    "case "
    + " ".join(f"when regexp_matches({TITLE}, '{pattern}') then '{metric}'" for pattern, metric in METRICS)
    + f" else nullif({TITLE}, '') end"
)
NETWORK = f"case when {TITLE} like '%instagram%' then 'instagram' else 'facebook' end"

FORMAT = Format(
    name="meta_suite_insights",
    title="Meta Business Suite insights",
    source="meta_business_suite",
    columns=(
        Column("day", ("Date", "Jour"), "date", required=True),
        Column("value", ("Primary", "Principal", "Principale", "Primaire"), "decimal", required=True),
    ),
    targets=(
        Target(
            "meta_business_suite",
            "insight",
            {"account_id": "_account", "network": NETWORK, "metric": METRIC, "date": "day", "value": "value"},
            key=("account_id", "network", "metric", "date"),
            account="account_id",
        ),
    ),
    signature=("day", "value"),
    languages=("en", "fr"),
    grain="day",
    preamble=(r"^(?!sep=)(?P<title>[^,;\t]+)$",),
    needs=("account",),
)
