"""Totals that landed files state, against the store's rows and a mart's figures; all numbers by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.check.quality.measure import measure
from leadline.check.quality.rule import Checked
from leadline.land.formats import FORMATS
from leadline.land.inbox import exports
from leadline.land.land import Options, land
from leadline.land.store import ledger
from leadline.land.store.layout import Layout
from leadline.write.rules_of_footers import footer_rules

HEADER = "Day,Campaign,Campaign ID,Customer ID,Campaign type,Currency code,Cost,Impr.,Clicks\n"
ROWS = """2026-10-01,Brand,111,482-190-7733,Search,EUR,10.50,1000,50
2026-10-02,Brand,111,482-190-7733,Search,EUR,11.25,1100,55
2026-10-04,Generic,222,482-190-7733,Search,EUR,20.00,2000,80
"""
TOTAL = "Total: Campaigns,,,,,EUR,41.75,4100,185\n"
MART = """
create schema marts;
create table marts.fct_ad_performance (platform varchar, account_id varchar, date_day date,
    impressions bigint, clicks bigint, cost_original decimal(18, 6));
insert into marts.fct_ad_performance values
    ('google_ads', '4821907733', '2026-10-01', 1000, 50, 10.50),
    ('google_ads', '4821907733', '2026-10-02', 1100, 55, 11.25),
    ('google_ads', '4821907733', '2026-10-03', 7777, 77, 77),
    ('google_ads', '4821907733', '2026-10-04', 2000, 80, 20),
    ('google_ads', '999', '2026-10-02', 5, 5, 5),
    ('meta_ads', '4821907733', '2026-10-02', 6, 6, 6);
"""
MANIFEST = {
    "nodes": {
        "model.fct_ad_performance": {
            "resource_type": "model",
            "schema": "marts",
            "alias": "fct_ad_performance",
            "config": {
                "meta": {
                    "leadline": {
                        "raw_totals": {
                            "google_ads.campaign_stats": {
                                "impressions": "impressions",
                                "clicks": "clicks",
                                "cost_micros": "cost_original",
                            }
                        }
                    }
                }
            },
        }
    }
}
ROWS_RULE = "reconciliation.footers.google_ads.campaign_stats"
MART_RULE = "reconciliation.footers_in_mart.google_ads.campaign_stats"
SKIPPED = "reconciliation.footers.left_out"


@pytest.fixture
def warehouse() -> Iterator[Any]:
    with duckdb.connect() as connection:
        connection.execute(MART)
        yield connection


class Store:
    """A store of its own, into which texts land as files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.layout = Layout(folder / "store")

    def land(self, name: str, text: str) -> None:
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        report = land(exports([file]), self.layout, Options(), FORMATS)
        assert report.is_complete, report

    def check(self, connection: Any, *, built: bool = True) -> dict[str, Checked]:
        """The rules, over a build that read all that counts in the store, or nothing of it."""
        current = self.layout.current()
        assert current is not None
        views = "\n".join(str(path) for path in current.rglob("*.parquet")) if built else ""
        rules = footer_rules(
            self.layout.folder, MANIFEST, {("marts", "fct_ad_performance")}, f"read_parquet {views}"
        )
        return {one.rule.id: one for one in measure(connection, rules)}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_equal_totals_pass_and_are_kept_with_their_file(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL)
    (landed,) = ledger.read(store.layout.current()).files
    assert [(one.line, one.column, one.stated, one.raw) for one in landed.totals] == [
        (5, "Cost", 41.75, ("google_ads", "campaign_stats", "cost_micros")),
        (5, "Impr.", 4100, ("google_ads", "campaign_stats", "impressions")),
        (5, "Clicks", 185, ("google_ads", "campaign_stats", "clicks")),
    ]
    found = store.check(warehouse)
    assert {name: one.passed for name, one in found.items()} == {ROWS_RULE: True, MART_RULE: True}


def test_a_mart_that_shows_another_figure_is_critical(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL)
    warehouse.execute("update marts.fct_ad_performance set clicks = 81 where date_day = '2026-10-04'")
    warehouse.execute(
        "delete from marts.fct_ad_performance where date_day = '2026-10-02' and account_id = '999'"
    )
    found = store.check(warehouse)
    assert found[ROWS_RULE].passed
    assert found[MART_RULE].rule.severity == "critical"
    assert found[MART_RULE].sample == (
        {
            "file": "google.csv",
            "line": 5,
            "column": "Clicks",
            "footer": 185,
            "mart": "marts.fct_ad_performance",
            "sum_in_mart": 186,
            "difference": 1,
        },
    )


def test_a_mart_without_the_days_shows_nothing_of_the_total(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL)
    warehouse.execute("delete from marts.fct_ad_performance")
    assert {row["column"]: row["difference"] for row in store.check(warehouse)[MART_RULE].sample} == {
        "Clicks": -185,
        "Cost": -41.75,
        "Impr.": -4100,
    }


def test_rows_below_the_total_are_warned_of(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL.replace("4100", "5100"))
    found = store.check(warehouse)
    assert found[ROWS_RULE].rule.severity == "warning"
    (row,) = found[ROWS_RULE].sample
    assert (row["file"], row["column"], row["footer"], row["sum_of_rows"], row["difference"]) == (
        "google.csv",
        "Impr.",
        5100,
        4100,
        -1000,
    )
    assert found[MART_RULE].passed, "a footer that its own rows contradict says nothing of the mart"


def test_cents_are_rounded_and_counts_are_not(store: Store, warehouse: Any) -> None:
    # Three rows of cents: 41.76 may be what the platform adds up before it rounds, 41.78 may not.
    store.land("a.csv", HEADER + ROWS + TOTAL.replace("41.75", "41.76"))
    assert store.check(warehouse)[ROWS_RULE].passed
    store.land("b.csv", HEADER + ROWS + TOTAL.replace("41.75", "41.78").replace("185", "186"))
    assert {row["column"] for row in store.check(warehouse)[ROWS_RULE].sample} == {"Cost", "Clicks"}


def test_rows_that_leave_the_store_are_missed(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL)
    (part,) = store.layout.raw.rglob("campaign_stats/**/*.parquet")
    damaged = part.with_suffix(".new")
    warehouse.execute(
        f"copy (from read_parquet('{part}') where clicks <> 50) to '{damaged}' (format parquet)"
    )
    damaged.replace(part)
    assert {row["column"]: row["difference"] for row in store.check(warehouse)[ROWS_RULE].sample} == {
        "Clicks": -50,
        "Cost": -10.5,
        "Impr.": -1000,
    }


def test_what_later_files_replaced_is_left_out_with_the_reason(store: Store, warehouse: Any) -> None:
    store.land("first.csv", HEADER + ROWS + TOTAL)
    later = "2026-10-02,Brand,111,482-190-7733,Search,EUR,12.00,1200,60\n"
    store.land("second.csv", HEADER + later + "Total: Campaigns,,,,,EUR,12.00,1200,60\n")
    warehouse.execute(
        "update marts.fct_ad_performance set clicks = 60, impressions = 1200, cost_original = 12"
        " where date_day = '2026-10-02' and platform = 'google_ads' and account_id = '4821907733'"
    )
    found = store.check(warehouse)
    assert found[ROWS_RULE].passed
    assert found[MART_RULE].passed
    assert found[SKIPPED].rule.severity == "info"
    assert found[SKIPPED].sample == (
        {"what": "first.csv", "reason": "google_ads.campaign_stats: later exports replaced 1 of its 3 days"},
    )


def test_a_build_of_other_data_is_not_held_to_the_files(store: Store, warehouse: Any) -> None:
    store.land("google.csv", HEADER + ROWS + TOTAL)
    assert set(store.check(warehouse, built=False)) == {ROWS_RULE}


def test_without_a_store_there_are_no_rules(tmp_path: Path) -> None:
    assert footer_rules(tmp_path / "none", MANIFEST, set()) == []
