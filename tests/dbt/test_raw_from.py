"""Seeds, files or a schema: wherever raw tables come from, models give the same rows; the absent is empty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import demo
from leadline.write.raw_seeds import contract_tables, seed_type
from tests.warehouses import ROOT, WITHOUT_TESTS, WITHOUT_UNIT_TESTS, built

STAGING = ROOT / "models" / "staging"


def marts(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'marts' order by 1"
    ).fetchall()
    return [name for (name,) in rows]


def attached(folder: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(folder / "leadline.duckdb"), read_only=True)


def parquet_folder(folder: Path) -> dict[str, Any]:
    """The demonstration company written again, as partitioned Parquet with nested columns."""
    demo.write(folder / "exports", format="parquet")
    return {"raw_from": "files", "raw_path": str(folder / "exports")}


def schema_of_tables(folder: Path) -> dict[str, Any]:
    """The seeds as tables of a schema, as a connector would have loaded them."""
    connection = duckdb.connect(str(folder / "leadline.duckdb"))
    connection.execute("create schema landed")
    for source, table in contract_tables(STAGING):
        file = ROOT / "seeds" / "raw" / source / f"raw_{source}__{table['name']}.csv"
        types = {column["name"]: seed_type(column) for column in table["columns"]}
        connection.execute(
            f"create table landed.{source}__{table['name']} as "
            "select * from read_csv(?, header = true, columns = ?)",
            [str(file), types],
        )
    connection.close()
    return {"raw_from": "schema", "raw_schema": "landed"}


@pytest.fixture(scope="module", params=["parquet", "schema"])
def other(request: pytest.FixtureRequest) -> Iterator[duckdb.DuckDBPyConnection]:
    prepare = {"parquet": parquet_folder, "schema": schema_of_tables}[request.param]
    connection = attached(built(request.param, command=("build", *WITHOUT_TESTS), prepare=prepare))
    yield connection
    connection.close()


@pytest.mark.slow
def test_every_mart_is_the_same_from_files_and_from_a_schema(
    other: duckdb.DuckDBPyConnection, demo_folder: Path
) -> None:
    other.execute(f"attach '{demo_folder / 'leadline.duckdb'}' as seeded (read_only)")
    names = marts(other)
    assert len(names) >= 30
    differing = []
    for name in names:
        here = f"leadline.marts.{name}"
        there = f"seeded.marts.{name}"
        unequal = other.execute(
            f"""
            select count(*)
            from (
                (select * from {here} except all select * from {there})
                union all
                (select * from {there} except all select * from {here})
            )
            """
        ).fetchall()[0][0]
        if unequal:
            differing.append((name, unequal))
    assert not differing


@pytest.fixture(scope="module")
def nothing() -> Iterator[duckdb.DuckDBPyConnection]:
    """Every source switched off, and no raw table; `dbt build` runs all its data tests on what is left."""
    switches = {f"use_{source}": False for source, _ in contract_tables(STAGING)}
    connection = attached(
        built("nothing", switches, command=("build", *WITHOUT_UNIT_TESTS, "--exclude", "path:seeds/raw"))
    )
    yield connection
    connection.close()


@pytest.mark.slow
def test_without_sources_every_fact_is_empty_and_typed(
    nothing: duckdb.DuckDBPyConnection, demo_build: duckdb.DuckDBPyConnection
) -> None:
    shape = """
        select table_name, column_name, data_type
        from information_schema.columns
        where table_schema = 'marts'
        order by table_name, ordinal_position
    """
    assert nothing.execute(shape).fetchall() == demo_build.execute(shape).fetchall()
    # Targets come from the measurement plan, not from an export.
    for name in marts(nothing):
        if name.startswith("fct_") and name != "fct_targets":
            assert nothing.execute(f"select count(*) from marts.{name}").fetchall() == [(0,)], name
    assert nothing.execute("select count(*) from marts.dim_source where is_connected").fetchall() == [(0,)]
