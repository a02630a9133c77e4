"""One change of a store, whole or not at all.

Everything new is written and forced to disk beside what counts; then one symlink is swapped. A change that is
interrupted before the swap leaves only files that nothing names: the next change removes them.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from leadline.durable import swap_link, sync_folder
from leadline.land.store import engine, ledger, snapshot
from leadline.land.store.active import active
from leadline.land.store.disk import StoreError, forbidden, plainly
from leadline.land.store.layout import Layout
from leadline.land.store.ledger import Landed, Ledger

# Readers that opened an earlier snapshot finish reading it.
_KEPT_SNAPSHOTS: Final = 3
PATIENCE: Final = 600.0


class Change:
    """What a change may use: a workspace, an engine, and the ledger as it was when the change began."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.current = layout.current()
        self.ledger = ledger.read(self.current)
        self.workspace = layout.tmp

    def commit(self, after: Ledger, *, keep: int = _KEPT_SNAPSHOTS, anew: bool = False) -> None:
        """Make `after` what counts.

        `keep` snapshots stay for those who read them now; `anew` makes the snapshot from parts alone, as what
        the last one has may be damaged.
        """
        number = 1 + (int(self.current.name) if self.current else 0)
        fresh = self.workspace / "snapshot"
        pieces = active(after.parts())
        snapshot.build(
            self.connection, pieces, after, self.layout.parts, fresh, None if anew else self.current
        )
        for folder in (self.layout.parts, self.layout.originals, self.layout.quarantine):
            if folder.is_dir():
                sync_folder(folder)
        self.layout.snapshots.mkdir(exist_ok=True)
        fresh.rename(self.layout.snapshots / str(number))
        sync_folder(self.layout.snapshots)
        swap_link(self.layout.raw, f"{self.layout.snapshots.name}/{number}")
        self.ledger, self.current = after, self.layout.current()
        for found, folder in _numbered(self.layout.snapshots):
            if found <= number - keep:
                shutil.rmtree(folder)

    @cached_property
    def connection(self) -> Any:
        """An engine of its own, opened when it is first needed."""
        return engine.connect(self.workspace / "spill")

    def close(self) -> None:
        """Let the engine go."""
        if "connection" in self.__dict__:
            self.connection.close()


@contextlib.contextmanager
def change(layout: Layout, patience: float = PATIENCE) -> Iterator[Change]:
    """Change the store; what was not committed when the block ends is removed.

    Raises:
        StoreError: another program changes the store for longer than `patience` seconds, or the disk refuses.
    """
    from filelock import FileLock, Timeout

    with plainly(layout.folder):
        try:
            layout.folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise StoreError(
                "the store is not a folder", where=str(layout.folder), fix="choose another with --store"
            ) from error
        try:
            with FileLock(str(layout.lock), timeout=patience), _cleaned(layout) as under_way:
                yield under_way
        except Timeout as error:
            raise StoreError(
                "another program is changing the store",
                where=str(layout.folder),
                fix="wait until it ends, and run this again",
            ) from error
        except PermissionError as error:
            raise forbidden(layout.folder) from error


@contextlib.contextmanager
def _cleaned(layout: Layout) -> Iterator[Change]:
    if layout.tmp.exists():
        sweep(layout)
    layout.tmp.mkdir()
    under_way = Change(layout)
    try:
        yield under_way
    finally:
        under_way.close()
        with contextlib.suppress(StoreError):
            # A ledger that cannot be read names nothing: then nothing may be removed.
            sweep(layout)


def sweep(layout: Layout) -> None:
    """Remove what no ledger names: the leavings of a change that did not come to its end."""
    current = layout.current()
    known = ledger.read(current)
    if layout.snapshots.is_dir():
        last = int(current.name) if current else 0
        for number, folder in _numbered(layout.snapshots):
            if number > last or number < known.purged:
                shutil.rmtree(folder)
    named = {part.name for _, part in known.parts()}
    _remove_strangers(layout.parts, named)
    _remove_strangers(layout.quarantine, {quarantine_name(file) for file in known.files if file.quarantine})
    _remove_strangers(layout.originals, {original_name(file) for file in known.files})
    if known.purged and layout.as_of.is_dir():
        # Databases made before a person was forgotten; their names end with the snapshot they are of.
        for number, folder in _numbered(layout.as_of):
            if number < known.purged:
                shutil.rmtree(folder)
    shutil.rmtree(layout.tmp, ignore_errors=False)


def _remove_strangers(folder: Path, known: Collection[str | None]) -> None:
    if folder.is_dir():
        for entry in folder.iterdir():
            if entry.name not in known:
                entry.unlink()


def _numbered(folder: Path) -> list[tuple[int, Path]]:
    """The folders whose names end with a number, with it; what a file manager leaves is none of ours."""
    ends = ((entry.name.rsplit("-", 1)[-1], entry) for entry in folder.iterdir())
    return [(int(end), entry) for end, entry in ends if end.isdigit() and entry.is_dir()]


def original_name(file: Landed) -> str | None:
    """The name under which the original is kept; None if it is not."""
    return {"plain": file.sha256, "encrypted": f"{file.sha256}.enc", "none": None}[file.original]


def quarantine_name(file: Landed) -> str:
    """The name under which a file's quarantine is kept."""
    return f"{file.sha256}.parquet"


def with_sequence(known: Ledger) -> Ledger:
    """The ledger with one more landing counted."""
    return replace(known, sequence=known.sequence + 1)
