"""Queries in the files that BI tools export: Metabase's native cards, Superset's datasets, charts and saved
queries, Lightdash's SQL charts and the metrics that it reads from dbt's YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

_OPTIONAL: Final = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_FIELD_FILTER: Final = re.compile(r"\b(where|and)\s+\{\{\s*[\w ]+\s*\}\}", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"'?\{\{\s*([\w ]+?)\s*\}\}'?")
_AGGREGATES: Final = {
    "sum": "sum({})",
    "average": "avg({})",
    "min": "min({})",
    "max": "max({})",
    "count": "count({})",
    "count_distinct": "count(distinct {})",
}


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an export. `anchor` is the text by which its place in the file is found."""

    sql: str
    anchor: str
    title: str = ""
    dialect: str | None = None
    names: tuple[tuple[str, str], ...] = ()


def queries_of(document: Any) -> Iterator[Query]:
    """All queries of a document, however deep."""
    if isinstance(document, list):
        for item in document:
            yield from queries_of(item)
    if not isinstance(document, Mapping):
        return
    yield from _metabase(document)
    yield from _superset(document)
    yield from _lightdash(document)
    for key, value in document.items():
        if key in ("params", "query_context", "form_data") and isinstance(value, str):
            value = _parsed(value)
        if isinstance(value, Mapping | list):
            yield from queries_of(value)


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _title(node: Mapping[str, Any]) -> str:
    keys = ("name", "slice_name", "label", "title", "table_name")
    return next((str(node[k]) for k in keys if isinstance(node.get(k), str)), "")


# Metabase: cards whose query is native.


def _metabase(node: Mapping[str, Any]) -> Iterator[Query]:
    asked = node.get("dataset_query")
    if isinstance(asked, str):
        asked = _parsed(asked)
    if not isinstance(asked, Mapping):
        return
    stages = asked.get("stages")
    for stage in stages if isinstance(stages, list) else [asked]:
        native = stage.get("native") if isinstance(stage, Mapping) else None
        text = native.get("query") if isinstance(native, Mapping) else native
        if isinstance(text, str):
            yield Query(_without_tags(text), text, _title(node), names=_titles(node))


def _titles(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """How a card calls its columns."""
    settings = (node.get("visualization_settings") or {}).get("column_settings") or {}
    found = []
    for key, body in settings.items():
        parsed = _parsed(key) if isinstance(key, str) else None
        if (
            isinstance(parsed, list)
            and len(parsed) == 2
            and isinstance(body, Mapping)
            and "column_title" in body
        ):
            found.append((str(parsed[1]).lower(), str(body["column_title"])))
    return tuple(found)


def _without_tags(text: str) -> str:
    """The query without its optional parts; a filter by field is always true, a variable some text."""
    # {{#12}} is another card: it stays, and is said to be unreadable.
    text = _OPTIONAL.sub(" ", text)
    text = _FIELD_FILTER.sub(r"\1 true", text)
    return _VARIABLE.sub(r"'\1'", text)


# Superset: datasets with SQL and metrics, metrics of charts, saved queries.


def _superset(node: Mapping[str, Any]) -> Iterator[Query]:
    text = node.get("sql")
    is_saved = isinstance(text, str) and any(
        k in node for k in ("table_name", "label", "database_uuid", "schema")
    )
    if is_saved:
        yield Query(str(text), str(text), _title(node))
    table = node.get("table_name")
    for metric in node.get("metrics") or () if isinstance(node.get("metrics"), list) else ():
        if (
            isinstance(metric, Mapping)
            and isinstance(table, str)
            and isinstance(metric.get("expression"), str)
        ):
            yield _over(
                table, text, metric["expression"], metric.get("metric_name"), metric.get("verbose_name")
            )
    data = node.get("datasource_name") or node.get("dataset_name")
    for metric in _adhoc(node) if isinstance(data, str) else ():
        if isinstance(data, str):
            yield _over(data, None, metric["sqlExpression"], metric.get("label"), None)


def _adhoc(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    params = node.get("params")
    params = _parsed(params) if isinstance(params, str) else params
    for key in ("metrics", "metric", "metrics_b"):
        given = params.get(key) if isinstance(params, Mapping) else None
        for metric in given if isinstance(given, list) else [given]:
            if isinstance(metric, Mapping) and isinstance(metric.get("sqlExpression"), str):
                yield metric


def _over(table: str, sql: Any, expression: str, name: Any, shown: Any) -> Query:
    source = f"({sql.rstrip().rstrip(';')}) as d" if isinstance(sql, str) and sql.strip() else _quoted(table)
    output = str(name or shown or "metric")
    names = ((output.lower(), str(shown)),) if shown else ()
    # The text is compared and only ever run on made-up data, in a database of its own.
    query = f"select {expression} as {_quoted(output)} from {source}"  # noqa: S608
    return Query(query, expression, table, names=names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', "") + '"'


# Lightdash: SQL charts, and metrics under `meta` of dbt's models and columns.


def _lightdash(node: Mapping[str, Any]) -> Iterator[Query]:
    text = node.get("sql")
    if isinstance(text, str) and ("slug" in node or "spaceSlug" in node) and "table_name" not in node:
        yield Query(text, text, _title(node))
    models = node.get("models")
    for model in models if isinstance(models, list) else ():
        if isinstance(model, Mapping) and isinstance(model.get("name"), str):
            yield from _lightdash_model(model)


def _lightdash_model(model: Mapping[str, Any]) -> Iterator[Query]:
    declared: dict[str, tuple[str, Mapping[str, Any]]] = {}
    for body in (model, *(c for c in model.get("columns") or () if isinstance(c, Mapping))):
        own = "*" if body is model else str(body.get("name"))
        for name, metric in _metrics_of(body):
            declared[name] = (own, metric)
    for name, (own, metric) in declared.items():
        text = _formula(own, metric, declared, 0)
        if text is not None:
            shown = metric.get("label")
            names = ((name.lower(), str(shown)),) if shown else ()
            anchor = str(metric.get("sql") or f"{name}:")
            query = f"select {text} as {_quoted(name)} from {model['name']}"  # noqa: S608
            yield Query(query, anchor, str(model["name"]), names=names)


def _metrics_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for holder in (body, body.get("config")):
        meta = holder.get("meta") if isinstance(holder, Mapping) else None
        metrics = meta.get("metrics") if isinstance(meta, Mapping) else None
        if isinstance(metrics, Mapping):
            yield from ((str(n), m) for n, m in metrics.items() if isinstance(m, Mapping) and "type" in m)


def _formula(
    own: str, metric: Mapping[str, Any], declared: Mapping[str, tuple[str, Any]], depth: int
) -> str | None:
    text = str(metric.get("sql") or own).replace("${TABLE}.", "")
    if depth > 10:
        return None

    def put(match: re.Match[str]) -> str:
        known = declared.get(match[1]) if metric["type"] == "number" else None
        inner = _formula(known[0], known[1], declared, depth + 1) if known else None
        return f"({inner})" if inner else match[1]

    text = re.sub(r"\$\{(\w+)\}", put, text)
    if "${" in text or metric.get("filters"):
        return None
    form = _AGGREGATES.get(str(metric["type"]))
    return form.format(text) if form else text if metric["type"] == "number" else None
