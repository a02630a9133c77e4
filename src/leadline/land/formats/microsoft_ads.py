"""Microsoft Ads: the campaign performance report by day (EN, FR, and the names of the API's own CSV)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats.ad_reports import accounts, campaigns, has_any, headers
from leadline.land.formats.expressions import first_known, own_id, words

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

COLUMNS = (
    Column(
        "day",
        (
            "Gregorian date",
            "Date",
            "Day",
            "TimePeriod",
            "GregorianDate",
            "Date grégorienne",
            "Jour",
            "Période",
        ),
        "date",
        required=True,
    ),
    Column("account_name", ("Account name", "Account", "AccountName", "Nom du compte", "Compte")),
    Column("account", ("Account number", "AccountNumber", "Numéro de compte", "Numéro du compte")),
    Column("account_id", ("Account ID", "AccountId", "ID du compte", "ID de compte")),
    Column(
        "currency",
        ("Currency code", "Currency", "CurrencyCode", "Code de devise", "Code de la devise", "Devise"),
        "currency",
    ),
    Column("time_zone", ("Time zone", "TimeZone", "Fuseau horaire")),
    Column(
        "campaign",
        ("Campaign", "Campaign name", "CampaignName", "Campagne", "Nom de la campagne"),
        required=True,
    ),
    Column("campaign_id", ("Campaign ID", "CampaignId", "ID de campagne", "ID de la campagne")),
    Column("campaign_type", ("Campaign type", "CampaignType", "Type de campagne")),
    Column(
        "campaign_status",
        ("Campaign status", "CampaignStatus", "Statut de la campagne", "État de la campagne"),
    ),
    Column("ad_group", ("Ad group", "AdGroupName", "Groupe d’annonces")),
    Column("device", ("Device type", "Device", "DeviceType", "Type d’appareil", "Appareil")),
    Column(
        "network", ("Network", "Ad distribution", "AdDistribution", "Réseau", "Distribution des annonces")
    ),
    Column("impressions", ("Impr.", "Impressions"), "integer"),
    Column("clicks", ("Clicks", "Clics"), "integer"),
    Column("spend", ("Spend", "Dépense", "Dépenses", "Montant dépensé"), "money", required=True),
    Column("conversions", ("Conv.", "Conversions", "Conv"), "decimal"),
    Column("revenue", ("Revenue", "Revenus", "Revenu", "Conv. value", "Chiffre d’affaires"), "money"),
    Column("ctr", ("CTR", "CTR (%)", "Ctr", "Taux de clics"), "percent"),
    Column("average_cpc", ("Avg. CPC", "AverageCpc", "CPC moy."), "money"),
)
CAMPAIGN = own_id("campaign_id", "microsoft_ads", "campaign")
DEVICE = words(
    "device",
    {
        "MOBILE": ("Smartphone", "Smartphones", "Mobile", "Other mobile"),
        "DESKTOP": ("Computer", "Computers", "Desktop", "Ordinateur", "Ordinateurs", "PC"),
        "TABLET": ("Tablet", "Tablets", "Tablette", "Tablettes"),
    },
    "'OTHER'",
)
DAYS = Target(
    "microsoft_ads",
    "campaign_performance_daily",
    {
        "_fivetran_id": "_row",
        "account_id": "_account",
        "date": "day",
        "campaign_id": CAMPAIGN,
        "device_type": DEVICE,
        "network": "network",
        "impressions": "impressions",
        "clicks": "clicks",
        "spend": "spend",
        "conversions": "conversions",
        "revenue": "revenue",
    },
    day="date",
    account="account_id",
)
CAMPAIGNS = campaigns(
    "microsoft_ads",
    CAMPAIGN,
    {"type": first_known("campaign_type"), "status": first_known("campaign_status")},
)
ACCOUNTS = accounts("microsoft_ads")

# Day, campaign and spend are in many platforms' reports; these are in Microsoft's only.
OWN = headers(
    "Gregorian date",
    "GregorianDate",
    "TimePeriod",
    "Date grégorienne",
    "Account number",
    "AccountNumber",
    "Numéro de compte",
    "Impr.",
    "Conv.",
    "Ad distribution",
    "AdDistribution",
    "Customer name",
    "CampaignName",
    "Device type",
    "DeviceType",
    "Bid match type",
    "Delivered match type",
    "Top vs. other",
    "Spend (%)",
)


def of_microsoft(table: SourceTable) -> SourceTable | None:
    """The table, where a header or a line above it is Microsoft's."""
    above = any(
        "microsoft" in line.lower() or line.lower().startswith("report name") for line in table.preamble
    )
    return table if above or has_any(table, OWN) else None


FORMAT = Format(
    name="microsoft_ads",
    title="Microsoft Ads campaign performance report",
    source="microsoft_ads",
    columns=COLUMNS,
    targets=(DAYS, CAMPAIGNS, ACCOUNTS),
    signature=("day", "campaign", "spend"),
    languages=("en", "fr"),
    footers=(
        Footer(r"^((overall )?total|total g[ée]n[ée]ral)( - .*)?$", sums=("spend", "impressions", "clicks")),
        Footer(r"^(©|\(c\)).*microsoft.*$"),
    ),
    preamble=(
        r"^report name\s*:\s*(?P<title>.+)$",
        r"^nom du rapport\s*:\s*(?P<title>.+)$",
        r"^report (?:time|date range|period)\s*:\s*(?P<start>[^,]+?\d{4})\s*[,–-]\s*(?P<end>[^,]+?\d{4})$",
        r"^p[ée]riode du rapport\s*:\s*(?P<start>[^,]+?\d{4})\s*[,–-]\s*(?P<end>[^,]+?\d{4})$",
        r"^time zone\s*:\s*(?P<time_zone>.+)$",
        r"^fuseau horaire\s*:\s*(?P<time_zone>.+)$",
    ),
    needs=("account", "currency"),
    reshape=of_microsoft,
)
