"""TikTok Ads Manager: reports of campaigns, ad groups or ads by day (EN, FR)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats.ad_reports import accounts, campaigns, has_any, headers
from leadline.land.formats.checks import days_known
from leadline.land.formats.expressions import own_id

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

COLUMNS = (
    Column(
        "day",
        ("By Day", "Date", "Day", "Par jour", "Jour", "stat_time_day", "Time (day)"),
        "date",
    ),
    Column(
        "account_name",
        ("Account name", "Advertiser name", "Ad account name", "Nom du compte", "Nom de l’annonceur"),
    ),
    Column("account", ("Account ID", "Advertiser ID", "Ad account ID", "ID du compte", "ID de l’annonceur")),
    Column("currency", ("Currency", "Devise"), "currency"),
    Column("time_zone", ("Time zone", "Timezone", "Fuseau horaire")),
    Column("campaign", ("Campaign name", "Campaign", "Nom de la campagne", "Campagne")),
    Column("campaign_id", ("Campaign ID", "ID de la campagne", "ID de campagne")),
    Column("objective", ("Objective", "Advertising objective", "Objectif", "Objectif publicitaire")),
    Column(
        "ad_group",
        ("Ad group name", "Ad Group Name", "Nom du groupe d’annonces", "Nom du groupe publicitaire"),
    ),
    Column("ad_group_id", ("Ad group ID", "ID du groupe d’annonces", "ID du groupe publicitaire")),
    Column("ad", ("Ad name", "Nom de l’annonce", "Nom de la publicité")),
    Column("ad_id", ("Ad ID", "ID de l’annonce", "ID de la publicité")),
    Column(
        "cost",
        ("Cost", "Coût", "Spend", "Total cost", "Coût total", "Cost ({currency})"),
        "money",
        required=True,
    ),
    Column("impressions", ("Impressions", "Impression"), "integer"),
    Column("clicks", ("Clicks (destination)", "Destination clicks", "Clics (destination)"), "integer"),
    Column("all_clicks", ("Clicks (all)", "Clicks", "Clics (tous)", "Clics"), "integer"),
    Column("conversions", ("Conversions", "Conversion", "Total conversions"), "decimal"),
    Column("results", ("Results", "Result", "Résultats", "Résultat"), "decimal"),
    Column(
        "conversion_value",
        (
            "Total purchase value",
            "Total complete payment value",
            "Purchase value (website)",
            "Complete payment value (website)",
            "Valeur totale des achats",
            "Valeur totale des paiements effectués",
        ),
        "money",
    ),
    Column("reach", ("Reach", "Couverture", "Portée"), "integer"),
    Column("cpc", ("CPC (destination)", "CPC"), "money"),
    Column("cpm", ("CPM",), "money"),
    Column("ctr", ("CTR (destination)", "CTR"), "percent"),
)
CAMPAIGN = own_id("campaign_id", "tiktok_ads", "campaign")
DAYS = Target(
    "tiktok_ads",
    "campaign_performance_daily",
    {
        "_fivetran_id": "_row",
        "account_id": "_account",
        "date": "coalesce(day, case when _period_start = _period_end then _period_start end)",
        "campaign_id": CAMPAIGN,
        "impressions": "impressions",
        "clicks": "coalesce(clicks, all_clicks)",
        "spend": "cost",
        "conversions": "conversions",
        "revenue": "conversion_value",
        "reach": "case when coalesce(ad_group, ad_group_id, ad, ad_id) is null then reach end",
    },
    day="date",
    account="account_id",
)
CAMPAIGNS = campaigns(
    "tiktok_ads", CAMPAIGN, {"objective": "upper(replace(nullif(objective, '--'), ' ', '_'))"}
)
ACCOUNTS = accounts("tiktok_ads")

# Campaign and cost are in many platforms' reports; these are in TikTok's only.
OWN = headers(
    "By Day",
    "Par jour",
    "stat_time_day",
    "Clicks (destination)",
    "CPC (destination)",
    "CTR (destination)",
    "Clics (destination)",
    "Destination clicks",
    "Advertiser name",
    "Advertiser ID",
    "Ad group name",
    "2-second video views",
    "6-second video views",
    "Cost per 1,000 people reached",
    "Nom du groupe d’annonces",
    "Vues de vidéo de 2 secondes",
    "Vues de vidéo de 6 secondes",
    "Coût pour 1 000 personnes touchées",
)


def of_tiktok(table: SourceTable) -> SourceTable | None:
    """The table, where a header is TikTok's."""
    return table if has_any(table, OWN) else None


FORMAT = Format(
    name="tiktok_ads",
    title="TikTok Ads Manager report",
    source="tiktok_ads",
    columns=COLUMNS,
    targets=(DAYS, CAMPAIGNS, ACCOUNTS),
    signature=("campaign", "cost"),
    languages=("en", "fr"),
    footers=(Footer(r"^total( (of|de|sur) \d+ .*)?$", sums=("cost", "impressions")),),
    needs=("account", "currency"),
    checks=(days_known("in the report add the dimension By Day, and export again"),),
    reshape=of_tiktok,
)
