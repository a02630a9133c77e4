"""By how much numbers move: both definitions of a metric, run by the engine on a database, by month."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from leadline import dialects, warehouse
from leadline.availability import FactSources, Source, covered_until, gaps, read_sources
from leadline.catalog import shown_label, shown_unit
from leadline.diff.definitions import Definitions
from leadline.errors import LeadlineError, WarehouseError
from leadline.periods import last_complete
from leadline.sql import render

if TYPE_CHECKING:
    from leadline.layer import Layer

MONTHS: Final = 13
_MONTH: Final = "metric_time__month"


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric in one month, or in all together (`month` None): before and after, None for no value."""

    month: dt.date | None
    before: float | None
    after: float | None

    @property
    def difference(self) -> float | None:
        """After less before; None where one of them has no value."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def share(self) -> float | None:
        """The difference as a part of what it was: 0.1 is a tenth more; None where that was zero."""
        return self.difference / abs(self.before) if self.difference is not None and self.before else None

    @property
    def is_moved(self) -> bool:
        """Whether the two are different numbers; the last digits of a sum may depend on its order."""
        if self.before is None or self.after is None:
            return self.before is not self.after
        return not math.isclose(self.before, self.after, rel_tol=1e-9, abs_tol=1e-12)


@dataclass(frozen=True, slots=True)
class Movement:
    """What a metric's change makes of its last months.

    `was` is the metric's name before; `total` is the metric asked for the whole time, which for a ratio is
    not the sum of the months. Where `problem` says why the two cannot be compared, there are no months.
    `is_same_sql` where both definitions ask the same of the database, so that nothing was run.
    """

    metric: str
    was: str
    label: str
    unit: str | None
    months: tuple[Figure, ...] = ()
    total: Figure | None = None
    problem: str = ""
    is_same_sql: bool = False

    @property
    def is_moved(self) -> bool:
        """Whether a month or the total is another number."""
        return any(figure.is_moved for figure in (*self.months, *([self.total] if self.total else [])))


@dataclass(frozen=True, slots=True)
class Side:
    """Definitions and the database that they are asked of, open for reading."""

    definitions: Definitions
    connection: Any
    sources: Mapping[str, Source]

    @classmethod
    def of(cls, definitions: Definitions, connection: Any) -> Side:
        """Reads what the database knows of its sources."""
        return cls(definitions, connection, read_sources(connection))


def movements(
    before: Side, after: Side, metrics: Iterable[tuple[str, str]], months: int = MONTHS
) -> list[Movement]:
    """How metrics, each by its name before and after, move in the last complete months.

    Those end with the last month that the data covers: where the database does not say how far its sources
    reach, the last month with a row.
    """
    return [_movement(before, after, was, name, months) for was, name in metrics]


def _movement(before: Side, after: Side, was: str, name: str, months: int) -> Movement:
    manifest = after.definitions.layer.manifest
    made = Movement(name, was, shown_label(manifest, name), shown_unit(manifest, name))
    missing = gaps(manifest, [name], after.sources, FactSources(after.definitions.path))
    if missing:
        return _with(made, problem=missing[0].message().partition(": ")[2])
    try:
        span = _span(before, after, was, name, months)
        if span is None:
            return _with(made, problem="there are no rows in either")
        texts = [_texts(side.definitions.layer, of, span) for side, of in ((before, was), (after, name))]
    except LeadlineError as error:
        return _with(made, problem=_first_line(error.what))
    if texts[0] == texts[1] and before.connection is after.connection:
        return _with(made, is_same_sql=True)
    found = []
    for side, of, (by_month, whole) in ((before, was, texts[0]), (after, name, texts[1])):
        try:
            found.append((_by_month(side.connection, by_month, of), _whole(side.connection, whole, of)))
        except WarehouseError as error:
            which = "before" if side is before else "after"
            told = f"the definition as it is {which} cannot run on these tables: {_first_line(error.what)}"
            return _with(made, problem=told.replace("as it is before", "as it was"))
    (one, first), (two, second) = found
    rows = tuple(Figure(month, one.get(month), two.get(month)) for month in sorted({*one, *two}))
    return _with(made, months=rows, total=Figure(None, first, second))


def _with(made: Movement, **values: Any) -> Movement:
    from dataclasses import replace

    return replace(made, **values)


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0]


def _span(before: Side, after: Side, was: str, name: str, months: int) -> tuple[dt.date, dt.date] | None:
    manifest = after.definitions.layer.manifest
    until = covered_until(manifest, [name], after.sources, FactSources(after.definitions.path))
    if until is None:
        # A definition that can't run on these tables says so when it is asked for its months.
        days = [_last_day(before, was), _last_day(after, name)]
        known = [day for day in days if day]
        if not known:
            return None
        until = _month_end(max(known))
    return last_complete(min(until, dt.date.today()), "month", months)


def _last_day(side: Side, name: str) -> dt.date | None:
    text = _text(side.definitions.layer, name, by=[_MONTH])
    try:
        return max(_by_month(side.connection, text, name), default=None)
    except WarehouseError:
        return None


def _month_end(first: dt.date) -> dt.date:
    following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return following - dt.timedelta(days=1)


def _texts(layer: Layer, name: str, span: tuple[dt.date, dt.date]) -> tuple[str, str]:
    start, end = span
    return _text(layer, name, [_MONTH], start=start, end=end), _text(layer, name, [], start=start, end=end)


def _text(layer: Layer, name: str, by: list[str], **period: dt.date) -> str:
    """The engine's SQL over the tables of any database: the name of its file is not in it."""
    statement = render(layer.plan(metrics=[name], group_by=by, **period), layer.manifest)
    for table in statement.find_all(exp.Table):
        table.set("catalog", None)
    return dialects.to_text(statement, "duckdb")


def _by_month(connection: Any, sql: str, name: str) -> dict[dt.date, float | None]:
    rows = warehouse.run(connection, sql).to_pylist()
    return {_day(row[_MONTH]): _number(row[name]) for row in rows if row[_MONTH] is not None}


def _whole(connection: Any, sql: str, name: str) -> float | None:
    rows = warehouse.run(connection, sql).to_pylist()
    return _number(rows[0][name]) if rows else None


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, dt.date | str):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
