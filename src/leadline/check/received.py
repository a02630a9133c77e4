"""The relations of what was received, and the rows of a statement over them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlglot import exp

from leadline.errors import WarehouseError
from leadline.write.conventions import over


def relations(connection: Any, names: Iterable[str]) -> dict[str, exp.Table]:
    """Those tables of the database, whatever their schema. Raises WarehouseError where one is missing."""
    found = {}
    for name in names:
        row = connection.execute(
            "select table_schema from information_schema.tables where table_name = ? order by table_schema",
            [name],
        ).fetchone()
        if row is None:
            raise WarehouseError(
                f"the database has no relation {name!r}",
                fix="build the project (`make build` or `dbt build`)",
            )
        found[name] = exp.table_(name, db=str(row[0]), quoted=True)
    return found


def rows(connection: Any, statement: exp.Query, tables: Mapping[str, exp.Table]) -> list[dict[str, Any]]:
    """The rows of the statement over those tables."""
    cursor = connection.execute(over(statement, tables).sql(dialect="duckdb"))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
