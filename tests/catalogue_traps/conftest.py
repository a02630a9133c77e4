"""What every trap is held with: the wrong number, the right one, and what the program says."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from leadline.cli.main import main
from tests.by_hand.raw_sql import by_hand
from tests.cli.conftest import Run

OCTOBER = (dt.date(2026, 10, 1), dt.date(2026, 10, 31))
HISTORY = (dt.date(2025, 9, 1), dt.date(2026, 10, 31))


@dataclass(frozen=True)
class Company:
    """The demonstration company: its raw exports, and Leadline over its build."""

    raw: duckdb.DuckDBPyConnection
    build: duckdb.DuckDBPyConnection
    layer: Layer
    truth: dict[str, Any]

    def wrong(self, statement: str) -> float:
        """The usual mistake, as a statement over the raw exports that gives one number."""
        rows = self.raw.execute(statement).fetchall()
        assert len(rows) == 1
        return float(rows[0][0])

    def right(self, kpi: str, days: tuple[dt.date, dt.date] = OCTOBER) -> float:
        """The KPI over these days: what Leadline answers, which is what SQL by hand gives."""
        first, last = days
        rows = self.layer.query(
            metrics=[kpi], start=first.isoformat(), end=last.isoformat(), connection=self.build
        ).to_pylist()
        worked = by_hand(self.raw, kpi, first, last)
        assert worked is not None
        assert float(rows[0][kpi]) == pytest.approx(worked, rel=1e-5), kpi
        return worked

    def planted(self, name: str) -> tuple[float, float]:
        """The wrong and the right number of a trap that the generator planted and knows."""
        found = [trap for trap in self.truth["traps"] if trap["name"] == name]
        assert found, name
        return float(found[0]["wrong"]), float(found[0]["right"])


@pytest.fixture(scope="module")
def company(
    raw_exports: duckdb.DuckDBPyConnection,
    demo_build: duckdb.DuckDBPyConnection,
    manifest_path: Path,
    truth: dict[str, Any],
) -> Company:
    return Company(raw_exports, demo_build, Layer.load(manifest_path), truth)


Asked = Callable[..., Run]


@pytest.fixture
def leadline(
    manifest_path: Path,
    database_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Asked:
    """Runs the program in this process on the demonstration company; texts come back on one line."""
    for name in ("LEADLINE_LANG", "LEADLINE_DEBUG", "LEADLINE_CURRENCY", "DBT_TARGET_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADLINE_MANIFEST", str(manifest_path))
    monkeypatch.setenv("LEADLINE_DATABASE", str(database_path))

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["leadline", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        written = capsys.readouterr()
        code = stopped.value.code
        return Run(int(code) if code is not None else 0, one_line(written.out), one_line(written.err))

    return run


def one_line(text: str) -> str:
    return " ".join(text.split())


def differ(wrong: float, right: float) -> bool:
    """Whether somebody would decide otherwise: at least one part in a hundred apart."""
    return abs(wrong - right) > 0.01 * abs(right)
