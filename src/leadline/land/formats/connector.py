"""Tables of connectors as files: any raw table of the project, by its own column names.

A file is taken for a table where it bears the table's name and part of its columns, or where it bears a
connector's own columns (`_fivetran_…`, `_airbyte_…`) and nearly all of the table's, those that identify a row
among them. A file named like another table of the connector is never taken for one of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, Final

from leadline.land.format import Column, Format, Kind, Target
from leadline.land.headers import of_connector, plain
from leadline.land.reading.tables import SourceTable

SYNCED: Final = "_fivetran_synced"
# Singer's and Airbyte's times of extraction stand where Fivetran has its own.
_SYNCED_HEADERS: Final = (SYNCED, "_airbyte_extracted_at", "_airbyte_emitted_at", "_sdc_batched_at")
_KINDS: Final[Mapping[str, Kind]] = {
    "varchar": "text",
    "bigint": "integer",
    "double": "decimal",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
_EMAIL: Final = re.compile(r"(^|_)email(_address)?$")
_NAME: Final = re.compile(r"(^|_)((first|last|full)_?name|fname|lname|dealname)$")
_PHONE: Final = re.compile(r"(^|_)phone(_number)?$")
# Columns that may hold a person's name under a general word.
_NAMES: Final = frozenset(
    {("pipedrive", "person", "name"), ("pipedrive", "deal", "title"), ("salesforce", "opportunity", "name")}
)
_COPY: Final = re.compile(r"[-_. (]*\b20\d\d[\d\-_.:t ()z]*$|[-_. ]*\(\d+\)$", re.IGNORECASE)
# The share of a table's columns that a file must have, by what its name says.
_NAMED, _SURE = 0.4, 0.8


@dataclass(frozen=True, slots=True)
class Signs:
    """How a file is known as one raw table; called with a table, it gives it back where it is that one.

    `names` are the names of files, `columns` those of the contract, `first` one that each such file has,
    `keys` those that identify a row, and `foreign` keys of other tables of the source.
    """

    names: frozenset[str]
    columns: frozenset[str]
    first: str
    keys: frozenset[str]
    foreign: frozenset[str]

    def __call__(self, table: SourceTable) -> SourceTable | None:
        """The table, its numbers read with a decimal point as connectors write them; None for any other."""
        header = frozenset(plain(text) for text in table.header if text)
        if self.first not in header:
            return None
        share = len(header & self.columns) / len(self.columns)
        marked = of_connector(header)
        name = _stem(table)
        if name in self.names:
            fits = share >= (_NAMED if marked or name.startswith(("fivetran_", "raw_")) else _SURE)
        else:
            known = marked and not name.startswith("fivetran_")
            fits = known and share >= _SURE and self.keys <= header and not self.foreign & header
        return replace(table, decimal=".") if fits else None


def connector_formats(staging: Path) -> tuple[Format, ...]:
    """A format for each raw table that a project's `models/staging` declares, nested ones left out."""
    from leadline.write.raw_seeds import contract_tables

    tables = [(source, table) for source, table in contract_tables(staging) if _is_flat(table)]
    keys: dict[str, set[str]] = {}
    for source, table in tables:
        keys.setdefault(source, set()).update(_keys(table))
    return tuple(_format(source, table, keys[source]) for source, table in tables)


def _format(source: str, table: Mapping[str, Any], keys: set[str]) -> Format:
    names = [str(column["name"]) for column in table["columns"]]
    own = [name for name in names if name != SYNCED]
    columns = [_column(source, table, column) for column in table["columns"] if column["name"] != SYNCED]
    made = {name: _name(name) for name in own}
    if SYNCED in names:
        columns.append(Column("synced_at", _SYNCED_HEADERS, "timestamp"))
        made[SYNCED] = "coalesce(synced_at, _exported_at)"
    files = {str(table["name"]), *_meta(table).get("files", []), f"raw_{source}__{table['name']}"}
    return Format(
        name=f"connector_{source}__{table['name']}",
        title=f"connector table {source}.{table['name']}",
        source=source,
        columns=tuple(columns),
        # Rows add to one another: which version of a row counts is settled where the models stage them.
        targets=(Target(source, str(table["name"]), made, key=tuple(names)),),
        signature=(_name(own[0]),),
        grain="event",
        file_names=tuple(rf"^{re.escape(name)}([-_. (]|$)" for name in sorted(files)),
        reshape=Signs(
            names=frozenset(files),
            columns=frozenset(own),
            first=own[0],
            keys=frozenset(_keys(table)),
            foreign=frozenset(keys - set(own)),
        ),
        time_zone="UTC",
        of_connector=True,
    )


def _column(source: str, table: Mapping[str, Any], column: Mapping[str, Any]) -> Column:
    name = str(column["name"])
    kind = _KINDS[str(column["data_type"])]
    if kind == "text":
        is_name = _NAME.search(name) or (source, table["name"], name) in _NAMES
        kind = (
            "email"
            if _EMAIL.search(name)
            else "phone"
            if _PHONE.search(name)
            else "person_name"
            if is_name
            else kind
        )
    airbyte = (f"properties_{name.removeprefix('property_')}",) if name.startswith("property_") else ()
    return Column(_name(name), (name, *airbyte), kind)


def _name(column: str) -> str:
    """A column's name within the format, apart from the words that SQL and the context reserve."""
    return f"c_{column.strip('_')}"


def _keys(table: Mapping[str, Any]) -> list[str]:
    """The columns that identify a row: ids and days."""
    names = [str(column["name"]) for column in table["columns"]]
    return [name for name in names if name in ("id", "date", "day") or name.endswith("_id")]


def _is_flat(table: Mapping[str, Any]) -> bool:
    return all(str(column["data_type"]) in _KINDS for column in table["columns"])


def _meta(table: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = ((table.get("config") or {}).get("meta") or {}).get("leadline") or {}
    return found


def _stem(table: SourceTable) -> str:
    """The file's name without ending, date and number of copy."""
    name = PurePath(table.member or table.file).name.split(".")[0]
    return _COPY.sub("", name).lower()
