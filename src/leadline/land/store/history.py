"""What landed, and how the figures of a day changed from export to export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from leadline.land.store import engine
from leadline.land.store.active import Days, active
from leadline.land.store.engine import name, scan, text
from leadline.land.store.ledger import Landed, Ledger, Part
from leadline.land.store.parts import day_in, unit_of

_NUMBERS: Final = ("INT", "DOUBLE", "FLOAT", "DECIMAL")


@dataclass(frozen=True, slots=True)
class Version:
    """One export's figures of a day for one raw table and account. `sums` are of its numeric columns.

    `is_in_force` says whether the models read this version now.
    """

    source: str
    table: str
    account: str
    day: dt.date
    exported_at: dt.datetime
    landed_at: dt.datetime
    file: str
    rows: int
    is_in_force: bool
    sums: Mapping[str, int | float] = field(default_factory=dict)


def replaced_days(known: Ledger) -> dict[str, int]:
    """How many of each landed file's days newer exports replaced, by content hash."""
    standing = {
        (p.part.name, unit) for p in active(known.parts()) if isinstance(p, Days) for unit in _kept(p)
    }
    replaced: dict[str, int] = {}
    for file, part in known.parts():
        lost = sum((part.name, unit) not in standing for unit in part.units)
        replaced[file.sha256] = replaced.get(file.sha256, 0) + lost
    return replaced


def versions(known: Ledger, parts: Path, day: dt.date) -> list[Version]:
    """Every export's figures of that day, by table and account, oldest first.

    Raises:
        StoreError: a part is damaged.
    """
    standing = {
        (p.part.name, unit) for p in active(known.parts()) if isinstance(p, Days) for unit in _kept(p)
    }
    connection = engine.connect()
    found = [
        _version(connection, file, part, parts, day, standing)
        for file, part in known.parts()
        if any(day_in(unit) == day.isoformat() for unit in part.units)
    ]
    connection.close()
    order = {file.name: file.order for file in known.files}
    return sorted(found, key=lambda v: (v.source, v.table, v.account, v.exported_at, order[v.file]))


def _kept(piece: Days) -> frozenset[str]:
    return frozenset(piece.part.units) if piece.units is None else piece.units


def _version(
    connection: Any, file: Landed, part: Part, parts: Path, day: dt.date, standing: set[tuple[str, str]]
) -> Version:
    path = parts / part.name
    numeric = [
        column
        for column, kind in engine.columns(connection, [path]).items()
        if any(word in kind for word in _NUMBERS) and not column.startswith("_") and column not in part.key
    ]
    sums = "".join(f", sum({name(column)})" for column in numeric)
    units = [unit for unit in part.units if day_in(unit) == day.isoformat()]
    unit = unit_of(part.day, part.scope)
    sql = f"select count(*){sums} from {scan([path])} where {unit} in ({', '.join(map(text, units))})"
    row = engine.rows(connection, sql, [path])[0]
    return Version(
        source=part.source,
        table=part.table,
        account=part.account,
        day=day,
        exported_at=file.exported_at,
        landed_at=file.landed_at,
        file=file.name,
        rows=row[0],
        is_in_force=any((part.name, unit) in standing for unit in units),
        sums={c: _number(value) for c, value in zip(numeric, row[1:], strict=True) if value is not None},
    )


def _number(value: Any) -> int | float:
    whole = value == int(value)
    return int(value) if whole else float(value)
