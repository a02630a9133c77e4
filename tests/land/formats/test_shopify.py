"""Shopify orders and customers: an order over several lines, its tax and its refunds, worked by hand."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed
from tests.land.formats.test_hubspot import hashed

HEADER = (
    "Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,Taxes,Total,"
    "Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
    "Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,Billing Name,"
    "Cancelled at,Refunded Amount,Vendor,Id,Source,Lineitem discount,Tax 1 Name,Tax 1 Value\n"
)
# Order 1001: two lines, prices include 20 of tax. 1002: tax on top, half of the goods given back. 1003: cancelled.
ORDERS = HEADER + (
    "#1001,ada@example.org,paid,2026-01-15 23:30:00 +0100,fulfilled,,yes,EUR,120.00,5.00,20.00,125.00,WELCOME,10.00,Post,"
    "2026-01-15 23:30:00 +0100,2,Blue mug,50.00,,MUG-B,true,true,fulfilled,Ada Byron,,0.00,Mugs,5001,web,0,TVA 20%,20.00\n"
    "#1001,ada@example.org,,,,,,,,,,,,,,2026-01-15 23:30:00 +0100,1,Red mug,30.00,,MUG-R,true,true,fulfilled,,,,Mugs,,,0,,\n"
    "#1002,bob@example.org,partially_refunded,2026-01-16 10:00:00 +0100,,,no,EUR,100.00,10.00,20.00,130.00,,0.00,Post,"
    "2026-01-16 10:00:00 +0100,1,Blue mug,100.00,,MUG-B,true,true,,Bob Neil,,60.00,Mugs,5002,web,0,TVA 20%,20.00\n"
    "#1003,carl@example.org,refunded,,,,no,EUR,40.00,0.00,0.00,40.00,,0.00,,2026-01-17 10:00:00 +0100,1,Card,40.00,,,true,"
    "true,,Carl,2026-01-18 10:00:00 +0100,40.00,Mugs,5003,web,0,,\n"
)


def test_an_order_stands_on_its_first_line() -> None:
    result = landed(ORDERS, name="orders_export_1.csv")
    assert result.format == "shopify_orders"
    orders = result.table("shopify.order", "id")
    assert [
        (o["id"], o["name"], o["subtotal_price"], o["total_tax"], o["total_price"], o["taxes_included"])
        for o in orders
    ] == [
        ("5001", "#1001", 120.0, 20.0, 125.0, True),
        ("5002", "#1002", 100.0, 20.0, 130.0, False),
        ("5003", "#1003", 40.0, 0.0, 40.0, False),
    ]
    assert [o["processed_at"] for o in orders] == [
        dt.datetime(2026, 1, 15, 22, 30),
        dt.datetime(2026, 1, 16, 9),
        dt.datetime(2026, 1, 17, 9),
    ]
    assert orders[2]["cancelled_at"] == dt.datetime(2026, 1, 18, 9)
    assert orders[0]["email"] == hashed("ada@example.org")
    assert {o["currency"] for o in orders} == {"EUR"}
    result.accounted(lines=5, accepted=4)


def test_every_line_knows_its_order() -> None:
    lines = landed(ORDERS).table("shopify.order_line", "order_id", "index")
    assert [(x["order_id"], x["index"], x["name"], x["price"], x["quantity"], x["sku"]) for x in lines] == [
        ("5001", 1, "Blue mug", 50.0, 2, "MUG-B"),
        ("5001", 2, "Red mug", 30.0, 1, "MUG-R"),
        ("5002", 1, "Blue mug", 100.0, 1, "MUG-B"),
        ("5003", 1, "Card", 40.0, 1, None),
    ]
    assert len({x["id"] for x in lines}) == 4


def test_a_refund_takes_from_the_goods_first() -> None:
    result = landed(ORDERS)
    refunds = result.table("shopify.refund", "order_id")
    assert [r["order_id"] for r in refunds] == ["5002", "5003"]
    parts = result.table("shopify.order_line_refund")
    given = {x["refund_id"]: (x["subtotal"], x["total_tax"], x["quantity"]) for x in parts}
    # 1002: goods are 120 with tax, 60 of them given back: half of 100 and half of 20. 1003: all of it.
    assert [given[r["id"]] for r in refunds] == [(50.0, 10.0, None), (40.0, 0.0, 1)]


def test_the_lines_of_a_refund_sum_to_it_by_the_cent() -> None:
    text = (
        "Name,Id,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Refunded Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price\n"
        "#7,9,a@example.org,partially_refunded,EUR,100.00,0,16.67,100.00,10.00,2026-01-15 10:00:00 +0100,1,Mug,33.33\n"
        "#7,,a@example.org,,,,,,,,2026-01-15 10:00:00 +0100,1,Cup,33.33\n"
        "#7,,a@example.org,,,,,,,,2026-01-15 10:00:00 +0100,1,Pot,33.34\n"
        "#8,10,b@example.org,paid,EUR,5.00,0,0,5.00,0.00,2026-01-15 10:00:00 +0100,1,Mug,5.00\n"
    )
    result = landed(text)
    (refund,) = result.table("shopify.refund")
    parts = result.table("shopify.order_line_refund")
    lines = {line["id"]: line["name"] for line in result.table("shopify.order_line")}
    assert sorted(lines[p["order_line_id"]] for p in parts) == ["Cup", "Mug", "Pot"]
    assert {p["refund_id"] for p in parts} == {refund["id"]}
    # 10.00 of 100.00 with 16.67 of tax in it: 10.00 of the subtotal and 1.67 of the tax, in whole cents a line.
    assert round(sum(p["subtotal"] for p in parts), 6) == 10.0
    assert round(sum(p["total_tax"] for p in parts), 6) == 1.67
    assert all(round(p["subtotal"], 2) == pytest.approx(p["subtotal"]) for p in parts)


def test_orders_without_ids_are_known_by_name() -> None:
    text = (
        "Name,Email,Financial Status,Currency,Subtotal,Shipping,Taxes,Total,Created at,Lineitem quantity,Lineitem name,Lineitem price\n"
        "#7,a@example.org,paid,EUR,10.00,0,0,10.00,2026-01-15 10:00:00 +0100,1,Mug,10.00\n"
        "#7,a@example.org,,,,,,,2026-01-15 10:00:00 +0100,2,Mug,0.00\n"
    )
    result = landed(text, account="boutique")
    (order,) = result.table("shopify.order")
    assert order["id"] == key("shopify", "boutique", "#7")
    assert [x["order_id"] for x in result.table("shopify.order_line")] == [order["id"]] * 2


def test_orders_without_a_currency_are_refused() -> None:
    text = ORDERS.replace(",EUR,", ",,")
    with pytest.raises(Refusal) as refused:
        landed(text)
    assert refused.value.code == "no-currency"
    assert {o["currency"] for o in landed(text, currency="CHF").table("shopify.order")} == {"CHF"}


def test_customers() -> None:
    text = (
        "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Company,Default Address City,Phone,"
        "Accepts SMS Marketing,Total Spent,Total Orders,Note,Tax Exempt,Tags\n"
        "'7001,Ada,Byron,ada@example.org,yes,,Paris,'+33612345678,no,250.50,3,,no,vip\n"
        "'7002,Bob,Neil,bob@example.org,no,,,,no,0.00,0,,no,\n"
    )
    result = landed(text, name="customers_export.csv")
    assert result.format == "shopify_customers"
    rows = result.table("shopify.customer", "id")
    assert [
        (r["id"], r["email"], r["accepts_marketing"], r["total_spent"], r["orders_count"]) for r in rows
    ] == [
        ("7001", hashed("ada@example.org"), True, 250.5, 3),
        ("7002", hashed("bob@example.org"), False, 0.0, 0),
    ]
    result.accounted(lines=3, accepted=2)
