"""Received events against the tracking plan: each kind of breach planted by hand, and the demonstration's."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from typing import Any

import duckdb
import pytest

from leadline.check.tracking import received, tracking_breaches
from leadline.errors import WarehouseError
from leadline.measurement.model import Plan
from leadline.measurement.plan import load_plan
from leadline.write.conventions import Days
from tests.by_hand.rows import raw
from tests.warehouses import ROOT

IDENTITY = (
    "stream_id",
    "user_pseudo_id",
    "event_timestamp",
    "event_name",
    "event_bundle_sequence_id",
    "batch_page_id",
    "batch_ordering_id",
    "batch_event_index",
    "event_params",
    "ecommerce",
    "items",
)
FIRST, SECOND = dt.date(2026, 5, 1), dt.date(2026, 5, 2)


def fill(
    database: duckdb.DuckDBPyConnection,
    events: list[tuple[dt.date, str, int]],
    parameters: list[tuple[dt.date, str, str, str, int]],
) -> None:
    for day, event, count in events:
        database.execute(
            "insert into marts.fct_tracking_events values (?, ?, ?, ?)", [day, event, count, count]
        )
    for row in parameters:
        database.execute("insert into marts.fct_tracking_parameters values (?, ?, ?, ?, ?)", list(row))


def good(database: duckdb.DuckDBPyConnection) -> None:
    """Everything as planned, on both days."""
    for day in (FIRST, SECOND):
        fill(
            database,
            [(day, "lead", 4), (day, "form_submit", 5), (day, "session_start", 1)],
            [
                (day, "lead", "lead_source", "string", 4),
                (day, "lead", "lead_value", "number", 4),
                (day, "form_submit", "form_id", "string", 5),
            ],
        )


def found(database: duckdb.DuckDBPyConnection, plan: Plan, days: Days | None = None) -> list[tuple[Any, ...]]:
    breaches = tracking_breaches(database, plan.tracking, days or Days(30))
    return [(b.problem, b.name, b.events, b.share, b.first_day, b.last_day) for b in breaches]


def test_events_as_planned_break_nothing(database: duckdb.DuckDBPyConnection, tracking_plan: Plan) -> None:
    good(database)
    assert found(database, tracking_plan) == []


def test_a_planned_event_that_never_came(database: duckdb.DuckDBPyConnection, tracking_plan: Plan) -> None:
    good(database)
    database.execute("delete from marts.fct_tracking_events where event_name = 'lead'")
    assert found(database, tracking_plan) == [("event missing", "lead", 0, None, None, None)]


def test_an_event_that_stopped_says_when_it_was_last_received(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    database.execute("update marts.fct_tracking_events set date_day = '2026-01-31' where event_name = 'lead'")
    old = dt.date(2026, 1, 31)
    assert found(database, tracking_plan) == [("event missing", "lead", 0, None, old, old)]
    breach = tracking_breaches(database, tracking_plan.tracking, Days(30))[0]
    assert breach.message("en") == "lead: planned and not received; last received on 2026-01-31"


def test_an_unknown_event_comes_with_the_nearest_planned_one(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    fill(database, [(SECOND, "form_submitt", 3)], [])
    assert found(database, tracking_plan) == [("event unknown", "form_submitt", 3, 1.0, SECOND, SECOND)]
    assert tracking_breaches(database, tracking_plan.tracking, Days(30))[0].nearest == ("form_submit",)


def test_a_parameter_that_is_missing_since_a_day(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    # 5 form_submit a day; on the second day 2 of them had no id: 2 of 10.
    good(database)
    database.execute(
        "update marts.fct_tracking_parameters set events = 3 "
        "where parameter_name = 'form_id' and date_day = '2026-05-02'"
    )
    assert found(database, tracking_plan) == [
        ("parameter missing", "form_submit.form_id", 2, 0.2, SECOND, SECOND)
    ]


def test_a_parameter_that_never_came_is_missing_from_every_event(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    database.execute("delete from marts.fct_tracking_parameters where parameter_name = 'form_id'")
    assert found(database, tracking_plan) == [
        ("parameter missing", "form_submit.form_id", 10, 1.0, FIRST, SECOND)
    ]


def test_an_optional_parameter_may_be_missing_but_not_of_the_wrong_type(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    fill(database, [], [(FIRST, "lead", "note", "integer", 1)])
    assert found(database, tracking_plan) == [("parameter type", "lead.note", 1, 0.125, FIRST, FIRST)]


@pytest.mark.parametrize(
    ("name", "kind", "breaks"),
    [
        ("lead_value", "integer", False),  # 12 is a number
        ("lead_value", "string", True),  # "12,50"
        ("lead_source", "boolean", False),  # the text "true"
        ("lead_source", "integer", True),
    ],
)
def test_which_types_fit(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan, name: str, kind: str, breaks: bool
) -> None:
    good(database)
    database.execute(
        "update marts.fct_tracking_parameters set parameter_type = ? "
        "where parameter_name = ? and date_day = '2026-05-02'",
        [kind, name],
    )
    wanted = [("parameter type", f"lead.{name}", 4, 0.5, SECOND, SECOND)] if breaks else []
    assert found(database, tracking_plan) == wanted


def test_events_whose_parameters_are_unknown_lack_none(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    database.execute("insert into marts.fct_tracking_events values ('2026-05-02', 'lead', 7, 0)")
    assert found(database, tracking_plan) == []


def test_only_the_days_asked_for_count(database: duckdb.DuckDBPyConnection, tracking_plan: Plan) -> None:
    good(database)
    fill(
        database, [(FIRST - dt.timedelta(days=29), "odd", 1), (FIRST - dt.timedelta(days=28), "odder", 1)], []
    )
    # 30 days up to 2 May begin on 3 April.
    assert [row[1] for row in found(database, tracking_plan)] == ["odder"]
    days = Days(start=FIRST, end=FIRST)
    assert found(database, tracking_plan, days) == []
    assert [(r.event, r.events, r.share) for r in received(database, tracking_plan.tracking, days)] == [
        ("form_submit", 5, 0.5),
        ("lead", 4, 0.4),
        ("session_start", 1, 0.1),
    ]


def test_a_breach_stands_at_its_place_in_the_plan(
    database: duckdb.DuckDBPyConnection, tracking_plan: Plan
) -> None:
    good(database)
    database.execute("delete from marts.fct_tracking_parameters where parameter_name = 'form_id'")
    breach = tracking_breaches(database, tracking_plan.tracking, Days(30))[0]
    assert breach.place == tracking_plan.tracking.events[1].parameters[0].place


def test_without_the_facts_the_error_says_what_to_build(tracking_plan: Plan) -> None:
    with duckdb.connect() as empty, pytest.raises(WarehouseError, match="fct_tracking_events"):
        tracking_breaches(empty, tracking_plan.tracking, Days(30))


def raw_events() -> list[dict[str, Any]]:
    """GA4's events in the committed export; one that was exported twice once."""
    return list({tuple(row[name] for name in IDENTITY): row for row in raw("ga4", "events")}.values())


def test_the_facts_equal_a_count_over_the_raw_export(demo_build: duckdb.DuckDBPyConnection) -> None:
    types = {
        "string_value": "string",
        "int_value": "integer",
        "double_value": "number",
        "float_value": "number",
    }
    empty = {"", "(not set)", "undefined", "null", "none", "nan"}
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in raw_events():
        names = set()
        for param in json.loads(row["event_params"] or "[]"):
            for field, value in param["value"].items():
                if value is None or (field == "string_value" and value.strip().lower() in empty):
                    continue
                is_truth = field == "string_value" and value.strip().lower() in ("true", "false")
                names.add((param["key"], "boolean" if is_truth else types[field]))
        if json.loads(row["items"] or "[]"):
            names.add(("items", "list"))
        counts.update((row["event_name"], *name) for name in names)
    told = demo_build.execute(
        "select event_name, parameter_name, parameter_type, sum(events) "
        "from marts.fct_tracking_parameters group by all"
    ).fetchall()
    assert {tuple(row[:3]): int(row[3]) for row in told} == dict(counts)


def test_the_demonstration_companys_breaches_are_those_of_its_raw_export(
    demo_build: duckdb.DuckDBPyConnection,
) -> None:
    plan = load_plan(ROOT / "plan.yml")
    rows = raw_events()
    without = [
        r
        for r in rows
        if r["event_name"] == "form_submit"
        and not any(
            p["key"] == "form_id" and p["value"].get("string_value") for p in json.loads(r["event_params"])
        )
    ]
    assert without
    told = {b.name: b.events for b in tracking_breaches(demo_build, plan.tracking, Days(5000))}
    assert told["form_submit.form_id"] == len(without)
