"""People who visit, leave their details and order, each within seven days of the visit.

Wrong: counting people with each kind of event, whenever and in whatever order, gives 5, 4 and 4. Right: only
what follows a visit in order and within seven days of it counts, once a person: 5, 3 and 1.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline import Layer, LeadlineError
from tests.engine.small import database, layer, model, simple

EVENTS = [
    ("2025-01-01", "p1", "visit", "search"),
    ("2025-01-02", "p1", "lead", None),
    ("2025-01-07", "p1", "order", None),  # the seventh day: all three
    ("2025-01-01", "p2", "visit", "search"),
    ("2025-01-05", "p2", "visit", "social"),
    ("2025-01-06", "p2", "lead", None),
    ("2025-01-12", "p2", "order", None),  # the eighth day after the later visit: two
    ("2025-01-04", "p3", "order", None),
    ("2025-01-05", "p3", "visit", "social"),
    ("2025-01-05", "p3", "lead", None),  # the same day counts; the order came before the visit: two
    ("2025-01-01", "p4", "lead", None),
    ("2025-01-02", "p4", "visit", "search"),
    ("2025-01-03", "p4", "order", None),  # no lead after the visit: one
    ("2025-01-01", "p5", "visit", None),
    ("2025-01-02", None, "visit", "search"),
    ("2025-01-02", None, "order", None),
]
STEPS = [
    {"model": "events", "where": f"step = '{name}'", "name": name} for name in ("visit", "lead", "order")
]


def connect(rows: Iterable[tuple[object, ...]]) -> duckdb.DuckDBPyConnection:
    return database({"events": ("seen_on date, person varchar, step varchar, channel varchar", list(rows))})


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return connect(EVENTS)


def small() -> Layer:
    events = model(
        "events",
        time="seen_on",
        entities={"person": "foreign"},
        dimensions=["step", "channel"],
        primary="event",
    )
    count = [
        simple(f"{name}s", "events", "count", expr="1", where=f"event__step = '{name}'")
        for name in ("visit", "lead", "order")
    ]
    return layer([events], [*count, {**simple("all_events", "events", "count", expr="1")}])


LAYER = small()


def people(con: duckdb.DuckDBPyConnection, **funnel: object) -> list[tuple[object, ...]]:
    asked = {"steps": STEPS, "within": "7 days", **funnel}
    rows = LAYER.funnel(connection=con, **asked).to_pylist()
    hidden = ("name", "conversion_from_first", "conversion_from_previous")
    return [tuple(v for k, v in row.items() if k not in hidden) for row in rows]


def test_people_with_each_kind_of_event_are_no_funnel(con: duckdb.DuckDBPyConnection) -> None:
    wrong = "select step, count(distinct person) from events group by 1 order by 2 desc, 1"
    assert con.execute(wrong).fetchall() == [("visit", 5), ("lead", 4), ("order", 4)]


def test_in_order_within_the_window_of_a_first_event(con: duckdb.DuckDBPyConnection) -> None:
    rows = LAYER.funnel(connection=con, steps=STEPS, within="7 days").to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (1, "visit", 5, 1.0, 1.0),
        (2, "lead", 3, 3 / 5, 3 / 5),
        (3, "order", 1, 1 / 5, 1 / 3),
    ]
    by_metric = LAYER.funnel(connection=con, steps=["visits", "leads", "orders"], within="7d").to_pylist()
    assert [row["people"] for row in by_metric] == [5, 3, 1]


def test_a_longer_window(con: duckdb.DuckDBPyConnection) -> None:
    assert people(con, within="8 days") == [(1, 5), (2, 3), (3, 2)]
    assert people(con, within="1 day") == [(1, 5), (2, 1), (3, 0)]  # of the same day: p3's lead


def test_in_any_order_after_the_first_event(con: duckdb.DuckDBPyConnection) -> None:
    steps = [STEPS[0], STEPS[2], STEPS[1]]
    assert people(con, steps=steps) == [(1, 5), (2, 2), (3, 0)]  # orders of p1 and p4; no lead after either
    assert people(con, steps=steps, ordered=False) == [(1, 5), (2, 2), (3, 1)]


def test_a_group_is_the_funnel_of_its_own_first_events(con: duckdb.DuckDBPyConnection) -> None:
    rows = people(con, group_by=["channel"])
    assert rows == [
        *[("search", 1, 3), ("search", 2, 2), ("search", 3, 1)],
        *[("social", 1, 2), ("social", 2, 2), ("social", 3, 0)],
        *[(None, 1, 1), (None, 2, 0), (None, 3, 0)],
    ]
    for channel in ("search", "social"):
        alone = people(con, where=[f"channel = '{channel}'"])
        assert alone == [row[1:] for row in rows if row[0] == channel]


def test_start_and_end_choose_first_events_only(con: duckdb.DuckDBPyConnection) -> None:
    assert people(con, start="2025-01-01", end="2025-01-01") == [(1, 3), (2, 2), (3, 1)]
    assert people(con, start="2025-01-05", end="2025-01-05") == [(1, 2), (2, 2), (3, 0)]
    assert people(con, start="2026-01-01") == [(1, 0), (2, 0), (3, 0)]


def test_no_people_convert_at_no_rate(con: duckdb.DuckDBPyConnection) -> None:
    rows = LAYER.funnel(connection=con, steps=STEPS, within="7d", start="2026-01-01").to_pylist()
    assert [row["conversion_from_first"] for row in rows] == [None, None, None]


def test_a_repeated_step_is_another_event(con: duckdb.DuckDBPyConnection) -> None:
    assert people(con, steps=["visits", "visits"]) == [(1, 5), (2, 1)]  # only p2 came again
    with pytest.raises(LeadlineError, match="are the same"):
        people(con, steps=["visits", "visits"], ordered=False)


@pytest.mark.parametrize(
    ("funnel", "says"),
    [
        ({"steps": ["visits"]}, "2 to 20 steps"),
        ({"steps": "visits"}, "several steps"),
        ({"steps": ["visits", "leeds"]}, "'leeds' is not defined"),
        ({"steps": ["visits", {"model": "event"}]}, "'event' is not defined"),
        ({"steps": ["visits", {"where": "step = 'lead'"}]}, "is not a step"),
        ({"steps": ["visits", {"metric": "leads", "were": "x"}]}, "'were' is not a part"),
        ({"within": "soon"}, "not a span of time"),
        ({"by": "customer"}, "has no entity 'customer'"),
        ({"group_by": ["country"]}, "'country' can't be reached"),
        ({"limit": 3}, "not an argument of a funnel"),
        ({"start": "2025-02-01", "end": "2025-01-01"}, "lies after end"),
    ],
)
def test_what_is_no_funnel_is_refused(
    con: duckdb.DuckDBPyConnection, funnel: dict[str, object], says: str
) -> None:
    with pytest.raises(LeadlineError, match=says):
        people(con, **funnel)


@pytest.mark.parametrize("dialect", ["postgres", "spark", "bigquery", "snowflake", "trino"])
def test_other_dialects_have_it_too(dialect: str) -> None:
    assert "PARTITION BY" in LAYER.funnel_sql(steps=STEPS, within="7 days", dialect=dialect)


Day = dt.date
Event = tuple[Day, str, str, str | None]
KINDS = ("visit", "lead", "order")


def naive(rows: list[Event], days: int, ordered: bool) -> dict[int, int]:
    """People by step, by trying out every first event of every person."""
    reached: dict[int, set[str]] = {n: set() for n in range(len(KINDS))}
    window = dt.timedelta(days=days)
    for at, person, kind, _ in rows:
        if kind != KINDS[0]:
            continue
        reached[0].add(person)
        now = at
        for place, wanted in enumerate(KINDS[1:], 1):
            after = [d for d, p, k, _ in rows if (p, k) == (person, wanted) and now <= d < at + window]
            if not after:
                break
            reached[place].add(person)
            now = min(after) if ordered else at
    return {n: len(found) for n, found in reached.items()}


events = st.lists(
    st.tuples(
        st.dates(Day(2025, 1, 1), Day(2025, 1, 12)),
        st.sampled_from("abc"),
        st.sampled_from(KINDS),
        st.none(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(rows=events, days=st.integers(1, 9), ordered=st.booleans())
def test_random_events_as_naive_python_has_them(rows: list[Event], days: int, ordered: bool) -> None:
    with connect(rows) as con:
        found = people(con, within=f"{days} days", ordered=ordered)
    assert {step - 1: count for step, count in found} == naive(rows, days, ordered)
