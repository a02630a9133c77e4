"""Who buys what and when: the orders of one block, their lines and refunds, as plain arrays in cents."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leadline.demo import people as folk
from leadline.demo.company import CHRISTMAS, PRODUCTS
from leadline.demo.draw import Bools, Draw, Ints
from leadline.demo.people import People
from leadline.demo.plan import DAY, Plan

MOST = 5  # orders of one person
PER_BLOCK = 100_000  # order numbers kept for a block
FREE_SHIPPING, SHIPPING = 6000, 490
COUNTS = (500, 250, 130, 70, 50)
LAGS = (0, 0, 0, 1, 2, 3, 6, 9, 14, 21, 30)
GAPS = (16, 22, 28, 31, 35, 42, 56, 63, 75, 90, 120, 150, 195, 214, 240)
REFUND_DELAYS = (4, 6, 9, 12, 16, 21, 29, 35, 44)
PRICES, COSTS, TAXES = (
    np.array([getattr(p, name) for p in PRODUCTS], np.int64) for name in ("price", "cost", "tax")
)


@dataclass(frozen=True)
class Orders:
    """Orders in order of time; lines in order of orders. Amounts in cents, tax included unless said."""

    person: Ints  # position in the block
    nth: Ints  # the person's how-manyth order, from 0
    at: Ints  # UTC
    day: Ints  # local
    number: Ints
    web: Bools
    cancelled_at: Ints
    test: Bools
    shipping: Ints
    line_order: Ints
    product: Ints
    quantity: Ints
    discount: Ints
    refunded_at: Ints  # of the order's first line; NEVER if it was kept
    refunded_quantity: Ints

    @property
    def size(self) -> int:
        return len(self.person)

    @cached_property
    def line_value(self) -> Ints:
        return PRICES[self.product] * self.quantity - self.discount

    @cached_property
    def line_tax(self) -> Ints:
        return _tax(self.line_value, TAXES[self.product])

    @cached_property
    def subtotal(self) -> Ints:
        return self._per_order(self.line_value)

    @cached_property
    def tax(self) -> Ints:
        return self._per_order(self.line_tax)

    @cached_property
    def discounts(self) -> Ints:
        return self._per_order(self.discount)

    @cached_property
    def units(self) -> Ints:
        return self._per_order(self.quantity)

    @cached_property
    def goods(self) -> Ints:
        """What the goods cost."""
        return self._per_order(COSTS[self.product] * self.quantity)

    @cached_property
    def valid(self) -> Bools:
        """Neither cancelled nor a test."""
        return np.asarray((self.cancelled_at < 0) & ~self.test)

    @cached_property
    def tagged(self) -> Bools:
        """Whether the site's tag sends the transaction id along; for some purchases it loses it."""
        return np.asarray(self.number % 29 != 20)

    @cached_property
    def first_line(self) -> Ints:
        """Position of the first line of every order; meaningless where an order has none."""
        return np.searchsorted(self.line_order, np.arange(self.size)).astype(np.int64)

    @cached_property
    def first_product(self) -> Ints:
        """The product of every order's first line; any product where an order has no line."""
        if len(self.product) == 0:
            return np.zeros(self.size, np.int64)
        return self.product[np.minimum(self.first_line, len(self.product) - 1)]

    @cached_property
    def refund_value(self) -> Ints:
        """What was given back, tax included: the first line's value for the quantity returned."""
        return self._part_of_first_line(self.line_value)

    @cached_property
    def refund_tax(self) -> Ints:
        return self._part_of_first_line(self.line_tax)

    @cached_property
    def net(self) -> Ints:
        """Value without tax, before refunds."""
        return self.subtotal - self.tax

    @cached_property
    def refund_net(self) -> Ints:
        return self.refund_value - self.refund_tax

    def _part_of_first_line(self, values: Ints) -> Ints:
        if len(values) == 0:
            return np.zeros(self.size, np.int64)
        place = np.minimum(self.first_line, len(values) - 1)
        bought = np.maximum(self.quantity[place], 1)
        part = values[place] * self.refunded_quantity // bought
        return np.where(self.refunded_at >= 0, part, 0)

    def _per_order(self, values: Ints) -> Ints:
        sums = np.zeros(self.size, np.int64)
        np.add.at(sums, self.line_order, values)
        return sums


def _tax(value: Ints, rate: Ints) -> Ints:
    """The tax inside a price: value x rate / (1000 + rate), to the nearest cent."""
    return (2 * value * rate + 1000 + rate) // (2 * (1000 + rate))


def make(plan: Plan, block: int, people: People) -> Orders:
    """The orders of a block's people: each buyer's first and the ones that follow, some more than 180 days
    later."""
    draw = plan.draw("orders", block)
    person, nth, day = _days(plan, draw, people)
    office = np.zeros(len(person), np.bool_)
    web = draw.chance(720, len(person)) & (people.kind[person] != folk.BOUTIQUE)
    at = folk.moments(plan, draw, day, office, people.index[person] + nth)
    # The boutique is open from nine to seven.
    at = np.where(web, at, plan.midnights[day] + 9 * 3600 + draw.below(10 * 3600, len(person)))
    at = np.where(web & (nth == 0) & (day == people.seen[person]), people.seen_at[person] + 1900, at)
    at += np.where(web, 240 + draw.below(360, len(person)), 0)
    kept = at < plan.midnights[-1]
    person, nth, at, web = person[kept], nth[kept], at[kept], web[kept]
    order = np.lexsort((person, at))
    person, nth, at, web = person[order], nth[order], at[order], web[order]
    number = 10_001 + block * PER_BLOCK + np.arange(len(person), dtype=np.int64)
    lines = _lines(plan, draw, plan.day_of(at), number)
    return _finish(plan, draw, person, nth, at, web, number, lines)


def _days(plan: Plan, draw: Draw, people: People) -> tuple[Ints, Ints, Ints]:
    """Buyer, how-manyth order and local day of every order that falls on one of the plan's days."""
    chance = np.select(
        [people.kind == folk.CONSUMER, people.kind == folk.BOUTIQUE, people.kind == folk.FIRM],
        [168, 1000, 90],
        0,
    )
    buyers = np.flatnonzero(draw.chance(chance, people.size))
    counts = 1 + draw.pick(COUNTS, len(buyers))
    lag = np.array(LAGS, np.int64)[draw.below(len(LAGS), len(buyers))]
    gaps = np.array(GAPS, np.int64)[draw.below(len(GAPS), len(buyers) * (MOST - 1))].reshape(-1, MOST - 1)
    first = people.seen[buyers] + np.where(people.kind[buyers] == folk.BOUTIQUE, 0, lag)
    days = np.concatenate([first[:, None], first[:, None] + np.cumsum(gaps, axis=1)], axis=1)
    wanted = (np.arange(MOST) < counts[:, None]) & (days < plan.days)
    row, nth = np.nonzero(wanted)
    return buyers[row], nth.astype(np.int64), days[row, nth]


def _lines(plan: Plan, draw: Draw, days: Ints, number: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Order, product, quantity and discount of every line; every hundred-and-thirteenth order has none."""
    counts = 1 + draw.pick((560, 300, 140), len(days))
    counts = np.where(number % 113 == 61, 0, counts)
    line_order = np.repeat(np.arange(len(days), dtype=np.int64), counts)
    month = np.array([d.month for d in plan.dates], np.int64)[days[line_order]]
    weights = np.array([p.weight for p in PRODUCTS], np.int64)
    festive = np.isin([p.number for p in PRODUCTS], CHRISTMAS)
    usual = draw.pick(np.where(festive, 1, weights), len(line_order))
    december = draw.pick(np.where(festive, 3 * weights, weights), len(line_order))
    product = np.where(month >= 11, december, usual)
    first = np.r_[True, line_order[1:] != line_order[:-1]] if len(line_order) else np.zeros(0, np.bool_)
    # The second and third lines are other products than the first.
    product = np.where(first, product, (product + 1 + np.arange(len(product))) % len(PRODUCTS))
    quantity = 1 + draw.pick((800, 150, 50), len(line_order))
    sales = np.isin(month, (1, 7))
    cut = draw.chance(np.where(sales, 450, 90), len(line_order))
    discount = np.where(cut, PRICES[product] * quantity * np.where(sales, 20, 10) // 100, 0)
    return line_order, product, quantity, discount


def _finish(
    plan: Plan,
    draw: Draw,
    person: Ints,
    nth: Ints,
    at: Ints,
    web: Bools,
    number: Ints,
    lines: tuple[Ints, Ints, Ints, Ints],
) -> Orders:
    line_order, product, quantity, discount = lines
    size = len(person)
    value = np.zeros(size, np.int64)
    np.add.at(value, line_order, PRICES[product] * quantity - discount)
    counts = np.bincount(line_order, minlength=size)
    cancelled = number % 47 == 11
    cancelled_at = np.where(cancelled, at + 5400 + draw.below(7200, size), -1)
    test = (number % 71 == 33) & ~cancelled
    delay = np.array(REFUND_DELAYS, np.int64)[draw.below(len(REFUND_DELAYS), size)]
    refunded_at = at + delay * DAY + 1800
    refunded = (number % 13 == 5) & ~cancelled & ~test & (counts > 0) & (refunded_at < plan.midnights[-1])
    first_line = np.minimum(np.searchsorted(line_order, np.arange(size)), max(0, len(line_order) - 1))
    bought = quantity[first_line] if len(line_order) else np.zeros(size, np.int64)
    part = np.where(number % 2 == 0, 1, bought)
    return Orders(
        person=person,
        nth=nth,
        at=at,
        day=plan.day_of(at),
        number=number,
        web=web,
        cancelled_at=np.where(cancelled_at < plan.midnights[-1], cancelled_at, -1),
        test=test,
        shipping=np.where(web & (value < FREE_SHIPPING) & (counts > 0), SHIPPING, 0),
        line_order=line_order,
        product=product,
        quantity=quantity,
        discount=discount,
        refunded_at=np.where(refunded, refunded_at, -1),
        refunded_quantity=np.where(refunded, part, 0),
    )
