"""Google Ads: the report of campaigns by day, with or without device and network (EN, FR)."""

from __future__ import annotations

from leadline.land.format import Format, Target
from leadline.land.formats import google_ads_columns as shared

CAMPAIGN_DAYS = Target(
    "google_ads",
    "campaign_stats",
    {
        "_fivetran_id": "_row",
        "customer_id": shared.ACCOUNT_ID,
        "date": f"coalesce(day, {shared.ONE_DAY})",
        "ad_network_type": shared.NETWORK,
        "device": shared.DEVICE,
        "id": shared.CAMPAIGN_KEY,
        "impressions": "impressions",
        "clicks": "clicks",
        "interactions": "interactions",
        "cost_micros": "micros(cost)",
        "conversions": "conversions",
        "conversions_value": "conversion_value",
        "view_through_conversions": "view_through_conversions",
    },
    day="date",
    account="customer_id",
)

FORMAT = Format(
    name="google_ads_campaigns",
    title="Google Ads campaign report",
    source="google_ads",
    columns=(
        shared.DAY,
        *shared.COARSE_PERIODS,
        *shared.ACCOUNT,
        shared.CAMPAIGN,
        shared.CAMPAIGN_ID,
        *shared.CAMPAIGN_DETAILS,
        *shared.SEGMENTS,
        *shared.PARTIAL,
        *shared.FIGURES,
    ),
    targets=(CAMPAIGN_DAYS, shared.CAMPAIGNS, shared.ACCOUNTS),
    signature=("campaign", "cost"),
    languages=("en", "fr"),
    footers=shared.TOTALS,
    preamble=shared.PREAMBLE,
    needs=("account", "currency"),
    checks=(shared.WHOLE, shared.BY_DAY),
)
