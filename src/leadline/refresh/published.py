"""The file that BI tools open: marts and reports with their descriptions, and the KPIs as macros.

Raw and staging rows stay in the build: they hold personal data, and nobody should report from them.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from leadline import warehouse
from leadline.errors import LeadlineError
from leadline.refresh.keys import CHANGES
from leadline.versions import definition_version
from leadline.write.comments import REPORTS, comments, comments_of_own, quoted
from leadline.write.kpi_macros import SCHEMA, definition_rows, scalar_macros, table_macros

if TYPE_CHECKING:
    from leadline.layer import Layer

# Opens in every client since DuckDB 1.0.
STORAGE_VERSION: Final = "v1.0.0"
SCHEMAS: Final = ("marts", REPORTS)
Tables = Mapping[str, pa.Table]
Changed = Mapping[tuple[str, str], str | None]


def write_published(
    build: Path, out: Path, layer: Layer, dbt_manifest: Path, tables: Tables | None = None
) -> None:
    """Write the file `out` from a finished dbt build.

    Args:
        build: the DuckDB file that dbt built; it is only read.
        out: where the file goes. It must not exist; on any failure it is not there either.
        layer: the definitions that the build was made with.
        dbt_manifest: dbt's target/manifest.json of that build: descriptions of tables and columns.
        tables: more tables for the schema `kpi` by name (`check_results`, `builds`).

    Raises:
        LeadlineError: `out` exists, the manifest cannot be read, or the database refuses a statement.
    """
    described = _read(dbt_manifest)
    definitions = pa.Table.from_pylist(list(definition_rows(layer.manifest)))
    with _whole_or_not_there(out), warehouse.new_file(out, STORAGE_VERSION, build) as connection:
        _copy(connection)
        versions = {name: definition_version(layer.manifest, name) for name in layer.metrics}
        for statement in comments(described, _columns(connection), versions):
            warehouse.execute(connection, statement)
        _tables(connection, {"definitions": definitions, **(tables or {})})
        for statement in comments_of_own(SCHEMA, _columns(connection)):
            warehouse.execute(connection, statement)
        for macro in [*scalar_macros(layer.manifest), *table_macros(layer)]:
            for statement in macro.statements:
                warehouse.execute(connection, statement)


def update_published(
    build: Path, previous: Path, out: Path, changed: Changed, tables: Tables | None = None
) -> None:
    """Write the file `out` from the one published before, of the same definitions: what changed is copied.

    Args:
        build: the DuckDB file that dbt built; it is only read.
        previous: the file published before.
        out: where the file goes. It must not exist; on any failure it is not there either.
        changed: the tables that were built again, as schema and name; with the expression of their keys those
            of which only the keys noted in the build's schema `changes` were.
        tables: more tables for the schema `kpi` by name (`check_results`, `builds`).

    Raises:
        LeadlineError: `out` exists, or the database refuses a statement.
    """
    with _whole_or_not_there(out):
        shutil.copyfile(previous, out)
        with warehouse.new_file(out, STORAGE_VERSION, build) as connection:
            present = _columns(connection)
            for (schema, name), key in changed.items():
                if (schema, name) in present:
                    _replace(connection, schema, name, key)
            for name, rows in (tables or {}).items():
                warehouse.execute(connection, f"drop table if exists {SCHEMA}.{quoted(name)}")
                warehouse.keep(connection, name, rows, SCHEMA)
            for statement in comments_of_own(SCHEMA, _columns(connection)):
                warehouse.execute(connection, statement)


def _replace(connection: Any, schema: str, name: str, key: str | None) -> None:
    """Tables stay, so that their comments do."""
    table = f"{quoted(schema)}.{quoted(name)}"
    chosen = f" where {key} in (from build.{CHANGES}.{quoted(f'{name}__keys')})" if key else ""
    warehouse.execute(connection, f"delete from {table}{chosen}")  # noqa: S608
    warehouse.execute(connection, f"insert into {table} from build.{table}{chosen}")


@contextmanager
def _whole_or_not_there(out: Path) -> Iterator[None]:
    if out.exists():
        raise LeadlineError("the file to publish exists already", where=str(out), fix="choose another place")
    try:
        yield
    except BaseException:
        out.unlink(missing_ok=True)
        Path(f"{out}.wal").unlink(missing_ok=True)
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LeadlineError(
            f"dbt's manifest cannot be read: {error}", where=str(path), fix="run `dbt build` again"
        ) from error
    return found


def _copy(connection: Any) -> None:
    """Marts and reports as tables; a view of the build becomes the rows that it gives."""
    rows = warehouse.run(
        connection,
        "select schema_name, table_name from duckdb_tables() where database_name = 'build' union all"
        " select schema_name, view_name from duckdb_views() where database_name = 'build' order by all",
    ).to_pylist()
    for schema in (*SCHEMAS, SCHEMA):
        warehouse.execute(connection, f"create schema {schema}")
    for row in (row for row in rows if row["schema_name"] in SCHEMAS):
        name = f'{row["schema_name"]}."{row["table_name"]}"'
        warehouse.execute(connection, f"create table {name} as from build.{name}")


def _columns(connection: Any) -> dict[tuple[str, str], tuple[str, ...]]:
    rows = warehouse.run(
        connection,
        "select schema_name, table_name, list(column_name order by column_index) as names"
        " from duckdb_columns() where database_name = current_database() group by all",
    ).to_pylist()
    return {(row["schema_name"], row["table_name"]): tuple(row["names"]) for row in rows}


def _tables(connection: Any, tables: Tables) -> None:
    for name, rows in tables.items():
        warehouse.keep(connection, name, rows, SCHEMA)
