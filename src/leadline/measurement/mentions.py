"""Rules for the rest of the plan: what alerts, dashboards, benchmarks, tags and events name exists and
fits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from leadline.errors import AmbiguousNameError, LeadlineError, nearest
from leadline.layer import Layer
from leadline.measurement.breach import Breach, Severity
from leadline.measurement.model import Alert, Plan
from leadline.measurement.source import Place
from leadline.resolve.metrics import find_metric


def mention_breaches(plan: Plan, layer: Layer) -> Iterator[Breach]:
    """Every breach of a rule about what the plan names outside its KPIs."""
    for rule, place, metric, cuts, where in _requests(plan):
        yield from _answerable(layer, rule, place, metric, cuts, where)
    for alert in plan.alerts:
        yield from _groups(layer, plan, alert)
    yield from _channels(plan)
    yield from _utm(plan)
    yield from _events(plan)


_Request = tuple[str, Place, str, Sequence[str], Sequence[str]]


def _requests(plan: Plan) -> Iterator[_Request]:
    for group in plan.business:
        for metric, place in zip(group.metrics, group.places, strict=True):
            yield "business", place, metric, ["metric_time__month"], ()
    for alert in plan.alerts:
        cuts = [f"metric_time__{alert.cadence}"]
        where = plan.where(alert.segment)
        yield "alert", alert.places["metric"], alert.metric, cuts, where
        if alert.minimum:
            yield "alert", alert.minimum.place, alert.minimum.metric, cuts, where
    for watch in plan.watches:
        if watch.minimum:
            yield "watch", watch.minimum.place, watch.minimum.metric, [f"metric_time__{watch.cadence}"], ()
    for board in plan.dashboards:
        for section in board.sections:
            for metric, place in zip(section.metrics, section.places, strict=True):
                yield "dashboard", place, metric, section.by, plan.where(section.segment)
    for found in plan.benchmarks:
        yield "benchmark", found.place, found.metric, ["metric_time__month"], plan.where(found.segment)


def _answerable(
    layer: Layer, rule: str, place: Place, metric: str, cuts: Sequence[str], where: Sequence[str]
) -> Iterator[Breach]:
    try:
        find_metric(layer.manifest, metric)
        layer.plan(metrics=[metric], group_by=list(cuts), where=list(where))
    except AmbiguousNameError as error:
        choices = tuple(choice.split("  ")[0] for choice in error.choices)
        what = f"{rule}: {error.what.splitlines()[0]}"
        yield Breach("metric.ambiguous", Severity.ERROR, place, what, "name the one that is meant", choices)
    except LeadlineError as error:
        known = metric in layer.metrics
        what = f"{rule}: {error.what.splitlines()[0]}" + (f" (asked of {metric})" if known else "")
        name = "segment.dimension" if known else "metric.unknown"
        fix = f"`leadline show {metric}` says what it can be cut by" if known else "`leadline list` shows all"
        yield Breach(name, Severity.ERROR, place, what, fix, tuple(error.nearest))


def _groups(layer: Layer, plan: Plan, alert: Alert) -> Iterator[Breach]:
    """The dimension of `by:`, for metrics that can be had without it."""
    if alert.by is None:
        return
    cuts, where = [f"metric_time__{alert.cadence}"], plan.where(alert.segment)
    asked = [alert.metric, *([alert.minimum.metric] if alert.minimum else [])]
    for metric in asked:
        if not any(_answerable(layer, "alert", alert.place, metric, cuts, where)):
            yield from _answerable(layer, "alert", alert.places["by"], metric, [*cuts, alert.by], where)


def _channels(plan: Plan) -> Iterator[Breach]:
    known = [channel.name for channel in plan.channels]
    for objective in plan.objectives:
        if objective.channel and objective.channel not in known:
            what = f"{objective.name!r} serves the channel {objective.channel!r}, which is not planned"
            near = tuple(nearest(objective.channel, known))
            place = objective.places["channel"]
            yield Breach("channel.unknown", Severity.ERROR, place, what, "add it under `channels:`", near)


def _utm(plan: Plan) -> Iterator[Breach]:
    """utm.rule: a rule says something, and its example keeps it."""
    for rule in plan.utm.rules:
        if not rule.values and not rule.pattern:
            what = f"{rule.parameter} may hold anything: it has neither values nor a pattern"
            yield Breach("utm.rule", Severity.WARNING, rule.place, what, "add `values:` or `pattern:`")
        elif rule.example is not None and not _keeps(rule.example, rule.values, rule.pattern):
            what = f"the example {rule.example!r} of {rule.parameter} breaks its own rule"
            yield Breach("utm.rule", Severity.WARNING, rule.place, what, "correct the example or the rule")


def _keeps(value: str, values: Sequence[str], pattern: str | None) -> bool:
    listed = not values or value in values
    return listed and (pattern is None or re.fullmatch(pattern, value) is not None)


def _events(plan: Plan) -> Iterator[Breach]:
    seen: set[str] = set()
    for event in plan.tracking.events:
        if event.name in seen or event.name in plan.tracking.ignored:
            what = f"the event {event.name!r} is planned twice, or planned and ignored"
            yield Breach("tracking.event", Severity.ERROR, event.place, what, "keep one of them")
        seen.add(event.name)
