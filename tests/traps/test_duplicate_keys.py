"""A key that is declared unique and is not: a campaign stands twice in its table.

Wrong: every row of the fact that meets the campaign counts twice, without a word (250 instead of 150). What
is done: what needs no join never meets the table, so totals stay right; where the join is needed the engine
trusts the declaration, as dbt's does, and the duplicate shows as two groups; the project's own tables are
tested for unique keys before anything reads them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from leadline import Layer
from tests.engine.small import ask, database, layer, model, simple

ROOT = Path(__file__).resolve().parents[2]
COSTS = [("2025-01-01", "c1", "search", 100), ("2025-01-02", "c2", "social", 50)]
CAMPAIGNS = [("c1", "FR"), ("c1", "DE"), ("c2", "FR")]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "costs": ("paid_on date, campaign varchar, channel varchar, cost integer", COSTS),
            "campaigns": ("campaign varchar, country varchar", CAMPAIGNS),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    keys = {"campaign": "foreign", "channel": "foreign"}
    models = [
        model("costs", time="paid_on", entities=keys, primary="cost_row"),
        model("campaigns", entities={"campaign": "primary"}, dimensions=["country"]),
    ]
    return layer(models, [simple("cost", "costs")])


def test_the_usual_join_multiplies_the_total(con: duckdb.DuckDBPyConnection) -> None:
    wrong = "select sum(cost) from costs join campaigns using (campaign)"
    assert con.execute(wrong).fetchall() == [(250,)]


def test_what_needs_no_join_is_not_joined(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["cost"]) == [(150,)]
    assert ask(small, con, metrics=["cost"], group_by=["campaign"]) == [("c1", 100), ("c2", 50)]
    rows = ask(small, con, metrics=["cost"], group_by=["campaign__country"], totals=True)
    assert (None, 150, 1) in rows  # the total is computed from rows of the fact, not from the groups


def test_every_key_of_the_project_that_is_joined_to_is_tested_as_unique() -> None:
    untested = []
    for path in sorted((ROOT / "models" / "marts").glob("*.yml")):
        document: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
        for found in document.get("models", ()):
            for column in found.get("columns", ()):
                entity = column.get("entity") or {}
                tests = [t if isinstance(t, str) else next(iter(t)) for t in column.get("data_tests", ())]
                if entity.get("type") in ("primary", "unique") and "unique" not in tests:
                    untested.append(f"{found['name']}.{column['name']}")
    assert untested == []
