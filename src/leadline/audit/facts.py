"""What is known of the tables: columns with types, keys, what is never NULL, where foreign keys lead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadline.errors import LeadlineError


@dataclass(slots=True)
class Table:
    """One table. `columns` maps lower-case names to types or None; `is_closed`: there are no others."""

    columns: dict[str, str | None] = field(default_factory=dict)
    primary_key: tuple[str, ...] = ()
    unique: tuple[tuple[str, ...], ...] = ()
    not_null: frozenset[str] = frozenset()
    foreign: dict[str, tuple[str, str]] = field(default_factory=dict)
    is_closed: bool = False

    @property
    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Every set of columns of which no two rows have the same values."""
        return (*((self.primary_key,) if self.primary_key else ()), *self.unique)

    def is_nullable(self, column: str) -> bool:
        """Whether a column may be NULL for all that is known."""
        return column not in self.not_null and column not in self.primary_key


@dataclass(slots=True)
class Facts:
    """The tables of a comparison, by lower-case name without schema."""

    tables: dict[str, Table] = field(default_factory=dict)

    def table(self, name: str) -> Table:
        """A table by name; an unknown one is added, with nothing known."""
        return self.tables.setdefault(name.lower(), Table())

    def copy(self) -> Facts:
        """A copy whose tables and columns may be added to."""
        return Facts(
            {
                name: Table(
                    dict(t.columns), t.primary_key, t.unique, t.not_null, dict(t.foreign), t.is_closed
                )
                for name, t in self.tables.items()
            }
        )


def read_facts(document: Any) -> Facts:
    """Facts from JSON: `{table: {column: type}}`, or `{"tables": {table: {"columns": …, "primary_key": […],
    "unique": [[…]], "not_null": […], "foreign_keys": {column: "table.column"}}}}`.

    Raises:
        LeadlineError: the document has another shape.
    """
    if not isinstance(document, Mapping):
        raise _refused("the schema is not an object of tables")
    tables = document.get("tables", document)
    if isinstance(tables, list):
        tables = {str(t.get("name")): t for t in tables if isinstance(t, Mapping)}
    if not isinstance(tables, Mapping):
        raise _refused("`tables` is not an object")
    found = Facts()
    for name, body in tables.items():
        if not isinstance(body, Mapping):
            raise _refused(f"table {name!r} is not an object of columns")
        found.tables[str(name).lower().rpartition(".")[2]] = _table(str(name), body)
    return found


def _refused(what: str) -> LeadlineError:
    return LeadlineError(
        what, where="schema", fix='write {"orders": {"order_id": "integer", "amount": "double"}}'
    )


def _table(name: str, body: Mapping[str, Any]) -> Table:
    columns = body.get("columns")
    if columns is None or isinstance(columns, str):
        return Table({str(c).lower(): _type(name, c, t) for c, t in body.items()}, is_closed=True)
    if isinstance(columns, list):
        columns = {
            c["name"] if isinstance(c, Mapping) else c: c if isinstance(c, Mapping) else None for c in columns
        }
    types = {str(c).lower(): _type(name, c, t) for c, t in columns.items()}
    marked = {str(c).lower() for c, t in columns.items() if isinstance(t, Mapping) and _is_required(t)}
    own = tuple(
        str(c).lower() for c, t in columns.items() if isinstance(t, Mapping) and t.get("primary_key") is True
    )
    unique = body.get("unique") or ()
    return Table(
        types,
        _names(body.get("primary_key")) or own,
        tuple(_names(u) for u in ([unique] if isinstance(unique, str) else unique)),
        frozenset(_names(body.get("not_null"))) | marked,
        _foreign(body.get("foreign_keys") or {}),
        is_closed=bool(types),
    )


def _is_required(body: Mapping[str, Any]) -> bool:
    return body.get("not_null") is True or body.get("nullable") is False


def _type(table: str, column: Any, body: Any) -> str | None:
    if isinstance(body, Mapping):
        body = body.get("type") or body.get("data_type")
    if body is None or isinstance(body, str):
        return body
    raise _refused(f"the type of {table}.{column} is not text")


def _names(value: Any) -> tuple[str, ...]:
    if value is None or value is False:
        return ()
    return (value.lower(),) if isinstance(value, str) else tuple(str(v).lower() for v in value)


def _foreign(value: Any) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    items = (
        value.items()
        if isinstance(value, Mapping)
        else ((v.get("column"), v.get("references")) for v in value)
    )
    for column, target in items:
        table, _, key = str(target).lower().replace("(", ".").rstrip(")").rpartition(".")
        found[str(column).lower()] = (table.rpartition(".")[2], key)
    return found


def family(type_name: str | None) -> str | None:
    """int, num, bool, date, ts or str: the kind of a type, by its SQL name."""
    if type_name is None:
        return None
    name = type_name.lower().partition("(")[0].strip()
    for kind, words in _FAMILIES:
        if any(word in name for word in words):
            return kind
    return None


_FAMILIES = (
    ("ts", ("timestamp", "datetime", "time")),
    ("date", ("date",)),
    ("bool", ("bool", "bit")),
    ("num", ("double", "float", "real", "decimal", "numeric", "number", "money")),
    ("int", ("int", "long", "serial")),
    ("str", ("char", "text", "string", "uuid", "enum")),
)
