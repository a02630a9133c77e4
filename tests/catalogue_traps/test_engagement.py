"""Clicks, bounces, followers, interactions and e-mails."""

from __future__ import annotations

import pytest

from tests.catalogue_traps.conftest import HISTORY, Asked, Company, differ


def test_trap_of_ctr__mean_of_the_rows_own_rates(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select avg(clicks / nullif(impressions, 0)) from ads
        where day between '2026-10-01' and '2026-10-31' and impressions is not null
        """
    )
    right = company.right("ctr")
    assert right == pytest.approx(88 / 9632)
    assert differ(wrong, right)

    refused = leadline("query", "average_ctr", "--by", "campaign")
    assert refused.code == 2
    assert "the mean of ctr over groups or periods is another number" in refused.err
    several = leadline("query", "click-through rate")
    assert several.code == 2
    for choice in ("ctr", "serp_ctr", "click_rate", "click_to_open_rate"):
        assert f" {choice} (" in several.err
    # Of a running period it is the clicks over the impressions of all its days.
    running = leadline("query", "ctr__mtd", "--grain", "day", "--last", "1", "--format", "json").out
    assert f'"ctr__mtd": {88 / 9632}'[:24] in running


def test_trap_of_bounce_rate__single_page_visits_taken_for_bounces(company: Company, leadline: Asked) -> None:
    right = company.right("bounce_rate", HISTORY)
    other = company.right("single_page_bounce_rate", HISTORY)
    wrong = company.wrong("select count(*) filter (pages = 1) / count(*) from visits")
    assert wrong == pytest.approx(other)
    assert [wrong * 649, right * 649] == pytest.approx(company.planted("two_bounce_rates"))
    assert differ(wrong, right)

    # GA4's answers to the name and says so; in words, and for e-mails, it is refused with the choices.
    own = leadline("query", "bounce_rate", "--grain", "month", "--last", "1")
    assert own.code == 0
    assert "bounce_rate is sessions that GA4 did not call engaged" in own.out
    assert "single_page_bounce_rate (sessions of exactly one page view" in own.out
    in_words = leadline("query", "taux de rebond", "--lang", "fr")
    assert in_words.code == 2
    for choice in ("bounce_rate", "single_page_bounce_rate", "email_bounce_rate"):
        assert f" {choice} (" in in_words.err
    of_mails = leadline("query", "bounce_rate", "--by", "email_campaign__campaign_type")
    assert of_mails.code == 2
    assert "email_bounce_rate (e-mails returned over e-mails sent)" in of_mails.err


FOLLOWERS_OF_A_YEAR_AGO = "from follower_days where day between '2025-10-01' and '2025-10-31'"


def test_trap_of_followers__days_summed(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(f"select sum(followers) {FOLLOWERS_OF_A_YEAR_AGO}")
    right = company.right(
        "followers", last_october := (HISTORY[0].replace(month=10), HISTORY[1].replace(year=2025))
    )
    assert wrong > 25 * right
    fans = company.wrong(f"select sum(followers) {FOLLOWERS_OF_A_YEAR_AGO} and network = 'facebook'")
    assert (fans, company.right("facebook_fans", last_october)) == company.planted("followers_summed")

    for name in ("followers__mtd", "sum_followers"):
        refused = leadline("query", name, "--grain", "day", "--last", "3")
        assert refused.code == 2
        assert "followers" in refused.err
    assert "A stock" in leadline("show", "followers").out


def test_trap_of_followers__account_without_a_row_on_the_last_day(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select sum(followers) from follower_days where day = '2025-10-31'")
    right = company.right("followers", (HISTORY[0].replace(month=10), HISTORY[1].replace(year=2025)))
    assert (wrong, right) == company.planted("followers_missing") == (4634, 5289)

    # Asked for the very day, it still knows the account that was not heard of.
    day = leadline(
        "query",
        "followers",
        "--grain",
        "day",
        "--start",
        "2025-10-31",
        "--end",
        "2025-10-31",
        "--format",
        "csv",
    )
    assert day.out.endswith("2025-10-31,5289")


def test_trap_of_engagement_rate_by_followers__three_denominators_by_one_name(
    company: Company, leadline: Asked
) -> None:
    right = company.right("engagement_rate_by_followers")
    by_reach = company.wrong(
        "select sum(likes + comments + shares) / sum(reach) from posts where day >= '2026-10-01'"
    )
    by_views = company.wrong(
        "select sum(likes + comments + shares) / sum(views) from posts where day >= '2026-10-01'"
    )
    assert by_reach == pytest.approx(company.right("engagement_rate_by_reach"))
    assert by_views == pytest.approx(company.right("engagement_rate_by_impressions"))
    assert differ(by_reach, right)
    assert differ(by_views, right)
    assert differ(by_views, by_reach)

    for name in ("engagement_rate", "taux d'engagement", "engagement_rate__mom"):
        refused = leadline("query", name, "--grain", "month")
        assert refused.code == 2
        assert "has several meanings, each with a name of its own" in refused.err
        for what in ("by_reach", "by_impressions", "by_followers"):
            assert f" engagement_rate_{what} (interactions over the" in refused.err


def test_trap_of_open_rate__over_sent_and_with_every_opening(company: Company, leadline: Asked) -> None:
    on_sent = company.wrong("select sum(opens) / sum(sent) from mailings where day >= '2026-10-01'")
    right = company.right("open_rate")
    assert on_sent == pytest.approx(company.right("open_rate_sent"))
    assert differ(on_sent, right)
    # Of one tool over its whole history, with repeated openings counted: the planted one.
    wrong = company.wrong("select sum(opens_opens_total) / sum(emails_sent) from mailchimp.campaign_report")
    assert wrong == pytest.approx(company.planted("open_rate_on_sent")[0])

    own = leadline("query", "open_rate", "--grain", "month", "--last", "1")
    assert "open_rate is recipients who opened over e-mails delivered" in own.out
    assert "open_rate_sent (recipients who opened over e-mails sent, bounced ones included)" in own.out
    refused = leadline("query", "taux d'ouverture")
    assert refused.code == 2
    assert " open_rate_sent (" in refused.err


def test_trap_of_click_to_open_rate__called_click_rate(company: Company, leadline: Asked) -> None:
    right = company.right("click_to_open_rate")
    click_rate = company.wrong(
        "select sum(clicks) / sum(sent - bounced) from mailings where day >= '2026-10-01'"
    )
    assert click_rate == pytest.approx(company.right("click_rate"))
    assert differ(click_rate, right)

    own = leadline("query", "click_rate", "--grain", "month", "--last", "1")
    assert "click_to_open_rate (recipients who clicked over recipients who opened)" in own.out
    ctor = leadline("query", "CTOR", "--grain", "month", "--last", "1")
    assert "'CTOR' is another name of click_to_open_rate" in ctor.out
    assert f"{right:.2%}" in ctor.out
