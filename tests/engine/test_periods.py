"""Start and end: whole periods of the metric_time that is asked, or of its default grain where none is."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, simple

ORDERS = [("2025-01-10", 1), ("2025-01-20", 10), ("2025-02-03", 100), ("2025-02-20", 1000)]
LOGINS = [
    ("2025-01-10 02:30:00",),
    ("2025-01-10 03:10:00",),
    ("2025-01-10 05:59:00",),
    ("2025-01-10 06:00:00",),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    tables = {
        "orders": ("ordered_on date, value integer", ORDERS),
        "logins": ("logged_at timestamp", LOGINS),
    }
    return database(tables)


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model("orders", time="ordered_on", primary="order_row"),
        model("logins", time="logged_at", grain="hour", primary="login"),
    ]
    by_month = simple("value_by_month", "orders", expr="value") | {"time_granularity": "month"}
    return layer(models, [simple("value", "orders"), by_month, simple("logins", "logins", "count", expr="1")])


@pytest.mark.parametrize(
    ("request_", "rows"),
    [
        ({"metrics": ["value"]}, [(110,)]),
        (
            {"metrics": ["value"], "group_by": ["metric_time__month"]},
            [("2025-01-01", 11), ("2025-02-01", 1100)],
        ),
        # the fact's own time is cut as any other dimension is, and has no say in which days are shown
        (
            {"metrics": ["value"], "group_by": ["order_row__ordered_on__month"]},
            [("2025-01-01", 10), ("2025-02-01", 100)],
        ),
        ({"metrics": ["value_by_month"]}, [(1111,)]),
        # one span for all metrics, that of the coarsest
        ({"metrics": ["value", "value_by_month"]}, [(1111, 1111)]),
        (
            {"metrics": ["value_by_month"], "group_by": ["metric_time__day"]},
            [("2025-01-20", 10), ("2025-02-03", 100)],
        ),
    ],
)
def test_days(
    small: Layer, con: duckdb.DuckDBPyConnection, request_: dict[str, Any], rows: list[Any]
) -> None:
    assert ask(small, con, **request_, start="2025-01-15", end="2025-02-10") == rows


def test_hours(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    """Wrong: all four logins of the day, as metric_time is by day unless a grain is named."""
    hours = {"start": "2025-01-10 03:00:00", "end": "2025-01-10 05:00:00"}
    assert ask(small, con, metrics=["logins"], **hours) == [(2,)]
    assert ask(small, con, metrics=["logins"], start="2025-01-10", end="2025-01-10") == [(4,)]


AT = "2025-08-14 10:20:30.123456789"
STARTS = {
    "nanosecond": AT,
    "microsecond": "2025-08-14 10:20:30.123456",
    "millisecond": "2025-08-14 10:20:30.123",
    "second": "2025-08-14 10:20:30",
    "minute": "2025-08-14 10:20:00",
    "hour": "2025-08-14 10:00:00",
    "day": "2025-08-14",
    "week": "2025-08-11",
    "month": "2025-08-01",
    "quarter": "2025-07-01",
    "year": "2025-01-01",
}


@pytest.mark.parametrize("asked", STARTS)
@pytest.mark.parametrize("declared", STARTS)
def test_every_grain_of_every_grain(declared: str, asked: str) -> None:
    con = duckdb.connect()
    con.execute(f"create table events as select timestamp_ns '{AT}' as seen_at, 7 as value")
    found = layer([model("events", time="seen_at", grain=declared, primary="e")], [simple("value", "events")])
    request: dict[str, Any] = {"metrics": ["value"], "group_by": [f"metric_time__{asked}"]}
    order = list(STARTS)
    if order.index(asked) < order.index(declared):
        with pytest.raises(LeadlineError, match=f"by {asked} is finer than the data, which is by {declared}"):
            found.sql(**request)
        return
    sql = found.sql(**request)
    shown = con.execute(
        f"select count(*) from ({sql}) as t(shown, v) where shown = timestamp_ns '{STARTS[asked]}'"
    )
    assert shown.fetchall() == [(1,)]
