"""The ads facts of the demonstration company, against what its generator counted while it decided.

Each trap of the generator's list names the wrong number that its data invite: it must not be ours.
"""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

# A fact rounds each row's amount to six decimals, the generator none.
CENT = 0.001


def rows(build: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return build.execute(sql).fetchall()


def value(build: duckdb.DuckDBPyConnection, sql: str) -> Any:
    (only,) = rows(build, sql)
    return only[0]


def trap(truth: dict[str, Any], name: str) -> tuple[Any, Any]:
    """The wrong and the right number of a planted trap."""
    (found,) = [t for t in truth["traps"] if t["name"] == name]
    return found["wrong"], found["right"]


@pytest.mark.parametrize(
    ("figure", "expression"),
    [
        ("ad_spend_eur", "sum(cost)::double"),
        ("ad_impressions", "sum(impressions)::double"),
        ("ad_leads", "coalesce(sum(leads), 0)"),
    ],
)
def test_months(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any], figure: str, expression: str
) -> None:
    found = rows(
        demo_build,
        f"select strftime(date_day, '%Y-%m'), {expression} from marts.fct_ad_performance group by 1",
    )
    assert dict(found) == pytest.approx(truth[figure], abs=CENT)


def test_every_campaign_and_month(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    expected = {
        (platform, campaign, month): (
            figures["impressions"],
            # LinkedIn's own count has more than the clicks on the landing page that the generator knows of.
            figures["clicks"] if platform != "linkedin_ads" else None,
            figures["cost"],
            figures["cost_eur"],
            figures["leads"],
        )
        for platform, campaigns in truth["ads"].items()
        for campaign, one in campaigns.items()
        for month, figures in one["months"].items()
    }
    found = rows(
        demo_build,
        """
        select campaigns.platform, campaigns.campaign_id, strftime(date_day, '%Y-%m'), sum(impressions),
            sum(case when campaigns.platform <> 'linkedin_ads' then clicks end),
            sum(cost_original)::double, sum(cost)::double, coalesce(sum(leads), 0)
        from marts.fct_ad_performance left join marts.dim_campaign as campaigns using (campaign_key)
        group by all
        """,
    )
    assert {row[:3] for row in found} == set(expected)
    for platform, campaign, month, *figures in found:
        assert tuple(figures) == pytest.approx(expected[platform, campaign, month], abs=CENT), (
            campaign,
            month,
        )


def test_google_conversions_are_the_restated_ones(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    wrong, right = trap(truth, "restated_conversions")
    found = value(
        demo_build, "select sum(conversions) from marts.fct_ad_performance where platform = 'google_ads'"
    )
    assert found == pytest.approx(right, abs=CENT)
    assert found != pytest.approx(wrong, abs=CENT)


def test_a_campaign_that_a_later_export_removed_is_gone(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    wrong, right = trap(truth, "vanished_rows")
    found = value(
        demo_build,
        "select sum(cost_original)::double from marts.fct_ad_performance"
        " where platform = 'google_ads' and currency = 'EUR'",
    )
    assert found == pytest.approx(right, abs=CENT)
    assert found != pytest.approx(wrong, abs=CENT)


def test_two_currencies_are_not_added(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    wrong, right = trap(truth, "two_currencies")
    found = value(
        demo_build, "select sum(cost)::double from marts.fct_ad_performance where platform = 'google_ads'"
    )
    assert found == pytest.approx(right, abs=CENT)
    assert found != pytest.approx(wrong, abs=CENT)
    assert found != pytest.approx(trap(truth, "rates_missing_at_weekends")[0], abs=CENT)


@pytest.mark.parametrize(
    ("name", "column"), [("pixel_and_standard_event", "conversions"), ("pixel_and_standard_lead", "leads")]
)
def test_meta_events_count_once(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any], name: str, column: str
) -> None:
    wrong, right = trap(truth, name)
    found = value(
        demo_build, f"select sum({column}) from marts.fct_ad_performance where platform = 'meta_ads'"
    )
    assert found == pytest.approx(right, abs=CENT)
    assert wrong == pytest.approx(2 * right, abs=CENT)


def test_google_leads_are_no_page_views(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    wrong, right = trap(truth, "conversion_categories")
    found = value(demo_build, "select sum(leads) from marts.fct_ad_performance where platform = 'google_ads'")
    assert found == pytest.approx(right, abs=CENT)
    assert wrong > 2 * right


def test_meta_clicks_are_link_clicks(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    wrong, right = trap(truth, "clicks_of_all_kinds")
    found = value(demo_build, "select sum(clicks) from marts.fct_ad_performance where platform = 'meta_ads'")
    assert found == right
    assert found < wrong


def test_reach_of_every_reported_month(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    expected = {
        (platform, period, level): reach
        for platform, periods in truth["reach"].items()
        for period, levels in periods.items()
        for level, reach in levels.items()
    }
    found = rows(
        demo_build,
        """
        select reach.platform, period_start || '/' || period_end,
            case reach_level when 'account' then 'account' else campaign_id end, reach
        from marts.fct_ad_reach as reach left join marts.dim_campaign using (campaign_key)
        where reach_level <> 'ad' and period_grain = 'month'
        """,
    )
    assert {row[:3]: row[3] for row in found} == expected


def test_daily_reach_stays_below_the_level_of_a_month(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    """Days added up give the wrong number of the trap; they exist for single ads only."""
    wrong, right = trap(truth, "daily_reach_summed")
    assert wrong > right
    found = rows(
        demo_build,
        "select distinct reach_level from marts.fct_ad_reach"
        " where platform = 'meta_ads' and period_grain = 'day'",
    )
    assert found == [("ad",)]


def test_the_quality_score(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    wrong, right = trap(truth, "quality_score_missing")
    found = value(
        demo_build,
        "select sum(weighted_quality_score) / sum(scored_impressions) from marts.fct_keyword_quality",
    )
    assert found == pytest.approx(right, abs=1e-6)
    assert found != pytest.approx(wrong, abs=0.1)


def test_campaigns_are_counted_by_id(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    """Names make too many campaigns (renames) or too few (one name twice)."""
    expected = sum(len(campaigns) for campaigns in truth["ads"].values())
    assert value(
        demo_build, "select count(*) from marts.dim_campaign where first_seen_on is not null"
    ) == expected == trap(truth, "renamed_campaigns")[1]  # fmt: skip


def test_search_clicks_count_restated_days_once(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    wrong, right = trap(truth, "search_restated")
    found = value(demo_build, "select sum(clicks) from marts.fct_search_performance")
    assert found == right
    assert found != wrong


def test_costs_in_two_currencies(demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    wrong, right = trap(truth, "costs_in_two_currencies")
    found = value(demo_build, "select sum(cost)::double from marts.fct_marketing_costs")
    assert right != wrong
    assert found == pytest.approx(right, abs=0.01)


def test_costs_fall_in_the_months_of_their_days(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any]
) -> None:
    wrong, right = trap(truth, "costs_over_two_months")
    found = rows(
        demo_build,
        "select strftime(date_day, '%Y-%m'), sum(cost)::double from marts.fct_marketing_costs group by 1",
    )
    assert dict(found) == pytest.approx(right, abs=0.01)
    assert dict(found) != pytest.approx(wrong, abs=0.01)
