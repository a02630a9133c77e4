"""Faults planted in a copy of the demonstration warehouse: what was done, and which check must catch it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """A statement that spoils the data, and the check that must fail for it."""

    sql: str
    caught_by: str


def _first(table: str, key: str) -> str:
    return f"{key} = (select min({key}) from marts.{table})"


def _empty(table: str, column: str, key: str) -> Fault:
    sql = f"update marts.{table} set {column} = null where {_first(table, key)}"
    return Fault(sql, f"contract.{table}.{column}.not_null")


def _twice(table: str, key: str) -> Fault:
    sql = f"insert into marts.{table} select * from marts.{table} where {_first(table, key)}"
    return Fault(sql, f"contract.{table}.{key}.unique")


def _gone(table: str, column: str) -> Fault:
    return Fault(f"alter table marts.{table} drop column {column}", f"contract.{table}.columns")


def _late(table: str, days: int = 40) -> Fault:
    sql = f"delete from marts.{table} where date_day > (select max(date_day) - {days} from marts.{table})"
    return Fault(sql, f"freshness.{table}")


def _flood(table: str) -> Fault:
    last = f"(select max(date_day) from marts.{table})"
    sql = f"insert into marts.{table} select t.* from marts.{table} as t, range(9) where date_day = {last}"
    return Fault(sql, f"volume.{table}")


def _typed(table: str, column: str, key: str, text: str) -> Fault:
    sql = f"update marts.{table} set {column} = '{text}' where {_first(table, key)}"
    return Fault(sql, f"pii.{table}")


KEYS = {
    "fct_ad_performance": "ad_performance_key",
    "fct_orders": "order_key",
    "fct_order_lines": "order_line_key",
    "fct_leads": "lead_key",
    "fct_deals": "deal_key",
    "fct_sessions": "session_key",
    "fct_page_views": "page_view_key",
    "fct_email_campaigns": "email_campaign_key",
    "fct_subscribers": "subscriber_key",
    "fct_social_posts": "social_post_key",
    "fct_customers": "customer_key",
    "fct_funnel": "funnel_key",
    "dim_campaign": "campaign_key",
    "dim_person": "person_key",
    "dim_product": "product_key",
    "dim_channel": "channel",
}

NEEDED = {
    "fct_ad_performance": "date_day",
    "fct_orders": "date_day",
    "fct_order_lines": "date_day",
    "fct_sessions": "date_day",
    "fct_page_views": "date_day",
    "fct_customers": "date_day",
    "fct_leads": "source_system",
    "fct_deals": "source_system",
    "fct_email_campaigns": "campaign_key",
    "fct_subscribers": "email_list_key",
    "fct_social_posts": "post_id",
    "fct_funnel": "stage",
}

CONTRACT = [
    *(_twice(table, key) for table, key in KEYS.items()),
    *(_empty(table, column, KEYS[table]) for table, column in NEEDED.items()),
    *(_gone(table, column) for table, column in (("fct_orders", "revenue"), ("fct_sessions", "channel"))),
    Fault(
        f"update marts.fct_ad_performance set platform = 'gogle_ads' where "
        f"{_first('fct_ad_performance', 'ad_performance_key')}",
        "contract.fct_ad_performance.platform.accepted_values",
    ),
    Fault(
        "update marts.fct_ad_performance set campaign_key = 'nobody' where "
        + _first("fct_ad_performance", "ad_performance_key"),
        "contract.fct_ad_performance.campaign_key.relationships",
    ),
    Fault(
        f"update marts.fct_orders set person_key = 'nobody' where {_first('fct_orders', 'order_key')}",
        "contract.fct_orders.person_key.relationships",
    ),
    Fault(
        f"update marts.fct_sessions set channel = 'Telepathy' where {_first('fct_sessions', 'session_key')}",
        "contract.fct_sessions.channel.relationships",
    ),
]

HISTORY = [
    *(_late(table) for table in ("fct_sessions", "fct_ad_performance", "fct_search_performance")),
    Fault(
        "delete from marts.fct_ad_performance where platform = 'meta_ads'"
        " and date_day > (select max(date_day) - 40 from marts.fct_ad_performance)",
        "freshness.fct_ad_performance",
    ),
    Fault(
        # The platform is not mentioned at all any more in half a year: its rows are older than the window.
        "delete from marts.fct_list_snapshots where date_day > (select max(date_day) - 60"
        " from marts.fct_list_snapshots)",
        "freshness.fct_list_snapshots",
    ),
    _flood("fct_ad_performance"),
    *(
        Fault(
            f"delete from marts.fct_ad_performance where date_day = (select max(date_day) - {days}"
            " from marts.fct_ad_performance)",
            "volume.fct_ad_performance",
        )
        for days in (1, 6)
    ),
    Fault(
        "delete from marts.fct_ad_performance where platform = 'google_ads'"
        " and date_day = (select max(date_day) - 40 from marts.fct_ad_performance)",
        "completeness.fct_ad_performance",
    ),
]

VALIDITY = [
    Fault(
        "update marts.fct_ad_performance set clicks = impressions + 1 where "
        + _first("fct_ad_performance", "ad_performance_key"),
        "validity.ctr.part",
    ),
    Fault(
        "update marts.fct_email_campaigns set unique_clicks = unique_opens + 5 where "
        + _first("fct_email_campaigns", "email_campaign_key"),
        "validity.click_to_open_rate.part",
    ),
    Fault(
        "update marts.fct_email_campaigns set unique_opens = emails_delivered * 2 where "
        + _first("fct_email_campaigns", "email_campaign_key"),
        "validity.open_rate.part",
    ),
    Fault("update marts.fct_ad_performance set cost = -cost", "validity.ad_spend.range"),
    Fault("update marts.fct_ad_performance set impressions = -impressions", "validity.impressions.range"),
    Fault("update marts.fct_orders set revenue = -revenue", "validity.revenue.range"),
    Fault("update marts.fct_ad_performance set clicks = clicks * 900", "validity.ctr.range"),
    Fault(
        "update marts.fct_email_campaigns set unique_clicks = emails_delivered * 3",
        "validity.click_rate.range",
    ),
]

CONVENTIONS = [
    Fault(
        "insert into marts.fct_utm_tags by name"
        " select * replace ('Black Friday' as utm_campaign, 'x' as utm_tag_key)"
        " from marts.fct_utm_tags where utm_campaign is not null order by date_day desc limit 1",
        "conventions.utm",
    ),
    Fault(
        "update marts.fct_tracking_events set event_name = 'Purchase' where event_name = 'purchase'",
        "conventions.tracking",
    ),
]

RECONCILIATION = [
    Fault("update marts.fct_ad_performance set revenue = revenue * 1000", "reconciliation.claimed_revenue"),
]

PII = [
    _typed("fct_orders", "campaign_name", "order_key", "ana.dupont@example.com"),
    _typed("fct_leads", "original_source", "lead_key", "+33 6 12 34 56 78"),
    _typed("fct_sessions", "campaign_name", "session_key", "06 12 34 56 78"),
    _typed("dim_campaign", "campaign_name", "campaign_key", "for bob@example.co.uk only"),
    _typed("fct_deals", "stage_name", "deal_key", "ana@example.com"),
]

OWN = [
    Fault(
        f"update marts.fct_orders set revenue = 9999 where {_first('fct_orders', 'order_key')}",
        "orders.no_giants",
    ),
    Fault(
        "delete from marts.fct_orders where date_day >= (select max(date_day) - 30 from marts.fct_orders)",
        "orders.some_each_month",
    ),
]

FAULTS = [*OWN, *CONTRACT, *HISTORY, *VALIDITY, *CONVENTIONS, *RECONCILIATION, *PII]
