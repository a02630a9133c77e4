"""The only module that opens an engine."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadline.errors import WarehouseError

if TYPE_CHECKING:
    import pyarrow as pa

_SHOWN: Final = 160


def open_database(path: str | Path, name: str | None = None) -> Any:
    """A read-only connection to a DuckDB file.

    `name` is what statements call the database: DuckDB names one after its file, and a copy of a build has
    another name than the build that its views and definitions speak of.

    Raises:
        WarehouseError: the file is missing, locked by a writer, or not a DuckDB file.
    """
    import duckdb

    if not Path(path).is_file():
        raise WarehouseError(
            "the database file is missing", where=str(path), fix="build it with `make run` or `dbt build`"
        )
    try:
        if name in (None, Path(path).stem):
            return duckdb.connect(str(path), read_only=True)
        return _attached(path, str(name))
    except duckdb.IOException as error:
        locked = "lock" in str(error).lower()
        reason = "another process writes to the database" if locked else "the database can't be opened"
        fix = "wait until that process ends" if locked else "check that it is a DuckDB file of version 1"
        raise WarehouseError(f"{reason}: {_first_line(error)}", where=str(path), fix=fix) from error


def _attached(path: str | Path, name: str) -> Any:
    connection = in_memory()
    quoted = '"' + name.replace('"', '""') + '"'
    connection.execute(f"attach {_literal(path)} as {quoted} (read_only)")
    connection.execute(f"use {quoted}")
    return connection


def in_memory() -> Any:
    """A new, empty DuckDB database that is gone when it is closed.

    What memory does not hold goes to the system's folder for such files: by itself DuckDB would make a folder
    .tmp where the program was started, and a program that is killed would leave it there.
    """
    import duckdb

    spilled = Path(tempfile.gettempdir()) / f"leadline-{os.getpid()}"
    return duckdb.connect(":memory:", config={"temp_directory": str(spilled)})


@contextmanager
def new_file(out: Path, storage_version: str, build: Path) -> Iterator[Any]:
    """A connection that writes the new database `out`, with `build` beside it as `build`, read-only.

    The file is complete, and no write-ahead log is left, when the block ends without an error.

    Raises:
        WarehouseError: `build` is not a DuckDB file, or `out` cannot be written.
    """
    with closing(in_memory()) as connection:
        execute(connection, f"attach {_literal(build)} as build (read_only)")
        execute(
            connection, f"attach {_literal(out)} as leadline (storage_version {_literal(storage_version)})"
        )
        for statement in ("use leadline", "begin"):
            execute(connection, statement)
        yield connection
        for statement in ("commit", "use memory", "checkpoint leadline", "detach leadline", "detach build"):
            execute(connection, statement)


@contextmanager
def writable(path: Path) -> Iterator[Any]:
    """A connection that may write to a database file, which is made where it is not there.

    Raises:
        WarehouseError: it is locked by another process, is no DuckDB file, or can't be written.
    """
    import duckdb

    try:
        connection = duckdb.connect(str(path))
    except duckdb.Error as error:
        raise WarehouseError(
            f"the database can't be written: {_first_line(error)}",
            where=str(path),
            fix="close the program that has it open, or choose another file",
        ) from error
    with closing(connection):
        yield connection


def keep(connection: Any, name: str, table: pa.Table, schema: str | None = None) -> None:
    """Make a table of these rows. Raises WarehouseError where the engine refuses."""
    connection.register("rows_to_keep", table)
    whole = f'"{schema}"."{name}"' if schema else f'"{name}"'
    execute(connection, f"create table {whole} as from rows_to_keep")
    connection.unregister("rows_to_keep")


def execute(connection: Any, sql: str) -> None:
    """Run a statement that gives no rows.

    Raises:
        WarehouseError: the engine refuses the statement; its reason is in the message.
    """
    import duckdb

    try:
        connection.execute(sql)
    except duckdb.Error as error:
        raise WarehouseError(
            f"the database refused a statement: {_first_line(error)}",
            where=sql if len(sql) < _SHOWN else f"{sql[:_SHOWN]}…",
            fix="check that its folder can be written to, the disk has room, and the build is whole",
        ) from error


def _literal(value: object) -> str:
    return "'" + str(value).replace("'", "''") + "'"


def rows(connection: Any, sql: str) -> list[tuple[Any, ...]]:
    """The rows of a statement as Python values, for answers of a few rows.

    Raises:
        WarehouseError: the engine refuses the statement; its reason is in the message.
    """
    import duckdb

    try:
        return connection.execute(sql).fetchall()  # type: ignore[no-any-return]
    except duckdb.Error as error:
        raise WarehouseError(f"the database refused the statement: {_first_line(error)}") from error


def rows_within(connection: Any, sql: str, seconds: float) -> list[tuple[Any, ...]]:
    """The rows of a statement that may take so long, and is interrupted then.

    Raises:
        WarehouseError: it takes longer, or the engine refuses it.
    """
    import threading

    import duckdb

    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        return connection.execute(sql).fetchall()  # type: ignore[no-any-return]
    except duckdb.InterruptException as error:
        raise WarehouseError(f"the statement took longer than {seconds:g} seconds") from error
    except duckdb.Error as error:
        raise WarehouseError(f"the database refused the statement: {_first_line(error)}") from error
    finally:
        timer.cancel()


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
