"""Reach, visitors, visits and searches."""

from __future__ import annotations

import pytest

from tests.catalogue_traps.conftest import HISTORY, Asked, Company, differ


def test_trap_of_reach__days_summed_to_a_month(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select
            (select sum(reach) from meta_ads.basic_ad where date between '2026-10-01' and '2026-10-31')
            + (
                select sum(approximate_unique_impressions) from linkedin_ads.ad_analytics_by_campaign
                where day between '2026-10-01' and '2026-10-31'
            )
        """
    )
    right = company.right("reach")
    assert right == 942 + 602  # as Meta and LinkedIn report it of the month
    assert wrong > 2 * right

    # Asked for days that no platform reported together, or to be added up, it is not given.
    part = leadline("query", "reach", "--start", "2026-10-01", "--end", "2026-10-20")
    assert "n/a" in part.out
    assert "no row reports just the period asked for; days and months are never added up" in part.out
    by_campaign = leadline("query", "reach", "--by", "campaign", "--grain", "month", "--last", "1")
    assert "campaign_reach (people whom one campaign reached in a reported period)" in by_campaign.out
    nothing = leadline("query", "reach", "--grain", "quarter", "--last", "2")
    assert "no row reports just the period asked for" in nothing.out
    for arguments in (["reach"], ["reach__mtd", "--grain", "day"], ["reach", "--by", "platform"]):
        refused = leadline("query", *arguments)
        assert refused.code == 2
        assert "'reach' never adds up over time" in refused.err
        assert "give the start and end of one reported period" in refused.err
    assert "the sum of reach over groups or periods is another number" in leadline("query", "sum_reach").err


def test_trap_of_unique_visitors__days_summed_to_a_month(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select sum(visitors) from (
            select count(distinct visitor) as visitors from visits
            where day between '2026-10-01' and '2026-10-31'
            group by day
        )
        """
    )
    right = company.right("unique_visitors")
    assert (wrong, right) == company.planted("daily_visitors_summed") == (61, 42)

    refused = leadline("query", "sum_unique_visitors", "--grain", "month")
    assert refused.code == 2
    assert "the sum of unique_visitors over groups or periods is another number" in refused.err
    shares = leadline("query", "unique_visitors__share", "--by", "channel", "--grain", "month")
    assert "it does not add up over groups" in shares.err
    # A running count counts everybody once, however many days they came on.
    running = leadline("query", "unique_visitors__mtd", "--grain", "day", "--last", "1", "--format", "csv")
    assert running.out.endswith("2026-10-31,42")


def test_trap_of_sessions__one_that_crosses_midnight_counted_on_both_days(
    company: Company, leadline: Asked
) -> None:
    wrong = company.wrong(
        """
        select sum(sessions) from (
            select count(distinct (visitor, ga_session_id)) as sessions from events
            where visitor is not null and ga_session_id is not null
            group by paris_day(happened)
        )
        """
    )
    right = company.right("sessions", HISTORY)
    assert (wrong, right) == company.planted("sessions_across_midnight") == (664, 649)

    # Asked by day, it gives days that add up to the right number.
    by_day = leadline("query", "sessions", "--grain", "day", "--format", "csv").out.split()
    assert sum(int(line.split(",")[1]) for line in by_day[1:]) == right
    assert "midnight" in leadline("show", "sessions").out


def test_trap_of_sessions__ga_session_id_alone_taken_as_unique(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select count(distinct ga_session_id) from events where visitor is not null")
    right = company.right("sessions", HISTORY)
    assert (wrong, right) == company.planted("session_id_shared") == (630, 649)
    assert "ga_session_id" in leadline("show", "sessions").out


def test_trap_of_serp_ctr__mean_of_the_exports_own_column(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select avg(ctr) from search_console.site_report_by_site
        where date between '2026-10-01' and '2026-10-31'
        """
    )
    right = company.right("serp_ctr")
    assert right == pytest.approx(45 / 2243)
    assert differ(wrong, right)

    refused = leadline("query", "average_serp_ctr", "--grain", "month")
    assert refused.code == 2
    assert "the mean of serp_ctr over groups or periods is another number" in refused.err
    assert "it is computed again from the rows" in refused.err
    assert "Never the mean of the export's own CTR column" in leadline("show", "serp_ctr").out


def test_trap_of_average_position__plain_mean_of_the_column(company: Company, leadline: Asked) -> None:
    """Of the table of queries, as people do, and of the table of days; neither weighs by impressions."""
    of_queries, of_days = (
        company.wrong(f"select avg(position) from {table} where date between '2026-10-01' and '2026-10-31'")
        for table in ("search_console.keyword_site_report_by_site", "search_days")
    )
    right = company.right("average_position")
    assert differ(of_queries, right)
    assert abs(of_days - right) > 0.05

    # "position" means three things, and a mean of days is not the month's.
    assert "average_position" in leadline("query", "position", "--grain", "month").err
    assert "the mean of average_position" in leadline("query", "mean_average_position").err
    assert "each impression counting once" in leadline("show", "average_position").out
