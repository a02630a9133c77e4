"""Funnels: ordered or unordered steps of persons within a window, asked for and bound to facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot import exp

from leadline.errors import RefusedError, RequestError, UnknownNameError, nearest
from leadline.filters import Filter, parse_filter
from leadline.grains import Window
from leadline.manifest import Aggregation, Manifest, Metric
from leadline.manifest.declared import parse_window
from leadline.names import Name, Reference
from leadline.request import Moment, Request
from leadline.resolve.binding import Column, Condition, Fact, Key
from leadline.resolve.metrics import find_metric
from leadline.resolve.query import Resolver

MAX_STEPS = 20
_PARTS = ("name", "metric", "model", "where")


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """A step as it is asked: a metric's rows or those of a model, less what the filters leave out."""

    name: str
    metric: str | None
    model: str | None
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundStep:
    """A step with its fact and the conditions on its rows; the first one with what the request asks of it."""

    name: str
    fact: Fact
    conditions: tuple[Condition, ...]
    keys: tuple[Key, ...] = ()
    asked: tuple[Condition, ...] = ()

    @property
    def identity(self) -> object:
        """Equal for steps that are made of the same rows."""
        time = self.fact.time.name if self.fact.time else None
        return (self.fact.model.name, time, frozenset(c.identity for c in self.conditions))


@dataclass(frozen=True, slots=True)
class ResolvedFunnel:
    """Everything that planning needs to know about a funnel."""

    steps: tuple[BoundStep, ...]
    person: str
    within: Window
    ordered: bool
    start: Moment | None
    end: Moment | None


def read_steps(steps: Iterable[Any]) -> tuple[FunnelStep, ...]:
    """The steps in shape. Raises RequestError where one is neither a metric's name nor a mapping of parts."""
    if isinstance(steps, str | Mapping):
        raise RequestError("a funnel has several steps", where="steps", fix="give a list of at least two")
    found = tuple(_read_step(item) for item in steps)
    if not 2 <= len(found) <= MAX_STEPS:
        raise RequestError(f"a funnel has 2 to {MAX_STEPS} steps, not {len(found)}", where="steps")
    return found


def _read_step(item: Any) -> FunnelStep:
    if isinstance(item, str) and item.strip():
        return FunnelStep(item.strip(), item.strip(), None)
    if not isinstance(item, Mapping) or ("metric" in item) == ("model" in item):
        raise RequestError(
            f"{item!r} is not a step",
            where="steps",
            fix='give a metric\'s name, or {"model": "funnel", "where": "step = \'lead\'", "name": "lead"}',
        )
    for part in item:
        if part not in _PARTS:
            raise RequestError(
                f"{part!r} is not a part of a step", where="steps", nearest=nearest(part, _PARTS)
            )
    given = item.get("where") or ()
    where = (given,) if isinstance(given, str) else tuple(given)
    source = item.get("metric") or item.get("model")
    if not isinstance(source, str):
        raise RequestError(f"{source!r} is not a name", where="steps")
    name = item.get("name") or (", ".join(where) if item.get("model") and where else source)
    return FunnelStep(str(name), item.get("metric"), item.get("model"), where)


def read_within(text: Any) -> Window:
    """The window of a funnel. Raises RequestError where it is no span of time."""
    found = parse_window(text) if isinstance(text, str) else None
    if found is None:
        raise RequestError(f"{text!r} is not a span of time", where="within", fix="write 7 days, or 7d")
    return found


def resolve_funnel(
    resolver: Resolver,
    steps: tuple[FunnelStep, ...],
    request: Request,
    person: str,
    within: Window,
    ordered: bool,
) -> ResolvedFunnel:
    """Bind a funnel; `request` holds what is asked of the first step: groups, filters, start and end.

    Raises:
        UnknownNameError: a metric, a model or the entity of the person is not defined.
        RefusedError: a step has no right number here, such as a metric that is not simple.
    """
    bound = []
    for place, step in enumerate(steps):
        fact, filters = _source(resolver.manifest, step, resolver)
        if person not in fact.model.entities:
            raise UnknownNameError(
                f"{fact.model.name!r} has no entity {person!r}",
                where=f"step {place + 1} of the funnel, {step.name!r}",
                nearest=nearest(person, fact.model.entities),
                fix="name the entity that all steps share with by",
            )
        conditions = [resolver.binder.condition(fact, item) for item in filters]
        conditions += _counted(step, fact, resolver.manifest)
        keys: tuple[Key, ...] = ()
        asked: tuple[Condition, ...] = ()
        if place == 0:
            asked = tuple(resolver.binder.condition(fact, item) for item in resolver.filters(request))
            names = [resolver.with_grain(r.name, [fact], fact.default_grain) for r in request.group_by]
            keys = tuple(Key(resolver.label(n, [fact]), resolver.binder.column(fact, n)) for n in names)
        bound.append(BoundStep(step.name, fact, tuple(conditions), keys, asked))
    found = ResolvedFunnel(tuple(bound), person, within, ordered, request.start, request.end)
    _check(found)
    return found


def _check(funnel: ResolvedFunnel) -> None:
    identities = [step.identity for step in funnel.steps]
    if not funnel.ordered and len(set(identities)) < len(identities):
        raise RefusedError(
            "two steps of an unordered funnel are the same, so one event would be both",
            fix="leave one out, or ask for an ordered funnel, where the later one lies later",
        )
    taken = {"step", "name", "people", "conversion_from_first", "conversion_from_previous"}
    for key in funnel.steps[0].keys:
        if key.label in taken:
            raise RefusedError(f"{key.label!r} would name two columns", fix="group by its full name")


def _source(manifest: Manifest, step: FunnelStep, resolver: Resolver) -> tuple[Fact, tuple[Filter, ...]]:
    custom = frozenset(manifest.custom_grains)
    own = tuple(f for text in step.where for f in parse_filter(text, custom_grains=custom))
    asked_for = f"step {step.name!r}"
    if step.metric is None:
        model = manifest.models.get(step.model or "")
        if model is None:
            raise UnknownNameError(
                f"semantic model {step.model!r} is not defined",
                nearest=nearest(step.model or "", manifest.models),
            )
        time = model.dimensions.get(model.time_dimension or "")
        if time is None:
            raise RefusedError(f"{model.name!r} has no time of its own, so its rows are no events")
        return Fact(model, time, asked_for, time.grain or "day"), own
    metric = find_metric(manifest, step.metric)
    aggregation = _aggregation(metric)
    assert metric.use is not None  # noqa: S101  simple metrics have one
    texts = (*metric.use.filters, *metric.filters)
    filters = tuple(f for text in texts for f in parse_filter(text, trusted=True, custom_grains=custom))
    return resolver.binder.fact(aggregation, asked_for, "day"), (*filters, *own)


def _aggregation(metric: Metric) -> Aggregation:
    if metric.type != "simple" or metric.use is None or metric.use.aggregation.non_additive is not None:
        raise RefusedError(
            f"a step of a funnel is an event, and metric {metric.name!r} is none",
            fix="name a simple metric that counts or adds up rows, or a model and a filter",
        )
    return metric.use.aggregation


def _counted(step: FunnelStep, fact: Fact, manifest: Manifest) -> list[Condition]:
    """A metric that counts values has its events where there is one."""
    if step.metric is None:
        return []
    use = manifest.metrics[step.metric].use
    assert use is not None  # noqa: S101  simple metrics have one
    aggregation = use.aggregation
    if aggregation.expr.isdigit() or aggregation.expr == "*":
        return []
    place: exp.Expression = exp.Placeholder(this="0")
    if aggregation.agg in ("count", "count_distinct"):
        tree: exp.Expression = exp.Not(this=exp.Is(this=place, expression=exp.Null()))
    elif aggregation.agg == "sum_boolean":
        tree = exp.Is(this=place, expression=exp.Boolean(this=True))
    else:
        return []
    item = Filter(f"{aggregation.agg} of $0", tree, (Reference(Name(aggregation.expr)),))
    return [Condition(item, (Column((), fact.model.name, aggregation.expr),))]
