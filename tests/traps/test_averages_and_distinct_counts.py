"""Numbers that have to be recomputed from rows.

Wrong: an average of daily averages, and distinct visitors of days added up to a month. Right: both from
the rows of the period asked for; a derived metric with a missing input is NULL, never the other input
alone.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, derived, layer, model, simple

ROWS = [
    ("2025-01-01", "u1", 10),
    ("2025-01-02", "u1", 20),
    ("2025-01-02", "u2", 30),
    ("2025-01-02", "u2", 40),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "visits": ("visited_on date, person varchar, seconds integer", ROWS),
            "costs": ("paid_on date, cost integer", [("2025-01-01", 5)]),
            "customers": ("person varchar, city varchar, home varchar", []),
            "cities": ("city varchar, country varchar", []),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model(
            "visits", time="visited_on", entities={"person": "foreign", "city": "foreign"}, primary="visit"
        ),
        model("costs", time="paid_on", primary="cost_row"),
        model("customers", entities={"person": "primary", "city": "foreign"}),
        model("cities", entities={"city": "primary"}, dimensions=["country"]),
        model("persons", entities={"person": "unique"}, dimensions=["country"], primary="person_row"),
    ]
    metrics = [
        simple("seconds", "visits", "average"),
        simple("median_seconds", "visits", "median", expr="seconds"),
        simple("visitors", "visits", "count_distinct", expr="person"),
        simple("cost", "costs"),
        derived("cost_per_visitor", "cost / visitors", "cost", "visitors"),
    ]
    return layer(models, metrics)


def test_a_month_is_not_made_of_its_days(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    by_day = ask(small, con, metrics=["seconds", "visitors", "median_seconds"], group_by=["metric_time__day"])
    assert by_day == [("2025-01-01", 10.0, 1, 10.0), ("2025-01-02", 30.0, 2, 30.0)]
    by_month = ask(
        small, con, metrics=["seconds", "visitors", "median_seconds"], group_by=["metric_time__month"]
    )
    assert by_month == [("2025-01-01", 25.0, 2, 25.0)]  # not 20, not 3


def test_a_missing_input_makes_the_result_missing(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["cost_per_visitor", "visitors"], group_by=["metric_time__day"])
    assert rows == [("2025-01-01", 5.0, 1), ("2025-01-02", None, 2)]


def test_two_ways_to_a_name_are_listed(small: Layer) -> None:
    with pytest.raises(LeadlineError, match="several ways") as error:
        small.sql(metrics=["visitors"], group_by=["country"])
    assert "city__country" in str(error.value)
    assert "person__country" in str(error.value)
    assert "GROUP BY" in small.sql(metrics=["visitors"], group_by=["city__country"])
