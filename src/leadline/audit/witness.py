"""Runs two queries on small databases in DuckDB, many at once, and finds the smallest on which they differ.

All worlds lie in the same tables, told apart by a column; a query runs once for all of them, as a LATERAL
subquery of the list of worlds, in which each table is read for one world. Where DuckDB can't do that, each
world is run alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from leadline import warehouse
from leadline.audit.facts import Facts
from leadline.audit.hints import Hints
from leadline.audit.terms import UndecidableError
from leadline.audit.worlds import World
from leadline.errors import WarehouseError

_WORLD: Final = "world__"
_WORLDS: Final = "worlds__"
# Where the number of a world goes.
_NUMBER: Final = "number__"
_SQL_TYPES: Final = {
    "int": "BIGINT",
    "num": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "ts": "TIMESTAMP",
    "str": "VARCHAR",
}
# A query that recurs may never end: so long for it, and for what is made of it, in seconds.
_LONG: Final = 20.0
_PATIENCE: Final = 1.0
_NOTHING: Final = 1e-12
MISSING: Final = "(no row)"
Answer = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One group of which two queries say different things. `kind` as of `_kind`."""

    key: tuple[Any, ...]
    left: Any
    right: Any
    kind: str


@dataclass(slots=True)
class Runner:
    """Runs queries on worlds."""

    facts: Facts
    hints: Hints
    used: Sequence[str]
    connection: Any = field(default=None)
    is_slow: bool = False

    def __post_init__(self) -> None:
        self.connection = warehouse.in_memory()
        self.connection.execute("set threads = 1")
        self.connection.execute(f"create table {_WORLDS} ({_WORLD} integer)")
        for table in self.used:
            columns = [
                f'"{name}" {_SQL_TYPES[self.hints.columns[table, name].kind or "str"]}'
                for name in self.facts.tables[table].columns
            ]
            self.connection.execute(f'create table "{table}" ({", ".join([f"{_WORLD} integer", *columns])})')

    def close(self) -> None:
        """Drop the databases."""
        self.connection.close()

    def load(self, worlds: Sequence[World]) -> None:
        """Fill the tables; a world's number is its place."""
        self._fill(_WORLDS, [(place,) for place in range(len(worlds))])
        for table in self.used:
            self._fill(table, [(n, *row) for n, world in enumerate(worlds) for row in world.tables[table]])

    def _fill(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        self.connection.execute(f'delete from "{table}"')  # noqa: S608 - names of our own tables
        if rows:
            values = ",".join("(" + ",".join(map(_literal, row)) + ")" for row in rows)
            self.connection.execute(f'insert into "{table}" values {values}')  # noqa: S608

    def answers(self, tree: exp.Query, count: int) -> list[Answer]:
        """The rows of a query for each of the worlds that are loaded.

        Raises:
            UndecidableError: DuckDB refuses the query even for one world.
        """
        if self.is_slow:
            return list(self._each(tree, count))
        try:
            return self._together(tree, count)
        except WarehouseError:
            self.is_slow = True
            return list(self._each(tree, count))

    def alone(self, tree: exp.Query, world: int) -> Answer:
        """The rows for one of the worlds that are loaded. Raises UndecidableError."""
        try:
            return warehouse.rows_within(self.connection, self._text(tree, str(world)), _LONG)
        except WarehouseError as error:
            raise UndecidableError(f"DuckDB can't run it: {error.what}") from error

    def lazily(self, tree: exp.Query, count: int) -> Iterator[Answer]:
        """The same for a query that is nearly one that was run, one world after the other if that one was."""
        if self.is_slow:
            return self._each(tree, count, _PATIENCE)
        try:
            return iter(self._together(tree, count, _PATIENCE))
        except WarehouseError as error:
            raise UndecidableError(f"DuckDB can't run it: {error.what}") from error

    def _together(self, tree: exp.Query, count: int, seconds: float = _LONG) -> list[Answer]:
        text = self._text(tree, f"{_WORLDS}.{_WORLD}")
        together = f"select {_WORLDS}.{_WORLD}, answer__.* from {_WORLDS}, lateral ({text}) as answer__"  # noqa: S608
        found: list[Answer] = [[] for _ in range(count)]
        for world, *row in warehouse.rows_within(self.connection, together, seconds):
            found[world].append(tuple(row))
        return found

    def _each(self, tree: exp.Query, count: int, seconds: float = _LONG) -> Iterator[Answer]:
        text = self._text(tree, _NUMBER)
        for world in range(count):
            try:
                yield warehouse.rows_within(self.connection, text.replace(_NUMBER, str(world)), seconds)
            except WarehouseError as error:
                if world == 0:
                    raise UndecidableError(f"DuckDB can't run it: {error.what}") from error
                yield [("error",)]

    def _text(self, tree: exp.Query, world: str) -> str:
        copy = tree.copy()
        for table in list(copy.find_all(exp.Table)):
            if isinstance(table.this, exp.Identifier) and table.name in self.used and not _is_cte(table):
                table.replace(self._read(table, world))
        try:
            return copy.sql(dialect="duckdb")
        except SqlglotError as error:
            raise UndecidableError(f"it can't be put into DuckDB's SQL: {error}") from error

    def _read(self, table: exp.Table, world: str) -> exp.Subquery:
        columns = ", ".join(f'"{c}"' for c in self.facts.tables[table.name].columns) or "1 as one"
        inner = sqlglot.parse_one(
            f'select {columns} from "{table.name}" as base__ where base__.{_WORLD} = {world}',  # noqa: S608
            dialect="duckdb",
        )
        made = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(table.alias_or_name)))
        if table.args.get("joins"):
            made.set("joins", table.args["joins"])
        return made


def _is_cte(table: exp.Table) -> bool:
    """Whether a name is that of a CTE in reach."""
    node: exp.Expr | None = table
    while node is not None:
        clause = node.args.get("with_")
        if clause is not None:
            inside = table.find_ancestor(exp.CTE)
            for cte in clause.expressions:
                if cte is inside and not clause.args.get("recursive"):
                    break
                if cte.alias == table.name:
                    return True
        node = node.parent
    return False


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else "'" + str(value).replace("'", "''") + "'"


# Comparing answers.


def plain(value: Any) -> Any:
    """A value as it is compared: numbers by value, a day at midnight as the day."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float | Decimal):
        number = float(value)
        if math.isnan(number) or math.isinf(number):
            return str(number)
        # What is left of a sum that cancels out is zero.
        return 0.0 if abs(number) < _NOTHING else float(f"{number:.9g}")
    if isinstance(value, datetime):
        text = value.isoformat(sep=" ")
        return text.removesuffix(" 00:00:00")
    return value.isoformat() if isinstance(value, date) else str(value)


def rows_of(answer: Answer) -> Counter[tuple[Any, ...]]:
    """An answer as a multiset of rows as they are compared."""
    return Counter(tuple(map(plain, row)) for row in answer)


def differences(
    left: Answer, right: Answer, columns: tuple[Sequence[int], Sequence[int]], value: tuple[int, int]
) -> list[Difference]:
    """Where two answers differ in one output, by the values of the columns that key them."""
    if left == [("error",)] or right == [("error",)]:
        return [] if left == right else [Difference((), "error", "no error", "bad")]
    first = Counter((tuple(plain(row[c]) for c in columns[0]), plain(row[value[0]])) for row in left)
    second = Counter((tuple(plain(row[c]) for c in columns[1]), plain(row[value[1]])) for row in right)
    mine, others = _by_key(first - second), _by_key(second - first)
    found = []
    for key in dict.fromkeys([*mine, *others]):
        a, b = mine.get(key, []), others.get(key, [])
        for place in range(max(len(a), len(b))):
            x = a[place] if place < len(a) else MISSING
            y = b[place] if place < len(b) else MISSING
            found.append(Difference(key, x, y, _kind(x, y)))
    return found


def _by_key(rows: Counter[tuple[tuple[Any, ...], Any]]) -> dict[tuple[Any, ...], list[Any]]:
    found: dict[tuple[Any, ...], list[Any]] = {}
    for (key, value), count in sorted(rows.items(), key=repr):
        found.setdefault(key, []).extend([value] * count)
    return found


_BAD: Final = (None, "nan", "inf", "-inf")


def _kind(a: Any, b: Any) -> str:
    """empty (NULL against 0, or a group without a value), bad (a division by zero), row, null or value."""
    if MISSING in (a, b):
        other = b if a == MISSING else a
        return "empty" if other in (*_BAD, 0.0) else "row"
    if a in _BAD and b in _BAD:
        return "bad"
    if a in _BAD or b in _BAD:
        known, odd = (a, b) if b in _BAD else (b, a)
        return ("empty" if odd is None else "bad") if known == 0.0 else "null" if odd is None else "value"
    if isinstance(a, float) and isinstance(b, float) and (_near(a, 100 * b) or _near(100 * a, b)):
        return "percent"
    return "value"


def _near(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-7)


def is_rounded(difference: Difference, digits: int, scale: float = 1.0, rows: int = 1) -> bool:
    """Whether two values differ by no more than rounding to so many digits allows."""
    a, b = difference.left, difference.right
    if not isinstance(a, float) or not isinstance(b, float):
        return False
    room = 1.01 * rows * 10.0**-digits
    return any(abs(a * f - b * g) <= room * max(f, g) for f, g in ((1, 1), (scale, 1), (1, scale)))
