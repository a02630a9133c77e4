"""What is true of leads, customers, orders and everyone written to or asked; and the traps in how it is
recorded."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import numpy as np

from leadline.demo import mail, naive, office, social
from leadline.demo.ledger import Ledger
from leadline.demo.plan import Plan
from leadline.demo.rates import to_euro
from leadline.demo.traffic import Traffics

LISTS = ("newsletter", "firms", "customers")


def totals(plan: Plan, ledger: Ledger, traffics: Traffics) -> dict[str, Any]:
    """Everything from leads to partners. Amounts in euro; months and days local."""
    return {
        "leads": _stage(ledger, "leads"),
        "mql": _stage(ledger, "mql"),
        "sql": _stage(ledger, "sql"),
        "deals": ledger.totals["deals"],
        "won_deals": ledger.by_month("won_deals"),
        "won_amount": {k: n / 100 for k, n in ledger.by_key("won_amount").items()},
        "won_amount_eur": (ledger.by_key("won_amount").get("EUR", 0) + ledger.facts.get("won_euro", 0.0))
        / 100,
        "sales_cycle_days": ledger.totals["sales_cycle_seconds"] / 86_400,
        "new_customers": {
            "total": ledger.total("new_customers"),
            "by_month": ledger.by_month("new_customers"),
        },
        "customers_by_month": _customers(plan, ledger),
        "active_customers": ledger.by_month("active_customers_by_month"),
        "shop_customers": ledger.totals["shop_customers"],
        "shop_customers_with_two_orders": ledger.totals["shop_customers_again"],
        "purchases": {"total": ledger.total("orders"), "by_month": ledger.by_month("orders")}
        | {"by_channel": ledger.by_key("orders_by_channel")},
        "order_value": _money(ledger, "order_value"),
        "order_value_with_tax": _money(ledger, "order_value_with_tax"),
        "refunds": _money(ledger, "refunds"),
        "revenue": _revenue(ledger),
        "units": ledger.total("units"),
        "cost_of_goods": ledger.total("cost_of_goods") / 100,
        "offers_shown": ledger.total("offers_shown"),
        "offers_accepted": ledger.total("offers_accepted"),
        "marketing_costs": marketing_costs(plan),
        "email": _email(ledger, traffics),
        "lists": {name: _list(plan, ledger, name) for name in LISTS},
        "nps": ledger.by_key("nps") | {"by_month": ledger.by_month_and_key("nps")},
        "csat": ledger.by_key("csat"),
        "tickets": {"total": ledger.total("tickets"), "by_month": ledger.by_month("tickets")},
        "reviews": ledger.by_key("reviews") | {"ratings": ledger.by_key("review_ratings")},
        "partners": _partners(plan, ledger),
        "followers": _followers(plan),
        "posts": _posts(plan),
        "mentions": dict(sorted(Counter(m["sentiment"] for m in office.mentions(plan)).items())),
        "audiences": _audiences(plan),
    }


def _stage(ledger: Ledger, name: str) -> dict[str, Any]:
    return {
        "total": ledger.total(name),
        "by_month": ledger.by_month(name),
        "by_channel": ledger.by_key(name),
        "by_month_and_channel": ledger.by_month_and_key(name),
    }


def _money(ledger: Ledger, name: str) -> dict[str, Any]:
    months = {month: n / 100 for month, n in ledger.by_month(name).items()}
    return {"total": ledger.total(name) / 100, "by_month": months}


def _revenue(ledger: Ledger) -> dict[str, Any]:
    value, back = ledger.by_month("order_value"), ledger.by_month("refunds")
    return {
        "total": (ledger.total("order_value") - ledger.total("refunds")) / 100,
        "by_month": {month: (value[month] - back[month]) / 100 for month in value},
        "by_channel": {k: n / 100 for k, n in ledger.by_key("revenue_by_channel").items()},
    }


def _customers(plan: Plan, ledger: Ledger) -> dict[str, dict[str, int]]:
    """Customers at the start and end of months; a customer is lost on the 180th day after the last
    purchase."""
    new, lost, back = (ledger.by_month(n) for n in ("new_customers", "customers_lost", "customers_returned"))
    answer, current = {}, 0
    for month in plan.months:
        start = current
        current += new[month] + back[month] - lost[month]
        answer[month] = {
            "at_start": start,
            "new": new[month],
            "returned": back[month],
            "lost": lost[month],
            "at_end": current,
        }
    return answer


def marketing_costs(plan: Plan) -> dict[str, Any]:
    """Costs in euro, spread evenly over the days of their period, each day at its rate; and by the period's
    start."""
    months: dict[str, float] = dict.fromkeys(plan.months, 0.0)
    started: dict[str, float] = {}
    kinds: dict[str, float] = {}
    total = 0
    for cost in office.costs(plan):
        first, last = cost["period_start"], cost["period_end"]
        length = (last - first).days + 1
        total += cost["amount_cents"]
        started[f"{first:%Y-%m}"] = started.get(f"{first:%Y-%m}", 0.0) + cost["amount_cents"] / 100
        for n in range(length):
            day = first + dt.timedelta(days=n)
            part = to_euro(plan, cost["amount_cents"], cost["currency"], min(day, plan.end)) / length / 100
            key = f"{day:%Y-%m}"
            months[key] = months.get(key, 0.0) + part
            kinds[cost["cost_type"]] = kinds.get(cost["cost_type"], 0.0) + part
    return {
        "by_month": months,
        "by_type": kinds,
        "by_month_of_start": started,
        "amounts_added_up": total / 100,
    }


def _email(ledger: Ledger, traffics: Traffics) -> dict[str, Any]:
    answer = {}
    for name in ("newsletters", "firm_mails", "follow_ups"):
        table = ledger.facts.get(name)
        sums = [0] * len(mail.COUNTED) if table is None else table.sum(axis=0).tolist()
        answer[name] = dict(zip(mail.COUNTED, sums, strict=True)) | {
            "campaigns": len(getattr(traffics, name))
        }
    return answer


def list_size(ledger: Ledger, name: str) -> list[int]:
    """Active subscribers of a list at the end of every day."""
    change = ledger.of(f"joined_{name}")[:, 0] - ledger.of(f"left_{name}")[:, 0]
    return [int(n) for n in np.cumsum(change)]


def _list(plan: Plan, ledger: Ledger, name: str) -> dict[str, Any]:
    sizes = list_size(ledger, name)
    return {
        "signups": ledger.by_month(f"joined_{name}"),
        "left": ledger.by_month(f"left_{name}"),
        "size_at_month_ends": {plan.months[i]: sizes[d] for i, d in enumerate(plan.month_ends)},
        "pending": ledger.totals[f"pending_{name}"],
    }


def _partners(plan: Plan, ledger: Ledger) -> dict[str, dict[str, int]]:
    answer: dict[str, dict[str, int]] = {}
    change = ledger.of("partners_joined", ("partner", "affiliate")) - ledger.of(
        "partners_left", ("partner", "affiliate")
    )
    current = np.cumsum(change, axis=0)
    for i, day in enumerate(plan.month_ends):
        answer[plan.months[i]] = {"partner": int(current[day, 0]), "affiliate": int(current[day, 1])}
    return answer


def _followers(plan: Plan) -> dict[str, dict[str, int]]:
    return {
        plan.months[i]: {
            network: social.followers(plan, network)[day] for network in ("facebook", "instagram", "linkedin")
        }
        for i, day in enumerate(plan.month_ends)
    }


def _posts(plan: Plan) -> dict[str, dict[str, int]]:
    answer = {}
    for network in ("facebook", "instagram", "linkedin"):
        made = social.posts(plan, network)
        answer[network] = {"posts": len(made)} | {
            name: sum(getattr(p, name) for p in made)
            for name in ("shown", "reach", "likes", "comments", "shares", "clicks")
        }
        if network == "instagram":
            stories = [p for p in made if p.kind == "story"]
            answer[network]["likes_of_stories_not_reported"] = sum(p.likes for p in stories)
    return answer


def _audiences(plan: Plan) -> dict[str, int]:
    """People on retargeting lists on the last day of every month."""
    sizes: Counter[str] = Counter()
    ends = {plan.dates[d] for d in plan.month_ends}
    for row in office.audiences(plan):
        if row["date"] in ends and row["is_retargeting"]:
            sizes[f"{row['date']:%Y-%m}"] += row["size"]
    return dict(sizes)


def traps(plan: Plan, ledger: Ledger, traffics: Traffics, sums: Counter[str]) -> None:
    """Record the traps of the CRMs, the shop, the lists and the pages."""
    _crm(ledger)
    _shop(ledger)
    _people(plan, ledger)
    _audience(plan, ledger, traffics, sums)
    _costs(plan, ledger)


def _crm(ledger: Ledger) -> None:
    t = ledger.totals
    second = t["contacts_merged"] + t["contacts_repeated"] + t["contacts_dropped"]
    rows = t["leads_in_hubspot"] + second + t["contacts_older"] + t["leads_in_salesforce"]
    ledger.trap(
        "repeated_leads",
        "Rows of contacts and leads: older exports, merged and deleted contacts, one address in two"
        " spellings, and people of both CRMs.",
        rows,
        ledger.total("leads"),
        table="hubspot.contact",
        merged=t["contacts_merged"],
        repeated=t["contacts_repeated"],
        deleted=t["contacts_dropped"],
        older_exports=t["contacts_older"],
        in_both_crms=t["leads_in_both"],
    )
    ledger.trap(
        "leads_without_address",
        "Leads without an e-mail address are as many leads, not one and not none.",
        ledger.total("leads") - t["leads_without_address"],
        ledger.total("leads"),
        table="hubspot.contact",
    )
    ledger.trap(
        "leads_without_source",
        "Leads of which the CRM does not say where they came from: reported as such.",
        0,
        t["leads_without_source"],
        table="hubspot.contact",
    )
    ledger.trap(
        "deals_without_source",
        "Deals without an original source stay unattributed.",
        0,
        t["deals_without_source"],
        table="hubspot.deal",
        deals=t["deals"],
    )
    utc, local = ledger.by_month("won_deals_by_utc_day"), ledger.by_month("won_deals")
    ledger.trap(
        "won_in_utc",
        "Deals won late in the evening, UTC: on the next day in Paris, some in the next month.",
        utc,
        local,
        table="hubspot.deal",
        another_day=t["won_on_another_day"],
        another_month=t["won_in_another_month"],
    )
    amounts = ledger.by_key("won_amount")
    ledger.trap(
        "deals_in_two_currencies",
        "Amounts of won deals added up over currencies, or in euro at the day's rate.",
        sum(amounts.values()) / 100,
        (amounts.get("EUR", 0) + ledger.facts.get("won_euro", 0.0)) / 100,
        table="hubspot.deal",
        by_currency={k: n / 100 for k, n in amounts.items()},
    )


def _shop(ledger: Ledger) -> None:
    t, value = ledger.totals, ledger.total("order_value") / 100
    ledger.trap(
        "tests_and_cancellations",
        "Orders counted with tests and cancelled ones.",
        t["orders_raw"],
        ledger.total("orders"),
        table="shopify.order",
        tests=t["orders_test"],
        cancelled=t["orders_cancelled"],
        value_of_all=t["order_value_raw"] / 100,
        value=value,
    )
    ledger.trap(
        "orders_joined_to_lines",
        "Order value added up once a line, and orders without lines lost.",
        t["order_value_once_a_line"] / 100,
        value,
        table="shopify.order_line",
        lines=t["order_lines"],
    )
    ledger.trap(
        "orders_without_lines",
        "Orders whose lines were all taken out are purchases still.",
        ledger.total("orders") - t["orders_without_lines"],
        ledger.total("orders"),
        table="shopify.order_line",
    )
    ledger.trap(
        "tax_in_prices",
        "Prices include tax; order value does not.",
        ledger.total("order_value_with_tax") / 100,
        value,
        table="shopify.order",
    )
    back, sold = ledger.by_month("refunds_by_refund_day"), ledger.by_month("order_value")
    later = {m: (sold[m] - back[m]) / 100 for m in sold}
    ledger.trap(
        "refunds_in_later_months",
        "Revenue by month with refunds taken off when they were paid, not where they belong.",
        later,
        _revenue(ledger)["by_month"],
        table="shopify.refund",
    )


def _people(plan: Plan, ledger: Ledger) -> None:
    back = ledger.total("customers_returned")
    ledger.trap(
        "customers_who_return",
        "Customers lost after 180 days who come back are not new again.",
        ledger.total("new_customers") + back,
        ledger.total("new_customers"),
        table="shopify.order",
    )
    month = plan.months[-2] if len(plan.months) > 1 else plan.months[-1]
    row = _customers(plan, ledger)[month]
    if row["at_start"] and row["at_end"]:
        ledger.trap(
            "churn_denominator",
            f"Churn of {month}: customers lost over customers at the end, or at the start.",
            row["lost"] / row["at_end"],
            row["lost"] / row["at_start"],
            table="shopify.order",
            month=month,
        )


def _audience(plan: Plan, ledger: Ledger, traffics: Traffics, sums: Counter[str]) -> None:
    ledger.trap(
        "email_revenue_claimed",
        "Mailchimp claims an order once for every newsletter that the buyer opened; orders whose session"
        " came from an e-mail are fewer.",
        naive.get(sums, "mailchimp.campaign_report.ecommerce_total_revenue"),
        ledger.by_key("revenue_by_channel").get("Email", 0) / 100,
        table="mailchimp.campaign_report",
    )
    read = _email(ledger, traffics)["newsletters"]
    delivered = read["sent"] - read["hard"] - read["soft"]
    if delivered and read["sent"]:
        ledger.trap(
            "open_rate_on_sent",
            "Opens over e-mails sent, all opens counted; right: unique opens over delivered.",
            read["opens"] / read["sent"],
            read["unique_opens"] / delivered,
            table="mailchimp.campaign_report",
        )
    rows, size = ledger.totals["rows_newsletter"], list_size(ledger, "newsletter")[-1]
    ledger.trap(
        "list_rows",
        "Members of the list: all rows, or those confirmed and neither left nor cleaned.",
        rows,
        size,
        table="mailchimp.member",
    )
    missing = [d for d in plan.month_ends if social.is_missing(plan, "linkedin", d)]
    for day in missing[:1]:
        every = {n: social.followers(plan, n)[day] for n in ("facebook", "instagram", "linkedin")}
        ledger.trap(
            "followers_missing",
            f"LinkedIn's row of {plan.dates[day]} was never delivered: its followers are the last known,"
            f" not none.",
            every["facebook"] + every["instagram"],
            every["facebook"] + every["instagram"] + social.followers(plan, "linkedin")[day - 1],
            table="linkedin_pages.organization_daily_statistic",
            date=str(plan.dates[day]),
        )
        first = plan.position(plan.dates[day].replace(day=1))
        if first >= 0:
            ledger.trap(
                "followers_summed",
                f"Facebook fans of {plan.months[int(plan.month_of_day[day])]}, days added up.",
                sum(social.followers(plan, "facebook")[first : day + 1]),
                every["facebook"],
                table="meta_business_suite.daily_page_metrics_total",
            )
    kinds = ledger.by_key("csat")
    ledger.trap(
        "csat_on_two_scales",
        "Answers of 4 and more counted as satisfied, on five points and on ten alike.",
        ledger.total("csat_naive_satisfied"),
        kinds.get("5-point, satisfied", 0) + kinds.get("10-point, satisfied", 0),
        table="surveys.response",
    )


def _costs(plan: Plan, ledger: Ledger) -> None:
    costs = marketing_costs(plan)
    ledger.trap(
        "costs_in_two_currencies",
        "Marketing costs added up although one tool is paid in dollars.",
        costs["amounts_added_up"],
        sum(costs["by_month"].values()),
        table="costs.marketing_cost",
    )
    ledger.trap(
        "costs_over_two_months",
        "Costs put into the month in which their period starts.",
        costs["by_month_of_start"],
        costs["by_month"],
        table="costs.marketing_cost",
    )
