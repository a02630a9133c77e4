"""The ledger: every file that landed, with what is known of it, and the parts that its rows are in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from leadline.land.store.disk import StoreError
from leadline.land.store.incoming import Keep, Stated

NAME: Final = "ledger.json"
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one landed file for one raw table, account and month: a Parquet file that never changes.

    `units` are the days (with the target's scope) that the rows speak of, each with its count of rows; empty
    for entities, whose newest version of each `key` counts.
    """

    name: str
    source: str
    table: str
    account: str
    month: str | None
    rows: int
    size: int
    day: str | None = None
    key: tuple[str, ...] = ()
    scope: tuple[str, ...] = ()
    units: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Landed:
    """One landed file. `sequence` counts landings: of two exports of one time, the later landing counts."""

    sha256: str
    name: str
    size: int
    sequence: int
    landed_at: dt.datetime
    by: str
    recognised: tuple[str, ...]
    exported_at: dt.datetime
    exported_from: str
    language: str | None
    period_start: dt.date | None
    period_end: dt.date | None
    accounts: tuple[str, ...]
    currency: str | None
    time_zone: str | None
    counts: Mapping[str, int]
    notes: tuple[str, ...]
    original: Keep
    quarantine: bool
    parts: tuple[Part, ...]
    forgotten: int = 0
    totals: tuple[Stated, ...] = ()

    @property
    def order(self) -> tuple[dt.datetime, int]:
        """What is newer: the time of export, then the order of landing."""
        return (self.exported_at, self.sequence)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Everything that a store knows.

    `aliases` are the renames that its snapshot was made with, `key_mark` tells the key of its originals, and
    snapshots before `purged` hold a person who was forgotten since.
    """

    files: tuple[Landed, ...] = ()
    sequence: int = 0
    aliases: Mapping[str, str] = field(default_factory=dict)
    key_mark: str | None = None
    purged: int = 0

    def find(self, sha256: str) -> Landed | None:
        """The landed file of this content."""
        return next((file for file in self.files if file.sha256 == sha256), None)

    def parts(self) -> Iterator[tuple[Landed, Part]]:
        """Every part with its file."""
        for file in self.files:
            for part in file.parts:
                yield file, part

    def with_file(self, file: Landed) -> Ledger:
        """The same with one more file, in place of an earlier record of the same content."""
        others = tuple(other for other in self.files if other.sha256 != file.sha256)
        return replace(self, files=(*others, file), sequence=max(self.sequence, file.sequence))


_LANDED: Final = tuple(entry.name for entry in fields(Landed))
_PART: Final = tuple(entry.name for entry in fields(Part))
_STATED: Final = tuple(entry.name for entry in fields(Stated))


def write(ledger: Ledger) -> bytes:
    """The ledger as JSON, one file a line."""
    head: dict[str, Any] = {"version": _VERSION, "sequence": ledger.sequence, "aliases": dict(ledger.aliases)}
    head |= {"key_mark": ledger.key_mark, "purged": ledger.purged}
    lines = [_dumps(head), *(_dumps(_row(file)) for file in ledger.files)]
    return ("\n".join(lines) + "\n").encode()


def _row(file: Landed) -> dict[str, Any]:
    """The fields of a file as JSON has them; dataclasses.asdict would copy every count of every day."""
    row = {name: getattr(file, name) for name in _LANDED}
    row["parts"] = [{name: getattr(part, name) for name in _PART} for part in file.parts]
    row["totals"] = [{name: getattr(one, name) for name in _STATED} for one in file.totals]
    return row


def _dumps(value: dict[str, Any]) -> str:
    return json.dumps(value, default=_iso, ensure_ascii=False, separators=(",", ":"))


def _iso(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the ledger")


def read(folder: Path | None) -> Ledger:
    """The ledger of a snapshot, or an empty one where there is none. Raises StoreError if it is damaged."""
    if folder is None:
        return Ledger()
    path = folder / NAME
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        head = json.loads(lines[0])
        if head["version"] != _VERSION:
            raise StoreError(
                f"the store is of version {head['version']}, and this program reads version {_VERSION}",
                where=str(path),
                fix="use the version of Leadline that wrote it",
            )
        files = tuple(_landed(json.loads(line)) for line in lines[1:])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise StoreError(
            "the store's ledger is damaged",
            where=str(path),
            fix="point <store>/raw to an earlier folder of <store>/snapshots, or land the files again into "
            "a new store",
        ) from error
    return Ledger(files, head["sequence"], head["aliases"], head["key_mark"], head["purged"])


def _landed(row: dict[str, Any]) -> Landed:
    row["landed_at"] = dt.datetime.fromisoformat(row["landed_at"])
    row["exported_at"] = dt.datetime.fromisoformat(row["exported_at"])
    for name in ("period_start", "period_end"):
        row[name] = dt.date.fromisoformat(row[name]) if row[name] else None
    row["parts"] = tuple(_part(part) for part in row["parts"])
    # Stores of before totals were kept have none.
    row["totals"] = tuple(_stated(one) for one in row.get("totals", []))
    for name in ("recognised", "accounts", "notes"):
        row[name] = tuple(row[name])
    return Landed(**{name: row[name] for name in _LANDED})


def _part(row: dict[str, Any]) -> Part:
    row["key"], row["scope"] = tuple(row["key"]), tuple(row["scope"])
    return Part(**row)


def _stated(row: dict[str, Any]) -> Stated:
    row["raw"] = tuple(row["raw"]) if row["raw"] else None
    return Stated(**row)
