"""`leadline query --as-of`: the models built over what was known on an earlier day, and asked."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock

from leadline.land.store import as_of
from tests.land.conftest import Leadline
from tests.land.files import google
from tests.warehouses import ROOT, fingerprint


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Path:
    """One store for all runs of the tests with these models, so that its databases are made once."""
    # The folder's name says which models, as they were when the test began.
    monkeypatch.setattr(as_of, "_INPUTS", ())
    root = Path(tempfile.gettempdir()) / f"leadline-tests-{os.getuid()}"
    return root / f"as-of-{fingerprint('as-of', {})}" / "store"


@pytest.mark.slow
def test_a_query_answers_as_it_was_known_then(
    leadline: Leadline,
    store: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    google(tmp_path / "in", "early 2026-02-03.csv")
    google(tmp_path / "in", "late 2026-03-01.csv", "12,60", "14,00")
    store.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(store.with_suffix(".lock")):
        landed = leadline("land", str(tmp_path / "in"), "--account", "1", "--store", str(store))
        assert landed.code == 0, landed.out
        monkeypatch.chdir(ROOT)
        asked = ("query", "ad_spend", "clicks", "--grain", "day")
        options = ("--store", str(store), "--format", "json")
        run = leadline(*asked, "--as-of", "2026-02-28", *options)
        assert run.code == 0, run.err
        # The early export's figures: the late one was not known in February.
        assert json.loads(run.out) == [
            {"metric_time__day": "2026-01-30", "ad_spend": 12.5, "clicks": 40},
            {"metric_time__day": "2026-01-31", "ad_spend": 13.75, "clicks": 44},
        ]
        databases = sorted(store.glob("as_of/*/leadline.duckdb"))
        again = leadline(*asked, "--as-of", "2026-02-04", *options)
        assert again.out == run.out
        # What was known on both days is the same, and so is the database.
        assert sorted(store.glob("as_of/*/leadline.duckdb")) == databases
        # A source without landed files is not connected, and its metric has no value.
        leads = leadline("query", "leads", *asked[3:], "--as-of", "2026-02-28", *options)
        assert "is not connected" in leads.err


def test_a_day_that_cannot_be_answered_is_one_clear_error(
    leadline: Leadline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    google(tmp_path, "early 2026-02-03.csv")
    leadline("land", "early 2026-02-03.csv", "--account", "1")
    monkeypatch.chdir(ROOT)
    asked = ("query", "ad_spend", "--as-of")
    store = ("--store", str(tmp_path / "landing" / "store"))
    early = leadline(*asked, "2026-02-02", *store)
    assert early.code == 2
    assert "the first file was exported on 2026-02-03" in early.err
    landed = leadline(*asked, "2026-02-04", "--as-of-clock", "landed", *store)
    assert landed.code == 2
    assert "--as-of-clock exported" in landed.err
    assert "there is no store" in leadline(*asked, "2026-02-04", "--store", str(tmp_path / "none")).err
    assert "YYYY-MM-DD" in leadline(*asked, "February", *store).err
    assert "leave out --database" in leadline(*asked, "2026-02-04", "--database", "x.duckdb", *store).err
