"""The facade: a manifest that is loaded once and asked many times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from leadline import dialects, warehouse
from leadline.asking import Metric as AskedMetric
from leadline.catalog import formula
from leadline.errors import LeadlineError, RefusedError, RequestError, nearest
from leadline.manifest import (
    Dimension,
    Manifest,
    Metric,
    SavedQuery,
    SemanticModel,
    load_manifest,
    read_manifest,
)
from leadline.plan import Plan, Planner
from leadline.plan.describe import Explanation, explain
from leadline.plan.steps import Select
from leadline.request import build_funnel_request, build_request
from leadline.resolve import Resolver
from leadline.resolve.funnels import read_steps, read_within, resolve_funnel
from leadline.resolve.metrics import base_metric
from leadline.sql import render
from leadline.versions import definition_version, with_versions

if TYPE_CHECKING:
    import pyarrow as pa

_ARGUMENTS = (
    "metrics",
    "group_by",
    "where",
    "having",
    "order_by",
    "limit",
    "start",
    "end",
    "saved_query",
    "min_max_only",
    "totals",
)


@dataclass(frozen=True, slots=True)
class GroupBy:
    """Something that metrics can be grouped and filtered by.

    `overlaps` where what is counted may be in several groups, so that they need not sum to the total.
    """

    name: str
    kind: str
    grain: str | None = None
    label: str | None = None
    description: str | None = None
    model: str | None = None
    meta: Mapping[str, Any] | None = None
    overlaps: bool = False


class Layer:
    """The metrics of a project: their definitions, the SQL of requests, and the rows of it."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self._resolver = Resolver(manifest)

    @classmethod
    def load(cls, path: str | Path) -> Layer:
        """Read target/semantic_manifest.json; raises ManifestError with every problem of it."""
        return cls(load_manifest(path))

    @classmethod
    def from_document(cls, document: Any) -> Layer:
        """The same from JSON that is already parsed."""
        return cls(read_manifest(document))

    @property
    def metrics(self) -> Mapping[str, Metric]:
        """Every metric by name."""
        return self.manifest.metrics

    @property
    def models(self) -> Mapping[str, SemanticModel]:
        """Every semantic model by name."""
        return self.manifest.models

    @property
    def saved_queries(self) -> Mapping[str, SavedQuery]:
        """Every saved query by name."""
        return self.manifest.saved_queries

    def sql(self, *, dialect: str = "duckdb", **request: Any) -> str:
        """The SQL of a request.

        Args:
            dialect: duckdb, postgres, spark, bigquery, snowflake, databricks, trino, redshift or clickhouse.
            **request: metrics (names or `Metric`), group_by, where, having (conditions on columns of the
                result), order_by, limit, start, end, saved_query, min_max_only, totals (adds rows that roll
                up the group-bys from the last to the first, times kept).

        Raises:
            LeadlineError: the request names what is not defined, or a number that can't be right.
        """
        return self._text(self.plan(**request), dialect)

    def _text(self, plan: Plan, dialect: str) -> str:
        statement = render(plan, self.manifest)
        self._comment(plan, statement)
        return dialects.to_text(statement, dialect)

    def _comment(self, plan: Plan, statement: exp.Query) -> None:
        """Beside each metric of the result, how it is defined."""
        last = plan.steps[-1]
        if not isinstance(last, Select):
            return
        metrics = {item.label: item.metric for item in last.shown}
        for column in statement.selects:
            name = metrics.get(column.alias_or_name)
            if name is not None:
                column.add_comments([f" {formula(base_metric(self.manifest, name))} "])

    def query(self, *, connection: Any, **request: Any) -> pa.Table:
        """The rows of a request, as an Arrow table, over an open DuckDB connection.

        Its schema's metadata says by which versions of definitions it was made: `leadline.versions` by column
        as JSON, and each column's own `leadline.version`.
        """
        plan = self.plan(**request)
        return with_versions(warehouse.run(connection, self._text(plan, "duckdb")), self._versions(plan))

    def funnel_sql(
        self,
        *,
        steps: Iterable[Any],
        within: str,
        by: str = "person",
        ordered: bool = True,
        dialect: str = "duckdb",
        **request: Any,
    ) -> str:
        """The SQL of a funnel: people who go from step to step within a window, one row a step.

        Args:
            steps: simple metrics by name, or mappings of `model` or `metric` with `where` and `name`.
            within: how long after its first event a person may still reach a step: `7 days`, `7d`.
            by: the entity that is followed; rows without it don't count.
            ordered: each step after the one before it; else all of them in any order.
            dialect: as of `sql`.
            **request: group_by, where, start and end, all of the first event.

        Raises:
            LeadlineError: a step, a name or the window is not what a funnel can be made of.
        """
        for name in request:
            if name not in ("group_by", "where", "start", "end"):
                raise RequestError(f"{name!r} is not an argument of a funnel")
        asked = build_funnel_request(self.manifest, **request)
        funnel = resolve_funnel(self._resolver, read_steps(steps), asked, by, read_within(within), ordered)
        planner = Planner(self.manifest, self._resolver)
        return dialects.to_text(render(planner.funnel(funnel), self.manifest), dialect)

    def funnel(self, *, connection: Any, **funnel: Any) -> pa.Table:
        """The rows of a funnel (arguments as of `funnel_sql`): the groups, then step, name, people,
        conversion_from_first and conversion_from_previous, sorted by group and step. `leadline.versions` in
        the schema's metadata has the versions of the metrics that are steps.
        """
        rows = warehouse.run(connection, self.funnel_sql(**funnel))
        metrics = [step.metric for step in read_steps(funnel["steps"]) if step.metric]
        return with_versions(rows, {name: definition_version(self.manifest, name) for name in metrics})

    def explain(self, **request: Any) -> Explanation:
        """What a request would do: `steps` as data, `str()` as a tree, `refused` where a rule refuses it."""
        try:
            plan = self.plan(**request)
            return replace(explain(plan), versions=self._versions(plan))
        except RefusedError as error:
            return Explanation(Plan(()), refused=str(error))

    def _versions(self, plan: Plan) -> dict[str, str]:
        last = plan.steps[-1]
        shown = last.shown if isinstance(last, Select) else ()
        return {item.label: definition_version(self.manifest, item.metric) for item in shown if item.metric}

    def check(self) -> list[str]:
        """What loading can't see: filters, expressions and paths of metrics and saved queries that fail.

        Each metric is asked by its own time, each saved query as it is; empty where all can be answered.
        """
        requests: dict[str, dict[str, Any]] = {}
        for name in self.manifest.metrics:
            requests[f"metric {name}"] = {"metrics": [name], "group_by": ["metric_time"]}
        for name in self.manifest.saved_queries:
            requests[f"saved query {name}"] = {"saved_query": name}
        problems = []
        for what, request in requests.items():
            try:
                render(self.plan(**request), self.manifest)
            except LeadlineError as error:
                problems.append(f"{error.what} @ {what}")
        return problems

    def plan(self, **request: Any) -> Plan:
        """The steps of a request."""
        for name in request:
            if name not in _ARGUMENTS:
                raise RequestError(
                    f"{name!r} is not an argument of a request",
                    nearest=nearest(name, _ARGUMENTS),
                    fix=f"use {', '.join(_ARGUMENTS)}",
                )
        return Planner(self.manifest, self._resolver).plan(build_request(self.manifest, **request))

    def dimensions(self, metrics: Iterable[str | AskedMetric] = ()) -> list[GroupBy]:
        """What all of the metrics can be grouped by; with no metric, what any model offers."""
        return [_group_by(*item) for item in self._resolver.dimensions([str(name) for name in metrics])]


def _group_by(name: str, found: Any) -> GroupBy:
    element = found.element
    kind = element.type if isinstance(element, Dimension) else "entity"
    return GroupBy(
        name=name,
        kind=kind,
        grain=found.grain,
        label=element.label,
        description=element.description,
        model=found.model.name,
        meta=element.config.meta,
        overlaps=bool(found.path) and found.path[0].fan,
    )
