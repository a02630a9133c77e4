"""HubSpot's real connector files: every contact and deal that counts, and no other."""

from __future__ import annotations

import csv
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb


def rows(connector_dir: Path, table: str) -> list[dict[str, str]]:
    path = connector_dir / "hubspot" / f"fivetran_{table}_data.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ids_merged_away(contacts: list[dict[str, str]]) -> set[str]:
    lists = [row["property_hs_merged_object_ids"] for row in contacts]
    return {part.strip() for text in lists for part in text.split(";")} - {""}


def test_contacts_that_were_merged_away_are_no_leads(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    contacts = rows(connector_dir, "contact")
    merged = ids_merged_away(contacts)
    kept = [row for row in contacts if row["id"] not in merged and row["_fivetran_deleted"].upper() != "TRUE"]
    # The file has no lifecycle dates, so that the first form is what made a lead.
    people = {row["property_email"].strip().lower() for row in kept if row["property_first_conversion_date"]}
    assert len(merged & {row["id"] for row in contacts}) > 0, "the file no longer shows the trap"

    staged = real_build.sql("select count(*) from staging.stg_hubspot__contacts").fetchone()
    found = real_build.sql(
        "select count(lead_day) from marts.fct_leads where source_system = 'hubspot'"
    ).fetchone()
    assert staged == (len({row["id"] for row in contacts}),)
    assert found == (len(people),)


def test_leads_fall_on_their_local_day(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    contacts = rows(connector_dir, "contact")
    merged = ids_merged_away(contacts)
    wanted = sorted(
        datetime.fromisoformat(row["property_first_conversion_date"])
        .replace(tzinfo=UTC)
        .astimezone(ZoneInfo("Europe/Paris"))
        .date()
        for row in contacts
        if row["id"] not in merged
    )
    found = real_build.sql(
        "select lead_day from marts.fct_leads where source_system = 'hubspot' order by lead_day"
    ).fetchall()
    assert [day for (day,) in found] == wanted


def test_deals_are_all_there(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    deals = rows(connector_dir, "deal")
    merged = {row["merged_deal_id"] for row in rows(connector_dir, "merged_deal")}
    kept = [row for row in deals if row["is_deleted"].lower() != "true" and row["deal_id"] not in merged]
    amount = sum(float(row["property_amount"]) for row in kept if row["property_amount"])
    stages = rows(connector_dir, "deal_pipeline_stage")
    won = {row["stage_id"] for row in stages if row["closed_won"].upper() == "TRUE"}
    found = real_build.sql(
        "select count(*), coalesce(sum(amount), 0), count(*) filter (where is_won)"
        " from marts.fct_deals where source_system = 'hubspot'"
    ).fetchone()
    assert found == (len(kept), amount, sum(row["deal_pipeline_stage_id"] in won for row in kept))
