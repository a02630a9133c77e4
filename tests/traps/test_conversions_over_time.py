"""Conversions of visits a month before, trailing and running: sales and visits over the same visits.

Wrong: the running rate divides the sales of one day by the visits of all days (0 on 5 February, where 2 of 4
visits sold); sales are moved by their own day, so that a sale of February for a visit of January is in March.
Right: a conversion lies on the day of its visit, and moves and accumulates with it (0.5, and in February).
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, derived, layer, model, offset, simple

VISITS = [
    ("2025-01-10", "p1", "a"),
    ("2025-01-31", "p2", "a"),
    ("2025-02-03", "p3", "b"),
    ("2025-02-05", "p1", "b"),
]
SALES = [("2025-02-02", "p2"), ("2025-01-12", "p1"), ("2025-03-20", "p3")]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "visits": ("visited_on date, person varchar, channel varchar", VISITS),
            "sales": ("sold_on date, person varchar", SALES),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    people = {"person": "foreign"}
    models = [
        model("visits", time="visited_on", entities=people, dimensions=["channel"], primary="visit"),
        model("sales", time="sold_on", entities=people, primary="sale"),
    ]
    metrics = [
        simple("visits", "visits", "count", expr="1"),
        simple("sales", "sales", "count", expr="1"),
        simple("buyers", "sales", "count_distinct", expr="person"),
    ]
    for name, event, calculation in (
        ("rate", "sales", "conversion_rate"),
        ("sold", "sales", "conversions"),
        ("bought", "buyers", "conversions"),
    ):
        params = {
            "base_metric": {"name": "visits"},
            "conversion_metric": {"name": event},
            "entity": "person",
            "calculation": calculation,
            "window": {"count": 14, "granularity": "day"},
        }
        metrics.append(
            {"name": name, "type": "conversion", "type_params": {"conversion_type_params": params}}
        )
    metrics.append(derived("rate_declared", "before", offset("rate", "before", 1, "month")))
    return layer(models, metrics)


def test_a_running_numerator_over_one_day_is_wrong(con: duckdb.DuckDBPyConnection) -> None:
    sales_of_the_day = con.execute("select count(*) from sales where sold_on = '2025-02-05'").fetchall()
    assert sales_of_the_day == [(0,)]
    by_own_day = con.execute(
        "select count(*) from sales where date_trunc('month', sold_on + interval 1 month) = '2025-02-01'"
    ).fetchall()
    assert by_own_day == [(1,)]


def test_running_and_trailing_rates(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    names = ["rate__cumulative", "sold__cumulative", "rate__trailing_7d", "sold__mtd"]
    rows = ask(small, con, metrics=names, group_by=["metric_time__day"], start="2025-01-30", end="2025-02-05")
    assert rows == [
        ("2025-01-30", 1.0, 1, None, 1),
        ("2025-01-31", 1.0, 2, 1.0, 2),
        ("2025-02-01", 1.0, 2, 1.0, None),
        ("2025-02-02", 1.0, 2, 1.0, None),
        ("2025-02-03", 2 / 3, 2, 0.5, None),
        ("2025-02-04", 2 / 3, 2, 0.5, None),
        ("2025-02-05", 0.5, 2, 1 / 3, None),
    ]


def test_a_month_before_by_month_and_channel(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    names = ["rate", "rate__prior_month", "rate_declared", "sold__prior_month", "bought__prior_month"]
    rows = ask(small, con, metrics=names, group_by=["metric_time__month"], end="2025-02-28")
    assert rows == [
        ("2025-01-01", 1.0, None, None, None, None),
        ("2025-02-01", None, 1.0, 1.0, 2, 2),
    ]
    by_channel = ask(
        small,
        con,
        metrics=["sold__prior_month"],
        group_by=["metric_time__month", "channel"],
        end="2025-02-28",
    )
    assert by_channel == [("2025-02-01", "a", 2)]


def test_a_visit_that_is_not_shown_keeps_its_sale(small: Layer) -> None:
    """The sale belongs to the visit of February, shown in March. Wrong: where March is not shown, the
    sale falls back to the visit of January, and February shows 1.
    """
    other = database(
        {
            "visits": (
                "visited_on date, person varchar, channel varchar",
                [("2025-01-30", "p1", "a"), ("2025-02-05", "p1", "a")],
            ),
            "sales": ("sold_on date, person varchar", [("2025-02-06", "p1")]),
        }
    )
    asked: dict[str, list[str]] = {"metrics": ["sold__prior_month"], "group_by": ["metric_time__month"]}
    assert ask(small, other, **asked) == [("2025-02-01", None)]
    rows = ask(small, other, **asked, start="2025-02-01", end="2025-03-31")
    assert rows == [("2025-02-01", None), ("2025-03-01", 1)]
    assert ask(small, other, **asked, where=["metric_time__month = '2025-02-01'"]) == [("2025-02-01", None)]


def test_a_month_before_by_day(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    """10 February shows 10 January; 31 January has no day a month later."""
    rows = ask(
        small,
        con,
        metrics=["sold__prior_month", "rate__prior_month", "bought__prior_month"],
        group_by=["metric_time__day"],
        end="2025-03-05",
    )
    assert rows == [
        ("2025-02-10", 1, 1.0, 1),
        ("2025-03-03", None, None, None),
        ("2025-03-05", None, None, None),
    ]


def test_all_time_without_time_is_the_total(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["rate__cumulative", "rate", "sold__cumulative"]) == [(0.5, 0.5, 2)]


@pytest.mark.parametrize(
    ("metric", "group_by", "says"),
    [
        ("sold__trailing_7d", ["channel"], "needs a time"),
        ("sold__prior_month", ["channel"], "needs a time"),
        ("bought__cumulative", ["metric_time__day"], "counts each thing once"),
    ],
)
def test_what_has_no_value_is_refused(small: Layer, metric: str, group_by: list[str], says: str) -> None:
    with pytest.raises(LeadlineError, match=says):
        small.sql(metrics=[metric], group_by=group_by)
