"""The shop's own tables: products, customers, orders, lines, refunds; and the offers made after an order."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo.company import PRODUCTS
from leadline.demo.draw import Bools, Ints
from leadline.demo.ga4_table import customer_since
from leadline.demo.orders import PRICES, Orders
from leadline.demo.people import People, styled
from leadline.demo.piece import Piece, listing, piece
from leadline.demo.plan import Plan
from leadline.demo.schema import NEVER, columns
from leadline.demo.traffic import Traffics
from leadline.demo.visits import Visits

CUSTOMER_IDS, ORDER_IDS, LINE_IDS, REFUND_IDS = 7_000_000_000, 5_400_000_000, 6_100_000_000, 8_800_000_000
UPSELL = 11  # position in PRODUCTS of what is offered after an order
UPSELL_PRICE = 2490


def customer_ids(orders: Orders, people: People) -> pa.Array:
    """The shop's customer id of every person; NULL for those without an account."""
    since = customer_since(orders, people.size)
    return pa.array(CUSTOMER_IDS + people.index, mask=since < 0).cast(pa.string())


def order_names(orders: Orders) -> pa.Array:
    return pc.binary_join_element_wise("#", pa.array(orders.number).cast(pa.string()), "")


def catalogue(plan: Plan) -> Iterator[Piece]:
    """Products, their variants and what they cost to buy."""
    opened, synced = int(plan.midnights[0]) - 400 * 86_400, plan.exported_at
    yield listing(
        "shopify",
        "product",
        [
            {
                "id": p.id,
                "title": p.title,
                "product_type": p.kind,
                "vendor": "Maison Oriane",
                "created_at": opened + 3600 * p.number,
                "_fivetran_synced": synced,
            }
            for p in PRODUCTS
        ],
    )
    yield listing(
        "shopify",
        "product_variant",
        [
            {
                "id": p.variant_id,
                "product_id": p.id,
                "sku": p.sku,
                "price": p.price / 100,
                "inventory_item_id": p.item_id,
                "_fivetran_synced": synced,
            }
            for p in PRODUCTS
        ],
    )
    yield listing(
        "shopify",
        "inventory_item",
        [
            {
                "id": p.item_id,
                "sku": p.sku,
                "cost": p.cost / 100,
                "currency_code": "EUR",
                "_fivetran_synced": synced,
            }
            for p in PRODUCTS
        ],
    )


def tables(plan: Plan, people: People, traffics: Traffics, visits: Visits, orders: Orders) -> Iterator[Piece]:
    """The rows of one block."""
    yield "shopify", "customer", _customers(plan, people, orders), None
    yield from _orders(plan, people, traffics, visits, orders)
    yield from _refunds(plan, orders)
    yield "upsell", "offer", _offers(plan, people, orders), None


def accepts_marketing(people: People) -> Bools:
    return people.index % 9 < 4


def _customers(plan: Plan, people: People, orders: Orders) -> pa.Table:
    since = customer_since(orders, people.size)
    who = np.flatnonzero(since >= 0)
    who = who[np.argsort(since[who], kind="stable")]
    counts = np.bincount(orders.person[orders.valid], minlength=people.size)[who]
    spent = np.zeros(people.size, np.int64)
    np.add.at(spent, orders.person[orders.valid], (orders.subtotal + orders.shipping)[orders.valid])
    latest = np.zeros(people.size, np.int64)
    np.maximum.at(latest, orders.person, orders.at)
    first, last = people.names
    return columns(
        "shopify",
        "customer",
        len(who),
        {
            "id": customer_ids(orders, people).take(who),
            "email": styled(people.email, people.index, 1).take(who),
            "first_name": first.take(who),
            "last_name": last.take(who),
            "created_at": since[who],
            "updated_at": latest[who],
            "orders_count": counts.astype(np.int64),
            "total_spent": spent[who] / 100.0,
            "accepts_marketing": accepts_marketing(people)[who],
            "_fivetran_synced": plan.exported_at,
        },
    )


def _orders(plan: Plan, people: People, traffics: Traffics, visits: Visits, o: Orders) -> Iterator[Piece]:
    traffic = order_traffic(visits, o)
    seen = people.consents[o.person] & (traffic >= 0)
    landing = [f"/{t.query}" for t in traffics.rows]
    referrer = [t.referrer for t in traffics.rows]
    refunded = o.refunded_at >= 0
    whole = refunded & (o.refund_value == o.subtotal)
    status = np.select([o.cancelled_at >= 0, whole, refunded], [3, 2, 1], 0)
    identifier = pa.array(ORDER_IDS + o.number).cast(pa.string())
    email = styled(people.email, people.index, 2).take(o.person)
    yield piece(
        "shopify",
        "order",
        o.size,
        {
            "id": identifier,
            "name": order_names(o),
            "email": pc.if_else(pa.array(~o.web & (o.number % 3 == 0)), pa.scalar(None, pa.string()), email),
            "customer_id": customer_ids(o, people).take(o.person),
            "created_at": o.at,
            "processed_at": o.at + 2,
            "cancelled_at": o.cancelled_at,
            "currency": "EUR",
            "subtotal_price": o.subtotal / 100.0,
            "total_discounts": o.discounts / 100.0,
            "total_tax": o.tax / 100.0,
            "total_price": (o.subtotal + o.shipping) / 100.0,
            "taxes_included": True,
            "test": o.test,
            "financial_status": pa.array(["paid", "partially_refunded", "refunded", "voided"]).take(status),
            "source_name": pa.array(["pos", "web"]).take(o.web.astype(np.int64)),
            "landing_site_base_url": pa.array(landing).take(pa.array(traffic, mask=~seen)),
            "referring_site": pa.array(referrer, pa.string()).take(pa.array(traffic, mask=~seen)),
            "_fivetran_synced": plan.exported_at,
        },
        o.day,
    )
    yield _lines(plan, o, identifier)


def _lines(plan: Plan, o: Orders, identifier: pa.Array) -> Piece:
    nth = np.arange(len(o.line_order), dtype=np.int64) - o.first_line[o.line_order]
    sku = pa.array([p.sku for p in PRODUCTS])
    title = pa.array([p.title for p in PRODUCTS]).take(o.product)
    return piece(
        "shopify",
        "order_line",
        len(o.line_order),
        {
            "order_id": identifier.take(o.line_order),
            "id": line_ids(o, o.line_order, nth),
            "product_id": pa.array([p.id for p in PRODUCTS]).take(o.product),
            "variant_id": pa.array([p.variant_id for p in PRODUCTS]).take(o.product),
            "name": title,
            "title": title,
            "sku": sku.take(o.product),
            "price": PRICES[o.product] / 100.0,
            "quantity": o.quantity,
            "total_discount": o.discount / 100.0,
            "gift_card": False,
            "index": nth + 1,
            "_fivetran_synced": plan.exported_at,
        },
        o.day[o.line_order],
    )


def line_ids(o: Orders, order: Ints, nth: Ints) -> pa.Array:
    return pa.array(LINE_IDS + o.number[order] * 4 + nth).cast(pa.string())


def order_traffic(visits: Visits, orders: Orders) -> Ints:
    """Traffic row of the visit in which every order was placed; NEVER for the boutique's."""
    answer = np.full(orders.size, NEVER, np.int64)
    buying = np.flatnonzero(visits.order >= 0)
    answer[visits.order[buying]] = visits.traffic[buying]
    return answer


def _refunds(plan: Plan, o: Orders) -> Iterator[Piece]:
    which = np.flatnonzero(o.refunded_at >= 0)
    refund = pa.array(REFUND_IDS + o.number[which]).cast(pa.string())
    yield piece(
        "shopify",
        "refund",
        len(which),
        {
            "id": refund,
            "order_id": pa.array(ORDER_IDS + o.number[which]).cast(pa.string()),
            "created_at": o.refunded_at[which],
            "processed_at": o.refunded_at[which],
            "note": pa.array(["Retour", "Article abîmé", None]).take(o.number[which] % 3),
            "_fivetran_synced": plan.exported_at,
        },
    )
    yield piece(
        "shopify",
        "order_line_refund",
        len(which),
        {
            "id": pa.array(REFUND_IDS + 100_000_000 + o.number[which]).cast(pa.string()),
            "refund_id": refund,
            "order_line_id": line_ids(o, which, np.zeros(len(which), np.int64)),
            "quantity": o.refunded_quantity[which],
            "subtotal": o.refund_value[which] / 100.0,
            "total_tax": o.refund_tax[which] / 100.0,
            "_fivetran_synced": plan.exported_at,
        },
    )


def offered(orders: Orders) -> Ints:
    """Orders after which something more was offered."""
    return np.flatnonzero(orders.web & (orders.number % 5 < 3) & (orders.cancelled_at < 0) & ~orders.test)


def accepted(orders: Orders) -> Bools:
    """Whether the offer made after an order was accepted."""
    return (orders.number * 7 % 11 < 2).astype(np.bool_)


def _offers(plan: Plan, people: People, o: Orders) -> pa.Table:
    which = offered(o)
    took = accepted(o)[which] & (o.at[which] + 75 < plan.midnights[-1])
    return columns(
        "upsell",
        "offer",
        len(which),
        {
            "id": pa.array(o.number[which]).cast(pa.string()),
            "offer_name": "coffret-apres-achat",
            "shown_at": o.at[which] + 20,
            "accepted_at": np.where(took, o.at[which] + 75, NEVER),
            "order_name": order_names(o).take(which),
            "customer_id": customer_ids(o, people).take(o.person[which]),
            "product_id": PRODUCTS[UPSELL].id,
            "amount": UPSELL_PRICE / 100,
            "currency": "EUR",
            "_fivetran_synced": plan.exported_at,
        },
    )
