"""Rules that the metrics' definitions imply: of parts and wholes, of ranges, and of groups and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from leadline.catalog import label, reports, text
from leadline.check.quality.rule import Rule
from leadline.errors import LeadlineError
from leadline.manifest import Metric
from leadline.sql.nodes import parsed
from leadline.versions import definition_version
from leadline.write.rules_of_columns import kind_of

if TYPE_CHECKING:
    from leadline.layer import Layer

_RANGES: Final = {
    "ratio": (0.0, 1.0),
    "count": (0.0, None),
    "currency": (0.0, None),
    "days": (0.0, None),
    "seconds": (0.0, None),
    "position": (1.0, None),
}
_CUT: Final = "channel"
_REPORTS: Final = "reports"
_NUMBERS: Final = ("whole number", "number")
_TOLERANCE: Final = 1e-6


def metric_rules(layer: Layer) -> list[Rule]:
    """Rules of every public metric: parts that exceed their whole, months out of range, sums that differ.

    A metric may widen its range with `config: meta: leadline: range: [low, high]` (null leaves a side open);
    differences and growth rates have none.
    """
    found: list[Rule] = []
    facts: set[str] = set()
    for metric in layer.metrics.values():
        if metric.is_private:
            continue
        fact = metric.use.aggregation.model if metric.use else ""
        groups = list(_groups(layer, metric, every=fact not in facts))
        if groups:
            facts.add(fact)
        version = definition_version(layer.manifest, metric.name)
        rules = (*_part_of_whole(layer, metric), *_range(layer, metric), *groups)
        found += [replace(rule, version=version) for rule in rules]
    return found


def _relation(layer: Layer, model: str) -> str:
    relation = layer.models[model].relation
    return f'{relation.schema}."{relation.name}"'


def _part_of_whole(layer: Layer, metric: Metric) -> Iterator[Rule]:
    """Clicks of impressions, opens of deliveries: where both are sums over the rows of one fact."""
    if metric.type != "ratio" or text(metric, "unit") != "ratio" or _bounds(metric) != _RANGES["ratio"]:
        return
    part, whole = (layer.metrics[used.name] for used in metric.inputs)
    if part.use is None or whole.use is None or part.filters or whole.filters or part.type != "simple":
        return
    one, other = part.use.aggregation, whole.use.aggregation
    if one.model != other.model or (one.agg, other.agg) != ("sum", "sum") or one.expr == other.expr:
        return
    columns = [c.name for e in (one.expr, other.expr) for c in parsed(e).find_all(exp.Column)]
    if any(name.startswith("is_") for name in columns):
        return  # flags of one row are events of their own: a thing may be bought and not be looked at before
    model = layer.models[one.model]
    key = next((e.expr for e in model.entities.values() if e.type == "primary"), None)
    more = f"coalesce({one.expr}, 0) > coalesce({other.expr}, 0)"
    slack = metric.meta.get("slack") or 0
    shared: dict[str, Any] = {
        "group": "validity",
        "relation": _relation(layer, one.model),
        "keys": tuple(dict.fromkeys([*([key] if key else []), *columns])),
    }
    yield Rule(
        id=f"validity.{metric.name}.part",
        severity="critical",
        expected=f"{part.name} are not more than {whole.name}, as {metric.name} is a share"
        + (f" (rows of more than {slack} {part.name})" if slack else ""),
        action="look at the export of these rows: is a column another one, or does the platform count so?",
        failing=f"{more} and {one.expr} > {slack}" if slack else more,
        **shared,
    )
    if slack:
        yield Rule(
            id=f"validity.{metric.name}.part_of_few",
            severity="warning",
            expected=f"{part.name} are not more than {whole.name} in rows of up to {slack} {part.name}",
            action="none for a few rows: a click may be of the day before, or the second of one person",
            failing=f"{more} and {one.expr} <= {slack}",
            **shared,
        )


def _bounds(metric: Metric) -> tuple[float | None, float | None] | None:
    declared = metric.meta.get("range")
    if isinstance(declared, list | tuple) and len(declared) == 2:
        return declared[0], declared[1]
    if metric.type == "derived":
        return None
    return _RANGES.get(text(metric, "unit") or "")


def _range(layer: Layer, metric: Metric) -> Iterator[Rule]:
    bounds = _bounds(metric)
    if bounds is None or bounds == (None, None):
        return
    try:
        rows = layer.sql(metrics=[metric.name], group_by=["metric_time__month"])
    except LeadlineError:
        return  # what a rule of the engine refuses by month has no months to look at
    low, high = bounds
    outside = [
        *([f'"{metric.name}" < {low - _TOLERANCE}'] if low is not None else []),
        *([f'"{metric.name}" > {high + _TOLERANCE}'] if high is not None else []),
    ]
    said = (
        f"at least {low:g}"
        if high is None
        else f"at most {high:g}"
        if low is None
        else f"{low:g} to {high:g}"
    )
    yield Rule(
        id=f"validity.{metric.name}.range",
        group="validity",
        severity="warning" if metric.type == "ratio" else "critical",
        relation=metric.name,
        expected=f"{label(metric)} is {said} in every month",
        action=f"`leadline show {metric.name}` says what it is made of; look at that month's parts",
        query=f"select * from ({rows}) where {' or '.join(outside)}",  # noqa: S608 - the engine's own SQL
    )


def _groups(layer: Layer, metric: Metric, *, every: bool) -> Iterator[Rule]:
    """An additive metric by channel adds up to itself, the group without a channel included.

    With `every`, by one dimension of each other table that its fact joins, too: rows that a join repeats or
    drops are those of all metrics of the fact.
    """
    if metric.type != "simple" or text(metric, "adds") != "yes":
        return
    for cut in [_CUT, *(_joined(layer, metric) if every else ())]:
        try:
            groups = layer.sql(metrics=[metric.name], group_by=[cut])
            whole = layer.sql(metrics=[metric.name])
        except LeadlineError:
            continue  # it can't be cut so
        yield _adds_up(metric, cut, groups, whole)


def _joined(layer: Layer, metric: Metric) -> list[str]:
    """One dimension of each table that a metric's own fact joins."""
    found: dict[str, str] = {}
    own = metric.use.aggregation.model if metric.use else None
    for dimension in layer.dimensions(metrics=[metric.name]):
        entity, _, column = dimension.name.partition("__")
        if column and dimension.model != own and dimension.kind != "time":
            found.setdefault(entity, dimension.name)
    return list(found.values())


def _adds_up(metric: Metric, cut: str, groups: str, whole: str) -> Rule:
    name = f'"{metric.name}"'
    return Rule(
        id=f"reconciliation.{metric.name}.{'channels' if cut == _CUT else cut}",
        group="reconciliation",
        severity="critical",
        relation=metric.name,
        expected=f"{label(metric)} by {cut} adds up to {label(metric)}",
        action=f"look for values of {cut} that join to several rows, or to none",
        query=f"select coalesce((select sum({name}) from ({groups})), 0) as groups, "  # noqa: S608
        f"coalesce((select {name} from ({whole})), 0) as total "
        f"where abs(groups - total) > {_TOLERANCE} * greatest(1, abs(total))",
    )


def report_rules(layer: Layer, columns: Mapping[tuple[str, str], Mapping[str, str]]) -> list[Rule]:
    """Each report has the rows that its saved query gives now, numbers to the sixth decimal.

    `columns` are those that the database has, by schema and table, with their types.
    """
    found: list[Rule] = []
    for query in layer.manifest.saved_queries.values():
        for report in reports(query):
            have = columns.get((_REPORTS, report))
            if have:
                found.append(_as_defined(report, have, layer.sql(saved_query=query.name)))
    return found


def _as_defined(report: str, have: Mapping[str, str], defined: str) -> Rule:
    shown = ", ".join(
        f'round(cast("{name}" as double), 6) as "{name}"' if kind_of(kind) in _NUMBERS else f'"{name}"'
        for name, kind in have.items()
    )
    relation = f'{_REPORTS}."{report}"'
    return Rule(
        id=f"reconciliation.{report}",
        group="reconciliation",
        severity="critical",
        relation=relation,
        expected=f"{report} has the rows that the definitions of its metrics give",
        action="build the report again; if it stays, run `leadline generate`: its SQL is older",
        query=f"with reported as (select {shown} from {relation}), "  # noqa: S608
        f"defined as (select {shown} from ({defined})) "
        "select 'only in the report' as found, * from (from reported except all from defined) "
        "union all select 'only by definition' as found, * from (from defined except all from reported)",
    )
