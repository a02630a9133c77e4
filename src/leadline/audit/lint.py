"""What is wrong with definitions by themselves: two of one formula, clashing names, ratios of ratios…"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leadline.audit.scan.findings import ERROR, NOTE, WARNING, Finding
from leadline.audit.scan.names import Book
from leadline.catalog import aggregations, label, uses
from leadline.meanings import families, plain, synonyms

if TYPE_CHECKING:
    from leadline.layer import Layer
    from leadline.manifest import Metric
    from leadline.measurement.model import Plan

_STOCK: Final = re.compile(r"(?:^|_)(?:subscribers|followers|balance|inventory|stock|headcount)(?:$|_)")


def lint(
    layer: Layer, used: Iterable[str] = (), places: dict[str, tuple[str, int]] | None = None
) -> list[Finding]:
    """The faults of a layer's metrics, by file and line.

    Args:
        layer: the definitions.
        used: metrics that something outside of the manifest asks for: a plan, its alerts and dashboards.
        places: file and line of each metric, as `places_of` finds them.
    """
    known = places or {}
    metrics = layer.manifest.metrics.values()
    found = [
        *_same_formula(layer),
        *_labels(metrics),
        *_names(metrics),
        *(fault for metric in metrics for fault in _own(layer, metric)),
        *_unused(layer, frozenset(used)),
    ]
    placed = []
    for fault in found:
        path, line = known.get(fault.output, ("the manifest", 1))
        placed.append(replace(fault, path=path, line=line))
    return sorted(placed, key=lambda f: (f.path, f.line, f.rule, f.message))


def _fault(rule: str, level: str, metric: str, message: str, fix: str) -> Finding:
    return Finding(rule, level, "", 1, 1, metric, (metric,), f"{message}: {fix}")


def places_of(project: Path) -> dict[str, tuple[str, int]]:
    """Where metrics are defined: the lines `- name: …` of YAML files in metrics/ and models/."""
    found: dict[str, tuple[str, int]] = {}
    for folder in ("models", "metrics"):
        for path in sorted((project / folder).rglob("*.y*ml")):
            lines = path.read_text(encoding="utf-8").splitlines()
            for number, line in enumerate(lines, 1):
                name = re.match(r"\s*- name:\s*['\"]?(\w+)", line)
                if name is not None:
                    shown = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
                    found[name[1]] = (str(shown), number)
    return found


def _same_formula(layer: Layer) -> Iterator[Finding]:
    book = Book(layer)
    first: dict[str, str] = {}
    for name, metric in layer.metrics.items():
        formula = book.formula(name)
        is_windowed = metric.window or metric.grain_to_date or metric.conversion
        if formula is None or formula.term is None or is_windowed:
            # Windows and conversions are more than what one whole period shows.
            continue
        other = first.setdefault(repr(formula.term), name)
        if other != name and not _shifts(metric) and not _shifts(layer.metrics[other]):
            message = f"{name} has the formula of {other}"
            yield _fault(
                "same-formula", WARNING, name, message, "keep one, and name the other as its synonym"
            )


def _shifts(metric: Metric) -> bool:
    return any(used.offset_window or used.offset_to_grain for used in metric.inputs)


def _labels(metrics: Iterable[Metric]) -> Iterator[Finding]:
    for lang in ("en", "fr"):
        first: dict[str, str] = {}
        for metric in metrics:
            if metric.is_private:
                continue
            text = label(metric, lang)
            other = first.setdefault(plain(text), metric.name)
            if other != metric.name:
                message = f"{metric.name} and {other} are both labelled {text!r} ({lang})"
                yield _fault(
                    "label-clash", ERROR, metric.name, message, "say in the label what tells them apart"
                )


def _names(metrics: Iterable[Metric]) -> Iterator[Finding]:
    """Names that several metrics go by, without meanings.yml saying what tells them apart."""
    declared = {plain(name) for family in families() for name in family.names}
    bearers: dict[str, list[str]] = {}
    for metric in metrics:
        for name in dict.fromkeys(map(plain, (metric.name, *synonyms(metric)))):
            bearers.setdefault(name, []).append(metric.name)
    for name, found in bearers.items():
        if len(found) > 1 and name not in declared:
            message = f"{name!r} is a name of {', '.join(found)}: one name with {len(found)} formulas"
            fix = "take the synonym away from all but one, or declare the name in meanings.yml"
            yield _fault("name-clash", WARNING, found[-1], message, fix)


def _own(layer: Layer, metric: Metric) -> Iterator[Finding]:
    if not metric.is_private and not metric.meta.get("unit"):
        fix = "add `unit` under config: meta: leadline:"
        yield _fault("missing-unit", WARNING, metric.name, f"{metric.name} has no unit", fix)
    if metric.type == "ratio":
        inner = [used.name for used in metric.inputs if layer.metrics[used.name].type == "ratio"]
        if inner:
            message = f"{metric.name} is a ratio of the ratio {' and '.join(inner)}"
            fix = (
                "divide the counts that they are made of, or say in a derived metric what the quotient means"
            )
            yield _fault("ratio-of-ratios", WARNING, metric.name, message, fix)
    if metric.use is None:
        return
    for use in aggregations(layer.manifest, metric.name):
        made = use.aggregation
        is_windowed = metric.window is not None or metric.grain_to_date is not None
        if made.agg == "sum" and (
            (made.non_additive is not None and is_windowed)
            or (made.non_additive is None and _STOCK.search(made.expr.lower()))
        ):
            message = f"{metric.name} adds {made.expr} up over time, which is a level and no flow"
            fix = "declare `non_additive_dimension`, so that the last or first of a period counts"
            yield _fault("sum-of-stocks", WARNING, metric.name, message, fix)


def _unused(layer: Layer, used: frozenset[str]) -> Iterator[Finding]:
    for name, metric in layer.metrics.items():
        found = uses(layer.manifest, name)
        if not (metric.is_private or found.metrics or found.saved_queries or name in used):
            message = f"no metric, report, plan or alert uses {name}"
            yield _fault("unused", NOTE, name, message, "report it, or take it out")


def mentioned(plan: Plan) -> frozenset[str]:
    """The metrics that a plan asks for: targets, indicators, alerts, dashboards and the rest."""
    minima = [item.minimum for item in plan.alerts] + [item.minimum for item in plan.watches]
    listed = [name for group in plan.business for name in group.metrics]
    shown = [name for board in plan.dashboards for section in board.sections for name in section.metrics]
    asked = [*(k.metric for k in plan.kpis), *(a.metric for a in plan.alerts)]
    asked += [*(b.metric for b in plan.benchmarks), *(m.metric for m in minima if m)]
    return frozenset((*listed, *shown, *asked))
