"""What a manifest's definitions say to a reader: labels, formulas down to the facts, and who uses what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from leadline.errors import FilterError, UnknownNameError, nearest
from leadline.filters import parse_filter
from leadline.manifest.model import Manifest, Metric, MetricInput, SavedQuery, SemanticModel, Use
from leadline.names import Reference
from leadline.resolve.metrics import base_metric, find_metric
from leadline.resolve.views import parse_view

STAGES: Final = (
    "visibility",
    "engagement",
    "capture",
    "conversion",
    "experience",
    "ascension",
    "fan",
    "ambassador",
)

_TEMPLATE: Final = re.compile(r"""\{\{\s*\w+\(\s*['"](\w+)['"](?:\s*,\s*['"](\w+)['"])?[^}]*\}\}""")


@dataclass(frozen=True, slots=True)
class Node:
    """A metric in a formula tree; the leaves aggregate one fact. `note` says how the parent uses it."""

    name: str
    formula: str
    note: str = ""
    fact: str | None = None
    children: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Uses:
    """Where a metric is used, directly; every tuple holds names in the manifest's order."""

    metrics: tuple[str, ...] = ()
    saved_queries: tuple[str, ...] = ()
    reports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that the definitions say about one metric."""

    metric: Metric
    tree: Node
    facts: tuple[SemanticModel, ...]
    uses: Uses = field(default_factory=Uses)


def label(metric: Metric, lang: str = "en") -> str:
    """The metric's label in a language (`en`, `fr`); the English one, then its name, where there is none."""
    translated = metric.meta.get(f"label_{lang}") if lang != "en" else None
    return str(translated or metric.label or metric.name)


def shown_label(manifest: Manifest, name: str, lang: str = "en") -> str:
    """The label of a metric or of a view of one: `Revenue`, `Revenue (mom)`. Raises UnknownNameError."""
    metric = base_metric(manifest, name)
    view = name[len(metric.name) + 2 :].replace("__", " ").replace("_", " ")
    return f"{label(metric, lang)} ({view})" if view else label(metric, lang)


def shown_unit(manifest: Manifest, name: str) -> str | None:
    """The unit of a metric or of a view of one: growth and shares are ratios. Raises UnknownNameError."""
    metric = base_metric(manifest, name)
    view = parse_view(name.rpartition("__")[-1]) if name != metric.name else None
    return "ratio" if view and (view.is_growth or view.is_share) else text(metric, "unit")


def text(metric: Metric, key: str) -> str | None:
    """One of the values under `config: meta: leadline:` as text, None where it is absent."""
    value = metric.meta.get(key)
    return None if value is None else str(value)


def check_stage(stage: str) -> str:
    """`stage` if it is one of STAGES. Raises UnknownNameError with the nearest names."""
    if stage in STAGES:
        return stage
    raise UnknownNameError(
        f"there is no stage {stage!r}", nearest=nearest(stage, STAGES), fix=f"use one of {', '.join(STAGES)}"
    )


def short_names(names: Sequence[str]) -> list[str]:
    """Names of dimensions without their path, where the last part says enough: one of them bears it."""
    last = [name.rpartition("__")[-1] for name in names]
    return [short if last.count(short) == 1 else name for name, short in zip(names, last, strict=True)]


def stage_order(stage: str | None) -> int:
    """The stage's place on the customer journey; what has no known stage comes last."""
    return STAGES.index(stage) if stage in STAGES else len(STAGES)


def card(manifest: Manifest, name: str) -> Card:
    """What `leadline show` shows. Raises UnknownNameError."""
    metric = find_metric(manifest, name)
    return Card(metric, tree(manifest, name), facts(manifest, name), uses(manifest, name))


def tree(manifest: Manifest, name: str, note: str = "") -> Node:
    """The formula of a metric as a tree whose leaves are aggregates over facts. Raises UnknownNameError."""
    metric = find_metric(manifest, name)
    if metric.conversion:
        base, conversion = metric.conversion.base, metric.conversion.conversion
        leaves = (_leaf(manifest, base, "base"), _leaf(manifest, conversion, "conversion"))
        return Node(name, formula(metric), note, children=leaves)
    if metric.use:
        fact = manifest.models[metric.use.aggregation.model].relation.name
        return Node(name, formula(metric), note, fact=fact)
    children = tuple(tree(manifest, i.name, input_note(i)) for i in metric.inputs)
    return Node(name, formula(metric), note, children=children)


def _leaf(manifest: Manifest, use: Use, note: str) -> Node:
    fact = manifest.models[use.aggregation.model].relation.name
    return Node(use.aggregation.name, _aggregate(use), note, fact=fact)


def formula(metric: Metric) -> str:
    """The formula in words close to its YAML: `ad_spend / leads`, `sum(cost)`, `trailing 28 days of …`."""
    if metric.type == "ratio":
        numerator, denominator = metric.inputs
        return _with_filters(f"{numerator.handle} / {denominator.handle}", metric.filters)
    if metric.conversion:
        return _conversion(metric)
    if metric.use:
        return _with_filters(_windowed(metric, _aggregate(metric.use)), metric.filters)
    return _with_filters(metric.expr or "", metric.filters)


def _aggregate(use: Use) -> str:
    aggregation = use.aggregation
    name = {"count_distinct": "count distinct", "sum_boolean": "count where"}.get(
        aggregation.agg, aggregation.agg
    )
    stock = aggregation.non_additive
    kept = f", at the {_last_or_first(stock.window_choice)} {stock.dimension}" if stock else ""
    # A filter of the metric is kept with the metric too: it is told once, there.
    if aggregation.distinct_by:
        kept += f", each {aggregation.distinct_by} once a group"
    if stock and stock.carry_forward:
        kept += f", carried forward {stock.carry_forward}"
    return f"{name}({aggregation.expr}){kept}"


def _last_or_first(choice: str) -> str:
    return "last" if choice == "max" else "first"


def _windowed(metric: Metric, aggregate: str) -> str:
    if metric.window:
        return f"trailing {metric.window} of {aggregate}"
    if metric.grain_to_date:
        return f"{metric.grain_to_date} to date of {aggregate}"
    return f"all time of {aggregate}" if metric.type == "cumulative" else aggregate


def _conversion(metric: Metric) -> str:
    assert metric.conversion is not None  # noqa: S101 - the caller has looked
    found = metric.conversion
    within = f" within {found.window}" if found.window else ""
    return (
        f"{found.calculation.replace('_', ' ')} from {found.base.aggregation.name} to "
        f"{found.conversion.aggregation.name}{within}, by {found.entity}"
    )


def _with_filters(expression: str, filters: tuple[str, ...]) -> str:
    return f"{expression} where {' and '.join(map(readable, filters))}" if filters else expression


def readable(condition: str) -> str:
    """A filter as people read it: names in place of dbt's templates. For reading only, never to be run."""
    return _TEMPLATE.sub(lambda found: "__".join(filter(None, found.groups())), condition)


def uses_of(metric: Metric) -> tuple[Use, ...]:
    """The aggregates that a metric names itself, those of its inputs left out."""
    if metric.conversion:
        return (metric.conversion.base, metric.conversion.conversion)
    return (metric.use,) if metric.use else ()


def references(manifest: Manifest, metric: Metric) -> Iterator[Reference]:
    """What the filters of a metric, of its aggregates and of its inputs name: dimensions, keys, metrics."""
    own = (condition for use in uses_of(metric) for condition in use.filters)
    custom = frozenset(manifest.custom_grains)
    for condition in (*metric.filters, *own, *(c for used in metric.inputs for c in used.filters)):
        try:
            parts = parse_filter(condition, trusted=True, custom_grains=custom)
        except FilterError:
            continue  # whoever asks for the metric is told; what can't be read names nothing
        for found in parts:
            yield from found.references


def input_note(used: MetricInput) -> str:
    """How a formula uses an input, where it is more than its name: alias, offset, filter."""
    parts = [f"as {used.alias}"] if used.alias and used.alias != used.name else []
    if used.offset_window:
        parts.append(f"{used.offset_window} before")
    if used.offset_to_grain:
        parts.append(f"at the start of the {used.offset_to_grain}")
    parts += [f"where {readable(condition)}" for condition in used.filters]
    return ", ".join(parts)


def aggregations(manifest: Manifest, name: str) -> Iterator[Use]:
    """Every aggregate that a metric, or a view of one, is made of, depth first. Raises UnknownNameError."""
    metric = base_metric(manifest, name)
    if metric.use:
        yield metric.use
    if metric.conversion:
        yield from (metric.conversion.base, metric.conversion.conversion)
    for used in metric.inputs:
        yield from aggregations(manifest, used.name)


def facts(manifest: Manifest, name: str) -> tuple[SemanticModel, ...]:
    """The semantic models that a metric reads, each once, in the formula's order. Raises UnknownNameError."""
    names = dict.fromkeys(use.aggregation.model for use in aggregations(manifest, name))
    return tuple(manifest.models[model] for model in names)


def uses(manifest: Manifest, name: str) -> Uses:
    """The metrics, saved queries and reports that name this metric."""
    queries = [q for q in manifest.saved_queries.values() if name in q.metrics]
    return Uses(
        tuple(m.name for m in manifest.metrics.values() if any(i.name == name for i in m.inputs)),
        tuple(q.name for q in queries),
        tuple(report for q in queries for report in reports(q)),
    )


def reports(query: SavedQuery) -> tuple[str, ...]:
    """The tables or views that a saved query is exported to: dbt models under models/reports/."""
    return tuple(str((e.get("config") or {}).get("alias") or e["name"]) for e in query.exports)
