"""Runs examples: the engine's own SQL, over tiny relations, on DuckDB in memory."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from leadline import dialects, warehouse
from leadline.errors import LeadlineError
from leadline.examples.read import Example, Number, examples_of, shown
from leadline.examples.solve import UnsolvableError, Values
from leadline.examples.tables import Key, columns_read, create, key_of, kind, literal_table
from leadline.examples.totals import Wanted, filled, rows_of, wanted_of
from leadline.manifest import Manifest, Relation, SemanticModel
from leadline.resolve.metrics import find_metric
from leadline.sql import render
from leadline.sql.nodes import parsed

if TYPE_CHECKING:
    from leadline.layer import Layer

# Totals are exact; the last digits of a quotient are the machine's.
_RELATIVE: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Outcome:
    """An example, what its metric gave, and what is wrong where something is."""

    example: Example
    got: Number
    problem: str | None = None


def run_examples(layer: Layer, names: Iterable[str] = ()) -> list[Outcome]:
    """The outcome of every example of these metrics, or of all metrics.

    Raises:
        UnknownNameError: a name is not defined.
        LeadlineError: an example cannot be read.
    """
    manifest = layer.manifest
    metrics = [find_metric(manifest, name) for name in names] or list(manifest.metrics.values())
    found = [example for metric in metrics for example in examples_of(manifest, metric)]
    if not found:
        return []
    with warehouse.in_memory() as connection:
        return [_run(layer, example, connection) for example in found]


def _run(layer: Layer, example: Example, connection: Any) -> Outcome:
    asked = [example.metric, *(name for name in example.given if name != example.metric)]
    try:
        statement = _statement(layer, asked, example)
        rows = _rows(layer.manifest, example, connection)
        _make(layer.manifest, statement, rows, example, connection)
        table = warehouse.run(connection, dialects.to_text(statement, "duckdb"))
    except UnsolvableError as error:
        return Outcome(example, None, f"{error.what}: give `rows` in place of totals")
    except LeadlineError as error:
        return Outcome(example, None, error.what)
    got = {name: _number(table.column(name)[0].as_py()) for name in asked} if table.num_rows else {}
    return Outcome(example, got.get(example.metric), _problem(example, got))


def _statement(layer: Layer, asked: Sequence[str], example: Example) -> exp.Query:
    return render(layer.plan(metrics=asked, start=example.start, end=example.end), layer.manifest)


def _problem(example: Example, got: Mapping[str, Number]) -> str | None:
    for name, total in example.given.items():
        if not _equal(total, got.get(name)):
            return f"{name} cannot be made {shown(total)} together with the others: give `rows` instead"
    value = got.get(example.metric)
    if _equal(example.expect, value):
        return None
    return f"{example.words} should give {shown(example.expect)}, gives {shown(value)}"


def _equal(wanted: Number, got: Number) -> bool:
    if wanted is None or got is None:
        return wanted is None and got is None
    return math.isclose(wanted, got, rel_tol=_RELATIVE, abs_tol=1e-12)


def _number(value: Any) -> Number:
    return None if value is None else float(value) if not isinstance(value, int) else value


def _rows(manifest: Manifest, example: Example, connection: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows by semantic model: those that are given, or some that have the totals."""
    if example.rows:
        return {model: [dict(row) for row in rows] for model, rows in example.rows.items()}
    by_model: dict[str, list[Wanted]] = {}
    for item in wanted_of(manifest, example.metric, example.given):
        by_model.setdefault(item.use.aggregation.model, []).append(item)

    def measure(
        model: SemanticModel, wanted: Sequence[Wanted], rows: Sequence[Values]
    ) -> list[dict[str, float]]:
        return _measured(connection, wanted, filled(rows, _kinds(wanted)))

    return {
        name: filled(rows_of(manifest.models[name], wanted, measure), _kinds(wanted))
        for name, wanted in by_model.items()
    }


def _kinds(wanted: Iterable[Wanted]) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in wanted:
        for tree in _trees(item):
            for node in tree.find_all(exp.Column):
                if found.get(node.name) in (None, "text"):
                    found[node.name] = kind(node)
    return found


def _trees(item: Wanted) -> Iterable[exp.Expr]:
    """The aggregate and its conditions, each below a node that tells what its columns are."""
    yield _aggregate(item)
    yield from (exp.Where(this=condition.copy()) for condition in item.conditions)


def _aggregate(item: Wanted) -> exp.Expr:
    inner = parsed(item.use.aggregation.expr).copy()
    match item.use.aggregation.agg:
        case "count":
            return exp.Count(this=inner)
        case "count_distinct":
            return exp.Count(this=exp.Distinct(expressions=[inner]))
        case "sum_boolean":
            return exp.CountIf(this=inner)
        case "average":
            return exp.Avg(this=inner)
        case "sum":
            return exp.Sum(this=inner)
    raise UnsolvableError(f"{item.name} is a {item.use.aggregation.agg}, which has no total")


def _measured(
    connection: Any, wanted: Sequence[Wanted], rows: Sequence[Mapping[str, Any]]
) -> list[dict[str, float]]:
    """Each metric's total over each row alone."""
    held = [{**row, "place_": place} for place, row in enumerate(rows)]
    kinds = {**_kinds(wanted), "place_": "number"}
    key: Key = (None, "examples_", "templates")
    create(connection, {key: kinds}, {key: held})
    columns: list[exp.Expr] = []
    for item in wanted:
        total = _aggregate(item)
        if item.conditions:
            total = exp.Filter(this=total, expression=exp.Where(this=exp.and_(*item.conditions)))
        columns.append(exp.alias_(exp.Coalesce(this=total, expressions=[exp.Literal.number(0)]), item.name))
    source = exp.Table(this=exp.to_identifier("templates"), db=exp.to_identifier("examples_"))
    statement = exp.select(*columns).from_(source).group_by("place_").order_by("place_")
    return [
        {name: float(value) for name, value in row.items()}
        for row in warehouse.run(connection, statement.sql("duckdb")).to_pylist()
    ]


def _make(
    manifest: Manifest,
    statement: exp.Query,
    rows: Mapping[str, Sequence[dict[str, Any]]],
    example: Example,
    connection: Any,
) -> None:
    tables = columns_read(statement)
    held = _held(manifest, tables, rows, example)
    for spine in manifest.spines:
        key = _key(spine.relation)
        if key in tables:
            held[key] = [dict.fromkeys(tables[key], day) for day in _days(example)]
    create(connection, tables, held)


def _held(
    manifest: Manifest,
    tables: dict[Key, dict[str, str]],
    rows: Mapping[str, Sequence[dict[str, Any]]],
    example: Example,
) -> dict[Key, list[dict[str, Any]]]:
    found: dict[Key, list[dict[str, Any]]] = {}
    for name, given in rows.items():
        model = manifest.models[name]
        key = _key(model.relation)
        defaults = _defaults(model, tables.setdefault(key, {}), example)
        found[key] = [{**defaults, **row} for row in given]
    return found


def literal_statement(layer: Layer, example: Example) -> exp.Query:
    """The engine's statement for an example that gives rows, over those rows as literals."""
    statement = _statement(layer, [example.metric], example)
    tables = columns_read(statement)
    held = _held(layer.manifest, tables, {m: [*map(dict, r)] for m, r in example.rows.items()}, example)
    for table in list(statement.find_all(exp.Table)):
        key = key_of(table)
        if key in held:
            table.replace(literal_table(tables[key], held[key], table.alias_or_name))
    return statement


def _key(relation: Relation) -> Key:
    return (relation.database, relation.schema, relation.name)


def _defaults(model: SemanticModel, columns: Mapping[str, str], example: Example) -> dict[str, Any]:
    """What every row says of its time, unless it says otherwise: the first day of the example's period."""
    start, end = dt.date.fromisoformat(example.start), dt.date.fromisoformat(example.end)
    found: dict[str, Any] = {d.expr: start for d in model.dimensions.values() if d.type == "time"}
    meta = model.config.meta.get("leadline")
    period = meta.get("reported_period") if isinstance(meta, Mapping) else None
    if isinstance(period, Mapping):
        for part, value in (("start", start), ("end", end), ("grain", "month")):
            found[model.dimensions[period[part]].expr] = value
    return {name: value for name, value in found.items() if name in columns}


def _days(example: Example) -> list[dt.date]:
    """The days of the calendar around the example's period."""
    first = dt.date.fromisoformat(example.start).replace(month=1, day=1)
    last = dt.date.fromisoformat(example.end)
    return [first + dt.timedelta(days=day) for day in range((last - first).days + 366)]
