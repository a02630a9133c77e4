"""Tables two hops behind a fact are joined with each other first; the rows are those of joins in a row."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
import sqlglot
from sqlglot import exp

from leadline import Layer


def layer(key: str = "account_id") -> Layer:
    def table(name: str, entities: dict[str, tuple[str, str]], dimension: str | None) -> dict[str, Any]:
        return {
            "name": name,
            "node_relation": {"alias": name, "schema_name": "main"},
            "entities": [{"name": n, "type": kind, "expr": expr} for n, (kind, expr) in entities.items()],
            "dimensions": [{"name": dimension, "type": "categorical"}] if dimension else [],
        }

    visits = table("visits", {"visit": ("primary", "id"), "campaign": ("foreign", "campaign_id")}, None)
    visits["defaults"] = {"agg_time_dimension": "seen"}
    visits["dimensions"] = [{"name": "seen", "type": "time", "type_params": {"time_granularity": "day"}}]
    visits["measures"] = [{"name": "visits", "agg": "sum", "expr": "1", "create_metric": True}]
    campaigns = table("campaigns", {"campaign": ("primary", "id"), "account": ("foreign", key)}, None)
    accounts = table("accounts", {"account": ("primary", "id")}, "region")
    return Layer.from_document(
        {
            "semantic_models": [visits, campaigns, accounts],
            "metrics": [],
            "saved_queries": [],
            "project_configuration": {},
        }
    )


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create table visits as select * from (values
            (1, 1, date '2025-01-01'), (2, 1, date '2025-01-02'), (3, 2, date '2025-01-02'),
            (4, 3, date '2025-01-03'), (5, 9, date '2025-01-03'), (6, null, date '2025-01-03')
        ) as v(id, campaign_id, seen);
        create table campaigns as
            select * from (values (1, 10), (2, 20), (3, null), (4, 10)) as v(id, account_id);
        create table accounts as select * from (values (10, 'north'), (0, 'nobody')) as v(id, region);
        """
    )
    return connection


ASKED: dict[str, Any] = {"metrics": ["visits"], "group_by": ["campaign__account__region"]}


def test_no_visit_is_lost_or_counted_twice(con: duckdb.DuckDBPyConnection) -> None:
    sql = layer().sql(**ASKED)
    assert "LEFT JOIN (" in sql
    # by hand: two visits in the north; one account unknown, one missing, one campaign unknown, one missing
    assert dict(con.execute(sql).fetchall()) == {"north": 2, None: 4}


def test_clickhouse_gets_joins_in_a_row(con: duckdb.DuckDBPyConnection) -> None:
    (tree,) = sqlglot.parse(layer().sql(**ASKED, dialect="clickhouse"), dialect="clickhouse")
    assert tree is not None
    (fact,) = [query for query in tree.find_all(exp.Select) if query.args.get("joins")]
    joined = [join.this for join in fact.args["joins"]]
    assert [table.name for table in joined if isinstance(table, exp.Table)] == ["campaigns", "accounts"]


def test_a_key_that_is_an_expression_is_computed_for_rows_of_its_own_table(
    con: duckdb.DuckDBPyConnection,
) -> None:
    sql = layer("coalesce(account_id, 0)").sql(**ASKED)
    assert "LEFT JOIN (" not in sql
    assert con.execute(sql).fetchall()
