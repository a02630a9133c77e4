"""Dimensions joined after their fact is aggregated by the key that leads to them, if its values are few.

Rows of a fact are many and joins look each of them up. Where a key has few values, aggregating by it first
leaves next to nothing to be joined; the names behind the key then aggregate what adds up again. Where it
has about as many values as the fact has rows, that would only be more work, so such keys are joined to rows.
"""

from __future__ import annotations

from dataclasses import replace

from leadline.grains import ORDER
from leadline.manifest import Manifest
from leadline.plan.steps import Aggregate, Step
from leadline.resolve.binding import Column, Condition, Key
from leadline.resolve.joins import Hop

# what is finished from its parts; a row that a join repeats adds as much before as after
_DECOMPOSED = frozenset({"sum", "count", "sum_boolean", "min", "max"})


def keyed(steps: list[Step], manifest: Manifest) -> list[Step]:
    """The steps, with the key that comes first in each aggregate that gains by it."""
    return [_keyed(step, manifest) if isinstance(step, Aggregate) else step for step in steps]


def _keyed(step: Aggregate, manifest: Manifest) -> Aggregate:
    paths = {key.column.path for key in step.keys if key.column.path}
    if not paths or not _is_decomposed(step) or len({path[0] for path in paths}) > 1:
        return step
    (hop,) = {path[0] for path in paths}
    if not all(_is_plain(item, manifest) for path in paths for item in path):
        return step
    entity = step.model.entities[hop.entity]
    column = Column((), step.model.name, entity.expr)
    if entity.type != "foreign" or hop.entity in manifest.many_valued:
        return step
    own = next((key for key in step.keys if key.column == column), None)
    if own is None and not _is_short(step):
        return step
    return replace(step, first_by=own or Key(f"{hop.entity}_key_", column))


def _is_decomposed(step: Aggregate) -> bool:
    """Whether rows aggregated by a key are all that the keys behind it need."""
    if step.latest is not None or step.distinct_by is not None or step.lookups:
        return False
    conditions = (*step.where, *(c for m in step.measures for c in m.conditions))
    # what filters is joined before: rows that it leaves out are not aggregated at all
    if any(_looks_behind(condition) for condition in conditions):
        return False
    return {measure.aggregation.agg for measure in step.measures} <= _DECOMPOSED


def _looks_behind(condition: Condition) -> bool:
    return any(not isinstance(column, Column) or column.path for column in condition.columns)


def _is_plain(hop: Hop, manifest: Manifest) -> bool:
    """Whether a join needs the key alone: no partition, no range of validity, no rows that fan out."""
    right = manifest.models[hop.right]
    return not hop.fan and not right.partitions and right.validity is None


def _is_short(step: Aggregate) -> bool:
    """Whether the other keys leave groups few: by month and one thing more, by day alone; never by hour."""
    days, others = 0, 0
    for key in step.keys:
        column = key.column
        if column.path or column.part:
            continue
        if column.grain is None:
            others += 1
        elif ORDER.get(column.grain, ORDER["month"]) < ORDER["day"]:
            return False
        elif column.grain == "day":
            days = 1
    return days + others <= 1
