"""Leads and deals as HubSpot and Salesforce hold them, with the repeats that CRMs gather."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.demo.company import FORMS
from leadline.demo.crm import (
    DEAL_IDS,
    LEAD_SOURCES,
    SALESFORCE,
    SOURCES,
    WON,
    Leads,
    client_ids,
    contact_numbers,
    in_salesforce,
    original_source,
    salesforce_ids,
)
from leadline.demo.draw import Bools, Ints, mixed
from leadline.demo.people import People, styled
from leadline.demo.piece import Piece, listing, piece
from leadline.demo.plan import DAY, Plan
from leadline.demo.schema import NEVER, columns
from leadline.demo.traffic import Traffics

PIPELINE = "default"
STAGES = (
    ("appointment", "Rendez-vous", False, False, 0.2),
    ("proposal", "Proposition", False, False, 0.6),
    ("closedwon", "Gagnée", True, True, 1.0),
    ("closedlost", "Perdue", False, True, 0.0),
)
SALESFORCE_STAGES = ("Prospecting", "Proposal/Price Quote", "Closed Won", "Closed Lost")
LIFECYCLE = ("lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer")
MERGED, REPEATED, DROPPED = (
    1,
    2,
    3,
)  # added to the contact's number: what became of the person's second contact
NONE = pa.scalar(None, pa.string())


def pipeline(plan: Plan) -> Iterator[Piece]:
    """The stages of HubSpot's one pipeline."""
    rows = [
        {
            "stage_id": stage,
            "pipeline_id": PIPELINE,
            "label": label,
            "closed_won": won,
            "is_closed": closed,
            "probability": odds,
            "_fivetran_deleted": False,
            "_fivetran_synced": plan.exported_at,
        }
        for stage, label, won, closed, odds in STAGES
    ]
    yield listing("hubspot", "deal_pipeline_stage", rows)


def tables(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> Iterator[Piece]:
    """The rows of one block."""
    contacts = Contacts(plan, people, traffics, leads)
    yield "hubspot", "contact", contacts.table(), None
    yield from _deals(plan, people, traffics, leads)
    here = np.flatnonzero(in_salesforce(leads))
    yield "salesforce", "lead", _salesforce_leads(plan, people, traffics, leads, here), None
    yield "salesforce", "opportunity", _opportunities(plan, people, traffics, leads), None


class Contacts:
    """HubSpot's contacts of one block."""

    def __init__(self, plan: Plan, people: People, traffics: Traffics, leads: Leads) -> None:
        self.plan, self.people, self.traffics, self.leads = plan, people, traffics, leads

    def table(self) -> pa.Table:
        """Every lead of HubSpot; then second contacts of the same people, and older exports of some."""
        leads = self.leads
        held = np.flatnonzero(leads.system != SALESFORCE)
        held = held[np.argsort(leads.at[held], kind="stable")]
        return pa.concat_tables(
            [
                self.rows(held),
                self.rows(held[leads.merged[held]], MERGED),
                self.rows(held[leads.repeated[held]], REPEATED),
                self.rows(held[leads.dropped[held]], DROPPED),
                self.rows(held[leads.older[held]], before=True),
            ]
        )

    def rows(self, which: Ints, second: int = 0, *, before: bool = False) -> pa.Table:
        """Contacts of these leads: the first, one of the second ones, or the first as it was half an hour
        later."""
        plan, people, leads = self.plan, self.people, self.leads
        person, row = leads.person[which], leads.traffic[which]
        first, last = people.names
        at = second_lead_at(plan, leads, second)[which]
        stages = self._stages(which, known=not (second or before))
        reached = np.sum([s >= 0 for s in stages], axis=0)
        gone = second in (MERGED, DROPPED)
        merged = pc.if_else(pa.array(leads.merged[which] & (second == 0)), self._ids(which, MERGED), NONE)
        detail = [t.campaign or t.referrer or t.source for t in self.traffics.rows]
        forms = pa.array([f[0] for f in FORMS]).take(pa.array(leads.form[which], mask=leads.form[which] < 0))
        values = {
            "id": self._ids(which, second),
            "_fivetran_deleted": gone,
            "property_email": self._addresses(which, second),
            "property_firstname": "(data deleted)" if second == DROPPED else first.take(person),
            "property_lastname": "(data deleted)" if second == DROPPED else last.take(person),
            "property_company": people.firm.take(person),
            "property_createdate": at,
            "property_first_conversion_date": np.where(row >= 0, at, NEVER),
            "property_lifecyclestage": pa.array(LIFECYCLE).take(reached),
            "property_hs_lifecyclestage_lead_date": at,
            "property_hs_lifecyclestage_marketingqualifiedlead_date": stages[0],
            "property_hs_lifecyclestage_salesqualifiedlead_date": stages[1],
            "property_hs_lifecyclestage_opportunity_date": stages[2],
            "property_hs_lifecyclestage_customer_date": stages[3],
            "property_hs_analytics_source": original_source(leads, self.traffics).take(which),
            "property_hs_analytics_source_data_1": pa.array(detail).take(pa.array(row, mask=row < 0)),
            "property_hs_analytics_source_data_2": forms,
            "property_ga_client_id": client_ids(people, leads).take(which) if second == 0 else None,
            "property_hs_google_click_id": self._clicks(which),
            "property_hs_merged_object_ids": merged,
            "_fivetran_synced": leads.at[which] + 1800 if before else plan.exported_at,
        }
        return columns("hubspot", "contact", len(which), values)

    def _stages(self, which: Ints, *, known: bool) -> list[Ints]:
        leads = self.leads
        if not known:
            return [np.full(len(which), NEVER, np.int64)] * 4
        won = np.where(leads.won, leads.closed_at, NEVER)
        return [s[which] for s in (leads.mql_at, leads.sql_at, leads.deal_at, won)]

    def _ids(self, which: Ints, second: int) -> pa.Array:
        return pa.array(contact_numbers(self.people, self.leads)[which] + second).cast(pa.string())

    def _addresses(self, which: Ints, second: int) -> pa.Array:
        """A merged contact had the person's former address, a repeated one the same address in capitals."""
        people, person = self.people, self.leads.person[which]
        if second == 0:
            address = styled(people.email, people.index, 3).take(person)
            return pc.if_else(pa.array(self.leads.mailless[which]), NONE, address)
        plain = people.email.take(person)
        if second == MERGED:
            return pc.binary_join_element_wise("ancien.", plain, "")
        return pc.utf8_upper(plain) if second == REPEATED else pa.nulls(len(which), pa.string())

    def _clicks(self, which: Ints) -> pa.Array:
        row = self.leads.traffic[which]
        google: Bools = self.traffics.clicked[row] & (row >= 0)
        number = pa.array(mixed(self.people.index[self.leads.person[which]], 31)).cast(pa.string())
        return pc.if_else(pa.array(google), pc.binary_join_element_wise("Cj0KCQ", number, ""), NONE)


def second_lead_at(plan: Plan, leads: Leads, second: int) -> Ints:
    """When a person's second contact became a lead: half a day later or more, never before the first."""
    at = leads.at + DAY * second // 2
    return np.asarray(np.where(at < plan.midnights[-1], at, leads.at), np.int64)


def hubspot_deals(leads: Leads) -> Ints:
    """Leads with a deal in HubSpot, in order of its opening."""
    which = np.flatnonzero((leads.deal_at >= 0) & (leads.system != SALESFORCE))
    return which[np.argsort(leads.deal_at[which], kind="stable")]


def merged_deals(which: Ints) -> Ints:
    """Those of the deals into which another was merged: the other is still there, marked as deleted."""
    return np.asarray(which[np.arange(len(which)) % 7 == 3])


def hoped_close(leads: Leads) -> Ints:
    """When a deal was closed; an open one has the day on which it is hoped to close."""
    return np.where(leads.closed_at >= 0, leads.closed_at, leads.deal_at + 45 * DAY)


def _deals(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> Iterator[Piece]:
    which = hubspot_deals(leads)
    copies = merged_deals(which)
    parts = []
    for rows, second in ((which, 0), (copies, 1)):
        values = {
            "deal_id": _deal_ids(people, leads, rows, second),
            "is_deleted": second == 1,
            "deal_pipeline_id": PIPELINE,
            "deal_pipeline_stage_id": pa.array([s[0] for s in STAGES]).take(leads.stage[rows]),
            "owner_id": pa.array(["71", "72"]).take(leads.person[rows] % 2),
            "property_dealname": people.firm.take(leads.person[rows]),
            "property_amount": leads.amount[rows].astype(np.float64),
            "property_deal_currency_code": _currency(leads, rows),
            "property_closedate": hoped_close(leads)[rows],
            "property_createdate": leads.deal_at[rows],
            "property_hs_analytics_source": original_source(leads, traffics).take(rows),
            "_fivetran_synced": plan.exported_at,
        }
        parts.append(columns("hubspot", "deal", len(rows), values))
    yield "hubspot", "deal", pa.concat_tables(parts), None
    contacts = pa.array(contact_numbers(people, leads)[which]).cast(pa.string())
    links = {
        "contact_id": contacts,
        "deal_id": _deal_ids(people, leads, which, 0),
        "type_id": "3",
        "category": "HUBSPOT_DEFINED",
        "_fivetran_synced": plan.exported_at,
    }
    yield piece("hubspot", "deal_contact", len(which), links)
    merges = {
        "deal_id": _deal_ids(people, leads, copies, 0),
        "merged_deal_id": _deal_ids(people, leads, copies, 1),
        "_fivetran_synced": plan.exported_at,
    }
    yield piece("hubspot", "merged_deal", len(copies), merges)


def _deal_ids(people: People, leads: Leads, which: Ints, second: int) -> pa.Array:
    return pa.array(DEAL_IDS + people.index[leads.person[which]] * 10 + second).cast(pa.string())


def _currency(leads: Leads, which: Ints) -> pa.Array:
    return pa.array(["EUR", "USD"]).take(leads.dollars[which].astype(np.int64))


def _lead_sources(traffics: Traffics, leads: Leads) -> pa.Array:
    names = [LEAD_SOURCES[SOURCES[t.channel]][0] for t in traffics.rows] + [LEAD_SOURCES["OFFLINE"][0]]
    row = np.where(leads.traffic >= 0, leads.traffic, len(names) - 1)
    return pa.array(names).take(pa.array(row, mask=leads.sourceless))


def converted(leads: Leads) -> Bools:
    """Whether Salesforce turned the lead into a contact with an opportunity."""
    return np.asarray((leads.system == SALESFORCE) & (leads.deal_at >= 0))


def _salesforce_leads(plan: Plan, people: People, traffics: Traffics, leads: Leads, which: Ints) -> pa.Table:
    """Key accounts; and people of both CRMs, copied with their dates ten minutes after they qualified."""
    created = np.where(leads.system == SALESFORCE, leads.at, leads.sql_at + 600)
    which = which[np.argsort(created[which], kind="stable")]
    person, row = leads.person[which], leads.traffic[which]
    first, last = people.names
    converts = converted(leads)[which]
    turned = pa.array(converts)
    campaign = pa.array([t.campaign for t in traffics.rows], pa.string())
    values = {
        "id": salesforce_ids(people, person, "00Q4x0000"),
        "email": styled(people.email, people.index, 4).take(person),
        "first_name": first.take(person),
        "last_name": last.take(person),
        "company": people.firm.take(person),
        "status": pa.array(["Open", "Qualified"]).take(converts.astype(np.int64)),
        "lead_source": _lead_sources(traffics, leads).take(which),
        "created_date": created[which],
        "mql_date_c": leads.mql_at[which],
        "sql_date_c": leads.sql_at[which],
        "is_converted": converts,
        "converted_date": np.where(converts, leads.deal_at[which], NEVER),
        "converted_contact_id": pc.if_else(turned, salesforce_ids(people, person, "0034x0000"), NONE),
        "converted_opportunity_id": pc.if_else(turned, salesforce_ids(people, person, "0064x0000"), NONE),
        "is_deleted": False,
        "ga_client_id_c": client_ids(people, leads).take(which),
        "campaign_c": campaign.take(pa.array(row, mask=row < 0)),
        "_fivetran_synced": plan.exported_at,
    }
    return columns("salesforce", "lead", len(which), values)


def _opportunities(plan: Plan, people: People, traffics: Traffics, leads: Leads) -> pa.Table:
    rows = np.flatnonzero(converted(leads))
    rows = rows[np.argsort(leads.deal_at[rows], kind="stable")]
    person, stage = leads.person[rows], leads.stage[rows]
    values = {
        "id": salesforce_ids(people, person, "0064x0000"),
        "account_id": salesforce_ids(people, person, "0014x0000"),
        "contact_id": salesforce_ids(people, person, "0034x0000"),
        "name": people.firm.take(person),
        "amount": leads.amount[rows].astype(np.float64),
        "currency_iso_code": _currency(leads, rows),
        "stage_name": pa.array(SALESFORCE_STAGES).take(stage),
        "lead_source": _lead_sources(traffics, leads).take(rows),
        "type": "New Business",
        "created_date": leads.deal_at[rows],
        "close_date": hoped_close(leads)[rows] // DAY * DAY,
        "is_closed": stage >= WON,
        "is_won": stage == WON,
        "is_deleted": False,
        "_fivetran_synced": plan.exported_at,
    }
    return columns("salesforce", "opportunity", len(rows), values)
