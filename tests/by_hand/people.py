"""Leads, orders and customers, by channel and month, from the CRM's, the shop's and GA4's exports."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from functools import cache
from typing import Any

from tests.by_hand.rows import Row, euros, moment, month, newest, number, paris_day, raw, same_address
from tests.by_hand.spend import Cell

HUBSPOT_CHANNELS = {
    "AI_REFERRALS": "AI Assistants",
    "DIRECT_TRAFFIC": "Direct",
    "EMAIL_MARKETING": "Email",
    "ORGANIC_SEARCH": "Organic Search",
    "OTHER_CAMPAIGNS": "Unassigned",
    "PAID_SEARCH": "Paid Search",
    "PAID_SOCIAL": "Paid Social",
    "REFERRALS": "Referral",
    "SOCIAL_MEDIA": "Organic Social",
}
ASSISTANTS = {"chatgpt.com", "perplexity.ai", "gemini.google.com", "copilot.microsoft.com", "claude.ai"}
SALESFORCE_CHANNELS = {
    "AI Referral": "AI Assistants",
    "Direct": "Direct",
    "Email": "Email",
    "Organic Search": "Organic Search",
    "Organic Social": "Organic Social",
    "Paid Search": "Paid Search",
    "Paid Social": "Paid Social",
    "Referral": "Referral",
}


def hubspot_contacts() -> list[Row]:
    """Contacts as they stand now: neither deleted nor merged into another."""
    contacts = newest(raw("hubspot", "contact"), "id")
    merged = {m for row in contacts.values() for m in row["property_hs_merged_object_ids"].split(";") if m}
    return [
        r for r in contacts.values() if r["id"] not in merged and r["_fivetran_deleted"].lower() != "true"
    ]


def salesforce_leads() -> list[Row]:
    return [r for r in newest(raw("salesforce", "lead"), "id").values() if r["is_deleted"].lower() != "true"]


@cache
def first_leads() -> dict[str, tuple[dt.datetime, str | None]]:
    """Address (or the CRM's id) to the moment it first became a lead, and that record's channel."""
    seen: dict[str, list[tuple[dt.datetime, str | None]]] = defaultdict(list)
    for row in hubspot_contacts():
        when = row["property_hs_lifecyclestage_lead_date"]
        if when:
            channel = HUBSPOT_CHANNELS.get(row["property_hs_analytics_source"])
            seen[same_address(row["property_email"]) or f"hubspot {row['id']}"].append(
                (moment(when), channel)
            )
    for row in salesforce_leads():
        channel = SALESFORCE_CHANNELS.get(row["lead_source"])
        seen[same_address(row["email"]) or f"salesforce {row['id']}"].append(
            (moment(row["created_date"]), channel)
        )
    return {who: min(records, key=lambda r: r[0]) for who, records in seen.items()}


def leads() -> Counter[Cell]:
    return Counter((channel, month(paris_day(when.isoformat()))) for when, channel in first_leads().values())


def valid_orders() -> list[Row]:
    orders = newest(raw("shopify", "order"), "id").values()
    return [r for r in orders if not r["cancelled_at"] and r["test"].lower() != "true"]


def ordered_at(order: Row) -> str:
    return order["processed_at"] or order["created_at"]


@cache
def refunded() -> dict[str, float]:
    """Refunded goods without tax, by order, in the order's currency."""
    order_of = {row["id"]: row["order_id"] for row in newest(raw("shopify", "refund"), "id").values()}
    total: dict[str, float] = defaultdict(float)
    for row in newest(raw("shopify", "order_line_refund"), "id").values():
        total[order_of[row["refund_id"]]] += number(row["subtotal"]) - number(row["total_tax"])
    return total


def order_value(order: Row) -> float:
    """Goods without tax and shipping, net of refunds, in euros at the order day's rate."""
    tax = number(order["total_tax"]) if order["taxes_included"].lower() == "true" else 0.0
    net = number(order["subtotal_price"]) - tax - refunded().get(order["id"], 0.0)
    return euros(net, order["currency"], paris_day(ordered_at(order)))


@cache
def purchase_events() -> dict[str, Row]:
    """The first purchase event of each transaction id, exact repeats and unusable ids left out."""
    found: dict[str, Row] = {}
    for row in sorted(raw("ga4", "events"), key=lambda r: int(r["event_timestamp"])):
        if row["event_name"] == "purchase" and row["ecommerce"]:
            transaction = json.loads(row["ecommerce"]).get("transaction_id") or "(not set)"
            if transaction != "(not set)":
                found.setdefault(transaction, row)
    return found


def session_of(row: Row) -> str | None:
    """A session is the pair of visitor and ga_session_id; without consent there is neither."""
    params: list[dict[str, Any]] = json.loads(row["event_params"] or "[]")
    ids = [p["value"].get("int_value") for p in params if p["key"] == "ga_session_id"]
    return (
        f"{row['user_pseudo_id']} {ids[0]}" if row["user_pseudo_id"] and ids and ids[0] is not None else None
    )


def order_channel(name: str) -> str | None:
    """The channel that GA4 itself gave to the session which bought; assistants are a channel of their own."""
    event = purchase_events().get(name)
    if event is None or session_of(event) is None:
        return None
    click = json.loads(event["session_traffic_source_last_click"] or "{}").get("cross_channel_campaign") or {}
    return "AI Assistants" if click.get("source") in ASSISTANTS else click.get("default_channel_group")


def won_deals() -> list[tuple[dt.datetime, str]]:
    """When each won deal was closed, and the address of the person who signed (or the deal itself)."""
    stages = {row["stage_id"]: row for row in raw("hubspot", "deal_pipeline_stage")}
    contacts = {row["id"]: row for row in newest(raw("hubspot", "contact"), "id").values()}
    merged_away = {row["merged_deal_id"] for row in raw("hubspot", "merged_deal")}
    contact_of = {row["deal_id"]: row["contact_id"] for row in raw("hubspot", "deal_contact")}
    found = []
    for deal in newest(raw("hubspot", "deal"), "deal_id").values():
        stage = stages.get(deal["deal_pipeline_stage_id"])
        won = stage is not None and stage["closed_won"].lower() == "true"
        if won and deal["is_deleted"].lower() != "true" and deal["deal_id"] not in merged_away:
            contact = contacts.get(contact_of.get(deal["deal_id"], ""))
            address = same_address(contact["property_email"]) if contact else ""
            found.append((moment(deal["property_closedate"]), address or f"deal {deal['deal_id']}"))
    lead_of = {
        row["converted_opportunity_id"]: row for row in salesforce_leads() if row["converted_opportunity_id"]
    }
    for deal in newest(raw("salesforce", "opportunity"), "id").values():
        if deal["is_won"].lower() == "true" and deal["is_deleted"].lower() != "true":
            lead = lead_of.get(deal["id"])
            address = same_address(lead["email"]) if lead else ""
            found.append((moment(deal["close_date"]), address or f"opportunity {deal['id']}"))
    return found


@cache
def first_purchases() -> dict[str, tuple[dt.datetime, str]]:
    """Address (or customer, or order) to the first order or won deal: moment, and the order's name or ''."""
    customer = {
        row["id"]: same_address(row["email"]) for row in newest(raw("shopify", "customer"), "id").values()
    }
    events: dict[str, list[tuple[dt.datetime, str]]] = defaultdict(list)
    for order in valid_orders():
        address = customer.get(order["customer_id"]) or same_address(order["email"])
        who = address or (
            f"customer {order['customer_id']}" if order["customer_id"] else f"order {order['id']}"
        )
        events[who].append((moment(ordered_at(order)), order["name"].lstrip("#")))
    for when, who in won_deals():
        events[who].append((when, ""))
    return {who: min(moments) for who, moments in events.items()}


def new_customers() -> Counter[Cell]:
    """By the channel of the first order, or where that is not known, of the CRM's record of the person."""
    count: Counter[Cell] = Counter()
    for who, (when, order) in first_purchases().items():
        channel = (order_channel(order) if order else None) or crm_channel(who)
        count[channel, month(paris_day(when.isoformat()))] += 1
    return count


@cache
def crm_origins() -> dict[str, str | None]:
    """Address to the original source of the person's earliest CRM record, lead or not."""
    seen: dict[str, list[tuple[dt.datetime, str | None]]] = defaultdict(list)
    for row in hubspot_contacts():
        channel = HUBSPOT_CHANNELS.get(row["property_hs_analytics_source"])
        seen[same_address(row["property_email"])].append((moment(row["property_createdate"]), channel))
    for row in salesforce_leads():
        channel = SALESFORCE_CHANNELS.get(row["lead_source"])
        seen[same_address(row["email"])].append((moment(row["created_date"]), channel))
    return {who: min(records, key=lambda r: r[0])[1] for who, records in seen.items()}


def crm_channel(who: str) -> str | None:
    return crm_origins().get(who)


def revenue() -> dict[Cell, float]:
    total: dict[Cell, float] = defaultdict(float)
    for order in valid_orders():
        total[order_channel(order["name"].lstrip("#")), month(paris_day(ordered_at(order)))] += order_value(
            order
        )
    return dict(total)
