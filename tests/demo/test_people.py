"""One person is one person in every system, and the truth knows which traces of them can be joined."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import duckdb
import networkx as nx

One = Callable[[str], Any]
Node = tuple[str, str]

# Rows of two identifiers that one system holds together; addresses as people mean them.
LINKS = """
select 'ga4_user_pseudo_id', user_pseudo_id, 'ga4_user_id', user_id from events
union select 'ga4_user_id', user_id, 'shopify_customer_id', user_id from events
union select 'hubspot_contact_id', id, 'email', lower(trim(property_email)) from hubspot__contact
union select 'hubspot_contact_id', id, 'ga4_user_pseudo_id', property_ga_client_id from hubspot__contact
union select 'hubspot_contact_id', id, 'hubspot_contact_id',
unnest(string_split(property_hs_merged_object_ids, ';'))
    from hubspot__contact
union select 'salesforce_lead_id', id, 'email', lower(trim(email)) from salesforce__lead
union select 'salesforce_lead_id', id, 'ga4_user_pseudo_id', ga_client_id_c from salesforce__lead
union select 'shopify_customer_id', id, 'email', lower(trim(email)) from shopify__customer
union select 'shopify_customer_id', customer_id, 'email', lower(trim(email)) from shopify__order
union select 'mailchimp_member_id', id, 'email', lower(trim(email_address)) from mailchimp__member
union select 'brevo_contact_id', id, 'email', lower(trim(email)) from brevo__contact
"""


def found(raw: duckdb.DuckDBPyConnection) -> list[set[Node]]:
    """Groups of identifiers that the raw rows join, by a graph library."""
    graph: nx.Graph[Node] = nx.Graph()
    for one_type, one, other_type, other in raw.cursor().execute(LINKS).fetchall():
        nodes = [(kind, value) for kind, value in ((one_type, one), (other_type, other)) if value]
        graph.add_nodes_from(nodes)
        if len(nodes) == 2:
            graph.add_edge(*nodes)
    return [set(group) for group in nx.connected_components(graph)]


def flat(groups: Iterable[dict[str, list[str]]]) -> list[set[Node]]:
    return [{(kind, value) for kind, values in group.items() for value in values} for group in groups]


def test_the_groups_are_what_the_rows_can_join(raw: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    known = [group for person in truth["people"] for group in flat(person["groups"])]
    assert sorted(map(sorted, found(raw))) == sorted(map(sorted, known))
    assert truth["identities"]["groups"] == len(known)


def test_no_identifier_belongs_to_two_people(truth: dict[str, Any]) -> None:
    owners = defaultdict(set)
    for person in truth["people"]:
        for group in flat(person["groups"]):
            for node in group:
                owners[node].add(person["person"])
    assert all(len(people) == 1 for people in owners.values())


def test_some_people_are_seen_on_two_devices_and_stitched(truth: dict[str, Any]) -> None:
    browsers = [len(g.get("ga4_user_pseudo_id", [])) for p in truth["people"] for g in p["groups"]]
    assert sum(1 for n in browsers if n == 2) >= 2
    apart = [p for p in truth["people"] if sum("ga4_user_pseudo_id" in g for g in p["groups"]) == 2]
    assert len(apart) >= 2


def test_some_people_are_in_five_systems(truth: dict[str, Any]) -> None:
    systems = [
        {kind.split("_")[0] for kind in group} - {"email"} for p in truth["people"] for group in p["groups"]
    ]
    assert max(len(s) for s in systems) >= 4
    both = [s for s in systems if {"hubspot", "salesforce"} <= s]
    assert len(both) >= 3


def test_addresses_are_written_in_several_ways(one: One, raw: duckdb.DuckDBPyConnection) -> None:
    addresses = " union all ".join(
        f"select {column} as address from {table}"
        for table, column in (
            ("shopify__customer", "email"),
            ("shopify__order", "email"),
            ("mailchimp__member", "email_address"),
            ("brevo__contact", "email"),
            ("hubspot__contact", "property_email"),
            ("salesforce__lead", "email"),
        )
    )
    written = one(f"select count(distinct address) from ({addresses})")
    meant = one(f"select count(distinct lower(trim(address))) from ({addresses})")
    assert written > meant * 1.1


def test_a_purchase_is_the_order_of_its_name(one: One) -> None:
    """Every purchase event with an id is an order of the shop, of the same customer, at the same second."""
    bought = """
        from events as e join shopify__order as o on o.name = '#' || e.transaction_id
        where e.event_name = 'purchase'
    """
    events = one("select count(transaction_id) from events where event_name = 'purchase'")
    assert one(f"select count(*) {bought}") == events > 50
    assert one(f"select count(*) {bought} and e.user_id <> o.customer_id") == 0
    first = (
        f"select min(abs(epoch(o.created_at) - e.event_timestamp // 1000000)) as gap {bought} group by o.id"
    )
    assert one(f"select max(gap) from ({first})") == 0


def test_a_form_becomes_a_lead_seconds_later(one: One) -> None:
    """Every form sent with consent is a lead of a CRM, through the cookie that the form handed over."""
    leads = """
        select property_ga_client_id as cookie, property_createdate as at from hubspot__contact
        union select ga_client_id_c, created_date from salesforce__lead
    """
    sent = (
        "select user_pseudo_id as cookie, make_timestamp(event_timestamp) as at from events where"
        " event_name = 'form_submit'"
    )
    joined = (
        f"select count(*) from ({sent}) as s semi join ({leads}) as l on l.cookie = s.cookie and l.at"
        f" - s.at < interval 5 second and l.at > s.at"
    )
    assert one(joined) == one(f"select count(cookie) from ({sent})") > 20


def test_stages_follow_one_another(one: One) -> None:
    ordered = """
        select bool_and(
            coalesce(lead <= mql, true) and coalesce(mql <= sql, true) and coalesce(sql <= deal, true)
            and coalesce(deal <= won, true) and (sql is null or mql is not null) and (deal is null or sql is
            not null)
        ) from (
            select
                property_hs_lifecyclestage_lead_date as lead,
                property_hs_lifecyclestage_marketingqualifiedlead_date as mql,
                property_hs_lifecyclestage_salesqualifiedlead_date as sql,
                property_hs_lifecyclestage_opportunity_date as deal,
                property_hs_lifecyclestage_customer_date as won
            from hubspot__contact
        )
    """
    assert one(ordered)


def test_newsletter_visits_are_clicks_of_its_members(one: One) -> None:
    came = one("select count(distinct (user_pseudo_id, session_id)) from events where source = 'mailchimp'")
    clicks = one("""
        select count(distinct (campaign_id, member_id)) from mailchimp__campaign_recipient_activity
        where action = 'click'
    """)
    assert came > 0
    assert clicks > 0
    opened = one("""
        select count(*) from mailchimp__campaign_recipient_activity as a
        join mailchimp__member as m on m.id = a.member_id
        where a.timestamp < m.timestamp_opt
    """)
    assert opened == 0
