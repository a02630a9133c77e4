"""Every KPI, in every month of the demonstration company, against SQL by hand over its raw exports."""

from __future__ import annotations

import calendar
import datetime as dt
import importlib.util
import re
from functools import partial
from types import ModuleType
from typing import Any

import duckdb
import pytest

from leadline import Layer
from tests.by_hand.raw_sql import STATEMENTS, by_hand
from tests.warehouses import ROOT

FIRST = dt.date(2025, 9, 1)
MONTHS = [dt.date(FIRST.year + (8 + n) // 12, (8 + n) % 12 + 1, 1) for n in range(14)]
# A month without a row is not in an answer; by hand a count of nothing is 0.


@pytest.fixture(scope="module")
def kpi_page() -> ModuleType:
    """The script behind `make kpis`."""
    spec = importlib.util.spec_from_file_location("kpis", ROOT / "docs" / "kpis.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def end_of(month: dt.date) -> dt.date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def as_number(value: Any) -> float | None:
    return None if value is None else float(value)


def test_every_kpi_of_the_catalogue_is_worked_by_hand(catalogue: dict[str, Any]) -> None:
    assert sorted(STATEMENTS) == sorted(catalogue)


def test_statements_by_hand_read_exports_and_nothing_of_ours() -> None:
    folder = ROOT / "tests" / "by_hand"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*/*.sql")}
    assert len(texts) > 104
    read = re.compile(
        r"\b(marts|staging|intermediate|reference|raw_\w+|fct_\w+|dim_\w+|stg_\w+|int_\w+)\b|\{\{"
    )
    known = {"int_value"}  # of GA4's own parameters
    found = {name: {m[0] for m in read.finditer(text)} - known for name, text in texts.items()}
    assert {name: words for name, words in found.items() if words} == {}


@pytest.mark.parametrize("kpi", sorted(STATEMENTS))
def test_every_month_is_what_sql_by_hand_gives(
    kpi: str, project: Layer, demo_build: duckdb.DuckDBPyConnection, raw_exports: duckdb.DuckDBPyConnection
) -> None:
    rows = project.query(metrics=[kpi], group_by=["metric_time__month"], connection=demo_build).to_pylist()
    answered = {dt.date.fromisoformat(str(row["metric_time__month"])[:10]): row[kpi] for row in rows}
    assert set(answered) <= set(MONTHS)
    worked = {month: by_hand(raw_exports, kpi, month, end_of(month)) for month in MONTHS}
    assert worked[MONTHS[-1]] is not None, "the last full month has a value"
    for month, value in worked.items():
        got = as_number(answered.get(month))
        if value == 0 and project.metrics[kpi].meta["unit"] == "count" and month not in answered:
            continue
        same = partial(pytest.approx, rel=1e-5, abs=1e-6)
        assert got == (None if value is None else same(value)), (kpi, month)


def test_the_page_of_kpis_is_as_the_build_says(
    kpi_page: ModuleType, project: Layer, demo_build: duckdb.DuckDBPyConnection
) -> None:
    written = (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8")
    assert written == kpi_page.page(project, demo_build), "docs/kpis.md is out of date: run `make kpis`"


def test_the_page_shows_every_kpi_with_a_value(kpi_page: ModuleType) -> None:
    lines = (ROOT / "docs" / "kpis.md").read_text(encoding="utf-8").splitlines()
    shown = [re.split(r" \| ", line.strip("| ")) for line in lines if line.startswith("| ") and "`" in line]
    assert len(shown) == 104
    assert all(re.search(r"\d", cells[4]) for cells in shown)
    assert all(cells[6] for cells in shown)
