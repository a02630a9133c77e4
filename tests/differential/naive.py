"""Metrics by brute force, from dbt's documented semantics: every row, every day, nested loops and dicts.

Nothing here is shared with the engine. A metric's rows are pairs of a source row and the moment at which it
is shown: its own time; every day whose window covers it (cumulative); the day that compares itself with it
(offset). The pairs are filtered, grouped and aggregated; groups without pairs do not exist.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.differential import calendar_rules as cal
from tests.differential.aggregates import aggregate
from tests.differential.expressions import Atom, as_time, conjuncts
from tests.differential.world import Json, Measure, Name, Row, Use, World, filters, read_name

Key = tuple[Any, ...]
Pair = tuple[Row, dt.datetime | None]
Pairs = list[Pair]


@dataclass(frozen=True)
class Shift:
    """How an input of a derived metric is moved in time: some grains back, or to where a grain begins."""

    count: int = 0
    grain: str = "day"
    to_start: bool = False


@dataclass(frozen=True)
class Asked:
    """What one metric is asked by; `where` holds the conditions of the request and of the definitions."""

    by: tuple[Name, ...] = ()
    where: tuple[str, ...] = ()
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    shifts: tuple[Shift, ...] = ()
    window: Json | None = None


@dataclass
class Groups:
    """A metric's value by group, and what stands where a group has none.

    What is calculated from a filled metric has no value in groups that only metrics beside it have: dbt
    calculates each metric in the groups of its own inputs, and then puts the metrics of a request together.
    """

    values: dict[Key, Any] = field(default_factory=dict)
    fill: Any = None

    def at(self, key: Key) -> Any:
        value = self.values.get(key)
        return self.fill if value is None else value


class Naive:
    """Answers requests over one manifest and its tables."""

    def __init__(
        self, manifest: Json, tables: dict[str, list[Row]], seasons: dict[dt.datetime, str | None]
    ) -> None:
        self.world = World(manifest, tables, seasons)

    def answer(self, request: Json) -> list[tuple[Any, ...]]:
        """The rows of a request: its group-bys, then its metrics; ordered and limited where it says so."""
        names = tuple(read_name(text) for text in request.get("group_by", ()))
        where = tuple(request.get("where", ()))
        if not request.get("metrics"):
            rows = self._distinct(names, where)
            if request.get("min_max_only"):
                known = [row[0] for row in rows if row[0] is not None]
                rows = [(min(known, default=None), max(known, default=None))]
        else:
            asked = Asked(names, where, *_whole_periods(request, names))
            rows = combine([self.metric(name, asked) for name in request["metrics"]], bool(names))
        for text in reversed(request.get("order_by", ())):
            place = list(request["group_by"]).index(text.lstrip("-"))
            known = [row for row in rows if row[place] is not None]
            known.sort(key=lambda row: row[place], reverse=text.startswith("-"))
            rows = known + [row for row in rows if row[place] is None]
        limit = request.get("limit")
        return rows if limit is None else rows[:limit]

    def _distinct(self, names: tuple[Name, ...], where: tuple[str, ...]) -> list[tuple[Any, ...]]:
        """The values that group-bys of one model take together."""
        entity = names[0].path[0]
        model = next(
            m
            for m in self.world.models
            if entity in self.world.keys(m) and self.world.element(m, names[0].element)
        )
        measure = Measure(model, "count", "1", "")
        kept = self._kept(measure, [(row, None) for row in self.world.rows(model)], Asked(names, where))
        return list(dict.fromkeys(self._key(measure, pair, names) for pair in kept))

    def metric(self, name: str, asked: Asked) -> Groups:
        """A metric's groups; the filter of its definition is added to what is asked."""
        metric = self.world.metrics[name]
        params = metric["type_params"]
        if metric["type"] == "simple":
            use = self.world.use_of(metric)
            return self._simple(replace(use, where=[*use.where, *filters(metric)]), asked)
        asked = replace(asked, where=(*asked.where, *filters(metric)))
        if metric["type"] == "ratio":
            top, bottom = (self._input(params[side], asked) for side in ("numerator", "denominator"))
            return _calculated([top, bottom], lambda values: _divided(*values), bool(asked.by))
        if metric["type"] == "derived":
            return self._derived(params, asked)
        if metric["type"] == "cumulative":
            return self._cumulative(params, asked)
        assert metric["type"] == "conversion"
        return self._conversion(params["conversion_type_params"], asked)

    def _input(self, item: Json, asked: Asked) -> Groups:
        shifts = asked.shifts
        if item.get("offset_window"):
            back = item["offset_window"]
            shifts = (Shift(int(back["count"]), back["granularity"]), *shifts)
        if item.get("offset_to_grain"):
            shifts = (Shift(grain=item["offset_to_grain"], to_start=True), *shifts)
        return self.metric(item["name"], replace(asked, where=(*asked.where, *filters(item)), shifts=shifts))

    def _derived(self, params: Json, asked: Asked) -> Groups:
        inputs = params["metrics"]
        names = [item.get("alias") or item["name"] for item in inputs]
        node, _ = self.world.parse(params["expr"])

        def compute(values: list[Any]) -> Any:
            known = dict(zip(names, values, strict=True))
            return node(lambda atom: known[atom.name])

        return _calculated([self._input(item, asked) for item in inputs], compute, bool(asked.by))

    def _simple(self, use: Use, asked: Asked) -> Groups:
        of_use = asked.where
        asked = replace(asked, where=(*asked.where, *use.where))
        pairs = self._kept(use.measure, self._shown(use.measure, asked), asked)
        if use.measure.non_additive:
            pairs = self._snapshot(use.measure, pairs, asked)
        values = self._aggregated(use.measure, pairs, asked.by)
        times = [i for i, name in enumerate(asked.by) if self._is_time(use.measure, name)]
        if use.spine and times:
            own = [
                part for text in use.where for part in conjuncts(text) if self._is_on_time(use.measure, part)
            ]
            values = self._on_the_spine(use.measure, values, times, replace(asked, where=(*of_use, *own)))
        return Groups(values, use.fill)

    def _shown(self, measure: Measure, asked: Asked) -> Pairs:
        """Every row with the moment, or each of the moments, at which it is shown."""
        rows = self.world.rows(measure.model)
        pairs: Pairs = [(row, self._time(measure, row)) for row in rows]
        if asked.window is not None:
            pairs = [
                (row, day)
                for day in self.world.spine(self.world.grain_of(measure))
                for row, at in pairs
                if at is not None and at <= day and _covers(asked.window, at, day)
            ]
            if asked.shifts and asked.start is not None:
                # dbt's own suite: a window at an offset is read only where its own day is shown
                pairs = [(row, day) for row, day in pairs if day is not None and day >= asked.start]
        grain = self._finest(measure, asked.by)
        bucket = _bucket(asked.shifts, grain, self.world.grain_of(measure))
        for shift in asked.shifts:
            if shift.grain == cal.SEASON:
                pairs = list(self._moved_by_season(measure, pairs, shift, asked))
                continue
            pairs = list(self._moved(pairs, shift, bucket))
        if any(shift.to_start for shift in asked.shifts):
            pairs = [(row, day) for row, day in pairs if day == cal.start_of(grain, day or dt.datetime.min)]
        return pairs

    def _time(self, measure: Measure, row: Row) -> dt.datetime | None:
        value: dt.datetime | None = self.world.value(measure.model, row, Name((), measure.time or ""))
        return value

    def _finest(self, measure: Measure, by: tuple[Name, ...]) -> str:
        grains = [n.grain or "day" for n in by if self._is_time(measure, n) and not n.part]
        grains = ["day" if grain == cal.SEASON else grain for grain in grains]
        return min(grains, key=("hour", *cal.GRAINS).index, default="day")

    def _moved(self, pairs: Pairs, shift: Shift, bucket: str) -> Iterable[Pair]:
        """Days of the spine, each the first of its bucket, that show each pair."""
        for day in sorted({cal.start_of(bucket, day) for day in self.world.spine(bucket)}):
            source = (
                cal.start_of(shift.grain, day) if shift.to_start else cal.back(day, shift.count, shift.grain)
            )
            for row, at in pairs:
                if at is not None and cal.start_of(bucket, at) == source:
                    yield row, day

    def _moved_by_season(self, measure: Measure, pairs: Pairs, shift: Shift, asked: Asked) -> Iterable[Pair]:
        """Each day shows that of its number in an earlier season; a season that is shown whole, all of it."""
        seasons = sorted({season for season in self.world.seasons.values() if season is not None})
        days = {s: [day for day in self.world.days if self.world.seasons[day] == s] for s in seasons}
        whole = all(n.grain == cal.SEASON for n in asked.by if self._is_time(measure, n))
        whole = (
            whole and asked.start is None and asked.end is None and not self._looks_at_time(measure, asked)
        )
        for place in range(shift.count, len(seasons)):
            now, before = days[seasons[place]], days[seasons[place - shift.count]]
            for number, day in enumerate(before):
                if not whole and number >= len(now):
                    continue
                shown = now[0] if whole else now[number]
                yield from ((row, shown) for row, at in pairs if at and cal.start_of("day", at) == day)

    def _looks_at_time(self, measure: Measure, asked: Asked) -> bool:
        atoms = {atom for text in asked.where for atom in self.world.parse(text)[1] if atom.kind != "metric"}
        return any(self._is_time(measure, read_name(atom.name)) for atom in atoms)

    def _kept(self, measure: Measure, pairs: Pairs, asked: Asked) -> Pairs:
        """The pairs that pass every condition, within start and end."""
        found = [pair for pair in pairs if _within(pair[1], asked)]
        for text in asked.where:
            node, atoms = self.world.parse(text)
            inner = {atom: self._by_entities(atom) for atom in atoms if atom.kind == "metric"}
            kept = []
            for pair in found:

                def look(atom: Atom, pair: Pair = pair, inner: dict[Atom, Groups] = inner) -> Any:
                    if atom in inner:
                        key = self._key(measure, pair, tuple(read_name(name) for name in atom.by))
                        # a fill value stands in groups that there are; an entity without rows has no group
                        return None if None in key or key not in inner[atom].values else inner[atom].at(key)
                    return self._look(measure, pair, read_name(atom.name))

                if node(look) is True:
                    kept.append(pair)
            found = kept
        return found

    def _by_entities(self, atom: Atom) -> Groups:
        return self.metric(atom.name, Asked(tuple(read_name(name) for name in atom.by)))

    def _is_time(self, measure: Measure, name: Name) -> bool:
        """Whether the name is the time by which the measure is aggregated."""
        if name.element == "metric_time" and not name.path:
            return True
        return (
            name.element == measure.time
            and len(name.path) == 1
            and name.path[0] in self.world.keys(measure.model)
        )

    def _look(self, measure: Measure, pair: Pair, name: Name) -> Any:
        if self._is_time(measure, name):
            return self.world.time_value(pair[1], name.grain or "day", name.part)
        when = self._time(measure, pair[0]) if measure.time else None
        return self.world.value(measure.model, pair[0], name, when)

    def _key(self, measure: Measure, pair: Pair, by: tuple[Name, ...]) -> Key:
        return tuple(self._look(measure, pair, name) for name in by)

    def _aggregated(self, measure: Measure, pairs: Pairs, by: tuple[Name, ...]) -> dict[Key, Any]:
        groups: dict[Key, list[Any]] = {} if by else {(): []}
        for pair in pairs:
            value = self.world.column(pair[0], measure.expr)
            groups.setdefault(self._key(measure, pair, by), []).append(value)
        return {key: aggregate(measure.agg, values, measure.params) for key, values in groups.items()}

    def _snapshot(self, measure: Measure, pairs: Pairs, asked: Asked) -> Pairs:
        """The rows of the first or last day, of each period asked and each window grouping."""
        rule = measure.non_additive or {}
        entity = min(self.world.keys(measure.model))
        by = [Name((), name) for name in rule.get("window_groupings") or ()]
        by += [name for name in asked.by if self._is_time(measure, name)]
        day = Name((entity,), rule["name"])
        choose = min if rule.get("window_choice") == "min" else max
        chosen: dict[Key, Any] = {}
        dated = [(pair, self._look(measure, pair, day)) for pair in pairs]
        dated = [(pair, at) for pair, at in dated if at is not None]
        for pair, at in dated:
            key = self._key(measure, pair, tuple(by))
            chosen[key] = choose(chosen.get(key, at), at)
        return [pair for pair, at in dated if chosen[self._key(measure, pair, tuple(by))] == at]

    def _on_the_spine(
        self, measure: Measure, values: dict[Key, Any], times: list[int], asked: Asked
    ) -> dict[Key, Any]:
        """A left join from the periods of the spine: what has no time is not among them.

        A period without groups has a row with no other dimension.
        """
        found = {key: value for key, value in values.items() if None not in [key[i] for i in times]}
        taken = {tuple(key[i] for i in times) for key in found}
        for day in self.world.spine("hour" if any(asked.by[i].grain == "hour" for i in times) else "day"):
            if not _within(day, asked):
                continue
            cut = {i: self.world.time_value(day, asked.by[i].grain or "day", asked.by[i].part) for i in times}
            key = tuple(cut.get(i) for i in range(len(asked.by)))
            if tuple(cut.values()) not in taken and self._passes(measure, key, asked, day):
                found.setdefault(key, None)
        return found

    def _is_on_time(self, measure: Measure, text: str) -> bool:
        """Whether a condition looks at nothing but the time of the measure."""
        atoms = self.world.parse(text)[1]
        return bool(atoms) and all(
            atom.kind != "metric" and self._is_time(measure, read_name(atom.name)) for atom in atoms
        )

    def _passes(self, measure: Measure, key: Key, asked: Asked, day: dt.datetime) -> bool:
        """Conditions of requests and inputs hold on added rows too, as far as the row has what they name.

        Those of the metric itself decide which rows it aggregates; of its periods only those on time decide.
        """
        known = dict(zip(asked.by, key, strict=True))
        for text in (part for whole in asked.where for part in conjuncts(whole)):
            node, atoms = self.world.parse(text)
            names = {atom: read_name(atom.name) for atom in atoms}
            if not all(
                atom.kind != "metric" and (name in known or self._is_time(measure, name))
                for atom, name in names.items()
            ):
                continue
            if node(lambda atom: self._on_added(measure, names[atom], known, day)) is not True:  # noqa: B023
                return False
        return True

    def _on_added(self, measure: Measure, name: Name, known: dict[Name, Any], day: dt.datetime) -> Any:
        if self._is_time(measure, name):
            return self.world.time_value(day, name.grain or "day", name.part)
        return known[name]

    def _cumulative(self, params: Json, asked: Asked) -> Groups:
        """Aggregated anew for every day over the rows of its window; coarser grains choose among days."""
        how = params.get("cumulative_type_params") or {}
        window = {key: how.get(key) or params.get(key) for key in ("window", "grain_to_date")}
        if params.get("measure"):
            use = self.world.use_of_measure(params["measure"])
        else:
            metric = self.world.metrics[how["metric"]["name"]]
            use = self.world.use_of(metric)
            use = replace(use, where=[*use.where, *filters(metric)])
            asked = replace(asked, where=(*asked.where, *filters(how["metric"])))
        times = [name for name in asked.by if self._is_time(use.measure, name)]
        if not times:
            return self._simple(use, replace(asked, start=None) if not any(window.values()) else asked)
        asked = replace(asked, window=window)
        base = self.world.grain_of(use.measure)
        if any(name.grain == base for name in times):
            return self._simple(use, asked)
        day = Name((), "metric_time", base)
        by_day = self._simple(use, replace(asked, by=(*asked.by, day)))
        by_day.values = {key: by_day.at(key) for key in by_day.values}
        return Groups(_chosen(by_day.values, how.get("period_agg") or "first"), use.fill)

    def _side(self, params: Json, side: str) -> Use:
        """The base or the conversion of a conversion metric, with the filters of its input."""
        if params.get(f"{side}_measure"):
            return self.world.use_of_measure(params[f"{side}_measure"])
        source = params[f"{side}_metric"]
        metric = self.world.metrics[source["name"]]
        use = self.world.use_of(metric)
        return replace(use, where=[*use.where, *filters(metric), *filters(source)])

    def _conversion(self, params: Json, asked: Asked) -> Groups:
        """Each conversion belongs to the last base event of its entity before it, within the window.

        It is shown where that event is: at its time, or where an offset moves it.
        """
        base, conversion = self._side(params, "base"), self._side(params, "conversion")
        asked = replace(asked, where=(*asked.where, *base.where))
        bases = self._kept(base.measure, self._shown(base.measure, asked), asked)
        rows = self.world.rows(base.measure.model)
        own = [(row, self._time(base.measure, row)) for row in rows]
        # an offset moves what is shown, and with that no event away from its conversions
        now = replace(asked, shifts=(), start=None, end=None) if asked.shifts else asked
        touches = self._kept(base.measure, own, now)
        events = self._shown(conversion.measure, Asked())
        events = self._kept(conversion.measure, events, Asked(where=tuple(conversion.where)))
        groups: dict[Key, list[Any]] = {} if asked.by else {(): []}
        for event in events:
            before = [
                b for b in touches if self._converts(params, (base.measure, b), (conversion.measure, event))
            ]
            if before:
                last = max(before, key=lambda pair: pair[1] or dt.datetime.min)
                value = self.world.column(event[0], conversion.measure.expr)
                for shown in (pair for pair in bases if pair[0] is last[0]):
                    groups.setdefault(self._key(base.measure, shown, asked.by), []).append(value)
        counted = {k: aggregate(conversion.measure.agg, v) for k, v in groups.items()}
        based = Groups(self._aggregated(base.measure, bases, asked.by), base.fill)
        found = Groups(counted, conversion.fill)
        rate = params.get("calculation", "conversion_rate") == "conversion_rate"
        return _calculated([found, based], lambda v: _divided(*v) if rate else v[0], bool(asked.by))

    def _converts(self, params: Json, base: tuple[Measure, Pair], event: tuple[Measure, Pair]) -> bool:
        before, after = base[1][1], event[1][1]
        if before is None or after is None or before > after:
            return False
        window = params.get("window")
        if window and before <= cal.back(after, int(window["count"]), window["granularity"].rstrip("s")):
            return False
        same = [(params["entity"], params["entity"])]
        same += [
            (p["base_property"], p["conversion_property"]) for p in params.get("constant_properties") or ()
        ]
        for ours, theirs in same:
            value = self.world.value(base[0].model, base[1][0], read_name(ours))
            if value is None or value != self.world.value(event[0].model, event[1][0], read_name(theirs)):
                return False
        return True


def combine(metrics: list[Groups], grouped: bool) -> list[tuple[Any, ...]]:
    """One row for every group that any of the metrics has."""
    keys = list(dict.fromkeys(key for groups in metrics for key in groups.values)) if grouped else [()]
    return [(*key, *(groups.at(key) for groups in metrics)) for key in keys]


def _calculated(inputs: list[Groups], compute: Callable[[list[Any]], Any], grouped: bool) -> Groups:
    def at(key: Key) -> Any:
        return compute([groups.at(key) for groups in inputs])

    keys = dict.fromkeys(key for groups in inputs for key in groups.values) if grouped else {(): None}
    return Groups({key: at(key) for key in keys})


def _bucket(shifts: tuple[Shift, ...], asked: str, base: str) -> str:
    """What is compared with what: whole months where only those are asked and moved, else days (or hours).

    A month before, by quarter, is made of months. The start of a year, by month, is its first month; that of
    a month, by quarter, is the first day of the quarter. The start of a day, by day, is that day.
    """
    if asked == "day" and shifts and all(shift.to_start for shift in shifts):
        return "day"
    months = asked in cal.MONTHS and all(shift.grain in cal.MONTHS for shift in shifts)
    if not months or any(s.to_start and cal.MONTHS[s.grain] < cal.MONTHS[asked] for s in shifts):
        return base
    return min([asked, *(s.grain for s in shifts)], key=cal.GRAINS.index)


def _whole_periods(request: Json, names: tuple[Name, ...]) -> tuple[dt.datetime | None, dt.datetime | None]:
    """Start, and the moment after the end, widened to periods of the finest metric_time that is asked."""
    grains = [n.grain for n in names if n.element == "metric_time" and n.grain and n.grain != cal.SEASON]
    grain = min(grains, key=("hour", *cal.GRAINS).index, default="day")
    start, end = (as_time(request[k]) if request.get(k) else None for k in ("start", "end"))
    if grain == "hour":
        grain = "day"  # the moments that requests of the test give are days
    first = None if start is None else cal.start_of(grain, start)
    return first, None if end is None else cal.end_of(grain, end) + dt.timedelta(days=1)


def _divided(top: Any, bottom: Any) -> Any:
    return None if top is None or not bottom else top / bottom


def _within(at: dt.datetime | None, asked: Asked) -> bool:
    if asked.start is None and asked.end is None:
        return True
    return at is not None and (
        (asked.start is None or at >= asked.start) and (asked.end is None or at < asked.end)
    )


def _covers(window: Json, at: dt.datetime, day: dt.datetime) -> bool:
    """Whether the window that ends on `day` begins before or on `at`."""
    if window["window"]:
        return at > cal.back(day, int(window["window"]["count"]), window["window"]["granularity"])
    if window["grain_to_date"]:
        return at >= cal.start_of(window["grain_to_date"], day)
    return True


def _chosen(by_day: dict[Key, Any], how: str) -> dict[Key, Any]:
    """The first, the last, or the average of the days of each period and group."""
    periods: dict[Key, list[tuple[dt.datetime, Any]]] = {}
    for key, value in by_day.items():
        periods.setdefault(key[:-1], []).append((key[-1], value))
    found = {}
    for key, dated in periods.items():
        ordered = [value for _, value in sorted(dated, key=lambda item: item[0])]
        if how == "average":
            found[key] = aggregate("average", ordered)
        else:
            found[key] = ordered[0] if how == "first" else ordered[-1]
    return found
