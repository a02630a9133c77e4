"""Leads, deals, orders and offers of the demonstration company, against plain Python over its raw CSVs."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from typing import Any

import duckdb
import pytest

from tests.by_hand import people
from tests.by_hand.rows import day, euros, month, newest, number, paris_day, raw, same_address

Connection = duckdb.DuckDBPyConnection
PAID = {"Paid Search", "Paid Social", "Paid Shopping", "Cross-network", "Display", "Paid Video", "Paid Other"}


def table(build: Connection, query: str) -> dict[Any, Any]:
    """The first column, or the first two as a pair, to the last one."""
    rows = build.sql(query).fetchall()
    return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in rows}


def one(build: Connection, query: str) -> Any:
    row = build.sql(query).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def test_leads_by_channel_and_month(demo_build: Connection) -> None:
    """One person is one lead, whichever CRM or spelling; the channel is that of the earliest record."""
    found = table(
        demo_build,
        "select channel, cast(date_trunc('month', lead_day) as date), count(*) from marts.fct_leads"
        " where is_lead group by all",
    )
    assert found == dict(people.leads())
    records = len(raw("hubspot", "contact")) + len(raw("salesforce", "lead"))
    assert sum(found.values()) < records, "the demonstration no longer has a person twice"


def test_merged_and_deleted_contacts_are_no_leads(demo_build: Connection) -> None:
    contacts = newest(raw("hubspot", "contact"), "id")
    lists = [row["property_hs_merged_object_ids"] for row in contacts.values()]
    merged = {part for text in lists for part in text.split(";")} - {""}
    deleted = {key for key, row in contacts.items() if row["_fivetran_deleted"] == "true"}
    assert merged | deleted, "the demonstration no longer has a merged or deleted contact"
    speaking = {row[0] for row in demo_build.sql("select record_id from marts.fct_leads").fetchall()}
    assert not speaking & (merged | deleted)


@pytest.mark.parametrize(
    ("stage", "hubspot", "salesforce"),
    [
        ("mql", "property_hs_lifecyclestage_marketingqualifiedlead_date", "mql_date_c"),
        ("sql", "property_hs_lifecyclestage_salesqualifiedlead_date", "sql_date_c"),
    ],
)
def test_stages_fall_on_their_own_day(
    demo_build: Connection, stage: str, hubspot: str, salesforce: str
) -> None:
    """An MQL counts in the month it became one, not in the month of its lead."""
    first: dict[str, str] = {}
    for rows, mail, column, crm in (
        (people.hubspot_contacts(), "property_email", hubspot, "hubspot"),
        (people.salesforce_leads(), "email", salesforce, "salesforce"),
    ):
        for row in rows:
            who = same_address(row[mail]) or f"{crm} {row['id']}"
            if row[column]:
                first[who] = min(first.get(who, row[column]), row[column])
    wanted = Counter(month(paris_day(when)) for when in first.values())
    found = table(
        demo_build,
        f"select cast(date_trunc('month', {stage}_day) as date), count(*) from marts.fct_leads"
        f" where is_{stage} group by all",
    )
    assert found == dict(wanted)
    by_lead_month = table(
        demo_build,
        f"select cast(date_trunc('month', lead_day) as date), count(*) from marts.fct_leads"
        f" where is_{stage} group by all",
    )
    assert by_lead_month != found, "the demonstration no longer shows the difference"


def won_deals() -> list[tuple[dt.date, float]]:
    """Day and value in euros of every won deal, at the rate of the day it was won."""
    won_stages = {r["stage_id"] for r in raw("hubspot", "deal_pipeline_stage") if r["closed_won"] == "true"}
    merged = {row["merged_deal_id"] for row in raw("hubspot", "merged_deal")}
    found = []
    for row in newest(raw("hubspot", "deal"), "deal_id").values():
        counts = row["is_deleted"] != "true" and row["deal_id"] not in merged
        if counts and row["deal_pipeline_stage_id"] in won_stages:
            when = paris_day(row["property_closedate"])
            currency = row["property_deal_currency_code"]
            found.append((when, euros(number(row["property_amount"]), currency, when)))
    for row in newest(raw("salesforce", "opportunity"), "id").values():
        if row["is_deleted"] != "true" and row["is_won"] == "true":
            when = day(row["close_date"])
            found.append((when, euros(number(row["amount"]), row["currency_iso_code"], when)))
    return found


def test_won_deals_count_in_the_local_month_at_that_days_rate(demo_build: Connection) -> None:
    """CRMs write in UTC: a deal won late in the evening was won here the next day, or the next month."""
    wanted: dict[dt.date, float] = defaultdict(float)
    for when, value in won_deals():
        wanted[month(when)] += value
    found = table(
        demo_build,
        "select cast(date_trunc('month', won_day) as date), sum(amount)"
        " from marts.fct_deals where is_won group by all",
    )
    assert {key: float(value) for key, value in found.items()} == pytest.approx(dict(wanted), abs=1e-3)
    moved = one(
        demo_build, "select count(*) from marts.fct_deals where is_won and won_day <> cast(won_at as date)"
    )
    assert moved > 0, "the demonstration no longer has a deal won around midnight"


def test_the_sales_cycle_runs_from_the_first_lead(demo_build: Connection) -> None:
    contacts = {row["id"]: row for row in people.hubspot_contacts()}
    contact_of = {row["deal_id"]: contacts.get(row["contact_id"]) for row in raw("hubspot", "deal_contact")}
    lead_of = {row["converted_opportunity_id"]: row for row in people.salesforce_leads()}
    leads = people.first_leads()
    wanted: dict[str, int] = {}
    for deal, won in demo_build.sql("select deal_id, won_day from marts.fct_deals where is_won").fetchall():
        contact, lead = contact_of.get(deal), lead_of.get(deal)
        who = ""
        if contact:
            who = same_address(contact["property_email"]) or f"hubspot {contact['id']}"
        elif lead:
            who = same_address(lead["email"]) or f"salesforce {lead['id']}"
        if who in leads:
            wanted[deal] = (won - paris_day(leads[who][0].isoformat())).days
    found = table(
        demo_build,
        "select deal_id, sales_cycle_days from marts.fct_deals where sales_cycle_days is not null",
    )
    assert wanted
    assert found == wanted


def test_revenue_and_purchases_by_month(demo_build: Connection) -> None:
    """Without tax, shipping, refunds, cancelled and test orders; each of them would give another number."""
    revenue: dict[dt.date, float] = defaultdict(float)
    purchases: Counter[dt.date] = Counter()
    for order in people.valid_orders():
        when = month(paris_day(people.ordered_at(order)))
        revenue[when] += people.order_value(order)
        purchases[when] += 1
    grouped = "cast(date_trunc('month', date_day) as date)"
    valid = "from marts.fct_orders where is_valid group by all"
    found = table(demo_build, f"select {grouped}, sum(revenue) {valid}")
    assert {key: float(value) for key, value in found.items()} == pytest.approx(dict(revenue), abs=1e-3)
    found = table(demo_build, f"select {grouped}, count(*) {valid}")
    assert found == dict(purchases)

    orders = newest(raw("shopify", "order"), "id").values()
    total = sum(revenue.values())
    assert sum(number(r["total_price"]) for r in people.valid_orders()) > total + 1, "tax and shipping"
    assert sum(people.order_value(r) for r in orders) > total + 1, "cancelled and test orders"
    assert sum(people.refunded().get(r["id"], 0.0) for r in people.valid_orders()) > 1, "refunds"


def test_an_order_counts_once_however_many_lines(demo_build: Connection) -> None:
    """Joined to its lines, an order's value counts once a line; the lines themselves sum to the orders."""
    whole, by_line = one(
        demo_build,
        "select (select sum(revenue) from marts.fct_orders where is_valid and line_count > 0),"
        " (select sum(revenue) from marts.fct_order_lines where is_valid)",
    )
    assert whole == by_line
    repeated = one(
        demo_build,
        "select sum(orders.revenue) from marts.fct_orders as orders"
        " inner join marts.fct_order_lines as lines on orders.order_key = lines.order_key"
        " where orders.is_valid",
    )
    assert repeated > whole
    without_lines = one(demo_build, "select count(*) from marts.fct_orders where line_count = 0")
    known = {row["order_id"] for row in raw("shopify", "order_line")}
    orders = newest(raw("shopify", "order"), "id")
    assert without_lines == sum(order not in known for order in orders)


def test_products_sold_and_their_cost(demo_build: Connection) -> None:
    cost_of = {row["id"]: row["cost"] for row in raw("shopify", "inventory_item")}
    item_of = {row["id"]: row["inventory_item_id"] for row in raw("shopify", "product_variant")}
    back: Counter[str] = Counter()
    for row in newest(raw("shopify", "order_line_refund"), "id").values():
        back[row["order_line_id"]] += int(row["quantity"])
    valid = {row["id"] for row in people.valid_orders()}
    sold: Counter[str] = Counter()
    costs: dict[str, float | None] = {}
    for line in newest(raw("shopify", "order_line"), "id").values():
        if line["order_id"] not in valid:
            continue
        sold[line["sku"]] += int(line["quantity"])
        kept = int(line["quantity"]) - back[line["id"]]
        unit = cost_of.get(item_of.get(line["variant_id"], ""), "")
        so_far = costs.get(line["order_id"], 0.0)
        known = so_far is not None and (unit != "" or kept == 0)
        costs[line["order_id"]] = (so_far or 0.0) + kept * number(unit) if known else None
    found = table(
        demo_build, "select sku, sum(quantity) from marts.fct_order_lines where is_valid group by sku"
    )
    assert found == dict(sold)
    total = one(demo_build, "select sum(cost_of_goods) from marts.fct_orders where is_valid")
    assert float(total) == pytest.approx(sum(cost for cost in costs.values() if cost is not None), abs=1e-3)


def test_offers_shown_and_accepted(demo_build: Connection) -> None:
    offers = newest(raw("upsell", "offer"), "id").values()
    found = one(demo_build, "select count(*), count(*) filter (where is_accepted) from marts.fct_offers")
    assert found == (len(offers), sum(bool(row["accepted_at"]) for row in offers))
    assert one(demo_build, "select count(*) from marts.fct_offers where order_key is null") == sum(
        row["order_name"] not in {order["name"] for order in raw("shopify", "order")} for row in offers
    )


def test_an_order_has_the_channel_of_the_visit_that_bought_it(demo_build: Connection) -> None:
    """Whatever analytics did not see, or did not say, stays unattributed; it is not spread over the rest."""
    events = people.purchase_events()
    seen = {
        name
        for name, event in events.items()
        if event["user_pseudo_id"] and people.session_of(event) is not None
    }
    rows = demo_build.sql("select transaction_id, channel from marts.fct_orders where is_valid").fetchall()
    assert {name for name, channel in rows if channel is not None} <= seen
    assert {name for name, _ in rows} - seen, "the demonstration no longer has an order without a visit"
    unattributed, total = one(
        demo_build,
        "select count(*) filter (where channel is null), count(*) from marts.fct_orders where is_valid",
    )
    assert 0 < unattributed < total


def test_first_orders_are_one_a_person(demo_build: Connection) -> None:
    assert one(
        demo_build,
        "select count(*) filter (where is_first_order) = count(distinct person_key)"
        " from marts.fct_orders where is_valid",
    )
    assert one(
        demo_build, "select count(*) from marts.fct_orders where is_first_order and not is_valid"
    ) == 0  # fmt: skip


def test_only_paid_leads_have_a_campaign(demo_build: Connection) -> None:
    channels = {row[0] for row in demo_build.sql(
        "select distinct channel from marts.fct_leads where campaign_key is not null"
    ).fetchall()}  # fmt: skip
    assert channels, "the demonstration no longer has a lead from a campaign"
    assert channels <= PAID


Truth = dict[str, Any]


def by(build: Connection, column: str, measure: str, relation: str) -> dict[str, Any]:
    """A measure by a column, months as 2026-01 and NULL as the truth writes it."""
    shown = f"strftime({column}, '%Y-%m')" if column.endswith("_day") else f"coalesce({column}, '(none)')"
    return table(build, f"select {shown}, {measure} from marts.{relation} group by 1 having {measure} <> 0")


def numbers(values: dict[str, Any]) -> dict[str, float]:
    return {key: float(value) for key, value in values.items() if value}


@pytest.mark.parametrize("stage", ["lead", "mql", "sql"])
def test_stages_are_those_of_the_truth(demo_build: Connection, truth: Truth, stage: str) -> None:
    wanted = truth["sales"]["leads" if stage == "lead" else stage]
    found = f"count({stage}_day)"
    assert one(demo_build, f"select {found} from marts.fct_leads") == wanted["total"]
    assert by(demo_build, "channel", found, "fct_leads") == numbers(wanted["by_channel"])
    assert by(demo_build, f"{stage}_day", found, f"fct_leads where is_{stage}") == numbers(wanted["by_month"])


def test_deals_are_those_of_the_truth(demo_build: Connection, truth: Truth) -> None:
    wanted = truth["sales"]
    assert one(demo_build, "select count(*) from marts.fct_deals") == wanted["deals"]
    assert by(demo_build, "won_day", "count(*)", "fct_deals where is_won") == numbers(wanted["won_deals"])
    amount, cycle, won = one(
        demo_build,
        "select sum(amount), sum(sales_cycle_days), count(sales_cycle_days)"
        " from marts.fct_deals where is_won",
    )
    assert float(amount) == pytest.approx(wanted["won_amount_eur"], abs=1e-3)
    # The truth counts seconds, the fact calendar days: no deal can differ by a day.
    assert abs(cycle - wanted["sales_cycle_days"]) < won


def test_orders_are_those_of_the_truth(demo_build: Connection, truth: Truth) -> None:
    wanted = truth["sales"]
    valid = "fct_orders where is_valid"
    for name, measure in (("purchases", "count(*)"), ("order_value", "sum(gross_revenue)"),
                          ("refunds", "sum(refunded_amount)"), ("revenue", "sum(revenue)")):  # fmt: skip
        total = one(demo_build, f"select {measure} from marts.{valid}")
        assert float(total) == pytest.approx(wanted[name]["total"]), name
        by_month = numbers(by(demo_build, "date_day", measure, valid))
        assert by_month == pytest.approx(numbers(wanted[name]["by_month"])), name
    for name, measure in (("purchases", "count(*)"), ("revenue", "sum(revenue)")):
        by_channel = numbers(by(demo_build, "channel", measure, valid))
        assert by_channel == pytest.approx(numbers(wanted[name]["by_channel"])), name
    units = one(demo_build, "select sum(quantity) from marts.fct_order_lines where is_valid")
    assert units == wanted["units"]
    assert one(demo_build, "select count(*), count(accepted_at) from marts.fct_offers") == (
        wanted["offers_shown"], wanted["offers_accepted"],
    )  # fmt: skip


def test_the_cost_of_goods_leaves_out_what_came_back(demo_build: Connection, truth: Truth) -> None:
    """The truth's cost is that of all units ordered; what was given back is in stock and costs nothing."""
    cost_of = {row["id"]: number(row["cost"]) for row in raw("shopify", "inventory_item")}
    item_of = {row["id"]: row["inventory_item_id"] for row in raw("shopify", "product_variant")}
    lines = newest(raw("shopify", "order_line"), "id")
    valid = {row["id"] for row in people.valid_orders()}
    back = 0.0
    for row in newest(raw("shopify", "order_line_refund"), "id").values():
        line = lines[row["order_line_id"]]
        if line["order_id"] in valid:
            back += int(row["quantity"]) * cost_of[item_of[line["variant_id"]]]
    assert back > 0
    found = one(demo_build, "select sum(cost_of_goods) from marts.fct_orders where is_valid")
    assert float(found) == pytest.approx(truth["sales"]["cost_of_goods"] - back)
