"""A refresh of small but real DuckDB files, for what has to be tried hundreds of times."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

from leadline.refresh.builds import FILE, Build, Builds
from leadline.refresh.pipeline import Found, Result, Step, refresh

ROWS = 2_000


def _warehouse(build: Build, folder: Path) -> Found:
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        for table in ("a", "b"):
            connection.execute(f"create table {table} as select {build.number} as build from range({ROWS})")
    return Found()


def _file(build: Build, folder: Path) -> Found:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder / 'warehouse.duckdb'}' as build (read_only)")
        connection.execute(f"attach '{folder / FILE}' as out")
        for table in ("a", "b"):
            connection.execute(f"create table out.{table} as from build.{table}")
        connection.execute("detach out")
    return Found()


STEPS = (Step("build", _warehouse), Step("write", _file))


def run(folder: Path, *steps: Step, keep: int = 3, publish_anyway: str | None = None) -> Result:
    """One refresh of the tiny warehouse, with more steps after its own."""
    return refresh(Builds(folder), [*STEPS, *steps], keep=keep, publish_anyway=publish_anyway)


def builds_in(path: Path) -> set[int]:
    """The builds that the rows of a file come from: one, if the file is whole and not mixed."""
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select build, count(*) from (from a union all from b) group by 1"
        ).fetchall()
    assert [count for _, count in rows] == [2 * ROWS], rows
    return {build for build, _ in rows}


if __name__ == "__main__":
    run(Path(sys.argv[1]))
