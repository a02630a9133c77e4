"""The benchmark of checks, at a size at which nothing is worth timing: every way finds the same rows."""

from __future__ import annotations

from pathlib import Path

from benchmarks.checks import CONDITIONS, run


def test_every_way_finds_the_same_rows(tmp_path: Path) -> None:
    found = run(tmp_path, 2_000, 2, native=True)
    assert found["rules"] == len(CONDITIONS) == 13
    assert len(found["ways"]) == 4
    assert all(way["same"] for way in found["ways"].values())
