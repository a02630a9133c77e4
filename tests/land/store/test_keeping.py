"""What a store holds after landings: the newest export of each day, every file, and no more."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from leadline.errors import LeadlineError
from leadline.land.store import disk, ledger
from leadline.land.store.accounts import plain_account
from leadline.land.store.change import change
from leadline.land.store.keeping import is_sound, keep
from leadline.land.store.layout import Layout
from tests.land.store.incoming import at, clicks, incoming, land


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "store")


def names(layout: Layout) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in (layout.raw / "google_ads" / "campaign_history").glob("**/*.parquet"):
        for row in pq.ParquetFile(path).read().to_pylist():
            assert row["id"] not in found
            found[row["id"]] = row["name"]
    return found


def test_a_newer_export_replaces_the_days_that_it_has_whole(layout: Layout, tmp_path: Path) -> None:
    first = [("2026-01-30", "1", 10), ("2026-01-31", "1", 20), ("2026-01-31", "2", 5), ("2026-02-01", "1", 7)]
    land(layout, incoming(tmp_path / "in", "a.csv", first, at("2026-02-02")))
    # Campaign 2 is gone from the newer export's 31 January: it must not linger beside campaign 1.
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 21)], at("2026-02-03")))
    assert clicks(layout) == {("2026-01-30", "1"): 10, ("2026-01-31", "1"): 21, ("2026-02-01", "1"): 7}


def test_an_older_export_only_fills_days_that_are_not_there(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "new.csv", [("2026-01-31", "1", 21)], at("2026-02-03")))
    older = [("2026-01-30", "1", 10), ("2026-01-31", "1", 20), ("2026-01-31", "2", 9)]
    land(layout, incoming(tmp_path / "in", "old.csv", older, at("2026-02-01")))
    assert clicks(layout) == {("2026-01-30", "1"): 10, ("2026-01-31", "1"): 21}
    # It is kept in history all the same.
    assert len(ledger.read(layout.current()).files) == 2


def test_of_two_exports_of_one_time_the_later_landing_counts(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)], at("2026-02-03")))
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)], at("2026-02-03")))
    assert clicks(layout) == {("2026-01-31", "1"): 2}


def test_other_accounts_keep_their_days(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)], account="A1"))
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "2", 2)], at("2026-03-01"), account="A2"))
    assert clicks(layout) == {("2026-01-31", "1"): 1, ("2026-01-31", "2"): 2}


def test_one_account_in_two_spellings_is_one_account(layout: Layout, tmp_path: Path) -> None:
    days = [("2026-01-31", "1", 1)]
    land(layout, incoming(tmp_path / "in", "a.csv", days, account="123-456-7890"))
    newer = [("2026-01-31", "1", 2)]
    land(layout, incoming(tmp_path / "in", "b.csv", newer, at("2026-03-01"), account="1234567890"))
    assert clicks(layout) == {("2026-01-31", "1"): 2}


def test_the_newest_version_of_an_entity_counts_whatever_the_order_of_landing(
    layout: Layout, tmp_path: Path
) -> None:
    days = [("2026-01-31", "1", 1)]
    land(layout, incoming(tmp_path / "in", "b.csv", days, at("2026-02-03"), names={"1": "Soldes 2026"}))
    older = {"1": "Soldes", "2": "Hiver"}
    land(layout, incoming(tmp_path / "in", "a.csv", days, at("2026-02-01"), names=older))
    assert names(layout) == {"1": "Soldes 2026", "2": "Hiver"}


def test_the_same_file_twice_changes_nothing(layout: Layout, tmp_path: Path) -> None:
    file = incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)])
    land(layout, file)
    before = sorted(str(path) for path in layout.folder.rglob("*"))
    again = incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)])
    assert land(layout, again) is None
    assert sorted(str(path) for path in layout.folder.rglob("*")) == before


def test_rows_are_partitioned_by_account_and_month(layout: Layout, tmp_path: Path) -> None:
    days = [("2025-12-31", "1", 1), ("2026-01-01", "1", 2)]
    land(layout, incoming(tmp_path / "in", "a.csv", days, account="123-456/7"))
    folder = layout.raw / "google_ads" / "campaign_stats"
    homes = sorted(path.parent.relative_to(folder).as_posix() for path in folder.glob("**/*.parquet"))
    assert homes == ["account=123-456%2F7/month=2025-12", "account=123-456%2F7/month=2026-01"]


def test_the_original_stays_as_it_came_and_the_ledger_says_who_and_when(
    layout: Layout, tmp_path: Path
) -> None:
    file = incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)], quarantine=["abc"])
    landed = land(layout, file, by="Léa")
    assert landed is not None
    kept = (layout.originals / landed.sha256).read_bytes()
    assert hashlib.sha256(kept).hexdigest() == landed.sha256
    known = ledger.read(layout.current()).find(landed.sha256)
    assert known == landed
    assert known.by == "Léa"
    assert (layout.quarantine / f"{landed.sha256}.parquet").is_file()


@pytest.mark.parametrize("place", ["original", "snapshot", "swap"])
def test_a_full_disk_changes_nothing_and_leaves_nothing(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)]))
    before = {str(path): path.lstat().st_size for path in layout.folder.rglob("*")}

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    target = {
        "original": "leadline.land.store.originals.shutil.copyfile",
        "snapshot": "leadline.land.store.snapshot.write_synced",
        "swap": "leadline.land.store.change.swap_link",
    }[place]
    with monkeypatch.context() as patched:
        patched.setattr(target, full)
        with pytest.raises(disk.StoreError, match="the disk is full; nothing was changed"):
            land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)]))
    assert {str(path): path.lstat().st_size for path in layout.folder.rglob("*")} == before
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)]))
    assert clicks(layout) == {("2026-01-31", "1"): 2}


def test_what_the_engine_says_of_a_full_disk_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(disk.StoreError, match="the disk is full"), disk.plainly(tmp_path):
        raise duckdb.IOException("IO Error: Could not write file: No space left on device")


def test_a_store_that_may_not_be_written_says_so(layout: Layout, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LeadlineError, match="not a folder"):
        land(Layout(tmp_path / "file"), incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)]))
    with pytest.raises(disk.StoreError, match="cannot be written"), disk.plainly(tmp_path):
        raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))


def test_a_damaged_part_is_named_and_nothing_changes(layout: Layout, tmp_path: Path) -> None:
    days = [("2026-01-30", "1", 1), ("2026-01-31", "1", 1)]
    landed = land(layout, incoming(tmp_path / "in", "a.csv", days))
    assert landed is not None
    part = layout.parts / landed.parts[0].name
    size = part.stat().st_size
    # The same inode is in the snapshot too; only the content is ruined.
    part.write_bytes(b"x" * size)
    with pytest.raises(disk.StoreError, match="is damaged") as caught:
        land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)], at("2026-03-01")))
    assert part.name in str(caught.value)
    assert len(ledger.read(layout.current()).files) == 1
    assert not layout.tmp.exists()


def test_a_damaged_ledger_is_an_error_and_removes_nothing(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)]))
    (layout.raw / ledger.NAME).write_text("{}\n")
    parts = sorted(layout.parts.iterdir())
    with pytest.raises(disk.StoreError, match="ledger is damaged"):
        land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)]))
    assert sorted(layout.parts.iterdir()) == parts


def test_a_store_that_another_program_changes_says_so(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)]))
    refused = pytest.raises(disk.StoreError, match="another program")
    with FileLock(str(layout.lock)), refused as caught, change(layout, patience=0.1):
        pytest.fail("two programs changed the store at once")
    assert "wait until it ends" in str(caught.value)
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)]))
    assert clicks(layout) == {("2026-01-31", "1"): 2}


def test_landing_again_repairs_a_damaged_part(layout: Layout, tmp_path: Path) -> None:
    days = [("2026-01-31", "1", 7)]
    landed = land(layout, incoming(tmp_path / "in", "a.csv", days))
    assert landed is not None
    (layout.parts / landed.parts[0].name).write_bytes(b"")
    with change(layout) as under_way:
        assert not is_sound(under_way, landed)
        keep(under_way, incoming(tmp_path / "in", "a.csv", days), by="tester")
    assert clicks(layout) == {("2026-01-31", "1"): 7}
    assert len(ledger.read(layout.current()).files) == 1


def test_what_a_file_manager_leaves_in_a_store_disturbs_nothing(layout: Layout, tmp_path: Path) -> None:
    land(layout, incoming(tmp_path / "in", "a.csv", [("2026-01-31", "1", 1)]))
    for folder in (layout.folder, layout.snapshots, layout.parts, layout.raw, layout.as_of):
        folder.mkdir(exist_ok=True)
        (folder / ".DS_Store").write_bytes(b"x")
    land(layout, incoming(tmp_path / "in", "b.csv", [("2026-01-31", "1", 2)]))
    assert clicks(layout) == {("2026-01-31", "1"): 2}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("123-456-7890", "1234567890", True),
        ("act_42", "42", True),
        ("https___example.com_", "https://example.com/", True),
        ("Maison Oriane ", "maison oriane", True),
        ("act_42", "act_43", False),
        ("https://example.com/", "http://example.com/", False),
        ("https://example.com/", "https://shop.example.com/", False),
    ],
)
def test_accounts_are_compared_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert (plain_account(one) == plain_account(other)) is same
