"""Accumulated values without a join of each period with all that it accumulates.

The source is aggregated by period first. Its rows and the periods to show then lie on one time line, and
window functions along it give the value at each period. A distinct count becomes a sum on the way: over all
time, a thing counts from its first appearance; over a window, from each appearance until the next one or
until it leaves the window, so that no two spans of a thing overlap (+1 where one begins, -1 where
it ends).
"""

from __future__ import annotations

from sqlglot import exp

from leadline.grains import CALENDAR, Window
from leadline.manifest import Manifest
from leadline.plan.reading import frame_steps
from leadline.plan.steps import OverTime
from leadline.resolve.binding import Column, MetricColumn
from leadline.sql.aggregates import finished, fold, part_names
from leadline.sql.nodes import (
    Node,
    all_of,
    case,
    column,
    earlier,
    epoch,
    join,
    later,
    named,
    null,
    number,
    select,
    step_table,
    truncated,
    window,
)
from leadline.sql.spines import Periods, read_at, shown_where

_AT = "read_at_"
_ROWS = "rows_"
_SHOWN = "is_shown_"
_FIRST, _LAST = "first_at_", "last_at_"
_UNTIL = "until_"
_Parts = list[tuple[str, exp.Query]]


def render_accumulated(step: OverTime, manifest: Manifest) -> _Parts:
    """The source, accumulated at each period of the spine that is shown."""
    labels = [key.label for key in step.keys if not key.column.on_time] + list(step.carried)
    found: _Parts = []
    source = step.source
    if step.how == "distinct":
        found = _changes(step, labels)
        source = found[-1][0]
    keys = f"{step.name}_keys"
    if labels:
        found.append((keys, _keys(step, labels, source)))
    line, running = f"{step.name}_timeline", f"{step.name}_running"
    periods = _shown(step, manifest, labels, keys)
    found.append((line, exp.Union(this=periods, expression=_read(step, labels, source), distinct=False)))
    found.append((running, _running(step, labels, line)))
    return [*found, (step.name, _result(step, running))]


def _times(step: OverTime) -> list[str]:
    times = [key.label for key in step.keys if key.column.on_time]
    return [*times, step.time_label] if step.keep_time else times


def _part_names(step: OverTime) -> list[str]:
    if step.how == "distinct":
        return [measure.label for measure in step.measures]
    return [name for m in step.measures for name in part_names(m.aggregation, m.label)]


def _keys(step: OverTime, labels: list[str], source: str) -> exp.Select:
    """The groups, and when each of them begins and ends: outside of that there is nothing to accumulate."""
    time = column(step.time_label)
    ends = [named(exp.Min(this=time), _FIRST), named(exp.Max(this=time.copy()), _LAST)]
    return select([*map(column, labels), *ends], step_table(source), group=len(labels))


def _shown(step: OverTime, manifest: Manifest, labels: list[str], keys: str) -> exp.Select:
    columns: list[Column | MetricColumn] = [key.column for key in step.keys if key.column.on_time]
    columns += [c for item in step.where for c in item.columns if c.on_time]
    periods = Periods(manifest, step.spine, step.grain, columns)

    def operand(item: Column | MetricColumn) -> Node:
        if isinstance(item, Column) and not item.on_time:
            return column(item.expr, keys)
        return periods.operand(item)

    found = [named(read_at(step, periods), _AT)]
    found += [named(periods.column(k.column), k.label) for k in step.keys if k.column.on_time]
    if step.keep_time:
        found.append(named(periods.time(), step.time_label))
    found += [column(label, keys) for label in labels]
    found += [named(null(), name) for name in (*_part_names(step), _ROWS)]
    found.append(named(number(1), _SHOWN))
    where = shown_where(step, periods, operand)
    joins = periods.joins()
    if labels:
        joins.append(join(step_table(keys), all_of(_alive(step, periods, keys)), "INNER"))
    return select(found, periods.source(), joins=joins, where=all_of(where))


def _alive(step: OverTime, periods: Periods, keys: str) -> list[Node]:
    """Whether a group has anything to accumulate at a period."""
    found: list[Node] = [exp.GTE(this=read_at(step, periods), expression=column(_FIRST, keys))]
    accumulation = step.accumulation
    last = column(_LAST, keys)
    if accumulation is None or accumulation.is_all_time:
        return found
    at = read_at(step, periods)
    if accumulation.grain_to_date is not None:
        found.append(exp.LTE(this=truncated(at, accumulation.grain_to_date), expression=last))
    elif accumulation.window is not None and step.how != "distinct":
        found.append(exp.LT(this=earlier(at, accumulation.window), expression=last))
    else:
        found.append(exp.LT(this=at, expression=last))
    return found


def _read(step: OverTime, labels: list[str], source: str) -> exp.Select:
    found = [named(column(step.time_label), _AT), *(named(null(), name) for name in _times(step))]
    found += map(column, (*labels, *_part_names(step)))
    found.append(column(_ROWS) if step.how == "distinct" else named(number(1), _ROWS))
    found.append(named(number(0), _SHOWN))
    known = exp.Not(this=exp.Is(this=column(step.time_label), expression=exp.Null()))
    return select(found, step_table(source), where=known)


def _running(step: OverTime, labels: list[str], line: str) -> exp.Select:
    found: list[Node] = [*map(column, (*_times(step), *labels))]
    kinds = {"min": exp.Min, "max": exp.Max} if step.how == "running" else {}
    for measure in step.measures:
        kind = kinds.get(measure.aggregation.agg, exp.Sum)
        names = part_names(measure.aggregation, measure.label)
        found += [named(_window(step, labels, kind(this=column(name))), name) for name in names]
    found.append(named(_window(step, labels, exp.Sum(this=column(_ROWS))), _ROWS))
    return select([*found, column(_SHOWN)], step_table(line))


def _window(step: OverTime, labels: list[str], function: Node) -> exp.Window:
    accumulation = step.accumulation
    partition: list[Node] = [*map(column, labels)]
    frame = None
    if accumulation is not None and step.how == "running" and accumulation.window is not None:
        frame = frame_steps(accumulation.window, step.grain)
    if frame is not None:
        count, unit = frame
        place = exp.DateDiff(this=column(_AT), expression=epoch(), unit=exp.Var(this=unit.upper()))
        found = window(function, partition, [place])
        start = exp.Literal.number(count - 1)
        spec = exp.WindowSpec(kind="RANGE", start=start, start_side="PRECEDING", end="CURRENT ROW")
        found.set("spec", spec)
        return found
    if accumulation is not None and accumulation.grain_to_date is not None:
        partition.append(truncated(column(_AT), accumulation.grain_to_date))
    # what is read at a period stands before the period itself
    return window(function, partition, [column(_AT), column(_SHOWN)], rows=True)


def _result(step: OverTime, running: str) -> exp.Select:
    keys: list[Node] = [*map(column, (k.label for k in step.keys))]
    if step.keep_time:
        keys.append(column(step.time_label))
    alone = _is_one_period(step)
    values: list[Node] = []
    for measure in step.measures:
        if step.how == "distinct":
            total: Node = column(measure.label) if alone else exp.Sum(this=column(measure.label))
            values.append(named(exp.Cast(this=total, to=exp.DataType(this=exp.DType.BIGINT)), measure.label))
            continue
        parts = {name: column(name) for name in part_names(measure.aggregation, measure.label)}
        finish = finished if alone else fold
        values.append(named(finish(measure.aggregation, parts, measure.label), measure.label))
    shown: list[Node] = [
        exp.EQ(this=column(_SHOWN), expression=number(1)),
        exp.GT(this=column(_ROWS), expression=number(0)),
    ]
    grouped = 0 if alone else len(keys)
    return select([*keys, *values], step_table(running), where=all_of(shown), group=grouped)


def _is_one_period(step: OverTime) -> bool:
    """True where each row of the result is one period of the spine, so that nothing is left to add up."""
    periods = [k.column for k in step.keys if k.column.on_time and k.column.part is None]
    return step.keep_time or any(item.grain == step.grain for item in periods)


def _changes(step: OverTime, labels: list[str]) -> _Parts:
    """By how much a distinct count changes, by time and group; and the same for the rows behind it."""
    accumulation = step.accumulation
    if accumulation is not None and accumulation.window is not None:
        return _spans(step, labels, accumulation.window)
    to_date = accumulation.grain_to_date if accumulation is not None else None
    (measure,) = step.measures
    first, new = f"{step.name}_first_seen", f"{step.name}_new"
    time = column(step.time_label)
    groups: list[Node] = [*map(column, (*labels, measure.label))]
    if to_date is not None:
        groups.append(named(truncated(time.copy(), to_date), f"{to_date}_"))
    earliest = named(exp.Min(this=time), step.time_label)
    seen = select([*groups, earliest], step_table(step.source), group=len(groups))
    return [(first, seen), (new, _counted(step, [step.time_label, *labels], first))]


def _counted(step: OverTime, keys: list[str], source: str) -> exp.Select:
    (measure,) = step.measures
    counts = [
        named(exp.Count(this=column(measure.label)), measure.label),
        named(exp.Count(this=exp.Star()), _ROWS),
    ]
    return select([*map(column, keys), *counts], step_table(source), group=len(keys))


def _spans(step: OverTime, labels: list[str], width: Window) -> _Parts:
    (measure,) = step.measures
    stays, spans, changes = (f"{step.name}_{name}" for name in ("stays", "spans", "changes"))
    shared = (*labels, measure.label)
    time = step.time_label
    following = window(exp.Lead(this=column(time)), [*map(column, shared)], [column(time)])
    leaves = _leaves(column(time), width)
    until = exp.Least(this=exp.Coalesce(this=following, expressions=[leaves]), expressions=[leaves.copy()])
    stay = select([column(time), *map(column, shared), named(until, _UNTIL)], step_table(step.source))
    counted = _counted(step, [time, _UNTIL, *labels], stays)
    counted.set("where", exp.Where(this=exp.GT(this=column(_UNTIL), expression=column(time))))
    values = (measure.label, _ROWS)
    begins = select([*map(column, (time, *labels, *values))], step_table(spans))
    ends: list[Node] = [named(column(_UNTIL), time), *map(column, labels)]
    ends += [named(exp.Neg(this=column(name)), name) for name in values]
    changed = exp.Union(this=begins, expression=select(ends, step_table(spans)), distinct=False)
    return [(stays, stay), (spans, counted), (changes, changed)]


def _leaves(time: Node, width: Window) -> Node:
    """The first moment at which a window that ends there no longer reaches back to `time`."""
    moved = later(time, width)
    if width.grain not in CALENDAR:
        return moved
    # 31 January and a month is 28 February, but a month before 28 February is after 31 January only in March
    is_cut = exp.LT(this=earlier(moved.copy(), width), expression=time.copy())
    next_day = later(truncated(moved.copy(), "day"), Window(1, "day"))
    return case(is_cut, next_day, moved)
