"""dbt's own integration cases on PostgreSQL: the statement in its dialect gives the rows of DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import duckdb
import psycopg
import pytest

from tests import postgres
from tests.conformance.test_conformance import CASES, REASON, connection, layer, request, runner

__all__ = ["connection", "runner"]

# expected values are those of DuckDB's own approximation; the statement runs, its value is the exact one
APPROXIMATE = {"itest_measure_aggregations.yaml/approximate_continuous_percentile_agg"}

pytestmark = [
    pytest.mark.skipif(not CASES, reason=REASON),
    pytest.mark.skipif(not postgres.is_installed(), reason="PostgreSQL is not installed"),
]


@pytest.fixture(scope="module")
def server(connection: duckdb.DuckDBPyConnection) -> Iterator[psycopg.Connection]:
    with postgres.server() as con:
        assert postgres.copy_tables(connection, con) == 41
        yield con


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_rows_are_those_of_the_hand_written_query(
    case: dict[str, Any],
    runner: ModuleType,
    connection: duckdb.DuckDBPyConnection,
    server: psycopg.Connection,
) -> None:
    cursor = server.execute(layer(case["manifest"], "older").sql(dialect="postgres", **request(case)))
    columns, rows = [d.name for d in cursor.description or ()], cursor.fetchall()
    if case["id"] in APPROXIMATE:
        pytest.skip("DuckDB's approximation differs from the exact percentile that PostgreSQL computes")
    assert runner.difference(case, *runner.wanted(case, connection), columns, rows) is None
