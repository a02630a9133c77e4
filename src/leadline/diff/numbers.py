"""By how much numbers move: both definitions of a metric, run by the engine on a database, by month."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from leadline import dialects, warehouse
from leadline.availability import FactSources, Source, covered_until, gaps, read_sources
from leadline.catalog import shown_label, shown_unit
from leadline.diff.definitions import Definitions
from leadline.errors import LeadlineError, WarehouseError
from leadline.names import parse_name
from leadline.periods import last_complete
from leadline.sql import render
from leadline.units import format_dimension

if TYPE_CHECKING:
    from leadline.layer import Layer

MONTHS: Final = 13
_MONTH: Final = "metric_time__month"
_ADDITIVE: Final = ("sum", "count", "sum_boolean")
_METRICS: Final = 3


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


@dataclass(frozen=True, slots=True)
class Cut:
    """What a changed dimension or key makes of the groups of a metric that can be cut by it.

    `groups` are the groups' names with their figures over all the months; where `problem` says why the two
    cannot be compared, there are none.
    """

    metric: str
    by: str
    label: str
    unit: str | None
    groups: tuple[tuple[str, Figure], ...] = ()
    problem: str = ""

    @property
    def is_moved(self) -> bool:
        """Whether a group has another number, or is not there on both sides."""
        return any(figure.is_moved for _, figure in self.groups)


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
        return replace(made, problem=missing[0].message().partition(": ")[2])
    sides = ((before, was), (after, name))
    try:
        span = _span(before, after, was, name, months)
        if span is None:
            return replace(made, problem="there are no rows in either")
        asked = _questions(sides, span)
    except LeadlineError as error:
        return replace(made, problem=_first_line(error.what))
    if before.connection is after.connection and all(one == two for _, (one, two) in asked):
        return replace(made, is_same_sql=True)
    for is_by_month, texts in asked:
        found = []
        for (side, of), text in zip(sides, texts, strict=True):
            try:
                found.append(_values(side.connection, text, of))
            except WarehouseError as error:
                told = "as it was" if side is before else "as it is now"
                reason = _first_line(error.what)
                return replace(made, problem=f"the definition {told} cannot run on these tables: {reason}")
        one, two = found
        figures = tuple(Figure(month, one.get(month), two.get(month)) for month in _in_order(one, two))
        made = replace(made, months=figures) if is_by_month else replace(made, total=figures[0])
    return made


_Question = tuple[bool, tuple[str, str]]


def _questions(sides: Iterable[tuple[Side, str]], span: tuple[dt.date, dt.date]) -> list[_Question]:
    """The SQL of both sides, by month and for the whole time, as far as both can be asked so.

    Raises LeadlineError, the engine's refusal, where neither can.
    """
    found: list[_Question] = []
    refused: LeadlineError | None = None
    for by in ([_MONTH], []):
        try:
            one, two = (
                _text(side.definitions.layer, of, by, start=span[0], end=span[1]) for side, of in sides
            )
            found.append((bool(by), (one, two)))
        except LeadlineError as error:
            # A change since last month has no value for all months together, a quarter's none by month.
            refused = refused or error
    if refused and not found:
        raise refused
    return found


def _in_order(one: Iterable[dt.date | None], two: Iterable[dt.date | None]) -> list[dt.date | None]:
    months = sorted({month for month in (*one, *two) if month})
    return [*months] or [None]


def cuts(before: Side, after: Side, elements: Iterable[tuple[str, str]], months: int = MONTHS) -> list[Cut]:
    """What elements, each by its semantic model and name, make of metrics that are cut by them.

    For each element: the first additive metric of its own model, else of each model that joins to it, at
    most `_METRICS` of them, over the last complete months.
    """
    found = []
    for model, element in elements:
        for metric, by in _cut_metrics(after.definitions.layer, model, element):
            if metric in before.definitions.layer.metrics:
                found.append(_cut(before, after, metric, by, months))
    return found


def _cut_metrics(layer: Layer, model: str, element: str) -> list[tuple[str, str]]:
    """Metrics that can be cut by an element of a model, one a fact, with the name that they know it by."""
    by_fact: dict[str, tuple[str, str]] = {}
    for name, metric in layer.metrics.items():
        use = metric.use
        if use is None or metric.type != "simple" or metric.is_private or use.aggregation.non_additive:
            continue
        fact = use.aggregation.model
        if use.aggregation.agg not in _ADDITIVE or fact in by_fact:
            continue
        known = [
            d for d in layer.dimensions([name]) if d.model == model and parse_name(d.name).element == element
        ]
        if known:
            by_fact[fact] = (name, min((d.name for d in known), key=len))
    own = by_fact.get(model)
    return [own] if own else list(by_fact.values())[:_METRICS]


def _cut(before: Side, after: Side, metric: str, by: str, months: int) -> Cut:
    manifest = after.definitions.layer.manifest
    made = Cut(metric, by, shown_label(manifest, metric), shown_unit(manifest, metric))
    try:
        span = _span(before, after, metric, metric, months)
        if span is None:
            return replace(made, problem="there are no rows in either")
        one, two = (_by_group(side, metric, by, span) for side in (before, after))
    except LeadlineError as error:
        return replace(made, problem=_first_line(error.what))
    names = sorted({*one, *two}, key=lambda name: (name is None, str(name)))
    groups = tuple((format_dimension(n, None), Figure(None, one.get(n), two.get(n))) for n in names)
    return replace(made, groups=groups)


def _by_group(side: Side, metric: str, by: str, span: tuple[dt.date, dt.date]) -> dict[Any, float | None]:
    text = _text(side.definitions.layer, metric, [by], start=span[0], end=span[1])
    return {row[by]: _number(row[metric]) for row in warehouse.run(side.connection, text).to_pylist()}


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
        return max((day for day in _values(side.connection, text, name) if day), default=None)
    except WarehouseError:
        return None


def _month_end(first: dt.date) -> dt.date:
    following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    return following - dt.timedelta(days=1)


def _text(layer: Layer, name: str, by: list[str], **period: dt.date) -> str:
    """The engine's SQL over the tables of any database: the name of its file is not in it."""
    statement = render(layer.plan(metrics=[name], group_by=by, **period), layer.manifest)
    for table in statement.find_all(exp.Table):
        table.set("catalog", None)
    return dialects.to_text(statement, "duckdb")


def _values(connection: Any, sql: str, name: str) -> dict[dt.date | None, float | None]:
    """The values by month; of a statement without months the one value, under None."""
    rows = warehouse.run(connection, sql).to_pylist()
    if rows and _MONTH not in rows[0]:
        return {None: _number(rows[0][name])}
    return {_day(row[_MONTH]): _number(row[name]) for row in rows if row[_MONTH] is not None}


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, dt.date | str):
        return None
    number = float(value)
    return number if math.isfinite(number) else None
