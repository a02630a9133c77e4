"""A KPI against its target: the reading, the path to the target, and the status."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from leadline.catalog import text
from leadline.measurement import pace
from leadline.measurement.model import Kpi, Plan
from leadline.measurement.spans import Span, span_of, year_before
from leadline.measurement.values import Gauge, Reading, Value


class Path(StrEnum):
    """How `expected` was found. NONE: nothing to go by (no target, baseline or deadline)."""

    LINEAR = "linear"
    SEASONAL = "seasonal"
    GIVEN = "given"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a KPI is (`actual`) and where it should be by now (`expected`), in the metric's unit.

    `actual` is the reading's current value for a level, the sum since `start` for a total. `has_no_season`:
    the plan asks for the seasonal path, but last year is not known well enough, so the path is linear.
    """

    kpi: Kpi
    reading: Reading
    actual: Value
    expected: float | None
    path: Path
    status: pace.Status
    as_of: dt.date | None = None
    start: dt.date | None = None
    has_no_season: bool = False


def standings(plan: Plan, gauge: Gauge) -> Iterator[Standing]:
    """Every KPI of the plan as it stands, in the plan's order."""
    for kpi in plan.kpis:
        yield standing(plan, kpi, gauge)


def standing(plan: Plan, kpi: Kpi, gauge: Gauge) -> Standing:
    """One KPI as it stands."""
    reading = gauge.read(kpi.metric, plan.where(kpi.segment), kpi.cadence or "month")
    start = (kpi.start or plan.start) if kpi.kind == "total" else None
    actual = _actual(plan, kpi, gauge, reading, start)
    expected, path, is_linear_by_need = _path(plan, kpi, gauge, reading, start)
    metric = gauge.layer.metrics.get(kpi.metric)
    deadline = kpi.deadline or plan.end
    status = pace.status(
        actual=actual.number,
        expected=expected,
        target=kpi.target,
        better=(text(metric, "better") if metric else None) or "up",
        tolerance=plan.tolerance,
        is_open_total=bool(start and reading.span and reading.span.end < deadline),
    )
    as_of = reading.span.end if reading.span else None
    return Standing(kpi, reading, actual, expected, path, status, as_of, start, is_linear_by_need)


def _actual(plan: Plan, kpi: Kpi, gauge: Gauge, reading: Reading, start: dt.date | None) -> Value:
    if start is None or reading.span is None:
        return reading.current
    end = min(reading.span.end, kpi.deadline or plan.end)
    return gauge.total(kpi.metric, plan.where(kpi.segment), start, end)


def _path(
    plan: Plan, kpi: Kpi, gauge: Gauge, reading: Reading, start: dt.date | None
) -> tuple[float | None, Path, bool]:
    if kpi.target is None or reading.span is None or kpi.deadline is None:
        return None, Path.NONE, False
    if kpi.periods:
        given = _given(kpi, reading.span, start)
        if given is not None:
            return given, Path.GIVEN, False
    if kpi.path == "seasonal":
        season = _seasonal(plan, kpi, gauge, reading, start)
        if season is not None:
            return season, Path.SEASONAL, False
    linear = linear_at(plan, kpi, reading.span.end)
    return linear, Path.NONE if linear is None else Path.LINEAR, kpi.path == "seasonal"


def _given(kpi: Kpi, span: Span, start: dt.date | None) -> float | None:
    return pace.given_level(kpi.periods, span) if start is None else pace.given_total(kpi.periods, span.end)


def _seasonal(plan: Plan, kpi: Kpi, gauge: Gauge, reading: Reading, start: dt.date | None) -> float | None:
    if reading.span is None or kpi.target is None or kpi.deadline is None:
        return None
    where, deadline = plan.where(kpi.segment), kpi.deadline
    if start is None:
        goal = Span.at(deadline, reading.span.grain).year_before()
        if goal.start > reading.span.start:
            return None
        return pace.seasonal_level(kpi.target, reading.last_year.number, reading.at(goal).number)
    first, last = year_before(start), year_before(deadline)
    day = year_before(min(reading.span.end, deadline))
    if last > gauge.until(kpi.metric):
        return None
    whole = gauge.total(kpi.metric, where, first, last).number
    to_date = 0.0 if day < first else gauge.total(kpi.metric, where, first, day).number
    return pace.seasonal_total(kpi.target, to_date, whole)


def linear_at(plan: Plan, kpi: Kpi, day: dt.date) -> float | None:
    """Where the line from baseline to target is on a day; None without target, baseline or deadline."""
    if kpi.target is None or kpi.deadline is None:
        return None
    if kpi.kind == "total":
        return pace.linear_total(kpi.target, kpi.start or plan.start, kpi.deadline, day)
    if kpi.baseline is None:
        return None
    return pace.linear_level(kpi.baseline.value, baseline_day(plan, kpi), kpi.target, kpi.deadline, day)


def baseline_day(plan: Plan, kpi: Kpi) -> dt.date:
    """The evening on which the path begins: the baseline period's last, or the one before the plan starts."""
    if kpi.baseline and kpi.baseline.period:
        return span_of(kpi.baseline.period).end
    return (kpi.start or plan.start) - dt.timedelta(days=1)
