"""The ad platforms' real connector files: totals equal plain SQL over the CSVs, and nothing falls off.

All rows of these files belong to one export of each account and day, so that their plain sums are the truth.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

TOTALS = {
    "google_ads": (
        "google_ads/fivetran_campaign_stats_data.csv",
        "impressions",
        "clicks",
        "cost_micros / 1000000.0",
    ),
    "meta_ads": (
        "meta_ads/fivetran_facebook_ads_basic_ad_data.csv",
        "impressions",
        "inline_link_clicks",
        "spend",
    ),
    "linkedin_ads": (
        "linkedin_ads/fivetran_linkedin_ad_analytics_by_campaign_data.csv",
        "impressions",
        "clicks",
        "cost_in_local_currency",
    ),
}


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("platform", TOTALS)
def test_totals_equal_the_files(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path, platform: str
) -> None:
    file, impressions, clicks, cost = TOTALS[platform]
    expected = one(
        real_build,
        f"select sum({impressions}), sum({clicks}), round(sum({cost}), 2)"
        f" from read_csv('{connector_dir / file}')",
    )
    found = one(
        real_build,
        "select sum(impressions), sum(clicks), round(sum(cost), 2)::double from marts.fct_ad_performance"
        f" where platform = '{platform}'",
    )
    assert found == pytest.approx(expected)
    assert expected[1], "the file no longer holds clicks"


def test_a_pixel_lead_and_its_lead_are_one(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    """The file has pixel leads and standard ones: on one ad-day they would be the same leads."""
    file = connector_dir / "meta_ads" / "fivetran_facebook_ads_basic_ad_actions_data.csv"
    expected = one(
        real_build,
        f"""
        select sum(value) from (
            select max(value) as value from read_csv('{file}')
            where action_type in ('lead', 'offsite_conversion.fb_pixel_lead') group by ad_id, date
        )
        """,
    )
    found = one(real_build, "select sum(leads) from marts.fct_ad_performance where platform = 'meta_ads'")
    assert found == expected == (22,)


def test_claimed_revenue_is_of_purchases_only(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    """The same column holds the values of views and leads."""
    file = connector_dir / "meta_ads" / "fivetran_facebook_ads_basic_ad_action_values_data.csv"
    expected = one(
        real_build, f"select round(sum(value), 2) from read_csv('{file}') where action_type like '%purchase'"
    )
    everything = one(real_build, f"select round(sum(value), 2) from read_csv('{file}')")
    found = one(
        real_build,
        "select sum(revenue)::double from marts.fct_ad_performance where platform = 'meta_ads'",
    )
    assert found == expected
    assert found != everything


def test_an_ad_without_history_keeps_its_results(real_build: duckdb.DuckDBPyConnection) -> None:
    """Two leads belong to an ad that no other file names: they stand without a campaign, not dropped."""
    found = one(
        real_build,
        "select sum(leads), count(campaign_key) from marts.fct_ad_performance"
        " where platform = 'meta_ads' and account_id is null",
    )
    assert found == (2, 0)


def test_daily_reach_is_kept_as_reported(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    """Ten ad-days of Meta: ten rows of one day each, and no row that pretends to a longer period."""
    file = connector_dir / "meta_ads" / "fivetran_facebook_ads_basic_ad_data.csv"
    expected = real_build.execute(
        f"select ad_id::varchar, date, reach from read_csv('{file}') order by all"
    ).fetchall()
    found = real_build.execute(
        "select ad_id, period_start, reach from marts.fct_ad_reach where platform = 'meta_ads' order by all"
    ).fetchall()
    grains = one(real_build, "select count(*) from marts.fct_ad_reach where period_grain <> 'day'")
    assert found == expected
    assert grains == (0,)


def test_campaigns_are_one_row_an_id(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    files = {
        "google_ads": "google_ads/fivetran_campaign_history_data.csv",
        "meta_ads": "meta_ads/fivetran_facebook_ads_campaign_history_data.csv",
        "linkedin_ads": "linkedin_ads/fivetran_linkedin_campaign_history_data.csv",
    }
    for platform, file in files.items():
        expected = one(real_build, f"select count(distinct id) from read_csv('{connector_dir / file}')")
        found = one(
            real_build,
            "select count(*) from marts.dim_campaign"
            f" where platform = '{platform}' and campaign_name is not null",
        )
        assert found == expected, platform


def test_keywords_without_a_score_have_none(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    """The file has no quality score at all: no score of 0 may come of it."""
    file = connector_dir / "google_ads" / "fivetran_keyword_stats_data.csv"
    expected = one(real_build, f"select sum(impressions), sum(clicks), null, null from read_csv('{file}')")
    found = one(
        real_build,
        "select sum(impressions), sum(clicks), sum(scored_impressions), sum(weighted_quality_score)"
        " from marts.fct_keyword_quality",
    )
    assert found == expected
