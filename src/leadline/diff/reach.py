"""What a changed definition reaches: metrics, reports, the plan, alerts, exposures, examples and macros."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from leadline.catalog import readable, reports, text, uses_of
from leadline.diff.aspects import METRIC, cut_name
from leadline.diff.changes import DIMENSION, ENTITY, QUERY, SPINE, Change, through
from leadline.diff.definitions import Definitions
from leadline.errors import LeadlineError
from leadline.examples import examples_of
from leadline.manifest import Manifest, Metric, SavedQuery
from leadline.measurement.model import Plan
from leadline.measurement.source import Place
from leadline.versions import models_read
from leadline.write.kpi_macros import SCHEMA, macro_names

# The kinds in the order in which they are told, and what many of them are called.
KINDS: Final = {
    "metric": "metrics",
    "saved query": "saved queries",
    "report": "reports",
    "target": "targets",
    "indicator": "indicators of the plan",
    "alert": "alerts",
    "dashboard": "dashboards of the plan",
    "plan": "other lines of the plan",
    "exposure": "exposures",
    "example": "worked examples",
    "macro": "macros of the published file",
}
_WORD: Final = re.compile(r"\w+")
_SEEN_AS_NAMES: Final = re.compile(r"'[^']*'")


@dataclass(frozen=True, slots=True)
class Reached:
    """Something that a change reaches: what it is, its name, and `file:line` where that is known."""

    kind: str
    name: str
    place: str = ""


class Reach:
    """What changes reach, of two sides and the plan as it is after."""

    def __init__(self, before: Definitions, after: Definitions, plan: Plan | None = None) -> None:
        self._before = before
        self._after = after
        self._plan = plan

    def of(self, change: Change) -> list[Reached]:
        """Everything that a change reaches, by kind; what was removed reaches those that used it."""
        if change.kind == QUERY:
            return self._sorted(self._of_query(change))
        side = self._side(change)
        if change.kind == SPINE:
            return []
        if change.kind == METRIC:
            return self._sorted(self._of_metric(side, change))
        if change.kind in (DIMENSION, ENTITY):
            found = [*self._cut_by(side, change)]
            if change.how != "added":
                found += self._of_all(side, self._filtered_by(side, change))
            return self._sorted(found)
        if change.how == "added" or not change.decides_numbers:
            return []
        manifest = side.layer.manifest
        names = tuple(m for m in manifest.metrics if change.name in models_read(manifest, m))
        return self._sorted(self._of_all(side, names))

    @staticmethod
    def _sorted(found: Iterable[Reached]) -> list[Reached]:
        order = list(KINDS)
        return sorted(dict.fromkeys(found), key=lambda item: order.index(item.kind))

    def _side(self, change: Change) -> Definitions:
        return self._before if change.how == "removed" else self._after

    def _of_metric(self, side: Definitions, change: Change) -> Iterator[Reached]:
        names = (change.name,)
        # A new label or name is seen where the metric itself is; a new number, wherever it goes in.
        users = tuple(through(side, names)) if change.decides_numbers else ()
        for name in users:
            yield Reached("metric", name, side.place(METRIC, name))
        gone = " still asks for it" if change.how == "removed" else ""
        yield from self._of_numbers(side, (*names, *users), gone)
        if change.how == "renamed":
            old = self._before.layer.metrics[change.was]
            yield from self._planned(lambda name: _is_of(name, {change.was}), f" still asks for {change.was}")
            yield from _macros(self._before, old)

    def _of_all(self, side: Definitions, names: tuple[str, ...]) -> Iterator[Reached]:
        every = tuple(dict.fromkeys((*names, *through(side, names))))
        for name in every:
            yield Reached("metric", name, side.place(METRIC, name))
        yield from self._of_numbers(side, every)

    def _of_numbers(self, side: Definitions, names: tuple[str, ...], note: str = "") -> Iterator[Reached]:
        manifest = side.layer.manifest
        wanted = frozenset(names)
        queries = [q for q in manifest.saved_queries.values() if wanted & {*q.metrics}]
        for query in queries:
            yield from self._query(side, query)
        yield from self._planned(lambda name: _is_of(name, wanted), note)
        yield from self._exposed(side, wanted, queries)
        for metric in (manifest.metrics[name] for name in names):
            yield from self._examples(side, metric)
            yield from _macros(side, metric)

    def _query(self, side: Definitions, query: SavedQuery) -> Iterator[Reached]:
        yield Reached("saved query", query.name, side.place(QUERY, query.name))
        for report in reports(query):
            yield Reached("report", report, self._report_files.get(report, ""))

    def _of_query(self, change: Change) -> Iterator[Reached]:
        side = self._side(change)
        query = side.layer.saved_queries[change.name]
        for report in reports(query):
            yield Reached("report", report, self._report_files.get(report, ""))
        yield from self._exposed(side, frozenset(), [query])

    @cached_property
    def _report_files(self) -> dict[str, str]:
        sides = (self._before, self._after)
        nodes = (node for side in sides for node in side.dbt.get("nodes", {}).values())
        return {str(n["alias"]): str(n["original_file_path"]) for n in nodes if n["resource_type"] == "model"}

    def _exposed(
        self, side: Definitions, metrics: frozenset[str], queries: list[SavedQuery]
    ) -> Iterator[Reached]:
        made = {report for query in queries for report in reports(query)} | {q.name for q in queries}
        known = {"metric": metrics, "model": made, "saved_query": made}
        for exposure in side.dbt.get("exposures", {}).values():
            for key in exposure["depends_on"]["nodes"]:
                kind, name = key.split(".")[0], key.split(".")[-1]
                if name in known.get(kind, ()):
                    place = side.place("exposure", exposure["name"]) or exposure["original_file_path"]
                    yield Reached("exposure", str(exposure.get("label") or exposure["name"]), place)

    def _examples(self, side: Definitions, metric: Metric) -> Iterator[Reached]:
        try:
            count = len(examples_of(side.layer.manifest, metric))
        except LeadlineError:
            # It names a metric that is not there any more, which the examples' own test says.
            count = len(metric.meta.get("examples") or ())
        if count:
            file = f"examples_{text(metric, 'stage')}"
            node = next((n for n in side.dbt.get("nodes", {}).values() if n["name"] == file), None)
            place = str(node["original_file_path"]) if node else side.place(METRIC, metric.name)
            yield Reached("example", f"{metric.name} ({count})", place)

    # The plan: what it names, and what it cuts and filters by.

    def _planned(self, is_wanted: Callable[[str], bool], note: str = "") -> Iterator[Reached]:
        for item in self._lines(is_wanted):
            yield replace(item, name=item.name + note)

    def _lines(self, is_wanted: Callable[[str], bool]) -> Iterator[Reached]:
        plan = self._plan
        if plan is None:
            return
        for kpi in plan.kpis:
            if is_wanted(kpi.metric):
                kind = "indicator" if kpi.target is None else "target"
                yield Reached(kind, kpi.name, plan.spot(kpi.place))
        for alert in plan.alerts:
            asked = (alert.metric, *([alert.minimum.metric] if alert.minimum else []))
            if any(map(is_wanted, asked)):
                yield Reached("alert", alert.name, plan.spot(alert.place))
        for watch in plan.watches:
            if watch.minimum and is_wanted(watch.minimum.metric):
                yield Reached("alert", watch.name, plan.spot(watch.place))
        for board in plan.dashboards:
            shown = [name for section in board.sections for name in section.metrics]
            if any(map(is_wanted, shown)):
                yield Reached("dashboard", board.name, plan.spot(board.place))
        for kind, name, place in _lines(plan, is_wanted):
            yield Reached("plan", f"{kind} {name}", plan.spot(place))

    def _filtered_by(self, side: Definitions, change: Change) -> tuple[str, ...]:
        """The metrics whose own filters or keys name an element, directly or in what they are made of."""
        manifest = side.layer.manifest
        return tuple(
            name
            for name, metric in manifest.metrics.items()
            if change.model in models_read(manifest, name) and _names(manifest, metric, change.name)
        )

    def _cut_by(self, side: Definitions, change: Change) -> Iterator[Reached]:
        manifest = side.layer.manifest
        for query in manifest.saved_queries.values():
            facts = {model for name in query.metrics for model in models_read(manifest, name)}
            told = (*map(cut_name, (*query.group_by, *query.order_by)), *query.where)
            if _is_cut(manifest, change, facts, told):
                yield from self._query(side, query)
        plan = self._plan
        if plan is None:
            return
        segments = [s.name for s in plan.segments.values() if _mentions(s.where, change.name)]
        for name in segments:
            yield Reached("plan", f"segment {name}", plan.spot(plan.segments[name].place))
        for alert in plan.alerts:
            if _mentions([alert.by or ""], change.name) or alert.segment in segments:
                yield Reached("alert", alert.name, plan.spot(alert.place))
        for board in plan.dashboards:
            if any(_mentions(s.by, change.name) or s.segment in segments for s in board.sections):
                yield Reached("dashboard", board.name, plan.spot(board.place))


def _lines(plan: Plan, is_wanted: Callable[[str], bool]) -> Iterator[tuple[str, str, Place]]:
    for group in plan.business:
        if any(map(is_wanted, group.metrics)):
            yield "group", group.name, group.place
    for benchmark in plan.benchmarks:
        if is_wanted(benchmark.metric):
            yield "benchmark of", benchmark.metric, benchmark.place


def _is_of(name: str, metrics: Set[str]) -> bool:
    """Whether a name of the plan is one of these metrics or a view of one."""
    return name in metrics or name.partition("__")[0] in metrics


def _macros(side: Definitions, metric: Metric) -> Iterator[Reached]:
    for name in macro_names(side.layer, metric):
        yield Reached("macro", f"{SCHEMA}.{name}")


def _mentions(told: Iterable[str], element: str) -> bool:
    """Whether conditions or names of cuts name an element; what stands in quotes is a value."""
    for item in told:
        bare = _SEEN_AS_NAMES.sub("", readable(item))
        if any(element in word.split("__") for word in _WORD.findall(bare)):
            return True
    return False


def _is_cut(manifest: Manifest, change: Change, facts: set[str], told: Iterable[str]) -> bool:
    model = manifest.models.get(change.model)
    keys = set(model.entities) if model else set()
    for item in told:
        if _mentions([item], change.name):
            words = {part for word in _WORD.findall(readable(item)) for part in word.split("__")}
            if change.model in facts or words & keys:
                return True
    return False


def _names(manifest: Manifest, metric: Metric, element: str) -> bool:
    """Whether a metric's filters, time or keys name an element."""
    told = [*metric.filters, *(c for used in metric.inputs for c in used.filters)]
    for use in uses_of(metric):
        found = use.aggregation
        told += [*use.filters, found.time_dimension, found.distinct_by or ""]
        if found.non_additive:
            told += [found.non_additive.dimension, *found.non_additive.groupings]
    if metric.conversion:
        told.append(metric.conversion.entity)
    return _mentions(told, element)
