"""Who is who: the identifiers of every person over all systems, and which of them can be joined by what is
seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from leadline.demo.count import Block
from leadline.demo.crm import SALESFORCE, client_ids, contact_numbers, in_salesforce, salesforce_ids
from leadline.demo.crm_tables import DROPPED, MERGED, REPEATED
from leadline.demo.ga4_rows import PURCHASE
from leadline.demo.ga4_table import customer_since
from leadline.demo.ledger import Ledger
from leadline.demo.mail_tables import brevo_ids, member_ids
from leadline.demo.people import KIND_NAMES
from leadline.demo.shop import customer_ids

MAPPED = 5_000  # people whose identifiers are listed one by one
Identifier = tuple[str, str]


def note(ledger: Ledger, b: Block) -> None:
    """Add a block's people to the ledger: their identifiers, grouped by what can be joined."""
    room = MAPPED - len(ledger.people)
    if room <= 0:
        return
    links: list[list[tuple[Identifier, ...]]] = [[] for _ in range(min(room, b.people.size))]
    for person, group in _links(b):
        if person < room:
            links[person].append(group)
    for person, groups in enumerate(links):
        if groups:
            ledger.people.append(
                {
                    "person": int(b.people.index[person]),
                    "kind": KIND_NAMES[int(b.people.kind[person])],
                    "groups": [_plain(group) for group in _joined(groups)],
                }
            )


def _plain(group: set[Identifier]) -> dict[str, list[str]]:
    answer: dict[str, list[str]] = {}
    for kind, value in sorted(group):
        answer.setdefault(kind, []).append(value)
    return answer


def _joined(groups: list[tuple[Identifier, ...]]) -> list[set[Identifier]]:
    """Groups that share an identifier, made one."""
    answer: list[set[Identifier]] = []
    for group in groups:
        merged = set(group)
        apart = []
        for other in answer:
            if merged & other:
                merged |= other
            else:
                apart.append(other)
        answer = [*apart, merged]
    return sorted(answer, key=lambda g: sorted(g))


def _links(b: Block) -> Iterator[tuple[int, tuple[Identifier, ...]]]:
    """Person, and identifiers that one row of some system holds together."""
    yield from _browsers(b)
    yield from _accounts(b)
    yield from _crm(b)
    email = b.people.email.to_pylist()
    readers = b.lists["newsletter"]
    for person, member in zip(
        readers.person.tolist(), member_ids(b.people, readers).to_pylist(), strict=True
    ):
        yield person, (("mailchimp_member_id", member), ("email", email[person]))
    for name, at_firm in (("firms", True), ("customers", False)):
        members = b.lists[name]
        ids = brevo_ids(b.people, members, at_firm=at_firm).to_pylist()
        for person, contact in zip(members.person.tolist(), ids, strict=True):
            yield person, (("brevo_contact_id", contact), ("email", email[person]))


def _browsers(b: Block) -> Iterator[tuple[int, tuple[Identifier, ...]]]:
    """Browsers seen with consent; with the shop's customer id once somebody logged in or bought on them."""
    pseudo = [b.people.pseudo_id(0).to_pylist(), b.people.pseudo_id(1).to_pylist()]
    customer = customer_ids(b.orders, b.people).to_pylist()
    since = customer_since(b.orders, b.people.size)
    v = b.visits
    seen = np.flatnonzero(b.consented)
    bought = np.zeros(v.size, np.bool_)
    bought[b.events.visit[b.events.name == PURCHASE]] = True
    stays = b.people.index[v.person] % 5 < 3
    logged = bought | (stays & (since[v.person] >= 0) & (v.start > since[v.person]))
    for i in seen.tolist():
        person = int(v.person[i])
        own: Identifier = ("ga4_user_pseudo_id", pseudo[int(v.device[i])][person])
        if logged[i]:
            account = customer[person]
            yield person, (own, ("ga4_user_id", account), ("shopify_customer_id", account))
        else:
            yield person, (own,)


def _accounts(b: Block) -> Iterator[tuple[int, tuple[Identifier, ...]]]:
    email = b.people.email.to_pylist()
    for person, account in enumerate(customer_ids(b.orders, b.people).to_pylist()):
        if account is not None:
            yield person, (("shopify_customer_id", account), ("email", email[person]))


def _crm(b: Block) -> Iterator[tuple[int, tuple[Identifier, ...]]]:
    """Leads; contacts that were deleted outright are nobody's."""
    leads, people = b.leads, b.people
    email = people.email.to_pylist()
    cookies = client_ids(people, leads).to_pylist()
    contacts = contact_numbers(people, leads)
    keys = salesforce_ids(people, leads.person, "00Q4x0000").to_pylist()
    here = in_salesforce(leads)
    for i, person in enumerate(leads.person.tolist()):
        cookie: tuple[Identifier, ...] = (("ga4_user_pseudo_id", cookies[i]),) if cookies[i] else ()
        mail: tuple[Identifier, ...] = (("email", email[person]),)
        if leads.system[i] != SALESFORCE:
            own: Identifier = ("hubspot_contact_id", str(contacts[i]))
            yield person, (own, *cookie, *(() if leads.mailless[i] else mail))
            if leads.merged[i]:
                former = (
                    ("hubspot_contact_id", str(contacts[i] + MERGED)),
                    ("email", f"ancien.{email[person]}"),
                )
                yield person, (own, *former)
            if leads.repeated[i]:
                yield person, (("hubspot_contact_id", str(contacts[i] + REPEATED)), *mail)
            if leads.dropped[i]:
                yield person, (("hubspot_contact_id", str(contacts[i] + DROPPED)),)
        if here[i]:
            yield person, (("salesforce_lead_id", keys[i]), *cookie, *mail)


def summary(people: list[dict[str, Any]]) -> dict[str, int]:
    """How many people, identifiers of each kind, and groups that can be told apart."""
    answer: dict[str, int] = {"people": len(people), "groups": sum(len(p["groups"]) for p in people)}
    for person in people:
        for group in person["groups"]:
            for kind, values in group.items():
                answer[kind] = answer.get(kind, 0) + len(values)
    return answer
