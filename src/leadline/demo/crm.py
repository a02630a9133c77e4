"""Leads on their way to customers: who qualifies, whose deal opens, and which deals are won."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import people as folk
from leadline.demo.draw import Bools, Draw, Ints
from leadline.demo.people import People
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER
from leadline.demo.traffic import Traffics
from leadline.demo.visits import Forms, Visits

HUBSPOT, SALESFORCE, BOTH = range(3)
CONTACT_IDS, DEAL_IDS = 51_000_000, 9_400_000_000
# HubSpot's word for where a lead came from.
SOURCES = {
    "Paid Search": "PAID_SEARCH",
    "Paid Shopping": "PAID_SEARCH",
    "Cross-network": "PAID_SEARCH",
    "Organic Search": "ORGANIC_SEARCH",
    "Paid Social": "PAID_SOCIAL",
    "Organic Social": "SOCIAL_MEDIA",
    "Email": "EMAIL_MARKETING",
    "Referral": "REFERRALS",
    "Affiliates": "REFERRALS",
    "Organic Video": "REFERRALS",
    "Direct": "DIRECT_TRAFFIC",
    "AI Assistants": "AI_REFERRALS",
    "Display": "OTHER_CAMPAIGNS",
    "Unassigned": "OTHER_CAMPAIGNS",
}
# What each word of HubSpot is called in Salesforce, and the channel that both stand for.
LEAD_SOURCES = {
    "PAID_SEARCH": ("Paid Search", "Paid Search"),
    "ORGANIC_SEARCH": ("Organic Search", "Organic Search"),
    "PAID_SOCIAL": ("Paid Social", "Paid Social"),
    "SOCIAL_MEDIA": ("Organic Social", "Organic Social"),
    "EMAIL_MARKETING": ("Email", "Email"),
    "REFERRALS": ("Referral", "Referral"),
    "DIRECT_TRAFFIC": ("Direct", "Direct"),
    "AI_REFERRALS": ("AI Referral", "AI Assistants"),
    "OTHER_CAMPAIGNS": ("Web", "Unassigned"),
    "OFFLINE": ("Event", None),
}
APPOINTMENT, PROPOSAL, WON, LOST = range(4)


@dataclass(frozen=True)
class Leads:
    """One entry a person who became a lead; moments are UTC, NEVER if it has not happened."""

    person: Ints
    at: Ints
    mql_at: Ints
    sql_at: Ints
    deal_at: Ints
    closed_at: Ints  # as the CRM that has the deal holds it
    stage: Ints  # of the deal
    amount: Ints  # of the deal, in whole units of its currency
    dollars: Bools  # whether the deal is in US dollars
    system: Ints
    traffic: Ints  # row of the visit with the form; NEVER for leads met at a fair
    device: Ints
    form: Ints  # kind of form; NEVER
    sourceless: Bools  # the CRM does not say where the lead came from
    mailless: Bools  # the CRM has no e-mail address
    merged: Bools  # another contact of HubSpot was merged into this one
    repeated: Bools  # HubSpot has a second contact with the same address, written in another way
    dropped: Bools  # HubSpot has a second contact that was deleted
    older: Bools  # an older export of the contact is still in the raw table

    @property
    def size(self) -> int:
        return len(self.person)

    @property
    def won(self) -> Bools:
        return np.asarray((self.stage == WON) & (self.closed_at >= 0))


def make(plan: Plan, block: int, people: People, visits: Visits, asked: Forms) -> Leads:
    """The leads of a block: firms that sent a form, and people met at fairs."""
    draw = plan.draw("leads", block)
    fair = np.flatnonzero(people.kind == folk.FAIR)
    person = np.concatenate([asked.person, fair])
    size = len(person)
    # The CRM creates the contact seconds after the form was sent.
    at = np.concatenate([asked.at + 4, people.seen_at[fair] + 1200])
    kept = at < plan.midnights[-1]
    traffic, device = _of_the_visit(visits, asked, len(fair))
    mql_at, sql_at, deal_at, closed_at = _stages(plan, draw, at)
    won = draw.chance(520, size)
    open_stage = np.where(draw.chance(500, size), PROPOSAL, APPOINTMENT)
    stage = np.where(closed_at >= 0, np.where(won, WON, LOST), open_stage)
    amount = 120 + 20 * draw.below(60, size)
    index = people.index[person]
    system = np.where(index % 7 == 2, SALESFORCE, np.where(index % 7 == 5, BOTH, HUBSPOT))
    # Salesforce keeps the day of closing, without a time of day.
    closed_at = np.where((system == SALESFORCE) & (closed_at >= 0), closed_at // DAY * DAY, closed_at)
    form = np.concatenate([asked.form, np.full(len(fair), NEVER, np.int64)])
    turn = np.arange(size, dtype=np.int64) % 23
    here = system != SALESFORCE
    columns = (
        person,
        at,
        mql_at,
        sql_at,
        deal_at,
        closed_at,
        stage,
        amount,
        index % 8 == 1,
        system,
        traffic,
        device,
        form,
        index % 11 == 7,
        here & (system == HUBSPOT) & (turn == 20),
        here & (turn == 3),
        here & (turn == 8),
        here & (turn == 14),
        here & (turn % 5 == 1),
    )
    return Leads(*(column[kept] for column in columns))


def _of_the_visit(visits: Visits, asked: Forms, met: int) -> tuple[Ints, Ints]:
    """Traffic row and device of the visit in which each form was sent; for the people met at fairs NEVER and
    0."""
    traffic = np.full(len(asked.person) + met, NEVER, np.int64)
    device = np.zeros(len(asked.person) + met, np.int64)
    sent = np.flatnonzero(visits.form >= 0)
    traffic[visits.form[sent]] = visits.traffic[sent]
    device[visits.form[sent]] = visits.device[sent]
    return traffic, device


def _stages(plan: Plan, draw: Draw, at: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """When each lead became an MQL and an SQL, its deal opened, and its deal closed; nothing after the last
    day."""
    size = len(at)

    def later(moment: Ints, chance: int, days: tuple[int, ...]) -> Ints:
        wait = np.array(days, np.int64)[draw.below(len(days), size)] * DAY + draw.below(8 * 3600, size)
        happens = draw.chance(chance, size) & (moment >= 0)
        then = np.where(happens, moment + wait, NEVER)
        return np.where(then < plan.midnights[-1], then, NEVER)

    mql_at = later(at, 700, (0, 1, 2, 3, 5, 8, 13))
    sql_at = later(mql_at, 720, (1, 2, 4, 7, 11, 18))
    deal_at = later(sql_at, 860, (0, 1, 3, 6))
    closed_at = later(deal_at, 860, (7, 12, 19, 26, 38, 55))
    # CRMs write in UTC: every second deal is closed so late in the evening that the local day is the next
    # one, and half of those on the last day of a month.
    turn = np.arange(size, dtype=np.int64)
    day = np.clip(plan.day_of(closed_at), 0, plan.days - 1)
    ends = np.array(plan.month_ends, np.int64)[plan.month_of_day[day]]
    day = np.where((turn % 4 == 0) & (ends > day), ends, day)
    late = plan.midnights[np.minimum(day + 1, plan.days)] + 600 + turn * 37 % 1500
    moved = (turn % 2 == 0) & (closed_at >= 0) & (late < plan.midnights[-1])
    return mql_at, sql_at, deal_at, np.where(moved, late, closed_at)


def original_source(leads: Leads, traffics: Traffics) -> pa.Array:
    """HubSpot's word for where each lead came from; NULL where it does not say."""
    names = [SOURCES[t.channel] for t in traffics.rows] + ["OFFLINE"]
    row = np.where(leads.traffic >= 0, leads.traffic, len(names) - 1)
    return pa.array(names).take(pa.array(row, mask=leads.sourceless))


def channels(leads: Leads, traffics: Traffics) -> list[str | None]:
    """The channel that the CRM's original source stands for; None if it says nothing, or nothing about a
    channel."""
    return [
        None
        if source is None or (system == SALESFORCE and source == "OTHER_CAMPAIGNS")
        else LEAD_SOURCES[source][1]
        for source, system in zip(
            original_source(leads, traffics).to_pylist(), leads.system.tolist(), strict=True
        )
    ]


def in_salesforce(leads: Leads) -> Bools:
    """Key accounts, and people of both CRMs once HubSpot calls them sales-qualified."""
    return np.asarray((leads.system == SALESFORCE) | ((leads.system == BOTH) & (leads.sql_at >= 0)))


def contact_numbers(people: People, leads: Leads) -> Ints:
    """HubSpot's contact id of every lead; a second contact of the same person has the next numbers."""
    return CONTACT_IDS + people.index[leads.person] * 10


def client_ids(people: People, leads: Leads) -> pa.Array:
    """The analytics cookie that the form handed over: only from people who consented, on the site."""
    one, two = people.pseudo_id(0).take(leads.person), people.pseudo_id(1).take(leads.person)
    ids = pc.if_else(pa.array(leads.device == 1), two, one)
    known = people.consents[leads.person] & (leads.traffic >= 0)
    return pc.if_else(pa.array(known), ids, pa.scalar(None, pa.string()))


def salesforce_ids(people: People, person: Ints, prefix: str) -> pa.Array:
    """Salesforce's ids of a kind (its prefix) for people."""
    number = pa.array(10_000_000 + people.index[person]).cast(pa.string())
    return pc.binary_join_element_wise(prefix, number, "")
