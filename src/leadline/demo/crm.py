"""Leads on their way to customers: who qualifies, which deals are won, and how HubSpot and Salesforce hold it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo import people as folk
from leadline.demo.company import FORMS
from leadline.demo.draw import Bools, Draw, Ints, mixed
from leadline.demo.people import People, styled
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER, columns, records
from leadline.demo.shop import Piece
from leadline.demo.traffic import Traffics
from leadline.demo.visits import Forms, Visits

HUBSPOT, SALESFORCE, BOTH = range(3)
CONTACT_IDS, DEAL_IDS = 51_000_000, 9_400_000_000
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
LEAD_SOURCES = {
    "PAID_SEARCH": "Paid Search",
    "ORGANIC_SEARCH": "Organic Search",
    "PAID_SOCIAL": "Paid Social",
    "REFERRALS": "Referral",
    "OFFLINE": "Event",
}
PIPELINE = "default"
STAGES = (("appointment", "Rendez-vous", False, False, 0.2), ("proposal", "Proposition", False, False, 0.6),
          ("closedwon", "Gagnée", True, True, 1.0), ("closedlost", "Perdue", False, True, 0.0))  # fmt: skip
APPOINTMENT, PROPOSAL, WON, LOST = range(4)


@dataclass(frozen=True)
class Leads:
    """One entry a person who became a lead; moments are UTC, NEVER if it has not happened."""

    person: Ints
    at: Ints
    mql_at: Ints
    sql_at: Ints
    deal_at: Ints
    closed_at: Ints
    stage: Ints  # of the deal
    amount: Ints  # of the deal, in whole units of its currency
    dollars: Bools  # whether the deal is in US dollars
    system: Ints
    traffic: Ints  # row of the visit with the form; NEVER for leads met at a fair
    device: Ints
    form: Ints  # kind of form; NEVER
    sourceless: Bools  # the CRM does not say where the lead came from

    @property
    def size(self) -> int:
        return len(self.person)

    @property
    def won(self) -> Bools:
        return (self.stage == WON) & (self.closed_at >= 0)


def make(plan: Plan, block: int, people: People, visits: Visits, asked: Forms) -> Leads:
    """The leads of a block: firms that sent a form, and people met at fairs."""
    draw = plan.draw("leads", block)
    fair = np.flatnonzero(people.kind == folk.FAIR)
    person = np.concatenate([asked.person, fair])
    size = len(person)
    # The CRM creates the contact seconds after the form was sent.
    at = np.concatenate([asked.at + 4, people.seen_at[fair] + 1200])
    visit_of = np.full(len(asked.person), NEVER, np.int64)
    sent = np.flatnonzero(visits.form >= 0)
    visit_of[visits.form[sent]] = sent
    form_visit = np.concatenate([visit_of, np.full(len(fair), NEVER, np.int64)])
    known = form_visit >= 0
    traffic = np.where(known, visits.traffic[form_visit], NEVER) if visits.size else form_visit
    device = np.where(known, visits.device[form_visit], 0) if visits.size else form_visit
    mql_at, sql_at, deal_at, closed_at = _stages(plan, draw, people, person, at)
    won = draw.chance(520, size)
    stage = np.where(closed_at >= 0, np.where(won, WON, LOST), np.where(draw.chance(500, size), PROPOSAL, APPOINTMENT))
    index = people.index[person]
    kinds = np.where(index % 7 == 2, SALESFORCE, np.where(index % 7 == 5, BOTH, HUBSPOT))
    return Leads(
        person=person, at=at, mql_at=mql_at, sql_at=sql_at, deal_at=deal_at, closed_at=closed_at, stage=stage,
        amount=400 + 50 * draw.below(60, size), dollars=index % 8 == 1, system=kinds, traffic=traffic, device=device,
        form=np.concatenate([asked.form, np.full(len(fair), NEVER, np.int64)]),
        sourceless=(index % 11 == 7),
    )  # fmt: skip


def _stages(plan: Plan, draw: Draw, people: People, person: Ints, at: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """When each lead became an MQL and an SQL, its deal opened, and its deal closed; nothing after the last day."""
    size = len(person)

    def later(moment: Ints, chance: int, days: tuple[int, ...]) -> Ints:
        wait = np.array(days, np.int64)[draw.below(len(days), size)] * DAY + draw.below(8 * 3600, size)
        happens = draw.chance(chance, size) & (moment >= 0)
        then = np.where(happens, moment + wait, NEVER)
        return np.where(then < plan.midnights[-1], then, NEVER)

    mql_at = later(at, 700, (0, 1, 2, 3, 5, 8, 13))
    sql_at = later(mql_at, 720, (1, 2, 4, 7, 11, 18))
    deal_at = later(sql_at, 860, (0, 1, 3, 6))
    closed_at = later(deal_at, 860, (7, 12, 19, 26, 38, 55))
    # CRMs write in UTC: every third deal is closed so late in the evening that the local day is the next one,
    # and half of those on the last day of a month.
    index = people.index[person]
    day = np.clip(plan.day_of(closed_at), 0, plan.days - 1)
    ends = np.array(plan.month_ends, np.int64)[plan.month_of_day[day]]
    day = np.where((index % 6 == 0) & (ends > day), ends, day)
    late = plan.midnights[np.minimum(day + 1, plan.days)] + 600 + index % 1500
    moved = (index % 3 == 0) & (closed_at >= 0) & (late < plan.midnights[-1])
    return mql_at, sql_at, deal_at, np.where(moved, late, closed_at)


def original_source(leads: Leads, traffics: Traffics) -> pa.Array:
    """HubSpot's word for where each lead came from; NULL where it does not say."""
    names = [SOURCES[t.channel] for t in traffics.rows] + ["OFFLINE"]
    row = np.where(leads.traffic >= 0, leads.traffic, len(names) - 1)
    return pa.array(names).take(pa.array(row, mask=leads.sourceless))


def contact_ids(people: People, leads: Leads) -> pa.Array:
    return pa.array(CONTACT_IDS + people.index[leads.person] * 10).cast(pa.string())


def deal_ids(people: People, leads: Leads) -> pa.Array:
    return pa.array(DEAL_IDS + people.index[leads.person] * 10).cast(pa.string())


def client_ids(people: People, leads: Leads) -> pa.Array:
    """The analytics cookie that the form handed over: only from people who consented, on the site."""
    ids = pc.if_else(pa.array(leads.device == 1), people.pseudo_id(1).take(leads.person), people.pseudo_id(0).take(leads.person))
    known = people.consents[leads.person] & (leads.traffic >= 0)
    return pc.if_else(pa.array(known), ids, pa.scalar(None, pa.string()))


def tables(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> Iterator[Piece]:
    """The rows of one block."""
    yield "hubspot", "contact", _contacts(plan, people, traffics, leads), None
    yield from _deals(plan, people, traffics, leads)
    yield from _salesforce(plan, people, traffics, leads)


def pipeline(plan: Plan) -> Iterator[Piece]:
    """The stages of HubSpot's one pipeline."""
    yield "hubspot", "deal_pipeline_stage", records("hubspot", "deal_pipeline_stage", [
        {"stage_id": stage, "pipeline_id": PIPELINE, "label": label, "closed_won": won, "is_closed": closed,
         "probability": odds, "_fivetran_deleted": False, "_fivetran_synced": plan.exported_at}
        for stage, label, won, closed, odds in STAGES
    ]), None  # fmt: skip


def _contacts(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> pa.Table:
    """Every lead of HubSpot; then the same person's second contact where there is one (see `doubles`)."""
    held = np.flatnonzero(leads.system != SALESFORCE)
    held = held[np.argsort(leads.at[held], kind="stable")]
    merged, repeated, dropped, older = doubles(people, leads)
    parts = [
        _contact_rows(plan, people, traffics, leads, held, merged=merged),
        _contact_rows(plan, people, traffics, leads, held[merged[held]], suffix=1, deleted=True),
        _contact_rows(plan, people, traffics, leads, held[repeated[held]], suffix=2),
        _contact_rows(plan, people, traffics, leads, held[dropped[held]], suffix=3, deleted=True),
        _contact_rows(plan, people, traffics, leads, held[older[held]], before=True),
    ]
    return pa.concat_tables(parts)


def doubles(people: People, leads: Leads) -> tuple[Bools, Bools, Bools, Bools]:
    """Which leads of HubSpot have: a contact merged into theirs; a second contact with the same address written in
    another way; a second one that was deleted; an older export of theirs."""
    held = leads.system != SALESFORCE
    turn = np.arange(leads.size) % 23
    return held & (turn == 3), held & (turn == 8), held & (turn == 14), held & (turn % 5 == 1)


def _contact_rows(
    plan: Plan, people: People, traffics: Traffics, leads: Leads, which: Ints, *, suffix: int = 0,
    deleted: bool = False, before: bool = False, merged: Bools | None = None,
) -> pa.Table:  # fmt: skip
    person = leads.person[which]
    first, last = people.names
    source = original_source(leads, traffics).take(which)
    row = leads.traffic[which]
    number = CONTACT_IDS + people.index[person] * 10 + suffix
    address = people.email.take(person) if suffix else styled(people.email, people.index, 3).take(person)
    if suffix == 1:
        address = pc.binary_join_element_wise("ancien.", address, "")
    if suffix == 2:
        address = pc.utf8_upper(address)
    at = leads.at[which] + DAY * suffix // 2
    at = np.where(at < plan.midnights[-1], at, leads.at[which])
    stages = [np.full(len(which), NEVER, np.int64)] * 4
    if not (suffix or before):
        won = np.where(leads.won, leads.closed_at, NEVER)
        stages = [s[which] for s in (leads.mql_at, leads.sql_at, leads.deal_at, won)]
    reached = np.sum([s >= 0 for s in stages], axis=0)
    names = ["lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer"]
    google = np.array([t.clicked for t in traffics.rows])[row] & (row >= 0)
    gclid = pc.binary_join_element_wise("Cj0KCQ", pa.array(mixed(people.index[person], 31)).cast(pa.string()), "")
    into = merged[which] if merged is not None else np.zeros(len(which), np.bool_)
    other = pa.array(CONTACT_IDS + people.index[person] * 10 + 1).cast(pa.string())
    detail = [t.campaign or t.referrer or t.source for t in traffics.rows]
    none = pa.scalar(None, pa.string())
    return columns("hubspot", "contact", len(which), {
        "id": pa.array(number).cast(pa.string()),
        "_fivetran_deleted": deleted,
        "property_email": pc.if_else(pa.array(people.index[person] % 31 == 12), none, address),
        "property_firstname": first.take(person),
        "property_lastname": last.take(person),
        "property_company": people.firm.take(person),
        "property_createdate": at,
        "property_first_conversion_date": np.where(row >= 0, at, NEVER),
        "property_lifecyclestage": pa.array(names).take(reached),
        "property_hs_lifecyclestage_lead_date": at,
        "property_hs_lifecyclestage_marketingqualifiedlead_date": stages[0],
        "property_hs_lifecyclestage_salesqualifiedlead_date": stages[1],
        "property_hs_lifecyclestage_opportunity_date": stages[2],
        "property_hs_lifecyclestage_customer_date": stages[3],
        "property_hs_analytics_source": source,
        "property_hs_analytics_source_data_1": pa.array(detail).take(pa.array(row, mask=row < 0)),
        "property_hs_analytics_source_data_2": pa.array([f[0] for f in FORMS]).take(
            pa.array(leads.form[which], mask=leads.form[which] < 0)
        ),
        "property_ga_client_id": client_ids(people, leads).take(which) if suffix == 0 else None,
        "property_hs_google_click_id": pc.if_else(pa.array(google), gclid, none),
        "property_hs_merged_object_ids": pc.if_else(pa.array(into), other, none),
        "_fivetran_synced": leads.at[which] + 1800 if before else plan.exported_at,
    })  # fmt: skip


def _deals(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> Iterator[Piece]:
    """HubSpot's deals: those of its own leads; some deleted, some merged into another."""
    which = np.flatnonzero((leads.deal_at >= 0) & (leads.system != SALESFORCE))
    which = which[np.argsort(leads.deal_at[which], kind="stable")]
    copies = which[np.arange(len(which)) % 9 == 4]
    parts = []
    for rows, suffix, deleted in ((which, 0, False), (copies, 1, True)):
        close = leads.closed_at[rows]
        # An open deal has the day on which it is hoped to close.
        close = np.where(close >= 0, close, leads.deal_at[rows] + 45 * DAY)
        parts.append(columns("hubspot", "deal", len(rows), {
            "deal_id": pa.array(DEAL_IDS + people.index[leads.person[rows]] * 10 + suffix).cast(pa.string()),
            "is_deleted": deleted,
            "deal_pipeline_id": PIPELINE,
            "deal_pipeline_stage_id": pa.array([s[0] for s in STAGES]).take(leads.stage[rows]),
            "owner_id": pa.array(["71", "72"]).take(leads.person[rows] % 2),
            "property_dealname": people.firm.take(leads.person[rows]),
            "property_amount": leads.amount[rows].astype(np.float64),
            "property_deal_currency_code": pa.array(["EUR", "USD"]).take(leads.dollars[rows].astype(np.int64)),
            "property_closedate": close,
            "property_createdate": leads.deal_at[rows],
            "property_hs_analytics_source": original_source(leads, traffics).take(rows),
            "_fivetran_synced": plan.exported_at,
        }))  # fmt: skip
    yield "hubspot", "deal", pa.concat_tables(parts), None
    yield "hubspot", "deal_contact", columns("hubspot", "deal_contact", len(which), {
        "contact_id": contact_ids(people, leads).take(which),
        "deal_id": deal_ids(people, leads).take(which),
        "type_id": "3",
        "category": "HUBSPOT_DEFINED",
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip
    yield "hubspot", "merged_deal", columns("hubspot", "merged_deal", len(copies), {
        "deal_id": deal_ids(people, leads).take(copies),
        "merged_deal_id": pa.array(DEAL_IDS + people.index[leads.person[copies]] * 10 + 1).cast(pa.string()),
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip


def _salesforce(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> Iterator[Piece]:
    """Key accounts. A person in both CRMs is copied here when HubSpot calls them sales-qualified, with its dates."""
    here = (leads.system == SALESFORCE) | ((leads.system == BOTH) & (leads.sql_at >= 0))
    which = np.flatnonzero(here)
    created = np.where(leads.system == BOTH, leads.sql_at + 600, leads.at)
    which = which[np.argsort(created[which], kind="stable")]
    person = leads.person[which]
    first, last = people.names
    own = leads.system[which] == SALESFORCE
    converts = own & (leads.deal_at[which] >= 0)
    names = [LEAD_SOURCES.get(SOURCES[t.channel], "Web") for t in traffics.rows] + ["Event"]
    row = np.where(leads.traffic >= 0, leads.traffic, len(names) - 1)
    source = pa.array(names).take(pa.array(row, mask=leads.sourceless))
    ids = pc.binary_join_element_wise("00Q4x0000", salesforce_number(people, person), "")
    contact = pc.binary_join_element_wise("0034x0000", salesforce_number(people, person), "")
    deal = pc.binary_join_element_wise("0064x0000", salesforce_number(people, person), "")
    none = pa.scalar(None, pa.string())
    campaign = pa.array([t.campaign for t in traffics.rows], pa.string())
    yield "salesforce", "lead", columns("salesforce", "lead", len(which), {
        "id": ids,
        "email": styled(people.email, people.index, 4).take(person),
        "first_name": first.take(person),
        "last_name": last.take(person),
        "company": people.firm.take(person),
        "status": pa.array(["Open", "Qualified"]).take(converts.astype(np.int64)),
        "lead_source": source.take(which),
        "created_date": created[which],
        "mql_date_c": leads.mql_at[which],
        "sql_date_c": leads.sql_at[which],
        "is_converted": converts,
        "converted_date": np.where(converts, leads.deal_at[which], NEVER),
        "converted_contact_id": pc.if_else(pa.array(converts), contact, none),
        "converted_opportunity_id": pc.if_else(pa.array(converts), deal, none),
        "is_deleted": False,
        "ga_client_id_c": client_ids(people, leads).take(which),
        "campaign_c": campaign.take(pa.array(leads.traffic[which], mask=leads.traffic[which] < 0)),
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip
    rows = which[converts]
    stage = leads.stage[rows]
    # Salesforce keeps the close date without a time of day.
    closed = np.where(leads.closed_at[rows] >= 0, leads.closed_at[rows], leads.deal_at[rows] + 45 * DAY)
    words = ["Prospecting", "Proposal/Price Quote", "Closed Won", "Closed Lost"]
    at = np.flatnonzero(converts)
    yield "salesforce", "opportunity", columns("salesforce", "opportunity", len(rows), {
        "id": deal.take(at),
        "account_id": pc.binary_join_element_wise("0014x0000", salesforce_number(people, leads.person[rows]), ""),
        "contact_id": contact.take(at),
        "name": people.firm.take(leads.person[rows]),
        "amount": leads.amount[rows].astype(np.float64),
        "currency_iso_code": pa.array(["EUR", "USD"]).take(leads.dollars[rows].astype(np.int64)),
        "stage_name": pa.array(words).take(stage),
        "lead_source": source.take(rows),
        "type": "New Business",
        "created_date": leads.deal_at[rows],
        "close_date": closed // DAY * DAY,
        "is_closed": stage >= WON,
        "is_won": stage == WON,
        "is_deleted": False,
        "_fivetran_synced": plan.exported_at,
    }), None  # fmt: skip


def salesforce_number(people: People, person: Ints) -> pa.Array:
    """The counting part of Salesforce's ids."""
    return pa.array(10_000_000 + people.index[person]).cast(pa.string())
