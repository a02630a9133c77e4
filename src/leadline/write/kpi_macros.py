"""KPIs as macros of a published file, made from the definitions: `kpi.ctr(clicks, impressions)` over values,
and `kpi.ctr_by('month', 'channel')` over the marts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from leadline import dialects
from leadline.catalog import facts, formula, label, text
from leadline.errors import RefusedError
from leadline.manifest import Manifest, Metric
from leadline.sql import render
from leadline.sql.nodes import column, named, select
from leadline.sql.results import quotient, substituted
from leadline.versions import definition_version
from leadline.write.comments import literal, quoted

if TYPE_CHECKING:
    from leadline.layer import Layer

SCHEMA: Final = "kpi"
_TIMESTAMP: Final = exp.DataType.build("timestamp")
_TEXT: Final = exp.DataType.build("varchar")
_NUMBER: Final = exp.DataType.build("double")
GRAINS: Final = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, slots=True)
class Macro:
    """A macro by name, with its parameters in order, its body, and what it says of itself."""

    name: str
    parameters: tuple[str, ...]
    body: str
    comment: str
    is_table: bool = False

    @property
    def statements(self) -> tuple[str, str]:
        """DuckDB's statements that create it and describe it."""
        parameters = ", ".join(quoted(name) for name in self.parameters)
        table = "table " if self.is_table else ""
        made = f"create macro {SCHEMA}.{quoted(self.name)}({parameters}) as {table}{self.body}"
        kind = "macro table" if self.is_table else "macro"
        return made, f"comment on {kind} {SCHEMA}.{quoted(self.name)} is {literal(self.comment)}"


def scalar_macros(manifest: Manifest) -> list[Macro]:
    """One for each ratio and derived metric; its arguments are the metrics of its formula, by name or alias.

    A ratio over zero is NULL, as everywhere. What is aggregated, filtered or moved in time is up to the
    caller: the comment says what each argument must be.
    """
    return [_scalar(manifest, metric) for metric in manifest.metrics.values() if _has_scalar(metric)]


def _scalar(manifest: Manifest, metric: Metric) -> Macro:
    handles = tuple(used.handle for used in metric.inputs)
    if metric.type == "ratio":
        # Both inputs of a ratio may be one metric under two filters, which no alias need tell apart.
        names = handles if len(set(handles)) > 1 else (f"{handles[0]}_part", f"{handles[0]}_whole")
        body: exp.Expr = quotient(column(names[0]), column(names[1]))
    else:
        names = tuple(dict.fromkeys(handles))
        body = substituted(metric.expr or "", {name: column(name) for name in names})
    return Macro(metric.name, names, body.sql("duckdb"), told(manifest, metric))


def told(manifest: Manifest, metric: Metric) -> str:
    """A definition in a few lines: label, formula, what it means, and the version that it has."""
    meaning = " ".join((metric.description or "").split())
    version = f"Version of the definition: {definition_version(manifest, metric.name)}."
    return " ".join(filter(None, (f"{label(metric)}: {formula(metric)}.", meaning, version)))


def table_macros(layer: Layer) -> list[Macro]:
    """One for each KPI: `(grain, dimension)` gives rows of period, group and value, by the engine's own SQL.

    `dimension` is a name that the comment lists, or '' for none. What a rule refuses (a stock summed over
    time, reach over other periods than those reported) is not offered; a KPI without any has no macro.
    """
    found = (_table(layer, metric) for metric in layer.metrics.values())
    return [macro for macro in found if macro is not None]


def macro_names(layer: Layer, metric: Metric) -> list[str]:
    """The macros of one metric by name: of its formula, where it has one, then by grain and dimension."""
    has_table = _is_kpi(metric) and any(True for _ in _offered(layer, metric))
    return [*([metric.name] if _has_scalar(metric) else []), *([_table_name(metric)] if has_table else [])]


def _is_kpi(metric: Metric) -> bool:
    return not metric.is_private and metric.meta.get("tier") != "base"


def _table_name(metric: Metric) -> str:
    return f"{metric.name}_by"


def _offered(layer: Layer, metric: Metric) -> Iterator[tuple[tuple[str, str], exp.Query]]:
    """What a metric can be asked by, grain and dimension ('' for none), with the rows that answer it."""
    for dimension in ("", *_dimensions(layer, metric)):
        for grain in GRAINS:
            try:
                yield (grain, dimension), _rows(layer, metric.name, grain, dimension)
            except RefusedError:
                continue


def _has_scalar(metric: Metric) -> bool:
    return not metric.is_private and metric.type in ("ratio", "derived")


def _table(layer: Layer, metric: Metric) -> Macro | None:
    offered = dict(_offered(layer, metric)) if _is_kpi(metric) else {}
    if not offered:
        return None
    grains = [g for g in GRAINS if any(grain == g for grain, _ in offered)]
    dimensions = list(dict.fromkeys(dimension for _, dimension in offered))
    shown = ", ".join(repr(d) for d in dimensions)
    comment = f"{told(layer.manifest, metric)} Grains: {', '.join(grains)}. Dimensions: {shown}."
    branches = [*offered.values(), _refusal(metric.name, list(offered), grains, shown)]
    union: exp.Query = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    body = dialects.to_text(union, "duckdb")
    return Macro(_table_name(metric), ("grain", "dimension"), body, comment, is_table=True)


def _dimensions(layer: Layer, metric: Metric) -> list[str]:
    """Channel, and the categories of the metric's own fact: those of a name that is short and its own."""
    all_of_them = [d for d in layer.dimensions([metric.name]) if d.kind != "time"]
    own = [d.name for d in all_of_them if d.kind == "categorical" and d.model == _only_model(layer, metric)]
    return [*(d.name for d in all_of_them if d.name == "channel"), *own]


def _only_model(layer: Layer, metric: Metric) -> str | None:
    models = facts(layer.manifest, metric.name)
    return models[0].name if len(models) == 1 else None


def _rows(layer: Layer, name: str, grain: str, dimension: str) -> exp.Query:
    time = f"metric_time__{grain}"
    by = [time, *([dimension] if dimension else [])]
    inner = render(layer.plan(metrics=[name], group_by=by), layer.manifest)
    for table in inner.find_all(exp.Table):
        table.set("catalog", None)
    group = column(dimension) if dimension else exp.Null()
    columns = _shown(column(time), group, column(name))
    chosen = exp.and_(
        exp.EQ(this=exp.column("grain"), expression=exp.Literal.string(grain)),
        exp.EQ(this=exp.column("dimension"), expression=exp.Literal.string(dimension)),
    )
    answer = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier("answer")))
    return select(columns, answer, where=chosen)


def _shown(period: exp.Expr, group: exp.Expr, value: exp.Expr) -> list[exp.Expr]:
    return [
        named(exp.Cast(this=period, to=_TIMESTAMP.copy()), "period"),
        named(exp.Cast(this=group, to=_TEXT.copy()), "group_value"),
        named(exp.Cast(this=value, to=_NUMBER.copy()), "value"),
    ]


def _refusal(name: str, offered: Sequence[tuple[str, str]], grains: Sequence[str], shown: str) -> exp.Query:
    """A row that is an error where no branch answers: an empty result would look like no data."""
    reason = f"{SCHEMA}.{name}_by: grain is one of {', '.join(grains)}; dimension is one of {shown}"
    known = [exp.Literal.string(f"{grain} {dimension}") for grain, dimension in offered]
    asked = exp.DPipe(
        this=exp.DPipe(this=exp.column("grain"), expression=exp.Literal.string(" ")),
        expression=exp.column("dimension"),
    )
    failure = exp.Anonymous(this="error", expressions=[exp.Literal.string(reason)])
    return exp.select(*_shown(failure, exp.Null(), exp.Null())).where(
        exp.Not(this=exp.In(this=asked, expressions=known))
    )


def definition_rows(manifest: Manifest) -> Iterator[dict[str, str | None]]:
    """Rows of `kpi.definitions`: one a metric, with the version that its numbers were made by."""
    for metric in manifest.metrics.values():
        if metric.is_private:
            continue
        meta = {key: text(metric, key) for key in ("unit", "better", "stage", "tier", "adds")}
        yield {
            "metric": metric.name,
            "label": label(metric),
            "label_fr": label(metric, "fr"),
            "description": " ".join((metric.description or "").split()),
            "description_fr": text(metric, "description_fr"),
            "formula": formula(metric),
            "facts": ", ".join(f.relation.name for f in facts(manifest, metric.name)),
            **meta,
            "version": definition_version(manifest, metric.name),
        }
