"""The traps of CRMs, shop, lists and pages in the demonstration data, by plain SQL over the raw tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

One = Callable[[str], Any]
Table = Callable[[str], dict[Any, Any]]
Trap = Callable[[str], dict[str, Any]]

VALID = "from shopify__order where cancelled_at is null and not test"
# Leads as people: live contacts that were not merged away, and Salesforce's leads; the address tells who is
# who.
LEADS = """
select
    coalesce(lower(trim(email)), 'no address ' || id) as person, min(lead_at) as lead_at, min(mql) as mql,
    min(sql) as sql
from (
    select id, property_email as email, property_hs_lifecyclestage_lead_date as lead_at,
        property_hs_lifecyclestage_marketingqualifiedlead_date as mql,
        property_hs_lifecyclestage_salesqualifiedlead_date as sql
    from hubspot__contact where not _fivetran_deleted
    union all
    select id, email, created_date, mql_date_c, sql_date_c from salesforce__lead where not is_deleted
) group by 1
"""
WON = """
select property_closedate as closed_at, property_amount as amount, property_deal_currency_code as currency
from hubspot__deal as d join hubspot__deal_pipeline_stage as s on s.stage_id = d.deal_pipeline_stage_id
where s.closed_won and not d.is_deleted
union all
select close_date, amount, currency_iso_code from salesforce__opportunity where is_won and not is_deleted
"""


def test_leads_are_people(one: One, table: Table, truth: dict[str, Any], trap: Trap) -> None:
    planted = trap("repeated_leads")
    assert (
        one("select (select count(*) from hubspot__contact) + (select count(*) from salesforce__lead)")
        == (planted["wrong"])
    )
    sales = truth["sales"]
    assert one(f"select count(*) from ({LEADS})") == planted["right"] == sales["leads"]["total"]
    for stage, column in (("leads", "lead_at"), ("mql", "mql"), ("sql", "sql")):
        found = table(
            f"select month(local_day({column})), count(*) from ({LEADS}) where {column} is not null group"
            f" by 1"
        )
        assert found == {m: n for m, n in sales[stage]["by_month"].items() if n}
    for kind in ("merged", "repeated", "deleted", "older_exports", "in_both_crms"):
        assert planted[kind] > 0, kind
    assert trap("leads_without_address")["right"] - trap("leads_without_address")["wrong"] == one(
        "select count(distinct id) from hubspot__contact where property_email is null and not"
        " _fivetran_deleted"
    )


def test_some_leads_and_deals_have_no_source(one: One, trap: Trap) -> None:
    deals = one("""
        select (select count(*) from hubspot__deal where property_hs_analytics_source is null and not
        is_deleted)
            + (select count(*) from salesforce__opportunity where lead_source is null)
    """)
    assert deals == trap("deals_without_source")["right"] > 0


def test_deals_are_won_on_local_days(one: One, table: Table, truth: dict[str, Any], trap: Trap) -> None:
    planted = trap("won_in_utc")
    utc = table(f"select month(closed_at), count(*) from ({WON}) group by 1")
    local = table(f"select month(local_day(closed_at)), count(*) from ({WON}) group by 1")
    assert utc == {m: n for m, n in planted["wrong"].items() if n}
    assert local == {m: n for m, n in planted["right"].items() if n}
    assert utc != local
    assert (
        one(f"select count(*) from ({WON}) where local_day(closed_at) <> closed_at::date")
        == planted["another_day"]
    )
    other = f"select count(*) from ({WON}) where month(local_day(closed_at)) <> month(closed_at)"
    assert one(other) == planted["another_month"] > 0
    assert truth["sales"]["won_deals"] == planted["right"]


def test_deals_are_in_two_currencies(one: One, table: Table, trap: Trap) -> None:
    planted = trap("deals_in_two_currencies")
    assert one(f"select sum(amount) from ({WON})") == planted["wrong"]
    assert table(f"select currency, sum(amount) from ({WON}) group by 1") == planted["by_currency"]
    euro = f"""
        select sum(w.amount / case when w.currency = 'EUR' then 1 else r.rate end)
        from (select *, local_day(closed_at) as day from ({WON})) as w
        asof join (select * from exchange_rates__rate where currency = 'USD') as r on w.day >= r.date
    """
    assert one(euro) == pytest.approx(planted["right"], rel=1e-9)


def test_orders_without_tests_and_cancellations(
    one: One, table: Table, truth: dict[str, Any], trap: Trap
) -> None:
    planted = trap("tests_and_cancellations")
    assert one("select count(*) from shopify__order") == planted["wrong"]
    assert one(f"select count(*) {VALID}") == planted["right"] == truth["sales"]["purchases"]["total"]
    assert planted["tests"] > 0
    assert planted["cancelled"] > 0
    found = table(f"select month(local_day(created_at)), count(*) {VALID} group by 1")
    assert found == truth["sales"]["purchases"]["by_month"]
    value = one(f"select round(sum(subtotal_price - total_tax), 2) {VALID}")
    assert value == planted["value"] == truth["sales"]["order_value"]["total"]


def test_lines_say_what_orders_say(one: One, truth: dict[str, Any], trap: Trap) -> None:
    """The order's value is that of its lines; joined to them it counts once a line."""
    by_line = """
        select count(*) from shopify__order as o
        left join (select order_id, sum(price * quantity - total_discount) as value from shopify__order_line
        group by 1)
            as l on l.order_id = o.id
        where abs(coalesce(l.value, 0) - o.subtotal_price) > 0.001
    """
    assert one(by_line) == 0
    joined = f"from shopify__order_line as l join (select * {VALID}) as o on o.id = l.order_id"
    planted = trap("orders_joined_to_lines")
    assert one(f"select round(sum(o.subtotal_price - o.total_tax), 2) {joined}") == planted["wrong"]
    assert one(f"select count(distinct o.id) {joined}") == trap("orders_without_lines")["wrong"]
    assert trap("orders_without_lines")["wrong"] < trap("orders_without_lines")["right"]
    assert one(f"select sum(l.quantity) {joined}") == truth["sales"]["units"]
    goods = f"""
        select round(sum(l.quantity * i.cost), 2) {joined}
        join shopify__product_variant as v on v.id = l.variant_id
        join shopify__inventory_item as i on i.id = v.inventory_item_id
    """
    assert one(goods) == truth["sales"]["cost_of_goods"]


def test_refunds_belong_to_the_order(one: One, table: Table, truth: dict[str, Any], trap: Trap) -> None:
    back = """
        from shopify__order_line_refund as l
        join shopify__refund as r on r.id = l.refund_id
        join shopify__order as o on o.id = r.order_id
    """
    total = one(f"select round(sum(l.subtotal - l.total_tax), 2) {back}")
    assert total == truth["sales"]["refunds"]["total"] > 0
    value = table(f"select month(local_day(created_at)), sum(subtotal_price - total_tax) {VALID} group by 1")
    for name, day in (("wrong", "r.created_at"), ("right", "o.created_at")):
        returned = table(f"select month(local_day({day})), sum(l.subtotal - l.total_tax) {back} group by 1")
        expected = trap("refunds_in_later_months")[name]
        for month in expected:
            assert value.get(month, 0) - returned.get(month, 0) == pytest.approx(expected[month], abs=1e-6)
    assert trap("refunds_in_later_months")["wrong"] != trap("refunds_in_later_months")["right"]


def test_customers_are_lost_after_180_days_and_may_return(
    table: Table, truth: dict[str, Any], trap: Trap
) -> None:
    bought = f"""
        select lower(trim(c.email)) as person, local_day(o.created_at) as day
        from (select * {VALID}) as o join shopify__customer as c on c.id = o.customer_id
        union all
        select lower(trim(p.property_email)), local_day(d.property_closedate)
        from hubspot__deal as d
        join hubspot__deal_pipeline_stage as s on s.stage_id = d.deal_pipeline_stage_id and s.closed_won
        join hubspot__deal_contact as l on l.deal_id = d.deal_id
        join (select * from hubspot__contact qualify row_number() over (partition by id order by
        _fivetran_synced desc) = 1)
            as p on p.id = l.contact_id
        where not d.is_deleted
        union all
        select lower(trim(l.email)), local_day(o.close_date)
        from salesforce__opportunity as o join salesforce__lead as l on l.converted_opportunity_id = o.id
        where o.is_won
    """
    gaps = f"""
        select day, person,
            lag(day) over (partition by person order by day) as before,
            lead(day) over (partition by person order by day) as after
        from ({bought})
    """
    new = table(f"select month(day), count(*) from ({gaps}) where before is null group by 1")
    back = table(f"select month(day), count(*) from ({gaps}) where day - before > 180 group by 1")
    lost = table(f"""
        select month(day + 180), count(*) from ({gaps})
        where coalesce(after - day, 999) > 180 and day + 180 <= date '2026-10-31' group by 1
    """)
    months = truth["sales"]["customers_by_month"]
    assert new == {m: r["new"] for m, r in months.items() if r["new"]}
    assert back == {m: r["returned"] for m, r in months.items() if r["returned"]}
    assert lost == {m: r["lost"] for m, r in months.items() if r["lost"]}
    assert sum(back.values()) > 0
    assert trap("customers_who_return")["wrong"] == sum(new.values()) + sum(back.values())


def test_mailchimp_claims_more_than_its_sessions_brought(one: One, trap: Trap) -> None:
    planted = trap("email_revenue_claimed")
    assert (
        one("select round(sum(ecommerce_total_revenue), 2) from mailchimp__campaign_report")
        == planted["wrong"]
    )
    sessions = "select distinct user_pseudo_id as u, session_id as s from events where channel = 'Email'"
    bought = f"""
        select distinct transaction_id from events as e join ({sessions}) as s
        on s.u = e.user_pseudo_id and s.s = e.session_id where transaction_id is not null
    """
    revenue = f"""
        select round(sum(o.subtotal_price - o.total_tax - coalesce(r.back, 0)), 2)
        from (select * {VALID}) as o
        left join (
            select order_id, sum(l.subtotal - l.total_tax) as back
            from shopify__order_line_refund as l join shopify__refund as r on r.id = l.refund_id group by 1
        ) as r on r.order_id = o.id
        where ltrim(o.name, '#') in ({bought})
    """
    assert one(revenue) == planted["right"] < planted["wrong"]


def test_list_sizes_at_month_ends(one: One, truth: dict[str, Any], trap: Trap) -> None:
    members = """
        select m.timestamp_opt as joined,
            case m.status when 'cleaned' then m.last_changed when 'unsubscribed' then u.timestamp end as gone
        from mailchimp__member as m
        left join mailchimp__unsubscribe as u on u.member_id = m.id
        where m.timestamp_opt is not null
    """
    for month, size in truth["sales"]["lists"]["newsletter"]["size_at_month_ends"].items():
        end = f"last_day(date '{month}-01')"
        there = f"local_day(joined) <= {end} and (gone is null or local_day(gone) > {end})"
        assert one(f"select count(*) from ({members}) where {there}") == size, month
    assert (
        one("select count(*) from mailchimp__member")
        == trap("list_rows")["wrong"]
        > trap("list_rows")["right"]
    )


def test_mail_reports_say_what_happened(one: One, truth: dict[str, Any], trap: Trap) -> None:
    letters = truth["sales"]["email"]["newsletters"]
    report = "from mailchimp__campaign_report"
    assert one(f"select sum(emails_sent) {report}") == letters["sent"]
    assert one(f"select sum(opens_unique_opens) {report}") == letters["unique_opens"] < letters["opens"]
    activity = (
        "select count(distinct (campaign_id, member_id)) from"
        " mailchimp__campaign_recipient_activity where action"
    )
    # What was opened or clicked in the last hours is not in the list of actions yet.
    assert 0.9 * letters["unique_opens"] < one(f"{activity} = 'open'") <= letters["unique_opens"]
    assert one(f"{activity} = 'click'") <= letters["unique_clicks"]
    assert one(f"select sum(opens_opens_total) / sum(emails_sent) {report}") == pytest.approx(
        trap("open_rate_on_sent")["wrong"]
    )
    brevo = "from brevo__email_campaign where type = 'follow_up'"
    assert (
        one(f"select sum(statistics_global_clickers) {brevo}")
        == truth["sales"]["email"]["follow_ups"]["clicks"]
    )


def test_a_network_is_missing_on_the_last_day_of_a_month(one: One, truth: dict[str, Any], trap: Trap) -> None:
    planted = trap("followers_missing")
    on = f"'{planted['date']}'"
    facebook = (
        f"select page_fans from meta_business_suite__daily_page_metrics_total where date::date - 1"
        f" = date {on}"
    )
    instagram = f"""
        select followers_count from meta_business_suite__instagram_user_history where _fivetran_synced::date
        = {on}
    """
    assert one(facebook) + one(instagram) == planted["wrong"]
    linkedin = "select count(*) from linkedin_pages__organization_daily_statistic where day = "
    assert one(linkedin + on) == 0
    before = (
        f"select max_by(follower_count, day) from linkedin_pages__organization_daily_statistic where"
        f" day < {on}"
    )
    assert planted["right"] - planted["wrong"] == one(before)
    fans = truth["sales"]["followers"]["2026-10"]["facebook"]
    assert one("select max_by(page_fans, date) from meta_business_suite__daily_page_metrics_total") == fans


def test_satisfaction_is_asked_on_two_scales(one: One, truth: dict[str, Any], trap: Trap) -> None:
    asked = "from surveys__response where survey_type = 'csat'"
    assert one(f"select count(*) {asked} and score >= 4") == trap("csat_on_two_scales")["wrong"]
    right = f"select count(*) {asked} and score >= case scale_max when 5 then 4 else 7 end"
    assert one(right) == trap("csat_on_two_scales")["right"]
    nps = truth["sales"]["nps"]
    assert (
        one("select count(*) from surveys__response where survey_type = 'nps' and score >= 9")
        == nps["promoters"]
    )
    assert (
        one("select count(*) from surveys__response where survey_type = 'nps' and score <= 6")
        == nps["detractors"]
    )


def test_counts_of_care(one: One, table: Table, truth: dict[str, Any]) -> None:
    sales = truth["sales"]
    assert one("select count(*) from support__ticket") == sales["tickets"]["total"]
    assert table("select status, count(*) from reviews__review group by 1") == {
        k: n for k, n in sales["reviews"].items() if k != "ratings"
    }
    assert one("select count(*) from upsell__offer") == sales["offers_shown"]
    assert one("select count(accepted_at) from upsell__offer") == sales["offers_accepted"]
    active = table("select partner_type, count(*) from partners__partner where left_at is null group by 1")
    last = sales["partners"]["2026-10"]
    assert {k: active.get(k, 0) for k in last} == last


def test_marketing_costs_are_spread_and_converted(one: One, truth: dict[str, Any], trap: Trap) -> None:
    assert (
        one("select round(sum(amount), 2) from costs__marketing_cost")
        == trap("costs_in_two_currencies")["wrong"]
    )
    assert one("select count(distinct currency) from costs__marketing_cost") == 2
    costs = truth["sales"]["marketing_costs"]
    spread = """
        select sum(c.amount / (c.period_end - c.period_start + 1)
            / case when c.currency = 'EUR' then 1 else r.rate end)
        from (select *, unnest(generate_series(period_start, period_end, interval 1 day))::date as day
            from costs__marketing_cost) as c
        asof join (select * from exchange_rates__rate where currency = 'USD') as r on c.day >= r.date
    """
    assert one(spread) == pytest.approx(sum(costs["by_month"].values()), rel=1e-9)
    assert one(f"{spread} where month(c.day) = '2026-05'") == pytest.approx(
        costs["by_month"]["2026-05"], rel=1e-9
    )
    assert costs["by_month"]["2026-05"] != pytest.approx(costs["by_month_of_start"]["2026-05"], rel=1e-3)
