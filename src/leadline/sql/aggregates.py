"""Aggregations: over rows, in parts, and from parts."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from leadline.manifest import Aggregation
from leadline.sql.nodes import Node, case, double, number

# which aggregations can be finished from the same aggregation of parts
_FOLD: dict[str, type[exp.AggFunc]] = {
    "sum": exp.Sum,
    "sum_boolean": exp.Sum,
    "count": exp.Sum,
    "min": exp.Min,
    "max": exp.Max,
}


def aggregate(aggregation: Aggregation, value: Node, condition: Node | None, grouped: bool) -> Node:
    """The aggregation over rows, or over those that meet `condition`; NULL where there is no row.

    `grouped` tells that every group has at least one row, if not one that meets the condition.
    """
    if aggregation.agg == "count" and (condition is not None or not grouped):
        return _filtered(exp.Sum(this=_presence(value)), condition)
    if condition is None and grouped and _is_number_of_rows(aggregation, value):
        return exp.Count(this=exp.Star())
    plain = _plain(aggregation, value)
    if aggregation.agg == "count_distinct" and condition is not None and grouped:
        rows = _filtered(exp.Count(this=exp.Star()), condition.copy())
        return case(exp.GT(this=rows, expression=number(0)), _filtered(plain, condition))
    return _filtered(plain, condition)


def _is_number_of_rows(aggregation: Aggregation, value: Node) -> bool:
    # engines add up a constant row by row, and count rows without looking at them
    is_one = isinstance(value, exp.Literal) and not value.is_string and value.this == "1"
    return is_one and aggregation.agg == "sum"


def _presence(value: Node) -> Node:
    if isinstance(value, exp.Literal | exp.Star):
        return number(1)
    return case(exp.Is(this=value, expression=exp.Null()), number(0), number(1))


def _plain(aggregation: Aggregation, value: Node) -> Node:
    match aggregation.agg:
        case "sum":
            return exp.Sum(this=value)
        case "sum_boolean":
            return exp.Sum(this=case(value, number(1), number(0)))
        case "count":
            return exp.Count(this=value)
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[value]))
        case "min":
            return exp.Min(this=value)
        case "max":
            return exp.Max(this=value)
        case "average":
            return exp.Avg(this=value)
        case _:
            return _percentile(aggregation, value)


def _percentile(aggregation: Aggregation, value: Node) -> Node:
    share = number(aggregation.percentile if aggregation.percentile is not None else 0.5)
    if aggregation.approximate and not aggregation.discrete:
        return exp.ApproxQuantile(this=value, quantile=share)
    function = exp.PercentileDisc if aggregation.discrete else exp.PercentileCont
    order = exp.Order(expressions=[exp.Ordered(this=value, nulls_first=False)])
    return exp.WithinGroup(this=function(this=share), expression=order)


def _filtered(function: Node, condition: Node | None) -> Node:
    if condition is None:
        return function
    return exp.Filter(this=function, expression=exp.Where(this=condition))


def needs_values(aggregation: Aggregation) -> bool:
    """True where parts can't be aggregated before they are put together: distinct counts, percentiles."""
    return aggregation.agg not in _FOLD and aggregation.agg != "average"


def partial(aggregation: Aggregation, value: Node, label: str) -> list[tuple[Node, str]]:
    """What a part has to hold: columns with their names; every part has at least one row."""
    if aggregation.agg == "average":
        return [(exp.Sum(this=value), f"{label}_sum_"), (exp.Count(this=value.copy()), f"{label}_count_")]
    if needs_values(aggregation):
        return [(value, label)]
    return [(aggregate(aggregation, value, None, True), label)]


def fold(aggregation: Aggregation, parts: Mapping[str, Node], label: str) -> Node:
    """The aggregation from the columns of its parts."""
    if aggregation.agg == "average":
        names = part_names(aggregation, label)
        return finished(aggregation, {name: exp.Sum(this=parts[name]) for name in names}, label)
    if needs_values(aggregation):
        return _plain(aggregation, parts[label])
    folded: Node = _FOLD[aggregation.agg](this=parts[label])
    return folded


def finished(aggregation: Aggregation, parts: Mapping[str, Node], label: str) -> Node:
    """The aggregation from the columns of one part that holds all of it."""
    if aggregation.agg != "average":
        return parts[label]
    count = exp.Nullif(this=parts[f"{label}_count_"], expression=number(0))
    return exp.Div(this=double(parts[f"{label}_sum_"]), expression=count)


def part_names(aggregation: Aggregation, label: str) -> list[str]:
    """The names of the columns that a part holds."""
    return [f"{label}_sum_", f"{label}_count_"] if aggregation.agg == "average" else [label]
