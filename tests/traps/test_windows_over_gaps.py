"""Cumulative and trailing sums over days without rows.

Wrong: `sum() over (rows between 2 preceding …)` counts rows, so three rows far apart make "three days"; a
filter on the shown days cuts off what the window needs. Right: days of the calendar, and history before
`start` is read.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, cumulative, database, layer, model, simple

ROWS = [
    ("2025-01-01", "a", "u1", 1),
    ("2025-01-02", "a", "u1", 10),
    ("2025-01-05", "a", "u2", 100),
    ("2025-02-01", "a", "u1", 1000),
    ("2025-01-04", "b", "u3", 5),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"sales": ("sold_on date, channel varchar, person varchar, value integer", ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", entities={"channel": "foreign"}, primary="sale")
    metrics = [
        simple("revenue", "sales", expr="value"),
        simple("buyers", "sales", "count_distinct", expr="person"),
        simple("average_sale", "sales", "average", expr="value"),
        cumulative("revenue_3_days", "revenue", window=(3, "day")),
        cumulative("buyers_3_days", "buyers", window=(3, "day")),
        cumulative("average_3_days", "average_sale", window=(3, "day")),
        cumulative("revenue_so_far", "revenue", period_agg="last"),
        cumulative("buyers_so_far", "buyers", period_agg="last"),
        cumulative("revenue_month_to_date", "revenue", grain_to_date="month"),
    ]
    return layer([sales], metrics)


def test_a_window_of_rows_is_not_a_window_of_days(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        "select sum(value) over (order by sold_on rows between 2 preceding and current row) from sales "
        "where channel = 'a' qualify sold_on = date '2025-01-05'"
    ).fetchall()
    assert wrong == [(111,)]


def test_a_trailing_window_covers_days_without_rows(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_3_days", "buyers_3_days", "average_3_days"],
        group_by=["metric_time__day"],
        where=["channel = 'a'"],
        end="2025-01-08",
    )
    assert rows == [
        ("2025-01-01", 1, 1, 1.0),
        ("2025-01-02", 11, 1, 5.5),
        ("2025-01-03", 11, 1, 5.5),
        ("2025-01-04", 10, 1, 10.0),
        ("2025-01-05", 100, 1, 100.0),
        ("2025-01-06", 100, 1, 100.0),
        ("2025-01-07", 100, 1, 100.0),
    ]


def test_a_window_that_begins_before_start_is_whole(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_3_days"],
        group_by=["metric_time__day"],
        start="2025-01-03",
        end="2025-01-04",
    )
    assert rows == [("2025-01-03", 11), ("2025-01-04", 15)]


def test_running_totals_by_day_and_channel(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_so_far", "buyers_so_far"],
        group_by=["metric_time__day", "channel"],
        start="2025-01-04",
        end="2025-01-05",
    )
    assert rows == [
        ("2025-01-04", "a", 11, 1),
        ("2025-01-04", "b", 5, 1),
        ("2025-01-05", "a", 111, 2),
        ("2025-01-05", "b", 5, 1),
    ]


def test_month_to_date_begins_anew(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_month_to_date"],
        group_by=["metric_time__day"],
        start="2025-01-31",
        end="2025-02-02",
    )
    assert rows == [("2025-01-31", 116), ("2025-02-01", 1000), ("2025-02-02", 1000)]


def test_by_month_the_last_running_total_is_that_of_the_last_day(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_so_far"],
        group_by=["metric_time__month"],
        start="2025-01-01",
        end="2025-03-31",
    )
    assert rows == [("2025-01-01", 116), ("2025-02-01", 1116), ("2025-03-01", 1116)]


def test_a_window_without_time_is_refused(small: Layer) -> None:
    with pytest.raises(LeadlineError, match="metric_time"):
        small.sql(metrics=["revenue_3_days"], group_by=["channel"])


def test_all_time_without_time_is_the_total(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["revenue_so_far"], group_by=["channel"]) == [("a", 1111), ("b", 5)]
