"""The plan's alert rules on the last complete period: what is raised, and why the others are silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from leadline.availability import FactSources, Source
from leadline.catalog import shown_label, shown_unit
from leadline.check.alarm import Alarm, Findings, Outcome, Quiet
from leadline.check.anomalies import is_additive
from leadline.errors import LeadlineError
from leadline.measurement.figures import Style
from leadline.measurement.model import Alert, Plan, Text
from leadline.measurement.spans import Span, last_span
from leadline.measurement.values import Gauge, Missing, Reason, Value
from leadline.units import format_dimension, format_number

_VERSUS = {
    "previous_period": ("the previous period", "la période précédente"),
    "last_year": ("the same period last year", "la même période l'an dernier"),
}


@dataclass(frozen=True, slots=True)
class Bench:
    """What alerts are evaluated with."""

    plan: Plan
    gauge: Gauge
    connection: Any
    sources: Mapping[str, Source] = field(default_factory=dict)
    declared: FactSources = field(default_factory=FactSources)
    currency: str = "EUR"

    def style(self, metric: str, lang: str) -> Style:
        """How a metric's numbers are written."""
        return Style(shown_unit(self.gauge.layer.manifest, metric), "none", lang, self.currency)

    def label(self, metric: str, lang: str) -> str:
        """A metric's label, its name where it is not defined."""
        manifest = self.gauge.layer.manifest
        return shown_label(manifest, metric, lang) if metric in manifest.metrics else metric


@dataclass(frozen=True, slots=True)
class Case:
    """One value that a rule is about, of a group or the whole, and those that it may be compared with."""

    span: Span
    group: str | None
    current: Value
    previous: Value
    last_year: Value
    volume: Value | None = None


def rule_findings(bench: Bench) -> Findings:
    """Every alert rule of the plan, evaluated."""
    found = Findings()
    for rule in bench.plan.alerts:
        try:
            cases = list(_cases(bench, rule))
        except LeadlineError as error:
            found.quiet(Quiet(rule.name, Outcome.NO_VALUE, None, detail=error.what))
            continue
        if not cases:
            found.quiet(Quiet(rule.name, Outcome.NO_VALUE, None, detail=rule.metric))
        for case in cases:
            alarm = _judge(bench, rule, case)
            found.add(alarm) if isinstance(alarm, Alarm) else found.quiet(alarm)
    return found


def _judge(bench: Bench, rule: Alert, case: Case) -> Alarm | Quiet:
    quiet = Quiet(rule.name, Outcome.FINE, case.span, case.group)
    if case.volume is not None and rule.minimum is not None:
        volume = case.volume.number or 0.0
        if volume < rule.minimum.at_least:
            told = f"{rule.minimum.metric} {volume:g} < {rule.minimum.at_least:g}"
            return quiet.because(Outcome.TOO_FEW, told)
    now = case.current.number
    if now is None:
        return quiet.because(Outcome.NO_VALUE, _reason(case.current))
    measured, then = now, None
    if rule.condition.versus:
        then = (case.previous if rule.condition.versus == "previous_period" else case.last_year).number
        if not then or then < 0:
            return quiet.because(Outcome.NO_VALUE, f"{rule.condition.versus}: {then}")
        measured = now / then - 1
    above, below = rule.condition.above, rule.condition.below
    if above is not None and measured > above:
        return _alarm(bench, rule, case, measured, above, is_above=True)
    if below is not None and measured < below:
        return _alarm(bench, rule, case, measured, below, is_above=False)
    return quiet


def _alarm(bench: Bench, rule: Alert, case: Case, measured: float, bound: float, *, is_above: bool) -> Alarm:
    told = [_message(bench, rule, case, measured, bound, lang, is_above=is_above) for lang in ("en", "fr")]
    return Alarm(
        rule=rule.name,
        group=case.group,
        severity=rule.severity,
        title=rule.title,
        message=Text(*told),
        action=rule.action,
        owner=rule.owner,
        metric=rule.metric,
        segment=rule.segment,
        span=case.span,
        value=case.current.number,
        limit=bound,
        change=measured if rule.condition.versus else None,
        place=rule.place,
    )


def _message(
    bench: Bench, rule: Alert, case: Case, measured: float, bound: float, lang: str, *, is_above: bool
) -> str:
    french = lang == "fr"
    style = bench.style(rule.metric, lang)
    where = [case.group] if case.group else []
    where += [bench.plan.segments[rule.segment].title.say(lang)] if rule.segment else []
    of = f" ({', '.join(where)})" if where else ""
    colon = " : " if french else ": "
    value = f"{style.number(case.current.number)}, {case.span.label(lang)}"
    told = f"{bench.label(rule.metric, lang)}{of}{colon}{value}"
    side = ("au-dessus de" if is_above else "au-dessous de") if french else ("above" if is_above else "below")
    if rule.condition.versus is None:
        return f"{told} ; {side} {style.number(bound)}" if french else f"{told}; {side} {style.number(bound)}"
    then = case.previous if rule.condition.versus == "previous_period" else case.last_year
    share = format_number(measured, "ratio", lang=lang)
    versus = _VERSUS[rule.condition.versus][french]
    against = f"{versus} ({style.number(then.number)})"
    if french:
        return f"{told} ; {share} par rapport à {against}, {side} {format_number(bound, 'ratio', lang=lang)}"
    return f"{told}; {share} against {against}, {side} {format_number(bound, 'ratio', lang=lang)}"


def _reason(value: Value) -> str:
    if value.reason is None:
        return ""
    return " ".join(filter(None, (value.reason.why.value, value.reason.detail, str(value.reason.day or ""))))


def _cases(bench: Bench, rule: Alert) -> Iterator[Case]:
    if rule.by:
        yield from _groups(bench, rule)
        return
    where = bench.plan.where(rule.segment)
    reading = bench.gauge.read(rule.metric, where, rule.cadence)
    if reading.span is None:
        return
    volume = None
    if rule.minimum:
        found = bench.gauge.total(rule.minimum.metric, where, reading.span.start, reading.span.end)
        volume = filled(bench, rule.minimum.metric, found)
    values = (reading.current, reading.previous, reading.last_year)
    now, previous, last_year = (filled(bench, rule.metric, value) for value in values)
    yield Case(reading.span, None, now, previous, last_year, volume)


def filled(bench: Bench, metric: str, value: Value) -> Value:
    """A count or sum without rows, of sources that are connected, is 0: that leads stop is no silence."""
    is_empty = value.reason is not None and value.reason.why is Missing.NO_ROWS
    return Value(0.0) if is_empty and is_additive(bench.gauge.layer.metrics.get(metric)) else value


def _groups(bench: Bench, rule: Alert) -> Iterator[Case]:
    """A case for each group that has the metric in the period or in the one that it is compared with."""
    if bench.gauge.gap(rule.metric):
        return
    span = last_span(bench.gauge.until(rule.metric), rule.cadence)
    spans = {"now": span, "previous": span.before(), "last_year": span.year_before()}
    values = {key: group_values(bench, rule, rule.metric, at) for key, at in spans.items()}
    volumes = group_values(bench, rule, rule.minimum.metric, span) if rule.minimum else None
    compared = {"previous_period": ["previous"], "last_year": ["last_year"]}.get(
        rule.condition.versus or "", []
    )
    names = dict.fromkeys(name for key in ["now", *compared] for name in values[key])
    for name in names:
        now, previous, last_year = (_of(bench, rule.metric, values[key], name) for key in spans)
        volume = Value(volumes.get(name)) if volumes is not None else None
        yield Case(span, format_dimension(name, None), now, previous, last_year, volume)


def _of(bench: Bench, metric: str, values: dict[Any, float | None], name: Any) -> Value:
    if values.get(name) is not None:
        return Value(values[name])
    reason = Reason(Missing.NOT_COMPUTABLE if name in values else Missing.NO_ROWS)
    return filled(bench, metric, Value(None, reason))


def group_values(bench: Bench, rule: Alert, metric: str, span: Span) -> dict[Any, float | None]:
    """A metric in a period by the rule's groups. Raises LeadlineError where it cannot be cut so."""
    rows = bench.gauge.layer.query(
        connection=bench.connection,
        metrics=[metric],
        group_by=[rule.by],
        where=list(bench.plan.where(rule.segment)),
        start=span.start,
        end=span.end,
    )
    keys, values = rows.column(0).to_pylist(), rows.column(metric).to_pylist()
    return {key: None if value is None else float(value) for key, value in zip(keys, values, strict=True)}
