"""Until when views are shown: the last period with data, unless the request asks for an end.

What a declared metric reads at an offset is shown for as long as dbt's engine shows it; a view has no
definition to ask for periods in which nothing has happened yet.
"""

from __future__ import annotations

from leadline.grains import finest
from leadline.plan.facts import LookupPlanner, time_column
from leadline.plan.naming import Names
from leadline.plan.steps import Aggregate, LastData, Until
from leadline.resolve.binding import Key
from leadline.resolve.leaves import BoundLeaf
from leadline.resolve.query import ResolvedQuery


def shown_until(
    query: ResolvedQuery, plain: list[str], names: Names, lookup: LookupPlanner
) -> tuple[list[Aggregate | LastData], Until | None]:
    """The steps that find the last period with data, and what views have to heed; None where they needn't.

    `plain` are the steps of the metrics that are asked as they are; they hold the time of the request.
    """
    views = [bound for bound in query.leaves if bound.leaf.shape.is_view]
    key = _finest_key(views[0]) if views else None
    if key is None or query.end is not None:
        return [], None
    asked = {_identity(bound) for bound in query.leaves if bound.leaf.shape.is_plain}
    read = {_identity(bound): bound for bound in views if _identity(bound) not in asked}
    steps: list[Aggregate | LastData] = [_periods(bound, names, lookup) for bound in read.values()]
    sources = [*plain, *(step.name for step in steps)]
    last = LastData(names.take("last_period"), tuple(dict.fromkeys(sources)), key.label)
    return [*steps, last], Until(last.name, key.column.grain or "day")


def _finest_key(bound: BoundLeaf) -> Key | None:
    timed = {key.column.grain: key for key in bound.keys if key.column.on_time and key.column.grain}
    found = finest([grain for grain in timed if grain])
    return timed.get(found) if found else None


def _identity(bound: BoundLeaf) -> tuple[object, ...]:
    aggregation = bound.leaf.aggregation
    conditions = frozenset(c.identity for c in bound.conditions)
    return (aggregation.model, aggregation.time_dimension, conditions)


def _periods(bound: BoundLeaf, names: Names, lookup: LookupPlanner) -> Aggregate:
    """The periods in which the metric that is viewed has rows."""
    key = _finest_key(bound)
    assert key is not None  # noqa: S101  the caller has checked
    where = tuple(c for c in bound.conditions if not c.on_time)
    return Aggregate(
        name=names.take(bound.fact.model.name, key.column.grain or "", "periods"),
        model=bound.fact.model,
        time=time_column(bound.fact),
        keys=(key,),
        measures=(),
        where=where,
        lookups=lookup(where),
    )
