"""The only module that opens an engine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.errors import WarehouseError

if TYPE_CHECKING:
    import pyarrow as pa


def open_database(path: str | Path) -> Any:
    """A read-only connection to a DuckDB file.

    Raises:
        WarehouseError: the file is missing, locked by a writer, or not a DuckDB file.
    """
    import duckdb

    if not Path(path).is_file():
        raise WarehouseError(
            "the database file is missing", where=str(path), fix="build it with `make run` or `dbt build`"
        )
    try:
        return duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        locked = "lock" in str(error).lower()
        reason = "another process writes to the database" if locked else "the database can't be opened"
        fix = "wait until that process ends" if locked else "check that it is a DuckDB file of version 1"
        raise WarehouseError(f"{reason}: {_first_line(error)}", where=str(path), fix=fix) from error


def in_memory() -> Any:
    """A new, empty DuckDB database that is gone when it is closed."""
    import duckdb

    return duckdb.connect(":memory:")


def run(connection: Any, sql: str) -> pa.Table:
    """The rows of a statement as an Arrow table.

    Raises:
        WarehouseError: the engine refuses the statement; its reason is in the message.
    """
    import duckdb

    try:
        return connection.execute(sql).to_arrow_table()
    except duckdb.Error as error:
        raise WarehouseError(
            f"the database refused the statement: {_first_line(error)}",
            fix="check that the tables of the manifest are built (`dbt build`) and match it",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
