"""Rules for targets: they lie ahead, on the good side of the baseline, and do not contradict each other."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from leadline.catalog import text
from leadline.errors import LeadlineError
from leadline.layer import Layer
from leadline.manifest import Metric
from leadline.measurement.breach import Breach, Severity
from leadline.measurement.model import Kpi, Plan
from leadline.measurement.spans import Span, span_of
from leadline.measurement.standing import baseline_day
from leadline.measurement.values import Gauge

# A baseline may be rounded, or the data restated a little; more than this is another number.
_RESTATED: Final = 0.02


def target_breaches(plan: Plan, layer: Layer, today: dt.date, gauge: Gauge | None) -> Iterator[Breach]:
    """Every breach of a rule about targets."""
    for kpi in plan.kpis:
        metric = layer.metrics.get(kpi.metric)
        better = text(metric, "better") if metric else None
        unit = text(metric, "unit") if metric else None
        named = [*_named_periods(kpi)]
        yield from named
        if named:
            continue
        yield from _dates(plan, kpi, today)
        yield from _direction(kpi, better)
        yield from _scale(kpi, unit)
        if metric:
            yield from _kind(kpi, metric)
        yield from _periods(plan, kpi)
        if gauge and metric:
            yield from _baseline_in_data(plan, kpi, gauge)
    yield from _overlaps(plan)
    yield from _names(plan)


def _breach(
    rule: str, kpi: Kpi, key: str, what: str, fix: str, severity: Severity = Severity.ERROR
) -> Breach:
    return Breach(rule, severity, kpi.at(key), f"{kpi.name}: {what}", fix)


def _named_periods(kpi: Kpi) -> Iterator[Breach]:
    """period.unknown: 2026-13 is written as a period, and is none."""
    baseline = kpi.baseline.period if kpi.baseline else None
    for key, name in (*(("periods", name) for name in kpi.periods), ("baseline", baseline)):
        try:
            if name:
                span_of(name)
        except LeadlineError as error:
            yield _breach("period.unknown", kpi, key, error.what, error.fix or "")


def _dates(plan: Plan, kpi: Kpi, today: dt.date) -> Iterator[Breach]:
    """target.past, target.dates."""
    if kpi.deadline is None:
        return
    if kpi.deadline < today:
        what = f"its deadline, {kpi.deadline}, is past"
        yield _breach(
            "target.past", kpi, "deadline", what, "set the next one, or take the KPI out of the plan"
        )
    start = (kpi.start or plan.start) if kpi.kind == "total" else None
    if start and start > kpi.deadline:
        what = f"it begins on {start}, after its deadline {kpi.deadline}"
        yield _breach("target.dates", kpi, "start" if kpi.start else "deadline", what, "exchange them")
    elif start is None and kpi.baseline and baseline_day(plan, kpi) >= kpi.deadline:
        what = f"its baseline is of {baseline_day(plan, kpi)}, not before its deadline {kpi.deadline}"
        yield _breach("target.dates", kpi, "baseline", what, "take the baseline from before the plan")


def _direction(kpi: Kpi, better: str | None) -> Iterator[Breach]:
    """target.direction: the target is better than the baseline, as the metric counts better."""
    if kpi.target is None:
        return
    if better == "none":
        what = f"{kpi.metric} has no good direction, so a target on it can be neither reached nor missed"
        yield _breach("target.direction", kpi, "target", what, "set the target on a KPI that it moves")
        return
    if kpi.baseline is None or better is None:
        return
    start, goal = kpi.baseline.value, kpi.target
    is_better = goal > start if better == "up" else goal < start
    if not is_better:
        what = (
            f"{kpi.metric} is good when it goes {better}, and the target {goal:g} asks to go from {start:g} "
        )
        what += "nowhere" if goal == start else "the other way"
        yield _breach(
            "target.direction", kpi, "target", what, f"ask for {'more' if better == 'up' else 'less'}"
        )
    if start == 0:
        what = "its baseline is 0, so the growth asked for cannot be stated"
        fix = "take a baseline from a period with data"
        yield _breach("smart.achievable", kpi, "baseline", what, fix, Severity.WARNING)


def _scale(kpi: Kpi, unit: str | None) -> Iterator[Breach]:
    """target.unit: 3 % of a ratio is 0.03, not 3."""
    if unit == "ratio" and kpi.target is not None and abs(kpi.target) > 1:
        what = f"{kpi.metric} is a ratio, and {kpi.target:g} is {100 * kpi.target:g} %"
        yield _breach("target.unit", kpi, "target", what, "write 3 % as 0.03", Severity.WARNING)


def _kind(kpi: Kpi, metric: Metric) -> Iterator[Breach]:
    """target.kind: only what adds up over time can be a total."""
    adds = text(metric, "adds") or ("yes" if metric.type == "simple" else "no")
    if kpi.kind == "total" and adds != "yes":
        what = f"{kpi.metric} does not add up over time (adds: {adds}), so it has no total"
        yield _breach("target.kind", kpi, "kind", what, "use `kind: level`")


def _periods(plan: Plan, kpi: Kpi) -> Iterator[Breach]:
    """target.periods: the targets of single periods and the target at the deadline say the same."""
    if not kpi.periods or kpi.target is None or kpi.deadline is None:
        return
    spans = sorted((span_of(name), value) for name, value in kpi.periods.items())
    for (one, _), (two, _) in combinations(spans, 2):
        if two.start <= one.end:
            what = f"the periods from {one.start} and from {two.start} overlap"
            yield _breach("target.periods", kpi, "periods", what, "give each day one target")
    if kpi.kind == "total":
        total = math.fsum(value for _, value in spans)
        if not math.isclose(total, kpi.target, rel_tol=1e-6):
            what = f"its periods add up to {total:g}, its target is {kpi.target:g}"
            yield _breach("target.periods", kpi, "periods", what, "make them equal")
    else:
        last, value = spans[-1]
        if last.end >= kpi.deadline and value != kpi.target:
            what = f"its last period asks for {value:g}, its target for {kpi.target:g}"
            yield _breach("target.periods", kpi, "periods", what, "make them equal")


def _baseline_in_data(plan: Plan, kpi: Kpi, gauge: Gauge) -> Iterator[Breach]:
    """baseline.data: the baseline is what the data says of its period."""
    if kpi.baseline is None or not kpi.baseline.period:
        return
    span = span_of(kpi.baseline.period)
    if span.end > gauge.until(kpi.metric):
        return
    found = gauge.total(kpi.metric, plan.where(kpi.segment), span.start, span.end).number
    if found is None or math.isclose(found, kpi.baseline.value, rel_tol=_RESTATED):
        return
    what = f"its baseline for {kpi.baseline.period} is {kpi.baseline.value:g}, the data says {found:g}"
    yield _breach("baseline.data", kpi, "baseline", what, "correct one of them", Severity.WARNING)


def _window(plan: Plan, kpi: Kpi) -> Span | None:
    if kpi.deadline is None:
        return None
    start = (
        (kpi.start or plan.start) if kpi.kind == "total" else baseline_day(plan, kpi) + dt.timedelta(days=1)
    )
    return Span(start, kpi.deadline, "day")


def _overlaps(plan: Plan) -> Iterator[Breach]:
    """target.overlap: one metric in one segment has one target at a time."""
    for one, two in combinations(plan.kpis, 2):
        if (one.metric, one.segment, one.kind) != (two.metric, two.segment, two.kind):
            continue
        try:
            first, second = _window(plan, one), _window(plan, two)
        except LeadlineError:
            # A period without a calendar is reported where it stands.
            continue
        if first and second and first.start <= second.end and second.start <= first.end:
            what = (
                f"its target until {two.deadline} overlaps that of line {one.place.line} until {one.deadline}"
            )
            fix = "keep one, or let one begin when the other ends"
            yield _breach("target.overlap", two, "metric", what, fix)


def _names(plan: Plan) -> Iterator[Breach]:
    """kpi.name: a KPI's name is its key in fct_targets."""
    seen: dict[str, Kpi] = {}
    for kpi in plan.kpis:
        first = seen.setdefault(kpi.name, kpi)
        if first is not kpi:
            what = f"a KPI of this name stands at line {first.place.line}"
            yield _breach("kpi.name", kpi, "metric", what, "give one of them a `name:`")
