"""The step of a request for dimensions alone: which model is read first."""

from collections.abc import Iterator

from leadline.errors import LeadlineError, RefusedError, UnknownNameError
from leadline.filters import Filter
from leadline.grains import ORDER, finest
from leadline.manifest import Dimension, Relation, SemanticModel, TimeSpine
from leadline.names import METRIC_TIME, Name, parse_name
from leadline.plan.facts import LookupPlanner
from leadline.plan.naming import Names
from leadline.plan.period import shown_period
from leadline.plan.steps import Distinct
from leadline.request import Request
from leadline.resolve.binding import Fact, Key
from leadline.resolve.query import Resolver


def distinct_steps(
    resolver: Resolver, request: Request, names: Names, lookup: LookupPlanner
) -> tuple[Distinct, tuple[tuple[str, bool], ...]]:
    """The step, and the order of the result."""
    filters = resolver.filters(request)
    asked = [reference.name for reference in request.group_by]
    spine = _spine(resolver, asked, filters)
    fact = _base(resolver, asked, filters, spine)
    full = [resolver.with_grain(name, [fact], "day") for name in asked]
    # without a metric no fact says which path is meant: a name with links is the whole name already
    labels = tuple(str(name) if name.links else resolver.label(name, [fact]) for name in full)
    keys = tuple(Key(label, resolver.binder.column(fact, n)) for n, label in zip(full, labels, strict=True))
    where = tuple(resolver.binder.condition(fact, item) for item in filters)
    on_spine = any(k.column.on_time for k in keys) or any(c.on_time for c in where)
    step = Distinct(
        name=names.take("dimension_values"),
        model=fact.model if fact.model.name else None,
        keys=keys,
        where=where,
        spine=spine if on_spine else None,
        period=shown_period(request.start, request.end, keys, spine.grain if spine else "day"),
        lookups=lookup(where),
    )
    order = resolver.order(request, full, labels, ())
    return step, tuple((item.label, item.descending) for item in order)


def _spine(resolver: Resolver, asked: list[Name], filters: tuple[Filter, ...]) -> TimeSpine | None:
    times = [name for name in _all_names(asked, filters) if name.is_metric_time]
    if not times:
        return None
    custom = [name.grain for name in times if name.grain and name.grain not in ORDER]
    if custom:
        return resolver.manifest.custom_grains[custom[0]]
    grain = finest([name.grain or "day" for name in times]) or "day"
    spine = resolver.manifest.spine_for(grain)
    if spine is None:
        raise RefusedError(
            f"{METRIC_TIME} without a metric needs a time spine by {grain} or finer, and none is defined",
            fix="add a model with `time_spine:` to the project",
        )
    return spine


def _all_names(asked: list[Name], filters: tuple[Filter, ...]) -> Iterator[Name]:
    yield from asked
    for reference in (reference for item in filters for reference in item.references):
        if reference.kind != "metric":
            yield reference.name
            continue
        # a metric is looked up by an entity, which the rows have to hold
        yield from map(parse_name, reference.group_by)


def _base(
    resolver: Resolver, asked: list[Name], filters: tuple[Filter, ...], spine: TimeSpine | None
) -> Fact:
    """The model from which all names are reached in the fewest hops, owners of an entity before its users."""
    time = Dimension(METRIC_TIME, "time", spine.column, spine.grain) if spine else None
    wanted = [name for name in _all_names(asked, filters) if not name.is_metric_time]
    if not wanted:
        return Fact(SemanticModel("", Relation("", ""), {}, {}), time, "the request")
    best: tuple[tuple[int, int, int], Fact] | None = None
    refusal: LeadlineError | None = None
    for model in resolver.defining(wanted):
        fact = Fact(model, time, "the request")
        try:
            cost = _cost(resolver, fact, wanted)
        except UnknownNameError as error:
            refusal = refusal or error
            continue
        if best is None or cost < best[0]:
            best = (cost, fact)
    if best is None:
        raise refusal or resolver.unknown(wanted[0])
    return best[1]


def _cost(resolver: Resolver, fact: Fact, wanted: list[Name]) -> tuple[int, int, int]:
    """How far names are, how many are keys of others, and, as dbt's engine decides, how much a model has."""
    hops = foreign = 0
    for name in wanted:
        found = resolver.joins.find(fact.model, name, fact.asked_for)
        hops += len(found.path)
        foreign += not found.path and getattr(found.element, "type", "") == "foreign"
    return hops, foreign, len(fact.model.dimensions) + len(fact.model.entities)
