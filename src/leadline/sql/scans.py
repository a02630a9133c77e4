"""Steps that read facts: aggregates, events, and the values of dimensions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from leadline.grains import CALENDAR, finest
from leadline.manifest import Manifest
from leadline.plan.steps import Aggregate, Distinct, Events, Measure, Moved, Period
from leadline.resolve.binding import Column, Key, MetricColumn
from leadline.sql.aggregates import aggregate, fold, needs_values, partial
from leadline.sql.nodes import (
    Node,
    all_of,
    any_of,
    case,
    column,
    expression,
    join,
    later,
    moment,
    named,
    not_after,
    number,
    select,
    step_table,
    table,
    truncated,
    window,
)
from leadline.sql.scope import Scope, columns_of, substituted
from leadline.sql.spines import Periods


def render_aggregate(step: Aggregate, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """One select, or two where a key comes first or only the last rows of each period count."""
    if step.first_by is not None:
        return _first_by(step, step.first_by, manifest)
    scope = _scope(step, manifest)
    where = [scope.condition(c) for c in step.where]
    where += [c for c in [_any_measure(step, scope)] if c is not None]
    if scope.time is not None:
        where += within(step.period, scope.time)
        where += _on_the_spine(step, scope)
    if step.latest is not None:
        return _latest(step, scope, where)
    if step.distinct_by is not None:
        return _distinct_by(step, step.distinct_by, scope, where)
    keys = [named(scope.column(key.column), key.label) for key in step.keys]
    values, distinct = _values(step, scope)
    grouped = len(keys) if not step.partial or not distinct else 0
    only_raw = step.partial and distinct
    found = select(
        [*keys, *values],
        scope.source(),
        joins=scope.joins(),
        where=all_of(where),
        group=0 if only_raw else grouped,
        distinct=only_raw
        and not step.repeated
        and all(m.aggregation.agg == "count_distinct" for m in step.measures),
    )
    return [(step.name, found)]


def _scope(step: Aggregate, manifest: Manifest) -> Scope:
    columns: list[Column | MetricColumn] = [key.column for key in step.keys]
    columns += columns_of(step.where)
    for measure in step.measures:
        columns += columns_of(measure.conditions)
    scope = Scope(manifest, step.model, columns, step.lookups)
    if step.time is not None:
        scope.time = _shifted(step, scope)
        time, grain = step.time.expr, step.time.grain or "day"
        scope.fact_time = lambda: truncated(expression(time, scope.alias), grain)
    return scope


def _shifted(step: Aggregate | Events, scope: Scope) -> Callable[[], Node]:
    expr = step.time.expr if step.time else ""

    def time() -> Node:
        node = expression(expr, scope.alias)
        for move in step.shift:
            node = later(node, move)
        return node

    return time


def _on_the_spine(step: Aggregate | Events, scope: Scope) -> list[Node]:
    """What was moved in time is shown in periods of the spine: never without a time, or past its end."""
    if step.until is not None and scope.time is not None:
        return [not_after(scope.time(), step.until)]
    spine = scope.manifest.spine_for(step.time.grain or "day") if step.time and step.shift else None
    if spine is None or scope.time is None:
        return []
    grains = [k.column.grain or "" for k in step.keys if k.column.on_time] + [m.grain for m in step.shift]
    period = finest(grains) if CALENDAR.issuperset(grains) else None
    last = select([exp.Max(this=column(spine.column))], table(spine.relation))
    return [exp.LTE(this=truncated(scope.time(), period or spine.grain), expression=exp.Subquery(this=last))]


def render_moved(step: Moved) -> exp.Select:
    """The source with its periods moved; no row of a fact is read again for that."""
    times: dict[str, Node] = {}
    for key in step.keys:
        if key.column.on_time and key.column.grain:
            node: Node = column(key.label)
            for move in step.shift:
                node = later(node, move)
            times[key.column.grain] = truncated(node, key.column.grain)
    keys = [
        named(times[k.column.grain], k.label)
        if k.column.on_time and k.column.grain in times
        else column(k.label)
        for k in step.keys
    ]
    values = [named(column(value), label) for value, label in step.values]
    where = None
    if step.spine is not None:
        last = select([exp.Max(this=column(step.spine.column))], table(step.spine.relation))
        shown = times[finest(list(times)) or ""].copy()
        where = exp.LTE(this=shown, expression=exp.Subquery(this=last))
    return select([*keys, *values], step_table(step.source), where=where)


def _any_measure(step: Aggregate, scope: Scope) -> Node | None:
    """Where every measure has conditions of its own, rows that meet none of them make no group."""
    if not step.measures or not all(m.conditions for m in step.measures):
        return None
    return any_of([c for m in step.measures if (c := _own(m, scope)) is not None])


def _own(measure: Measure, scope: Scope) -> Node | None:
    return all_of([scope.condition(c) for c in measure.conditions])


def _values(step: Aggregate, scope: Scope) -> tuple[list[Node], bool]:
    """The value columns, and whether they are rows that nothing is aggregated of yet."""
    columns: list[Node] = []
    raw = False
    for measure in step.measures:
        value = expression(measure.aggregation.expr, scope.alias)
        if step.partial:
            raw = raw or needs_values(measure.aggregation)
            columns += [
                named(node, label) for node, label in partial(measure.aggregation, value, measure.label)
            ]
            continue
        node = aggregate(measure.aggregation, value, _own(measure, scope), bool(step.keys))
        columns.append(named(node, measure.label))
    return columns, raw


def _first_by(step: Aggregate, first: Key, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """The fact aggregated by a key, and that aggregated by what the key leads to."""
    own = [key for key in step.keys if not key.column.path]
    joined = [key.column for key in step.keys if key.column.path]
    name = f"{step.name}_by_{joined[0].path[0].entity}"
    keys = own if first in own else [*own, first]
    ((_, inner),) = render_aggregate(replace(step, name=name, keys=tuple(keys), first_by=None), manifest)
    counts = {item.alias_or_name for item in inner.selects if isinstance(item.unalias(), exp.Count)}
    scope = Scope(manifest, step.model, [*joined], keyed=(name, first.label))
    columns = [
        named(scope.column(key.column), key.label) if key.column.path else column(key.label, name)
        for key in step.keys
    ]
    for measure in step.measures:
        value = fold(measure.aggregation, {measure.label: column(measure.label, name)}, measure.label)
        if measure.label in counts:
            # engines give a sum of counts a wider type than a count
            value = exp.Cast(this=value, to=exp.DataType(this=exp.DType.BIGINT))
        columns.append(named(value, measure.label))
    outer = select(columns, scope.source(), joins=scope.joins(), group=len(step.keys))
    return [(name, inner), (step.name, outer)]


def _distinct_by(
    step: Aggregate, key: Column, scope: Scope, where: list[Node]
) -> list[tuple[str, exp.Select]]:
    """The values of each key once a group, and the aggregate of those: a join to many rows adds nothing."""
    rows = f"{step.name}_rows"
    found = [named(scope.column(key), "distinct_key_")]
    found += [named(scope.column(item.column), item.label) for item in step.keys]
    found += [named(expression(m.aggregation.expr, scope.alias), m.label) for m in step.measures]
    inner = select(found, scope.source(), joins=scope.joins(), where=all_of(where), distinct=True)
    columns: list[Node] = [column(item.label) for item in step.keys]
    columns += [
        named(aggregate(m.aggregation, column(m.label), None, bool(step.keys)), m.label)
        for m in step.measures
    ]
    return [(rows, inner), (step.name, select(columns, step_table(rows), group=len(step.keys)))]


def _latest(step: Aggregate, scope: Scope, where: list[Node]) -> list[tuple[str, exp.Select]]:
    """Rows at the first or last time of each period and grouping, and the aggregate of those."""
    rule = step.latest
    assert rule is not None  # noqa: S101  the caller has checked
    rows = f"{step.name}_rows"
    dimension = step.model.dimensions[rule.dimension]
    at = truncated(expression(dimension.expr, scope.alias), dimension.grain or "day")
    keys = [named(scope.column(key.column), key.label) for key in step.keys]
    values = [named(expression(m.aggregation.expr, scope.alias), m.label) for m in step.measures]
    partition = [scope.column(key.column) for key in step.keys if key.column.on_time]
    partition += [_own_expression(step, scope, name) for name in rule.groupings]
    extreme = exp.Max if rule.window_choice == "max" else exp.Min
    last = window(extreme(this=at.copy()), partition, [])
    inner = select(
        [*keys, *values, named(at, "reported_at_"), named(last, "counted_at_")],
        scope.source(),
        joins=scope.joins(),
        where=all_of(where),
    )
    outer = select(
        [
            *(column(key.label) for key in step.keys),
            *(
                named(aggregate(m.aggregation, column(m.label), None, bool(step.keys)), m.label)
                for m in step.measures
            ),
        ],
        step_table(rows),
        where=exp.EQ(this=column("reported_at_"), expression=column("counted_at_")),
        group=len(step.keys),
    )
    return [(rows, inner), (step.name, outer)]


def _own_expression(step: Aggregate, scope: Scope, name: str) -> Node:
    item = step.model.entities.get(name) or step.model.dimensions[name]
    return expression(item.expr, scope.alias)


def within(period: Period, time: Callable[[], Node]) -> list[Node]:
    """Conditions that a time lies in a period."""
    found: list[Node] = []
    if period.start is not None:
        found.append(exp.GTE(this=time(), expression=moment(period.start)))
    if period.end is not None:
        found.append(exp.LT(this=time(), expression=moment(period.end)))
    return found


def render_events(step: Events, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """The rows of one side of a conversion."""
    columns: list[Column | MetricColumn] = [key.column for key in step.keys]
    columns += columns_of((*step.where, *step.shown))
    scope = Scope(manifest, step.model, columns, step.lookups)

    def time() -> Node:
        return expression(step.time.expr, scope.alias)

    scope.time = _shifted(step, scope)
    scope.fact_time = lambda: truncated(time(), step.grain)
    found = [named(expression(step.entity.expr, scope.alias), "entity_")]
    for place, item in enumerate(step.properties, 1):
        found.append(named(expression(item.expr, scope.alias), f"property_{place}_"))
    found.append(named(truncated(time(), step.grain), "happened_at_"))
    found += [named(scope.column(key.column), key.label) for key in step.keys]
    if step.aggregation is not None:
        found.append(named(expression(step.aggregation.expr, scope.alias), "event_value_"))
    where = [scope.condition(c) for c in step.where]
    shown = [scope.condition(c) for c in step.shown] + within(step.period, scope.time)
    shown += _on_the_spine(step, scope)
    if step.flag is None:
        where += shown
    else:
        found.append(named(case(all_of(shown) or exp.true(), number(1), number(0)), step.flag))
    body = select(found, scope.source(), joins=scope.joins(), where=all_of(where))
    return [(step.name, body)]


def render_distinct(step: Distinct, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """The values of dimensions; a join keeps what has no partner on either side."""
    columns: list[Column | MetricColumn] = [*(key.column for key in step.keys), *columns_of(step.where)]
    if step.model is None:
        return [(step.name, _spine_values(step, manifest, columns))]
    scope = Scope(manifest, step.model, columns, step.lookups, side="FULL")
    where: list[Node] = []
    crossed: list[exp.Join] = []
    if step.spine is not None:
        spine = step.spine
        scope.alias = scope.alias or step.model.relation.name
        scope.time = lambda: column(spine.column, "time_spine")
        crossed = [join(table(spine.relation, "time_spine"), None, "CROSS")]
        where = within(step.period, scope.time)
    where = [*(scope.condition(c) for c in step.where), *where]
    keys = [named(scope.column(key.column), key.label) for key in step.keys]
    # dbt's engine crosses the first table with the time spine: what only other tables have has no time
    joins = [*crossed, *scope.joins()]
    return [(step.name, select(keys, scope.source(), joins=joins, where=all_of(where), group=len(keys)))]


def _spine_values(step: Distinct, manifest: Manifest, columns: list[Column | MetricColumn]) -> exp.Select:
    assert step.spine is not None  # noqa: S101  a request without a model asks for times only
    periods = Periods(manifest, step.spine, step.spine.grain, columns)
    where = [substituted(c, periods.operand) for c in step.where] + within(step.period, periods.time)
    keys = [named(periods.column(key.column), key.label) for key in step.keys]
    return select(keys, periods.source(), joins=periods.joins(), where=all_of(where), group=len(keys))
