"""Queries in the files that BI tools export: Metabase, Superset and Lightdash, each in its own module."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from leadline.audit.scan.exports.lightdash import lightdash, models
from leadline.audit.scan.exports.metabase import metabase, question
from leadline.audit.scan.exports.query import Context, Query, parsed
from leadline.audit.scan.exports.superset import dataset, superset

__all__ = ["Context", "Query", "learn_from", "queries_of"]


def queries_of(document: Any, context: Context) -> Iterator[Query]:
    """All queries of a document, however deep."""
    for node in _nodes(document):
        yield from metabase(node)
        yield from superset(node, context)
        yield from lightdash(node, context)


def learn_from(document: Any, context: Context, texts: dict[str, str]) -> None:
    """Keep what other files may refer to: datasets, models, and questions as relations in `texts`."""
    for node in _nodes(document):
        uuid = dataset(node)
        if uuid is not None:
            context.datasets[uuid] = node
        context.models.update((str(model["name"]), model) for model in models(node))
        asked = question(node)
        if asked is not None:
            texts[asked[0]] = asked[1]


def _nodes(document: Any) -> Iterator[Mapping[str, Any]]:
    """Every mapping within a document that may be one of a tool's, itself first."""
    if isinstance(document, list):
        for item in document:
            yield from _nodes(item)
    if not isinstance(document, Mapping):
        return
    yield document
    for key, value in document.items():
        if key in ("query_context", "form_data") and isinstance(value, str):
            value = parsed(value)
        if isinstance(value, Mapping | list):
            yield from _nodes(value)
