"""Counts what is true of one block of people, from the decisions themselves; blocks share no person."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadline.demo import care, company, crm, ga4_rows, shop
from leadline.demo.company import PRODUCTS
from leadline.demo.crm import Leads
from leadline.demo.draw import Bools, Ints
from leadline.demo.ga4_rows import Events, Walks
from leadline.demo.ledger import Ledger
from leadline.demo.mail import Members
from leadline.demo.orders import Orders
from leadline.demo.origins import ORIGINS
from leadline.demo.people import People
from leadline.demo.plan import Plan
from leadline.demo.rates import to_euro
from leadline.demo.traffic import ASK, Traffics
from leadline.demo.visits import Forms, Visits

INACTIVE = 180  # days after which a customer who has not bought again is lost
CURRENCIES = ("EUR", "USD")
FACEBOOK = ("facebook", "m.facebook.com", "l.facebook.com", "lm.facebook.com")
MANY = 100_000  # more than there are days, months or products
NONE = "(none)"  # the channel of what has none


@dataclass(frozen=True)
class Block:
    """All that happened to one block of people."""

    plan: Plan
    traffics: Traffics
    people: People
    orders: Orders
    visits: Visits
    events: Events
    walks: Walks
    leads: Leads
    care: care.Care
    lists: dict[str, Members]
    forms: Forms

    @property
    def consented(self) -> Bools:
        """Per visit."""
        return self.people.consents[self.visits.person]

    @property
    def known(self) -> Bools:
        """Per event: whether it carries identifiers."""
        return self.consented[self.events.visit]

    @property
    def browser(self) -> Ints:
        """Per visit: one number for one browser, which has one user_pseudo_id."""
        return self.visits.person * 2 + self.visits.device

    @property
    def event_day(self) -> Ints:
        return self.plan.day_of(self.events.at)


def all_of(ledger: Ledger, block: Block) -> None:
    """Everything, in the order of the funnel."""
    _platforms(ledger, block)
    _sessions(ledger, block)
    _visitors(ledger, block)
    _pages(ledger, block)
    _goals(ledger, block)
    _orders(ledger, block)
    _tags(ledger, block)
    _leads(ledger, block)
    _customers(ledger, block)
    for name, members in block.lists.items():
        _list(ledger, block.plan, name, members)
    _care(ledger, block)


def distinct(one: Ints, two: Ints) -> tuple[Ints, Ints]:
    """Distinct pairs; the second numbers are days, months or products, which are few."""
    pairs = np.unique(one * MANY + two)
    return pairs // MANY, pairs % MANY


def _platforms(ledger: Ledger, b: Block) -> None:
    """What the ad platforms and the search engine will report on: all visits, whether or not people
    consent."""
    origins = b.traffics.origin_of[b.visits.traffic]
    names = [o.key for o in ORIGINS]
    known = origins >= 0
    ledger.add("visits_by_origin", b.visits.day[known], origins[known], labels=names)
    asks = known & (b.visits.kind == ASK)
    ledger.add("requests_by_origin", b.visits.day[asks], origins[asks], labels=names)
    organic = b.traffics.channels.index("Organic Search")
    found = b.traffics.channel_of[b.visits.traffic] == organic
    ledger.add("organic_visits", b.visits.day[found])


def _sessions(ledger: Ledger, b: Block) -> None:
    v, traffics = b.visits, b.traffics
    yes = b.consented
    day, channel = v.day[yes], traffics.channel_of[v.traffic[yes]]
    ledger.add("sessions", day, channel, labels=traffics.channels)
    ledger.add("sessions_by_traffic", day, v.traffic[yes], labels=traffics.labels)
    key_events = np.zeros(v.size, np.bool_)
    key_events[b.events.visit[np.isin(b.events.name, (ga4_rows.PURCHASE, ga4_rows.FORM))]] = True
    views = np.bincount(b.events.visit[b.events.name == ga4_rows.PAGE], minlength=v.size)
    engaged = np.zeros(v.size, np.bool_)
    counted = np.isin(b.events.name, (ga4_rows.PAGE, ga4_rows.ENGAGED)) & ~b.events.landing
    engaged[b.events.visit[counted]] = True
    engaged &= b.walks.engaged
    ledger.add("engaged_sessions", v.day[yes & engaged])
    ledger.add("single_page_sessions", v.day[yes & (views == 1)])
    spent = b.known & (b.events.engaged_msec > 0)
    visit = b.events.visit[spent]
    ledger.add("engagement_msec", v.day[visit], amounts=b.events.engaged_msec[spent])
    entry = np.zeros(v.size, np.int64)
    first = b.walks.nth == 0
    entry[b.walks.visit[first]] = b.walks.page[first]
    landed = yes & np.isin(entry, company.LANDINGS)
    ledger.add("landing_sessions", v.day[landed])
    asked = np.zeros(v.size, np.bool_)
    asked[b.events.visit[b.events.name == ga4_rows.FORM]] = True
    ledger.add("landing_sessions_with_form", v.day[landed & asked])
    _, seen_on = distinct(b.events.visit[b.known], b.event_day[b.known])
    ledger.add("sessions_seen_each_day", seen_on)


def _visitors(ledger: Ledger, b: Block) -> None:
    """Unique visitors by month, and what adding up their days gives."""
    yes = np.flatnonzero(b.consented)
    browser, day = b.browser[yes], b.visits.day[yes]
    ledger.count("unique_visitors", len(np.unique(browser)))
    sources = np.array([t.source.lower() for t in b.traffics.rows])[b.visits.traffic[yes]]
    groups = {
        "visitors": np.ones(len(yes), np.bool_),
        "visitors_from_google": sources == "google",
        "visitors_from_facebook": np.isin(sources, FACEBOOK),
    }
    month = b.plan.month_of_day[day]
    last_of_month = np.array(b.plan.month_ends, np.int64)
    for name, chosen in groups.items():
        ledger.add(f"{name}_by_month", last_of_month[distinct(browser[chosen], month[chosen])[1]])
        ledger.add(f"{name}_by_day", distinct(browser[chosen], day[chosen])[1])


def _pages(ledger: Ledger, b: Block) -> None:
    e = b.events
    viewed = e.name == ga4_rows.PAGE
    ledger.add("page_views", b.event_day[viewed])
    ledger.add("page_views_without_consent", b.event_day[viewed & ~b.known])
    content = viewed & np.isin(e.page, (*company.ARTICLES, company.GUIDE))
    ledger.add("content_page_views", b.event_day[content])
    shown = (e.name == ga4_rows.VIEW) & b.known
    visit, product = distinct(e.visit[shown], e.product[shown])
    titles = [p.id for p in PRODUCTS]
    ledger.add("product_view_sessions", b.visits.day[visit], product, labels=titles)
    visit_of = np.full(b.orders.size, -1, np.int64)
    buying = np.flatnonzero(b.visits.order >= 0)
    visit_of[b.visits.order[buying]] = buying
    visit = visit_of[b.orders.line_order]
    sold = visit >= 0
    sold[sold] = b.consented[visit[sold]]
    visit, product = distinct(visit[sold], b.orders.product[sold])
    ledger.add("product_sale_sessions", b.visits.day[visit], product, labels=titles)


def _goals(ledger: Ledger, b: Block) -> None:
    e = b.events
    for code in (ga4_rows.FORM, ga4_rows.LEAD, ga4_rows.DOWNLOAD, ga4_rows.SIGNUP):
        ledger.add(f"events_{ga4_rows.NAMES[code]}", b.event_day[e.name == code])
    nameless = ga4_rows.without_form_id(b.plan, e, b.visits, b.forms)
    ledger.add("forms_without_id", b.event_day[nameless])
    carts = np.unique(e.visit[(e.name == ga4_rows.CART) & b.known])
    bought = b.visits.order[carts] >= 0
    ledger.add("cart_sessions", b.visits.day[carts])
    ledger.add("cart_sessions_bought", b.visits.day[carts[bought]])
    organic = b.traffics.channels.index("Organic Search")
    found = (b.traffics.channel_of[b.visits.traffic] == organic)[e.visit] & b.known
    ledger.add("organic_lead_events", b.event_day[found & (e.name == ga4_rows.LEAD)])
    once = found & (e.name == ga4_rows.PURCHASE) & (e.copy == 0)
    ledger.add("organic_purchases", b.event_day[once])


def has_session(b: Block) -> Bools:
    """Per order: whether its transaction id leads to a session: bought online, with consent, tag complete."""
    traffic = shop.order_traffic(b.visits, b.orders)
    return np.asarray((traffic >= 0) & b.people.consents[b.orders.person] & b.orders.tagged)


def _orders(ledger: Ledger, b: Block) -> None:
    o, plan = b.orders, b.plan
    ok = o.valid
    ledger.add("orders", o.day[ok])
    ledger.add("order_value", o.day[ok], amounts=o.net[ok])
    ledger.add("order_value_with_tax", o.day[ok], amounts=o.subtotal[ok])
    ledger.add("units", o.day[ok], amounts=o.units[ok])
    ledger.add("cost_of_goods", o.day[ok], amounts=o.goods[ok])
    ledger.add("refunds", o.day[ok], amounts=o.refund_net[ok])
    back = ok & (o.refunded_at >= 0)
    ledger.add("refunds_by_refund_day", plan.day_of(o.refunded_at[back]), amounts=o.refund_net[back])
    labels = [*b.traffics.channels, NONE]
    traffic = shop.order_traffic(b.visits, o)
    channel = np.where(has_session(b), b.traffics.channel_of[traffic], len(labels) - 1)
    ledger.add("orders_by_channel", o.day[ok], channel[ok], labels=labels)
    ledger.add("revenue_by_channel", o.day[ok], channel[ok], (o.net - o.refund_net)[ok], labels)
    utc_day = (o.at - plan.epoch_day(0) * 86_400) // 86_400
    ledger.add("orders_by_utc_day", utc_day[ok])
    lines = np.bincount(o.line_order, minlength=o.size)
    ledger.count("orders_raw", o.size)
    ledger.count("orders_cancelled", (o.cancelled_at >= 0).sum())
    ledger.count("orders_test", o.test.sum())
    ledger.count("orders_without_lines", (ok & (lines == 0)).sum())
    ledger.count("order_value_raw", o.net.sum())
    ledger.count("order_value_once_a_line", (o.net * lines)[ok].sum())
    ledger.count("order_lines", lines[ok].sum())
    offers = shop.offered(o)
    ledger.add("offers_shown", plan.day_of(o.at[offers] + 20))
    took = offers[shop.accepted(o)[offers]]
    ledger.add("offers_accepted", plan.day_of(o.at[took] + 75))


def _tags(ledger: Ledger, b: Block) -> None:
    """Purchase events and their transaction ids."""
    e = b.events
    sent = e.name == ga4_rows.PURCHASE
    order = b.visits.order[e.visit[sent]]
    usable = b.orders.tagged[order]
    ledger.count("purchase_events", sent.sum())
    ledger.count("purchase_events_unusable", (~usable).sum())
    ledger.count("transactions", len(np.unique(order[usable])))
    ledger.count("transactions_repeated", (usable & (e.copy[sent] == 1)).sum())
    ledger.count("transactions_conflicting", (usable & (e.copy[sent] == 2)).sum())


def _leads(ledger: Ledger, b: Block) -> None:
    plan, leads = b.plan, b.leads
    labels = [*b.traffics.channels, NONE]
    channel = np.array([labels.index(c or NONE) for c in crm.channels(leads, b.traffics)], np.int64)
    for name, moment in (("leads", leads.at), ("mql", leads.mql_at), ("sql", leads.sql_at)):
        reached = moment >= 0
        ledger.add(name, plan.day_of(moment[reached]), channel[reached], labels=labels)
    ledger.count("leads_without_source", leads.sourceless.sum())
    ledger.count("leads_without_address", leads.mailless.sum())
    ledger.count("leads_in_both", ((leads.system == crm.BOTH) & (leads.sql_at >= 0)).sum())
    for name, flags in (("merged", leads.merged), ("repeated", leads.repeated), ("dropped", leads.dropped)):
        ledger.count(f"contacts_{name}", flags.sum())
    ledger.count("contacts_older", leads.older.sum())
    ledger.count("leads_in_hubspot", (leads.system != crm.SALESFORCE).sum())
    ledger.count("leads_in_salesforce", crm.in_salesforce(leads).sum())
    won = np.flatnonzero(leads.won)
    closed = plan.day_of(leads.closed_at[won])
    utc = (leads.closed_at[won] - plan.epoch_day(0) * 86_400) // 86_400
    ledger.add("won_deals", closed)
    ledger.count("won_on_another_day", (closed != utc).sum())
    inside = (utc >= 0) & (utc < plan.days)
    months = plan.month_of_day
    other = months[np.clip(closed, 0, plan.days - 1)] != months[np.clip(utc, 0, plan.days - 1)]
    ledger.count("won_in_another_month", (other & inside).sum())
    ledger.add("won_deals_by_utc_day", utc)
    ledger.add("won_amount", closed, leads.dollars[won].astype(np.int64), leads.amount[won] * 100, CURRENCIES)
    rated = sorted({int(d) for d in closed[leads.dollars[won]] if 0 <= d < plan.days})
    for day in rated:
        amount = leads.amount[won][leads.dollars[won] & (closed == day)].sum() * 100
        ledger.facts["won_euro"] = ledger.facts.get("won_euro", 0.0) + to_euro(
            plan, int(amount), "USD", plan.dates[day]
        )
    ledger.count("sales_cycle_seconds", (leads.closed_at - leads.at)[won].sum())
    ledger.count("deals", (leads.deal_at >= 0).sum())
    ledger.count("deals_without_source", ((leads.deal_at >= 0) & leads.sourceless).sum())


def _customers(ledger: Ledger, b: Block) -> None:
    """First purchases, losses and returns; a won deal is a purchase like an order."""
    plan, o, leads = b.plan, b.orders, b.leads
    won = leads.won
    person = np.concatenate([o.person[o.valid], leads.person[won]])
    day = np.concatenate([o.day[o.valid], plan.day_of(leads.closed_at[won])])
    order = np.lexsort((day, person))
    person, day = person[order], day[order]
    if len(person) == 0:
        return
    first = np.r_[True, person[1:] != person[:-1]]
    last = np.r_[person[1:] != person[:-1], True]
    gap = np.diff(day, append=plan.days + INACTIVE + 1)
    ledger.add("new_customers", day[first])
    breaks = ~last & (gap > INACTIVE)
    ledger.add("customers_lost", day[breaks] + INACTIVE)
    ledger.add("customers_lost", day[last] + INACTIVE)
    back = np.flatnonzero(breaks) + 1
    ledger.add("customers_returned", day[back])
    valid_counts = np.bincount(o.person[o.valid], minlength=b.people.size)
    ledger.count("shop_customers", (valid_counts >= 1).sum())
    ledger.count("shop_customers_again", (valid_counts >= 2).sum())
    month = plan.month_of_day[o.day[o.valid]]
    _, active = distinct(o.person[o.valid], month)
    ledger.add("active_customers_by_month", np.array(plan.month_ends, np.int64)[active])


def _list(ledger: Ledger, plan: Plan, name: str, members: Members) -> None:
    opted = members.opted_at >= 0
    ledger.add(f"joined_{name}", plan.day_of(members.opted_at[opted]))
    left = members.left_at >= 0
    ledger.add(f"left_{name}", plan.day_of(members.left_at[left]))
    ledger.count(f"pending_{name}", (~opted).sum())
    ledger.count(f"rows_{name}", members.size)


def _care(ledger: Ledger, b: Block) -> None:
    plan, c = b.plan, b.care
    group = np.select([c.nps_score >= 9, c.nps_score >= 7], [0, 1], 2)
    ledger.add("nps", plan.day_of(c.nps_at), group, labels=("promoters", "passives", "detractors"))
    ten = c.csat_max == 10
    happy = np.where(ten, c.csat_score >= 7, c.csat_score >= 4)
    kind = np.where(ten, 2, 0) + happy
    labels = (
        "5-point, not satisfied",
        "5-point, satisfied",
        "10-point, not satisfied",
        "10-point, satisfied",
    )
    ledger.add("csat", plan.day_of(c.csat_at), kind, labels=labels)
    ledger.add("csat_naive_satisfied", plan.day_of(c.csat_at[c.csat_score >= 4]))
    ledger.add("tickets", plan.day_of(c.ticket_at))
    ledger.add("reviews", plan.day_of(c.review_at), c.hidden.astype(np.int64), labels=("published", "hidden"))
    ledger.add(
        "review_ratings",
        plan.day_of(c.review_at),
        c.hidden.astype(np.int64),
        c.rating,
        ("published", "hidden"),
    )
    kinds = ("partner", "affiliate")
    ledger.add("partners_joined", plan.day_of(c.joined_at), c.is_affiliate.astype(np.int64), labels=kinds)
    gone = c.left_at >= 0
    ledger.add(
        "partners_left", plan.day_of(c.left_at[gone]), c.is_affiliate[gone].astype(np.int64), labels=kinds
    )
