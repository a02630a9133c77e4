"""Salesforce's real connector files: leads by creation, opportunities that are not in the recycle bin."""

from __future__ import annotations

from pathlib import Path

import duckdb


def plain(connector_dir: Path, table: str, query: str) -> tuple[object, ...]:
    path = connector_dir / "salesforce" / f"fivetran_sf_{table}_data.csv"
    reader = f"read_csv('{path}', all_varchar = true, header = true)"
    answer = duckdb.sql(query.format(file=reader)).fetchone()
    assert answer is not None
    return answer


def test_leads_are_those_of_the_file(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    wanted = plain(
        connector_dir, "lead",
        "select count(distinct lower(email)), min(created_date)::timestamp from {file}"
        " where lower(is_deleted) <> 'true'",
    )  # fmt: skip
    found = real_build.sql(
        "select count(*), min(lead_at) from marts.fct_leads where source_system = 'salesforce'"
    ).fetchone()
    assert found == wanted
    assert wanted[0], "the file no longer has a lead"


def test_opportunities_in_the_recycle_bin_do_not_count(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    every = plain(connector_dir, "opportunity", "select count(distinct id) from {file}")
    wanted = plain(
        connector_dir, "opportunity",
        "select count(*), coalesce(sum(amount::double), 0) from {file} where lower(is_deleted) <> 'true'",
    )  # fmt: skip
    staged = real_build.sql("select count(*) from staging.stg_salesforce__opportunities").fetchone()
    found = real_build.sql(
        "select count(*), coalesce(sum(amount), 0) from marts.fct_deals where source_system = 'salesforce'"
    ).fetchone()
    assert staged == every
    assert found == wanted
