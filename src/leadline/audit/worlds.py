"""Small databases to try queries on: values near the queries' own literals, NULLs, zeros, empty tables."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from leadline.audit.constants import Constants
from leadline.audit.directed import Setting
from leadline.audit.facts import Facts
from leadline.audit.hints import Hints, Place
from leadline.audit.pools import pool

# Kinds of worlds, from the plain to the odd. What only the odd ones tell apart is an edge case.
PLAIN: Final = ("plain", "events", "signs")
ODD: Final = ("null", "zero", "empty", "mixed")
_LARGE: Final = 40
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

    def turned(self) -> World:
        """The same with the rows the other way round."""
        return World(self.kind, {name: rows[::-1] for name, rows in self.tables.items()})


@dataclass(frozen=True, slots=True)
class _Plan:
    """How a column's values are drawn: how often NULL, of which parent's column, else from which values.

    `in_turn`: one value after the other, so that as many rows as values have all of them.
    """

    missing: float
    parent: tuple[str, str] | None
    pool: tuple[Any, ...]
    in_turn: bool = False


@dataclass(frozen=True, slots=True)
class _Drawn:
    """How one world is drawn: its kind, its chance, its plans, and the tables that it has already.

    `turn` says which of its values a column of one group has in this world.
    """

    kind: str
    draw: random.Random
    plans: Callable[[Place, str], _Plan]
    made: dict[str, tuple[Row, ...]]
    turn: int = 0


@dataclass(slots=True)
class Maker:
    """Makes worlds; the same seed makes the same. Columns of `one_group` have one value in a world."""

    facts: Facts
    hints: Hints
    used: Sequence[str]
    seed: int = 0
    one_group: frozenset[str] = frozenset()
    constants: Constants = field(default_factory=Constants)
    _plans: dict[tuple[Place, str], _Plan] = field(default_factory=dict)

    def worlds(self, count: int, start: int = 0) -> list[World]:
        """`count` worlds of all kinds that can differ from plain ones."""
        return [self._world(place) for place in range(start, start + count)]

    def directed(self, count: int, start: int = 0) -> list[World]:
        """`count` worlds of all kinds that lie near the constants of the queries."""
        return [self._world(place, is_directed=True) for place in range(start, start + count)]

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

    def _world(self, place: int, is_directed: bool = False) -> World:
        draw = random.Random(self.seed * 100_003 + place)  # noqa: S311 - test data, not a secret
        kinds = self._kinds()
        kind = kinds[place % len(kinds)]
        size = (1, 2, 2, 3, 3, 4, 6, 9, 14)[(place // len(kinds)) % 9]
        if kind == "plain" and place % 2:
            size = size + 1
        plans: Callable[[Place, str], _Plan] = self._usual_plan
        if is_directed:
            larger = self._larger(draw)
            size = larger or size
            plans = self._directed_plans(Setting(draw, self.hints, self.constants, size, bool(larger)))
        empty = ""
        if self.used and place and place % 29 == 0:
            kind, empty = "empty", self.used[(place // 29) % len(self.used)]
        tables: dict[str, tuple[Row, ...]] = {}
        for table in self._ordered():
            rows = 0 if table == empty else max(1, size + draw.choice((-1, 0, 0, 1)))
            tables[table] = self._rows(table, rows, _Drawn(kind, draw, plans, tables, place // len(kinds)))
        return World(kind, tables)

    def _larger(self, draw: random.Random) -> int:
        """A few rows more than one of the numbers of rows that the queries may count to; or 0."""
        sizes = self.constants.sizes
        if not sizes or draw.random() > 0.35:
            return 0
        size = draw.choice(sizes)
        return 0 if size > _LARGE and draw.random() < 0.6 else size + draw.choice((0, 1, 2, 3))

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

    def _rows(self, table: str, count: int, drawn: _Drawn) -> tuple[Row, ...]:
        body, draw, made = self.facts.tables[table], drawn.draw, drawn.made
        if any(p in made and not made[p] and not body.is_nullable(c) for c, (p, _) in body.foreign.items()):
            return ()
        narrow = draw.random() < 0.35
        # One value for some columns: rows of one group, one day, one customer.
        fixed = {
            c: self._value((table, c), drawn)
            for c in body.columns
            if draw.random() < (0.6 if narrow else 0.12)
        }
        for c in self.one_group & body.columns.keys():
            column = self.hints.columns[table, c]
            values = pool(c, column, self.hints, bool(column.joins))
            fixed[c] = values[drawn.turn % len(values)]
        rows: list[Row] = []
        seen: list[set[Row]] = [set() for _ in body.keys]
        names = list(body.columns)
        keyed = self._free(table, drawn)
        for number in range(count):
            for _attempt in range(12):
                row = tuple(
                    fixed[c] if c in fixed and c not in keyed else self._value((table, c), drawn, number)
                    for c in names
                )
                marks = [tuple(row[names.index(c)] for c in key if c in names) for key in body.keys]
                if not any(m in s and None not in m for m, s in zip(marks, seen, strict=True)):
                    for m, s in zip(marks, seen, strict=True):
                        s.add(m)
                    rows.append(row)
                    break
        return tuple(rows)

    def _free(self, table: str, drawn: _Drawn) -> set[str]:
        """The columns that tell rows apart: of a key of several columns, one is enough."""
        keys = self.facts.tables[table].keys
        if drawn.plans == self._usual_plan:
            return {c for key in keys for c in key}
        return {drawn.draw.choice(key) for key in keys}

    def _value(self, place: Place, drawn: _Drawn, number: int | None = None) -> Any:
        plan, draw, made = drawn.plans(place, drawn.kind), drawn.draw, drawn.made
        if plan.missing and draw.random() < plan.missing:
            return None
        if plan.parent is not None and plan.parent[0] in made:
            parent, key = plan.parent
            place_of = list(self.facts.tables[parent].columns).index(key)
            known = [row[place_of] for row in made[parent] if row[place_of] is not None]
            return draw.choice(known) if known else None
        if plan.in_turn and number is not None:
            return plan.pool[number % len(plan.pool)]
        return plan.pool[int(draw.random() * len(plan.pool))]

    def _usual_plan(self, place: Place, kind: str) -> _Plan:
        plan = self._plans.get((place, kind))
        if plan is None:
            values = pool(place[1], self.hints.columns[place], self.hints, self._joins_rows(place))
            plan = self._plans[place, kind] = self._plan(place, kind, values)
        return plan

    def _directed_plans(self, setting: Setting) -> Callable[[Place, str], _Plan]:
        made: dict[Place, _Plan] = {}

        def plan(place: Place, kind: str) -> _Plan:
            if place not in made and not self._matters(place):
                made[place] = _Plan(
                    0.0, None, (pool(place[1], self.hints.columns[place], self.hints, False)[0],)
                )
            elif place not in made:
                column = self.hints.columns[place]
                is_unique = (place[1],) in self.facts.tables[place[0]].keys
                values = setting.pool(place[1], column, self._joins_rows(place), is_unique)
                in_turn = setting.draw.random() < (0.7 if setting.is_large else 0.2)
                usual = self._plan(place, kind, values)
                missing = usual.missing * setting.draw.choice((0, 0.3, 1))
                made[place] = replace(usual, missing=missing, in_turn=in_turn)
            return made[place]

        return plan

    def _matters(self, place: Place) -> bool:
        """Whether a query reads a column, or it tells rows apart or is found by others."""
        table, name = place
        is_parent = any((table, name) in t.foreign.values() for t in self.facts.tables.values())
        is_child = name in self.facts.tables[table].foreign
        return self.hints.columns[place].is_read or is_parent or is_child or self._is_key(place)

    def _joins_rows(self, place: Place) -> bool:
        column = self.hints.columns[place]
        return self._is_key(place) and not column.divides

    def _is_key(self, place: Place) -> bool:
        table, name = place
        keys = self.facts.tables[table].keys
        return any(name in key for key in keys) or bool(self.hints.columns[place].joins)

    def _plan(self, place: Place, kind: str, values: list[Any]) -> _Plan:
        table, name = place
        column, body = self.hints.columns[place], self.facts.tables[table]
        missing = {"null": 0.3, "mixed": 0.15}.get(kind, 0.0)
        if self._event(place):
            missing = 0.4
        if column.kind in ("int", "num") and not self._is_key(place):
            if (kind == "signs" and not column.divides) or kind == "mixed":
                values = [*values, 0, 0, -2] if not column.divides else values
            if column.divides and kind in ("zero", "mixed"):
                values = [*values[:3], 0, 0]
            elif column.divides:
                values = [v for v in values if v > 0] or [1]
        return _Plan(missing if body.is_nullable(name) else 0.0, body.foreign.get(name), tuple(values))
