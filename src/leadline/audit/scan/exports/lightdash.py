"""Lightdash: SQL charts, metrics under `meta` of dbt's models and columns, and those that a chart adds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.audit.scan.exports.query import Context, Query, literal, quoted, title_of

Declared = dict[str, tuple[str, Mapping[str, Any]]]
_AGGREGATES: Final = {
    "sum": "sum({})",
    "average": "avg({})",
    "min": "min({})",
    "max": "max({})",
    "median": "median({})",
    "count": "count({})",
    "count_distinct": "count(distinct {})",
}
_DEEPEST: Final = 10


def lightdash(node: Mapping[str, Any], context: Context) -> Iterator[Query]:
    """The queries of a chart, and the metrics of models."""
    text = node.get("sql")
    if isinstance(text, str) and ("slug" in node or "spaceSlug" in node) and "table_name" not in node:
        yield Query(text, text, title_of(node), is_titled=True)
    for model in models(node):
        yield from _asked(str(model["name"]), _declared(model))
    asked = node.get("metricQuery")
    if isinstance(asked, Mapping):
        yield from _chart(node, asked, context)


def models(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The models of a dbt YAML file, or of one where the file is a model's (`type: model`)."""
    listed = node.get("models")
    for model in listed if isinstance(listed, list) else ():
        if isinstance(model, Mapping) and isinstance(model.get("name"), str):
            yield model
    if node.get("type") in ("model", "model/v1beta", "model/v1") and isinstance(node.get("name"), str):
        yield node


def _declared(model: Mapping[str, Any]) -> Declared:
    found: Declared = {}
    listed = [model.get(key) for key in ("columns", "dimensions")]
    columns = [c for given in listed if isinstance(given, list) for c in given if isinstance(c, Mapping)]
    for body in (model, *columns):
        own = "*" if body is model else str(body.get("name"))
        for name, metric in _metrics_of(body):
            found[name] = (own, metric)
    return found


def _metrics_of(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    configured = body.get("config")
    holders = [body.get("meta"), configured.get("meta") if isinstance(configured, Mapping) else None]
    if "type" in body:
        # Lightdash's own YAML has metrics beside the columns.
        holders.append(body)
    for holder in holders:
        metrics = holder.get("metrics") if isinstance(holder, Mapping) else None
        if isinstance(metrics, Mapping):
            yield from ((str(n), m) for n, m in metrics.items() if isinstance(m, Mapping) and "type" in m)


def _asked(table: str, declared: Declared) -> Iterator[Query]:
    for name, (own, metric) in declared.items():
        formula = _formula(own, metric, declared, 0)
        if formula is not None:
            shown = metric.get("label")
            names = ((name.lower(), str(shown)),) if shown else ()
            # The text is compared, and only ever run on made-up data or on a database open for reading.
            query = f"select {formula} as {quoted(name)} from {quoted(table)}"  # noqa: S608
            yield Query(query, str(metric.get("sql") or f"{name}:"), table, names=names)


def _chart(node: Mapping[str, Any], asked: Mapping[str, Any], context: Context) -> Iterator[Query]:
    """The metrics that a chart adds to its table's, and what it calculates from metrics."""
    table = str(asked.get("exploreName") or node.get("tableName") or "")
    if not table:
        return
    model = context.models.get(table)
    declared = _declared(model) if model is not None else {}
    added: Declared = {}
    for metric in asked.get("additionalMetrics") or ():
        if isinstance(metric, Mapping) and isinstance(metric.get("name"), str) and "type" in metric:
            own = str(metric.get("baseDimensionName") or "*")
            added[str(metric["name"])] = (own, metric)
    for number in asked.get("tableCalculations") or ():
        if isinstance(number, Mapping) and isinstance(number.get("sql"), str):
            text = re.sub(rf"\$\{{{re.escape(table)}[._](\w+)\}}", r"${\1}", number["sql"])
            label = number.get("displayName")
            added[str(number.get("name"))] = ("*", {"type": "number", "sql": text, "label": label})
    known = declared | added
    for query in _asked(table, known):
        if any(f" as {quoted(name)} from " in query.sql for name in added):
            yield query


def _formula(own: str, metric: Mapping[str, Any], declared: Declared, depth: int) -> str | None:
    text = str(metric.get("sql") or own).replace("${TABLE}.", "")
    if depth > _DEEPEST:
        return None

    def put(match: re.Match[str]) -> str:
        known = declared.get(match[1]) if metric["type"] == "number" else None
        inner = _formula(known[0], known[1], declared, depth + 1) if known else None
        return (
            f"({inner})" if inner else match[1] if known is None and metric["type"] != "number" else match[0]
        )

    text = re.sub(r"\$\{(\w+)\}", put, text)
    if "${" in text:
        return None
    conditions = _conditions(metric.get("filters"))
    if conditions is None:
        return None
    if conditions:
        text = f"case when {conditions} then {'1' if text == '*' else text} end"
    form = _AGGREGATES.get(str(metric["type"]))
    return form.format(text) if form else text if metric["type"] == "number" else None


def _conditions(filters: Any) -> str | None:
    """The filters of a metric as a condition; empty where there are none, None where one is not known."""
    found = []
    for one in filters if isinstance(filters, list) else [filters] if filters else []:
        if not isinstance(one, Mapping):
            return None
        for column, value in one.items():
            wanted = value if isinstance(value, list) else [value]
            texts = [w for w in wanted if isinstance(w, str)]
            if any(re.match(r"[<>%]|.*%|inThe", w) for w in texts):
                return None
            is_not = len(texts) == len(wanted) and all(w.startswith("!") for w in texts)
            listed = [w[1:] if is_not else w for w in wanted]
            if listed == ["null"]:
                found.append(f"{quoted(column)} is {'not ' if is_not else ''}null")
            else:
                words = ", ".join(map(literal, listed))
                found.append(f"{quoted(column)} {'not in' if is_not else 'in'} ({words})")
    return " and ".join(found)
