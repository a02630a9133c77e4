"""The version of a definition: it changes when the number may change, and only then."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from leadline.catalog import aggregations, references
from leadline.errors import LeadlineError
from leadline.manifest import Manifest, Metric
from leadline.resolve.metrics import base_metric

if TYPE_CHECKING:
    import pyarrow as pa

_LENGTH: Final = 12
_OF_TABLE: Final = "leadline.versions"
_OF_COLUMN: Final = "leadline.version"
# What people read, and where a build happens to stand: not what is calculated.
_LEFT_OUT: Final = frozenset(
    {"label", "description", "config", "own_links", "is_private", "rendered", "database", "schema"}
)


def definition_version(manifest: Manifest, name: str) -> str:
    """Twelve hex digits over everything that decides a metric's values.

    That is its formula and those of its inputs, down to the aggregates with their filters, and the semantic
    models that they read, those that filters join included: relations, keys and dimensions. Labels,
    descriptions and `meta` are left out. Two metrics of one formula have different versions, as the name is
    part of it. A view of a metric (`revenue__yoy`) has the metric's own version. Raises UnknownNameError.
    """
    metric = base_metric(manifest, name)
    told = {
        "metrics": [_plain(m) for m in _metrics(manifest, metric.name)],
        "models": [_plain(manifest.models[model]) for model in models_read(manifest, metric.name)],
    }
    text = json.dumps(told, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]


def known_version(manifest: Manifest, name: str | None) -> str | None:
    """The version of a metric, or of a view of one; None where nothing is defined by that name."""
    try:
        return definition_version(manifest, name) if name else None
    except LeadlineError:
        return None


def with_versions(table: pa.Table, versions: Mapping[str, str]) -> pa.Table:
    """An answer that says by which versions its columns were made, in its metadata: Parquet files keep it."""
    schema = table.schema
    for place, field in enumerate(schema):
        if field.name in versions:
            told = {**(field.metadata or {}), _OF_COLUMN: versions[field.name]}
            schema = schema.set(place, field.with_metadata(told))
    known = {**(schema.metadata or {}), _OF_TABLE: json.dumps(versions)}
    return table.cast(schema.with_metadata(known))


def versions_of(table: pa.Table) -> dict[str, str]:
    """What `with_versions` has put into an answer, by column; empty where it says nothing."""
    told = (table.schema.metadata or {}).get(_OF_TABLE.encode())
    found: dict[str, str] = json.loads(told) if told else {}
    return found


def models_read(manifest: Manifest, name: str) -> list[str]:
    """The semantic models that a metric's value comes from: its facts, and what filters join to them."""
    found: set[str] = set()
    for metric in _metrics(manifest, name):
        found |= {use.aggregation.model for use in aggregations(manifest, metric.name)}
        for reference in references(manifest, metric):
            for entity in reference.name.links:
                found |= {model.name for model in manifest.joinable.get(entity, ())}
    return sorted(found)


def _metrics(manifest: Manifest, name: str) -> Iterator[Metric]:
    """A metric, then its inputs and the metrics that filters ask for, each once, in the formula's order."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        metric = manifest.metrics[waiting.pop(0)]
        if metric.name not in seen:
            seen.add(metric.name)
            waiting += [used.name for used in metric.inputs]
            asked = (r.name.element for r in references(manifest, metric) if r.kind == "metric")
            waiting += [used for used in asked if used in manifest.metrics]
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
