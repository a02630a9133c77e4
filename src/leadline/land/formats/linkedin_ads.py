"""LinkedIn Campaign Manager: performance of campaigns or ads by day, and of whole periods (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats.expressions import first_known, own_id
from leadline.land.refusals import Refusal, Rows

COLUMNS = (
    Column(
        "starts",
        (
            "Start Date (in {time_zone})",
            "Start Date",
            "Date de début (en {time_zone})",
            "Date de début ({time_zone})",
            "Date de début",
            "Date",
            "Day",
            "Jour",
        ),
        "date",
        required=True,
    ),
    Column(
        "ends",
        (
            "End Date (in {time_zone})",
            "End Date",
            "Date de fin (en {time_zone})",
            "Date de fin ({time_zone})",
            "Date de fin",
        ),
        "date",
    ),
    Column("account_name", ("Account Name", "Nom du compte")),
    Column("account", ("Account ID", "ID du compte", "ID de compte", "Identifiant du compte")),
    Column("currency", ("Currency", "Devise"), "currency"),
    Column(
        "campaign_group",
        ("Campaign Group Name", "Campaign Group", "Nom du groupe de campagnes", "Groupe de campagnes"),
    ),
    Column("campaign_group_id", ("Campaign Group ID", "ID du groupe de campagnes")),
    Column("campaign", ("Campaign Name", "Campaign", "Nom de la campagne", "Campagne")),
    Column("campaign_id", ("Campaign ID", "ID de la campagne", "ID de campagne")),
    Column("campaign_type", ("Campaign Type", "Type de campagne")),
    Column("ad", ("Ad Name", "Creative Name", "DSC Name", "Nom de la publicité")),
    Column("ad_id", ("Ad ID", "Creative ID", "ID de la publicité")),
    Column(
        "spend",
        ("Total Spent", "Total dépensé", "Montant total dépensé", "Total des dépenses"),
        "money",
        required=True,
    ),
    Column("impressions", ("Impressions",), "integer"),
    Column("clicks", ("Clicks", "Clics"), "integer"),
    Column(
        "landing_page_clicks",
        (
            "Clicks to Landing Page",
            "Landing Page Clicks",
            "Clics vers la page de destination",
            "Clics vers la page d’accueil",
        ),
        "integer",
    ),
    Column("conversions", ("Conversions",), "decimal"),
    Column(
        "conversion_value",
        ("Total Conversion Value", "Conversion Value", "Valeur totale des conversions"),
        "money",
    ),
    Column("leads", ("Leads", "Prospects"), "integer"),
    Column("reach", ("Reach", "Couverture", "Portée"), "integer"),
    Column("average_frequency", ("Average Frequency", "Avg. Frequency", "Fréquence moyenne"), "decimal"),
    Column("ctr", ("Click Through Rate", "Average CTR", "Taux de clics", "Taux de clics moyen"), "percent"),
    Column("average_cpc", ("Average CPC", "CPC moyen"), "money"),
)
CAMPAIGN = own_id("campaign_id", "linkedin_ads", "campaign_group", "campaign")
GROUP = own_id("campaign_group_id", "linkedin_ads", "campaign_group")
HAS_GROUP = f"{first_known('campaign_group', 'campaign_group_id')} is not null"
IS_DAY = "(ends is null or starts = ends)"

CAMPAIGN_DAYS = Target(
    "linkedin_ads",
    "ad_analytics_by_campaign",
    {
        # The raw table has no account: it tells only which days a newer export replaces.
        "account_id": "_account",
        "campaign_id": CAMPAIGN,
        "day": "cast(starts as timestamp)",
        "impressions": "impressions",
        "clicks": "clicks",
        "landing_page_clicks": "landing_page_clicks",
        "cost_in_local_currency": "spend",
        "cost_in_usd": "case when _currency = 'USD' then spend end",
        "external_website_conversions": "conversions",
        "conversion_value_in_local_currency": "conversion_value",
        "one_click_leads": "leads",
        "approximate_unique_impressions": "reach",
    },
    day="day",
    where=IS_DAY,
    account="account_id",
    sums=(
        "impressions",
        "clicks",
        "landing_page_clicks",
        "cost_in_local_currency",
        "cost_in_usd",
        "external_website_conversions",
        "conversion_value_in_local_currency",
        "one_click_leads",
    ),
    alone=("approximate_unique_impressions",),
)
PERIODS = Target(
    "linkedin_ads",
    "ad_analytics_by_period",
    {
        "account_id": "_account",
        "campaign_id": f"case when {first_known('campaign', 'campaign_id')} is not null then {CAMPAIGN} end",
        "date_start": "starts",
        "date_end": "ends",
        "impressions": "impressions",
        "approximate_unique_impressions": "reach",
    },
    day="date_end",
    where="starts < ends and ad is null and ad_id is null",
    account="account_id",
    scope=("date_start",),
)
GROUPS = Target(
    "linkedin_ads",
    "campaign_group_history",
    {"id": GROUP, "last_modified_time": "_exported_at", "account_id": "_account", "name": "campaign_group"},
    key=("id", "name"),
    where=HAS_GROUP,
    distinct=True,
    account="account_id",
)
CAMPAIGNS = Target(
    "linkedin_ads",
    "campaign_history",
    {
        "id": CAMPAIGN,
        "last_modified_time": "_exported_at",
        "account_id": "_account",
        "campaign_group_id": f"case when {HAS_GROUP} then {GROUP} end",
        "name": "campaign",
    },
    key=("account_id", "id", "name"),
    distinct=True,
    account="account_id",
)
ACCOUNTS = Target(
    "linkedin_ads",
    "account_history",
    {
        "id": "_account",
        "last_modified_time": "_exported_at",
        "name": "coalesce(account_name, _account)",
        "currency": "_currency",
    },
    key=("id",),
    distinct=True,
    account="id",
)


def placed(rows: Rows) -> Refusal | None:
    """Refuses rows of several days, but for campaigns with their reach: periods are kept of those."""
    if not rows.has("ends"):
        return None
    finer = [f"{column} is not null" for column in ("ad", "ad_id") if rows.has(column)]
    useless = "reach is null" if rows.has("reach") else "true"
    many = rows.count(f"starts < ends and ({' or '.join([useless, *finer])})")
    if not many:
        return None
    return Refusal(
        "whole-period",
        f"{many:,} rows cover several days each, and days are needed (of a period, only reach is kept)",
        found=rows.values("starts || ' to ' || ends")[:5],
        fix="in Campaign Manager export with the time breakdown Daily",
    )


FORMAT = Format(
    name="linkedin_ads",
    title="LinkedIn Campaign Manager report",
    source="linkedin_ads",
    columns=COLUMNS,
    targets=(CAMPAIGN_DAYS, PERIODS, GROUPS, CAMPAIGNS, ACCOUNTS),
    signature=("starts", "campaign", "spend"),
    languages=("en", "fr"),
    footers=(Footer(r"^(grand )?total\s*$", sums=("spend", "impressions", "clicks")),),
    preamble=(
        r"^(?P<title>.*performance report)(?: \(in (?P<time_zone>.+)\))?$",
        r"^(?P<title>rapport .*performances?.*?)(?: \(en (?P<time_zone>.+)\))?$",
        # A first day without the last one says nothing of the period.
        r"^report start\s*:\s*(?P<start>[^,]*\d{4}).*report end\s*:\s*(?P<end>[^,]*\d{4})",
    ),
    needs=("account", "currency"),
    checks=(placed,),
    dates="mdy",
)
