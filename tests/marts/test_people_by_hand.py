# ruff: noqa: E501 -- the raw rows are as long as exports are
"""Who is who, who is a customer and when one is lost, from raw files written here, with answers worked by hand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.warehouses import dbt

Connection = duckdb.DuckDBPyConnection

# Ada: web cookie A1 filled a form of HubSpot's contact 1, into which 2 (her old address) was merged; the old address subscribed
# to the newsletter; her shop account 77 has it too, and she logs in as 77 on her phone A2.
# Bob and Cyd (shop 80 and 81) share the family's tablet F. Dan (82) and Eve (83) are "undefined" to a broken tag on D1 and E1.
# Twenty-one accounts use one agency's mailbox. 6 and 7 buy as guests: 6 with an address, 7 at the till, unknown.
RAW = {
    "hubspot/contact.csv": """
        id,_fivetran_deleted,property_email,property_createdate,property_hs_lifecyclestage_lead_date,property_ga_client_id,property_hs_merged_object_ids,_fivetran_synced
        1,false,ada@firm.example,2025-01-10 08:00:00,2025-01-10 08:00:00,GA1.1.A1,2,2025-12-31 12:00:00
        2,true,ada.old@x.example,2025-01-09 08:00:00,2025-01-09 08:00:00,,,2025-12-31 12:00:00
        3,false,,2025-01-11 08:00:00,2025-01-11 08:00:00,,,2025-12-31 12:00:00
        4,false,,2025-01-12 08:00:00,2025-01-12 08:00:00,,,2025-12-31 12:00:00
    """,
    "mailchimp/member.csv": """
        id,list_id,email_address,status,timestamp_opt,last_changed,_fivetran_synced
        m1,L,ADA.OLD@x.example,subscribed,2025-01-15 08:00:00,2025-01-15 08:00:00,2025-12-31 12:00:00
    """,
    "shopify/customer.csv": """
        id,email,created_at,updated_at,_fivetran_synced
        77, Ada.Old@X.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00
        80,bob@x.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00
        81,cyd@x.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00
        82,dan@x.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00
        83,eve@x.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00
        """
    + "\n".join(
        f"{100 + n},agency@x.example,2025-01-20 08:00:00,2025-01-20 08:00:00,2025-12-31 12:00:00"
        for n in range(21)
    ),
    # Ada's first order is on 1 February here; Bob comes back on the last day of his window, Cyd the day after hers.
    # Dan's window ends on the last day of data, Eve's on the day after. 9 was cancelled: it is no purchase.
    "shopify/order.csv": """
        id,name,email,customer_id,created_at,processed_at,cancelled_at,currency,subtotal_price,total_tax,total_price,taxes_included,test,_fivetran_synced
        1,#1,ada.old@x.example,77,2025-01-31 23:30:00,2025-01-31 23:30:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        2,#2,bob@x.example,80,2025-03-01 10:00:00,2025-03-01 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        3,#3,bob@x.example,80,2025-08-28 10:00:00,2025-08-28 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        4,#4,cyd@x.example,81,2025-03-01 10:00:00,2025-03-01 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        5,#5,cyd@x.example,81,2025-08-29 10:00:00,2025-08-29 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        6,#6,guest@x.example,,2025-11-01 10:00:00,2025-11-01 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        7,#7,,,2025-11-02 10:00:00,2025-11-02 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        8,#8,dan@x.example,82,2025-06-04 10:00:00,2025-06-04 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
        9,#9,dan@x.example,82,2025-12-01 10:00:00,2025-12-01 10:00:00,2025-12-01 11:00:00,EUR,10,0,10,false,false,2025-12-31 12:00:00
        10,#10,eve@x.example,83,2025-06-05 10:00:00,2025-06-05 10:00:00,,EUR,10,0,10,false,false,2025-12-31 12:00:00
    """,
}
EVENTS = [
    ("A1", None, "2025-01-10 07:55:00"),
    ("A2", "77", "2025-01-31 23:00:00"),
    ("F", "80", "2025-02-01 10:00:00"),
    ("F", "81", "2025-02-02 10:00:00"),
    ("D1", "undefined", "2025-02-01 10:00:00"),
    ("E1", "undefined", "2025-02-01 10:00:00"),
    ("N1", None, "2025-02-01 10:00:00"),
]


def event(device: str, user: str | None, at: str) -> str:
    when = dt.datetime.fromisoformat(at).replace(tzinfo=dt.UTC)
    session = {"key": "ga_session_id", "value": {"int_value": int(when.timestamp())}}
    return json.dumps({
        "event_name": "page_view", "event_timestamp": int(when.timestamp()) * 1_000_000, "user_pseudo_id": device,
        "user_id": user, "event_params": [session],
    })  # fmt: skip


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    folder = tmp_path_factory.mktemp("people")
    for name, text in RAW.items():
        lines = [line.strip() for line in text.strip().splitlines()]
        write(folder / "raw" / name, lines)
    write(folder / "raw" / "ga4" / "events.jsonl", [event(*each) for each in EVENTS])
    run = dbt(
        folder, "build", "--select", "+fct_customer_months", "+dim_person", "assert_person_labels_converged",
        "--exclude", "test_type:unit", "--indirect-selection", "cautious",
        variables={"raw_from": "files", "raw_path": str(folder / "raw")},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
    connection = duckdb.connect(str(folder / "leadline.duckdb"), read_only=True)
    yield connection
    connection.close()


def write(path: Path, lines: list[str]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.sql(query).fetchall()


def test_a_person_is_stitched_across_five_systems(by_hand: Connection) -> None:
    """Cookie, merged contact, former address, subscriber, shop account, login, second device: one chain."""
    found = rows(
        by_hand,
        "select identifier_type, identifier_value, rule from intermediate.int_person__identifiers"
        " where identifier_type <> 'email_hash' and person_key = (select person_key"
        " from intermediate.int_person__identifiers where identifier_type = 'shopify_customer_id'"
        " and identifier_value = '77') order by all",
    )
    assert found == [
        ("ga4_user_id", "77", "shop user_id"),
        ("ga4_user_pseudo_id", "A1", "crm client id"),
        ("ga4_user_pseudo_id", "A2", "user_id on event"),
        ("hubspot_contact_id", "1", "crm email"),
        ("hubspot_contact_id", "2", "crm email"),
        ("mailchimp_member_id", "m1", "list email"),
        ("shopify_customer_id", "77", "shop user_id"),
    ]


def test_nobody_is_joined_by_what_several_people_share(by_hand: Connection) -> None:
    """A tablet with two logins, an agency's mailbox, the word `undefined`, and no address at all."""
    persons = dict(
        rows(
            by_hand,
            "select identifier_type || ' ' || identifier_value, person_key from intermediate.int_person__identifiers"
            " where identifier_type <> 'email_hash'",
        )
    )
    apart = [
        "shopify_customer_id 80",
        "shopify_customer_id 81",
        "ga4_user_pseudo_id F",
        "ga4_user_pseudo_id D1",
    ]
    apart += [
        "ga4_user_pseudo_id E1",
        "ga4_user_pseudo_id N1",
        "hubspot_contact_id 3",
        "hubspot_contact_id 4",
    ]
    apart += [f"shopify_customer_id {100 + n}" for n in range(21)]
    assert len({persons[each] for each in apart}) == len(apart)
    assert "ga4_user_id undefined" not in persons
    rules = rows(
        by_hand,
        "select identifier_type, rule, count(*) from intermediate.int_person__identifiers"
        " where rule like 'not joined:%' group by all order by all",
    )
    assert rules == [
        ("email_hash", "not joined: too many links", 1),
        ("ga4_user_pseudo_id", "not joined: shared device", 1),
    ]


def test_customers_are_known_people(by_hand: Connection) -> None:
    """The guest with an address is a customer; the sale at the till is revenue of nobody known."""
    found = rows(by_hand, "select date_day, days_to_first_purchase from marts.fct_customers order by all")
    assert [row[0].isoformat() for row in found] == [
        "2025-02-01", "2025-03-01", "2025-03-01", "2025-06-04", "2025-06-05", "2025-11-01",
    ]  # fmt: skip
    # Ada was first seen on 10 January at 8:55 in Paris; the contact that was merged away is no lead of its own.
    assert found[0][1] == 22
    assert rows(by_hand, "select count(*) from marts.fct_orders where is_valid and person_key is null") == [
        (1,)
    ]


def test_the_day_of_loss(by_hand: Connection) -> None:
    """180 days after the last order: kept by an order on that very day, lost on the last day of data."""
    found = rows(
        by_hand,
        "select spells.started_day::varchar, spells.lost_day::varchar from intermediate.int_customers__spells as spells"
        " order by all",
    )
    assert found == [
        ("2025-02-01", "2025-07-31"),
        ("2025-03-01", "2025-08-28"),
        ("2025-03-01", None),
        ("2025-06-04", "2025-12-01"),
        ("2025-06-05", None),
        ("2025-08-29", None),
        ("2025-11-01", None),
    ]


def test_the_months_of_a_customer_who_comes_back(by_hand: Connection) -> None:
    """Cyd is lost on 28 August and back on the 29th: a return, and never a second new customer."""
    found = rows(
        by_hand,
        "select month_start::varchar, customers_at_start, customers_new, customers_returned, customers_lost,"
        " customers_at_end from marts.fct_customer_months where person_key = (select person_key"
        " from intermediate.int_person__identifiers where identifier_type = 'shopify_customer_id'"
        " and identifier_value = '81') and month_start in ('2025-03-01', '2025-04-01', '2025-08-01', '2025-12-01')"
        " order by all",
    )
    assert found == [
        ("2025-03-01", 0, 1, 0, 0, 1),
        ("2025-04-01", 1, 0, 0, 0, 1),
        ("2025-08-01", 1, 0, 1, 1, 1),
        ("2025-12-01", 1, 0, 0, 0, 1),
    ]
