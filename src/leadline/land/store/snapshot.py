"""A snapshot: the rows that count, as files that dbt reads, with the ledger they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from leadline.durable import sync_file, sync_folder, write_synced
from leadline.land.store import engine, ledger
from leadline.land.store.active import Days, Entities, Piece
from leadline.land.store.disk import link
from leadline.land.store.engine import name, scan, text
from leadline.land.store.parts import unit_of


def build(
    connection: Any,
    pieces: Iterable[Piece],
    known: ledger.Ledger,
    parts: Path,
    target: Path,
    previous: Path | None,
) -> None:
    """Write a snapshot into the new folder `target`; what `previous` has already is linked, not written."""
    target.mkdir(parents=True)
    for piece in pieces:
        _put(connection, piece, known.aliases, parts, target, previous)
    write_synced(target / ledger.NAME, ledger.write(known))
    for folder in (target, *(entry for entry in target.rglob("*") if entry.is_dir())):
        sync_folder(folder)


def _put(
    connection: Any,
    piece: Piece,
    aliases: Mapping[str, str],
    parts: Path,
    target: Path,
    previous: Path | None,
) -> None:
    place = piece.place(aliases)
    earlier = previous / place if previous else None
    own = piece.parts if isinstance(piece, Entities) else (piece.part,)
    for part in own:
        path = parts / part.name
        if not path.is_file() or path.stat().st_size != part.size:
            raise engine.damaged(path, "it is missing or not of its size")
    if place.endswith(f"/{own[0].name}"):
        link(parts / own[0].name, target / place)
    elif earlier is not None and earlier.is_file():
        link(earlier, target / place)
    elif isinstance(piece, Entities):
        _merge(connection, piece, aliases, parts, target / place, previous)
    else:
        _trim(connection, piece, aliases, parts, target / place)


def _trim(connection: Any, piece: Days, aliases: Mapping[str, str], parts: Path, target: Path) -> None:
    """Write the days of a part that count."""
    paths = [parts / piece.part.name]
    condition = "true"
    if piece.units is not None:
        unit = unit_of(piece.part.day, piece.part.scope)
        condition = f"{unit} in (select unnest({engine.texts(sorted(piece.units))}))"
    _write(
        connection, f"select * from {renamed(connection, paths, aliases)} where {condition}", paths, target
    )


def _merge(
    connection: Any,
    piece: Entities,
    aliases: Mapping[str, str],
    parts: Path,
    target: Path,
    previous: Path | None,
) -> None:
    """Write the newest version of each entity; what the previous snapshot had merged is not merged again."""
    before = piece.before()
    merged = previous / before.place(aliases) if before and previous else None
    if merged is not None and merged.is_file():
        generations = [(0, [merged]), (1, [parts / part.name for part in piece.newest()])]
    else:
        ages = zip(piece.ages, piece.parts, strict=True)
        generations = [(age, [parts / part.name]) for age, part in ages]
    paths = [path for _, some in generations for path in some]
    versions = " union all by name ".join(
        f"select *, {age} as _landed_age from {renamed(connection, some, aliases)}"
        for age, some in generations
    )
    keys = ", ".join(name(column) for column in piece.key)
    newest = f"qualify _landed_age = max(_landed_age) over (partition by {keys})" if keys else ""
    _write(connection, f"select * exclude (_landed_age) from ({versions}) {newest}", paths, target)


def _write(connection: Any, sql: str, paths: list[Path], target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    engine.rows(connection, f"copy ({sql}) to {text(str(target))} (format parquet, compression zstd)", paths)
    sync_file(target)


def renamed(connection: Any, paths: list[Path], aliases: Mapping[str, str]) -> str:
    """The rows of parts, with the keys of renamed things in place of theirs."""
    if not aliases:
        return scan(paths)
    pairs = "map {" + ", ".join(f"{text(old)}: {text(new)}" for old, new in sorted(aliases.items())) + "}"
    kinds = engine.columns(connection, paths)
    replaced = [
        f"coalesce({pairs}[{name(column)}], {name(column)}) as {name(column)}"
        for column, kind in kinds.items()
        if kind == "VARCHAR" and not column.startswith("_landed")
    ]
    return f"(select * replace ({', '.join(replaced)}) from {scan(paths)})" if replaced else scan(paths)
