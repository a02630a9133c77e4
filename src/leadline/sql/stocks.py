"""Stocks that are carried forward: the last value of each grouping at the end of each period.

Each reading holds until the next one of its grouping, so a period meets one reading a grouping at most and
no row is looked at again for the periods that it is carried into.
"""

from __future__ import annotations

from sqlglot import exp

from leadline.grains import ORDER
from leadline.manifest import Manifest
from leadline.plan.steps import CarryForward
from leadline.resolve.binding import Column, MetricColumn
from leadline.sql.aggregates import aggregate
from leadline.sql.nodes import (
    Node,
    all_of,
    column,
    earlier,
    epoch,
    expression,
    join,
    later,
    named,
    not_after,
    select,
    step_table,
    truncated,
    window,
)
from leadline.sql.scope import Scope, columns_of, substituted
from leadline.sql.spines import Periods, within_spine

_AT, _NEXT = "read_at_", "next_read_at_"
_FIRST, _LAST = "first_at_", "last_at_"
_UNITS = ("hour", "minute", "second")


def render_carry_forward(step: CarryForward, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """Readings with the time of the one after them, periods with their ends, and the stock at those."""
    readings, periods = f"{step.name}_readings", f"{step.name}_periods"
    return [
        (readings, _readings(step, manifest)),
        (periods, _periods(step, manifest)),
        (step.name, _stock(step, readings, periods)),
    ]


def _readings(step: CarryForward, manifest: Manifest) -> exp.Select:
    others = [key for key in step.keys if not key.column.on_time]
    columns: list[Column | MetricColumn] = [key.column for key in others]
    scope = Scope(manifest, step.model, [*columns, *columns_of(step.where)], step.lookups)
    grain = step.time.grain or "day"

    def at() -> Node:
        return truncated(expression(step.time.expr, scope.alias), grain)

    scope.fact_time = at
    found = [named(scope.column(key.column), key.label) for key in others]
    found += [named(expression(m.aggregation.expr, scope.alias), m.label) for m in step.measures]
    groupings = [_own(step, scope, name) for name in step.stock.groupings]
    found += [named(at(), _AT), named(_following(at(), groupings, grain), _NEXT)]
    where = [scope.condition(c) for c in step.where]
    return select(found, scope.source(), joins=scope.joins(), where=all_of(where))


def _own(step: CarryForward, scope: Scope, name: str) -> Node:
    item = step.model.entities.get(name) or step.model.dimensions[name]
    return expression(item.expr, scope.alias)


def _following(at: Node, groupings: list[Node], grain: str) -> Node:
    """The time of the next reading; rows of one time belong to the same reading."""
    unit = grain if grain in _UNITS else "day" if ORDER[grain] > ORDER["day"] else grain
    place = exp.DateDiff(this=at.copy(), expression=epoch(), unit=exp.Var(this=unit.upper()))
    found = window(exp.Min(this=at), groupings, [place])
    start = exp.Literal.number(1)
    spec = exp.WindowSpec(
        kind="RANGE", start=start, start_side="FOLLOWING", end="UNBOUNDED", end_side="FOLLOWING"
    )
    found.set("spec", spec)
    return found


def _periods(step: CarryForward, manifest: Manifest) -> exp.Select:
    """The periods shown, and the first and last time of the spine that each reads."""
    timed = [key for key in step.keys if key.column.on_time]
    columns: list[Column | MetricColumn] = [key.column for key in timed]
    periods = _Shifted(step, manifest, [*columns, *columns_of(step.shown)])
    where = [substituted(c, periods.operand) for c in step.shown] + within_spine(step.period, periods)
    if step.until is not None:
        where.append(not_after(periods.time(), step.until))
    at = column(step.spine.column, "time_spine")
    ends = [named(exp.Min(this=at), _FIRST), named(exp.Max(this=at.copy()), _LAST)]
    keys = [named(periods.column(key.column), key.label) for key in timed]
    return select(
        [*keys, *ends], periods.source(), joins=periods.joins(), where=all_of(where), group=len(keys)
    )


class _Shifted(Periods):
    """Periods of the spine that show what lies an offset before them."""

    def __init__(self, step: CarryForward, manifest: Manifest, columns: list[Column | MetricColumn]) -> None:
        super().__init__(manifest, step.spine, step.spine.grain, columns)
        self.shift = step.shift

    def time(self) -> Node:
        """The period in which a row of the spine is shown."""
        node = super().time()
        for move in self.shift:
            node = later(node, move)
        return node


def _stock(step: CarryForward, readings: str, periods: str) -> exp.Select:
    carry = step.stock.carry_forward
    assert carry is not None  # noqa: S101  the planner has checked
    last, following = column(_LAST, periods), column(_NEXT, readings)
    earliest = exp.Least(this=column(_FIRST, periods), expressions=[earlier(last.copy(), carry)])
    still = exp.Or(
        this=exp.Is(this=following, expression=exp.Null()),
        expression=exp.GT(this=following.copy(), expression=last),
    )
    on: list[Node] = [
        exp.LTE(this=column(_AT, readings), expression=last.copy()),
        exp.GTE(this=column(_AT, readings), expression=earliest),
        exp.Paren(this=still),
    ]
    known: list[Node] = []
    if step.period.end is None:
        # nothing is carried past the last reading of all, unless an end is asked for
        latest = exp.Subquery(this=select([exp.Max(this=column(_AT))], step_table(readings)))
        known.append(exp.LTE(this=column(_FIRST, periods), expression=latest))
    keys: list[Node] = [column(key.label, periods if key.column.on_time else readings) for key in step.keys]
    values = [
        named(aggregate(m.aggregation, column(m.label, readings), None, bool(keys)), m.label)
        for m in step.measures
    ]
    return select(
        [*keys, *values],
        step_table(periods),
        joins=[join(step_table(readings), all_of(on), "INNER")],
        where=all_of(known),
        group=len(keys),
    )
