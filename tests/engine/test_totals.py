"""Totals and subtotals: computed from the rows, never from the groups above them."""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, ratio, simple

ROWS = [
    ("2025-01-01", "a", "FR", "u1", 10),
    ("2025-01-02", "a", "DE", "u1", 20),
    ("2025-01-03", None, "FR", "u2", 30),
    ("2025-02-01", "b", "FR", "u1", 40),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    columns = "sold_on date, channel varchar, country varchar, person varchar, value integer"
    return database({"sales": (columns, ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model(
        "sales", time="sold_on", entities={"channel": "foreign"}, dimensions=["country"], primary="sale"
    )
    metrics = [
        simple("revenue", "sales", expr="value"),
        simple("orders", "sales", "count", expr="1"),
        simple("buyers", "sales", "count_distinct", expr="person"),
        ratio("basket", "revenue", "orders"),
    ]
    return layer([sales], metrics)


def test_each_level_is_computed_from_rows(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small, con, metrics=["revenue", "buyers", "basket"], group_by=["channel", "country"], totals=True
    )
    assert set(rows) == {
        (None, "FR", 30, 1, 30.0, 0),
        ("a", "DE", 20, 1, 20.0, 0),
        ("a", "FR", 10, 1, 10.0, 0),
        ("b", "FR", 40, 1, 40.0, 0),
        (None, None, 30, 1, 30.0, 1),
        ("a", None, 30, 1, 15.0, 1),  # one buyer, not two; 15, not the average of 20 and 10
        ("b", None, 40, 1, 40.0, 1),
        (None, None, 100, 2, 25.0, 2),
    }


def test_times_are_kept(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["buyers"], group_by=["metric_time__month", "channel"], totals=True)
    assert set(rows) == {
        ("2025-01-01", "a", 1, 0),
        ("2025-01-01", None, 1, 0),
        ("2025-02-01", "b", 1, 0),
        ("2025-01-01", None, 2, 1),
        ("2025-02-01", None, 1, 1),
    }


def test_totals_can_be_sorted_and_need_a_metric(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    request = {"metrics": ["revenue"], "group_by": ["channel"], "order_by": ["-revenue"], "totals": True}
    assert small.query(connection=con, **request).column("revenue").to_pylist() == [100, 40, 30, 30]
    assert "totals" in str(small.explain(**request))
    with pytest.raises(LeadlineError, match="none is asked"):
        small.sql(group_by=["channel"], totals=True)
