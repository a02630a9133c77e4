"""Which events every visit sends: arrays of one entry an event, before they get GA4's shape."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from leadline.demo import company
from leadline.demo.company import PRODUCTS
from leadline.demo.draw import Bools, Draw, Ints
from leadline.demo.orders import Orders
from leadline.demo.origins import ORIGINS
from leadline.demo.people import People
from leadline.demo.plan import Plan
from leadline.demo.traffic import ASK, BROWSE, BUY, LOOK, Traffics
from leadline.demo.visits import Forms, Visits

NAMES = (
    "session_start",
    "first_visit",
    "page_view",
    "view_item",
    "add_to_cart",
    "begin_checkout",
    "purchase",
    "form_submit",
    "lead",
    "file_download",
    "newsletter_signup",
    "user_engagement",
)
(START, FIRST, PAGE, VIEW, CART, CHECKOUT, PURCHASE, FORM, LEAD, DOWNLOAD, SIGNUP, ENGAGED) = range(
    len(NAMES)
)
AFTER_PURCHASE, FORM_AFTER, SIGNUP_AFTER = 230, 100, 95
FOOTER_DAYS = 61  # for so many days before the end, one form has been sent without its id
PAGE_COUNTS = (540, 250, 140, 70)


@dataclass(frozen=True)
class Events:
    """One entry an event. `copy` is 1 for a purchase sent again, 2 for one sent again with another value."""

    visit: Ints
    at: Ints  # UTC seconds
    name: Ints
    page: Ints  # position in company.PATHS
    landing: Bools  # the visit's first page view
    engaged_msec: Ints  # NEVER where the event carries none
    product: Ints  # of view_item and add_to_cart; NEVER
    copy: Ints

    @property
    def size(self) -> int:
        return len(self.visit)

    def take(self, places: Ints | Bools) -> Events:
        return Events(*(getattr(self, f.name)[places] for f in fields(self)))


class _Collector:
    """Gathers events of one name at a time."""

    def __init__(self) -> None:
        self.parts: list[Events] = []

    def add(self, name: int, visit: Ints, at: Ints, page: Ints | int = 0, **more: Ints | Bools | int) -> None:
        size = len(visit)
        columns = {"landing": False, "engaged_msec": -1, "product": -1, "copy": 0, **more}
        self.parts.append(
            Events(
                visit=visit,
                at=at,
                name=np.full(size, name, np.int64),
                page=np.broadcast_to(np.asarray(page, np.int64), (size,)),
                **{k: np.broadcast_to(np.asarray(v), (size,)) for k, v in columns.items()},
            )
        )

    def sorted(self) -> Events:
        joined = Events(*(np.concatenate([getattr(p, f.name) for p in self.parts]) for f in fields(Events)))
        return joined.take(np.lexsort((joined.copy, joined.name, joined.visit, joined.at)))


def without_form_id(plan: Plan, events: Events, visits: Visits, asked: Forms) -> Bools:
    """The form_submit events of the form that lost its id when the site got a new footer."""
    form = visits.form[events.visit]
    since = events.at >= plan.midnights[max(0, plan.days - FOOTER_DAYS)]
    sent = (events.name == FORM) & (form >= 0) & since
    sent[sent] = asked.form[form[sent]] == 2
    return np.asarray(sent)


@dataclass(frozen=True)
class Walks:
    """The pages of every visit: one entry a page view, in order."""

    visit: Ints
    nth: Ints
    page: Ints
    at: Ints
    engaged: Bools  # one entry a visit
    counts: Ints  # one entry a visit


def make(
    plan: Plan, block: int, people: People, traffics: Traffics, visits: Visits, orders: Orders
) -> tuple[Events, Walks]:
    """All events of a block, in order of time, without the exact duplicates; events after the last day are
    left out."""
    draw = plan.draw("events", block)
    walks = _walk(plan, draw, traffics, visits, orders)
    consents = people.consents[visits.person]
    events = _Collector()
    every = np.arange(visits.size, dtype=np.int64)
    first_page = walks.page[np.flatnonzero(walks.nth == 0)]
    known = every[consents]
    events.add(START, known, visits.start[known], first_page[known])
    new = every[consents & (visits.rank == 0)]
    events.add(FIRST, new, visits.start[new], first_page[new])
    before = np.where(walks.nth > 0, 1000 * (walks.at - np.r_[0, walks.at[:-1]]) - 400, -1)
    events.add(PAGE, walks.visit, walks.at, walks.page, landing=walks.nth == 0, engaged_msec=before)
    stays = every[consents & walks.engaged & (walks.counts == 1) & (visits.kind != ASK)]
    spent = 11_000 + draw.below(60_000, len(stays))
    events.add(ENGAGED, stays, visits.start[stays] + spent // 1000 + 1, first_page[stays], engaged_msec=spent)
    _shop_events(events, draw, walks, visits, orders)
    _goals(events, draw, walks, visits)
    made = events.sorted()
    return made.take((made.at >= plan.midnights[0]) & (made.at < plan.midnights[-1])), walks


def _walk(plan: Plan, draw: Draw, traffics: Traffics, visits: Visits, orders: Orders) -> Walks:
    size = visits.size
    counts = 1 + draw.pick(PAGE_COUNTS, size)
    counts = np.where(visits.kind == BUY, 3, np.where(visits.kind == ASK, 2, counts))
    fails = np.array([i for i, o in enumerate(ORIGINS) if o.key == "google_display"])
    bounced = np.isin(traffics.origin_of[visits.traffic], fails)
    counts = np.where(bounced, 1, counts)
    left = plan.midnights[np.minimum(visits.day + 1, plan.days)] - visits.start
    crosses = (left < 215) & (visits.kind == BROWSE)
    counts = np.where(crosses, np.maximum(counts, 2), counts)
    counts = np.where(visits.signs_up, np.maximum(counts, 2), counts)
    visit = np.repeat(np.arange(size, dtype=np.int64), counts)
    starts = np.cumsum(counts) - counts
    nth = np.arange(len(visit), dtype=np.int64) - starts[visit]
    step = 18 + draw.below(70, len(visit))
    step = np.where(crosses[visit], 215, step)
    step = np.where(visits.kind[visit] == BUY, 80, np.where(visits.kind[visit] == ASK, 40, step))
    step[nth == 0] = 0
    elapsed = np.cumsum(step)
    elapsed -= elapsed[starts][visit]
    page = _pages(draw, visits, orders, visit, nth)
    engaged = (counts > 1) | (draw.chance(280, size) & ~bounced)
    return Walks(visit, nth, page, visits.start[visit] + elapsed, engaged, counts)


def _pages(draw: Draw, visits: Visits, orders: Orders, visit: Ints, nth: Ints) -> Ints:
    """The page of every view, by kind of visit and place in it."""
    size = len(visit)
    kind = visits.kind[visit]
    products = company.FIRST_PRODUCT + draw.pick([p.weight for p in PRODUCTS], size)
    shelf = np.array(company.COLLECTIONS)[draw.below(3, size)]
    article = np.array(company.ARTICLES)[draw.below(3, size)]
    entry = np.select(
        [(c := draw.below(100, size)) < 30, c < 58, c < 82], [company.HOME, shelf, products], article
    )
    later = np.where(draw.chance(560, size), products, shelf)
    firm = np.where(draw.chance(600, size), company.FIRMS, np.array(company.LANDINGS)[draw.below(2, size)])
    page = np.where(nth == 0, entry, later)
    page = np.where(
        kind == LOOK, np.where(nth == 0, firm, np.where(nth == 1, company.FIRMS, company.GUIDE)), page
    )
    landing = np.array(company.LANDINGS)[visit % 2]
    page = np.where(kind == ASK, np.where(nth == 0, landing, company.CONTACT), page)
    bought = orders.first_product[visits.order[visit]] if orders.size else np.zeros(size, np.int64)
    steps = np.select([nth == 0, nth == 1], [company.FIRST_PRODUCT + bought, company.CART], company.CHECKOUT)
    return np.where(kind == BUY, steps, page).astype(np.int64)


def _shop_events(events: _Collector, draw: Draw, walks: Walks, visits: Visits, orders: Orders) -> None:
    shown = np.flatnonzero(walks.page >= company.FIRST_PRODUCT)
    product = walks.page[shown] - company.FIRST_PRODUCT
    events.add(VIEW, walks.visit[shown], walks.at[shown] + 1, walks.page[shown], product=product)
    last = walks.nth[shown] == walks.counts[walks.visit[shown]] - 1
    browsing = visits.kind[walks.visit[shown]] == BROWSE
    left = np.flatnonzero(last & browsing & draw.chance(150, len(shown)))
    places = shown[left]
    events.add(CART, walks.visit[places], walks.at[places] + 12, walks.page[places], product=product[left])
    buying = np.flatnonzero(visits.order >= 0)
    order = visits.order[buying]
    start = visits.start[buying]
    bought = orders.first_product[order]
    page = company.FIRST_PRODUCT + bought
    events.add(CART, buying, start + 60, page, product=bought)
    events.add(CHECKOUT, buying, start + 170, company.CHECKOUT)
    events.add(PURCHASE, buying, start + AFTER_PURCHASE, company.CHECKOUT)
    again = buying[orders.number[order] % 23 == 3]
    events.add(PURCHASE, again, visits.start[again] + AFTER_PURCHASE + 400, company.CHECKOUT, copy=1)
    other = buying[orders.number[order] % 67 == 40]
    events.add(PURCHASE, other, visits.start[other] + AFTER_PURCHASE + 900, company.CHECKOUT, copy=2)


def _goals(events: _Collector, draw: Draw, walks: Walks, visits: Visits) -> None:
    sent = np.flatnonzero(visits.form >= 0)
    at = visits.start[sent] + FORM_AFTER
    events.add(FORM, sent, at, company.CONTACT)
    events.add(LEAD, sent, at, company.CONTACT)
    signed = np.flatnonzero(visits.signs_up)
    events.add(SIGNUP, signed, visits.start[signed] + SIGNUP_AFTER, company.HOME)
    reading = np.flatnonzero((walks.page == company.GUIDE) | np.isin(walks.page, company.ARTICLES))
    chosen = reading[draw.chance(180, len(reading))]
    events.add(DOWNLOAD, walks.visit[chosen], walks.at[chosen] + 9, walks.page[chosen])
