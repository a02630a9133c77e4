"""Persons stitched from the real connector files, against plain Python over the same rows."""

from __future__ import annotations

import csv
import hashlib
import os
from collections import defaultdict
from pathlib import Path

import duckdb

Row = dict[str, str]
Identifier = tuple[str, str]


def rows(connector_dir: Path, source: str, table: str) -> list[Row]:
    with (connector_dir / source / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def hashed(address: str) -> str:
    salt = os.environ.get("LEADLINE_PII_SALT", "leadline-demo")
    return hashlib.sha256((salt + address.strip().lower()).encode()).hexdigest()


Graph = dict[Identifier, set[Identifier]]


def components(graph: Graph) -> set[frozenset[Identifier]]:
    """Identifiers that are joined by any chain of rows."""
    found: set[frozenset[Identifier]] = set()
    left = set(graph)
    while left:
        reached, frontier = set(), {left.pop()}
        while frontier:
            reached |= frontier
            frontier = {other for each in frontier for other in graph[each]} - reached
        found.add(frozenset(reached))
        left -= reached
    return found


def graph_of(connector_dir: Path) -> Graph:
    """Identifiers, each with those that a row of a customer system bears beside it."""
    graph: Graph = defaultdict(set)

    def join(one: Identifier, other: Identifier) -> None:
        graph[one].add(other)
        graph[other].add(one)

    bearing = [
        ("hubspot", "fivetran_contact_data", "hubspot_contact_id", "id", "property_email"),
        ("salesforce", "fivetran_sf_lead_data", "salesforce_lead_id", "id", "email"),
        ("mailchimp", "fivetran_member", "mailchimp_member_id", "id", "email_address"),
        ("shopify", "fivetran_shopify_customer_data", "shopify_customer_id", "id", "email"),
        ("shopify", "fivetran_shopify_order_data", "shopify_customer_id", "customer_id", "email"),
    ]
    for source, table, kind, id_column, address_column in bearing:
        if not (connector_dir / source / f"{table}.csv").exists():
            continue
        for row in rows(connector_dir, source, table):
            identifier, address = row[id_column], row[address_column].strip()
            ends = [(kind, identifier)] * bool(identifier) + [("email_hash", hashed(address))] * bool(address)
            for end in ends:
                join(end, ends[0])
    for row in rows(connector_dir, "hubspot", "fivetran_contact_data"):
        for merged in (part.strip() for part in row["property_hs_merged_object_ids"].split(";")):
            if merged and merged != row["id"]:
                join(("hubspot_contact_id", row["id"]), ("hubspot_contact_id", merged))
    return graph


def test_persons_are_the_connected_components(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    graph = graph_of(connector_dir)
    found: dict[str, set[Identifier]] = {}
    for kind, value, person in real_build.sql(
        "select identifier_type, identifier_value, person_key from intermediate.int_person__identifiers"
    ).fetchall():
        if (kind, value) in graph:
            found.setdefault(person, set()).add((kind, value))
    wanted = components(graph)
    assert any(len({kind for kind, _ in component}) >= 2 for component in wanted)
    assert {frozenset(members) for members in found.values()} == wanted


def test_every_row_of_the_funnel_is_one_of_a_fact(real_build: duckdb.DuckDBPyConnection) -> None:
    """Orders and leads of the funnel, against the facts, which are held against the files elsewhere."""
    found = dict(real_build.sql("select step, count(*) from marts.fct_funnel group by step").fetchall())
    orders = real_build.sql("select count(*) from marts.fct_orders where is_valid").fetchone()
    leads = real_build.sql("select count(*) from marts.fct_leads where is_lead").fetchone()
    sessions = real_build.sql("select count(*) from marts.fct_sessions").fetchone()
    assert ((found["order"],), (found["lead"],), (found["session"],)) == (orders, leads, sessions)
    assert all(found[step] > 0 for step in ("order", "lead", "session"))
