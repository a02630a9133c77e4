"""What an engine does with the statements: one scan a fact, conditions in the scan, no table without need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import layer, model, ratio, simple


def shop() -> Layer:
    keys = {"visit": "primary", "campaign": "foreign", "visitor": "foreign"}
    models = [
        model("visits", time="seen_on", entities=keys, dimensions=["channel", "pages"]),
        model("campaigns", entities={"campaign": "primary", "account": "foreign"}, dimensions=["country"]),
        model("accounts", entities={"account": "primary"}, dimensions=["region"]),
    ]
    metrics = [
        simple("visits", "visits", "count", expr="visit"),
        simple("long_visits", "visits", "count", expr="visit", where="{{ Dimension('visit__pages') }} > 2"),
        simple("pages", "visits"),
        simple("visitors", "visits", "count_distinct", expr="visitor"),
        ratio("pages_per_visit", "pages", "visits"),
    ]
    return layer(models, metrics)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        """
        create table visits as select i as visit, i % 7 as campaign, i % 50 as visitor, i % 9 as pages,
            'channel ' || (i % 3) as channel, date '2025-01-01' + cast(i % 300 as integer) as seen_on
            from range(5000) as r(i);
        create table campaigns as select i as campaign, i % 2 as account, 'c' || i as country
            from range(7) as r(i);
        create table accounts as select i as account, 'r' || i as region from range(2) as r(i);
        """
    )
    return connection


def scans(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, list[str]]:
    """For each table, what each scan of it leaves out."""
    (plan,) = json.loads(con.execute(f"explain (format json) {sql}").fetchall()[0][1])
    found: dict[str, list[str]] = {}
    for node in _nodes(plan):
        told = node["extra_info"]
        if "SCAN" in node["name"] and "Table" in told:
            found.setdefault(told["Table"].rsplit(".", 1)[-1], []).append(str(told.get("Filters", "")))
    return found


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node["children"]:
        yield from _nodes(child)


def test_metrics_of_one_fact_share_one_scan(con: duckdb.DuckDBPyConnection) -> None:
    sql = shop().sql(
        metrics=["visits", "long_visits", "pages", "visitors", "pages_per_visit"],
        group_by=["metric_time__month", "visit__channel"],
    )
    assert list(scans(con, sql)) == ["visits"]
    assert len(scans(con, sql)["visits"]) == 1


@pytest.mark.parametrize("metric", ["visits", "visitors"])
def test_conditions_on_a_fact_are_met_before_anything_is_joined(
    con: duckdb.DuckDBPyConnection, metric: str
) -> None:
    sql = shop().sql(
        metrics=[metric],
        group_by=["metric_time__month", "campaign__account__region"],
        where=["{{ Dimension('visit__channel') }} = 'channel 1'"],
        start="2025-02-01",
        end="2025-03-31",
    )
    (filters,) = scans(con, sql)["visits"]
    for part in ("channel='channel 1'", "seen_on>='2025-02-01'", "seen_on<'2025-04-01'"):
        assert part in filters


def test_conditions_on_a_dimension_are_met_in_its_own_scan(con: duckdb.DuckDBPyConnection) -> None:
    sql = shop().sql(
        metrics=["visits"],
        group_by=["metric_time__month"],
        where=["{{ Dimension('campaign__country') }} = 'c3'"],
    )
    found = scans(con, sql)
    assert set(found) == {"visits", "campaigns"}
    assert "country='c3'" in found["campaigns"][0]


def test_the_key_of_a_dimension_needs_no_join(con: duckdb.DuckDBPyConnection) -> None:
    sql = shop().sql(metrics=["visits"], group_by=["campaign"])
    assert set(scans(con, sql)) == {"visits"}
