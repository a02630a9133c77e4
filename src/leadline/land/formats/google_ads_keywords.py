"""Google Ads: the report of search keywords by day, with quality score (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats import google_ads_columns as shared
from leadline.land.formats.expressions import own_id

KEYWORD = (
    Column(
        "keyword",
        (
            "Search keyword",
            "Keyword",
            "Mot clé",
            "Mot-clé",
            "Mot clé pour le Réseau de Recherche",
            "Mots clés",
        ),
        required=True,
    ),
    Column(
        "keyword_id", ("Keyword ID", "Search keyword ID", "ID du mot clé", "ID de mot clé", "ID du mot-clé")
    ),
    Column(
        "match_type",
        (
            "Match type",
            "Search keyword match type",
            "Keyword match type",
            "Type de correspondance",
            "Type de corresp.",
        ),
    ),
    Column("ad_group", ("Ad group", "Ad group name", "Groupe d'annonces", "Nom du groupe d'annonces")),
    Column("ad_group_id", ("Ad group ID", "ID du groupe d'annonces", "ID de groupe d'annonces")),
    Column(
        "quality_score",
        ("Quality Score", "Quality score", "Qual. score", "Niveau de qualité", "Niv. de qualité"),
        "integer",
    ),
)

KEYWORD_DAYS = Target(
    "google_ads",
    "keyword_stats",
    {
        "_fivetran_id": "_row",
        "customer_id": shared.ACCOUNT_ID,
        "date": f"coalesce(day, {shared.ONE_DAY})",
        "campaign_id": shared.CAMPAIGN_KEY,
        "ad_group_id": own_id("ad_group_id", "google_ads", "campaign", "ad_group", account=shared.ACCOUNT_ID),
        "ad_group_criterion_criterion_id": own_id(
            "keyword_id",
            "google_ads",
            "campaign",
            "ad_group",
            "keyword",
            "match_type",
            account=shared.ACCOUNT_ID,
        ),
        # Marks of the match type ([exact], "phrase") are not part of the keyword.
        "keyword_text": "regexp_replace(keyword, '^[\"\\[]|[\"\\]]$', '', 'g')",
        "ad_network_type": shared.NETWORK,
        "device": shared.DEVICE,
        "impressions": "impressions",
        "clicks": "clicks",
        "cost_micros": "micros(cost)",
        "conversions": "conversions",
        "conversions_value": "conversion_value",
        "quality_score": "quality_score",
    },
    day="date",
    account="customer_id",
)

FORMAT = Format(
    name="google_ads_keywords",
    title="Google Ads search keyword report",
    source="google_ads",
    columns=(
        shared.DAY,
        *shared.COARSE_PERIODS,
        *shared.ACCOUNT,
        *KEYWORD,
        Column(
            "keyword_status",
            ("Keyword status", "Search keyword status", "État du mot clé", "État des mots clés"),
        ),
        shared.CAMPAIGN,
        shared.CAMPAIGN_ID,
        *shared.CAMPAIGN_DETAILS,
        *shared.SEGMENTS,
        *shared.PARTIAL,
        *shared.FIGURES,
    ),
    targets=(KEYWORD_DAYS, shared.CAMPAIGNS, shared.ACCOUNTS),
    signature=("keyword", "campaign", "cost"),
    languages=("en", "fr"),
    footers=shared.TOTALS,
    preamble=shared.PREAMBLE,
    needs=("account", "currency"),
    checks=(shared.WHOLE, shared.BY_DAY),
)
