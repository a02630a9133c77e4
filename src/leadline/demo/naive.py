"""Sums over every row of a raw table, versions and duplicates included: the numbers that people usually
get."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

SUMMED: dict[tuple[str, str], tuple[str, ...]] = {
    ("google_ads", "campaign_stats"): ("cost_micros", "clicks", "conversions"),
    ("google_ads", "campaign_conversion_stats"): ("conversions",),
    ("meta_ads", "basic_ad"): ("spend", "clicks", "inline_link_clicks", "reach"),
    ("meta_ads", "basic_ad_actions"): ("value",),
    ("linkedin_ads", "ad_analytics_by_campaign"): ("cost_in_local_currency", "cost_in_usd"),
    ("search_console", "site_report_by_site"): ("clicks", "impressions"),
    ("search_console", "keyword_site_report_by_site"): ("clicks",),
    ("search_console", "page_report"): ("clicks",),
    ("hubspot", "deal"): ("property_amount",),
    ("mailchimp", "campaign_report"): ("ecommerce_total_revenue", "ecommerce_total_orders"),
    ("shopify", "order"): ("subtotal_price",),
}


def add(sums: Counter[str], source: str, table: str, data: pa.Table) -> None:
    """Add a piece of a table to the sums, kept as `source.table.column`, rounded to millionths."""
    for column in SUMMED.get((source, table), ()):
        value = pc.sum(data.column(column)).as_py() or 0
        sums[f"{source}.{table}.{column}"] += round(value * 1_000_000)


def get(sums: Counter[str], name: str) -> float:
    return sums[name] / 1_000_000
