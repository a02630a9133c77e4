"""Writes docs/kpis.md: every KPI's value on the demonstration company for the last full month.

`make kpis` runs it, or: python docs/kpis.py target/semantic_manifest.json builds/dev/leadline.duckdb
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import duckdb

from leadline import Layer
from leadline.catalog import stage_order, text
from leadline.manifest import Metric
from leadline.units import format_number

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "kpis.md"
BY_HAND = ROOT / "tests" / "by_hand" / "sql"
MONTH = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
HEAD = """# The KPIs

{count} KPIs, their values on the demonstration company (Maison Oriane, seeds in `seeds/raw`) for its last
full month, October 2026, and where each comes from. `make kpis` writes this page from a build. A test
compares it with a fresh build, and every value of every month with SQL written by hand over the raw exports,
which shares nothing with the models ([tests/by_hand/sql](../tests/by_hand/sql)). Definitions, formulas and
variants: `leadline show KPI`, `leadline docs`.

| stage | KPI | name | fr | October 2026 | examples | sources |
|---|---|---|---|---:|---:|---|
"""


def kpis() -> list[str]:
    """The ids of the KPIs: those with a statement by hand."""
    return sorted(path.stem for path in BY_HAND.glob("*.sql"))


def values(layer: Layer, connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Each KPI's value over the month; None where it has none."""
    first, last = MONTH
    found: dict[str, Any] = {}
    for name in kpis():
        rows = layer.query(
            metrics=[name],
            group_by=["metric_time__month"],
            start=first.isoformat(),
            end=last.isoformat(),
            connection=connection,
        ).to_pylist()
        found[name] = rows[0][name] if rows else None
    return found


def page(layer: Layer, connection: duckdb.DuckDBPyConnection) -> str:
    """The page as Markdown."""
    found = values(layer, connection)
    names = sorted(found, key=lambda name: stage_order(text(layer.metrics[name], "stage")))
    lines = [_line(layer.metrics[name], found[name]) for name in names]
    return HEAD.format(count=len(lines)) + "".join(lines)


def _line(metric: Metric, value: Any) -> str:
    shown = format_number(value, text(metric, "unit")).replace("\u202f", " ")
    examples = len(metric.meta.get("examples") or ())
    sources = ", ".join(metric.meta.get("sources") or ())
    return (
        f"| {text(metric, 'stage')} | [`{metric.name}`](../tests/by_hand/sql/{metric.name}.sql) "
        f"| {metric.label} | {text(metric, 'label_fr')} | {shown} | {examples} | {sources} |\n"
    )


def main() -> None:
    manifest, database = (Path(argument) for argument in sys.argv[1:3])
    with duckdb.connect(str(database), read_only=True) as connection:
        PAGE.write_text(page(Layer.load(manifest), connection), encoding="utf-8")
    print(f"written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
