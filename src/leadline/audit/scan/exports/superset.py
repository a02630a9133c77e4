"""Superset: datasets with SQL and metrics, metrics of charts over the datasets that they name, queries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.audit.scan.exports.query import Context, Query, literal, parsed, quoted, title_of

_QUERY: Final = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(?:select|with)\b", re.IGNORECASE | re.DOTALL)
_TESTS: Final = {"==": "=", "=": "=", "!=": "<>", "<>": "<>", ">": ">", "<": "<", ">=": ">=", "<=": "<="}
_METRICS: Final = ("metrics", "metric", "metrics_b", "metric_2", "percent_metrics", "secondary_metric")


def superset(node: Mapping[str, Any], context: Context) -> Iterator[Query]:
    """The queries of a dataset, a chart or a saved query."""
    text = node.get("sql")
    is_named = any(key in node for key in ("table_name", "label", "database_uuid", "schema"))
    if is_named and isinstance(text, str) and _QUERY.match(text):
        yield Query(text, text, title_of(node), is_titled="table_name" not in node)
    yield from _dataset(node)
    yield from _chart(node, context)


def dataset(node: Mapping[str, Any]) -> str | None:
    """The uuid of a node that is a dataset."""
    return str(node["uuid"]) if "uuid" in node and isinstance(node.get("table_name"), str) else None


def _dataset(node: Mapping[str, Any]) -> Iterator[Query]:
    table = node.get("table_name")
    metrics = node.get("metrics")
    for metric in metrics if isinstance(metrics, list) and isinstance(table, str) else ():
        if isinstance(metric, Mapping) and isinstance(metric.get("expression"), str):
            name, shown = metric.get("metric_name"), metric.get("verbose_name")
            output = str(name or shown or "metric")
            names = ((output.lower(), str(shown)),) if shown else ()
            # The text is compared, and only ever run on made-up data or on a database open for reading.
            query = f"select {metric['expression']} as {quoted(output)} from {_source(node)}"  # noqa: S608
            yield Query(query, metric["expression"], str(table), names=names)


def _source(node: Mapping[str, Any]) -> str:
    text = node.get("sql")
    if isinstance(text, str) and text.strip():
        return f"({text.rstrip().rstrip(';')}) as d"
    return quoted(str(node["table_name"]))


def _chart(node: Mapping[str, Any], context: Context) -> Iterator[Query]:
    params = node.get("params")
    params = parsed(params) if isinstance(params, str) else params
    if not isinstance(params, Mapping):
        return
    known = context.datasets.get(str(node.get("dataset_uuid")))
    name = node.get("datasource_name") or node.get("dataset_name")
    if known is None and not isinstance(name, str):
        return
    source = _source(known) if known is not None else quoted(str(name).rsplit(".", 1)[-1])
    filters = [f for f in map(_filter, params.get("adhoc_filters") or ()) if f]
    where = f" where {' and '.join(filters)}" if filters else ""
    groups = [quoted(g) for g in params.get("groupby") or () if isinstance(g, str)]
    group = f" group by {', '.join(groups)}" if groups else ""
    for metric in _adhoc(params):
        formula = _formula(metric)
        if formula is not None:
            output = quoted(str(metric.get("label") or title_of(node) or "metric"))
            shown = ", ".join([*groups, f"{formula} as {output}"])
            anchor = metric.get("sqlExpression") or metric.get("label") or title_of(node)
            query = f"select {shown} from {source}{where}{group}"  # noqa: S608
            yield Query(query, str(anchor), title_of(node))


def _adhoc(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for key in _METRICS:
        given = params.get(key)
        yield from (m for m in (given if isinstance(given, list) else [given]) if isinstance(m, Mapping))


def _formula(metric: Mapping[str, Any]) -> str | None:
    text = metric.get("sqlExpression")
    if isinstance(text, str) and metric.get("expressionType") != "SIMPLE":
        return text
    column = metric.get("column")
    name = column.get("column_name") if isinstance(column, Mapping) else None
    kind = str(metric.get("aggregate") or "").upper()
    if not isinstance(name, str) or kind not in ("SUM", "AVG", "MIN", "MAX", "COUNT", "COUNT_DISTINCT"):
        return None
    inner = quoted(name)
    return f"count(distinct {inner})" if kind == "COUNT_DISTINCT" else f"{kind.lower()}({inner})"


def _filter(one: Any) -> str | None:
    """A filter of a chart that is a WHERE; those on periods and those that are not known are left out."""
    if not isinstance(one, Mapping) or str(one.get("clause", "WHERE")).upper() != "WHERE":
        return None
    if one.get("expressionType") == "SQL":
        text = one.get("sqlExpression")
        return f"({text})" if isinstance(text, str) and text.strip() else None
    subject, value = one.get("subject"), one.get("comparator")
    operator = str(one.get("operator") or "").upper()
    if not isinstance(subject, str):
        return None
    if operator in ("IS NULL", "IS NOT NULL"):
        return f"{quoted(subject)} {operator.lower()}"
    if operator in ("IN", "NOT IN") and isinstance(value, list) and value:
        return f"{quoted(subject)} {operator.lower()} ({', '.join(map(literal, value))})"
    if operator in _TESTS and not isinstance(value, list):
        return f"{quoted(subject)} {_TESTS[operator]} {literal(value)}"
    if operator in ("LIKE", "ILIKE") and isinstance(value, str):
        return f"{quoted(subject)} {operator.lower()} {literal(value)}"
    return None
