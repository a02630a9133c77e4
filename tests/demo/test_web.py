"""The web traps of the demonstration data, by plain SQL over the exported events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

One = Callable[[str], Any]
Table = Callable[[str], dict[Any, Any]]
Trap = Callable[[str], dict[str, Any]]

SESSIONS = """
select
    user_pseudo_id, session_id, min(day) as day, any_value(source) as source, any_value(medium) as medium,
    any_value(channel) as channel, max(engaged) as engaged, sum(msec) as msec,
    count(*) filter (event_name = 'page_view') as views, count(distinct day) as days
from events where session_id is not null group by 1, 2
"""


def test_sessions_are_counted_by_browser_and_id(
    one: One, table: Table, truth: dict[str, Any], trap: Trap
) -> None:
    web = truth["web"]
    assert (
        one(f"select count(*) from ({SESSIONS})")
        == web["sessions"]["total"]
        == trap("session_id_shared")["right"]
    )
    assert one(f"select count(distinct session_id) from ({SESSIONS})") == trap("session_id_shared")["wrong"]
    assert trap("session_id_shared")["wrong"] < web["sessions"]["total"]
    assert table(f"select month(day), count(*) from ({SESSIONS}) group by 1") == web["sessions"]["by_month"]
    assert table(f"select channel, count(*) from ({SESSIONS}) group by 1") == web["sessions"]["by_channel"]
    assert one(f"select count(*) from ({SESSIONS}) where engaged = '1'") == web["engaged_sessions"]["total"]
    assert one(f"select count(*) from ({SESSIONS}) where views = 1") == web["single_page_sessions"]["total"]
    assert one(f"select sum(msec) / 1000.0 from ({SESSIONS})") == web["engagement_seconds"]


def test_some_sessions_cross_midnight(one: One, trap: Trap) -> None:
    planted = trap("sessions_across_midnight")
    assert one(f"select sum(days) from ({SESSIONS})") == planted["wrong"]
    assert planted["wrong"] > planted["right"]


def test_unique_visitors_do_not_add_up(one: One, table: Table, truth: dict[str, Any], trap: Trap) -> None:
    visitors = truth["web"]["unique_visitors"]
    months = table(f"select month(day), count(distinct user_pseudo_id) from ({SESSIONS}) group by 1")
    assert months == visitors["by_month"]
    assert one(f"select count(distinct user_pseudo_id) from ({SESSIONS})") == visitors["total"]
    planted = trap("daily_visitors_summed")
    daily = f"select day, count(distinct user_pseudo_id) as n from ({SESSIONS}) group by 1"
    assert one(f"select sum(n) from ({daily}) where month(day) = '{planted['month']}'") == planted["wrong"]
    assert planted["wrong"] > planted["right"] == months[planted["month"]]
    assert sum(months.values()) == trap("monthly_visitors_summed")["wrong"] > visitors["total"]


def test_page_views_without_the_repeated_rows(one: One, truth: dict[str, Any], trap: Trap) -> None:
    planted = trap("repeated_rows")
    assert one("select count(*) from ga4__events where event_name = 'page_view'") == planted["wrong"]
    assert one("select count(*) from events where event_name = 'page_view'") == planted["right"]
    assert truth["web"]["page_views"]["total"] == planted["right"] == planted["wrong"] - planted["rows"]


def test_transaction_ids_repeat_conflict_and_go_missing(one: One, trap: Trap) -> None:
    planted = trap("repeated_transactions")
    bought = "from events where event_name = 'purchase'"
    assert one(f"select count(*) {bought}") == planted["wrong"]
    assert one(f"select count(distinct transaction_id) {bought}") == planted["right"]
    assert one(f"select count(*) {bought} and transaction_id is null") == planted["unusable"] > 0
    assert planted["repeated"] > 0
    assert planted["conflicting"] > 0
    values = """
        select count(*) from (
            select ecommerce ->> '$.transaction_id' as id from ga4__events where event_name = 'purchase'
            group by 1 having count(distinct ecommerce ->> '$.purchase_revenue') > 1 and id is not null
        )
    """
    assert one(values) == planted["conflicting"]


def test_refused_consent_leaves_no_identifier(one: One, truth: dict[str, Any]) -> None:
    denied = "from ga4__events where privacy_info ->> '$.analytics_storage' = 'No'"
    assert one(f"select count(user_pseudo_id) + count(user_id) {denied}") == 0
    assert one(f"select count(*) {denied} and event_params::varchar like '%ga_session_id%'") == 0
    assert (
        one("select count(*) from events where session_id is null and event_name = 'page_view'")
        == (truth["web"]["page_views"]["without_consent"])
    )


def test_sources_have_several_spellings(one: One, table: Table, truth: dict[str, Any], trap: Trap) -> None:
    by_month = (
        f"select month(day), count(distinct user_pseudo_id) from ({SESSIONS}) where lower(source) ="
        f" 'google' group by 1"
    )
    found = table(by_month)
    assert {m: n for m, n in truth["web"]["visitors_from_google"].items() if n} == found
    hosts = "('facebook', 'm.facebook.com', 'l.facebook.com', 'lm.facebook.com')"
    assert (
        one(f"select count(*) from ({SESSIONS}) where source in {hosts}") == trap("facebook_hosts")["right"]
    )
    assert (
        one(f"select count(*) from ({SESSIONS}) where source = 'facebook'") == trap("facebook_hosts")["wrong"]
    )
    exact = f"select count(*) from ({SESSIONS}) where source = 'google' and medium = 'cpc'"
    assert one(exact) == trap("google_in_two_spellings")["wrong"] < trap("google_in_two_spellings")["right"]
    clicked = "select count(distinct (user_pseudo_id, session_id)) from events where gclid is not null"
    untagged = f"{clicked} and session_id is not null and manual_source is null"
    assert one(untagged) == trap("click_id_without_tags")["right"]
    broken = f"select count(*) from ({SESSIONS}) where source in ('(not set)', 'undefined')"
    assert one(broken) == trap("placeholders")["right"] > 0
    assert (
        one(f"select count(*) from ({SESSIONS}) where channel = 'AI Assistants'")
        == trap("assistants")["right"]
        > 0
    )


def test_property_days_are_local(one: One) -> None:
    assert one("select count(*) from events where strftime(day, '%Y%m%d') <> event_date") == 0
    utc = "strftime(make_timestamp(event_timestamp), '%Y%m%d')"
    assert one(f"select count(*) from events where {utc} <> event_date") > 20


def test_visits_on_the_days_of_both_clock_changes(table: Table, trap: Trap) -> None:
    planted = trap("clock_changes")["right"]
    assert sorted(planted) == ["2025-10-26", "2026-03-29", "2026-10-25"]
    found = table(f"select day::varchar, count(*) from ({SESSIONS}) group by 1")
    assert {day: found.get(day, 0) for day in planted} == planted
    assert sum(planted.values()) > 0


def test_products_carts_and_landing_pages(one: One, truth: dict[str, Any]) -> None:
    web = truth["web"]
    carts = (
        "select distinct user_pseudo_id as u, session_id as s from events where event_name ="
        " 'add_to_cart' and s > 0"
    )
    bought = (
        "select distinct user_pseudo_id as u, session_id as s from events where event_name ="
        " 'purchase' and s > 0"
    )
    assert one(f"select count(*) from ({carts})") == web["cart_sessions"]
    assert (
        one(f"select count(*) from ({carts}) semi join ({bought}) using (u, s)")
        == web["cart_sessions_bought"]
    )
    shown = """
        select count(distinct (user_pseudo_id, session_id, page)) from events
        where event_name = 'view_item' and session_id is not null
    """
    # A product has one page, whose address carries tags only on the landing view.
    assert one(shown) == sum(web["product_view_sessions"].values())
    landed = """
        select arg_min(page, (event_timestamp, event_name <> 'session_start')) as entry,
            bool_or(event_name = 'form_submit') as asked
        from events where session_id is not null group by user_pseudo_id, session_id
    """
    assert one(f"select count(*) from ({landed}) where entry like '%/lp/%'") == web["landing_sessions"]
    assert (
        one(f"select count(*) from ({landed}) where entry like '%/lp/%' and asked")
        == (web["landing_sessions_with_form"])
    )


def test_search_reports_do_not_add_up(one: One, truth: dict[str, Any], trap: Trap) -> None:
    planted = trap("search_reports_do_not_add_up")
    assert (
        one("select sum(clicks) from search_site")
        == planted["right"]
        == truth["web"]["search_clicks"]["total"]
    )
    assert one("select sum(impressions) from search_site") == truth["web"]["search_impressions"]["total"]
    assert (
        one("select sum(clicks) from search_console__site_report_by_site") == trap("search_restated")["wrong"]
    )
    assert trap("search_restated")["wrong"] > trap("search_restated")["right"]
    assert one("select sum(clicks) from search_console__keyword_site_report_by_site") == planted["wrong"]
    assert planted["wrong"] < planted["right"] < planted["by_page"]
    assert one("select sum(clicks) from search_console__page_report") == planted["by_page"]


def test_keywords_at_month_ends(one: One, truth: dict[str, Any], trap: Trap) -> None:
    ends = "date = last_day(date)"
    for month, row in truth["web"]["keywords_at_month_ends"].items():
        at = f"from rank_tracker__position_tracking where {ends} and month(date) = '{month}'"
        assert one(f"select count(distinct keyword) {at} and position between 1 and 3") == row["top_3"]
        assert one(f"select count(distinct keyword) {at} and position between 1 and 10") == row["top_10"]
        assert one(f"select count(*) {at} and position is null") == row["unranked"]
    assert (
        one("select count(*) from rank_tracker__position_tracking where coalesce(position, 0) = 0")
        == (trap("unranked_keywords")["wrong"])
    )


def test_a_form_lost_its_id(one: One, trap: Trap) -> None:
    planted = trap("form_id_missing")
    nameless = (
        "from ga4__events where event_name = 'form_submit' and event_params::varchar not like '%form_id%'"
    )
    assert one(f"select count(*) {nameless}") == planted["right"] > 0
    assert (
        str(one(f"select min(local_day(make_timestamp(event_timestamp))) {nameless}"))
        == planted["first_seen"]
    )
    before = (
        f"select count(*) from events where event_name = 'form_submit' and day < '{planted['first_seen']}'"
    )
    assert one(before) > 20


def test_every_day_of_a_clock_change_has_page_views(table: Table, trap: Trap) -> None:
    found = table("select day::varchar, count(*) from events where event_name = 'page_view' group by 1")
    for day, views in trap("clock_changes")["page_views"].items():
        assert found[day] == views > 0
