"""The benchmark of landing runs at a small size: no time is asserted, but rows, sums and memory are."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks import landing, report


def test_landing_gives_the_rows_and_sums_of_read_csv(tmp_path: Path) -> None:
    """Two blocks of rows: enough for several pieces of the file."""
    landing.main(["--megabytes", "20", "--runs", "1", "--folder", str(tmp_path), "--results", str(tmp_path)])
    found = json.loads((tmp_path / "landing_20.json").read_text())
    assert set(found["jobs"]) == {"read", "copy", "land"}
    assert found["jobs"]["land"]["memory_mb"] < 1000
    text = report.readme(tmp_path)
    assert "| `leadline land`" in text
