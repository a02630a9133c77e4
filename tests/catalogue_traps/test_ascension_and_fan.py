"""Customers who leave, and those who recommend."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.catalogue_traps.conftest import Asked, Company, differ

SUMMER = (dt.date(2026, 7, 1), dt.date(2026, 9, 30))


def test_trap_of_churn_rate__over_the_customers_at_the_end(company: Company, leadline: Asked) -> None:
    september = (dt.date(2026, 9, 1), dt.date(2026, 9, 30))
    right = company.right("churn_rate", september)
    wrong = company.wrong(
        """
        select count(*) filter (asked(lost))
            / count(*) filter (started <= getvariable('last') and lost > getvariable('last'))
        from customer_spells
        """
    )
    assert [wrong, right] == pytest.approx(company.planted("churn_denominator"))
    assert differ(wrong, right)

    asked = leadline("query", "churn_rate", "--start", "2026-09-01", "--end", "2026-09-30")
    assert f"{right:.2%}" in asked.out
    assert "per customer at its start" in leadline("show", "churn_rate").out


def test_trap_of_churn_rate__mean_of_the_months_of_a_quarter(company: Company, leadline: Asked) -> None:
    months = [
        company.right("churn_rate", (dt.date(2026, month, 1), dt.date(2026, month, days)))
        for month, days in ((7, 31), (8, 31), (9, 30))
    ]
    wrong = sum(months) / 3
    right = company.right("churn_rate", SUMMER)
    assert right == pytest.approx((12 + 8 + 10) / 71)
    assert differ(wrong, right)
    # The lost over the mean of the three months' starts, which is what "averaged" often means.
    assert differ((12 + 8 + 10) / ((71 + 73 + 74) / 3), right)

    asked = leadline(
        "query", "churn_rate", "--grain", "quarter", "--start", "2026-07-01", "--end", "2026-09-30"
    )
    assert f"{right:.2%}" in asked.out
    refused = leadline("query", "average_churn_rate", "--grain", "quarter")
    assert refused.code == 2
    assert "the mean of churn_rate over groups or periods is another number" in refused.err


def test_trap_of_nps__mean_over_groups(company: Company, leadline: Asked) -> None:
    history = (dt.date(2025, 9, 1), dt.date(2026, 10, 31))
    wrong = company.wrong(
        """
        select avg(score) from (
            select 100 * (count(*) filter (score >= 9) - count(*) filter (score <= 6)) / count(*) as score
            from surveys.response
            where survey_type = 'nps'
            group by date_trunc('month', paris_day(submitted_at))
        )
        """
    )
    right = company.right("nps", history)
    assert abs(wrong - right) > 1

    refused = leadline("query", "average_nps", "--grain", "month")
    assert refused.code == 2
    assert "the mean of nps over groups or periods is another number" in refused.err
    shares = leadline("query", "nps__share", "--grain", "month")
    assert "a share of 'nps' is refused" in shares.err
