"""Accumulated values against a plain join of each day with all that it accumulates; data full of holes."""

from __future__ import annotations

import random
from typing import Any

import duckdb
import pytest

from leadline import Layer

SEED = 20261122
SPINE = (
    "select unnest(generate_series(date '2025-01-10', date '2025-06-30', interval 1 day))::date as day_start"
)
AGGREGATES = {
    "sum": "sum(amount)",
    "count": "count(amount)",
    "min": "min(amount)",
    "max": "max(amount)",
    "average": "avg(amount)",
    "count_distinct": "count(distinct person)",
}
# what is read at a day: the condition that a plain join has
WINDOWS: dict[str, tuple[dict[str, Any], str]] = {
    "all time": ({}, "true"),
    "7 days": ({"window": {"count": 7, "granularity": "day"}}, "happened > shown - interval 7 day"),
    "2 weeks": ({"window": {"count": 2, "granularity": "week"}}, "happened > shown - interval 14 day"),
    "1 month": ({"window": {"count": 1, "granularity": "month"}}, "happened > shown - interval 1 month"),
    "month to date": ({"grain_to_date": "month"}, "happened >= date_trunc('month', shown)"),
    "year to date": ({"grain_to_date": "year"}, "happened >= date_trunc('year', shown)"),
}


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    """Events from before the calendar begins; days without any, NULLs, several rows of one person a day."""
    draw = random.Random(SEED)  # noqa: S311  not for secrets
    connection = duckdb.connect()
    connection.execute(f"create table days as {SPINE}")
    connection.execute("create table events (event integer, day date, amount double, person text, kind text)")
    for number in range(220):
        day = None if number % 40 == 0 else draw.choice([*range(20), *range(28, 33), *range(90, 120)])
        connection.execute(
            "insert into events select ?, date '2025-01-01' + cast(? as integer), ?, ?, ?",
            [
                number,
                day,
                None if draw.random() < 0.2 else float(draw.randrange(-50, 50)),
                None if draw.random() < 0.1 else f"p{draw.randrange(12)}",
                draw.choice(["a", "b", None]),
            ],
        )
    return connection


def layer() -> Layer:
    metrics: list[dict[str, Any]] = []
    for agg in AGGREGATES:
        for name, (how, _) in WINDOWS.items():
            params = {"measure": {"name": agg}, "cumulative_type_params": how}
            metrics.append({"name": _metric(agg, name), "type": "cumulative", "type_params": params})
    before = {"count": 1, "granularity": "month"}
    for name in ("7 days", "1 month"):
        shifted = {"name": _metric("count_distinct", name), "alias": "x", "offset_window": before}
        params = {"expr": "x", "metrics": [shifted]}
        metrics.append({"name": f"before_{name.replace(' ', '_')}", "type": "derived", "type_params": params})
    return Layer.from_document(
        {
            "semantic_models": [
                {
                    "name": "events",
                    "defaults": {"agg_time_dimension": "day"},
                    "node_relation": {
                        "alias": "events",
                        "schema_name": "main",
                        "relation_name": "main.events",
                    },
                    "entities": [{"name": "event", "type": "primary"}],
                    "dimensions": [
                        {
                            "name": "day",
                            "type": "time",
                            "type_params": {"time_granularity": "day"},
                            "expr": '"day"',
                        },
                        {"name": "kind", "type": "categorical"},
                    ],
                    "measures": [
                        {"name": agg, "agg": agg, "expr": "person" if agg == "count_distinct" else "amount"}
                        for agg in AGGREGATES
                    ],
                }
            ],
            "metrics": metrics,
            "saved_queries": [],
            "project_configuration": {
                "time_spines": [
                    {
                        "node_relation": {
                            "alias": "days",
                            "schema_name": "main",
                            "relation_name": "main.days",
                        },
                        "primary_column": {"name": "day_start", "time_granularity": "day"},
                    }
                ]
            },
        }
    )


def _metric(agg: str, window: str) -> str:
    return f"{agg}_{window.replace(' ', '_')}"


def _rows(found: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    plain = [tuple(round(v, 9) if isinstance(v, float) else v for v in row) for row in found]
    return sorted([tuple(str(v)[:10] if n == 0 else v for n, v in enumerate(row)) for row in plain], key=repr)


@pytest.mark.parametrize("cut", [False, True], ids=["total", "by_kind"])
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("agg", AGGREGATES)
def test_a_value_is_that_of_a_plain_join(
    agg: str, window: str, cut: bool, con: duckdb.DuckDBPyConnection
) -> None:
    group = ["metric_time__day", "kind"] if cut else ["metric_time__day"]
    sql = layer().sql(metrics=[_metric(agg, window)], group_by=group)
    kind = "kind, " if cut else ""
    expected = con.execute(
        f"""
        select shown, {kind} {AGGREGATES[agg]}
        from (select day_start as shown from days)
        join (select day as happened, amount, person, kind from events)
            on happened <= shown and {WINDOWS[window][1]}
        group by all
        """
    ).fetchall()
    assert expected
    assert _rows(con.execute(sql).fetchall()) == _rows(expected)


@pytest.mark.parametrize("window", ["7 days", "1 month"])
def test_a_count_of_an_earlier_period_reads_days_that_the_calendar_lacks(
    window: str, con: duckdb.DuckDBPyConnection
) -> None:
    sql = layer().sql(metrics=[f"before_{window.replace(' ', '_')}"], group_by=["metric_time__day"])
    condition = WINDOWS[window][1].replace("shown", "read_at")
    expected = con.execute(
        f"""
        select shown, count(distinct person)
        from (select day_start as shown, day_start - interval 1 month as read_at from days)
        join (select day as happened, person from events) on happened <= read_at and {condition}
        group by all
        """
    ).fetchall()
    assert _rows(con.execute(sql).fetchall()) == _rows(expected)


@pytest.mark.parametrize("agg", ["sum", "count_distinct"])
def test_no_period_is_joined_with_all_that_it_accumulates(agg: str) -> None:
    for window in ("all time", "7 days", "month to date"):
        sql = layer().sql(metrics=[_metric(agg, window)], group_by=["metric_time__day"])
        assert "JOIN" not in sql
        assert sql.count("main.events") == 1
