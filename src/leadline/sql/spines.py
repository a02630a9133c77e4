"""Steps that run along a time spine: reading an aggregate over time, filling periods, picking one of many."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from leadline.grains import ORDER, Window
from leadline.manifest import Manifest, TimeSpine
from leadline.plan.steps import FillTime, OverTime, Period, PickPeriod
from leadline.resolve.binding import Column, Condition, MetricColumn
from leadline.sql.aggregates import fold, part_names
from leadline.sql.nodes import (
    Node,
    all_of,
    any_of,
    column,
    earlier,
    join,
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
from leadline.sql.scope import at_grain, collect, substituted

_SPINE = "time_spine"
_SHOWN = "period_"


class Periods:
    """The periods of a time spine at a grain, under an alias, with the calendars of custom grains."""

    def __init__(
        self, manifest: Manifest, spine: TimeSpine, grain: str, columns: list[Column | MetricColumn]
    ) -> None:
        self.manifest = manifest
        self.spine = spine
        self.grain = grain
        self.coarser = spine.grain != grain
        self.where: list[Node] = []
        _, custom = collect(columns)
        self.calendars = [g for g in custom if self.coarser or g not in spine.custom]

    def restrict(self, conditions: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """Put conditions on time on the rows that make up coarser periods; the rest is for the caller."""
        if not self.coarser:
            return conditions
        fine = Periods(self.manifest, self.spine, self.spine.grain, [])
        own = [c for c in conditions if c.time_only and not _calendars(c)]
        self.where = [substituted(c, fine.operand) for c in own]
        return tuple(c for c in conditions if c not in own)

    def source(self) -> Node:
        """The spine; its distinct periods where the grain is coarser."""
        if not self.coarser:
            return table(self.spine.relation, _SPINE)
        period = named(truncated(column(self.spine.column, _SPINE), self.grain), _SHOWN)
        body = select([period], table(self.spine.relation, _SPINE), where=all_of(self.where), distinct=True)
        return exp.Subquery(this=body, alias=exp.TableAlias(this=exp.to_identifier(_SPINE)))

    def time(self) -> Node:
        """The start of the period."""
        return column(_SHOWN if self.coarser else self.spine.column, _SPINE)

    def column(self, item: Column) -> Node:
        """The period at the grain or date part of a column."""
        if item.grain and item.grain not in ORDER:
            spine = self.manifest.custom_grains[item.grain]
            alias = f"calendar_{item.grain}" if item.grain in self.calendars else _SPINE
            return column(spine.custom[item.grain], alias)
        if item.grain == self.grain:
            return self.time()
        return at_grain(self.time(), item)

    def operand(self, item: Column | MetricColumn) -> Node:
        """The same for conditions that look at nothing but the time."""
        if isinstance(item, MetricColumn):
            raise KeyError(item)
        return self.column(item)

    def joins(self) -> list[exp.Join]:
        """The calendars of custom grains that the spine itself does not hold."""
        found = []
        for grain in self.calendars:
            spine = self.manifest.custom_grains[grain]
            alias = f"calendar_{grain}"
            on = exp.EQ(this=truncated(self.time(), spine.grain), expression=column(spine.column, alias))
            found.append(join(table(spine.relation, alias), on))
        return found


def within_spine(period: Period, periods: Periods) -> list[Node]:
    """Conditions that periods of a spine are shown."""
    found: list[Node] = []
    if period.start is not None:
        found.append(exp.GTE(this=periods.time(), expression=moment(period.start)))
    if period.end is not None:
        found.append(exp.LT(this=periods.time(), expression=moment(period.end)))
    return found


def render_fill_time(step: FillTime, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """Each period of the spine once, and the source's values beside it."""
    timed = [key for key in step.keys if key.column.on_time]
    columns: list[Column | MetricColumn] = [key.column for key in timed]
    columns += [c for item in step.where for c in item.columns]
    periods = Periods(manifest, step.spine, step.spine.grain, columns)
    where = [substituted(c, periods.operand) for c in step.where] + within_spine(step.period, periods)
    if step.until is not None:
        where.append(not_after(periods.time(), step.until))
    shown = f"{step.name}_periods"
    inner = select(
        [named(periods.column(key.column), key.label) for key in timed],
        periods.source(),
        joins=periods.joins(),
        where=all_of(where),
        group=len(timed),
    )
    on = all_of([exp.EQ(this=column(k.label, shown), expression=column(k.label, step.source)) for k in timed])
    labels: list[Node] = [
        column(key.label, shown if key.column.on_time else step.source) for key in step.keys
    ]
    values: list[Node] = [column(value, step.source) for value in step.values]
    by_column = {key.column: key.label for key in step.keys}
    again = [substituted(c, lambda item: column(by_column[item], step.source)) for c in step.again]  # type: ignore[index]
    outer = select(
        [*labels, *values],
        step_table(shown),
        joins=[join(step_table(step.source), on)],
        where=all_of(again),
    )
    return [(shown, inner), (step.name, outer)]


def render_over_time(step: OverTime, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """The source, read at each period through its offsets and what it accumulates."""
    custom = [o for o in step.offsets if isinstance(o, Window) and o.is_custom]
    if custom:
        return _custom_offset(step, custom[0], manifest)
    columns: list[Column | MetricColumn] = [key.column for key in step.keys if key.column.on_time]
    columns += [c for item in step.where for c in item.columns if c.on_time]
    periods = Periods(manifest, step.spine, step.grain, columns)

    def operand(item: Column | MetricColumn) -> Node:
        if isinstance(item, Column) and not item.on_time:
            return column(item.expr, step.source)
        return periods.operand(item)

    where = shown_where(step, periods, operand)
    keys = [
        named(periods.column(k.column) if k.column.on_time else column(k.label, step.source), k.label)
        for k in step.keys
    ]
    if step.keep_time:
        keys.append(named(periods.time(), step.time_label))
    on = all_of(_reads(step, periods))
    body = select(
        [*keys, *_folded(step)],
        periods.source(),
        joins=[join(step_table(step.source), on, "INNER"), *periods.joins()],
        where=all_of(where),
        group=len(keys),
    )
    return [(step.name, body)]


def shown_where(
    step: OverTime, periods: Periods, operand: Callable[[Column | MetricColumn], Node]
) -> list[Node]:
    """Which periods of the spine are shown."""
    where = [substituted(c, operand) for c in periods.restrict(step.where)] + within_spine(
        step.period, periods
    )
    if step.until is not None:
        where.append(not_after(periods.time(), step.until))
    declared = step.accumulation is not None and not step.accumulation.is_view
    if declared and step.offsets and step.period.start is not None:
        # dbt's engine shows an accumulated value at an offset only where the period it is read at is shown
        where.append(exp.GTE(this=read_at(step, periods), expression=moment(step.period.start)))
    starts: list[Node] = [
        exp.EQ(this=truncated(periods.time(), g), expression=periods.time()) for g in step.sample
    ]
    sampled = any_of(starts)
    if sampled is not None:
        where.append(sampled)
    return where


def _folded(step: OverTime) -> list[Node]:
    found = []
    for measure in step.measures:
        parts = {n: column(n, step.source) for n in part_names(measure.aggregation, measure.label)}
        found.append(named(fold(measure.aggregation, parts, measure.label), measure.label))
    return found


def read_at(step: OverTime, periods: Periods) -> Node:
    """The time at which the source is read at a period of the spine."""
    node = periods.time()
    for offset in step.offsets:
        node = truncated(node, offset) if isinstance(offset, str) else earlier(node, offset)
    return node


def _reads(step: OverTime, periods: Periods) -> list[Node]:
    """Which periods of the source are read at a period of the spine."""

    def at() -> Node:
        return read_at(step, periods)

    read = column(step.time_label, step.source)
    accumulation = step.accumulation
    if accumulation is None:
        return [exp.EQ(this=at(), expression=read)]
    found: list[Node] = [exp.LTE(this=read, expression=at())]
    if accumulation.window is not None:
        found.append(exp.GT(this=read.copy(), expression=earlier(at(), accumulation.window)))
    elif accumulation.grain_to_date is not None:
        found.append(exp.GTE(this=read.copy(), expression=truncated(at(), accumulation.grain_to_date)))
    return found


def _custom_offset(step: OverTime, offset: Window, manifest: Manifest) -> list[tuple[str, exp.Select]]:
    """An offset by periods of a custom calendar: the same day of an earlier period, or the whole period."""
    spine = step.spine
    days, pairs = f"{step.name}_days", f"{step.name}_pairs"
    calendar = spine.custom[offset.grain]
    numbered = select(
        [
            named(column(spine.column), "day_"),
            named(column(calendar), "calendar_period_"),
            named(window(exp.Anonymous(this="DENSE_RANK"), [], [column(calendar)]), "period_number_"),
            named(window(exp.RowNumber(), [column(calendar)], [column(spine.column)]), "day_number_"),
        ],
        table(spine.relation),
        where=exp.Not(this=exp.Is(this=column(calendar), expression=exp.Null())),
    )
    # where a part of a period is shown, it is compared with the same days of the earlier one
    shown_whole = not step.where and step.period == Period(None, None)
    whole = shown_whole and all(k.column.grain == offset.grain for k in step.keys if k.column.on_time)
    on: list[Node] = [
        exp.EQ(
            this=column("period_number_", "earlier"),
            expression=exp.Sub(this=column("period_number_", "shown"), expression=number(offset.count)),
        )
    ]
    if not whole:
        on.append(exp.EQ(this=column("day_number_", "earlier"), expression=column("day_number_", "shown")))
    pair_columns = [
        named(column("calendar_period_", "shown"), "calendar_period_"),
        named(column("day_", "earlier"), "day_"),
    ]
    if not whole:
        pair_columns.append(named(column("day_", "shown"), "shown_day_"))
    paired = select(
        pair_columns,
        step_table(days, "shown"),
        joins=[join(step_table(days, "earlier"), all_of(on), "INNER")],
        distinct=whole,
    )
    return [(days, numbered), (pairs, paired), (step.name, _offset_body(step, offset, pairs, manifest))]


def _offset_body(step: OverTime, offset: Window, pairs: str, manifest: Manifest) -> exp.Select:
    columns: list[Column | MetricColumn] = [k.column for k in step.keys if k.column.on_time]
    _, custom = collect(columns)
    others = [g for g in custom if g != offset.grain]

    def time() -> Node:
        return column("shown_day_", pairs)

    def operand(item: Column | MetricColumn) -> Node:
        if isinstance(item, MetricColumn):
            raise KeyError(item)
        if not item.on_time:
            return column(item.expr, step.source)
        if item.grain == offset.grain:
            return column("calendar_period_", pairs)
        if item.grain in others:
            return column(
                manifest.custom_grains[item.grain or ""].custom[item.grain or ""], f"calendar_{item.grain}"
            )
        return at_grain(time(), item)

    joins = [
        join(
            step_table(step.source),
            exp.EQ(this=column("day_", pairs), expression=column(step.time_label, step.source)),
            "INNER",
        )
    ]
    for grain in others:
        spine = manifest.custom_grains[grain]
        alias = f"calendar_{grain}"
        joins.append(
            join(table(spine.relation, alias), exp.EQ(this=time(), expression=column(spine.column, alias)))
        )
    keys = [
        named(operand(k.column) if k.column.on_time else column(k.label, step.source), k.label)
        for k in step.keys
    ]
    where = [substituted(c, operand) for c in step.where]
    if step.period.start is not None:
        where.append(exp.GTE(this=time(), expression=moment(step.period.start)))
    if step.period.end is not None:
        where.append(exp.LT(this=time(), expression=moment(step.period.end)))
    return select(
        [*keys, *_folded(step)], step_table(pairs), joins=joins, where=all_of(where), group=len(keys)
    )


def render_pick_period(step: PickPeriod) -> list[tuple[str, exp.Select]]:
    """One value a period: an average, or the value of its first or last finer period."""
    keys: list[Node] = [column(key) for key in step.keys]
    filled = [(_filled(value, fill), value) for value, fill in step.values]
    if step.how == "average":
        values = [named(exp.Avg(this=node), value) for node, value in filled]
        return [(step.name, select([*keys, *values], step_table(step.source), group=len(keys)))]
    numbered = f"{step.name}_numbered"
    descending = step.how == "last"
    place = window(exp.RowNumber(), [column(key) for key in step.keys], [])
    order = exp.Ordered(this=column(step.time_label), desc=descending, nulls_first=False)
    place.set("order", exp.Order(expressions=[order]))
    inner = select(
        [*keys, *(named(node, value) for node, value in filled), named(place, "place_")],
        step_table(step.source),
    )
    picked = exp.EQ(this=column("place_"), expression=number(1))
    outer = select(
        [*(column(key) for key in step.keys), *(column(value) for value, _ in step.values)],
        step_table(numbered),
        where=picked,
    )
    return [(numbered, inner), (step.name, outer)]


def _calendars(condition: Condition) -> bool:
    return any(isinstance(c, Column) and c.grain and c.grain not in ORDER for c in condition.columns)


def _filled(value: str, fill: int | None) -> Node:
    node = column(value)
    return node if fill is None else exp.Coalesce(this=node, expressions=[number(fill)])
