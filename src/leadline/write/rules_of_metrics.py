"""Rules that the metrics' definitions imply: of parts and wholes, of ranges, and of groups and totals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from leadline.catalog import label, text
from leadline.check.quality.rule import Rule
from leadline.errors import LeadlineError
from leadline.manifest import Metric
from leadline.sql.nodes import parsed
from leadline.versions import definition_version

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
_TOLERANCE: Final = 1e-6


def metric_rules(layer: Layer) -> list[Rule]:
    """Rules of every public metric: parts that exceed their whole, months out of range, sums that differ.

    A metric may widen its range with `config: meta: leadline: range: [low, high]` (null leaves a side open);
    differences and growth rates have none.
    """
    found: list[Rule] = []
    for metric in layer.metrics.values():
        if not metric.is_private:
            version = definition_version(layer.manifest, metric.name)
            rules = (*_part_of_whole(layer, metric), *_range(layer, metric), *_groups(layer, metric))
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
    yield Rule(
        id=f"validity.{metric.name}.part",
        group="validity",
        severity="critical",
        relation=_relation(layer, one.model),
        expected=f"{part.name} are not more than {whole.name}, as {metric.name} is a share",
        action="look at the export of these rows: is a column another one, or does the platform count so?",
        failing=f"coalesce({one.expr}, 0) > coalesce({other.expr}, 0)",
        keys=tuple(dict.fromkeys([*([key] if key else []), *columns])),
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


def _groups(layer: Layer, metric: Metric) -> Iterator[Rule]:
    """An additive metric by channel adds up to itself, the group without a channel included."""
    if metric.type != "simple" or text(metric, "adds") != "yes":
        return
    try:
        cut = layer.sql(metrics=[metric.name], group_by=[_CUT])
        whole = layer.sql(metrics=[metric.name])
    except LeadlineError:
        return  # it can't be cut by channel
    name = f'"{metric.name}"'
    yield Rule(
        id=f"reconciliation.{metric.name}.channels",
        group="reconciliation",
        severity="critical",
        relation=metric.name,
        expected=f"{label(metric)} of all channels is {label(metric)}",
        action="look for channels that join to several rows, or to none",
        query=f"select coalesce((select sum({name}) from ({cut})), 0) as channels, "  # noqa: S608
        f"coalesce((select {name} from ({whole})), 0) as total "
        f"where abs(channels - total) > {_TOLERANCE} * greatest(1, abs(total))",
    )
