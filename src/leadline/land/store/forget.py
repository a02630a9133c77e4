"""To remove a person from everything that a store holds."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from leadline.durable import write_synced
from leadline.errors import RequestError
from leadline.land.store import engine, originals
from leadline.land.store.change import Change, original_name, quarantine_name
from leadline.land.store.disk import place
from leadline.land.store.engine import name, scan, text
from leadline.land.store.incoming import Keep
from leadline.land.store.ledger import Landed, Part
from leadline.land.store.mentions import without
from leadline.land.store.parts import digest, unit_of
from leadline.land.store.person import Person

_TEXT: Final = ("VARCHAR", "STRUCT", "MAP", "[]", "JSON", "UNION")
# Beyond this an original is removed whole rather than edited in memory.
_EDITABLE: Final = 512 << 20
_REMOVED: Final = "(removed)"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was removed: rows by raw table (history included), quarantined rows, records of originals.

    `edited` and `removed` count the originals that lost records and those that are gone whole; `databases`
    are the databases of earlier days, which are gone altogether.
    """

    rows: Mapping[str, int] = field(default_factory=dict)
    quarantined: int = 0
    records: int = 0
    edited: int = 0
    removed: int = 0
    databases: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether the store held nothing of the person."""
        return not (any(self.rows.values()) or self.quarantined or self.edited or self.removed)


@dataclass(frozen=True, slots=True)
class _Tally:
    rows: Counter[str]
    counts: Counter[str]
    edited: dict[Path, Path]


def forget(change: Change, person: Person, *, key: bytes | None, drop_unreadable: bool = False) -> Forgotten:
    """Remove a person from rows, quarantine, originals, history and snapshots, and commit.

    A row goes if any of its cells bears the person, plainly or hashed, or if its line of the original does.
    `drop_unreadable` removes the originals that cannot be opened for want of the key. Rows count as removed
    first, and only then files are edited: what is interrupted is finished by another run.

    Raises:
        RequestError: originals are encrypted and the key is not there.
        StoreError: a part is damaged or the disk refuses; then nothing counts as forgotten.
    """
    files = change.ledger.files
    if key is None and not drop_unreadable and any(file.original == "encrypted" for file in files):
        raise RequestError(
            "originals are encrypted, so it cannot be seen whether they mention the person",
            fix="give their key with --key-file; if it is lost, --originals none removes them",
        )
    tally = _Tally(Counter(), Counter(), {})
    fresh = tuple(_cleaned(change, file, person, key, tally) for file in files)
    number = 1 + (int(change.current.name) if change.current else 0)
    databases = len(list(change.layout.as_of.iterdir())) if change.layout.as_of.is_dir() else 0
    found = Forgotten(dict(tally.rows), databases=databases, **tally.counts)
    if found.is_empty and fresh == files:
        return replace(found, databases=0)
    change.commit(replace(change.ledger, files=fresh, purged=number), keep=1)
    for target, edited in tally.edited.items():
        if target.exists():
            place(edited, target)
    if change.layout.as_of.is_dir():
        shutil.rmtree(change.layout.as_of)
    return found


def _cleaned(change: Change, file: Landed, person: Person, key: bytes | None, tally: _Tally) -> Landed:
    before = sum(tally.rows.values())
    original, lines = _original_without(change, file, person, key, tally)
    parts = tuple(
        left for part in file.parts if (left := _part_without(change, part, person, lines, tally)) is not None
    )
    rows = sum(tally.rows.values()) - before
    quarantined = _quarantine_without(change, file, person, lines, tally)
    tally.counts["quarantined"] += quarantined
    is_named = person.is_in(file.name) or any(person.is_in(note) for note in file.notes)
    return replace(
        file,
        parts=parts,
        original=original,
        name=_REMOVED if person.is_in(file.name) else file.name,
        notes=tuple(_REMOVED if is_named and person.is_in(note) else note for note in file.notes),
        by=_REMOVED if person.is_in(file.by) else file.by,
        forgotten=file.forgotten + rows + quarantined,
    )


def _condition(connection: Any, path: Path, person: Person, line: str, lines: Sequence[int]) -> str:
    """True of a row that bears the person in any cell, or is of a line of the original that does."""
    kinds = engine.columns(connection, [path])
    columns = [
        f"cast({name(column)} as varchar)"
        for column, kind in kinds.items()
        if any(word in kind for word in _TEXT) and column != "_landed_file"
    ]
    tests = [f"regexp_matches({column}, {text(person.pattern)}, 'i')" for column in columns]
    tests += [f"contains({column}, {text(hashed)})" for column in columns for hashed in person.hashes]
    if lines and line in kinds:
        tests.append(f"{name(line)} in ({', '.join(map(str, lines))})")
    return " or ".join(f"coalesce({test}, false)" for test in tests) or "false"


def _part_without(
    change: Change, part: Part, person: Person, lines: Sequence[int], tally: _Tally
) -> Part | None:
    path = change.layout.parts / part.name
    connection = change.connection
    condition = _condition(connection, path, person, "_landed_line", lines)
    found = engine.rows(connection, f"select count(*) from {scan([path])} where {condition}", [path])[0][0]
    if not found:
        return part
    tally.rows[f"{part.source}.{part.table}"] += found
    if found == part.rows:
        return None
    left = change.workspace / "left.parquet"
    _copy_without(connection, path, condition, left)
    units: dict[str, int] = {}
    if part.day:
        counted = (
            f"select {unit_of(part.day, part.scope)}, count(*) from {scan([left])} group by 1 order by 1"
        )
        units = dict(engine.rows(connection, counted, [left]))
    fresh = replace(
        part,
        name=f"{digest(left)[:32]}.parquet",
        rows=part.rows - found,
        size=left.stat().st_size,
        units=units,
    )
    place(left, change.layout.parts / fresh.name)
    return fresh


def _copy_without(connection: Any, path: Path, condition: str, target: Path) -> None:
    engine.rows(
        connection,
        f"copy (select * from {scan([path])} where not ({condition})) to {text(str(target))} "
        "(format parquet, compression zstd)",
        [path],
    )


def _quarantine_without(
    change: Change, file: Landed, person: Person, lines: Sequence[int], tally: _Tally
) -> int:
    path = change.layout.quarantine / quarantine_name(file)
    if not file.quarantine:
        return 0
    condition = _condition(change.connection, path, person, "line", lines)
    counted = f"select count(*) from {scan([path])} where {condition}"
    found: int = engine.rows(change.connection, counted, [path])[0][0]
    if found:
        left = change.workspace / f"quarantine-{file.sha256}"
        _copy_without(change.connection, path, condition, left)
        tally.edited[path] = left
    return found


def _original_without(
    change: Change, file: Landed, person: Person, key: bytes | None, tally: _Tally
) -> tuple[Keep, tuple[int, ...]]:
    """How the original is kept afterwards, and the lines that it loses."""
    kept = original_name(file)
    if kept is None:
        return "none", ()
    path = change.layout.originals / kept
    if file.original == "encrypted" and key is None:
        tally.counts["removed"] += 1
        return "none", ()
    pieces = originals.read_pieces(path)
    if file.original == "encrypted" and key is not None:
        pieces = originals.open_encrypted(path, key)
    if file.size > _EDITABLE:
        if not _mentioned(pieces, person):
            return file.original, ()
        tally.counts["removed"] += 1
        return "none", ()
    left = without(b"".join(pieces), person)
    if left is None:
        return file.original, ()
    if left.content is None:
        tally.counts["removed"] += 1
        return "none", left.lines
    tally.counts["edited"] += 1
    tally.counts["records"] += len(left.lines)
    fresh = change.workspace / f"original-{file.sha256}"
    if file.original == "encrypted" and key is not None:
        originals.keep_encrypted(iter([left.content]), key, change.workspace, fresh)
    else:
        write_synced(fresh, left.content)
    tally.edited[path] = fresh
    return file.original, left.lines


def _mentioned(pieces: Any, person: Person) -> bool:
    """Whether a large file mentions the person; a mention across two pieces is seen by their overlap."""
    tail = b""
    for piece in pieces:
        if person.is_in((tail + piece).decode("latin-1").replace("\0", "")):
            return True
        tail = piece[-512:]
    return False
