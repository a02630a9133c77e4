"""Small databases to try queries on: values near the queries' own literals, NULLs, zeros, empty tables."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from leadline.audit.facts import Facts
from leadline.audit.hints import Column, Hints, Place

# Kinds of worlds, from the plain to the odd. What only the odd ones tell apart is an edge case.
PLAIN: Final = ("plain", "events", "signs")
ODD: Final = ("null", "zero", "empty", "mixed")
Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class World:
    """A database of a few rows: `tables` by name, rows as tuples in the order of the table's columns."""

    kind: str
    tables: dict[str, tuple[Row, ...]]

    @property
    def size(self) -> int:
        """How many rows it has."""
        return sum(map(len, self.tables.values()))


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a column's values are drawn: how often NULL, of which parent's column, else from which values."""

    missing: float
    parent: tuple[str, str] | None
    pool: tuple[Any, ...]


@dataclass(slots=True)
class Maker:
    """Makes worlds; the same seed makes the same. Columns of `one_group` have one value in a world."""

    facts: Facts
    hints: Hints
    used: Sequence[str]
    seed: int = 0
    one_group: frozenset[str] = frozenset()
    _plans: dict[tuple[Place, str], _Plan] = field(default_factory=dict)

    def worlds(self, count: int, start: int = 0) -> list[World]:
        """`count` worlds of all kinds that can differ from plain ones."""
        return [self._world(place) for place in range(start, start + count)]

    def _kinds(self) -> tuple[str, ...]:
        columns = [self.hints.columns[t, c] for t in self.used for c in self.facts.tables[t].columns]
        found = ["plain", "plain", "plain"]
        if any(self._event(p) for p in self._places()):
            found.append("events")
        if any(c.kind in ("int", "num") and not c.divides for c in columns):
            found.append("signs")
        found.append("null")
        if any(c.divides for c in columns):
            found.append("zero")
        return (*found, "mixed")

    def _places(self) -> list[Place]:
        return [(t, c) for t in self.used for c in self.facts.tables[t].columns]

    def _event(self, place: Place) -> bool:
        """Whether NULL is a value like others for a column: of an event, or one that a query asks it of."""
        table, name = place
        column = self.hints.columns[place]
        if not self.facts.tables[table].is_nullable(name) or column.joins:
            return False
        is_time = column.kind in ("date", "ts") and name.endswith(("_at", "_ts", "_on", "_date", "_time"))
        return column.null_is_ordinary or is_time

    def _world(self, place: int) -> World:
        draw = random.Random(self.seed * 100_003 + place)  # noqa: S311 - test data, not a secret
        kinds = self._kinds()
        kind = kinds[place % len(kinds)]
        size = (1, 2, 2, 3, 3, 4, 6, 9, 14)[(place // len(kinds)) % 9]
        if kind == "plain" and place % 2:
            size = size + 1
        empty = ""
        if self.used and place and place % 29 == 0:
            kind, empty = "empty", self.used[(place // 29) % len(self.used)]
        tables: dict[str, tuple[Row, ...]] = {}
        for table in self._ordered():
            rows = 0 if table == empty else max(1, size + draw.choice((-1, 0, 0, 1)))
            tables[table] = self._rows(table, rows, kind, draw, tables)
        return World(kind, tables)

    def _ordered(self) -> list[str]:
        """Tables after those that their foreign keys lead to."""
        found: list[str] = []

        def visit(table: str, trail: tuple[str, ...]) -> None:
            for parent, _ in self.facts.tables[table].foreign.values():
                if parent in self.used and parent not in trail and parent not in found:
                    visit(parent, (*trail, table))
            if table not in found:
                found.append(table)

        for table in self.used:
            visit(table, ())
        return found

    def _rows(
        self, table: str, count: int, kind: str, draw: random.Random, made: dict[str, Any]
    ) -> tuple[Row, ...]:
        body = self.facts.tables[table]
        if any(p in made and not made[p] and not body.is_nullable(c) for c, (p, _) in body.foreign.items()):
            return ()
        narrow = draw.random() < 0.35
        # One value for some columns: rows of one group, one day, one customer.
        fixed = {
            c: self._value((table, c), kind, draw, made)
            for c in body.columns
            if draw.random() < (0.6 if narrow else 0.12)
        }
        for c in self.one_group & body.columns.keys():
            pool = _pool(
                c, self.hints.columns[table, c], self.hints, bool(self.hints.columns[table, c].joins)
            )
            fixed[c] = pool[0]
        rows: list[Row] = []
        seen: list[set[Row]] = [set() for _ in body.keys]
        names = list(body.columns)
        keyed = {c for key in body.keys for c in key}
        for _ in range(count):
            for _attempt in range(12):
                row = tuple(
                    fixed[c] if c in fixed and c not in keyed else self._value((table, c), kind, draw, made)
                    for c in names
                )
                marks = [tuple(row[names.index(c)] for c in key if c in names) for key in body.keys]
                if not any(m in s and None not in m for m, s in zip(marks, seen, strict=True)):
                    for m, s in zip(marks, seen, strict=True):
                        s.add(m)
                    rows.append(row)
                    break
        return tuple(rows)

    def _value(self, place: Place, kind: str, draw: random.Random, made: dict[str, Any]) -> Any:
        plan = self._plans.get((place, kind))
        if plan is None:
            plan = self._plans[place, kind] = self._plan(place, kind)
        if plan.missing and draw.random() < plan.missing:
            return None
        if plan.parent is not None and plan.parent[0] in made:
            parent, key = plan.parent
            place_of = list(self.facts.tables[parent].columns).index(key)
            known = [row[place_of] for row in made[parent] if row[place_of] is not None]
            return draw.choice(known) if known else None
        return plan.pool[int(draw.random() * len(plan.pool))]

    def _plan(self, place: Place, kind: str) -> _Plan:
        table, name = place
        column, body = self.hints.columns[place], self.facts.tables[table]
        missing = {"null": 0.3, "mixed": 0.15}.get(kind, 0.0)
        if self._event(place):
            missing = 0.4
        is_key = any(name in key for key in body.keys) or bool(column.joins)
        pool = _pool(name, column, self.hints, is_key and not column.divides)
        if column.kind in ("int", "num") and not is_key:
            if (kind == "signs" and not column.divides) or kind == "mixed":
                pool = [*pool, 0, 0, -2] if not column.divides else pool
            if column.divides and kind in ("zero", "mixed"):
                pool = [*pool[:3], 0, 0]
            elif column.divides:
                pool = [v for v in pool if v > 0] or [1]
        return _Plan(missing if body.is_nullable(name) else 0.0, body.foreign.get(name), tuple(pool))


def _pool(name: str, column: Column, hints: Hints, is_key: bool) -> list[Any]:
    match column.kind:
        case "bool":
            return [True, False]
        case "int":
            near = [v + d for v in column.literals if isinstance(v, int | float) for d in (-1, 0, 1)]
            if is_key or name.endswith(("_id", "_key")) or name == "id":
                return [*range(1, 7), *map(int, near)]
            return [*map(int, near), *((1, 2, 3, 5, 10) if not near else (1, 3, 10))]
        case "num":
            near = [v + d for v in column.literals if isinstance(v, int | float) for d in (-1, 0, 0.5)]
            return [*near, *((1, 2.5, 4, 10, 12.5) if not near else (1, 4, 12.5))]
        case "date" | "ts":
            return _days(column, hints)
    return _texts(name, column, hints, is_key)


def _days(column: Column, hints: Hints) -> list[str]:
    known = []
    for text in column.literals:
        try:
            day = date.fromisoformat(str(text)[:10])
        except ValueError:
            continue
        known += [day - timedelta(days=1), day, day + timedelta(days=1)]
    if hints.reads_clock:
        known += [date.today() - timedelta(days=n) for n in (0, 1, 6, 7, 8, 29, 30, 31, 40)]
    if not known:
        known = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 10)]
    if hints.reads_parts:
        known += [day - timedelta(days=365) for day in known]
    if column.kind == "date":
        return [d.isoformat() for d in known]
    # Whole days, and times within them; late ones where hours move them into the next day.
    hours = ("00:00:00", "09:30:00", *(("23:30:00",) if hints.shifts_hours else ()))
    return [f"{d.isoformat()} {hour}" for d in known for hour in hours]


def _texts(name: str, column: Column, hints: Hints, is_key: bool) -> list[str]:
    found = [str(v) for v in column.literals]
    for pattern in column.patterns:
        plain = pattern.replace("%", "").replace("_", "x")
        found += [plain, f"x{plain}", f"{plain}x", f"x{plain}x"]
    if hints.folds_case:
        found += [text.swapcase() for text in found] + [text.title() for text in found] or ["A"]
    if hints.trims:
        found += [f" {text} " for text in found] or [" a"]
    if (is_key and not column.literals) or hints.largest_limit >= 3:
        # More than a LIMIT keeps, as far as small data goes.
        return [*found, *"abcdefghijkl"[: max(6, hints.largest_limit + 2)]]
    return [*dict.fromkeys(found), "a", "b"] + (["c"] if len(found) < 2 else [])
