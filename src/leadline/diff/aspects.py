"""A definition as named aspects, each as text: what two of them do not have in common is what changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlglot import exp

from leadline.catalog import formula, input_note, readable, references, uses_of
from leadline.errors import LeadlineError
from leadline.manifest import Dimension, Entity, Manifest, Metric, SavedQuery, SemanticModel, Use
from leadline.sql.nodes import parsed

METRIC: Final = "metric"


@dataclass(frozen=True, slots=True)
class Aspect:
    """One thing that changed: its name, and its texts before and after; empty where there was none."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        """`filters: status = 'paid' → (none)`."""
        return f"{self.name}: {self.before or '(none)'} → {self.after or '(none)'}"


# What decides a number, and what people read.
_VALUE: Final[dict[str, Callable[[Manifest, Metric], str]]] = {
    "type": lambda _, metric: metric.type,
    "formula": lambda manifest, metric: _formula(manifest, metric),
    "inputs": lambda _, metric: ", ".join(f"{i.name} ({n})" for i in metric.inputs if (n := input_note(i))),
    "filters": lambda manifest, metric: " and ".join(map(readable, _filters(manifest, metric))),
    "semantic model": lambda manifest, metric: ", ".join(u.aggregation.model for u in _own(manifest, metric)),
    "time dimension": lambda manifest, metric: ", ".join(
        u.aggregation.time_dimension for u in _own(manifest, metric)
    ),
    "time granularity": lambda _, metric: metric.time_granularity or "",
    "window": lambda _, metric: str(metric.window or ""),
    "grain to date": lambda _, metric: metric.grain_to_date or "",
    "value of a period": lambda _, metric: metric.period_agg if metric.type == "cumulative" else "",
    "percentile": lambda manifest, metric: ", ".join(_percentiles(manifest, metric)),
    "groupings": lambda manifest, metric: ", ".join(_groupings(manifest, metric)),
    "fill": lambda manifest, metric: ", ".join(_fills(manifest, metric)),
    "constant properties": lambda _, metric: ", ".join(_constants(metric)),
}
_TOLD: Final[dict[str, Callable[[Metric], str]]] = {
    "label": lambda metric: metric.label or "",
    "description": lambda metric: " ".join((metric.description or "").split()),
    "private": lambda metric: "yes" if metric.is_private else "",
}
VALUE_ASPECTS: Final = frozenset(_VALUE)


def changed_aspects(before: tuple[Manifest, Metric], after: tuple[Manifest, Metric]) -> tuple[Aspect, ...]:
    """What of a metric changed, what decides its number first."""
    one, two = (dict(_aspects(*side)) for side in (before, after))
    return tuple(between(one, two))


def between(one: Mapping[str, str], two: Mapping[str, str]) -> Iterator[Aspect]:
    """The names whose texts differ, in the order in which they stand."""
    for name in dict.fromkeys((*one, *two)):
        if one.get(name, "") != two.get(name, ""):
            yield Aspect(name, one.get(name, ""), two.get(name, ""))


def _aspects(manifest: Manifest, metric: Metric) -> Iterator[tuple[str, str]]:
    for name, read in _VALUE.items():
        yield name, read(manifest, metric)
    for name, tell in _TOLD.items():
        yield name, tell(metric)
    for key, value in metric.meta.items():
        yield key, plain(value)


def plain(value: Any) -> str:
    """A value of `meta` as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def input_names(manifest: Manifest, metric: Metric) -> tuple[str, ...]:
    """The metrics that a metric is directly made of, those that it accumulates, converts or filters by
    included."""
    found = [used.name for used in metric.inputs]
    found += [use.aggregation.name for use in uses_of(metric) if use.aggregation.name in manifest.metrics]
    asked = (r.name.element for r in references(manifest, metric) if r.kind == METRIC)
    found += [name for name in asked if name in manifest.metrics]
    return tuple(name for name in dict.fromkeys(found) if name != metric.name)


def _own(manifest: Manifest, metric: Metric) -> list[Use]:
    """The aggregates that the metric itself declares: what it takes from another metric is that one's."""
    inputs = input_names(manifest, metric)
    return [use for use in uses_of(metric) if use.aggregation.name not in inputs]


def _formula(manifest: Manifest, metric: Metric) -> str:
    if metric.type == "cumulative" and not _own(manifest, metric):
        return input_names(manifest, metric)[0]
    bare = replace(metric, filters=(), window=None, grain_to_date=None)
    return formula(replace(bare, type="simple") if metric.type == "cumulative" else bare)


def _filters(manifest: Manifest, metric: Metric) -> tuple[str, ...]:
    own = [condition for use in _own(manifest, metric) for condition in use.filters]
    of_inputs = []
    for use in uses_of(metric):
        source = manifest.metrics.get(use.aggregation.name)
        if source is not None and source.name != metric.name:
            known = (*source.filters, *(source.use.filters if source.use else ()))
            of_inputs += [condition for condition in use.filters if condition not in known]
    return tuple(dict.fromkeys((*metric.filters, *own, *of_inputs)))


def _percentiles(manifest: Manifest, metric: Metric) -> Iterator[str]:
    for use in _own(manifest, metric):
        found = use.aggregation
        parts = [] if found.percentile is None else [f"{found.percentile:g}"]
        parts += ["discrete"] if found.discrete else []
        parts += ["approximate"] if found.approximate else []
        if parts:
            yield " ".join(parts)


def _groupings(manifest: Manifest, metric: Metric) -> Iterator[str]:
    for use in _own(manifest, metric):
        yield from use.aggregation.non_additive.groupings if use.aggregation.non_additive else ()


def _fills(manifest: Manifest, metric: Metric) -> Iterator[str]:
    for use in _own(manifest, metric):
        if use.fill_nulls_with is not None:
            yield f"{use.fill_nulls_with} where there is no value"
        if use.join_to_timespine:
            yield "every period of the time spine"


def _constants(metric: Metric) -> Iterator[str]:
    for base, conversion in metric.conversion.constant_properties if metric.conversion else ():
        yield f"{base} = {conversion}"


def shape(manifest: Manifest, name: str) -> Any:
    """What a metric computes, whatever it and its parts are called: equal for two of one formula."""
    metric = manifest.metrics[name]
    handles = {used.handle: f"part_{place}" for place, used in enumerate(metric.inputs)}
    parts = tuple(
        (shape(manifest, used.name), used.filters, str(used.offset_window), used.offset_to_grain)
        for used in metric.inputs
    )
    uses = tuple(
        (replace(u.aggregation, name=""), u.filters, u.fill_nulls_with, u.join_to_timespine)
        for u in uses_of(metric)
    )
    found = metric.conversion
    conversion = (found.entity, found.calculation, found.window, found.constant_properties) if found else None
    told = (metric.type, metric.filters, metric.time_granularity, str(metric.window), metric.grain_to_date)
    return (*told, metric.period_agg, _renamed(metric.expr, handles), parts, uses, conversion)


def _renamed(expression: str | None, handles: Mapping[str, str]) -> str:
    if not expression:
        return ""
    try:
        tree = parsed(expression).copy()
    except LeadlineError:
        return expression
    for column in tree.find_all(exp.Column):
        column.set("this", exp.to_identifier(handles.get(column.name, column.name)))
    return str(tree.sql(dialect="duckdb"))


def entity_aspects(entity: Entity) -> dict[str, str]:
    """What is said of a key."""
    return {
        "type": entity.type,
        "expression": entity.expr,
        "values": entity.values or "",
        "label": entity.label or "",
        "description": " ".join((entity.description or "").split()),
    }


def dimension_aspects(dimension: Dimension) -> dict[str, str]:
    """What is said of a dimension."""
    return {
        "type": dimension.type,
        "expression": dimension.expr,
        "grain": dimension.grain or "",
        "partition": "yes" if dimension.is_partition else "",
        "validity": dimension.validity or "",
        "label": dimension.label or "",
        "description": " ".join((dimension.description or "").split()),
    }


def model_aspects(model: SemanticModel) -> dict[str, str]:
    """What is said of a semantic model, its dimensions and keys left out."""
    return {
        "relation": model.relation.name,
        "primary entity": model.primary_entity or "",
        "time dimension": model.time_dimension or "",
        "label": model.label or "",
        "description": " ".join((model.description or "").split()),
    }


def cut_name(called: str) -> str:
    """The name of a saved query's cut: `metric_time__month` of `TimeDimension('metric_time', 'month')`."""
    return readable(f"{{{{ {called} }}}}") if called.endswith(")") else called


def query_aspects(query: SavedQuery) -> dict[str, str]:
    """What is said of a saved query."""
    return {
        "metrics": ", ".join(query.metrics),
        "group by": ", ".join(map(cut_name, query.group_by)),
        "where": " and ".join(map(readable, query.where)),
        "order by": ", ".join(map(cut_name, query.order_by)),
        "limit": "" if query.limit is None else str(query.limit),
        "exports": ", ".join(str(export.get("name")) for export in query.exports),
        "label": query.label or "",
        "description": " ".join((query.description or "").split()),
    }
