"""How a day's figures were restated, and what was known on an earlier day."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leadline.errors import LeadlineError
from leadline.land.store import as_of, engine, ledger, snapshot
from leadline.land.store.active import active
from leadline.land.store.history import replaced_days, versions
from leadline.land.store.layout import Layout
from tests.land.store.incoming import at, incoming, land

DAY = dt.date(2026, 1, 31)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "store")
    inbox = tmp_path / "in"
    early = [("2026-01-30", "1", 10), ("2026-01-31", "1", 20), ("2026-01-31", "2", 5)]
    land(found, incoming(inbox, "early.csv", early, at("2026-02-01")))
    land(found, incoming(inbox, "late.csv", [("2026-01-31", "1", 22)], at("2026-02-10")))
    land(found, incoming(inbox, "older.csv", [("2026-01-31", "1", 18)], at("2026-01-31")))
    return found


def test_the_versions_of_a_day_come_with_their_sums_oldest_first(layout: Layout) -> None:
    found = versions(ledger.read(layout.current()), layout.parts, DAY)
    shown = [
        (v.file, v.exported_at.date().isoformat(), v.rows, v.sums["clicks"], v.is_in_force) for v in found
    ]
    assert shown == [
        ("older.csv", "2026-01-31", 1, 18, False),
        ("early.csv", "2026-02-01", 2, 25, False),
        ("late.csv", "2026-02-10", 1, 22, True),
    ]


def test_the_files_say_how_many_of_their_days_were_replaced(layout: Layout) -> None:
    known = ledger.read(layout.current())
    replaced = replaced_days(known)
    assert {file.name: replaced[file.sha256] for file in known.files} == {
        "early.csv": 1,
        "late.csv": 0,
        "older.csv": 1,
    }


def as_known(layout: Layout, folder: Path, day: str) -> dict[tuple[str, str], int]:
    then = as_of.known_on(ledger.read(layout.current()), dt.date.fromisoformat(day), "exported")
    connection = engine.connect()
    snapshot.build(connection, active(then.parts()), then, layout.parts, folder, layout.current())
    connection.close()
    found = {}
    for path in folder.glob("**/*.parquet"):
        for row in pq.ParquetFile(path).read().to_pylist():
            found[row["date"].isoformat(), row["id"]] = row["clicks"]
    return found


def test_what_was_known_then_is_what_had_been_exported_by_the_end_of_the_day(
    layout: Layout, tmp_path: Path
) -> None:
    assert as_known(layout, tmp_path / "1", "2026-01-31") == {("2026-01-31", "1"): 18}
    first = {("2026-01-30", "1"): 10, ("2026-01-31", "1"): 20, ("2026-01-31", "2"): 5}
    assert as_known(layout, tmp_path / "2", "2026-02-09") == first
    now = {("2026-01-30", "1"): 10, ("2026-01-31", "1"): 22}
    assert as_known(layout, tmp_path / "3", "2026-02-10") == now


def test_by_the_other_clock_nothing_was_known_before_it_landed(layout: Layout) -> None:
    known = ledger.read(layout.current())
    assert as_of.known_on(known, dt.date(2026, 2, 28), "landed").files == ()
    assert len(as_of.known_on(known, dt.datetime.now(dt.UTC).date(), "landed").files) == 3


def test_a_day_without_a_store_or_before_the_first_export_says_so(layout: Layout, tmp_path: Path) -> None:
    with pytest.raises(LeadlineError, match="there is no store"):
        as_of.database_as_of(Layout(tmp_path / "none"), DAY, tmp_path)
    with pytest.raises(LeadlineError, match="the first file was exported on 2026-01-31"):
        as_of.database_as_of(layout, dt.date(2025, 1, 1), tmp_path)
