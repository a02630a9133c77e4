"""What a formula that is not its definition comes to, by period, on real data."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import sqlglot
from dateutil.relativedelta import relativedelta
from sqlglot import exp

from leadline.audit.formulas import Formula, formulas
from leadline.audit.measured.database import Database
from leadline.audit.measured.periods import PERIOD, VALUE, Cutter, Span, UncutError, own_grain
from leadline.audit.scan.findings import Finding, Subject
from leadline.audit.terms import UndecidableError
from leadline.audit.verdict import Difference, Gap
from leadline.errors import LeadlineError
from leadline.periods import STEPS

if TYPE_CHECKING:
    from leadline.audit.scan.names import Book
    from leadline.manifest.model import Aggregation

MONTHS: Final = 13
# Days and weeks of thirteen months are more than anyone reads.
_SHOWN: Final = 60
_ADDED_UP: Final = ("sum", "count", "sum_boolean")
_SCALES: Final = (1.0, 0.01, 100.0)


class Measurer:
    """Measures findings on a database."""

    def __init__(self, book: Book, database: Database) -> None:
        self.book = book
        self.database = database
        self._known: dict[Subject, Difference] = {}

    def measured(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings, with the difference where one has a subject and no exception."""
        return [
            replace(f, difference=self.difference(f.subject)) if f.subject and not f.excepted else f
            for f in findings
        ]

    def difference(self, subject: Subject) -> Difference:
        """The difference of one; `why` is set where it can't be had."""
        if subject not in self._known:
            try:
                self._known[subject] = _One(self, subject).difference()
            except (UncutError, UndecidableError) as error:
                self._known[subject] = Difference(why=str(error))
            except LeadlineError as error:
                near = f"; nearest: {', '.join(error.nearest)}" if error.nearest else ""
                self._known[subject] = Difference(why=f"{error.what}{near}")
            except RecursionError:
                self._known[subject] = Difference(why="it is nested too deeply")
        return self._known[subject]

    def times(self, metric: str) -> dict[str, str]:
        """The time column of each table: that of the definition, else the table's usual one."""
        found = {}
        for model in self.book.layer.models.values():
            if model.time_dimension:
                found[model.relation.name.lower()] = model.dimensions[model.time_dimension].expr.lower()
        for use in self._aggregations(metric):
            model = self.book.layer.models[use.model]
            found[model.relation.name.lower()] = model.dimensions[use.time_dimension].expr.lower()
        return found

    def adds_up(self, metric: str) -> bool:
        """Whether values of parts add up to that of the whole."""
        found = self.book.layer.metrics[metric]
        use = found.use.aggregation if found.use is not None else None
        is_sum = use is not None and use.agg in _ADDED_UP and use.non_additive is None
        return is_sum and found.meta.get("adds") in (None, "yes")

    def _aggregations(self, metric: str) -> Iterator[Aggregation]:
        found = self.book.layer.metrics[metric]
        uses = [found.use] if found.use is not None else []
        uses += [found.conversion.base, found.conversion.conversion] if found.conversion else []
        yield from (use.aggregation for use in uses)
        for inner in found.inputs:
            yield from self._aggregations(inner.name)


class _One:
    """The difference of one formula."""

    def __init__(self, measurer: Measurer, subject: Subject) -> None:
        self.database = measurer.database
        self.layer = measurer.book.layer
        self.metric = subject.metric
        self.adds_up = measurer.adds_up(subject.metric)
        self.times = measurer.times(subject.metric)
        self.formula, self.where = self._cut(measurer.book, subject)
        self.place = subject.place

    def _cut(self, book: Book, subject: Subject) -> tuple[Formula, list[str]]:
        """The formula with its own conditions on channels and the like, which the definition then has too."""

        def is_cut(table: str, column: str) -> bool:
            is_known = (table, column) in book.cuts or table not in book.relations
            return is_known and (table, column) not in subject.reserved

        def is_time(table: str, column: str) -> bool:
            return is_cut(table, column) and (table, column) in book.times

        bare = formulas(subject.sql, book.facts, subject.dialect, is_cut)[subject.place]
        timeless = formulas(subject.sql, book.facts, subject.dialect, is_time)[subject.place]
        where = [_bare(cut) for cut in bare.cuts if cut not in timeless.cuts]
        try:
            self.layer.sql(metrics=[self.metric], where=where)
        except LeadlineError:
            # What the definition can't be narrowed to is left out on both sides.
            return bare, []
        return timeless, where

    def difference(self) -> Difference:
        grain = own_grain(self.formula.tree, self.place, self.times) or "month"
        grain, ours = self._ours(grain)
        try:
            theirs = self._theirs(Cutter(self.times, grain))
        except UncutError as error:
            return self._whole(str(error))
        days = sorted(theirs.keys() | ours.keys())
        if not days:
            return Difference(grain, why="neither gives a value on this data")
        first = days[-1].replace(day=1) - relativedelta(months=MONTHS - 1)
        days = [day for day in days if day >= first]
        gaps = [Gap(day, theirs.get(day), ours.get(day)) for day in days]
        span = Span(days[0], days[-1] + STEPS[grain])
        total = self._total(span)
        return _scaled(Difference(grain, tuple(gaps[-_SHOWN:]), total))

    def _theirs(self, cutter: Cutter) -> dict[dt.date, float | None]:
        query = cutter.by_period(self.formula.tree, self.place)
        return {
            period: value
            for period, value in self._values(query, exp.column(PERIOD))
            if isinstance(period, dt.date)
        }

    def _values(self, query: exp.Query, *keys: exp.Column) -> Iterator[tuple[Any, float | None]]:
        """One value a key; several rows of one are added up where the metric adds up."""
        value = exp.column(VALUE)
        asked = exp.select(
            *(key.copy() for key in keys),
            exp.Count(this=exp.Star()),
            exp.func("any_value", value.copy()),
            exp.Sum(this=value.copy()) if self.adds_up else exp.Null(),
        ).from_(exp.Subquery(this=query, alias=exp.TableAlias(this=exp.to_identifier("rows__"))))
        for row in self.database.rows(asked.group_by(*(key.copy() for key in keys)) if keys else asked):
            count, one, added = row[-3:]
            if count > 1 and not self.adds_up:
                raise UncutError("its rows are cut by more than time, and their values don't add up")
            yield (row[0] if keys else None), _number(added if count > 1 else one)

    def _ours(self, grain: str) -> tuple[str, dict[dt.date, float | None]]:
        """The definition by period; by month where it has no finer grain."""
        try:
            text = self._definition(group_by=[f"metric_time__{grain}"])
        except LeadlineError:
            if grain == "month":
                raise
            return self._ours("month")
        rows = self.database.rows(text)
        return grain, {_day(row[0]): _number(row[1]) for row in rows if row[0] is not None}

    def _definition(self, **request: Any) -> exp.Query:
        text = self.layer.sql(metrics=[self.metric], where=self.where, **request)
        tree = sqlglot.parse_one(text, dialect="duckdb")
        if not isinstance(tree, exp.Query):
            raise UncutError("the definition is no query")
        return tree

    def _total(self, span: Span) -> Gap | None:
        try:
            query = Cutter(self.times, span=span).whole(self.formula.tree, self.place)
            theirs = next(self._values(query), (None, None))[1]
        except UncutError:
            return None
        last = span.end - relativedelta(days=1)
        try:
            text = self._definition(start=span.start.isoformat(), end=last.isoformat())
        except LeadlineError:
            return None
        return Gap(None, theirs, _first(self.database.rows(text)))

    def _whole(self, why: str) -> Difference:
        """Where it can't be cut by period, at least the whole, if it is one number."""
        try:
            query = Cutter(self.times).whole(self.formula.tree, self.place)
            theirs = next(self._values(query), (None, None))[1]
        except UncutError:
            return Difference(why=f"it can't be told by period: {why}")
        ours = _first(self.database.rows(self._definition()))
        return _scaled(Difference(total=Gap(None, theirs, ours), why=f"not by period: {why}"))


def _scaled(found: Difference) -> Difference:
    """Where one gives a percentage and the other a ratio, theirs as the definition has it."""
    gaps = [g for g in (*found.periods, found.total) if g is not None]
    both = [(g.theirs, g.ours) for g in gaps if g.theirs and g.ours]
    for scale in _SCALES:
        if both and all(math.isclose(theirs * scale, ours, rel_tol=1e-9) for theirs, ours in both):
            break
    else:
        return found

    def put(gap: Gap) -> Gap:
        return replace(gap, theirs=None if gap.theirs is None else gap.theirs * scale)

    total = put(found.total) if found.total is not None else None
    return replace(found, periods=tuple(map(put, found.periods)), total=total, scale=scale)


def _bare(condition: str) -> str:
    tree = sqlglot.parse_one(condition, dialect="duckdb")
    for column in tree.find_all(exp.Column):
        column.set("table", None)
    return tree.sql(dialect="duckdb")


def _first(rows: Sequence[Sequence[Any]]) -> float | None:
    return _number(rows[0][0]) if rows else None


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def _number(value: Any) -> float | None:
    """A value as a number; None for NULL, and for what a division by zero gives."""
    if value is None:
        return None
    try:
        found = float(value)
    except (TypeError, ValueError) as error:
        raise UncutError(f"its value {value!r} is no number") from error
    return found if math.isfinite(found) else None
