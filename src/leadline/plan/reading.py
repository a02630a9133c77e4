"""How an accumulated value is computed: by a running value, by counting each thing once, or by a join."""

from leadline.errors import UnsupportedError
from leadline.grains import ORDER, Window, finest
from leadline.names import METRIC_TIME
from leadline.plan.facts import fact_grain
from leadline.plan.naming import Names
from leadline.plan.steps import Measure
from leadline.resolve.binding import Column, Condition, Key, MetricColumn
from leadline.resolve.leaves import BoundLeaf
from leadline.resolve.metrics import Leaf
from leadline.resolve.shapes import Accumulation

# aggregations that are finished from running values of their parts
_RUNNING = frozenset({"sum", "count", "sum_boolean", "min", "max", "average"})
_DAYS = {"day": 1, "week": 7}
_HOURS = {"hour": 1, "day": 24, "week": 168}


def reading(
    accumulation: Accumulation | None, base: str, measures: tuple[Measure, ...], is_carried: bool
) -> str:
    """What `OverTime.how` says: "running" and "distinct" never look at a row of the source twice.

    A join of each period with all that it accumulates is left for what has no running value: percentiles,
    sums over windows of months, and counts of things that a filter on shown time tells apart.
    """
    if accumulation is None or not _is_standard(accumulation):
        return "join"
    aggregations = {measure.aggregation.agg for measure in measures}
    if aggregations <= _RUNNING:
        is_framed = accumulation.window is None or frame_steps(accumulation.window, base) is not None
        return "running" if is_framed else "join"
    if aggregations == {"count_distinct"} and len(measures) == 1 and not is_carried:
        return "distinct"
    return "join"


def _is_standard(accumulation: Accumulation) -> bool:
    window = accumulation.window
    if window is not None:
        return window.grain in ORDER
    return accumulation.grain_to_date is None or accumulation.grain_to_date in ORDER


def frame_steps(window: Window, base: str) -> tuple[int, str] | None:
    """The length of a window over data by `base`, as a number of days or hours; None where it has none."""
    if ORDER[base] >= ORDER["day"]:
        return (window.count * _DAYS[window.grain], "day") if window.grain in _DAYS else None
    if base == "hour":
        return (window.count * _HOURS[window.grain], "hour") if window.grain in _HOURS else None
    return None


def base_grain(bound: BoundLeaf) -> str:
    """The grain at which an aggregation is read over time: its data's, or a coarser one.

    A value at the start of a grain is the value of its first period, so the periods asked are read as
    they are where they add up to that grain.
    """
    shape, own = bound.leaf.shape, fact_grain(bound.fact)
    keys = [k.column.grain for k in bound.keys if k.column.on_time and k.column.grain]
    asked = finest(keys)
    if shape.accumulation is not None or asked is None or asked == "week":
        return own
    if any(g not in ORDER for g in keys) or any(k.column.part for k in bound.keys if k.column.on_time):
        return own
    coarse = all(isinstance(o, str) and o in ORDER and ORDER[asked] <= ORDER[o] for o in shape.offsets)
    return asked if coarse else own


def carried_columns(
    late: tuple[Condition, ...], names: Names
) -> tuple[tuple[Key, ...], tuple[Condition, ...]]:
    """Columns that conditions on shown time need besides it, carried through the partial aggregate."""
    keys: dict[Column, Key] = {}
    moved = []
    for condition in late:
        columns: list[Column | MetricColumn] = []
        for column in condition.columns:
            if isinstance(column, MetricColumn):
                raise UnsupportedError(
                    "a filter that mixes metric_time and Metric(…) is not supported over time",
                    where=condition.filter.text,
                    fix="split it into two filters",
                )
            if column.on_time:
                columns.append(column)
                continue
            key = keys.setdefault(column, Key(names.take("filtered_by"), column))
            columns.append(Column((), "", key.label))
        moved.append(Condition(condition.filter, tuple(columns)))
    return tuple(keys.values()), tuple(moved)


def sampled_grains(leaf: Leaf, grains: list[str | None], exact: bool) -> tuple[str, ...]:
    """The grains at whose starts a value at the start of a grain is shown, where periods are coarser."""
    if exact or not any(isinstance(o, str) for o in leaf.shape.offsets):
        return ()
    standard = tuple(g for g in grains if g in ORDER)
    if len(standard) < len(grains) and not standard:
        raise UnsupportedError(
            f"metric {leaf.metric!r} by a custom grain or a date part alone is not supported",
            fix=f"ask for it by {METRIC_TIME} and a standard grain",
        )
    return tuple(g for g in standard if g)
