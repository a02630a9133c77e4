"""What is wrong with a plan whose shape is right: every breach of every rule at once.

The rules are those of docs/plan.md. Without a gauge (no database) only what needs no data is checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from leadline.catalog import text
from leadline.errors import AmbiguousNameError, LeadlineError
from leadline.layer import Layer
from leadline.measurement.breach import Breach, Severity, ordered
from leadline.measurement.mentions import mention_breaches
from leadline.measurement.model import INDICATOR, NORTH_STAR, PRIMARY, Kpi, Plan
from leadline.measurement.source import Place
from leadline.measurement.target_rules import target_breaches
from leadline.measurement.values import Gauge, Missing, Reading
from leadline.resolve.metrics import find_metric

TOTAL: Final = (5, 7)
PER_OBJECTIVE: Final = (1, 5)
PER_STAGE: Final = (1, 3)


@dataclass(frozen=True, slots=True)
class Context:
    """What the rules look at; `today` decides what is past."""

    plan: Plan
    layer: Layer
    today: dt.date
    gauge: Gauge | None = None

    def meta(self, kpi: Kpi, key: str) -> str | None:
        """One of the metric's keys under `config: meta: leadline:`; None where the metric is not defined."""
        metric = self.layer.metrics.get(kpi.metric)
        return text(metric, key) if metric else None


def check(plan: Plan, layer: Layer, today: dt.date, gauge: Gauge | None = None) -> list[Breach]:
    """Every breach, in the order of the file."""
    context = Context(plan, layer, today, gauge)
    found = [breach for rule in RULES for breach in rule(context)]
    return ordered(found)


def _of(rule: str, severity: Severity, place: Place, what: str, fix: str) -> Breach:
    return Breach(rule, severity, place, what, fix)


def _defined(context: Context) -> Iterator[Breach]:
    """Specific: every KPI names one defined metric, at a grain and in a segment that it can be cut by."""
    for kpi in context.plan.kpis:
        place = kpi.at("metric")
        try:
            find_metric(context.layer.manifest, kpi.metric)
        except AmbiguousNameError as error:
            choices = tuple(choice.split("  ")[0] for choice in error.choices)
            what = f"{kpi.metric!r} has several meanings, each with a name of its own"
            fix = "name the one that is meant"
            yield Breach("metric.ambiguous", Severity.ERROR, place, what, fix, choices)
        except LeadlineError as error:
            what = f"{kpi.name}: the metric {kpi.metric!r} is not defined"
            fix = "`leadline list` shows every metric"
            yield Breach("metric.unknown", Severity.ERROR, place, what, fix, error.nearest)
        else:
            yield from _answerable(context, kpi)


def _answerable(context: Context, kpi: Kpi) -> Iterator[Breach]:
    request = {"metrics": [kpi.metric], "group_by": [f"metric_time__{kpi.cadence or 'month'}"]}
    try:
        context.layer.plan(**request)
    except LeadlineError as error:
        what = f"{kpi.name}: it cannot be had by {kpi.cadence or 'month'}: {error.what}"
        yield _of(
            "smart.measurable", Severity.ERROR, kpi.at("cadence"), what, error.fix or "choose a cadence"
        )
        return
    if not kpi.segment:
        return
    try:
        context.layer.plan(**request, where=list(context.plan.where(kpi.segment)))
    except LeadlineError as error:
        what = f"{kpi.name}: {kpi.metric} cannot be cut by the segment {kpi.segment!r}: {error.what}"
        fix = f"`leadline show {kpi.metric}` says what it can be cut by"
        yield Breach("segment.dimension", Severity.ERROR, kpi.at("segment"), what, fix, error.nearest)


def _measured(context: Context) -> Iterator[Breach]:
    """smart.measurable: the SQL runs and has data."""
    if context.gauge is None:
        place = context.plan.north_star.place
        what = "there is no database here, so no KPI was measured"
        yield _of("smart.measurable", Severity.NOTE, place, what, "build it with `make build`")
        return
    from leadline.measurement.labels import why

    for kpi in context.plan.kpis:
        if kpi.metric not in context.layer.metrics:
            continue
        reading = context.gauge.read(kpi.metric, context.plan.where(kpi.segment), kpi.cadence or "month")
        if reading.current.number is None and any(value is not None for value in reading.trend):
            what = f"{kpi.name}: no value for its last complete period: {why(reading.current.reason, 'en')}"
            fix = "give it a longer cadence, or a segment with more data"
            yield _of("smart.measurable", Severity.WARNING, kpi.at("metric"), what, fix)
        elif reading.current.number is None and not _is_refused(reading):
            what = f"{kpi.name}: it has no data at all: {why(reading.current.reason, 'en')}"
            fix = "connect its source, or correct the segment"
            yield _of("smart.measurable", Severity.ERROR, kpi.at("metric"), what, fix)


def _is_refused(reading: Reading) -> bool:
    """Whether the request itself is refused, which is reported where it is asked."""
    return reading.current.reason is not None and reading.current.reason.why is Missing.REFUSED


def _complete(context: Context) -> Iterator[Breach]:
    """smart.achievable, smart.time_bound, kpi.owner, kpi.action: nothing is left out."""
    wanted = (
        ("baseline", "smart.achievable", "it has no baseline, so the growth asked for is not stated"),
        ("target", "smart.achievable", "it has no target"),
        ("deadline", "smart.time_bound", "it has no deadline"),
        ("cadence", "smart.time_bound", "nothing says how often it is reviewed"),
        ("owner", "kpi.owner", "nobody answers for it"),
        ("action", "kpi.action", "nothing says what to do when it falls behind"),
    )
    for kpi in context.plan.kpis:
        for key, rule, what in wanted:
            if getattr(kpi, key) in (None, "") or (key == "action" and not kpi.action):
                yield _of(rule, Severity.ERROR, kpi.place, f"{kpi.name}: {what}", f"add `{key}: …`")


def _relevant(context: Context) -> Iterator[Breach]:
    """smart.relevant: every objective leads to the north star, and the plan says how."""
    goals = {objective.name: objective.leads_to for objective in context.plan.objectives}
    for objective in context.plan.objectives:
        seen, step = [objective.name], objective.leads_to
        while step in goals and step not in seen:
            seen.append(step)
            step = goals[step]
        place = objective.places.get("leads_to", objective.place)
        if step != NORTH_STAR:
            yield _of(
                "smart.relevant",
                Severity.ERROR,
                place,
                f"the objective {objective.name!r} does not lead to the north star: {_astray(seen, step)}",
                "`leads_to: north_star`, or the name of an objective that leads there",
            )
        if not objective.because:
            what = f"the objective {objective.name!r} does not say how it moves what it leads to"
            yield _of(
                "smart.relevant", Severity.WARNING, objective.place, what, "add `because: {en: …, fr: …}`"
            )


def _astray(seen: list[str], step: str | None) -> str:
    if step is None:
        return f"{seen[-1]!r} leads nowhere"
    return (
        f"it goes round by {' → '.join([*seen, step])}" if step in seen else f"there is no objective {step!r}"
    )


def _limits(context: Context) -> Iterator[Breach]:
    """limits.total, limits.objective, limits.stage: few enough primary KPIs to be looked at."""
    primary = [kpi for o in context.plan.objectives for kpi in o.kpis if kpi.role == PRIMARY]
    low, high = TOTAL
    if len(primary) > high:
        what = f"{len(primary)} primary KPIs in all; {low} to {high} can be looked at"
        fix = "make the rest indicators (`role: indicator`)"
        yield _of("limits.total", Severity.ERROR, primary[high].place, what, fix)
    if len(primary) < low:
        what = f"only {len(primary)} primary KPIs in all; {low} to {high} give a full picture"
        fix = "add KPIs for the objectives that have few"
        yield _of("limits.total", Severity.WARNING, context.plan.objectives[0].place, what, fix)
    for objective in context.plan.objectives:
        own = [kpi for kpi in objective.kpis if kpi.role == PRIMARY]
        if len(own) < PER_OBJECTIVE[0]:
            what = f"the objective {objective.name!r} has no primary KPI that tells whether it is reached"
            yield _of("limits.objective", Severity.ERROR, objective.place, what, "give it 1 to 5")
        if len(own) > PER_OBJECTIVE[1]:
            what = f"the objective {objective.name!r} has {len(own)} primary KPIs; 1 to 5 are allowed"
            fix = "make the rest indicators (`role: indicator`)"
            yield _of("limits.objective", Severity.ERROR, own[PER_OBJECTIVE[1]].place, what, fix)
    yield from _stage_limits(context, primary)


def _stage_limits(context: Context, primary: list[Kpi]) -> Iterator[Breach]:
    by_stage: dict[str, list[Kpi]] = {}
    for kpi in primary:
        stage = context.meta(kpi, "stage")
        if stage:
            by_stage.setdefault(stage, []).append(kpi)
    for stage, own in by_stage.items():
        if len(own) > PER_STAGE[1]:
            what = f"{len(own)} primary KPIs for the stage {stage}; 1 to 3 are allowed"
            fix = "make the rest indicators (`role: indicator`)"
            yield _of("limits.stage", Severity.ERROR, own[PER_STAGE[1]].place, what, fix)
    for objective in context.plan.objectives:
        if objective.stage and objective.stage not in by_stage:
            what = f"{objective.name!r} serves the stage {objective.stage}, which has no primary KPI"
            fix = f"add a KPI of the stage; `leadline list --stage {objective.stage}` shows them"
            yield _of("limits.stage", Severity.WARNING, objective.places["stage"], what, fix)


def _tiers(context: Context) -> Iterator[Breach]:
    """kpi.vanity: what decides nothing alone is no primary KPI. Channels hold indicators."""
    for kpi in context.plan.kpis:
        tier = context.meta(kpi, "tier")
        if kpi.role == INDICATOR or tier in ("lagging", "leading", None):
            continue
        what, severity = "decides nothing alone (vanity)", Severity.ERROR
        if tier == "base":
            what, severity = "is a building block of others (base)", Severity.WARNING
        role = "the north star" if kpi.role == NORTH_STAR else "a primary KPI"
        fix = "make it an indicator, or choose the KPI that it is to move"
        yield _of("kpi.vanity", severity, kpi.at("metric"), f"{kpi.metric} {what} and is {role}", fix)
    for channel in context.plan.channels:
        for kpi in channel.kpis:
            if kpi.role == PRIMARY:
                what = f"{kpi.name}: the KPIs of a channel are indicators, this one is primary"
                fix = "put it under an objective, or leave `role` out"
                yield _of("kpi.role", Severity.ERROR, kpi.at("role"), what, fix)


def _targets(context: Context) -> Iterator[Breach]:
    return target_breaches(context.plan, context.layer, context.today, context.gauge)


def _mentions(context: Context) -> Iterator[Breach]:
    return mention_breaches(context.plan, context.layer)


RULES: Final[tuple[Callable[[Context], Iterator[Breach]], ...]] = (
    _defined,
    _measured,
    _complete,
    _relevant,
    _limits,
    _tiers,
    _targets,
    _mentions,
)
