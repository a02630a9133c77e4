"""Tiny relations for a statement: the tables that it reads, with the columns that it uses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlglot import exp

_TYPES: Final = {"number": "double", "flag": "boolean", "text": "varchar", "time": "date"}
_NUMERIC: Final = (exp.Sum, exp.Avg, exp.Add, exp.Sub, exp.Mul, exp.Div)
_LOGIC: Final = (exp.And, exp.Or, exp.Not, exp.If)

Key = tuple[str | None, str | None, str]


def key_of(table: exp.Table) -> Key:
    """Database, schema and name."""
    return (table.catalog or None, table.db or None, table.name)


def columns_read(statement: exp.Query) -> dict[Key, dict[str, str]]:
    """The columns that a statement uses of each table of the warehouse, with their kinds.

    A kind is number, flag, text or time, from how the column is used; text where that does not tell.
    """
    found: dict[Key, dict[str, str]] = {}
    for select in statement.find_all(exp.Select):
        tables = {t.alias_or_name: key_of(t) for t in _direct_tables(select) if t.db}
        for key in tables.values():
            found.setdefault(key, {})
        for node in _own_columns(select):
            owners = (
                [tables[node.table]] if node.table in tables else tables.values() if not node.table else ()
            )
            for key in owners:
                known = found[key].get(node.name)
                found[key][node.name] = kind(node) if known in (None, "text") else known
    return found


def _direct_tables(select: exp.Select) -> Iterable[exp.Table]:
    joined = [join.this for join in select.args.get("joins") or ()]
    start = select.args.get("from_") or select.args.get("from")
    for node in ([start.this] if start else []) + joined:
        if isinstance(node, exp.Table):
            yield node


def _own_columns(select: exp.Select) -> Iterable[exp.Column]:
    for node in select.find_all(exp.Column):
        if node.parent_select is select:
            yield node


def kind(node: exp.Expr) -> str:
    """What a column holds, as its surroundings tell."""
    parent = node.parent
    while isinstance(parent, exp.Paren | exp.Coalesce | exp.Max | exp.Min):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.Case | exp.If) and parent.args.get("true") is node:
        return kind(parent.parent if isinstance(parent, exp.If) and parent.parent else parent)
    if isinstance(parent, _NUMERIC):
        return "number"
    if isinstance(parent, _LOGIC) or (isinstance(parent, exp.Where) and parent.this is node):
        return "flag"
    if isinstance(parent, exp.Cast) and parent.this is node and parent.to.is_type("double", "decimal"):
        return "number"
    if isinstance(parent, exp.TimestampTrunc | exp.DateTrunc | exp.DateAdd | exp.DateSub):
        return "time"
    return _compared(node, parent)


def _compared(node: exp.Expr, parent: exp.Expr | None) -> str:
    other = None
    if isinstance(parent, exp.Binary) and not isinstance(parent, exp.Connector):
        other = parent.expression if parent.this is node else parent.this
    if isinstance(other, exp.Boolean):
        return "flag"
    if isinstance(other, exp.Literal) and not other.is_string:
        return "number"
    if isinstance(other, exp.Cast) and other.to.is_type("date", "timestamp"):
        return "time"
    return "text"


def create(
    connection: Any, tables: Mapping[Key, Mapping[str, str]], rows: Mapping[Key, Sequence[Mapping[str, Any]]]
) -> None:
    """Make these tables, empty but for `rows`; a column with values has the type of its values."""
    for key, columns in tables.items():
        database, schema, name = key
        if database:
            _attach(connection, database)
        place = ".".join(_quoted(part) for part in (database, schema) if part)
        connection.execute(f"create schema if not exists {place}")
        held = rows.get(key, ())
        typed = {column: _type(column, kind, held) for column, kind in columns.items()}
        _fill(connection, f"{place}.{_quoted(name)}", typed, held)


def _attach(connection: Any, database: str) -> None:
    known = {row[0] for row in connection.execute("select database_name from duckdb_databases()").fetchall()}
    if database not in known:
        connection.execute(f"attach ':memory:' as {_quoted(database)}")


def _fill(connection: Any, table: str, typed: Mapping[str, str], rows: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow as pa

    columns = ", ".join(f"{_quoted(name)} {kind}" for name, kind in typed.items()) or "nothing integer"
    connection.execute(f"create or replace table {table} ({columns})")
    if not rows:
        return
    held = pa.table({name: [_value(row.get(name), kind) for row in rows] for name, kind in typed.items()})
    connection.register("held_", held)
    connection.execute(f"insert into {table} select * from held_")  # noqa: S608 - names are quoted
    connection.unregister("held_")


def _value(value: Any, kind: str) -> Any:
    """Days are written as text in one row and filled in as days in another."""
    return dt.date.fromisoformat(value) if kind == "date" and isinstance(value, str) else value


def _type(column: str, kind: str, rows: Sequence[Mapping[str, Any]]) -> str:
    values = [row[column] for row in rows if row.get(column) is not None]
    if any(isinstance(value, str) for value in values):
        return "date" if kind == "time" else "varchar"
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    if values and all(isinstance(value, int) for value in values):
        return "bigint"
    if any(isinstance(value, dt.date) for value in values):
        return "date"
    return "double" if values else _TYPES[kind]


def literal_table(columns: Mapping[str, str], rows: Sequence[Mapping[str, Any]], alias: str) -> exp.Subquery:
    """Rows as a subquery of literals."""
    selects = [
        exp.Select(
            expressions=[exp.alias_(_literal(row.get(name), kind), name) for name, kind in columns.items()]
        )
        for row in rows
    ]
    body: exp.Query = selects[0]
    for select in selects[1:]:
        body = exp.Union(this=body, expression=select, distinct=False)
    return exp.Subquery(this=body, alias=exp.TableAlias(this=exp.to_identifier(alias)))


def _literal(value: Any, kind: str) -> exp.Expr:
    if value is None:
        return exp.Cast(this=exp.Null(), to=exp.DataType.build(_TYPES[kind], dialect="duckdb"))
    if kind == "time" or isinstance(value, dt.date):
        return exp.Cast(this=exp.Literal.string(str(value)), to=exp.DataType.build("date"))
    return exp.convert(value)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
