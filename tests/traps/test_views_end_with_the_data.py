"""Prior periods, growth and running values after the last month with data.

Wrong: the month after the last one has a prior month, and the twelve after it a prior year, so a report ends
with a year of months in which nothing has happened yet. Right: views end with the data, unless an end is
asked for; months without rows before that stay.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import ask, database, derived, layer, model, offset, simple

SALES = [("2025-01-10", "a", 100), ("2025-02-20", "b", 80), ("2025-04-05", "a", 150)]
COSTS = [("2025-01-01", "a", 10), ("2025-05-01", "a", 20)]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "sales": ("sold_on date, channel varchar, value integer", SALES),
            "costs": ("paid_on date, channel varchar, cost integer", COSTS),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model("sales", time="sold_on", entities={"channel": "foreign"}, primary="sale"),
        model("costs", time="paid_on", entities={"channel": "foreign"}, primary="cost_row"),
    ]
    metrics = [
        simple("revenue", "sales", expr="value"),
        simple("revenue_or_zero", "sales", expr="value", fill=0, spine=True),
        simple("small_revenue", "sales", expr="value", where="{{ Dimension('sale__value') }} < 100"),
        simple("costs", "costs", expr="cost"),
        derived("declared", "revenue - before", "revenue", offset("revenue", "before", 1, "month")),
    ]
    models[0]["dimensions"].append({"name": "value", "type": "categorical"})
    return layer(models, metrics)


def months(small: Layer, con: duckdb.DuckDBPyConnection, *metrics: str, **more: object) -> list[object]:
    by = ["metric_time__month"]
    rows = ask(small, con, metrics=list(metrics), group_by=by, order_by=by, **more)
    return [(row[0][2:7], *row[1:]) for row in rows]


def test_rows_moved_forward_reach_past_the_data(con: duckdb.DuckDBPyConnection) -> None:
    wrong = "select max(date_trunc('month', sold_on + interval 1 year)) from sales"
    assert str(con.execute(wrong).fetchall()[0][0])[:10] == "2026-04-01"


def test_views_end_with_the_data_and_keep_gaps(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = months(small, con, "revenue", "revenue__prior_month", "revenue__yoy")
    assert rows == [
        ("25-01", 100, None, None),
        ("25-02", 80, 100, None),
        ("25-03", None, 80, None),
        ("25-04", 150, None, None),
    ]


def test_a_view_asked_alone_ends_with_its_own_metric(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert months(small, con, "revenue__prior_month") == [("25-02", 100), ("25-03", 80)]
    assert months(small, con, "small_revenue__prior_month") == []  # its last month is February
    assert months(small, con, "revenue__cumulative") == [
        ("25-01", 100),
        ("25-02", 180),
        ("25-03", 180),
        ("25-04", 330),
    ]
    last = months(small, con, "revenue__trailing_90d")[-1]
    assert last == ("25-04", 230)  # of 30 April: 20 February and 5 April
    days = ask(small, con, metrics=["revenue__ytd"], group_by=["metric_time__day"])
    assert days[-1] == ("2025-04-05", 330)


def test_another_metric_may_have_later_data(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = months(small, con, "costs", "revenue__prior_month")
    assert rows == [("25-01", 10, None), ("25-02", None, 100), ("25-03", None, 80), ("25-05", 20, 150)]


def test_an_end_that_is_asked_for_is_shown(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = months(small, con, "revenue__prior_month", end="2025-12-31")
    assert rows == [("25-02", 100), ("25-03", 80), ("25-05", 150)]
    assert months(small, con, "revenue__cumulative", start="2025-06-01", end="2025-07-31") == [
        ("25-06", 330),
        ("25-07", 330),
    ]
    assert months(small, con, "revenue__prior_month", start="2025-05-01") == []


def test_by_channel_the_last_period_is_that_of_all(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    by = ["metric_time__month", "channel"]
    rows = ask(small, con, metrics=["revenue__prior_2_months"], group_by=by)
    assert rows == [("2025-03-01", "a", 100), ("2025-04-01", "b", 80)]


def test_periods_that_a_spine_adds_end_as_well(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert months(small, con, "revenue_or_zero__prior_month") == [
        *((f"{year}-{month:02d}", 0) for year in (23, 24) for month in range(1, 13)),
        ("25-01", 0),
        ("25-02", 100),
        ("25-03", 80),
        ("25-04", 0),
    ]


def test_a_declared_offset_is_shown_as_in_the_spec(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert months(small, con, "declared")[-1] == ("25-05", None)
    assert months(small, con, "declared", "revenue__mom")[-1] == ("25-05", None, None)
