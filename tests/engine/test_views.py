"""Views at query time: prior periods, growth, shares, running and trailing values, without a definition."""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, cumulative, database, derived, layer, model, offset, ratio, simple

ROWS = [
    ("2024-01-15", "a", "u1", 100),
    ("2025-01-10", "a", "u1", 120),
    ("2025-01-20", "b", "u2", 80),
    ("2025-02-05", "a", "u1", 150),
    ("2025-02-06", None, "u3", 50),
    ("2025-04-01", "b", "u2", 40),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"sales": ("sold_on date, channel varchar, person varchar, value integer", ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", entities={"channel": "foreign"}, primary="sale")
    metrics = [
        simple("revenue", "sales", expr="value"),
        simple("orders", "sales", "count", expr="1"),
        simple("buyers", "sales", "count_distinct", expr="person"),
        ratio("basket", "revenue", "orders"),
        derived(
            "declared_growth",
            "(revenue - before) / before",
            "revenue",
            offset("revenue", "before", 1, "month"),
        ),
        cumulative("running", "revenue", period_agg="last"),
        cumulative("two_days", "revenue", window=(2, "day")),
        derived("two_days_before", "before", offset("two_days", "before", 2, "day")),
    ]
    return layer([sales], metrics)


def test_prior_month_growth_and_year_on_year(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    names = ["revenue", "revenue__prior_month", "revenue__mom", "revenue__yoy", "revenue__prior_3_months"]
    rows = ask(
        small, con, metrics=names, group_by=["metric_time__month"], start="2025-01-01", end="2025-05-31"
    )
    assert rows == [
        ("2025-01-01", 200, None, None, 1.0, None),
        ("2025-02-01", 200, 200, 0.0, None, None),
        ("2025-03-01", None, 200, None, None, None),
        ("2025-04-01", 40, None, None, None, 200),
        ("2025-05-01", None, 40, None, None, 200),
    ]


def test_a_view_is_what_a_definition_would_be(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["declared_growth", "revenue__mom"], group_by=["metric_time__month"])
    assert all(declared == view for _, declared, view in rows)
    rows = ask(small, con, metrics=["running", "revenue__cumulative"], group_by=["metric_time__month"])
    assert all(declared == view for month, declared, view in rows if month <= "2025-04-01")
    assert all(view is None for month, _, view in rows if month > "2025-04-01")


def test_shares_add_up_to_one_in_each_period(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small, con, metrics=["revenue__share"], group_by=["metric_time__month", "channel"], start="2025-01-01"
    )
    assert rows == [
        ("2025-01-01", "a", 0.6),
        ("2025-01-01", "b", 0.4),
        ("2025-02-01", "a", 0.75),
        ("2025-02-01", None, 0.25),
        ("2025-04-01", "b", 1.0),
    ]
    assert sum(
        row[1] for row in ask(small, con, metrics=["revenue__share"], group_by=["channel"])
    ) == pytest.approx(1)


@pytest.mark.parametrize("name", ["buyers__share", "basket__share", "buyers__prior_month__share"])
def test_a_share_of_what_does_not_add_up_is_refused(small: Layer, name: str) -> None:
    with pytest.raises(LeadlineError, match="does not add up over groups"):
        small.sql(metrics=[name], group_by=["metric_time__month", "channel"])


def test_running_and_trailing_values(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    names = ["revenue__cumulative", "revenue__ytd", "revenue__trailing_28d", "basket__trailing_28d"]
    rows = ask(
        small, con, metrics=names, group_by=["metric_time__month"], start="2025-01-01", end="2025-03-31"
    )
    assert rows == [
        ("2025-01-01", 300, 200, 200, 100.0),
        ("2025-02-01", 500, 400, 200, 100.0),
        # as dbt's `period_agg: last` has it: the last day on which the window holds anything, here 5 March
        ("2025-03-01", 500, 400, 50, 50.0),
    ]


def test_trailing_values_a_year_before(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["revenue__trailing_28d__prior_year"],
        group_by=["metric_time__day"],
        start="2025-01-01",
        end="2025-01-16",
    )
    assert rows == [("2025-01-15", 100), ("2025-01-16", 100)]


def test_declared_windows_at_an_offset_follow_dbt_at_start_and_views_read_history(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    """The two days up to the 5th have 150, up to the 6th 200, up to the 7th 50; shown two days later."""
    days = {"start": "2025-02-06", "end": "2025-02-10"}
    declared = ask(small, con, metrics=["two_days_before"], group_by=["metric_time__day"], **days)
    # dbt's own suite: what is read lies within start and end as well, so the 7th does not read the 5th
    assert declared == [("2025-02-08", 200), ("2025-02-09", 50)]
    view = ask(
        small, con, metrics=["revenue__trailing_2d__prior_2_days"], group_by=["metric_time__day"], **days
    )
    assert view == [("2025-02-07", 150), ("2025-02-08", 200), ("2025-02-09", 50)]


@pytest.mark.parametrize("name", ["running__cumulative", "running__trailing_28d", "revenue__ytd__mtd"])
def test_what_is_accumulated_is_not_accumulated_again(small: Layer, name: str) -> None:
    with pytest.raises(LeadlineError, match="accumulated already"):
        small.sql(metrics=[name], group_by=["metric_time__month"])


@pytest.mark.parametrize(
    "name", ["revenue__prior_moon", "revenue__trailing", "revenu__mom", "revenue__prior_0_days"]
)
def test_an_unknown_view_is_an_unknown_metric(small: Layer, name: str) -> None:
    with pytest.raises(LeadlineError, match="is not defined"):
        small.sql(metrics=[name], group_by=["metric_time__month"])


def test_results_can_be_filtered_and_sorted_by_views(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    request = {
        "metrics": ["revenue", "revenue__share"],
        "group_by": ["channel"],
        "order_by": ["-revenue__share"],
    }
    assert ask(small, con, **request, where=["revenue__share >= 0.2 and revenue < 300"]) == [
        ("b", 120, 120 / 540)
    ]
    assert ask(small, con, **request, limit=1) == [("a", 370, 370 / 540)]
    with pytest.raises(LeadlineError, match="not in the result"):
        small.sql(metrics=["revenue"], group_by=["channel"], where=["orders > 1"])
