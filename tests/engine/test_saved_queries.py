"""Saved queries: asked as they are, and with more of everything beside them."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, simple

ROWS = [
    ("2025-01-05", "a", "fr", 1),
    ("2025-01-06", "b", "fr", 10),
    ("2025-02-05", "a", "de", 100),
    ("2025-02-06", "b", "fr", 1000),
]
SAVED = {
    "name": "by_month",
    "query_params": {
        "metrics": ["value"],
        "group_by": ["TimeDimension('metric_time', 'month')"],
        "where": {"where_filters": [{"where_sql_template": "{{ Dimension('order_row__country') }} = 'fr'"}]},
        "order_by": ["-metric_time__month"],
        "limit": 1,
    },
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    columns = "ordered_on date, channel varchar, country varchar, value integer"
    return database({"orders": (columns, ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    orders = model("orders", time="ordered_on", dimensions=["channel", "country"], primary="order_row")
    return layer(
        [orders], [simple("value", "orders"), simple("orders", "orders", "count", expr="1")], [SAVED]
    )


@pytest.mark.parametrize(
    ("more", "rows"),
    [
        ({}, [("2025-02-01", 1000)]),
        ({"limit": 5}, [("2025-01-01", 11), ("2025-02-01", 1000)]),
        ({"order_by": ["metric_time__month"]}, [("2025-01-01", 11)]),
        ({"where": ["channel = 'a'"]}, [("2025-01-01", 1)]),
        (
            {"group_by": ["channel"], "limit": 9},
            [
                ("2025-01-01", "a", 1),
                ("2025-01-01", "b", 10),
                ("2025-02-01", "b", 1000),
            ],
        ),
        ({"metrics": ["orders"]}, [("2025-02-01", 1000, 1)]),
        ({"metrics": ["value"]}, [("2025-02-01", 1000)]),
        ({"start": "2025-01-01", "end": "2025-01-31"}, [("2025-01-01", 11)]),
        ({"having": ["value < 500"]}, [("2025-01-01", 11)]),
    ],
)
def test_what_is_given_beside_it_is_added_or_replaces_order_and_limit(
    small: Layer, con: duckdb.DuckDBPyConnection, more: dict[str, Any], rows: list[Any]
) -> None:
    assert ask(small, con, saved_query="by_month", **more) == rows


def test_an_unknown_one_gets_the_nearest(small: Layer) -> None:
    with pytest.raises(LeadlineError, match="by_month"):
        small.sql(saved_query="by_moth")
