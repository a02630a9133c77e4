"""An earlier period read from the aggregate that is there already: the same numbers, one scan of the fact."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from leadline import Layer

ROWS = """
    (date '2023-12-31', 'a', 1), (date '2024-01-31', 'a', 10), (date '2024-02-29', 'a', 100),
    (date '2024-02-29', null, 5), (date '2024-04-01', 'b', 7), (date '2025-01-30', 'a', 30),
    (date '2025-02-28', 'a', 300), (date '2025-02-28', null, 50), (null, 'a', 1000)
"""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(f"create table sales as select * from (values {ROWS}) as v(sold, kind, amount)")
    connection.execute(
        "create table days as select cast(i as date) as day_start "
        "from generate_series(date '2023-01-01', date '2025-12-31', interval 1 day) as days(i)"
    )
    return connection


def layer(count: int, grain: str) -> Layer:
    offset = {"count": count, "granularity": grain}
    inputs = [{"name": "amount"}, {"name": "amount", "alias": "before", "offset_window": offset}]
    return Layer.from_document(
        {
            "semantic_models": [
                {
                    "name": "sales",
                    "defaults": {"agg_time_dimension": "sold"},
                    "node_relation": {"alias": "sales", "schema_name": "main", "relation_name": "main.sales"},
                    "primary_entity": "sale",
                    "dimensions": [
                        {"name": "sold", "type": "time", "type_params": {"time_granularity": "day"}},
                        {"name": "kind", "type": "categorical"},
                    ],
                    "measures": [{"name": "amount", "agg": "sum", "create_metric": True}],
                }
            ],
            "metrics": [
                {
                    "name": "growth",
                    "type": "derived",
                    "type_params": {"expr": "amount - before", "metrics": inputs},
                }
            ],
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


def ask(con: duckdb.DuckDBPyConnection, sql: str) -> dict[tuple[Any, ...], Any]:
    found = con.execute(sql).fetchall()
    return {(str(row[0])[:10], *row[1:-1]): row[-1] for row in found if row[-1] is not None}


def test_a_year_earlier_by_month_and_kind_is_one_scan(con: duckdb.DuckDBPyConnection) -> None:
    sql = layer(1, "year").sql(metrics=["growth"], group_by=["metric_time__month", "kind"])
    assert sql.count("main.sales") == 1
    # by hand: January 30 - 10, February 300 - 100, and 50 - 5 for what has no kind
    assert ask(con, sql) == {
        ("2025-01-01", "a"): 20,
        ("2025-02-01", "a"): 200,
        ("2025-02-01", None): 45,
    }


def test_a_month_earlier_by_year_moves_rows_and_not_years(con: duckdb.DuckDBPyConnection) -> None:
    sql = layer(1, "month").sql(metrics=["growth"], group_by=["metric_time__year"])
    # by hand: 2024 has 10 + 100 + 5 + 7 = 122 and, a month earlier, 1 + 122 = 123; 2025 has 380 both ways
    assert ask(con, sql) == {("2024-01-01",): -1, ("2025-01-01",): 0}
    assert sql.count("main.sales") == 2


def test_start_and_end_choose_what_is_shown_and_not_what_is_read(con: duckdb.DuckDBPyConnection) -> None:
    asked: dict[str, Any] = {"metrics": ["growth"], "group_by": ["metric_time__month"]}
    sql = layer(1, "year").sql(**asked, start="2025-02-01", end="2025-02-28")
    assert ask(con, sql) == {("2025-02-01",): 350 - 105}


def test_nothing_is_shown_past_the_end_of_the_calendar(con: duckdb.DuckDBPyConnection) -> None:
    sql = layer(1, "year").sql(metrics=["growth"], group_by=["metric_time__month"])
    con.execute("delete from days where day_start >= date '2025-02-01'")
    months = [str(row[0])[:7] for row in con.execute(sql).fetchall() if row[0] is not None]
    # what would move to February and April 2025 is left out; rows of February itself are not
    assert sorted(months) == ["2023-12", "2024-01", "2024-02", "2024-04", "2024-12", "2025-01", "2025-02"]
