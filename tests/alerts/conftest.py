"""A plan with one rule at a time, on the small company of the command line's tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.availability import FactSources, read_sources
from leadline.check.alerts import Bench
from leadline.layer import Layer
from leadline.measurement.plan import plan_of
from leadline.measurement.source import source_of
from leadline.measurement.values import Gauge
from tests.cli.conftest import MINI, TABLES

HEAD = """
company: Test
title: Plan
start: 2026-01-01
end: 2026-12-31
segments:
  - {name: search, title: Search, where: ["channel = 'Paid Search'"]}
north_star:
  metric: leads
  reason: because
objectives:
  - name: more
    title: More
    leads_to: north_star
    kpis: [{metric: leads, owner: Ann, cadence: month, action: act}]
"""
RULE = "{{name: rule, title: Rule, severity: {severity}, action: Act, owner: Ann, {rest}}}"

MakeBench = Callable[..., Bench]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The small company, ready to be changed by a test."""
    with duckdb.connect(str(tmp_path / "leadline.duckdb")) as connection:
        connection.execute(TABLES)
        connection.execute(
            "update dim_source set exported_at = '2026-04-01 04:00:00', first_day = '2026-01-01' "
            "where is_connected"
        )
        yield connection


@pytest.fixture
def bench(database: duckdb.DuckDBPyConnection) -> MakeBench:
    """What evaluates a plan: HEAD and the YAML of a test, as of a day."""

    def make(more: str = "", day: str = "2026-03-01", **sections: Any) -> Bench:
        plan = plan_of(source_of(HEAD + more))
        manifest = MINI / "semantic_manifest.json"
        layer, sources = Layer.load(manifest), read_sources(database)
        declared = FactSources(manifest)
        gauge = Gauge(layer, database, sources, declared, dt.date.fromisoformat(day))
        return Bench(plan, gauge, database, sources, declared)

    return make


def rule(rest: str, severity: str = "warning") -> str:
    """One alert rule as the plan's YAML."""
    return f"alerts:\n  - {RULE.format(severity=severity, rest=rest)}\n"
