"""Mailing lists: Mailchimp writes to shoppers, Brevo to firms and, after an order, to customers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import people as folk
from leadline.demo.company import BREVO_CUSTOMERS, BREVO_FIRMS, LIST_ID, LIST_NAME, SITE
from leadline.demo.draw import Bools, Ints
from leadline.demo.ga4_rows import SIGNUP_AFTER
from leadline.demo.ga4_table import customer_since
from leadline.demo.ledger import Ledger
from leadline.demo.orders import Orders
from leadline.demo.people import People, styled
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER, columns, records
from leadline.demo.shop import Piece, accepts_marketing
from leadline.demo.traffic import Mailing, Traffics
from leadline.demo.visits import Forms, Visits, subscribes

SUBSCRIBED, UNSUBSCRIBED, CLEANED, PENDING = range(4)
STATUS = ("subscribed", "unsubscribed", "cleaned", "pending")
DETAILED = 6  # the latest newsletters for which Mailchimp's list of recipients is exported
REASONS = ("NORMAL", "INAPPROPRIATE", "SPAM")


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


def firms(plan: Plan, block: int, people: People, traffics: Traffics, asked: Forms) -> Members:
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
        plan, draw.below(10, size), draw.below(2000, size), person, since[person] + 40, since[person] + 40,
        traffics.follow_ups,
    )  # fmt: skip


def _leaving(
    plan: Plan, reads: Ints, luck: Ints, person: Ints, signed: Ints, opted: Ints, mailings: list[Mailing]
) -> Members:
    """Some leave with the n-th mailing that they get: of a thousand, 190 unsubscribe and 45 have dead addresses."""
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
    """For every person the moment from which mailings reach them; NEVER if none does, or if they left again."""
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
    """What happened to every mailing sent. `visited` holds member x mailing (as one number) of the visits it brought."""
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
        mailing, member, np.where(opened, 1 + draw.pick((780, 160, 60), size), 0),
        np.where(clicked, 1 + draw.pick((880, 120), size), 0), np.where(hard, 2, np.where(soft, 1, 0)), leaves,
    )  # fmt: skip


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


def tally(plan: Plan, ledger: Ledger, name: str, mailings: list[Mailing], made: Sends) -> None:
    """Add what happened to the mailings' totals, kept by mailing: `facts[name]` is mailings x COUNTED."""
    table = ledger.facts.setdefault(name, np.zeros((len(mailings), len(COUNTED)), np.int64))
    amounts = (
        np.ones(len(made.mailing), np.int64), made.bounce == 2, made.bounce == 1, made.opens, made.opens > 0,
        made.clicks, made.clicks > 0, made.leaves, made.leaves & (made.member % 17 == 3),
    )  # fmt: skip
    for i, amount in enumerate(amounts):
        np.add.at(table[:, i], made.mailing, amount.astype(np.int64))


def mailchimp(
    plan: Plan, people: People, traffics: Traffics, members: Members, made: Sends
) -> Iterator[Piece]:
    """Mailchimp's tables of people and of what they did."""
    first, last = people.names
    ids = member_ids(people, members)
    latest = np.maximum(np.maximum(members.signed_at, members.opted_at), members.left_at)
    yield "mailchimp", "member", columns("mailchimp", "member", members.size, {
        "id": ids,
        "list_id": LIST_ID,
        "email_address": styled(people.email, people.index, 5).take(members.person),
        "status": pa.array(STATUS).take(members.status),
        "merge_fname": first.take(members.person),
        "merge_lname": last.take(members.person),
        "timestamp_signup": members.signed_at,
        "timestamp_opt": members.opted_at,
        "last_changed": latest,
        "country_code": "FR",
        "language": "fr",
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip
    mailings = pa.array([_campaign_id(m) for m in traffics.newsletters], pa.string())
    left = np.flatnonzero(members.status == UNSUBSCRIBED)
    yield "mailchimp", "unsubscribe", columns("mailchimp", "unsubscribe", len(left), {
        "campaign_id": mailings.take(members.left_with[left]),
        "member_id": ids.take(left),
        "list_id": LIST_ID,
        "reason": pa.array(REASONS).take(members.person[left] % 3),
        "timestamp": members.left_at[left],
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip
    recent = np.flatnonzero(made.mailing >= len(mailings) - DETAILED)
    yield "mailchimp", "campaign_recipient", columns("mailchimp", "campaign_recipient", len(recent), {
        "campaign_id": mailings.take(made.mailing[recent]),
        "member_id": ids.take(made.member[recent]),
        "list_id": LIST_ID,
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip
    yield _activity(plan, traffics, members, made, ids, mailings)


def _activity(
    plan: Plan, traffics: Traffics, members: Members, made: Sends, ids: pa.Array, mailings: pa.Array
) -> Piece:
    sent = np.array([m.sent_at for m in traffics.newsletters], np.int64)
    kinds = [
        np.repeat(np.arange(len(n)), n) for n in (made.opens, made.clicks, (made.bounce > 0).astype(np.int64))
    ]
    which = np.concatenate(kinds)
    action = np.repeat(np.arange(3), [len(k) for k in kinds])
    nth = np.arange(len(which), dtype=np.int64)
    delay = (
        90 + (members.person[made.member[which]] * 7919 + made.mailing[which] * 104_729 + nth * 37) % 90_000
    )
    at = np.where(action == 2, 200, delay + 60 * action) + (sent[made.mailing[which]] if len(sent) else 0)
    inside = np.flatnonzero(at < plan.midnights[-1])
    which, action, at = which[inside], action[inside], at[inside]
    order = np.lexsort((which, action, at))
    which, action, at = which[order], action[order], at[order]
    bounce = pa.array([None, "soft", "hard"]).take(np.where(action == 2, made.bounce[which], 0))
    data = columns("mailchimp", "campaign_recipient_activity", len(which), {
        "action": pa.array(["open", "click", "bounce"]).take(action),
        "campaign_id": mailings.take(made.mailing[which]),
        "member_id": ids.take(made.member[which]),
        "timestamp": at,
        "list_id": LIST_ID,
        "bounce_type": bounce,
        "url": pc.if_else(pa.array(action == 1), pa.scalar(f"{SITE}/"), pa.scalar(None, pa.string())),
        "_fivetran_synced": plan.exported_at,
    })  # fmt: skip
    return "mailchimp", "campaign_recipient_activity", data, plan.day_of(at)


def member_ids(people: People, members: Members) -> pa.Array:
    number = pa.array(people.index[members.person] + 1_000_000).cast(pa.string())
    return pc.binary_join_element_wise("m", number, "")


def brevo_ids(people: People, members: Members, *, at_firm: bool) -> pa.Array:
    base = 2_000_000_000 if at_firm else 6_000_000_000
    return pa.array(base + people.index[members.person]).cast(pa.string())


def brevo(plan: Plan, people: People, members: Members, *, at_firm: bool) -> Piece:
    """Brevo's contacts of one list."""
    first, last = people.names
    latest = np.maximum(members.opted_at, members.left_at)
    return "brevo", "contact", columns("brevo", "contact", members.size, {
        "id": brevo_ids(people, members, at_firm=at_firm),
        "email": styled(people.email, people.index, 6).take(members.person),
        "email_blacklisted": members.left_at >= 0,
        "created_at": members.opted_at,
        "modified_at": latest,
        "unsubscribed_at": members.left_at,
        "list_id": BREVO_FIRMS if at_firm else BREVO_CUSTOMERS,
        "attributes_firstname": first.take(members.person),
        "attributes_lastname": last.take(members.person),
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip


def _campaign_id(mailing: Mailing) -> str:
    return f"c{mailing.number + 4001:08x}"


def reports(plan: Plan, traffics: Traffics, ledger: Ledger) -> Iterator[Piece]:
    """The campaigns of both tools with their totals, once all blocks are counted."""
    yield "mailchimp", "list", records("mailchimp", "list", [
        {"id": LIST_ID, "name": LIST_NAME, "date_created": int(plan.midnights[0]) - 30 * DAY,
         "_fivetran_synced": plan.exported_at}
    ]), None  # fmt: skip
    letters = traffics.newsletters
    yield "mailchimp", "campaign", records("mailchimp", "campaign", [
        {"id": _campaign_id(m), "list_id": LIST_ID, "title": m.name, "subject_line": m.subject, "type": m.kind,
         "status": "sent", "create_time": m.sent_at - 2 * DAY, "send_time": m.sent_at,
         "_fivetran_synced": plan.exported_at} for m in letters
    ]), None  # fmt: skip
    counts = ledger.facts.get("newsletters", np.zeros((len(letters), len(COUNTED)), np.int64))
    claims = ledger.facts.get("newsletter_claims", np.zeros((len(letters), 2), np.int64))
    yield "mailchimp", "campaign_report", records("mailchimp", "campaign_report", [
        {"id": _campaign_id(m), "list_id": LIST_ID, "send_time": m.sent_at, "emails_sent": n["sent"],
         "bounces_hard_bounces": n["hard"], "bounces_soft_bounces": n["soft"], "opens_opens_total": n["opens"],
         "opens_unique_opens": n["unique_opens"], "clicks_clicks_total": n["clicks"],
         "clicks_unique_subscriber_clicks": n["unique_clicks"], "unsubscribed": n["unsubscribed"],
         "abuse_reports": n["complaints"], "ecommerce_total_orders": int(claims[i, 0]),
         "ecommerce_total_revenue": int(claims[i, 1]) / 100, "ecommerce_currency_code": "EUR",
         "_fivetran_synced": plan.exported_at} for i, (m, n) in enumerate(zip(letters, _named(counts), strict=True))
    ]), None  # fmt: skip
    rows = []
    for name, mailings in (("firm_mails", traffics.firm_mails), ("follow_ups", traffics.follow_ups)):
        table = ledger.facts.get(name, np.zeros((len(mailings), len(COUNTED)), np.int64))
        rows += [_brevo_row(plan, m, n) for m, n in zip(mailings, _named(table), strict=True)]
    rows.sort(key=lambda row: (row["sent_date"], row["id"]))
    yield "brevo", "email_campaign", records("brevo", "email_campaign", rows), None


def _named(table: Ints) -> list[dict[str, int]]:
    return [dict(zip(COUNTED, map(int, row), strict=True)) for row in table]


def _brevo_row(plan: Plan, m: Mailing, n: dict[str, int]) -> dict[str, object]:
    return {
        "id": str(m.number), "name": m.name, "subject": m.subject, "type": m.kind, "status": "sent",
        "tag": m.audience, "created_at": m.sent_at - DAY, "sent_date": m.sent_at,
        "statistics_global_sent": n["sent"], "statistics_global_delivered": n["sent"] - n["hard"] - n["soft"],
        "statistics_global_hard_bounces": n["hard"], "statistics_global_soft_bounces": n["soft"],
        "statistics_global_viewed": n["opens"], "statistics_global_unique_views": n["unique_opens"],
        "statistics_global_clickers": n["clicks"], "statistics_global_unique_clicks": n["unique_clicks"],
        "statistics_global_unsubscriptions": n["unsubscribed"], "statistics_global_complaints": n["complaints"],
        "_fivetran_synced": plan.exported_at,
    }  # fmt: skip


def claim_orders(
    plan: Plan,
    ledger: Ledger,
    people: People,
    traffics: Traffics,
    members: Members,
    made: Sends,
    orders: Orders,
) -> None:
    """What Mailchimp claims: every order of someone who opened a newsletter in the ten days before, once a newsletter."""
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


def is_firm(people: People, members: Members) -> Bools:
    return people.kind[members.person] == folk.FIRM
