"""Identities, customers and their months, the funnel: against the generator's truth and plain Python."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.by_hand import people as by_hand
from tests.by_hand.rows import moment, newest, paris_day, raw, same_address

Connection = duckdb.DuckDBPyConnection
Identifier = tuple[str, str]
Truth = dict[str, Any]
WINDOW = dt.timedelta(days=180)


def hashed(address: str) -> str:
    salt = os.environ.get("LEADLINE_PII_SALT", "leadline-demo")
    return hashlib.sha256((salt + same_address(address)).encode()).hexdigest()


def as_found(kind: str, value: str) -> Identifier:
    return ("email_hash", hashed(value)) if kind == "email" else (kind, value)


def true_groups(truth: Truth) -> dict[Identifier, tuple[int, int]]:
    """Identifier to its true person and, within the person, to the group that some system holds together."""
    return {
        as_found(kind, value): (person["person"], number)
        for person in truth["people"]
        for number, group in enumerate(person["groups"])
        for kind, values in group.items()
        for value in values
    }


def pairs(clusters: dict[Any, set[Identifier]]) -> set[frozenset[Identifier]]:
    return {frozenset(pair) for members in clusters.values() for pair in combinations(sorted(members), 2)}


def clustered(of: dict[Identifier, Any]) -> dict[Any, set[Identifier]]:
    clusters: dict[Any, set[Identifier]] = defaultdict(set)
    for identifier, cluster in of.items():
        clusters[cluster].add(identifier)
    return clusters


@pytest.fixture(scope="module")
def person_of(demo_build: Connection) -> dict[Identifier, str]:
    rows = demo_build.sql(
        "select identifier_type, identifier_value, person_key from intermediate.int_person__identifiers"
    ).fetchall()
    return {(kind, value): person for kind, value, person in rows}


def test_every_identifier_of_the_truth_is_known(person_of: dict[Identifier, str], truth: Truth) -> None:
    assert truth["identities"]["is_everyone"]
    groups = true_groups(truth)
    assert len(groups) > 1000
    assert not groups.keys() - person_of.keys()
    unknown = {kind for kind, _ in person_of.keys() - groups.keys()}
    # Only addresses outside the customer systems (partners, say) are not in the truth.
    assert unknown <= {"email_hash"}


def test_no_two_people_share_a_key(person_of: dict[Identifier, str], truth: Truth) -> None:
    """Precision 1.0: a wrong merge gives one person's orders to another, and no later number can be right."""
    groups = true_groups(truth)
    people_of_key: dict[str, set[int]] = defaultdict(set)
    for identifier, (person, _) in groups.items():
        people_of_key[person_of[identifier]].add(person)
    assert {key: people for key, people in people_of_key.items() if len(people) > 1} == {}


def test_recall_is_all_that_any_record_allows(person_of: dict[Identifier, str], truth: Truth) -> None:
    """Of the pairs of identifiers that are one person, every pair is found that a chain of records joins."""
    groups = true_groups(truth)
    found = pairs(clustered({identifier: person_of[identifier] for identifier in groups}))
    joinable = pairs(clustered(groups))
    true = pairs(clustered({identifier: person for identifier, (person, _) in groups.items()}))
    recall = len(found & true) / len(true)
    print(f"identity recall {recall:.4f}, possible {len(joinable) / len(true):.4f}")
    assert joinable <= found
    assert found <= true
    # What no record joins: the cookies of visitors who never gave an address, and of second devices.
    assert recall > 0.85


def test_rules_are_kept(demo_build: Connection) -> None:
    rules = demo_build.sql("select distinct rule from intermediate.int_person__identifiers").fetchall()
    wanted = ["shop user_id", "shop email", "crm email", "crm client id", "list email", "user_id on event"]
    assert {(rule,) for rule in wanted} <= set(rules)


def orders_by_hand(truth: Truth) -> dict[int, list[dt.datetime]]:
    """Moments of the valid orders of every true person."""
    person_of = {identifier: person for identifier, (person, _) in true_groups(truth).items()}
    moments: dict[int, list[dt.datetime]] = defaultdict(list)
    for order in by_hand.valid_orders():
        address, customer = order["email"], order["customer_id"]
        key = ("shopify_customer_id", customer) if customer else as_found("email", address)
        moments[person_of[key]].append(moment(by_hand.ordered_at(order)))
    return {person: sorted(them) for person, them in moments.items()}


def purchases_by_hand(truth: Truth) -> dict[int, list[dt.date]]:
    """Local days of the valid orders and won deals of every true person."""
    person_of = {identifier: person for identifier, (person, _) in true_groups(truth).items()}
    days: dict[int, list[dt.date]] = defaultdict(list)
    for person, moments in orders_by_hand(truth).items():
        days[person] = [paris_day(when.isoformat()) for when in moments]
    stages = raw("hubspot", "deal_pipeline_stage")
    winning = {row["stage_id"] for row in stages if row["closed_won"].lower() == "true"}
    merged = {row["merged_deal_id"] for row in raw("hubspot", "merged_deal")}
    contact = {row["deal_id"]: row["contact_id"] for row in raw("hubspot", "deal_contact")}
    for deal in newest(raw("hubspot", "deal"), "deal_id").values():
        kept = deal["is_deleted"].lower() != "true" and deal["deal_id"] not in merged
        if deal["deal_pipeline_stage_id"] in winning and kept:
            person = person_of["hubspot_contact_id", contact[deal["deal_id"]]]
            days[person].append(paris_day(deal["property_closedate"]))
    lead = {row["converted_opportunity_id"]: row["id"] for row in raw("salesforce", "lead")}
    for deal in newest(raw("salesforce", "opportunity"), "id").values():
        if deal["is_won"].lower() == "true" and deal["is_deleted"].lower() != "true":
            days[person_of["salesforce_lead_id", lead[deal["id"]]]].append(moment(deal["close_date"]).date())
    return {person: sorted(them) for person, them in days.items()}


def spells_by_hand(days: list[dt.date], last_day: dt.date) -> list[tuple[dt.date, dt.date | None]]:
    """First day and day of loss of every spell as a customer, day after day as a clerk would keep it."""
    spells: list[tuple[dt.date, dt.date | None]] = []
    started, latest = days[0], days[0]
    for day in days[1:]:
        if day > latest + WINDOW:
            spells.append((started, latest + WINDOW))
            started = day
        latest = day
    ends = latest + WINDOW
    return [*spells, (started, ends if ends <= last_day else None)]


def test_spells_of_every_customer(demo_build: Connection, truth: Truth) -> None:
    last_day = dt.date.fromisoformat(truth["plan"]["end"])
    wanted = Counter(
        spell for days in purchases_by_hand(truth).values() for spell in spells_by_hand(days, last_day)
    )
    spells = demo_build.sql("select started_day, lost_day from intermediate.int_customers__spells").fetchall()
    assert any(lost is None for _, lost in wanted)
    assert any(lost is not None for _, lost in wanted)
    assert Counter(spells) == wanted


def test_months_are_the_truth(demo_build: Connection, truth: Truth) -> None:
    """New, returned and lost customers of every month; the ones who come back are not new again."""
    rows = demo_build.sql(
        "select strftime(month_start, '%Y-%m'), sum(customers_at_start), sum(customers_new),"
        " sum(customers_returned), sum(customers_lost), sum(customers_at_end)"
        " from marts.fct_customer_months group by all"
    ).fetchall()
    names = ("at_start", "new", "returned", "lost", "at_end")
    found = {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
    assert found == truth["sales"]["customers_by_month"]
    assert sum(row[3] for row in rows) > 0, "the demonstration no longer has a customer who comes back"


def test_new_customers_are_distinct_people(demo_build: Connection, truth: Truth) -> None:
    rows = demo_build.sql(
        "select strftime(date_day, '%Y-%m'), count(*) from marts.fct_customers group by all"
    ).fetchall()
    assert dict(rows) == {k: n for k, n in truth["sales"]["new_customers"]["by_month"].items() if n}
    shop = demo_build.sql(
        "select count(*) filter (orders >= 1), count(*) filter (has_repurchased) from marts.fct_customers"
    ).fetchone()
    assert shop == (truth["sales"]["shop_customers"], truth["sales"]["shop_customers_with_two_orders"])


def quarters(truth: Truth) -> dict[str, dict[str, int]]:
    """Complete quarters: customers at the first month's start, lost in the months, at the last one's end."""
    months = sorted(truth["sales"]["customers_by_month"])
    found = {}
    for first in (m for m in months if m[5:] in ("01", "04", "07", "10")):
        three = [m for m in months if first <= m and int(m[5:]) < int(first[5:]) + 3 and m[:4] == first[:4]]
        if len(three) == 3:
            rows = [truth["sales"]["customers_by_month"][m] for m in three]
            found[first] = {
                "at_start": rows[0]["at_start"],
                "lost": sum(r["lost"] for r in rows),
                "new": sum(r["new"] for r in rows),
                "at_end": rows[-1]["at_end"],
            }
    return found


def test_churn_and_retention_of_a_quarter_start_from_its_first_day(
    demo_build: Connection, manifest_path: Path, truth: Truth
) -> None:
    """The trap: the denominator at the end, or the mean of the quarter's months."""
    rows = Layer.load(str(manifest_path)).query(
        metrics=["customers_at_start", "customers_lost", "customers_at_end", "churn_rate", "retention_rate"],
        group_by=["metric_time__quarter"],
        connection=demo_build,
    )
    found = {row["metric_time__quarter"].strftime("%Y-%m"): row for row in rows.to_pylist()}
    checked = 0
    for quarter, true in quarters(truth).items():
        row = found[quarter]
        assert (row["customers_at_start"], row["customers_at_end"]) == (true["at_start"], true["at_end"])
        assert row["customers_lost"] == true["lost"]
        assert row["churn_rate"] == pytest.approx(true["lost"] / true["at_start"])
        assert row["retention_rate"] == pytest.approx((true["at_end"] - true["new"]) / true["at_start"])
        checked += true["lost"] > 0
    assert checked >= 2


def test_customers_are_not_answered_by_day(manifest_path: Path) -> None:
    """Losses lie on their month: by day they would all fall on the first, so the question is refused."""
    with pytest.raises(LeadlineError):
        Layer.load(str(manifest_path)).sql(metrics=["customers_lost"], group_by=["metric_time__day"])


def first_touches_by_hand(truth: Truth) -> dict[int, dt.datetime]:
    """Earliest session (an event with both identifiers) or lead date of every true person."""
    person_of = {identifier: person for identifier, (person, _) in true_groups(truth).items()}
    touched: dict[int, list[dt.datetime]] = defaultdict(list)
    for row in raw("ga4", "events"):
        if by_hand.session_of(row):
            when = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=int(row["event_timestamp"]))
            touched[person_of["ga4_user_pseudo_id", row["user_pseudo_id"]]].append(when)
    for contact in by_hand.hubspot_contacts():
        if contact["property_hs_lifecyclestage_lead_date"]:
            lead = moment(contact["property_hs_lifecyclestage_lead_date"])
            touched[person_of["hubspot_contact_id", contact["id"]]].append(lead)
    for row in by_hand.salesforce_leads():
        touched[person_of["salesforce_lead_id", row["id"]]].append(moment(row["created_date"]))
    return {person: min(them) for person, them in touched.items()}


def test_days_to_first_purchase(demo_build: Connection, truth: Truth) -> None:
    """From the first touch of the stitched person to the first order, on local calendars.

    A device that no record joins to its buyer cannot be known to be theirs: people of one group are compared.
    """
    joined = {person["person"] for person in truth["people"] if len(person["groups"]) == 1}
    groups = true_groups(truth)
    key_person = {
        found: groups[kind, value][0]
        for kind, value, found in demo_build.sql(
            "select identifier_type, identifier_value, person_key from intermediate.int_person__identifiers"
        ).fetchall()
        if (kind, value) in groups
    }
    found = {
        key_person[key]: days
        for key, days in demo_build.sql(
            "select person_key, days_to_first_purchase from marts.fct_customers where kind = 'order'"
        ).fetchall()
    }
    touches, orders = first_touches_by_hand(truth), orders_by_hand(truth)
    checked = 0
    for person in joined & found.keys():
        first, touch = orders[person][0], touches.get(person)
        if touch is not None and touch <= first:
            days = paris_day(first.isoformat()) - paris_day(touch.isoformat())
            assert found[person] == days.days, person
            checked += 1
        else:
            assert found[person] is None, person
    assert checked >= 20


def steps(build: Connection) -> dict[str, int]:
    return dict(build.sql("select step, count(*) from marts.fct_funnel group by step").fetchall())


def test_funnel_counts_are_the_truth(demo_build: Connection, truth: Truth) -> None:
    found, sales, web = steps(demo_build), truth["sales"], truth["web"]
    assert found["session"] == sum(web["sessions"]["by_month"].values())
    assert found["lead"] == sum(sales["leads"]["by_month"].values())
    assert found["mql"] == sales["mql"]["total"]
    assert found["sql"] == sales["sql"]["total"]
    assert found["order"] == sales["purchases"]["total"]
    assert found["won_deal"] == sum(sales["won_deals"].values())
    assert found["repeat_order"] == sales["purchases"]["total"] - sales["shop_customers"]
    assert found["upsell_accepted"] == sales["offers_accepted"]
    value = demo_build.sql("select sum(value) from marts.fct_funnel where step = 'order'").fetchone()
    assert value is not None
    assert float(value[0]) == pytest.approx(sales["revenue"]["total"], abs=0.005)


def test_funnel_daily_keeps_every_channel(demo_build: Connection, truth: Truth) -> None:
    """Counted apart from each other and put side by side: neither side loses or repeats a row."""
    rows = demo_build.sql(
        "select coalesce(channel, '(none)'), sum(orders), sum(leads) from marts.funnel_daily group by 1"
    ).fetchall()
    orders = {channel: n for channel, n, _ in rows if n}
    leads = {channel: n for channel, _, n in rows if n}
    assert orders == truth["sales"]["purchases"]["by_channel"]
    assert leads == truth["sales"]["leads"]["by_channel"]
    daily = demo_build.sql("select sum(ad_spend), sum(emails_sent) from marts.funnel_daily").fetchone()
    assert daily is not None
    assert float(daily[0]) == pytest.approx(sum(truth["ad_spend_eur"].values()), abs=0.005)
    assert daily[1] == sum(mailing["sent"] for mailing in truth["sales"]["email"].values())


def test_no_personal_data_in_the_marts_of_people(demo_build: Connection) -> None:
    addresses = {same_address(row["email"]) for row in raw("shopify", "customer")}
    hashes = {hashed(address) for address in addresses}
    for table in ("dim_person", "fct_customers", "fct_customer_months", "fct_funnel", "funnel_daily"):
        rows = demo_build.sql(f"select to_json(t) from (select * from marts.{table}) as t").fetchall()
        for (text,) in rows:
            values = {str(value) for value in json.loads(text).values() if value is not None}
            assert not values & hashes, table
            assert not any("@" in value for value in values), table
