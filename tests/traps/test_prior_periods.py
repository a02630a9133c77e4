"""Prior period and year on year.

Wrong: `lag()` over the rows there are takes January for the month before March when February is missing,
mixes channels, and loses the month before `start`; shifting days by a month drops 30 and 31 January and
counts 28 February four times. Right: the calendar's month before, per channel, whatever is shown.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import ask, database, derived, layer, model, offset, simple

ROWS = [
    ("2024-01-30", "a", 1),
    ("2024-01-31", "a", 10),
    ("2024-02-29", "a", 100),
    ("2024-04-30", "a", 1000),
    ("2024-02-10", "b", 5),
    ("2024-03-10", "b", 7),
    ("2025-02-28", "a", 50),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"sales": ("sold_on date, channel varchar, value integer", ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", entities={"channel": "foreign"}, primary="sale")
    metrics = [
        simple("revenue", "sales", expr="value"),
        derived("revenue_prior_month", "before", offset("revenue", "before", 1, "month")),
        derived("revenue_prior_year", "before", offset("revenue", "before", 1, "year")),
        derived(
            "growth",
            "now - before",
            {"name": "revenue", "alias": "now"},
            offset("revenue", "before", 1, "month"),
        ),
    ]
    return layer([sales], metrics)


def test_lag_takes_the_wrong_month(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        "select m, lag(v) over (order by m) from (select date_trunc('month', sold_on) m, sum(value) v "
        "from sales where channel = 'a' group by 1) where m >= date '2024-01-01' order by 1"
    ).fetchall()
    assert wrong[2][1] == 100  # April's "month before" is February's


def test_a_missing_month_is_null_not_the_one_before_it(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue", "revenue_prior_month"],
        group_by=["metric_time__month"],
        where=["channel = 'a'"],
        end="2024-12-31",
    )
    assert rows == [
        ("2024-01-01", 11, None),
        ("2024-02-01", 100, 11),
        ("2024-03-01", None, 100),
        ("2024-04-01", 1000, None),
        ("2024-05-01", None, 1000),
    ]


def test_each_channel_is_compared_with_itself(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["growth"],
        group_by=["metric_time__month", "channel"],
        start="2024-02-01",
        end="2024-03-31",
    )
    assert rows == [
        ("2024-02-01", "a", 89),
        ("2024-02-01", "b", None),
        ("2024-03-01", "a", None),
        ("2024-03-01", "b", 2),
    ]


def test_start_chooses_what_is_shown_not_what_is_read(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue_prior_month"],
        group_by=["metric_time__month"],
        start="2024-02-01",
        end="2024-02-29",
    )
    assert rows == [("2024-02-01", 11)]


def test_a_month_back_by_quarter_and_year_counts_each_row_once(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    by_quarter = ask(
        small, con, metrics=["revenue_prior_month"], group_by=["metric_time__quarter"], end="2024-12-31"
    )
    # a month later, rows of January and February are in the first quarter still, those of March and April not
    assert by_quarter == [("2024-01-01", 116), ("2024-04-01", 1007)]
    by_year = ask(small, con, metrics=["revenue_prior_month"], group_by=["metric_time__year"])
    assert by_year == [("2024-01-01", 1123), ("2025-01-01", 50)]


def test_leap_days_by_day_and_by_month(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    by_day = ask(
        small,
        con,
        metrics=["revenue_prior_year"],
        group_by=["metric_time__day"],
        start="2025-02-27",
        end="2025-03-01",
    )
    assert by_day == []  # 29 February 2024 has no day a year later
    by_month = ask(
        small, con, metrics=["revenue_prior_year"], group_by=["metric_time__month"], start="2025-02-01"
    )
    assert ("2025-02-01", 105) in by_month
    shown = ask(
        small,
        con,
        metrics=["revenue_prior_month"],
        group_by=["metric_time__day"],
        start="2024-02-01",
        end="2024-03-31",
    )
    # a day shows the day of its number a month before, or that month's last: 29 to 31 March show 29 February
    assert shown == [
        ("2024-03-10", 5),
        ("2024-03-29", 100),
        ("2024-03-30", 100),
        ("2024-03-31", 100),
    ]
