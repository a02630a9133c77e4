"""Numbers that do not add up over time.

Wrong: daily reach summed to a month counts one person up to 30 times; followers of each day summed over a
month; an account without a row on the last day dropped to nothing. Right: reach from rows that report the
very period, the last known value of each account for stocks, and otherwise a refusal that says why.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, ratio, simple

REACH = [
    ("2025-01-01", "2025-01-01", "day", "meta", 600, 900),
    ("2025-01-02", "2025-01-02", "day", "meta", 700, 1000),
    ("2025-01-01", "2025-01-31", "month", "meta", 1000, 1900),
    ("2025-01-01", "2025-01-31", "month", "linkedin", 300, 300),
    ("2025-01-10", "2025-02-03", "other", "meta", 800, 1200),
]
FOLLOWERS = [
    ("2025-01-30", "fb", 100),
    ("2025-01-31", "fb", 110),
    ("2025-01-29", "ig", 50),
    ("2025-02-15", "fb", 120),
    ("2025-02-10", "ig", 60),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    periods = (
        "starts_on date, ends_on date, period varchar, platform varchar, reach integer, impressions integer"
    )
    return database(
        {
            "ad_reach": (periods, REACH),
            "accounts": ("seen_on date, account varchar, followers integer", FOLLOWERS),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    reported = {"reported_period": {"start": "starts_on", "end": "ends_on", "grain": "period"}}
    models = [
        model(
            "ad_reach",
            time="starts_on",
            times={"ends_on": "day"},
            dimensions=["period", "platform"],
            primary="reach_row",
            meta=reported,
        ),
        model("accounts", time="seen_on", entities={"account": "foreign"}, primary="account_day"),
    ]
    last = {"name": "seen_on", "window_choice": "max", "window_groupings": ["account"]}
    metrics = [
        simple("reach", "ad_reach", meta={"adds": "time:never"}),
        simple("reach_impressions", "ad_reach", expr="impressions", meta={"adds": "time:never"}),
        ratio("frequency", "reach_impressions", "reach"),
        simple("followers", "accounts", non_additive=last, meta={"adds": "time:last"}),
        simple("followers_undeclared", "accounts", expr="followers", meta={"adds": "time:last"}),
    ]
    return layer(models, metrics)


def test_the_usual_sum_is_wrong(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("select sum(reach) from ad_reach where period = 'day'").fetchall() == [(1300,)]
    assert con.execute(
        "select sum(followers) from accounts where seen_on < date '2025-02-01'"
    ).fetchall() == [(260,)]


def test_reach_of_a_month_comes_from_rows_of_that_month(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["reach"], group_by=["metric_time__month"]) == [("2025-01-01", 1300)]
    rows = ask(small, con, metrics=["reach", "frequency"], group_by=["metric_time__month", "platform"])
    assert rows == [("2025-01-01", "linkedin", 300, 1.0), ("2025-01-01", "meta", 1000, 1.9)]


def test_reach_of_days_is_that_of_days(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["reach"], group_by=["metric_time__day"])
    assert rows == [("2025-01-01", 600), ("2025-01-02", 700)]


def test_reach_of_one_reported_period_by_its_start_and_end(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    assert ask(small, con, metrics=["reach"], start="2025-01-10", end="2025-02-03") == [(800,)]
    assert ask(small, con, metrics=["reach"], start="2025-01-01", end="2025-01-20") == [(None,)]


@pytest.mark.parametrize("group_by", [[], ["platform"], ["metric_time__extract_month"]])
def test_reach_without_a_period_is_refused(small: Layer, group_by: list[str]) -> None:
    with pytest.raises(LeadlineError, match="never adds up over time") as refused:
        small.sql(metrics=["frequency"], group_by=group_by)
    assert "metric_time__month" in str(refused.value)


def test_the_last_known_value_of_each_account_counts(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["followers"], group_by=["metric_time__month"])
    assert rows == [("2025-01-01", 160), ("2025-02-01", 180)]  # instagram has no row on 31 January
    assert ask(small, con, metrics=["followers"]) == [(180,)]
    by_account = ask(small, con, metrics=["followers"], group_by=["metric_time__month", "account"])
    assert by_account == [
        ("2025-01-01", "fb", 110),
        ("2025-01-01", "ig", 50),
        ("2025-02-01", "fb", 120),
        ("2025-02-01", "ig", 60),
    ]


def test_a_stock_without_a_rule_is_not_summed_over_time(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(LeadlineError, match="is a stock"):
        small.sql(metrics=["followers_undeclared"], group_by=["metric_time__month"])
    assert len(ask(small, con, metrics=["followers_undeclared"], group_by=["metric_time__day"])) == 5
