"""DuckDB over the store's Parquet files, and what it means when a file cannot be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from leadline.land.store.disk import StoreError
from leadline.warehouse import in_memory

_MEMORY: Final = "500MB"


def connect(tmp: Path | None = None) -> Any:
    """A private engine that spills into `tmp`."""
    connection = in_memory()
    connection.execute(f"set memory_limit = '{_MEMORY}'")
    connection.execute("set preserve_insertion_order = false")
    if tmp is not None:
        connection.execute(f"set temp_directory = {text(str(tmp))}")
    return connection


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def name(value: str) -> str:
    """A quoted name."""
    return '"' + value.replace('"', '""') + '"'


def texts(values: Iterable[str]) -> str:
    """A list of text literals: `['a', 'b']`."""
    return "[" + ", ".join(text(value) for value in values) + "]"


def scan(paths: Sequence[Path], extra: str = "") -> str:
    """The rows of Parquet files that have one shape; hive names in paths mean nothing here."""
    listed = texts(str(path) for path in paths)
    return f"read_parquet({listed}, hive_partitioning = false, union_by_name = true{extra})"


def damaged(path: Path, reason: object) -> StoreError:
    """A file of the store that cannot be read."""
    first = str(reason).strip().splitlines()[0] if str(reason).strip() else type(reason).__name__
    return StoreError(
        f"a file of the store is damaged: {first}",
        where=str(path),
        fix="land the file that it was made from again (`leadline land --history` names it): that repairs it",
    )


def rows(connection: Any, sql: str, paths: Sequence[Path] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement over `paths`. Raises StoreError naming the first of them that is unreadable."""
    import duckdb

    try:
        found: list[tuple[Any, ...]] = connection.execute(sql).fetchall()
    except duckdb.Error:
        for path in paths:
            check(connection, path)
        raise
    return found


def check(connection: Any, path: Path) -> None:
    """Read a Parquet file through. Raises StoreError if it is missing or damaged."""
    import duckdb

    try:
        columns = connection.execute(f"describe select * from {scan([path])}").fetchall()
        sums = ", ".join(f"count({name(column[0])})" for column in columns)
        connection.execute(f"select {sums} from {scan([path])}").fetchall()
    except duckdb.Error as error:
        raise damaged(path, error) from error


def columns(connection: Any, paths: Sequence[Path]) -> dict[str, str]:
    """Names and types of the columns of Parquet files."""
    return {row[0]: row[1] for row in rows(connection, f"describe select * from {scan(paths)}", paths)}
