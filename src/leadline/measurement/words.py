"""A metric's formula in words, in both languages, from its definition: labels in place of names."""

from __future__ import annotations

import re
from functools import partial
from typing import Final

import sqlglot
from sqlglot import exp

from leadline.catalog import label, readable
from leadline.grains import Window
from leadline.manifest import Manifest, Metric, MetricInput, Use
from leadline.resolve.metrics import find_metric

_AGGREGATES: Final = {
    "en": {
        "sum": "sum of {0}",
        "count": "number of {0}",
        "count_distinct": "number of different {0}",
        "sum_boolean": "number of rows with {0}",
        "average": "mean of {0}",
        "median": "median of {0}",
        "percentile": "percentile of {0}",
        "min": "smallest {0}",
        "max": "largest {0}",
    },
    "fr": {
        "sum": "somme de {0}",
        "count": "nombre de {0}",
        "count_distinct": "nombre de {0} distincts",
        "sum_boolean": "nombre de lignes avec {0}",
        "average": "moyenne de {0}",
        "median": "médiane de {0}",
        "percentile": "centile de {0}",
        "min": "plus petite valeur de {0}",
        "max": "plus grande valeur de {0}",
    },
}
_WORDS: Final = {
    "en": {
        "in": "in {0}",
        "where": "where {0}",
        "and": " and ",
        "last": "at the last {0} of the period",
        "first": "at the first {0} of the period",
        "trailing": "over the trailing {0}",
        "to_date": "since the start of the {0}",
        "all_time": "since the beginning",
        "before": "{0} earlier",
        "at_start": "at the start of the {0}",
        "conversion_rate": "share of {0} that are followed by {1}",
        "conversions": "number of {0} that are followed by {1}",
        "within": "within {0}",
    },
    "fr": {
        "in": "dans {0}",
        "where": "où {0}",
        "and": " et ",
        "last": "au dernier {0} de la période",
        "first": "au premier {0} de la période",
        "trailing": "sur {0} glissants",
        "to_date": "depuis le début de la période ({0})",
        "all_time": "depuis l'origine",
        "before": "{0} plus tôt",
        "at_start": "au début de la période ({0})",
        "conversion_rate": "part des {0} suivis de {1}",
        "conversions": "nombre de {0} suivis de {1}",
        "within": "sous {0}",
    },
}
_GRAINS: Final = {"day": "jour", "week": "semaine", "month": "mois", "quarter": "trimestre", "year": "an"}
_PATH: Final = re.compile(r"\b(?:[a-z0-9]+(?:_[a-z0-9]+)*__)+(?=[a-z])")
_SIGNS: Final[dict[type[exp.Expr], str]] = {exp.Add: "+", exp.Sub: "−", exp.Mul: "×", exp.Div: "÷"}


def formula_in_words(manifest: Manifest, name: str, lang: str) -> str:
    """`Ad spend ÷ Leads`, `Dépenses publicitaires ÷ Leads`. Raises UnknownNameError."""
    metric = find_metric(manifest, name)
    if metric.type == "ratio":
        told = " ÷ ".join(_input(manifest, used, lang) for used in metric.inputs)
    elif metric.conversion:
        told = _conversion(metric, lang)
    elif metric.use:
        told = _windowed(metric, _aggregate(metric.use, lang), lang)
    else:
        inputs = {used.handle: _input(manifest, used, lang) for used in metric.inputs}
        told = _expression(sqlglot.parse_one(metric.expr or ""), inputs)
    if metric.filters:
        told += f", {_where(metric.filters, lang)}"
    return told[:1].upper() + told[1:]


def _input(manifest: Manifest, used: MetricInput, lang: str) -> str:
    say = _WORDS[lang]
    notes = []
    if used.offset_window:
        notes.append(say["before"].format(_span(used.offset_window, lang)))
    if used.offset_to_grain:
        notes.append(say["at_start"].format(_grain(used.offset_to_grain, lang)))
    if used.filters:
        notes.append(_where(used.filters, lang))
    told = label(find_metric(manifest, used.name), lang)
    return f"{told} ({', '.join(notes)})" if notes else told


def _where(filters: tuple[str, ...], lang: str) -> str:
    say = _WORDS[lang]
    return say["where"].format(say["and"].join(_short(readable(each)) for each in filters))


def _short(condition: str) -> str:
    """Names of dimensions without the way to them: the model is named before."""
    return _PATH.sub("", condition)


def _aggregate(use: Use, lang: str) -> str:
    found, say = use.aggregation, _WORDS[lang]
    agg, what, condition = _counted(found.agg, found.expr, lang)
    told = _AGGREGATES[lang].get(agg, agg + " {0}").format(what)
    told += " " + say["in"].format(found.model)
    if condition:
        told += ", " + say["where"].format(condition)
    if found.non_additive:
        side = "last" if found.non_additive.window_choice == "max" else "first"
        told += ", " + say[side].format(_grain("day", lang))
    return told


def _counted(agg: str, expr: str, lang: str) -> tuple[str, str, str | None]:
    """`sum(case when X then 1 else 0 end)` is said as the number of rows where X holds, and so on."""
    node = sqlglot.parse_one(expr)
    # A key has a value in every row: its column's name would tell nobody anything.
    if agg == "count" and isinstance(node, exp.Column) and node.name.endswith("_key"):
        return agg, "lignes" if lang == "fr" else "rows", None
    if not isinstance(node, exp.Case) or len(node.args["ifs"]) != 1 or node.this:
        return agg, expr, None
    branch = node.args["ifs"][0]
    condition, value = branch.this.sql(), branch.args["true"]
    if agg == "sum" and _is_one(value):
        return "count", "lignes" if lang == "fr" else "rows", condition
    # An `else` would be aggregated too, but for the zero of a sum.
    rest = node.args.get("default")
    is_whole = rest is None or (agg == "sum" and rest.sql() in ("0", "NULL"))
    return (agg, value.sql(), condition) if isinstance(value, exp.Column) and is_whole else (agg, expr, None)


def _windowed(metric: Metric, told: str, lang: str) -> str:
    say = _WORDS[lang]
    if metric.window:
        return f"{told}, {say['trailing'].format(_span(metric.window, lang))}"
    if metric.grain_to_date:
        return f"{told}, {say['to_date'].format(_grain(metric.grain_to_date, lang))}"
    return f"{told}, {say['all_time']}" if metric.type == "cumulative" else told


def _conversion(metric: Metric, lang: str) -> str:
    found, say = metric.conversion, _WORDS[lang]
    if found is None:
        return ""
    names = (found.base.aggregation.name, found.conversion.aggregation.name)
    told = say.get(found.calculation, say["conversion_rate"]).format(*names)
    return f"{told} {say['within'].format(_span(found.window, lang))}" if found.window else told


def _span(window: Window, lang: str) -> str:
    if lang != "fr":
        return str(window)
    name = _grain(window.grain, lang)
    many = window.count != 1 and not name.endswith("s")
    return f"{window.count} {name}{'s' if many else ''}"


def _grain(grain: str, lang: str) -> str:
    return _GRAINS.get(grain, grain) if lang == "fr" else grain


def _expression(node: exp.Expr, inputs: dict[str, str]) -> str:
    """Arithmetic with labels; what only guards against zero and NULL is left out, as people leave it out."""
    tell = partial(_expression, inputs=inputs)
    if isinstance(node, exp.Column):
        return inputs.get(node.name, node.name)
    if isinstance(node, exp.Paren):
        return f"({tell(node.this)})"
    if isinstance(node, exp.Coalesce | exp.Nullif | exp.Cast):
        inner = tell(node.this)
        return f"({inner})" if isinstance(node.this, exp.Binary) else inner
    if isinstance(node, exp.Mul) and _is_one(node.expression):
        return tell(node.this)
    sign = _SIGNS.get(type(node))
    if sign and isinstance(node, exp.Binary):
        return f"{tell(node.left)} {sign} {tell(node.right)}"
    if isinstance(node, exp.Literal) and node.is_number:
        return str(node.this).removesuffix(".0")
    return node.sql()


def _is_one(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and node.is_number and float(node.this) == 1
