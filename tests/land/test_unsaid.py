"""What nothing in a file says: whose it is, and in which time zone its times are."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import duckdb

from tests.land.conftest import Leadline


def test_times_are_those_of_the_project_where_nothing_says_their_zone(
    leadline: Leadline, tmp_path: Path
) -> None:
    """HubSpot writes times without a zone: 12:30 in Paris in September is 10:30 UTC."""
    export = tmp_path / "hubspot-crm-exports-all-contacts.csv"
    export.write_text(
        '"Record ID","First Name","Last Name","Email","Create Date","Original Source"\n'
        '"101","Ana","Dupont","ana@example.com","2026-09-01 12:30","Paid Search"\n'
    )
    run = leadline("land", str(export), "--store", str(tmp_path / "store"), "--json")
    (file,) = json.loads(run.out)
    assert (run.code, file["status"], file["rows"]) == (0, "landed", 1)
    assert any("its times are taken for those of Europe/Paris" in note for note in file["notes"])
    rows = duckdb.sql(
        f"select property_createdate from '{tmp_path}/store/raw/hubspot/contact/**/*.parquet'"
    ).fetchall()
    assert rows == [(dt.datetime(2026, 9, 1, 10, 30),)]


def test_a_file_without_an_account_lands_unless_a_list_says_whose_may(
    leadline: Leadline, tmp_path: Path
) -> None:
    export = tmp_path / "report.csv"
    export.write_text(
        "Campaign report\n1 September 2026 - 2 September 2026\n"
        "Day,Campaign,Currency code,Cost,Impr.,Clicks\n2026-09-01,Brand,EUR,10.25,100,5\n"
    )
    store = tmp_path / "store"
    (file,) = json.loads(leadline("land", str(export), "--store", str(store), "--json").out)
    assert (file["status"], file["accounts"]) == ("landed", ["default"])
    assert any("it names no account" in note for note in file["notes"])
    (tmp_path / "accounts.yml").write_text("accounts: {google_ads: ['123']}\n")
    run = leadline(
        *("land", str(export), "--store", str(tmp_path / "listed"), "--json"),
        *("--accounts", str(tmp_path / "accounts.yml")),
    )
    (file,) = json.loads(run.out)
    assert (run.code, file["status"]) == (1, "refused")
