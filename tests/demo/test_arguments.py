"""Bad arguments get one clear error; unusual good ones give a whole company all the same."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from leadline.demo import write
from leadline.demo.schema import CONTRACT
from leadline.errors import LeadlineError


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"days": 3}, ["3 days", "--days", "30"]),
        ({"scale": 0.0}, ["scale of 0", "--scale"]),
        ({"scale": float("nan")}, ["--scale"]),
        ({"seed": -1}, ["-1", "--seed"]),
        ({"format": "parquett"}, ["parquett", "--format", "nearest: parquet"]),
        ({"layout": "flat"}, ["flat", "--layout", "folders or seeds"]),
        ({"layout": "seeds", "format": "parquet"}, ["--layout", "--format csv"]),
    ],
)
def test_a_wrong_argument_is_refused_by_name(
    arguments: dict[str, Any], words: list[str], tmp_path: Path
) -> None:
    with pytest.raises(LeadlineError) as caught:
        write(tmp_path / "new", **arguments)
    for word in words:
        assert word in str(caught.value)
    assert not (tmp_path / "new").exists()


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(LeadlineError, match="taken"):
        write(tmp_path / "taken")
    assert (tmp_path / "taken").read_text() == "mine"


@pytest.mark.parametrize(
    ("days", "scale", "end"),
    [
        (30, 0.01, dt.date(2026, 8, 15)),
        (45, 0.3, dt.date(2024, 2, 29)),
        (800, 0.5, dt.date(2026, 12, 31)),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_short_small_and_long_histories(
    days: int, scale: float, end: dt.date, kind: str, tmp_path: Path
) -> None:
    summary = write(tmp_path, days=days, scale=scale, end=end, format=kind)
    truth = json.loads(summary.truth.read_text(encoding="utf-8"))
    assert truth["plan"]["end"] == str(end)
    assert truth["rows"] == summary.rows
    assert set(summary.rows) == {f"{s}.{t}" for s, tables in CONTRACT.items() for t in tables}
    assert summary.total == sum(summary.rows.values()) > 100
    for source, tables in CONTRACT.items():
        for table in tables:
            single = tmp_path / source / f"{table}.{kind}"
            assert single.is_file() or (tmp_path / source / table).is_dir(), single
