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
        "validity.ctr.part_of_few",
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


def _row(table: str, key: str, change: str, caught_by: str) -> Fault:
    return Fault(f"update marts.{table} set {change} where {_first(table, key)}", caught_by)


def _told(text: str) -> Fault:
    return _typed("fct_tickets", "topic", "ticket_key", text)


LAST = "(select max(date_day) from marts.fct_ad_performance)"
# One account of two: the platform goes on.
ACCOUNT = "account_id = '4821907733'"

# What an examiner planted who had not seen the list above, and the checks of then had missed.
EXAMINED = [
    Fault(
        f"delete from marts.fct_ad_performance where {ACCOUNT} and date_day > {LAST} - 2",
        "freshness.fct_ad_performance",
    ),
    Fault(
        f"delete from marts.fct_ad_performance where platform = 'meta_ads' and date_day > {LAST} - 3",
        "freshness.fct_ad_performance",
    ),
    Fault(
        "delete from marts.fct_social_accounts where network = 'linkedin'"
        " and date_day > (select max(date_day) - 5 from marts.fct_social_accounts)",
        "freshness.fct_social_accounts",
    ),
    Fault("delete from marts.fct_search_performance", "freshness.fct_search_performance.empty"),
    Fault(
        "delete from marts.fct_ad_performance where platform = 'meta_ads'"
        f" and date_day between {LAST} - 26 and {LAST} - 20",
        "completeness.fct_ad_performance",
    ),
    Fault(
        "delete from marts.fct_social_accounts where network = 'instagram' and date_day = '2026-10-14'",
        "completeness.fct_social_accounts",
    ),
    Fault(
        "delete from marts.fct_search_performance where date_day = '2026-10-14'",
        "completeness.fct_search_performance",
    ),
    Fault(
        f"update marts.fct_ad_performance set cost = cost * 1000000 where date_day = {LAST} - 11",
        "volume.fct_ad_performance.scale",
    ),
    Fault(
        f"update marts.fct_ad_performance set impressions = impressions // 25 where date_day > {LAST} - 3",
        "volume.fct_ad_performance.scale",
    ),
    Fault(
        "update marts.fct_social_accounts set followers = 0 where date_day = '2026-10-20'",
        "volume.fct_social_accounts.followers",
    ),
    Fault(
        "update marts.fct_list_snapshots set active_subscribers = 0 where date_day = '2026-10-20'",
        "volume.fct_list_snapshots.active_subscribers",
    ),
    # What was doubled, dropped, converted or scaled between the raw data and the mart.
    *(
        Fault(sql, "reconciliation.ads_equal_the_raw_exports")
        for sql in (
            "insert into marts.fct_ad_performance by name select * replace ('x' || ad_performance_key as"
            f" ad_performance_key) from marts.fct_ad_performance where date_day = {LAST} - 11",
            "update marts.fct_ad_performance set cost_original = cost_original / 1000000"
            " where platform = 'google_ads'",
            "update marts.fct_ad_performance set impressions = impressions * 2 where platform = 'google_ads'",
            "delete from marts.fct_ad_performance where ad_performance_key ="
            " (select arg_max(ad_performance_key, impressions) from marts.fct_ad_performance)",
        )
    ),
    Fault(
        "update marts.fct_ad_performance set cost = cost_original where currency = 'USD'",
        "reconciliation.channel_performance",
    ),
    Fault("delete from marts.fct_orders", "reconciliation.orders_sum_to_the_shop"),
    Fault(
        "update marts.fct_order_lines set revenue = revenue * 2",
        "reconciliation.order_lines_sum_to_their_order",
    ),
    Fault(
        "update marts.funnel_daily set ad_spend = ad_spend * 1.5",
        "reconciliation.funnel_daily_equals_the_facts",
    ),
    Fault(
        "update reports.channel_performance set ad_spend = ad_spend * 2", "reconciliation.channel_performance"
    ),
    Fault(
        "update reports.executive_overview set revenue = revenue + 1000", "reconciliation.executive_overview"
    ),
    Fault(
        "update reports.funnel_by_stage set funnel_people = funnel_people * 100",
        "reconciliation.funnel_by_stage",
    ),
    Fault(
        "update marts.fct_email_campaigns set claimed_revenue = 900000 where date_day >= '2026-10-01'",
        "reconciliation.claimed_revenue",
    ),
    Fault(
        "insert into marts.dim_campaign select * from marts.dim_campaign",
        "reconciliation.impressions.campaign__platform",
    ),
    # Parts, signs and scales, row by row.
    Fault(
        f"update marts.fct_ad_performance set clicks = impressions + 20 where date_day = {LAST} - 11",
        "validity.ctr.part",
    ),
    _row("fct_ad_performance", "ad_performance_key", "cost = -5", "validity.fct_ad_performance.cost.bounds"),
    Fault(
        "update marts.fct_email_campaigns set emails_delivered = emails_sent + 3",
        "validity.fct_email_campaigns.emails_delivered.bounds",
    ),
    Fault(
        "update marts.fct_email_campaigns set total_opens = unique_opens - 1",
        "validity.fct_email_campaigns.unique_opens.bounds",
    ),
    _row(
        "fct_orders",
        "order_key",
        "refunded_amount = gross_revenue + 10",
        "validity.fct_orders.refunded_amount.bounds",
    ),
    _row("fct_order_lines", "order_line_key", "quantity = -1", "validity.fct_order_lines.quantity.bounds"),
    _row(
        "fct_order_lines",
        "order_line_key",
        "refunded_quantity = quantity + 1",
        "validity.fct_order_lines.refunded_quantity.bounds",
    ),
    Fault("update marts.fct_survey_answers set score = 11", "validity.fct_survey_answers.score.bounds"),
    _row(
        "fct_keyword_positions",
        "keyword_position_key",
        "search_position = 0",
        "validity.fct_keyword_positions.search_position.bounds",
    ),
    Fault(
        "update marts.fct_keyword_quality set weighted_quality_score = scored_impressions * 12",
        "validity.fct_keyword_quality.weighted_quality_score.bounds",
    ),
    _row(
        "fct_sessions",
        "session_key",
        "ended_at = started_at - interval 1 hour",
        "validity.fct_sessions.ended_at.bounds",
    ),
    Fault("update marts.fct_tickets set hours_to_solve = -5", "validity.fct_tickets.hours_to_solve.bounds"),
    Fault(
        "update marts.fct_deals set won_at = created_at - interval 10 day",
        "validity.fct_deals.won_at.bounds",
    ),
    Fault(
        "update marts.funnel_daily set engaged_sessions = sessions + 1",
        "validity.funnel_daily.engaged_sessions.bounds",
    ),
    Fault("update marts.fct_ad_reach set reach = impressions * 2", "validity.fct_ad_reach.reach.bounds"),
    _row("fct_orders", "order_key", "date_day = '2031-01-01'", "validity.fct_orders.future"),
    Fault(
        "update marts.fct_sessions set started_at = started_at + interval 9 hour",
        "contract.fct_sessions.date_day.local_day_of",
    ),
    # Values and columns.
    Fault(
        "update marts.fct_ad_performance set currency = 'JPY' where campaign_key ="
        " (select min(campaign_key) from marts.fct_ad_performance where currency = 'EUR')",
        "contract.fct_ad_performance.currency.depends_only_on",
    ),
    _row(
        "fct_ad_performance",
        "ad_performance_key",
        "channel = 'paid search'",
        "contract.fct_ad_performance.channel.relationships",
    ),
    _row(
        "fct_ad_performance",
        "ad_performance_key",
        "device = 'fridge'",
        "contract.fct_ad_performance.device.accepted_values",
    ),
    *(
        Fault(f"alter table marts.{table} alter {column} type {kind}", f"contract.{table}.types")
        for table, column, kind in (
            ("fct_ad_performance", "cost", "varchar"),
            ("fct_ad_performance", "clicks", "double"),
            ("fct_orders", "date_day", "timestamp"),
        )
    ),
    Fault("alter table marts.fct_orders add column customer_name varchar", "contract.fct_orders.undescribed"),
    # Addresses and telephone numbers as people write them.
    *(
        _told(text)
        for text in (
            "à hélène.müller@société.fr",
            "JEAN.DUPONT@EXEMPLE.FR, merci",
            "/merci?mail=jean.dupont%40exemple.fr",
            "Rappeler le 0612345678",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "06\u00a012\u00a034\u00a056\u00a078",
            "+33612345678",
            "tel +33 (0)6 12 34 56 78",
            "0033 6 12 34 56 78",
            "+1 415-555-2671",
            "call (415) 555-2671",
            "+44 20 7946 0958",
            "+49 (0)151/2345 6789",
        )
    ),
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

FAULTS = [*OWN, *CONTRACT, *HISTORY, *VALIDITY, *CONVENTIONS, *RECONCILIATION, *PII, *EXAMINED]
