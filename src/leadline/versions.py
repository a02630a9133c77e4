"""The version of a definition: it changes when the number may change, and only then."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.catalog import aggregations
from leadline.manifest import Manifest, Metric
from leadline.resolve.metrics import base_metric

_LENGTH: Final = 12
# What people read, and where a build happens to stand: not what is calculated.
_LEFT_OUT: Final = frozenset(
    {"label", "description", "config", "own_links", "is_private", "rendered", "database", "schema"}
)


def definition_version(manifest: Manifest, name: str) -> str:
    """Twelve hex digits over everything that decides a metric's values.

    That is its formula and those of its inputs, down to the aggregates with their filters, and the semantic
    models that they read: relations, keys and dimensions. Labels, descriptions and `meta` are left out. Two
    metrics of one formula have different versions, as the name is part of it. A view of a metric
    (`revenue__yoy`) has the metric's own version. Raises UnknownNameError.
    """
    metric = base_metric(manifest, name)
    used = sorted({use.aggregation.model for use in aggregations(manifest, metric.name)})
    told = {
        "metrics": [_plain(m) for m in _metrics(manifest, metric.name)],
        "models": [_plain(manifest.models[model]) for model in used],
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def _metrics(manifest: Manifest, name: str) -> Iterator[Metric]:
    """A metric, then its inputs, each once and in the formula's order."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        metric = manifest.metrics[waiting.pop(0)]
        if metric.name not in seen:
            seen.add(metric.name)
            waiting += [used.name for used in metric.inputs]
            yield metric


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value) if field.name not in _LEFT_OUT]
        return {name: _plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    return value if isinstance(value, str | int | float | bool) or value is None else str(value)
