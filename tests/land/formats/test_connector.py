"""Tables of connectors as files: known by name or columns, landed row for row, and never taken for another."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest
import yaml

from leadline.land.formats import FORMATS
from leadline.land.formats.connector import connector_formats
from leadline.land.refusals import Refusal
from tests.land.formats.landing import EXPORTED, landed
from tests.land.formats.test_hubspot import hashed
from tests.warehouses import ROOT

STAGING = ROOT / "models" / "staging"
FORMATS_HERE = (*FORMATS, *connector_formats(STAGING))
CONNECTOR = ROOT.parent / "shared" / "exports" / "connector"


def samples() -> list[tuple[str, str, Path]]:
    """Real files of tables that the contract declares, by source and table."""
    found = []
    for path in sorted(STAGING.glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                names = table.get("config", {}).get("meta", {}).get("leadline", {}).get("files", [])
                found += [
                    (source["name"], table["name"], file)
                    for name in names
                    if (file := CONNECTOR / source["name"] / f"{name}.csv").is_file()
                ]
    return found


SAMPLES = samples()


def whole(path: Path) -> bytes:
    """A file with its last line ended: one without it is taken for cut off."""
    return path.read_bytes().rstrip(b"\r\n") + b"\n"


@pytest.mark.skipif(not SAMPLES, reason="the real connector samples (../shared) are not here")
@pytest.mark.parametrize(("source", "table", "path"), SAMPLES, ids=[f"{s}.{t}" for s, t, _ in SAMPLES])
def test_a_real_sample_lands_row_for_row(source: str, table: str, path: Path) -> None:
    result = landed(whole(path), name=path.name, formats=FORMATS_HERE, max_bad=0.0)
    assert result.format == f"connector_{source}__{table}"
    rows = result.rows.get(f"{source}.{table}", [])
    expected = duckdb.sql(
        f"select count(*) from read_csv('{path}', header = true, all_varchar = true)"
    ).fetchone()
    assert expected is not None
    assert len(rows) == expected[0]
    assert all(one.accounting.exact and not one.accounting.quarantined for one in result.converted)


@pytest.mark.skipif(not SAMPLES, reason="the real connector samples (../shared) are not here")
def test_sums_of_real_samples_are_those_of_plain_sql() -> None:
    sums = {
        ("google_ads", "campaign_stats"): ("cost_micros", "clicks", "impressions", "conversions"),
        ("shopify", "order"): ("subtotal_price", "total_tax", "total_price"),
        ("meta_ads", "basic_ad"): ("spend", "impressions"),
        ("hubspot", "deal"): ("property_amount",),
    }
    for source, table, path in SAMPLES:
        for column in sums.get((source, table), ()):
            (plain,) = duckdb.sql(
                f"select sum(try_cast(nullif({column}, '') as double)) from read_csv('{path}', header = true, all_varchar = true)"
            ).fetchall()
            rows = landed(whole(path), name=path.name, formats=FORMATS_HERE).rows[f"{source}.{table}"]
            assert sum(row[column] or 0 for row in rows) == pytest.approx(plain[0] or 0), (
                source,
                table,
                column,
            )


@pytest.mark.skipif(not SAMPLES, reason="the real connector samples (../shared) are not here")
@pytest.mark.parametrize(
    "name",
    [
        "google_ads/fivetran_ad_group_stats_data.csv",
        "google_ads/fivetran_search_term_keyword_stats_data.csv",
        "linkedin_ads/fivetran_linkedin_ad_analytics_by_creative_data.csv",
        "mailchimp/fivetran_automation_recipient_activity.csv",
        "meta_ads/fivetran_facebook_ads_demographics_country_data.csv",
        "salesforce/fivetran_sf_opportunity_history_data.csv",
        "klaviyo/fivetran_campaign.csv",
    ],
)
def test_another_table_of_a_connector_is_taken_for_none(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        landed(CONNECTOR / name, formats=FORMATS_HERE)
    assert refused.value.code in ("unrecognised", "missing-columns")


FIVETRAN = (
    "id,_fivetran_deleted,_fivetran_synced,property_email,property_firstname,property_createdate,property_lifecyclestage,property_company,property_lastname\n"
    "1,false,2026-01-02 03:04:05 UTC,Ada@Example.org,Ada,2026-01-01T10:00:00Z,lead,Engines,Byron\n"
    "2,true,2026-01-02 03:04:05 UTC,,,2026-01-01T11:00:00Z,,,\n"
)


def test_a_fivetran_table_keeps_its_own_sync_time() -> None:
    result = landed(
        FIVETRAN, name="fivetran_contact_data.csv", formats=FORMATS_HERE, time_zone="Europe/Paris"
    )
    rows = result.table("hubspot.contact", "id")
    assert [
        (r["id"], r["_fivetran_deleted"], r["property_createdate"], r["_fivetran_synced"]) for r in rows
    ] == [
        ("1", False, dt.datetime(2026, 1, 1, 10), dt.datetime(2026, 1, 2, 3, 4, 5)),
        ("2", True, dt.datetime(2026, 1, 1, 11), dt.datetime(2026, 1, 2, 3, 4, 5)),
    ]
    assert rows[0]["property_email"] == hashed("ada@example.org")
    assert rows[0]["property_firstname"] == hashed("ada")


AIRBYTE = (
    "_airbyte_raw_id,_airbyte_extracted_at,id,order_id,created_at,processed_at,note\n"
    "x,2026-02-02T03:04:05.000Z,7,5001,2026-02-01T10:00:00+01:00,2026-02-01T10:00:00+01:00,\n"
)


def test_an_airbyte_table_is_known_by_its_columns() -> None:
    result = landed(AIRBYTE, name="order_refunds_2026_02_02.csv", formats=FORMATS_HERE)
    assert result.format == "connector_shopify__refund"
    (row,) = result.table("shopify.refund")
    assert (row["id"], row["order_id"], row["created_at"], row["_fivetran_synced"]) == (
        "7",
        "5001",
        dt.datetime(2026, 2, 1, 9),
        dt.datetime(2026, 2, 2, 3, 4, 5),
    )


def test_numbers_of_a_connector_have_a_point() -> None:
    text = (
        "ad_id,date,account_id,impressions,inline_link_clicks,spend,reach\n1,2026-01-01,9,1234,5,1.234,900\n"
    )
    (row,) = landed(text, name="fivetran_facebook_ads_basic_ad_data.csv", formats=FORMATS_HERE).table(
        "meta_ads.basic_ad"
    )
    assert (row["spend"], row["impressions"], row["date"]) == (1.234, 1234, dt.date(2026, 1, 1))
    assert row["_fivetran_synced"] == EXPORTED


def test_columns_of_another_grain_are_no_campaign_stats() -> None:
    """An ad group's figures have every column of a campaign's, and `id` is another thing."""
    text = (
        "_fivetran_id,_fivetran_synced,customer_id,date,ad_network_type,device,id,campaign_id,impressions,clicks,interactions,cost_micros,conversions,conversions_value,view_through_conversions\n"
        "a,2026-01-02 00:00:00,1,2026-01-01,SEARCH,MOBILE,77,9001,10,1,1,1000000,0,0,0\n"
    )
    with pytest.raises(Refusal, match="no model reads this connector table"):
        landed(text, name="stats.csv", formats=FORMATS_HERE)


def test_a_list_of_ones_own_is_no_connector_table() -> None:
    with pytest.raises(Refusal):
        landed("id,name,date\n1,Ada,2026-01-01\n", name="list.csv", formats=FORMATS_HERE)


def test_a_number_that_ends_with_its_point() -> None:
    text = (
        "ad_id,date,account_id,impressions,reach,spend\n1,2026-01-01,9,10,9,144.\n2,2026-01-01,9,10,9,1.50\n"
    )
    name = "fivetran_facebook_ads_basic_ad_data.csv"
    rows = landed(text, name=name, formats=FORMATS_HERE).table("meta_ads.basic_ad", "ad_id")
    assert [row["spend"] for row in rows] == [144.0, 1.5]
    # The same at the end of a file that was cut may have been 144.99.
    cut = "ad_id,date,account_id,impressions,reach,spend\n2,2026-01-01,9,10,9,1.50\n1,2026-01-01,9,10,9,144."
    result = landed(cut, name=name, formats=FORMATS_HERE)
    assert [row["spend"] for row in result.table("meta_ads.basic_ad")] == [1.5]
    result.accounted(lines=3, accepted=1, quarantined=1)
