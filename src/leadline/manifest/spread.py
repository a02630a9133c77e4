"""Which entities have many values: keys of facts, what is counted distinct, and who converts.

A manifest holds no statistics. What it does say is what an entity is used for, and where that misleads, the
entity says it itself: `config: meta: leadline: values: few` (or `many`).
"""

from collections.abc import Iterable, Mapping

from leadline.manifest.cursor import Cursor
from leadline.manifest.model import Aggregation, Metric, SemanticModel

_CHOICES = ("few", "many")


def read_values(at: Cursor) -> str | None:
    """What an entity declares of itself: "few", "many" or nothing."""
    raw = at.node.get("config")
    meta = raw.get("meta") if isinstance(raw, dict) else None
    ours = meta.get("leadline") if isinstance(meta, dict) else None
    if not isinstance(ours, dict) or ours.get("values") is None:
        return None
    return Cursor(ours, f"{at.path}.config.meta.leadline", at.problems).choice("values", _CHOICES)


def many_valued(
    models: Mapping[str, SemanticModel], measures: Iterable[Aggregation], metrics: Iterable[Metric]
) -> frozenset[str]:
    """The entities whose values are many, by name; a declaration in any model is stronger than their use."""
    metrics = list(metrics)
    aggregations = [*measures, *(metric.use.aggregation for metric in metrics if metric.use is not None)]
    found = {metric.conversion.entity for metric in metrics if metric.conversion is not None}
    for name in {aggregation.model for aggregation in aggregations}:
        found |= {e.name for e in models[name].entities.values() if e.type != "foreign"}
    for name, expr in {(a.model, a.expr) for a in aggregations if a.agg == "count_distinct"}:
        found |= {e.name for e in models[name].entities.values() if e.expr == expr}
    declared = {e.name: e.values for model in models.values() for e in model.entities.values() if e.values}
    found |= {name for name, values in declared.items() if values == "many"}
    return frozenset(found - {name for name, values in declared.items() if values == "few"})
