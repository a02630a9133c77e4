"""The people of one block: who they are, when they first came, and their names and addresses."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import company
from leadline.demo.draw import Bools, Draw, Ints, mixed
from leadline.demo.plan import (
    BLOCK,
    DAY,
    FIRM_SEASON,
    FIRM_WEEK,
    HOURS,
    OFFICE_HOURS,
    SHOP_SEASON,
    SHOP_WEEK,
    Plan,
    day_weights,
)

CONSUMER, FIRM, BOUTIQUE, FAIR = range(
    4
)  # boutique: never seen on the site; fair: a lead met at a trade fair
KIND_NAMES = ("consumer", "firm", "boutique", "fair")
KINDS = (696, 172, 110, 22)


@dataclass(frozen=True)
class People:
    """One block of people; every array has one entry a person."""

    index: Ints  # over all blocks
    kind: Ints
    consents: Bools  # to analytics
    devices: Ints  # one or two
    seen: Ints  # day of the first visit or contact
    seen_at: Ints  # the same as a UTC moment
    first: Ints
    last: Ints
    host: Ints

    @property
    def size(self) -> int:
        return len(self.index)

    @cached_property
    def names(self) -> tuple[pa.Array, pa.Array]:
        return pa.array(company.FIRST_NAMES).take(self.first), pa.array(company.LAST_NAMES).take(self.last)

    @cached_property
    def email(self) -> pa.Array:
        """The address as the person writes it: lower case, no blanks, unique."""
        first = pa.array([_plain(n) for n in company.FIRST_NAMES]).take(self.first)
        last = pa.array([_plain(n) for n in company.LAST_NAMES]).take(self.last)
        number = pa.array(self.index).cast(pa.string())
        firm = pc.binary_join_element_wise("maison-cliente-", number, ".example", "")
        host = pa.array(company.MAIL_HOSTS).take(self.host)
        at_firm = (self.kind == FIRM) | (self.kind == FAIR)
        local = pc.binary_join_element_wise(first, ".", last, pc.if_else(at_firm, "", number), "")
        return pc.binary_join_element_wise(local, pc.if_else(at_firm, firm, host), "@")

    @cached_property
    def firm(self) -> pa.Array:
        kind = pa.array(company.FIRM_KINDS).take(self.index % len(company.FIRM_KINDS))
        name = pa.array(company.FIRM_NAMES).take(self.index * 5 % len(company.FIRM_NAMES))
        return pc.binary_join_element_wise(kind, name, " ")

    def pseudo_id(self, device: int) -> pa.Array:
        """GA4's user_pseudo_id of a person's first (0) or second (1) device: random part, dot, first
        touch."""
        number = pa.array(mixed(self.index, 11 + device)).cast(pa.string())
        touched = pa.array(self.seen_at + 3600 * device).cast(pa.string())
        return pc.binary_join_element_wise(number, touched, ".")


def styled(addresses: pa.Array, index: Ints, salt: int) -> pa.Array:
    """The same addresses as another system holds them: a few in capitals, a few with blanks around them."""
    turn = (index + salt * 7) % 23
    loud = pc.if_else(pa.array(turn == 3), pc.utf8_upper(addresses), addresses)
    title = pc.if_else(pa.array(turn == 9), pc.utf8_capitalize(loud), loud)
    blank = pa.array(turn == 15)
    return pc.if_else(blank, pc.binary_join_element_wise(" ", title, " ", ""), title)


def make(plan: Plan, block: int) -> People:
    """The people of a block, drawn from the block's own stream."""
    size = min(BLOCK, plan.people - block * BLOCK)
    draw = plan.draw("people", block)
    kind = draw.pick(KINDS, size)
    at_firm = (kind == FIRM) | (kind == FAIR)
    shop_day = draw.pick(day_weights(plan, SHOP_SEASON, SHOP_WEEK), size)
    firm_day = draw.pick(day_weights(plan, FIRM_SEASON, FIRM_WEEK), size)
    seen = np.where(at_firm, firm_day, shop_day)
    index = np.arange(size, dtype=np.int64) + block * BLOCK
    seen = _clock_changes(plan, index, kind, seen)
    return People(
        index=index,
        kind=kind,
        consents=draw.chance(745, size),
        devices=1 + draw.chance(190, size).astype(np.int64),
        seen=seen,
        seen_at=moments(plan, plan.draw("seen", block), seen, at_firm, index),
        first=draw.below(len(company.FIRST_NAMES), size),
        last=draw.below(len(company.LAST_NAMES), size),
        host=draw.below(len(company.MAIL_HOSTS), size),
    )


def moments(plan: Plan, draw: Draw, days: Ints, office: Bools, index: Ints) -> Ints:
    """A UTC moment on each local day, at an hour that suits shoppers or offices; always within that day.

    Every nineteenth person comes in the first hours of the day, still the day before in UTC (or in the hour
    that the clock change repeats or skips); every twenty-third just before midnight, so that the visit
    crosses it.
    """
    size = len(days)
    hour = np.where(office, draw.pick(OFFICE_HOURS, size), draw.pick(HOURS, size))
    second = hour * 3600 + draw.below(3600, size)
    early = (index % 19 == 4) & ~office
    second = np.where(early, 600 + draw.below(4 * 3600, size), second)
    late = (index % 23 == 6) & ~office
    second = np.where(late, DAY - 200 + draw.below(120, size), second)
    inside = np.clip(days, 0, plan.days - 1)
    length = plan.midnights[inside + 1] - plan.midnights[inside]
    second = np.where(late & (length != DAY), second + length - DAY, second)
    second = np.minimum(second, length - 1)
    outside = (days < 0) | (days >= plan.days)
    return np.asarray(np.where(outside, plan.midnights[-1] + DAY, plan.midnights[inside] + second), np.int64)


def _clock_changes(plan: Plan, index: Ints, kind: Ints, seen: Ints) -> Ints:
    """Send a few shoppers to the days on which the clocks change, and to the last days of months."""
    lengths = np.diff(plan.midnights)
    special = [*np.flatnonzero(lengths != DAY).tolist(), *plan.month_ends]
    chosen = (kind == CONSUMER) & (index % 19 == 4) & (index % 2 == 0)
    targets = np.array(special, np.int64)[index // 38 % len(special)]
    return np.where(chosen, targets, seen)


def _plain(name: str) -> str:
    return unicodedata.normalize("NFD", name).encode("ascii", "ignore").decode().lower()
