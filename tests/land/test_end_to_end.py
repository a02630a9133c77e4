"""Downloads in French, landed and built, give the KPIs that the same company's raw data gives."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from leadline.errors import LeadlineError
from tests.land.ui_exports import write_ui_exports
from tests.warehouses import ROOT, WITHOUT_TESTS, built

BY = (["metric_time__month"], ["metric_time__month", "channel"])


def land(folder: Path) -> dict[str, Any]:
    """Exports written, landed into a store of their own, and the variables that read it."""
    made = write_ui_exports(ROOT / "seeds" / "raw", folder / "exports")
    # What a connector brings has plain addresses, which its staging hashes: the same people are to be met.
    command = [sys.executable, "-m", "leadline.cli", "land", str(folder / "exports"), "--json"]
    command += ["--store", str(folder / "store"), "--keep-pii", "--originals", "none"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr + run.stdout[-3000:]
    (folder / "landed.json").write_text(run.stdout)
    (folder / "pages.json").write_text(json.dumps([path.name for path in made]))
    return {"raw_from": "landed", "raw_store": str(folder / "store")}


def _makers() -> str:
    """Changes with what writes the downloads and what lands them."""
    digest = hashlib.sha256()
    for path in sorted([*Path(__file__).parent.glob("ui_*.py"), *(ROOT / "src/leadline/land").rglob("*.py")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="module")
def landed() -> Path:
    return built(f"landed-fr-{_makers()}", command=("build", *WITHOUT_TESTS), prepare=land)


def test_every_line_of_every_download_is_accounted_for(landed: Path) -> None:
    files = {file["file"]: file for file in json.loads((landed / "landed.json").read_text())}
    pages = json.loads((landed / "pages.json").read_text())
    assert len(pages) == 14
    for page in pages:
        told = files[page]
        parts = ("preamble", "header", "accepted", "quarantined", "totals", "blanks")
        assert sum(told[part] for part in parts) == told["lines"]
        assert told["quarantined"] == 0
        zone = "its times are taken for those of Europe/Paris, as in the project: else say --time-zone"
        assert told["notes"] == ([zone] if page.startswith(("hubspot", "brevo")) else [])
        assert told["accepted"] > 25
        english = page.startswith(("account_", "orders_", "customers_"))
        assert told["language"] == ("en" if english else "fr")


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    """Values to the tenth of a thousandth of a cent: sums of floats in another order differ beyond it."""
    return [
        tuple(round(float(v), 6) if isinstance(v, int | float | Decimal) else v for v in row)
        for row in connection.execute(sql).fetchall()
    ]


def test_the_same_kpis_by_month_and_channel(
    landed: Path, demo_build: duckdb.DuckDBPyConnection, manifest_path: Path
) -> None:
    layer = Layer.load(manifest_path)
    differing, compared = [], 0
    with duckdb.connect(str(landed / "leadline.duckdb"), read_only=True) as connection:
        for metric in layer.metrics.values():
            for by in () if metric.is_private else BY:
                try:
                    sql = layer.sql(metrics=[metric.name], group_by=by, order_by=by)
                except LeadlineError:
                    continue  # a rule refuses it by that cut, whatever the data
                compared += 1
                if _rows(connection, sql) != _rows(demo_build, sql):
                    differing.append((metric.name, by))
    assert differing == []
    assert compared > 300
