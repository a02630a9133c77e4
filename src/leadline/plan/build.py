"""Turns a resolved request into steps."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leadline.errors import RefusedError, UnsupportedError
from leadline.manifest import Manifest
from leadline.names import Reference, parse_name
from leadline.plan.distinct import distinct_steps
from leadline.plan.funnels import funnel_steps
from leadline.plan.keyed import keyed
from leadline.plan.naming import Names
from leadline.plan.routes import Routes
from leadline.plan.steps import (
    Combine,
    Extremes,
    LeafColumn,
    Lookup,
    Plan,
    Select,
    Shown,
    Stacked,
    Step,
    Totals,
)
from leadline.request import Request, Selection
from leadline.resolve.binding import Condition, MetricColumn
from leadline.resolve.calculations import Calculation, Value, leaves_of, parts_of
from leadline.resolve.funnels import ResolvedFunnel
from leadline.resolve.query import ResolvedQuery, Resolver

MAX_NESTED_FILTERS = 8
ROLLED_UP = "rolled_up"


@dataclass(slots=True)
class Planner:
    """Plans one request; metrics in filters are planned like requests of their own, before what uses them."""

    manifest: Manifest
    resolver: Resolver
    names: Names = field(default_factory=Names)
    steps: list[Step] = field(default_factory=list)
    _lookups: dict[tuple[str, str], tuple[str, str, str]] = field(default_factory=dict)
    _depth: int = 0

    def plan(self, request: Request) -> Plan:
        """The steps of a request.

        Raises:
            RefusedError: no right number exists for what is asked.
            UnsupportedError: the definition is valid but this version can't plan it.
        """
        if request.totals:
            self._totals(request)
        elif request.metrics:
            self.steps.append(self._metrics(self.resolver.query(request), None))
        else:
            self._dimensions(request)
        return Plan(tuple(self.steps))

    def funnel(self, funnel: ResolvedFunnel) -> Plan:
        """The steps of a funnel."""
        return Plan((*self.steps, *funnel_steps(funnel, self.names, self._lookup)))

    def _totals(self, request: Request) -> None:
        """The request as it is, and again with fewer group-bys; times are kept: not all adds up over them."""
        whole = self.resolver.query(request)
        timed = [label in whole.time_labels for label in whole.labels]
        cuts = [place for place, is_time in enumerate(timed) if not is_time]
        levels = []
        for left in range(len(cuts), -1, -1):
            dropped = set(cuts[left:])
            kept = tuple(item for place, item in enumerate(request.group_by) if place not in dropped)
            query = self.resolver.query(replace(request, group_by=kept, order_by=(), limit=None))
            name = self.names.take("totals", *query.labels) if dropped else self.names.take("details")
            self.steps.append(self._metrics(query, name))
            levels.append((name, query.labels))
        metrics = tuple(output.label for output in whole.outputs)
        if ROLLED_UP in (*whole.labels, *metrics):
            raise RefusedError(f"{ROLLED_UP!r} names two columns", fix="give the metric another alias")
        order = tuple((item.label, item.descending) for item in whole.order)
        self.steps.append(Totals(tuple(levels), whole.labels, metrics, order, request.limit))

    def _dimensions(self, request: Request) -> None:
        step, order = distinct_steps(self.resolver, request, self.names, self._lookup)
        self.steps.append(step)
        labels = tuple(key.label for key in step.keys)
        if request.min_max_only:
            if len(labels) != 1:
                raise RefusedError("min_max_only is for one dimension", fix="ask for one at a time")
            self.steps.append(Extremes(step.name, labels[0]))
            return
        self.steps.append(Select(step.name, labels, (), (), order=order, limit=request.limit))

    def _metrics(self, query: ResolvedQuery, name: str | None) -> Select:
        routes = Routes(self.manifest, self.names, self._lookup)
        placed = routes.place(query)
        self.steps += keyed(routes.steps, self.manifest)
        values = tuple(LeafColumn(route.value, route.fill, route.step) for route in placed)
        source, markers = self._combined(values, query)
        return Select(
            source=source,
            keys=query.labels,
            shown=tuple(Shown(o.label, o.metric, o.calculation) for o in query.outputs),
            values=values,
            markers=markers,
            time_keys=query.time_labels,
            having=tuple((item.filter, item.labels) for item in query.having),
            order=tuple((item.label, item.descending) for item in query.order),
            limit=query.limit,
            name=name,
        )

    def _combined(
        self, values: tuple[LeafColumn, ...], query: ResolvedQuery
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The step that holds all values, and the columns that tell where a source has a row."""
        sources: dict[str, dict[str, None]] = {}
        for value in values:
            sources.setdefault(value.source, {})[value.label] = None
        if len(sources) == 1:
            return next(iter(sources)), ()
        marked: set[str] = set()
        for output in query.outputs:
            marked |= _marked(output.calculation, values, len(sources))
        name = self.names.take("combined")
        stacked = tuple(Stacked(s, tuple(v), f"in_{s}_" if s in marked else None) for s, v in sources.items())
        self.steps.append(Combine(name, stacked, query.labels))
        return name, tuple((item.step, item.marker) for item in stacked if item.marker)

    def _lookup(self, conditions: tuple[Condition, ...]) -> tuple[Lookup, ...]:
        """The metrics that conditions look up per entity, planned before the step that needs them."""
        found = []
        for condition in conditions:
            for column in condition.columns:
                if isinstance(column, MetricColumn):
                    step, key, value = self._planned(column)
                    found.append(Lookup(step, key, value, column.entity))
        return tuple(dict.fromkeys(found))

    def _planned(self, column: MetricColumn) -> tuple[str, str, str]:
        known = self._lookups.get((column.metric, column.group_by))
        if known is not None:
            return known
        if self._depth >= MAX_NESTED_FILTERS:
            raise UnsupportedError(
                f"filters on metrics are nested more than {MAX_NESTED_FILTERS} deep, at {column.metric!r}",
                fix="check that no metric filters by itself",
            )
        self._depth += 1
        request = Request(
            metrics=(Selection(column.metric, column.metric),),
            group_by=(Reference(parse_name(column.group_by, self.manifest.custom_grains)),),
        )
        query = self.resolver.query(request)
        name = self.names.take(column.metric, "by", column.group_by)
        self.steps.append(self._metrics(query, name))
        self._depth -= 1
        known = (name, query.labels[0], column.metric)
        self._lookups[column.metric, column.group_by] = known
        return known


def _marked(calculation: Calculation, values: tuple[LeafColumn, ...], sources: int) -> set[str]:
    """The sources of calculations that fill NULLs, where other sources may have rows without them."""
    if isinstance(calculation, Value):
        return set()
    leaves = leaves_of(calculation)
    own = {values[leaf].source for leaf in leaves}
    found = own if len(own) < sources and any(values[leaf].fill is not None for leaf in leaves) else set()
    for part in parts_of(calculation):
        found = found | _marked(part, values, sources)
    return found
