"""Routes each leaf of a request through steps: one scan for all that share a fact, a time and their joins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from leadline.errors import RefusedError
from leadline.grains import ORDER, Window, coarsest, finest
from leadline.manifest import Manifest, TimeSpine
from leadline.plan.conversions import check_conversion, conversion_steps, values_by_day
from leadline.plan.facts import LookupPlanner, fact_grain, own_column, time_column
from leadline.plan.horizon import shown_until
from leadline.plan.moves import moves_rows, moves_whole, plain_key, windows_of
from leadline.plan.naming import Names, describe_offsets
from leadline.plan.period import shown_period
from leadline.plan.reading import base_grain, carried_columns, reading, sampled_grains
from leadline.plan.refusals import check_not_added_up, check_over_time, check_stock_before, needs_time
from leadline.plan.steps import (
    Aggregate,
    FillTime,
    Measure,
    Moved,
    OverTime,
    Period,
    PickPeriod,
    Step,
    Until,
)
from leadline.plan.stocks import carry_forward_step, is_over_periods, reaching_back
from leadline.resolve.binding import Column, Condition, Key, MetricColumn
from leadline.resolve.leaves import BoundLeaf
from leadline.resolve.metrics import Leaf
from leadline.resolve.query import ResolvedQuery
from leadline.resolve.shapes import Shape

ADDITIVE = frozenset({"sum", "count", "sum_boolean", "min", "max", "average"})


@dataclass(frozen=True, slots=True)
class Route:
    """Where the value of a leaf ends up: a column of a step, and what stands for NULL."""

    step: str
    value: str
    fill: int | None


@dataclass(slots=True)
class _Scan:
    """Leaves that one pass over a fact can aggregate."""

    bound: list[tuple[int, BoundLeaf]] = field(default_factory=list)

    @property
    def shape(self) -> Shape:
        """How all of them lie in time."""
        return self.bound[0][1].leaf.shape


@dataclass(slots=True)
class Routes:
    """Plans the leaves of one request."""

    manifest: Manifest
    names: Names
    lookup: LookupPlanner
    steps: list[Step] = field(default_factory=list)
    _columns: Names = field(default_factory=Names)
    _scanned: dict[object, int] = field(default_factory=dict)
    _plain: list[str] = field(default_factory=list)
    _until: Until | None = None

    def place(self, query: ResolvedQuery) -> list[Route]:
        """The route of every leaf, in their order."""
        for label in query.labels:
            self._columns.take(label)
        placed: dict[int, Route] = {}
        scans: dict[tuple[object, ...], _Scan] = {}
        for number, bound in enumerate(query.leaves):
            if bound.leaf.conversion is None:
                scans.setdefault(self._scan_key(bound), _Scan()).bound.append((number, bound))
            elif bound.leaf.shape.is_plain:
                placed[number] = self._convert(bound, query)
        plain = [scan for scan in scans.values() if scan.shape.is_plain]
        for scan in plain:
            placed.update(self._scan(scan, query))
        steps, self._until = shown_until(query, self._plain, self.names, self.lookup)
        self.steps += steps
        for scan in scans.values():
            if not scan.shape.is_plain:
                placed.update(self._scan(scan, query))
        for number, bound in enumerate(query.leaves):
            if number not in placed:
                placed[number] = self._convert(bound, query)
        return [placed[number] for number in range(len(query.leaves))]

    def _scan_key(self, bound: BoundLeaf) -> tuple[object, ...]:
        leaf = bound.leaf
        aggregation = leaf.aggregation
        identities = frozenset(c.identity for c in bound.conditions)
        joins = {c.path for key in bound.keys for c in [key.column] if c.path}
        joins |= {
            c.path for item in bound.conditions for c in item.columns if isinstance(c, Column) and c.path
        }
        looked_up = {c for item in bound.conditions for c in item.columns if isinstance(c, MetricColumn)}
        shared = (
            aggregation.model,
            aggregation.time_dimension,
            leaf.shape,
            frozenset(joins),
            frozenset(looked_up),
        )
        # only a plain scan can give each measure its own conditions; in any other they have to be the same
        alone = not leaf.shape.is_plain or leaf.use.join_to_timespine or aggregation.non_additive is not None
        alone = alone or bool(bound.fans)
        # what is calculated from a filled metric has a value only where that metric itself has rows
        alone = alone or (leaf.use.fill_nulls_with is not None and bool(bound.conditions))
        if not alone:
            return shared
        kind = (
            "additive"
            if aggregation.agg in ADDITIVE
            else (aggregation.agg, aggregation.expr, aggregation.percentile)
        )
        return (*shared, identities, kind, leaf.use.join_to_timespine, aggregation.non_additive)

    def _scan(self, scan: _Scan, query: ResolvedQuery) -> dict[int, Route]:
        _, first = scan.bound[0]
        shape = first.leaf.shape
        check_not_added_up(first.leaf)
        common, measures, values = self._measures(scan)
        timed = [key for key in first.keys if key.column.on_time]
        if shape.offsets and not timed:
            raise needs_time(first.leaf, "compares with another period")
        period = self._period(first, query)
        pick: PickPeriod | None = None
        if self._is_carried(first, common):
            step = self._carry_forward(first, measures, common, period)
        elif shape.is_plain:
            step = self._aggregate(first, measures, common, period)
        elif shape.accumulation is not None and not timed and not shape.offsets:
            if not shape.accumulation.is_all_time:
                raise needs_time(first.leaf, "accumulates over a window of time")
            step = self._aggregate(first, measures, common, Period(None, period.end))
        elif shape.accumulation is None and moves_rows(first):
            windows = windows_of(first)
            step = self._moved(first, measures, common, period, windows) or self._aggregate(
                first, measures, common, period, windows
            )
        else:
            step, pick = self._over_time(first, measures, common, period)
        if shape.is_plain:
            self._plain.append(step)
        if first.leaf.use.join_to_timespine and timed:
            step = self._fill_time(step, first, measures, common, period, pick)
        if pick is not None:
            self.steps.append(replace(pick, source=step))
            step = pick.name
        return {
            number: Route(step, value, bound.leaf.use.fill_nulls_with)
            for (number, bound), value in zip(scan.bound, values, strict=True)
        }

    def _is_carried(self, bound: BoundLeaf, where: tuple[Condition, ...]) -> bool:
        shape, stock = bound.leaf.shape, bound.leaf.aggregation.non_additive
        if stock is None or stock.carry_forward is None or shape.accumulation is not None:
            return False
        return is_over_periods(bound, where) and moves_rows(bound)

    def _carry_forward(
        self, bound: BoundLeaf, measures: tuple[Measure, ...], where: tuple[Condition, ...], period: Period
    ) -> str:
        stock, shift = bound.leaf.aggregation.non_additive, windows_of(bound)
        assert stock is not None  # noqa: S101  the caller has checked
        name = self.names.take(bound.fact.model.name, describe_offsets(shift), "carried_forward")
        spine = self._spine(bound.leaf, fact_grain(bound.fact))
        step = carry_forward_step(name, bound, stock, measures, where, period, spine, shift, self.lookup)
        self.steps.append(replace(step, until=self._until) if bound.leaf.shape.is_view else step)
        return name

    def _measures(self, scan: _Scan) -> tuple[tuple[Condition, ...], tuple[Measure, ...], list[str]]:
        """The conditions that all share, the measures with the rest of theirs, and the value of each leaf."""
        sets = [{c.identity for c in bound.conditions} for _, bound in scan.bound]
        shared = set.intersection(*sets)
        common = tuple(c for c in scan.bound[0][1].conditions if c.identity in shared)
        known: dict[tuple[object, ...], Measure] = {}
        values = []
        for _, bound in scan.bound:
            rest = tuple(c for c in bound.conditions if c.identity not in shared)
            aggregation = bound.leaf.aggregation
            key = (aggregation.name, frozenset(c.identity for c in rest))
            if key not in known:
                known[key] = Measure(self._columns.take(bound.leaf.metric), aggregation, rest)
            values.append(known[key].label)
        return common, tuple(known.values()), values

    def _period(self, bound: BoundLeaf, query: ResolvedQuery) -> Period:
        # one period for all facts: a ratio of a monthly and a daily one would else compare unequal spans
        unit = query.default_grain if query.default_grain in ORDER else "day"
        given = [moment.at.time() for moment in (query.start, query.end) if moment]
        if any(time != dt.time() for time in given):
            facts = [fact for other in query.leaves for fact in (other.fact, other.event) if fact]
            unit = coarsest([fact_grain(fact) for fact in facts]) or unit
        return shown_period(query.start, query.end, bound.keys, unit)

    def _aggregate(
        self,
        bound: BoundLeaf,
        measures: tuple[Measure, ...],
        where: tuple[Condition, ...],
        period: Period,
        shift: tuple[Window, ...] = (),
    ) -> str:
        fact, stock = bound.fact, bound.leaf.aggregation.non_additive
        if stock is not None and stock.carry_forward is not None:
            period = reaching_back(period, stock.carry_forward, bound)
        name = self.names.take(fact.model.name, describe_offsets(shift), "aggregated")
        rest = tuple(c for m in measures for c in m.conditions)
        if not shift and stock is None:
            self._scanned.setdefault(plain_key(bound, where, measures), len(self.steps))
        self.steps.append(
            Aggregate(
                name=name,
                model=fact.model,
                time=time_column(fact),
                keys=bound.keys,
                measures=measures,
                where=where,
                period=period,
                shift=shift,
                latest=stock,
                distinct_by=own_column(fact, fact.distinct_by) if fact.distinct_by and bound.fans else None,
                until=self._until if shift and bound.leaf.shape.is_view else None,
                lookups=self.lookup((*where, *rest)),
            )
        )
        return name

    def _moved(
        self,
        bound: BoundLeaf,
        measures: tuple[Measure, ...],
        where: tuple[Condition, ...],
        period: Period,
        windows: tuple[Window, ...],
    ) -> str | None:
        """The step that moves an aggregate that is there already, where that gives the same; else None."""
        spine = self.manifest.spine_for(fact_grain(bound.fact))
        is_open = period == Period(None, None) and not any(c.on_time for c in where)
        is_open = is_open and not bound.leaf.shape.is_view
        place = self._scanned.get(plain_key(bound, where, measures))
        if place is None or not is_open or not moves_whole(bound.keys, windows, spine):
            return None
        source = self.steps[place]
        if not isinstance(source, Aggregate):
            return None
        known = {measure.aggregation.name: measure.label for measure in source.measures}
        more = tuple(m for m in measures if m.aggregation.name not in known)
        self.steps[place] = replace(source, measures=(*source.measures, *more))
        name = self.names.take(bound.fact.model.name, describe_offsets(windows))
        values = tuple((known.get(m.aggregation.name, m.label), m.label) for m in measures)
        self.steps.append(Moved(name, source.name, bound.keys, values, windows, spine))
        return name

    def _over_time(
        self, bound: BoundLeaf, measures: tuple[Measure, ...], where: tuple[Condition, ...], period: Period
    ) -> tuple[str, PickPeriod | None]:
        """The step, and what is left to do where its periods are finer than those asked."""
        leaf, fact = bound.leaf, bound.fact
        check_over_time(bound)
        if leaf.aggregation.non_additive is not None:
            return self._stock_before(bound, measures, where, period), None
        base = base_grain(bound)
        time = time_column(fact)
        late = tuple(c for c in where if c.on_time)
        early = tuple(c for c in where if not c.on_time)
        carried, late = carried_columns(late, self._columns)
        others = tuple(k for k in bound.keys if not k.column.on_time)
        time_label = self._columns.take("read", base)
        keys = (Key(time_label, replace(time, grain=base, part=None)), *others, *carried)
        until_end = Period(None, period.end)
        how, read = reading(leaf.shape.accumulation, base, measures, bool(carried)), measures
        if bound.event is not None:
            at_once = replace(bound, keys=keys, conditions=early, leaf=replace(leaf, shape=Shape()))
            source, read = (
                self._converted(at_once, until_end, measures[0]),
                values_by_day(bound, measures, base),
            )
        else:
            source = self._partial(bound, keys, measures, early, until_end, how == "distinct")
        grains = [k.column.grain for k in bound.keys if k.column.on_time]
        at_base = base in grains
        pick = leaf.shape.accumulation is not None and not at_base
        name = self.names.take(fact.model.name, describe_offsets(leaf.shape.offsets), "over_time")
        over = OverTime(
            name=name,
            source=source,
            spine=self._spine(leaf, base),
            grain=base,
            time_label=time_label,
            keys=bound.keys,
            measures=read,
            offsets=leaf.shape.offsets,
            accumulation=leaf.shape.accumulation,
            where=late,
            period=period,
            sample=sampled_grains(leaf, grains, at_base or pick),
            keep_time=pick,
            carried=tuple(k.label for k in carried),
            how=how,
            until=self._until if leaf.shape.is_view else None,
        )
        self.steps.append(over)
        if not pick or leaf.shape.accumulation is None:
            return name, None
        how = leaf.shape.accumulation.period_agg
        labels = tuple(k.label for k in bound.keys)
        values = tuple((m.label, leaf.use.fill_nulls_with) for m in measures)
        return name, PickPeriod(self.names.take(name, how), name, time_label, labels, values, how)

    def _partial(
        self,
        bound: BoundLeaf,
        keys: tuple[Key, ...],
        measures: tuple[Measure, ...],
        where: tuple[Condition, ...],
        period: Period,
        repeated: bool,
    ) -> str:
        name = self.names.take(bound.fact.model.name, "by", keys[0].column.grain or "")
        self.steps.append(
            Aggregate(
                name=name,
                model=bound.fact.model,
                time=time_column(bound.fact),
                keys=keys,
                measures=measures,
                where=where,
                period=period,
                partial=True,
                repeated=repeated,
                lookups=self.lookup(where),
            )
        )
        return name

    def _stock_before(
        self, bound: BoundLeaf, measures: tuple[Measure, ...], where: tuple[Condition, ...], period: Period
    ) -> str:
        """A stock by day (or whatever its data is by), read at the day that each day is compared with."""
        leaf, base = bound.leaf, fact_grain(bound.fact)
        late = check_stock_before(bound, where, base)
        label = self._columns.take("read", base)
        day = Key(label, replace(time_column(bound.fact), grain=base))
        keys = (day, *(key for key in bound.keys if not key.column.on_time))
        plain = replace(bound, keys=keys, leaf=replace(leaf, shape=Shape()))
        early = tuple(c for c in where if not c.on_time)
        until_end = Period(None, period.end)
        if self._is_carried(plain, early):
            source = self._carry_forward(plain, measures, early, until_end)
        else:
            source = self._aggregate(plain, measures, early, until_end)
        name = self.names.take(bound.fact.model.name, describe_offsets(leaf.shape.offsets), "over_time")
        self.steps.append(
            OverTime(
                name=name,
                source=source,
                spine=self._spine(leaf, base),
                grain=base,
                time_label=label,
                keys=bound.keys,
                # there is one value a day and group, so the largest is that value
                measures=tuple(Measure(m.label, replace(m.aggregation, agg="max")) for m in measures),
                offsets=leaf.shape.offsets,
                where=late,
                period=period,
                until=self._until if leaf.shape.is_view else None,
            )
        )
        return name

    def _spine(self, leaf: Leaf, grain: str) -> TimeSpine:
        custom = [o.grain for o in leaf.shape.offsets if isinstance(o, Window) and o.is_custom]
        custom += [o for o in leaf.shape.offsets if isinstance(o, str) and o not in ORDER]
        spine = self.manifest.custom_grains[custom[0]] if custom else self.manifest.spine_for(grain)
        if spine is None:
            raise RefusedError(
                f"metric {leaf.metric!r} needs a time spine by {grain} or finer, and none is defined",
                fix="add a model with `time_spine:` to the project",
            )
        return spine

    def _fill_time(
        self,
        source: str,
        bound: BoundLeaf,
        measures: tuple[Measure, ...],
        where: tuple[Condition, ...],
        period: Period,
        pick: PickPeriod | None = None,
    ) -> str:
        keys = bound.keys
        if pick is not None:
            finer = replace(time_column(bound.fact), grain=fact_grain(bound.fact))
            keys = (*keys, Key(pick.time_label, finer))
        # parts of a date are told apart by its day
        times = [k.column.grain or "day" for k in keys if k.column.on_time]
        grains = [self._standard(grain) for grain in times]
        grain = finest(grains) or fact_grain(bound.fact)
        time_only = tuple(c for c in where if c.time_only)
        asked = finest(
            [
                self._standard(c.grain)
                for item in time_only
                for c in item.columns
                if isinstance(c, Column) and c.grain
            ]
        )
        if asked and ORDER[asked] < ORDER[grain]:
            grain = asked
        name = self.names.take(source, "filled")
        self.steps.append(
            FillTime(
                name=name,
                source=source,
                spine=self._spine(replace(bound.leaf, shape=replace(bound.leaf.shape, offsets=())), grain),
                keys=keys,
                values=tuple(m.label for m in measures),
                where=time_only,
                period=period,
                again=_again(bound),
                until=self._until if bound.leaf.shape.is_view else None,
            )
        )
        return name

    def _standard(self, grain: str) -> str:
        """The grain itself, or that of the periods which a custom grain is made of."""
        return grain if grain in ORDER else self.manifest.custom_grains[grain].grain

    def _convert(self, bound: BoundLeaf, query: ResolvedQuery) -> Route:
        period, use, shape = self._period(bound, query), bound.leaf.use, bound.leaf.shape
        measure = Measure(self._columns.take(bound.leaf.metric), bound.leaf.aggregation)
        timed = any(k.column.on_time for k in bound.keys)
        check_conversion(bound, timed)
        pick: PickPeriod | None = None
        if shape.accumulation is not None and not timed:
            step = self._converted(bound, Period(None, period.end), measure)
        elif shape.accumulation is None and moves_rows(bound):
            step = self._converted(bound, period, measure)
        else:
            step, pick = self._over_time(bound, (measure,), bound.conditions, period)
        if use.join_to_timespine and timed:
            step = self._fill_time(step, bound, (measure,), bound.conditions, period, pick)
        if pick is not None:
            self.steps.append(replace(pick, source=step))
            step = pick.name
        return Route(step, measure.label, use.fill_nulls_with)

    def _converted(self, bound: BoundLeaf, period: Period, measure: Measure) -> str:
        shift = windows_of(bound)
        until = self._until if shift and bound.leaf.shape.is_view else None
        steps = conversion_steps(bound, measure, period, self.names, self.lookup, shift, until)
        self.steps += steps
        return steps[-1].name


def _again(bound: BoundLeaf) -> tuple[Condition, ...]:
    """Conditions of the request on keys, which rows that a time spine adds have to meet as well."""
    keys = {key.column for key in bound.keys}
    return tuple(
        condition
        for condition in bound.conditions
        if not condition.on_time
        and condition.filter.key not in bound.leaf.own
        and all(column in keys for column in condition.columns)
    )
