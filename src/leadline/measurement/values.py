"""What the KPIs of a plan are worth: the last complete period, those before it, and what adds up to date.

A value that cannot be right is not given: every missing one has a Reason.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from leadline.availability import FactSources, Source, covered_until, gaps
from leadline.catalog import facts
from leadline.errors import LeadlineError
from leadline.measurement.spans import Span, last_span

if TYPE_CHECKING:
    from leadline.layer import Layer
    from leadline.manifest import SemanticModel

# How many periods a trend shows, by cadence; a year of them where that is not too many to see.
TREND: Final = {"day": 28, "week": 26, "month": 13, "quarter": 8, "year": 5}


class Missing(StrEnum):
    """Why there is no value."""

    NOT_CONNECTED = "not_connected"
    NOT_DEFINED = "not_defined"
    REFUSED = "refused"
    NO_ROWS = "no_rows"
    NOT_COMPUTABLE = "not_computable"
    BEFORE_DATA = "before_data"
    NO_PERIOD = "no_period"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why there is no value, and the name, day or message that belongs to it."""

    why: Missing
    detail: str = ""
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A number, or the reason why there is none."""

    number: float | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric by its periods. `trend` ends with `span`; where there is no period, `span` is None."""

    metric: str
    span: Span | None
    current: Value
    previous: Value
    last_year: Value
    trend: tuple[float | None, ...] = ()
    by_start: Mapping[dt.date, Value] = field(default_factory=dict)

    def at(self, span: Span) -> Value:
        """The value of a period that was read."""
        return self.by_start.get(span.start, Value(None, Reason(Missing.NO_ROWS)))


class Gauge:
    """Reads metrics as of the evening before `today`; what was read once is kept."""

    def __init__(
        self,
        layer: Layer,
        connection: Any,
        sources: Mapping[str, Source],
        fact_sources: FactSources,
        today: dt.date,
    ) -> None:
        self.layer = layer
        self.today = today
        self._connection = connection
        self._sources = sources
        self._fact_sources = fact_sources
        self._readings: dict[tuple[str, tuple[str, ...], str], Reading] = {}
        self._first_days: dict[str, dt.date | None] = {}

    def gap(self, metric: str) -> Reason | None:
        """Why the metric cannot have a value at all, None where it can."""
        if metric not in self.layer.metrics:
            return Reason(Missing.NOT_DEFINED, metric)
        found = gaps(self.layer.manifest, [metric], self._sources, self._fact_sources)
        return Reason(Missing.NOT_CONNECTED, ", ".join(found[0].sources)) if found else None

    def until(self, metric: str) -> dt.date:
        """The last day whose data is complete: yesterday, or the day that the exports reach."""
        yesterday = self.today - dt.timedelta(days=1)
        known = covered_until(self.layer.manifest, [metric], self._sources, self._fact_sources)
        return min(known, yesterday) if known else yesterday

    def first_day(self, metric: str) -> dt.date | None:
        """The first day that has data, of the sources where they say it and of the metric where not."""
        if metric not in self._first_days:
            self._first_days[metric] = self._find_first_day(metric)
        return self._first_days[metric]

    def read(self, metric: str, where: Sequence[str], cadence: str) -> Reading:
        """The metric by periods of `cadence`, up to the last complete one."""
        key = (metric, tuple(where), cadence)
        if key not in self._readings:
            self._readings[key] = self._read(*key)
        return self._readings[key]

    def total(self, metric: str, where: Sequence[str], start: dt.date, end: dt.date) -> Value:
        """The metric over all days from `start` to `end`, both included."""
        gap = self.gap(metric)
        if gap or end < start:
            return Value(None, gap or Reason(Missing.NO_PERIOD))
        early = self._early(metric, start)
        if early:
            return Value(None, early)
        try:
            rows = self._rows(metrics=[metric], where=list(where), start=start, end=end)
        except LeadlineError as error:
            return Value(None, Reason(Missing.REFUSED, error.what))
        return self._value(metric, _number(rows[0][metric]) if rows else None, bool(rows))

    def _find_first_day(self, metric: str) -> dt.date | None:
        # A fact begins with the first of its sources, a metric with the last of its facts.
        days = [self._fact_begins(fact) for fact in facts(self.layer.manifest, metric)]
        known = [day for day in days if day]
        if known and len(known) == len(days):
            return max(known)
        request = {"metrics": [metric], "group_by": ["metric_time__day"], "order_by": ["metric_time__day"]}
        try:
            rows = self._rows(**request, limit=1)
        except LeadlineError:
            return None
        return _day(rows[0]["metric_time__day"]) if rows else None

    def _fact_begins(self, fact: SemanticModel) -> dt.date | None:
        """The first day that the fact's sources tell; None where one of them does not say."""
        known = [self._sources[name] for name in self._fact_sources.of(fact) if name in self._sources]
        told = [source.first_day for source in known if source.is_connected]
        days = [day for day in told if day]
        return min(days) if days and len(days) == len(told) else None

    def _early(self, metric: str, start: dt.date) -> Reason | None:
        first = self.first_day(metric)
        return Reason(Missing.BEFORE_DATA, day=first) if first and start < first else None

    def _rows(self, **request: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.layer.query(connection=self._connection, **request).to_pylist()
        return found

    def _read(self, metric: str, where: tuple[str, ...], cadence: str) -> Reading:
        gap = self.gap(metric)
        if gap:
            return _nothing(metric, None, gap)
        span = last_span(self.until(metric), cadence)
        count = max(TREND[cadence], _year_length(cadence) + 1)
        spans = [span.before(n) for n in range(count - 1, -1, -1)]
        column = f"metric_time__{cadence}"
        try:
            rows = self._rows(
                metrics=[metric],
                group_by=[column],
                where=list(where),
                start=min(spans[0].start, span.year_before().start),
                end=span.end,
            )
        except LeadlineError as error:
            return _nothing(metric, span, Reason(Missing.REFUSED, error.what))
        numbers = {_day(row[column]): _number(row[metric]) for row in rows if row[column]}
        known = {s.start: self._of(metric, s, numbers) for s in (*spans, span.year_before())}
        return Reading(
            metric=metric,
            span=span,
            current=known[span.start],
            previous=known[span.before().start],
            last_year=known[span.year_before().start],
            trend=tuple(known[s.start].number for s in spans[-TREND[cadence] :]),
            by_start=known,
        )

    def _of(self, metric: str, span: Span, numbers: Mapping[dt.date, float | None]) -> Value:
        early = self._early(metric, span.start)
        # The first period of the data is part of one, unless the data begins on its first day.
        return (
            Value(None, early)
            if early
            else self._value(metric, numbers.get(span.start), span.start in numbers)
        )

    def _value(self, metric: str, number: float | None, has_rows: bool) -> Value:
        if number is not None:
            return Value(number)
        parts = self.layer.metrics[metric].type not in ("simple", "cumulative")
        return Value(None, Reason(Missing.NOT_COMPUTABLE if has_rows and parts else Missing.NO_ROWS))


def _nothing(metric: str, span: Span | None, reason: Reason) -> Reading:
    value = Value(None, reason)
    return Reading(metric, span, value, value, value)


def _year_length(cadence: str) -> int:
    return {"day": 366, "week": 52, "month": 12, "quarter": 4, "year": 1}[cadence]


def _number(value: Any) -> float | None:
    if value is None or isinstance(value, dt.date | str):
        return None
    number = float(value)
    return number if math.isfinite(number) else None


def _day(value: Any) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value
