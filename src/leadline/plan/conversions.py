"""The steps of a conversion metric: base events, conversion events, and which belongs to which."""

from leadline.errors import RefusedError, UnsupportedError
from leadline.grains import ORDER, coarsest, nests
from leadline.plan.facts import LookupPlanner, fact_grain, own_column, time_column
from leadline.plan.naming import Names
from leadline.plan.steps import Convert, Events, Measure, Period
from leadline.resolve.leaves import BoundLeaf


def conversion_steps(
    bound: BoundLeaf, label: str, period: Period, names: Names, lookup: LookupPlanner
) -> tuple[Events, Events, Convert]:
    """Base events with the keys of the request, conversion events, and conversions by those keys."""
    leaf, fact, other = bound.leaf, bound.fact, bound.event
    conversion = leaf.conversion
    if conversion is None or other is None:
        raise RefusedError(f"metric {leaf.metric!r} is not a conversion metric")
    if leaf.shape.offsets:
        raise UnsupportedError(
            f"conversion metric {leaf.metric!r} at an offset is not supported yet",
            fix="ask for the conversion metric itself",
        )
    grain = coarsest([fact_grain(fact), fact_grain(other)]) or "day"
    base = Events(
        name=names.take(leaf.metric, "base_events"),
        model=fact.model,
        time=time_column(fact),
        grain=grain,
        entity=own_column(fact, conversion.entity),
        properties=tuple(own_column(fact, ours) for ours, _ in conversion.constant_properties),
        keys=bound.keys,
        aggregation=None,
        where=bound.conditions,
        period=period,
        lookups=lookup(bound.conditions),
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
        measure=Measure(label, leaf.aggregation),
        window=conversion.window,
        grains=_period_grains(bound, grain),
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
