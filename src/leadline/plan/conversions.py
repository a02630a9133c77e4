"""The steps of a conversion metric: base events, conversion events, and which belongs to which."""

from dataclasses import replace

from leadline.errors import RefusedError
from leadline.grains import ORDER, Window, coarsest, nests
from leadline.names import METRIC_TIME
from leadline.plan.facts import LookupPlanner, fact_grain, own_column, time_column
from leadline.plan.naming import Names
from leadline.plan.refusals import needs_time
from leadline.plan.steps import Convert, Events, Measure, Period, Until
from leadline.resolve.leaves import BoundLeaf

# what conversions of days can be added up to
_ADDITIVE = frozenset({"sum", "count", "sum_boolean"})


def check_conversion(bound: BoundLeaf, timed: bool) -> None:
    """Refuse conversions in time without a time.

    Raises:
        RefusedError: there is no time to lie in.
    """
    shape = bound.leaf.shape
    if shape.offsets and not timed:
        raise needs_time(bound.leaf, "compares with another period")
    if shape.accumulation is not None and not timed and not shape.accumulation.is_all_time:
        raise needs_time(bound.leaf, "accumulates over a window of time")


def values_by_day(bound: BoundLeaf, measures: tuple[Measure, ...], base: str) -> tuple[Measure, ...]:
    """How conversions of days, each counted with its base event, are read over time.

    Raises:
        RefusedError: things that are counted once are not the sum of those of days.
    """
    grains = [key.column.grain for key in bound.keys if key.column.on_time]
    if bound.leaf.aggregation.agg in _ADDITIVE:
        return measures
    if bound.leaf.shape.accumulation is not None or base not in grains:
        raise RefusedError(
            f"metric {bound.leaf.metric!r} counts each thing once, so its conversions of days don't add up",
            fix=f"ask for it by {METRIC_TIME}__{base}, without accumulation, or count conversion events",
        )
    return tuple(Measure(m.label, replace(m.aggregation, agg="max")) for m in measures)


def conversion_steps(
    bound: BoundLeaf,
    measure: Measure,
    period: Period,
    names: Names,
    lookup: LookupPlanner,
    shift: tuple[Window, ...] = (),
    until: Until | None = None,
) -> tuple[Events, Events, Convert]:
    """Base events with the keys of the request, conversion events, and conversions by those keys."""
    leaf, fact, other = bound.leaf, bound.fact, bound.event
    conversion = leaf.conversion
    if conversion is None or other is None:
        raise RefusedError(f"metric {leaf.metric!r} is not a conversion metric")
    grain = coarsest([fact_grain(fact), fact_grain(other)]) or "day"
    # a visit that is not shown at its later time is still the last one before a sale
    where = tuple(c for c in bound.conditions if not shift or not c.on_time)
    base = Events(
        name=names.take(leaf.metric, "base_events"),
        model=fact.model,
        time=time_column(fact),
        grain=grain,
        entity=own_column(fact, conversion.entity),
        properties=tuple(own_column(fact, ours) for ours, _ in conversion.constant_properties),
        keys=bound.keys,
        aggregation=None,
        where=where,
        period=period,
        lookups=lookup(bound.conditions),
        shift=shift,
        until=until,
        shown=tuple(c for c in bound.conditions if c not in where),
        flag="is_shown_" if shift else None,
    )
    events = Events(
        name=names.take(leaf.metric, "conversion_events"),
        model=other.model,
        time=time_column(other),
        grain=grain,
        entity=own_column(other, conversion.entity),
        properties=tuple(own_column(other, theirs) for _, theirs in conversion.constant_properties),
        keys=(),
        aggregation=leaf.aggregation,
        where=bound.event_conditions,
        lookups=lookup(bound.event_conditions),
    )
    convert = Convert(
        name=names.take(leaf.metric, "converted"),
        base=base.name,
        conversion=events.name,
        keys=tuple(key.label for key in bound.keys),
        properties=len(conversion.constant_properties),
        measure=measure,
        window=conversion.window,
        grains=None if shift else _period_grains(bound, grain),
        flag=base.flag,
    )
    return base, events, convert


def _period_grains(bound: BoundLeaf, grain: str) -> tuple[str, ...] | None:
    """The grains of the keys, where each of them is a period made of whole periods of `grain`."""
    grains = []
    for key in bound.keys:
        own = key.column.grain
        if not key.column.on_time or own is None or own not in ORDER or not nests(grain, own):
            return None
        grains.append(own)
    return tuple(grains)
