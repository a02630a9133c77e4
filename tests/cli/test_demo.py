"""`leadline demo`: files, their rows, and the truth beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Leadline


def test_it_writes_the_exports_and_says_how_many_rows(leadline: Leadline, tmp_path: Path) -> None:
    run = leadline("demo", "--out", str(tmp_path), "--days", "30", "--scale", "0.05", "--end", "2026-03-31")
    assert run.code == 0
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    written = {path.stem: path for path in (tmp_path / "google_ads").glob("*.csv")}
    lines = written["campaign_stats"].read_text(encoding="utf-8").splitlines()
    assert f"{len(lines) - 1:,}  google_ads.campaign_stats" in run.out
    assert max(line.split(",")[2] for line in lines[1:]) == "2026-03-31"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--end", "yesterday"], "YYYY-MM-DD"),
        (["--days", "3"], "days"),
        (["--layout", "seeds", "--format", "parquet"], "csv"),
        (["--format", "xml"], "xml"),
    ],
)
def test_what_it_cannot_make_is_refused(
    leadline: Leadline, tmp_path: Path, arguments: list[str], said: str
) -> None:
    run = leadline("demo", "--out", str(tmp_path / "out"), *arguments)
    assert run.code == 2
    assert said in run.err
    assert "Traceback" not in run.err
