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
# A later line of an order bears its name, not its id: the id is the one of the order's first line.
OWN_ID = "max(ltrim(order_id, '''')) over (partition by order_name)"
KEY = f"coalesce({OWN_ID}, stable_key('shopify', _account, order_name))"
PLACE = "row_number() over (partition by order_name order by _line)"
BEYOND_GOODS = "total - subtotal - coalesce(shipping, 0)"
TAX_INCLUDED = f"abs({BEYOND_GOODS}) < abs({BEYOND_GOODS} - coalesce(taxes, 0))"
IS_ORDER = "financial_status is not null or subtotal is not null"
IS_REFUNDED = f"({IS_ORDER}) and refunded_amount > 0"
GOODS = f"(subtotal + case when {TAX_INCLUDED} then 0 else coalesce(taxes, 0) end)"
SHARE = f"least(refunded_amount, {GOODS}) / nullif({GOODS}, 0)"

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
                "id": f"stable_key('shopify', 'line', {KEY}, {PLACE})",
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
            {"id": f"stable_key('shopify', 'refund', {KEY})", "order_id": KEY},
            key=("id",),
            where=IS_REFUNDED,
        ),
        Target(
            "shopify",
            "order_line_refund",
            {
                "id": f"stable_key('shopify', 'line refund', {KEY})",
                "refund_id": f"stable_key('shopify', 'refund', {KEY})",
                "subtotal": f"round(subtotal * {SHARE}, 2)",
                "total_tax": f"round(coalesce(taxes, 0) * {SHARE}, 2)",
            },
            key=("id",),
            where=IS_REFUNDED,
        ),
    ),
    signature=("order_name", "financial_status", "line_name", "line_price"),
    grain="entity",
    file_names=(r"orders?_export", r"shopify.*order"),
    checks=(currency_known("total"),),
)
