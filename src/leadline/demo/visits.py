"""The visits of one block: who came when, from where, on which device, and what the visit was for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from leadline.demo import people as folk
from leadline.demo.draw import Bools, Draw, Ints
from leadline.demo.orders import Orders
from leadline.demo.people import People
from leadline.demo.plan import DAY, Plan
from leadline.demo.traffic import ASK, BROWSE, BUY, LOOK, Traffics

MOST = 5
COUNTS = (670, 200, 80, 35, 15)
GAPS = (1, 2, 3, 5, 7, 9, 12, 16, 21, 28, 37, 49)


@dataclass(frozen=True)
class Visits:
    """Visits in order of person and time. A visit without consent still sends events, without any
    identifier."""

    person: Ints
    start: Ints  # UTC
    day: Ints  # local day of the start
    kind: Ints
    traffic: Ints  # row of Traffics
    device: Ints  # 0 or 1
    rank: Ints  # of the visit on its device, from 0
    order: Ints  # position in Orders; -1
    form: Ints  # position in the forms; -1
    signs_up: Bools  # for the newsletter

    @property
    def size(self) -> int:
        return len(self.person)

    def take(self, places: Ints | Bools) -> Visits:
        return Visits(*(getattr(self, name)[places] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Forms:
    """Requests for an offer sent from the site: position of the person, UTC moment, kind of form."""

    person: Ints
    at: Ints
    form: Ints


def forms(plan: Plan, block: int, people: People) -> Forms:
    """Every second firm asks for an offer, some days after its first visit."""
    draw = plan.draw("forms", block)
    person = np.flatnonzero(draw.chance(np.where(people.kind == folk.FIRM, 560, 0), people.size))
    lag = np.array((0, 0, 1, 2, 5, 9, 14), np.int64)[draw.below(7, len(person))]
    day = people.seen[person] + lag
    at = folk.moments(plan, draw, day, np.ones(len(person), np.bool_), people.index[person])
    at = np.where(lag == 0, people.seen_at[person] + 2400 + draw.below(2400, len(person)), at)
    form = draw.below(3, len(person))
    kept = at < plan.midnights[-1]
    return Forms(person[kept], at[kept], form[kept])


def subscribes(plan: Plan, block: int, people: People) -> Bools:
    """Who signs up for the newsletter on the first visit."""
    return plan.draw("subscribes", block).chance(np.where(people.kind == folk.CONSUMER, 170, 0), people.size)


def make(
    plan: Plan, block: int, people: People, traffics: Traffics, orders: Orders, asked: Forms, mails: Ints
) -> Visits:
    """All visits of a block.

    `mails` holds for every person the moment from which newsletters (or firms' letters) reach them, NEVER if
    they don't: some of their later visits then come from such a letter, on the day of its sending or the day
    after.
    """
    draw = plan.draw("visits", block)
    person, nth, start = _browsing(plan, draw, people)
    web = np.flatnonzero(orders.web)
    signing = subscribes(plan, block, people)
    person = np.concatenate([person, orders.person[web], asked.person])
    start = np.concatenate([start, orders.at[web] - 230, asked.at - 100])
    counts = (len(nth), len(web), len(asked.person))
    none = np.full(sum(counts), -1, np.int64)
    order, form = none.copy(), none.copy()
    order[counts[0] : counts[0] + counts[1]] = web
    form[counts[0] + counts[1] :] = np.arange(counts[2])
    firm = people.kind[person] == folk.FIRM
    kind = np.where(form >= 0, ASK, np.where(order >= 0, BUY, np.where(firm, LOOK, BROWSE)))
    browse_rank = np.concatenate([nth, np.full(counts[1] + counts[2], 99, np.int64)])
    start, traffic = _sources(plan, draw, traffics, people, person, kind, start, browse_rank, mails)
    signs_up = signing[person] & (browse_rank == 0)
    device = _devices(draw, people, person, kind)
    drafted = Visits(person, start, plan.day_of(start), kind, traffic, device, none, order, form, signs_up)
    drafted = drafted.take(plan.in_range(start))
    drafted = drafted.take(np.lexsort((drafted.kind, drafted.start, drafted.device, drafted.person)))
    return replace(drafted, rank=_ranks(drafted.person * 2 + drafted.device))


def _browsing(plan: Plan, draw: Draw, people: People) -> tuple[Ints, Ints, Ints]:
    """Visits without a purchase or a form: person, how-manyth, start."""
    online = np.flatnonzero((people.kind == folk.CONSUMER) | (people.kind == folk.FIRM))
    counts = 1 + draw.pick(COUNTS, len(online))
    gaps = np.array(GAPS, np.int64)[draw.below(len(GAPS), len(online) * (MOST - 1))].reshape(-1, MOST - 1)
    first = people.seen[online][:, None]
    days = np.concatenate([first, first + np.cumsum(gaps, axis=1)], axis=1)
    row, nth = np.nonzero((np.arange(MOST) < counts[:, None]) & (days < plan.days))
    person = online[row]
    office = people.kind[person] == folk.FIRM
    start = folk.moments(plan, draw, days[row, nth], office, people.index[person] + nth)
    start = np.where(nth == 0, people.seen_at[person], start)
    return person, nth.astype(np.int64), start


def _sources(
    plan: Plan,
    draw: Draw,
    traffics: Traffics,
    people: People,
    person: Ints,
    kind: Ints,
    start: Ints,
    nth: Ints,
    mails: Ints,
) -> tuple[Ints, Ints]:
    """Start (moved to a mailing's day where one brought the visit) and traffic row of every visit."""
    day = np.clip(plan.day_of(start), 0, plan.days - 1)
    origin = np.zeros(len(person), np.int64)
    for each in (BROWSE, BUY, LOOK, ASK):
        rows = np.flatnonzero(kind == each)
        origin[rows] = draw.pick_row(traffics.ends(each), day[rows])
    traffic = traffics.row_of(origin, day)
    lucky = draw.chance(420, len(person)) & (nth < 99)
    keen = draw.chance(850, len(person))
    late = draw.below(30 * 3600, len(person))
    for is_firm, mailings, first_row in (
        (False, traffics.newsletters, traffics.newsletter_row),
        (True, traffics.firm_mails, traffics.firm_row),
    ):
        sent = np.array([m.sent_at for m in mailings], np.int64)
        last = np.searchsorted(sent, start, side="right") - 1
        when = sent[np.maximum(last, 0)] if len(sent) else np.zeros(len(person), np.int64)
        known = (
            (mails[person] >= 0) & (mails[person] < when) & ((people.kind[person] == folk.FIRM) == is_firm)
        )
        moved = lucky & known & (last >= 0)
        start = np.where(moved, when + 300 + late, start)
        # A purchase keeps its time: it came from a letter if one was sent in the days before.
        bought = (kind == BUY) & keen & known & (start - when < 9 * DAY)
        traffic = np.where(moved | bought, first_row + last, traffic)
    return start, traffic


def _devices(draw: Draw, people: People, person: Ints, kind: Ints) -> Ints:
    """People with two devices look on the second now and then, and buy on it more often than not."""
    share = np.where(kind == BUY, 600, 400)
    return np.where(people.devices[person] == 2, draw.chance(share, len(person)).astype(np.int64), 0)


def _ranks(groups: Ints) -> Ints:
    """Position of every row in its group, groups being consecutive."""
    if len(groups) == 0:
        return groups
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    return np.arange(len(groups), dtype=np.int64) - np.repeat(starts, np.diff(np.r_[starts, len(groups)]))
