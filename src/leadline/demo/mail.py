"""Mailing lists: Mailchimp writes to shoppers, Brevo to firms and, after an order, to customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadline.demo.draw import Bools, Ints
from leadline.demo.ga4_rows import SIGNUP_AFTER
from leadline.demo.ga4_table import customer_since
from leadline.demo.ledger import Ledger
from leadline.demo.orders import Orders
from leadline.demo.people import People
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER
from leadline.demo.shop import accepts_marketing
from leadline.demo.traffic import Mailing, Traffics
from leadline.demo.visits import Forms, Visits, subscribes

SUBSCRIBED, UNSUBSCRIBED, CLEANED, PENDING = range(4)
STATUS = ("subscribed", "unsubscribed", "cleaned", "pending")


@dataclass(frozen=True)
class Members:
    """One entry a person on a list, in order of joining. Moments are UTC."""

    person: Ints
    signed_at: Ints
    opted_at: Ints  # NEVER while the address waits to be confirmed
    left_at: Ints  # unsubscribed or cleaned; NEVER
    left_with: Ints  # number of the mailing that made them leave; NEVER
    status: Ints

    @property
    def size(self) -> int:
        return len(self.person)


def shoppers(plan: Plan, block: int, people: People, traffics: Traffics, orders: Orders) -> Members:
    """The newsletter's readers: by the form at the foot of a page, or by ticking the box with an order."""
    draw = plan.draw("members", block)
    first_order = customer_since(orders, people.size)
    ticked = (first_order >= 0) & accepts_marketing(people)
    on_site = subscribes(plan, block, people)
    signed = np.where(ticked, first_order + 30, plan.midnights[-1])
    signed = np.where(on_site, np.minimum(signed, people.seen_at + SIGNUP_AFTER), signed)
    person = np.flatnonzero(signed < plan.midnights[-1])
    person = person[np.argsort(signed[person], kind="stable")]
    size = len(person)
    opted = signed[person] + 60 + draw.below(9000, size)
    waits = draw.chance(50, size) | (opted >= plan.midnights[-1])
    opted = np.where(waits, NEVER, opted)
    return _leaving(
        plan,
        draw.below(24, size),
        draw.below(1000, size),
        person,
        signed[person],
        opted,
        traffics.newsletters,
    )


def firms(plan: Plan, block: int, traffics: Traffics, asked: Forms) -> Members:
    """Firms that asked for an offer and agreed to be written to."""
    draw = plan.draw("firm_members", block)
    agrees = draw.chance(800, len(asked.person))
    order = np.flatnonzero(agrees)[np.argsort(asked.at[agrees], kind="stable")]
    size = len(order)
    opted = asked.at[order] + 5
    return _leaving(
        plan,
        draw.below(12, size),
        draw.below(1000, size),
        asked.person[order],
        opted,
        opted,
        traffics.firm_mails,
    )


def customers(plan: Plan, block: int, people: People, traffics: Traffics, orders: Orders) -> Members:
    """Customers, who join with their first order and are asked about their tea once a month."""
    since = customer_since(orders, people.size)
    person = np.flatnonzero(since >= 0)
    person = person[np.argsort(since[person], kind="stable")]
    draw = plan.draw("customer_members", block)
    size = len(person)
    return _leaving(
        plan,
        draw.below(10, size),
        draw.below(2000, size),
        person,
        since[person] + 40,
        since[person] + 40,
        traffics.follow_ups,
    )


def _leaving(
    plan: Plan, reads: Ints, luck: Ints, person: Ints, signed: Ints, opted: Ints, mailings: list[Mailing]
) -> Members:
    """Some leave with the n-th mailing that they get: of a thousand, 190 unsubscribe and 45 have dead
    addresses."""
    sent = np.array([m.sent_at for m in mailings], np.int64)
    size = len(person)
    kept = np.full(size, NEVER, np.int64)
    status = np.where(opted < 0, PENDING, SUBSCRIBED)
    if len(sent) == 0:
        return Members(person, signed, opted, kept, kept, status)
    last = np.searchsorted(sent, np.maximum(opted, 0), side="right") + reads // 2
    leaves = np.select([luck < 45, luck < 235], [CLEANED, UNSUBSCRIBED], 0)
    at = sent[np.minimum(last, len(sent) - 1)] + np.where(leaves == CLEANED, 240, 1800 + luck * 97)
    gone = (leaves > 0) & (opted >= 0) & (last < len(sent)) & (at < plan.midnights[-1])
    return Members(
        person,
        signed,
        opted,
        np.where(gone, at, NEVER),
        np.where(gone, last, NEVER),
        np.where(gone, leaves, status),
    )


def reached_from(people: People, *lists: Members) -> Ints:
    """For every person the moment from which mailings reach them; NEVER if none does, or if they left
    again."""
    answer = np.full(people.size, NEVER, np.int64)
    for members in lists:
        stays = (members.opted_at >= 0) & (members.left_at < 0)
        answer[members.person[stays]] = members.opted_at[stays]
    return answer


@dataclass(frozen=True)
class Sends:
    """One entry a mailing and member that it was sent to, in order of mailing."""

    mailing: Ints
    member: Ints
    opens: Ints  # how often
    clicks: Ints
    bounce: Ints  # 0 none, 1 soft, 2 hard
    leaves: Bools


def sends(
    plan: Plan, block: int, name: str, members: Members, mailings: list[Mailing], visited: Ints
) -> Sends:
    """What happened to every mailing sent. `visited` holds member x mailing (as one number) of the visits it
    brought."""
    draw = plan.draw(f"sends/{name}", block)
    sent = np.array([m.sent_at for m in mailings], np.int64)
    first = np.searchsorted(
        sent, np.where(members.opted_at < 0, plan.midnights[-1], members.opted_at), side="right"
    )
    last = np.where(members.left_with < 0, len(sent) - 1, members.left_with)
    counts = np.maximum(last - first + 1, 0)
    member = np.repeat(np.arange(members.size, dtype=np.int64), counts)
    mailing = first[member] + np.arange(len(member)) - np.repeat(np.cumsum(counts) - counts, counts)
    size = len(member)
    leaves = (members.left_with[member] == mailing) & (members.status[member] == UNSUBSCRIBED)
    hard = (members.left_with[member] == mailing) & (members.status[member] == CLEANED)
    came = np.isin(member * max(1, len(sent)) + mailing, visited)
    soft = draw.chance(9, size) & ~hard & ~leaves & ~came
    delivered = ~hard & ~soft
    keen = np.array((120, 260, 420, 610), np.int64)[members.person[member] % 4]
    opened = (draw.chance(keen, size) | leaves | came) & delivered
    clicked = (draw.chance(130, size) & opened) | came
    return Sends(
        mailing,
        member,
        np.where(opened, 1 + draw.pick((780, 160, 60), size), 0),
        np.where(clicked, 1 + draw.pick((880, 120), size), 0),
        np.where(hard, 2, np.where(soft, 1, 0)),
        leaves,
    )


COUNTED = (
    "sent",
    "hard",
    "soft",
    "opens",
    "unique_opens",
    "clicks",
    "unique_clicks",
    "unsubscribed",
    "complaints",
)


def tally(ledger: Ledger, name: str, mailings: list[Mailing], made: Sends) -> None:
    """Add what happened to the mailings' totals, kept by mailing: `facts[name]` is mailings x COUNTED."""
    table = ledger.facts.setdefault(name, np.zeros((len(mailings), len(COUNTED)), np.int64))
    amounts = (
        np.ones(len(made.mailing), np.int64),
        made.bounce == 2,
        made.bounce == 1,
        made.opens,
        made.opens > 0,
        made.clicks,
        made.clicks > 0,
        made.leaves,
        made.leaves & (made.member % 17 == 3),
    )
    for i, amount in enumerate(amounts):
        np.add.at(table[:, i], made.mailing, amount.astype(np.int64))


def claim_orders(ledger: Ledger, traffics: Traffics, members: Members, made: Sends, orders: Orders) -> None:
    """What Mailchimp claims: every order of someone who opened a newsletter in the sixteen days before.

    It counts once for every such newsletter.
    """
    letters = traffics.newsletters
    table = ledger.facts.setdefault("newsletter_claims", np.zeros((len(letters), 2), np.int64))
    sent = np.array([m.sent_at for m in letters], np.int64)
    opened = np.flatnonzero(made.opens > 0)
    if len(opened) == 0 or orders.size == 0:
        return
    key = np.sort(members.person[made.member[opened]] * len(letters) + made.mailing[opened])
    valid = np.flatnonzero(orders.valid)
    latest = np.searchsorted(sent, orders.at[valid], side="right") - 1
    for back in (0, 1):
        letter = latest - back
        wanted = orders.person[valid] * len(letters) + letter
        place = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        near = (letter >= 0) & (key[place] == wanted)
        near &= orders.at[valid] - sent[np.maximum(letter, 0)] < 16 * DAY
        np.add.at(table[:, 0], letter[near], 1)
        np.add.at(table[:, 1], letter[near], (orders.subtotal + orders.shipping)[valid][near])


def visits_by_mail(people: People, visits: Visits, members: Members, first_row: int, count: int) -> Ints:
    """member x mailing (as one number) of the visits that a list's mailings brought."""
    member_of = np.full(people.size, NEVER, np.int64)
    member_of[members.person] = np.arange(members.size)
    which = np.flatnonzero((visits.traffic >= first_row) & (visits.traffic < first_row + count))
    member = member_of[visits.person[which]]
    return np.unique((member * max(1, count) + visits.traffic[which] - first_row)[member >= 0])
