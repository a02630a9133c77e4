"""Every `trap` of the catalogue has its tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
# Traps that name two mistakes; each has a test of its own.
TWO_MISTAKES = {
    "sessions",
    "followers",
    "ad_leads",
    "ad_spend",
    "quality_score",
    "cac_paid",
    "churn_rate",
}


def count_by_kpi() -> dict[str, int]:
    """How many tests are named after each KPI: test_trap_of_<kpi>__<mistake>."""
    found: dict[str, int] = {}
    for path in FOLDER.glob("test_*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            name = re.match(r"test_trap_of_(\w+?)__", getattr(node, "name", ""))
            if name:
                found[name[1]] = found.get(name[1], 0) + 1
    return found


def test_every_trap_of_the_catalogue_is_tested(shared: Path) -> None:
    rows = yaml.safe_load((shared / "kpis" / "catalogue.yml").read_text(encoding="utf-8"))
    traps = {row["id"] for row in rows if "trap" in row}
    assert len(traps) == 24
    assert set(count_by_kpi()) == traps


def test_a_trap_of_two_mistakes_has_two_tests() -> None:
    found = count_by_kpi()
    assert {kpi: found.get(kpi, 0) for kpi in TWO_MISTAKES if found.get(kpi, 0) < 2} == {}
