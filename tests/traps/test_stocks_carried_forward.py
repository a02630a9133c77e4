"""Followers of three accounts that do not report on the same days, carried forward at most seven days.

Wrong: only rows of the last day count, so the total falls from 160 to 110 on 31 January because instagram did
not report on that day (dbt's own rule by day); or an account that closed in January counts for ever. Right:
the last known value of each account, within the period or at most seven days before its end.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, simple

FOLLOWERS = [
    ("2025-01-03", "old", "meta", 7),
    ("2025-01-29", "ig", "meta", 50),
    ("2025-01-30", "fb", "meta", 100),
    ("2025-01-31", "fb", "meta", 110),
    ("2025-02-06", "ig", "meta", 60),
    ("2025-02-06", "ig", "meta", 5),
    ("2025-02-09", "li", "linkedin", 1),
]
LAST = {"name": "seen_on", "window_choice": "max", "window_groupings": ["account"]}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    columns = "seen_on date, account varchar, network varchar, followers integer"
    return database({"accounts": (columns, FOLLOWERS)})


def defined(carry: str, non_additive: object = LAST) -> Layer:
    accounts = model(
        "accounts",
        time="seen_on",
        entities={"account": "foreign"},
        dimensions=["network"],
        primary="account_day",
    )
    metrics = [
        simple("followers", "accounts", non_additive=non_additive, meta={"carry_forward": carry}),
        simple("as_in_the_spec", "accounts", expr="followers", non_additive=LAST),
    ]
    return layer([accounts], metrics)


@pytest.fixture(scope="module")
def small() -> Layer:
    return defined("7 days")


def by_day(small: Layer, con: duckdb.DuckDBPyConnection, metric: str, start: str, end: str) -> list[object]:
    rows = ask(small, con, metrics=[metric], group_by=["metric_time__day"], start=start, end=end)
    return [(day[5:], value) for day, value in rows]


def test_the_rows_of_a_day_are_not_the_stock_of_that_day(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    assert by_day(small, con, "as_in_the_spec", "2025-01-29", "2025-01-31") == [
        ("01-29", 50),
        ("01-30", 100),
        ("01-31", 110),
    ]


def test_an_account_without_a_row_keeps_its_value_for_seven_days(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    assert by_day(small, con, "followers", "2025-01-09", "2025-02-18") == [
        ("01-09", 7),
        ("01-10", 7),  # seven days after 3 January; none on the eighth
        ("01-29", 50),
        ("01-30", 150),
        ("01-31", 160),
        *((f"02-0{day}", 160) for day in range(1, 6)),
        ("02-06", 175),  # 110 and the two rows of instagram's newest reading
        ("02-07", 175),  # facebook's last value is of 31 January
        ("02-08", 65),
        *((f"02-{day:02d}", 66) for day in range(9, 14)),
        ("02-14", 1),  # instagram's last is of 6 February
        ("02-15", 1),
        ("02-16", 1),
    ]


def test_nothing_is_carried_past_the_last_reading_unless_an_end_is_asked(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(small, con, metrics=["followers"], group_by=["metric_time__day"])
    assert rows[-1] == ("2025-02-09", 66)


def test_months_hold_the_last_value_of_each_account_in_them_or_carried_into_them(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(small, con, metrics=["followers"], group_by=["metric_time__month"])
    # february: facebook's value of 31 January is 28 days old by its end
    assert rows == [("2025-01-01", 167), ("2025-02-01", 66)]
    wide = ask(defined("28 days"), con, metrics=["followers"], group_by=["metric_time__month"])
    assert wide == [("2025-01-01", 167), ("2025-02-01", 176)]


def test_weeks_by_network(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small, con, metrics=["followers"], group_by=["metric_time__week", "network"], start="2025-01-27"
    )
    assert rows == [
        ("2025-01-27", "meta", 160),
        ("2025-02-03", "linkedin", 1),
        ("2025-02-03", "meta", 65),  # facebook's 31 January is nine days before Sunday 9 February
    ]


def test_one_period_without_a_time_is_read_at_its_end(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["followers"], start="2025-02-04", end="2025-02-05") == [(160,)]
    assert ask(small, con, metrics=["as_in_the_spec"], start="2025-02-04", end="2025-02-05") == [(None,)]
    # instagram's value of 29 January is eight days old, facebook's seven
    assert ask(small, con, metrics=["followers"], start="2025-02-07", end="2025-02-07") == [(175,)]
    assert ask(small, con, metrics=["followers"]) == [(183,)]
    where = ["metric_time__day = '2025-02-05'"]
    assert ask(small, con, metrics=["followers"], where=where) == [(160,)]


def test_filters_choose_accounts_and_days_shown_not_days_read(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    where = ["metric_time__day <= '2025-02-05'", "network = 'meta'"]
    rows = ask(small, con, metrics=["followers"], group_by=["metric_time__month"], where=where)
    assert rows == [("2025-01-01", 167), ("2025-02-01", 160)]


def test_a_month_before(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    names = ["followers", "followers__prior_month", "followers__mom"]
    rows = ask(small, con, metrics=names, group_by=["metric_time__month"], start="2025-02-01")
    assert rows[0] == ("2025-02-01", 66, 167, (66 - 167) / 167)
    week = ask(
        small, con, metrics=["followers__prior_7_days"], group_by=["metric_time__day"], end="2025-02-12"
    )
    assert week[-1] == ("2025-02-12", 160)


def test_a_month_before_by_day_is_the_stock_of_that_day(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    """Wrong: rows moved a month forward put 29, 30 and 31 January together on 28 February, 260 with a jump
    from nothing; no day of February has those days of January before it, so the right answer shows none.
    """
    wrong = con.execute(
        "select sum(followers) from accounts where seen_on + interval 1 month = date '2025-02-28'"
    )
    assert wrong.fetchall() == [(260,)]
    assert by_day(small, con, "followers__prior_month", "2025-02-09", "2025-03-08") == [
        ("02-09", 7),
        ("02-10", 7),
        *((f"03-0{day}", 160) for day in range(1, 6)),
        ("03-06", 175),
        ("03-07", 175),
        ("03-08", 65),
    ]
    assert by_day(small, con, "as_in_the_spec__prior_month", "2025-02-01", "2025-03-31") == [
        ("02-03", 7),
        ("03-06", 65),
        ("03-09", 1),
    ]


def test_a_year_before_by_day_and_network(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(
        small,
        con,
        metrics=["followers__prior_year"],
        group_by=["metric_time__day", "network"],
        where=["metric_time__day >= '2026-02-08'"],
        end="2026-02-09",
    )
    assert rows == [("2026-02-08", "meta", 65), ("2026-02-09", "linkedin", 1), ("2026-02-09", "meta", 65)]


@pytest.mark.parametrize("view", ["trailing_28d", "cumulative", "mtd"])
def test_a_stock_is_not_added_up_over_time(small: Layer, con: duckdb.DuckDBPyConnection, view: str) -> None:
    """Wrong: the sum of the readings of 28 days, 325 where never more than 175 follow."""
    wrong = con.execute(
        "select sum(followers) from accounts where seen_on between date '2025-01-10' and date '2025-02-06'"
    )
    assert wrong.fetchall() == [(325,)]
    for name in ("followers", "as_in_the_spec"):
        with pytest.raises(LeadlineError, match=rf"(?s){name}.* is a stock.*the same.*{name}__prior_month"):
            small.sql(metrics=[f"{name}__{view}"], group_by=["metric_time__day"])


def test_all_time_without_time_is_refused_too(small: Layer) -> None:
    with pytest.raises(LeadlineError, match="is a stock"):
        small.sql(metrics=["followers__cumulative"])


def test_a_day_of_the_week_has_no_one_day_a_month_before(small: Layer) -> None:
    with pytest.raises(LeadlineError, match="ask for it by metric_time__day"):
        small.sql(
            metrics=["followers__prior_month"], group_by=["TimeDimension('metric_time').date_part('dow')"]
        )


def test_the_plan_says_so(small: Layer) -> None:
    told = str(small.explain(metrics=["followers"], group_by=["metric_time__day"]))
    assert "the last value of each account, carried forward 7 days" in told


@pytest.mark.parametrize("carry", ["seven days", "0 days", "7 fortnights", "-1 day", ""])
def test_a_carry_forward_is_a_span_of_time(carry: str) -> None:
    with pytest.raises(LeadlineError, match=r"a span of time is needed.*carry_forward"):
        defined(carry)


@pytest.mark.parametrize("rule", [None, {**LAST, "window_choice": "min"}])
def test_only_the_last_value_of_a_stock_is_carried(rule: object) -> None:
    with pytest.raises(LeadlineError, match="only the last value of a stock"):
        defined("7 days", rule)
