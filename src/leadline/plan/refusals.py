"""What has no value over time, or none that this version can plan: each with what to ask instead."""

from leadline.errors import RefusedError, UnsupportedError
from leadline.grains import Window
from leadline.names import METRIC_TIME
from leadline.resolve.binding import Condition
from leadline.resolve.leaves import BoundLeaf
from leadline.resolve.metrics import Leaf


def needs_time(leaf: Leaf, why: str) -> RefusedError:
    """The error for a value that lies in time, asked without one."""
    return RefusedError(
        f"metric {leaf.metric!r} {why}, so it needs a time to lie in",
        fix=f"add {METRIC_TIME} (with a grain, such as {METRIC_TIME}__month) to group_by",
    )


def check_not_added_up(leaf: Leaf) -> None:
    """Refuse running and trailing values of a stock."""
    if leaf.aggregation.non_additive is not None and leaf.shape.accumulation is not None:
        raise RefusedError(
            f"metric {leaf.metric!r} is a stock: each of its values holds those before it, so a running or "
            "trailing value of it would count the same things again",
            fix=f"ask for {leaf.metric} itself by {METRIC_TIME}, or for its value before "
            f"({leaf.metric}__prior_month)",
        )


def check_over_time(bound: BoundLeaf) -> None:
    """Refuse overlapping groups over time, and an offset by a custom grain among others."""
    leaf = bound.leaf
    if bound.fans:
        raise UnsupportedError(
            f"metric {leaf.metric!r}, distinct by {bound.fact.distinct_by}, is not read over time "
            "by what lies on the many side of that key",
            fix=f"leave out the names of {', '.join(sorted(bound.fans))}",
        )
    custom = [o for o in leaf.shape.offsets if isinstance(o, Window) and o.is_custom]
    if custom and (len(leaf.shape.offsets) > 1 or leaf.shape.accumulation is not None):
        raise UnsupportedError(
            f"metric {leaf.metric!r} has an offset of {custom[0]} among others: not supported",
            fix="offset by a standard grain",
        )


def check_stock_before(bound: BoundLeaf, where: tuple[Condition, ...], base: str) -> tuple[Condition, ...]:
    """The conditions on the days that are shown of a stock as it was before, which is read day by day."""
    grains = [key.column.grain for key in bound.keys if key.column.on_time]
    if base not in grains:
        raise RefusedError(
            f"metric {bound.leaf.metric!r} is a stock, and a period has no one day that this offset leads to",
            fix=f"ask for it by {METRIC_TIME}__{base}, or with an offset of whole periods that are asked for",
        )
    return shown_of_stock(where)


def shown_of_stock(where: tuple[Condition, ...]) -> tuple[Condition, ...]:
    """The conditions on the periods that are shown of a stock; none of them may look at its rows as well."""
    shown = tuple(c for c in where if c.on_time)
    for condition in shown:
        if not condition.time_only:
            raise UnsupportedError(
                "a filter that mixes metric_time and other names is not supported for a stock",
                where=condition.filter.text,
                fix="split it into two filters",
            )
    return shown
