"""Typed rows to rows of raw tables, by DuckDB: the expressions of a format's targets, written as Parquet."""

from __future__ import annotations

import datetime as dt
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.land.facts import Context, Said
from leadline.land.format import Kind, Target
from leadline.land.recognise import Recognised
from leadline.land.refusals import Refusal
from leadline.land.rows import TYPES
from leadline.warehouse import in_memory

MEMORY = "400MB"
_SQL_TYPES = {"int64": "bigint", "date32[day]": "date", "timestamp[us]": "timestamp", "bool": "boolean"}
_HERE = threading.local()
_MACROS = (
    "create macro hash_pii(x) as case when starts_with(lower(trim(x)), 'sha256:') then lower(trim(x))"
    " when trim(x) <> '' then 'sha256:' || sha256(getvariable('pii_salt') || lower(trim(x))) end",
    "create macro micros(x) as cast(round(x * 1000000) as bigint)",
)


@dataclass(frozen=True, slots=True)
class Written:
    """Rows of one raw table, written as Parquet.

    `day`, `key`, `account` and `scope` are the target's. `days` are the first and the last day of the rows,
    for a target that has days.
    """

    source: str
    table: str
    path: Path
    rows: int
    day: str | None = None
    key: tuple[str, ...] = ()
    account: str | None = None
    scope: tuple[str, ...] = ()
    days: tuple[dt.date, dt.date] | None = None


class Typed:
    """The accepted rows of one table with the context's columns beside them, as SQL sees them.

    It also answers the checks of formats: `has`, `count` and `values`.
    """

    def __init__(
        self,
        rows: pa.Table | Path,
        recognised: Recognised,
        said: Said,
        context: Context,
        period: tuple[dt.date, dt.date] | None,
    ) -> None:
        self.found = {column.name: column.kind for column in recognised.columns.values()}
        beside = ", ".join([*_absent(recognised), _context(said, context, period, self.found)])
        if isinstance(rows, Path):
            self.kind, self.connection = "view", _connection("large")
            relation = f"read_parquet({_text(str(rows))})"
        else:
            # A few thousand rows take longer to divide among threads than to work through.
            self.kind, self.connection = "table", _connection("small")
            self.connection.register("landing_rows", rows)
            relation = "landing_rows"
        self.connection.execute(f"set variable pii_salt = {_text(context.salt)}")
        self.connection.execute(
            f"create or replace temp {self.kind} typed as select *, {beside} from {relation}"
        )
        if relation == "landing_rows":
            self.connection.unregister("landing_rows")

    def close(self) -> None:
        """Lets go of the rows."""
        self.connection.execute(f"drop {self.kind} typed")

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.found

    def count(self, condition: str) -> int:
        """How many accepted rows fulfil an SQL condition."""
        return int(self.rows(f"select count(*) from typed where {condition}")[0][0])

    def repeats(self, columns: Sequence[str]) -> int:
        """How many accepted rows agree with an earlier one in all of these columns."""
        listed = ", ".join(_name(column) for column in columns)
        sql = f"select coalesce(sum(n - 1), 0) from (select count(*) as n from typed group by {listed})"
        return int(self.rows(sql)[0][0])

    def values(self, expression: str) -> list[str]:
        """The distinct values of an SQL expression as text, sorted, at most 1,000, NULL left out."""
        sql = f"select distinct cast({expression} as varchar) as x from typed where x is not null"
        return [str(row[0]) for row in self.rows(f"{sql} order by x limit 1000")]

    def factor(self, expression: str, column: str) -> float | None:
        """What an expression multiplies a column by; None where it does anything else."""
        import duckdb

        if not re.search(rf"\b{re.escape(column)}\b", expression):
            return None
        sql = f"select {expression} from (values (1.0::double), (2.0::double)) as one ({_name(column)})"
        try:
            once, twice = (row[0] for row in self.connection.execute(sql).fetchall())
        except duckdb.Error:
            return None  # it reads other columns, too
        is_number = all(
            isinstance(x, int | float | Decimal) and not isinstance(x, bool) for x in (once, twice)
        )
        return float(once) if is_number and once and twice == 2 * once else None

    def sum_of(self, path: Path, column: str) -> float:
        """The sum of a column of rows that were written."""
        sql = (
            f"select coalesce(fsum(cast({_name(column)} as double)), 0) from read_parquet({_text(str(path))})"
        )
        return float(self.rows(sql)[0][0])

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """The rows of a select over `typed`."""
        found: list[tuple[Any, ...]] = self._executed(select).fetchall()
        return found

    def _executed(self, select: str, around: str = "{}") -> Any:
        import duckdb

        try:
            return self.connection.execute(around.format(select))
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0]
            raise Refusal(
                "unreadable", f"the rows can't be turned into the raw tables: {reason}", fix="report the file"
            ) from error

    def write(self, target: Target, path: Path) -> Written:
        """The rows of one target, as Parquet at `path`."""
        options = "format parquet, compression snappy"
        copied = self._executed(_select(target), f"copy ({{}}) to {_text(str(path))} ({options})").fetchone()
        days = None
        if target.day is not None and copied and copied[0]:
            days = _days(path, target.day)
        return Written(
            target.source,
            target.table,
            path,
            int(copied[0]) if copied else 0,
            target.day,
            target.key,
            target.account,
            target.scope,
            days,
        )


def _connection(size: Literal["small", "large"]) -> Any:
    """One engine a thread for each size of table, its macros made once."""
    if not hasattr(_HERE, size):
        connection = in_memory()
        if size == "small":
            connection.execute("set threads = 1")
        connection.execute(f"set memory_limit = '{MEMORY}'")
        connection.execute("set preserve_insertion_order = false")
        for macro in _MACROS:
            connection.execute(macro)
        connection.execute(
            f"create macro stable_key {', '.join(_stable_key(count) for count in range(1, 11))}"
        )
        setattr(_HERE, size, connection)
    return getattr(_HERE, size)


def _stable_key(count: int) -> str:
    names = [f"x{i}" for i in range(count)]
    parts = " || chr(31) || ".join(f"coalesce(cast({name} as varchar), chr(30))" for name in names)
    return f"({', '.join(names)}) as md5({parts})"


def _absent(recognised: Recognised) -> list[str]:
    """Columns that the file lacks, as constants: what an expression makes of them is worked out only once."""
    types = [str(TYPES.get(column.kind, "varchar")) for column in recognised.absent]
    return [
        f"cast(null as {_SQL_TYPES.get(kind, kind)}) as {_name(column.name)}"
        for column, kind in zip(recognised.absent, types, strict=True)
    ]


def _context(
    said: Said,
    context: Context,
    period: tuple[dt.date, dt.date] | None,
    found: Mapping[str, Kind],
) -> str:
    first, last = period or (None, None)
    account = next((name for name in ("account", "account_id") if name in found), None)
    # A name tells accounts apart where the file has no id and the user says none.
    named = ", account_name" if "account_name" in found else ""
    currency = next((name for name, kind in found.items() if kind == "currency"), None)
    zone = "time_zone" if "time_zone" in found else None
    columns = {
        "_account": f"coalesce({_either(account, said.account)}{named})",
        "_currency": _either(currency, said.currency),
        "_time_zone": _either(zone, said.time_zone),
        "_title": _text_or_null(said.title),
        "_window": _text_or_null(said.window),
        "_exported_at": f"cast({_text(context.exported_at.isoformat())} as timestamp)",
        "_file": _text(context.file),
        "_row": f"'{context.file[:16]}:' || _line",
        "_period_start": _period("period_start", first, found),
        "_period_end": _period("period_end", last, found),
    }
    return ", ".join(f"{sql} as {name}" for name, sql in columns.items())


def _either(column: str | None, given: str | None) -> str:
    literal = _text_or_null(given)
    return f"coalesce({_name(column)}, {literal})" if column else literal


def _period(column: str, day: dt.date | None, found: Mapping[str, Kind]) -> str:
    literal = f"cast({_text(day.isoformat()) if day else 'null'} as date)"
    return f"coalesce(cast({_name(column)} as date), {literal})" if column in found else literal


def _select(target: Target) -> str:
    columns = {"_fivetran_synced": "_exported_at", **target.columns}
    columns["_landed_file"] = "_file"
    columns["_landed_line"] = "_line"
    made = ", ".join(f"{sql} as {_name(name)}" for name, sql in columns.items())
    inner = f"select {made} from typed" + (f" where {target.where}" if target.where else "")
    if not (target.distinct or target.sums or target.alone):
        return inner
    # The same in all rows of a file: they part none from another.
    same = ["_landed_file", *([] if "_fivetran_synced" in target.columns else ["_fivetran_synced"])]
    outer = ", ".join(
        f"any_value({_name(n)}) as {_name(n)}" if n in same else _folded(n, target) for n in columns
    )
    apart = (*target.sums, *target.alone, "_landed_line", *same)
    grouped = [_name(name) for name in columns if name not in apart]
    return f"select {outer} from ({inner}) group by {', '.join(grouped)}"


def _folded(name: str, target: Target) -> str:
    quoted = _name(name)
    if name == "_landed_line":
        return f"min({quoted}) as {quoted}"
    if name in target.sums:
        return f"sum({quoted}) as {quoted}"
    if name in target.alone:
        return f"case when count(*) = 1 then any_value({quoted}) end as {quoted}"
    return quoted


def _days(path: Path, column: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of a Parquet file, from its statistics."""
    meta = pq.read_metadata(path)
    at = meta.schema.to_arrow_schema().get_field_index(column)
    found: list[Any] = []
    for group in range(meta.num_row_groups):
        statistics = meta.row_group(group).column(at).statistics
        if statistics is not None and statistics.has_min_max:
            found += [statistics.min, statistics.max]
    days = [value.date() if isinstance(value, dt.datetime) else value for value in found]
    plain = [day for day in days if isinstance(day, dt.date)]
    return (min(plain), max(plain)) if plain else None


def run(typed: Typed, targets: Sequence[Target], folder: Path) -> tuple[Written, ...]:
    """Every target with rows, each in a file of its own; a target without any leaves none."""
    written = []
    for number, target in enumerate(targets):
        if target.requires and not any(typed.has(column) for column in target.requires):
            continue
        one = typed.write(target, folder / f"{target.source}.{target.table}.{number}.parquet")
        if one.rows:
            written.append(one)
        else:
            one.path.unlink(missing_ok=True)
    return tuple(written)


def _text_or_null(value: str | None) -> str:
    return "cast(null as varchar)" if value is None else _text(value)


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _name(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
