"""Rows of one landed file as parts: one Parquet file a raw table, account and month."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from leadline.land.store import engine
from leadline.land.store.disk import place
from leadline.land.store.engine import name, scan, text
from leadline.land.store.incoming import Rows
from leadline.land.store.ledger import Part

_SEPARATOR: Final = "|"
_CHUNK: Final = 1 << 20


def digest(path: Path) -> str:
    """The SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def account_of(rows: Rows) -> str:
    """The expression of a row's account."""
    return f"coalesce(cast({name(rows.account)} as varchar), '')" if rows.account else text(rows.owner or "")


def day_of(day: str) -> str:
    """The expression of a row's day as text, from a date, a time, or YYYYMMDD."""
    column = f"cast({name(day)} as varchar)"
    return (
        f"coalesce(cast(try_cast({column} as date) as varchar), "
        f"cast(cast(try_strptime({column}, '%Y%m%d') as date) as varchar), {column}, '')"
    )


def unit_of(day: str | None, scope: Sequence[str]) -> str:
    """The expression of what a newer export replaces whole: the day, and the scope's values."""
    if day is None:
        return "''"
    values = [day_of(day), *(f"coalesce(cast({name(column)} as varchar), '')" for column in scope)]
    return f" || '{_SEPARATOR}' || ".join(values)


def day_in(unit: str) -> str:
    """The day of a unit."""
    return unit.split(_SEPARATOR, 1)[0]


def store_rows(connection: Any, rows: Rows, workspace: Path, parts: Path) -> list[Part]:
    """Cut the rows into parts, put them under `parts`, and say what they hold."""
    paths = [path for path in rows.paths if path.stat().st_size]
    if not paths:
        return []
    found = _survey(connection, rows, paths)
    homes = sorted({(account, month) for _, account, month, _, _ in found})
    if len(homes) > 1 or len(paths) > 1:
        paths = _cut(connection, rows, paths, homes, workspace)
        found = _survey(connection, rows, paths)
    return [
        _part(rows, path, [row[1:] for row in found if row[0] == str(path)], parts)
        for path in paths
        if any(row[0] == str(path) for row in found)
    ]


def _survey(connection: Any, rows: Rows, paths: Sequence[Path]) -> list[tuple[Any, ...]]:
    """File, account, month, unit and count, for each combination that occurs."""
    month = f"left({day_of(rows.day)}, 7)" if rows.day else "''"
    unit = unit_of(rows.day, rows.scope)
    # Texts are made of the few combinations that occur, not of every row.
    columns = list(dict.fromkeys(column for column in (rows.account, rows.day, *rows.scope) if column))
    listed = "".join(f", {name(column)}" for column in columns)
    sql = (
        f"select filename, {account_of(rows)} as a, {month} as m, {unit} as u, sum(n)::bigint from ("
        f"select filename{listed}, count(*) as n from {scan(paths, ', filename = true')} "
        f"group by filename{listed}) group by 1, 2, 3, 4 order by 1, 2, 3, 4"
    )
    return engine.rows(connection, sql, paths)


def _cut(
    connection: Any, rows: Rows, paths: Sequence[Path], homes: list[tuple[str, str]], workspace: Path
) -> list[Path]:
    """Write the rows again, one folder an account and month."""
    target = workspace / f"cut-{rows.source}-{rows.table}"
    home = _home(connection, rows, paths, homes)
    engine.rows(
        connection,
        f"copy (select *, {home} as _landed_home from {scan(paths)}) to {text(str(target))} "
        "(format parquet, compression zstd, partition_by (_landed_home))",
        paths,
    )
    return sorted(target.glob("*/*.parquet"))


def _home(connection: Any, rows: Rows, paths: Sequence[Path], homes: list[tuple[str, str]]) -> str:
    """An expression that tells accounts and months apart, in whole numbers where that is all it takes."""
    is_date = rows.day is not None and engine.columns(connection, paths).get(rows.day) == "DATE"
    if is_date and rows.day and len({account for account, _ in homes}) == 1:
        return f"coalesce(year({name(rows.day)}) * 100 + month({name(rows.day)}), 0)"
    month = f"left({day_of(rows.day)}, 7)" if rows.day else "''"
    known = engine.texts(_SEPARATOR.join(reversed(home)) for home in homes)
    return f"list_position({known}, {month} || '{_SEPARATOR}' || {account_of(rows)})"


def _part(rows: Rows, path: Path, found: list[tuple[Any, ...]], parts: Path) -> Part:
    units: dict[str, int] = defaultdict(int)
    for _, _, unit, count in found:
        units[unit] += count
    account, month = found[0][0], found[0][1]
    size = path.stat().st_size
    file_name = f"{digest(path)[:32]}.parquet"
    place(path, parts / file_name)
    return Part(
        name=file_name,
        source=rows.source,
        table=rows.table,
        account=account,
        month=month or None,
        rows=sum(units.values()),
        size=size,
        day=rows.day,
        key=rows.key,
        scope=rows.scope,
        units=dict(units) if rows.day else {},
    )
