"""`leadline list`, `show` and `sql`: what is defined, and the SQL of a request."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from tests.cli.conftest import Leadline


def test_the_list_tells_label_unit_stage_and_dimensions(leadline: Leadline) -> None:
    listed = {entry["metric"]: entry for entry in json.loads(leadline("list", "--format", "json").out)}
    assert set(listed) == {
        "clicks", "impressions", "ad_spend", "leads", "reviews", "audience_size", "ctr", "cost_per_lead",
        "click_growth", "clicks_trailing", "clicks_to_date", "lead_again_rate",
    }  # fmt: skip
    ctr = listed["ctr"]
    assert (ctr["label"], ctr["unit"], ctr["stage"]) == ("Click-through rate", "ratio", "engagement")
    assert any(name.endswith("device") for name in ctr["dimensions"])
    # Leads have no device, so a ratio over leads cannot be cut by it.
    assert not any(name.endswith("device") for name in listed["cost_per_lead"]["dimensions"])
    assert any("channel" in name for name in listed["cost_per_lead"]["dimensions"])


def test_the_list_speaks_french(leadline: Leadline) -> None:
    assert "Taux de clics (CTR)" in leadline("list", "--lang", "fr").out


def test_the_list_by_stage_follows_the_customer_journey(leadline: Leadline) -> None:
    out = leadline("list", "--by-stage", "--format", "markdown").out
    headings = [line.removeprefix("## ") for line in out.splitlines() if line.startswith("## ")]
    assert headings == ["visibility", "engagement", "capture", "conversion", "fan"]


def test_the_list_of_one_stage(leadline: Leadline) -> None:
    out = leadline("list", "--stage", "capture", "--format", "csv").out
    assert {line.split(",")[0] for line in out.splitlines()} == {
        "metric",
        "leads",
        "cost_per_lead",
        "lead_again_rate",
    }


def test_the_card_of_a_ratio_goes_down_to_its_facts_and_sources(leadline: Leadline) -> None:
    out = leadline("show", "cost_per_lead").out
    assert "cost_per_lead: Cost per lead (CPL)" in out
    assert "cost_per_lead = ad_spend / leads" in out
    assert "├─ ad_spend = sum(cost)  [fct_ad_performance]" in out
    assert "└─ leads = count(lead_key)  [fct_leads]" in out
    assert "fct_ad_performance: google_ads or meta_ads" in out
    # These stand in dbt's own manifest only.
    assert "fct_leads: hubspot or salesforce" in out
    assert "saved queries: channels" in out


def test_the_card_of_a_derived_metric_tells_offsets_and_aliases(leadline: Leadline) -> None:
    out = leadline("show", "click_growth").out
    assert "click_growth = (now - before) / nullif(before, 0)" in out
    assert "clicks (as before, 1 month before) = sum(clicks)" in out


def test_the_card_of_a_building_block_tells_who_uses_it(leadline: Leadline) -> None:
    assert "metrics: ctr, click_growth\n" in leadline("show", "clicks").out


@pytest.mark.parametrize(
    ("metric", "told"),
    [
        ("clicks_trailing", "trailing 28 days of sum(clicks)  [fct_ad_performance]"),
        ("clicks_to_date", "month to date of sum(clicks)  [fct_ad_performance]"),
        ("lead_again_rate", "conversion rate from leads to leads within 7 days, by channel"),
        # A stock, with a filter; dbt's template is shown as the name it stands for.
        ("audience_size", "sum(size), at the last date_day where review__kind = 'fan'  [fct_reviews]"),
    ],
)
def test_the_card_tells_every_kind_of_metric(leadline: Leadline, metric: str, told: str) -> None:
    assert told in leadline("show", metric).out


def test_the_card_gives_worked_examples(leadline: Leadline) -> None:
    assert "1200 clicks of 40000 impressions give 0.03" in leadline("show", "ctr").out


def test_sql_runs_where_it_is_for(leadline: Leadline, mini_database: Path) -> None:
    text = leadline("sql", "ad_spend", "--by", "channel").out
    with duckdb.connect(str(mini_database), read_only=True) as connection:
        rows = {row[0]: float(row[1]) for row in connection.execute(text).fetchall()}
    assert rows == {"Paid Search": 120.0, "Paid Social": 1160.5, None: 10.0}


@pytest.mark.parametrize("dialect", ["postgres", "bigquery", "snowflake", "spark"])
def test_sql_is_written_in_other_dialects(leadline: Leadline, dialect: str) -> None:
    run = leadline("sql", "ctr", "--grain", "month", "--dialect", dialect)
    assert run.code == 0
    assert "select" in run.out.lower()


def test_sql_of_the_last_periods_names_the_days(leadline: Leadline) -> None:
    text = leadline("sql", "ad_spend", "--grain", "month", "--last", "1").out
    assert "2026-02-01" in text
