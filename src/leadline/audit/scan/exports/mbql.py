"""Metabase's questions put together by clicks, as SQL: where columns have names (`metabase export` writes
them as [database, schema, table, column]) and not only the numbers of one installation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from leadline.audit.scan.exports.query import literal, quoted

_AGGREGATES: Final = {
    "sum": "sum({})",
    "avg": "avg({})",
    "min": "min({})",
    "max": "max({})",
    "distinct": "count(distinct {})",
    "median": "median({})",
    "stddev": "stddev({})",
}
_OPERATORS: Final = {"/": " / ", "*": " * ", "+": " + ", "-": " - ", "and": " and ", "or": " or "}
_TESTS: Final = {"=": "=", "!=": "<>", ">": ">", ">=": ">=", "<": "<", "<=": "<="}


class UnnamedError(Exception):
    """A clause names its columns by numbers, or is not one that is known here."""


def statement(stage: Mapping[str, Any], title: str) -> str:
    """The SELECT of a stage. Raises UnnamedError."""
    table = stage.get("source-table")
    if not (isinstance(table, list) and table and isinstance(table[-1], str)):
        raise UnnamedError
    groups = [_expression(clause) for clause in stage.get("breakout") or ()]
    aggregations = stage["aggregation"]
    if aggregations and isinstance(aggregations[0], str):
        aggregations = [aggregations]
    shown = [*groups]
    for number, clause in enumerate(aggregations, start=1):
        name, inner = _named(clause)
        shown.append(
            f"{_expression(inner)} as {quoted(name or (title if number == 1 else f'{title} {number}'))}"
        )
    filters = [_expression(f) for f in _filters(stage)]
    where = f" where {' and '.join(filters)}" if filters else ""
    group = f" group by {', '.join(groups)}" if groups else ""
    # The text is compared and only ever run on made-up data, or on a database that is open for reading.
    return f"select {', '.join(shown)} from {quoted(table[-1])}{where}{group}"  # noqa: S608


def _filters(stage: Mapping[str, Any]) -> list[Any]:
    if stage.get("filters"):
        return list(stage["filters"])
    return [stage["filter"]] if stage.get("filter") else []


def _named(clause: Any) -> tuple[str, Any]:
    """An aggregation and what it is called."""
    if isinstance(clause, list) and clause and clause[0] == "aggregation-options" and len(clause) == 3:
        options = clause[2] if isinstance(clause[2], Mapping) else {}
        return str(options.get("display-name") or options.get("name") or ""), clause[1]
    if isinstance(clause, list) and len(clause) > 1 and isinstance(clause[1], Mapping):
        return str(clause[1].get("display-name") or clause[1].get("name") or ""), clause
    return "", clause


def _expression(clause: Any) -> str:
    if not isinstance(clause, list):
        return literal(clause)
    if not clause or not isinstance(clause[0], str):
        raise UnnamedError
    head, arguments = clause[0], clause[1:]
    options: Mapping[str, Any] = {}
    # Since version 57 options stand before the arguments.
    if arguments and isinstance(arguments[0], Mapping):
        options, arguments = arguments[0], arguments[1:]
    if head == "field":
        return _field(arguments, options)
    if head == "aggregation-options":
        return _expression(arguments[0])
    given = [_expression(a) for a in arguments if not isinstance(a, Mapping)]
    if head == "count":
        return f"count({given[0] if given else '*'})"
    if head in _AGGREGATES and given:
        return _AGGREGATES[head].format(given[0])
    if head in _OPERATORS and len(given) > 1:
        return f"({_OPERATORS[head].join(given)})"
    return _test(head, given)


def _test(head: str, given: list[str]) -> str:
    match head, given:
        case "=" | "!=", [one, *values] if len(values) > 1:
            return f"{one} {'in' if head == '=' else 'not in'} ({', '.join(values)})"
        case _, [one, other] if head in _TESTS:
            return f"{one} {_TESTS[head]} {other}"
        case "between", [one, low, high]:
            return f"{one} between {low} and {high}"
        case "is-null", [one]:
            return f"{one} is null"
        case "not-null", [one]:
            return f"{one} is not null"
        case "not", [one]:
            return f"not ({one})"
        case "time-interval", [one, *_]:
            # Of when it is asked: a condition on days, whatever they are.
            return f"{one} >= '2026-01-01'"
        case "count-where" | "sum-where" | "share", [*values]:
            return _conditional(head, values)
    raise UnnamedError


def _conditional(head: str, values: list[str]) -> str:
    if head == "count-where" and len(values) == 1:
        return f"count(case when {values[0]} then 1 end)"
    if head == "sum-where" and len(values) == 2:
        return f"sum(case when {values[1]} then {values[0]} end)"
    if head == "share" and len(values) == 1:
        return f"count(case when {values[0]} then 1 end) / count(*)"
    raise UnnamedError


def _field(arguments: list[Any], options: Mapping[str, Any]) -> str:
    place = arguments[0] if arguments else None
    name = place[-1] if isinstance(place, list) and place else place
    if not isinstance(name, str):
        raise UnnamedError
    # Before version 57 options stand after the column.
    later = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], Mapping) else {}
    unit = options.get("temporal-unit") or later.get("temporal-unit")
    return (
        f"date_trunc('{unit}', {quoted(name)})"
        if unit in ("day", "week", "month", "quarter", "year")
        else quoted(name)
    )
