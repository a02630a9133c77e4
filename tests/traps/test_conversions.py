"""Visits that lead to a purchase within seven days.

Wrong: a join of visits and purchases counts one purchase for each visit before it, and purchases before
the visit. Right: each purchase belongs to the last visit of that person before it, within the window, and
counts once.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import ask, database, layer, model, simple

VISITS = [
    ("2025-01-01", "p1", "search"),
    ("2025-01-03", "p1", "social"),
    ("2025-01-10", "p2", "search"),
    ("2025-01-01", "p3", "search"),
    ("2025-01-05", None, "search"),
]
PURCHASES = [("2025-01-04", "p1"), ("2025-01-09", "p2"), ("2025-01-20", "p3"), ("2025-01-05", None)]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "visits": ("visited_on date, person varchar, channel varchar", VISITS),
            "purchases": ("bought_on date, person varchar", PURCHASES),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model(
            "visits",
            time="visited_on",
            entities={"person": "foreign"},
            dimensions=["channel"],
            primary="visit",
        ),
        model("purchases", time="bought_on", entities={"person": "foreign"}, primary="purchase"),
    ]
    metrics = [
        simple("visits", "visits", "count", expr="1"),
        simple("purchases", "purchases", "count", expr="1"),
    ]
    for name, calculation in (("conversion_rate", "conversion_rate"), ("conversions", "conversions")):
        params = {
            "base_metric": {"name": "visits"},
            "conversion_metric": {"name": "purchases"},
            "entity": "person",
            "calculation": calculation,
            "window": {"count": 7, "granularity": "days"},
        }
        metrics.append(
            {"name": name, "type": "conversion", "type_params": {"conversion_type_params": params}}
        )
    return layer(models, metrics)


def test_the_usual_join_counts_a_purchase_for_each_visit(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select count(*) from visits join purchases using (person)").fetchall() == [(4,)]


def test_a_purchase_counts_once_for_the_last_visit(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["conversions", "conversion_rate"], group_by=["channel"])
    assert rows == [("search", None, None), ("social", 1, 1.0)]
    assert ask(small, con, metrics=["conversions", "conversion_rate"]) == [(1, 0.2)]
