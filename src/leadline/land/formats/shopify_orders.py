"""Shopify: orders as the admin exports them, one line a line item; the order's own fields stand on its first
line only.

The headers are English in every language of the admin. Ids: the order's `Id` stands on its first line; its
other lines are known by the order's name. The export says neither whether prices include tax (it is read from
the total) nor which lines were given back (the refunded amount is taken from the goods first, then from
shipping).
"""

from __future__ import annotations

from leadline.land.format import Column, Format, Target
from leadline.land.formats.amounts import CURRENCY, currency_known

COLUMNS = (
    Column("order_name", ("Name", "Order", "Order name"), required=True),
    Column("order_id", ("Id", "Order ID")),
    Column("email", ("Email", "Customer Email"), "email", required=True),
    Column("financial_status", ("Financial Status",), required=True),
    Column("paid_at", ("Paid at",), "timestamp"),
    Column("created_at", ("Created at",), "timestamp", required=True),
    Column("cancelled_at", ("Cancelled at",), "timestamp"),
    Column("currency_code", ("Currency",)),
    Column("subtotal", ("Subtotal",), "money", required=True),
    Column("shipping", ("Shipping",), "money"),
    Column("taxes", ("Taxes",), "money"),
    Column("total", ("Total",), "money", required=True),
    Column("discount_amount", ("Discount Amount",), "money"),
    Column("refunded_amount", ("Refunded Amount",), "money"),
    Column("accepts_marketing", ("Accepts Marketing",), "boolean"),
    Column("line_quantity", ("Lineitem quantity",), "integer", required=True),
    Column("line_name", ("Lineitem name",), required=True),
    Column("line_price", ("Lineitem price",), "money", required=True),
    Column("line_sku", ("Lineitem sku",)),
    Column("line_discount", ("Lineitem discount",), "money"),
    Column("source_name", ("Source",)),
    Column("billing_name", ("Billing Name",), "person_name"),
    Column("shipping_name", ("Shipping Name",), "person_name"),
    Column("phone", ("Phone", "Billing Phone"), "phone"),
    Column("shipping_phone", ("Shipping Phone",), "phone"),
)


def of_order(column: str) -> str:
    """What the first line of an order says, for each of its lines."""
    return f"max({column}) over (partition by order_name)"


def part(amount: str) -> str:
    """The line's part of an amount of its order, by what lines cost; the parts sum to the cents of it."""
    before, after = (f"coalesce(({to}) / nullif({LINES}, 0), 0)" for to in (f"{SO_FAR} - {LINE}", SO_FAR))
    shared = f"round({amount} * {after}, 2) - round({amount} * {before}, 2)"
    return f"case when {LINES} > 0 then {shared} when {PLACE} = 1 then round({amount}, 2) else 0 end"


# A later line of an order bears its name, not its id: the id is the one of the order's first line.
OWN_ID = of_order("ltrim(order_id, '''')")
KEY = f"coalesce({OWN_ID}, stable_key('shopify', _account, order_name))"
PLACE = "row_number() over (partition by order_name order by _line)"
# `name:` marks what has no id of the shop's own: the models leave it out where the shop's lines are known.
LINE_ID = f"'name:' || stable_key('shopify', 'line', {KEY}, {PLACE})"
REFUND_ID = f"'name:' || stable_key('shopify', 'refund', {KEY})"
LINE = "(line_price * line_quantity - coalesce(line_discount, 0))"
LINES = f"sum({LINE}) over (partition by order_name)"
SO_FAR = f"sum({LINE}) over (partition by order_name order by _line)"
BEYOND_GOODS = "total - subtotal - coalesce(shipping, 0)"
TAX_INCLUDED = f"abs({BEYOND_GOODS}) < abs({BEYOND_GOODS} - coalesce(taxes, 0))"
IS_ORDER = "financial_status is not null or subtotal is not null"
GOODS = f"(subtotal + case when {TAX_INCLUDED} then 0 else coalesce(taxes, 0) end)"
SHARE = f"least(refunded_amount, {GOODS}) / nullif({GOODS}, 0)"
IS_REFUNDED = "order_name in (select order_name from typed where refunded_amount > 0)"
# What is given back of goods and tax; of a line's units only where the whole order came back.
REFUNDED_GOODS = of_order(f"subtotal * {SHARE}")
REFUNDED_TAX = of_order(f"coalesce(taxes, 0) * {SHARE}")
REFUNDED_UNITS = f"case when {of_order('cast(refunded_amount >= total as int)')} = 1 then line_quantity end"

FORMAT = Format(
    name="shopify_orders",
    title="Shopify orders",
    source="shopify",
    columns=COLUMNS,
    targets=(
        Target(
            "shopify",
            "order",
            {
                "id": KEY,
                "name": "order_name",
                "email": "email",
                "created_at": "created_at",
                "processed_at": "created_at",
                "cancelled_at": "cancelled_at",
                "currency": CURRENCY,
                "subtotal_price": "subtotal",
                "total_discounts": "discount_amount",
                "total_tax": "taxes",
                "total_price": "total",
                "taxes_included": TAX_INCLUDED,
                "test": "false",
                "financial_status": "financial_status",
                "source_name": "source_name",
            },
            key=("id",),
            where=IS_ORDER,
        ),
        Target(
            "shopify",
            "order_line",
            {
                "order_id": KEY,
                "id": LINE_ID,
                "name": "line_name",
                "title": "line_name",
                "sku": "line_sku",
                "price": "line_price",
                "quantity": "line_quantity",
                "total_discount": "line_discount",
                "index": PLACE,
            },
            key=("id",),
            where="line_name is not null",
        ),
        Target(
            "shopify",
            "refund",
            {"id": REFUND_ID, "order_id": KEY},
            key=("id",),
            where=f"({IS_ORDER}) and {IS_REFUNDED}",
        ),
        Target(
            "shopify",
            "order_line_refund",
            {
                "id": f"{LINE_ID} || ' refund'",
                "refund_id": REFUND_ID,
                "order_line_id": LINE_ID,
                "quantity": REFUNDED_UNITS,
                "subtotal": part(REFUNDED_GOODS),
                "total_tax": part(REFUNDED_TAX),
            },
            key=("id",),
            where=f"line_name is not null and {IS_REFUNDED}",
        ),
    ),
    signature=("order_name", "financial_status", "line_name", "line_price"),
    grain="entity",
    file_names=(r"orders?_export", r"shopify.*order"),
    checks=(currency_known("total"),),
)
