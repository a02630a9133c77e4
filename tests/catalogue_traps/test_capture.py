"""Leads, and what they cost."""

from __future__ import annotations

import json

import pytest

from tests.catalogue_traps.conftest import HISTORY, Asked, Company, differ


def test_trap_of_ad_leads__results_of_several_kinds_in_one_column(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select sum(conversions) from (
            select * from google_ads.campaign_conversion_stats
            qualify _fivetran_synced
                >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
        )
        """
    )
    google = company.wrong("select sum(leads) from google_leads")
    assert [wrong, google] == pytest.approx(company.planted("conversion_categories"), rel=1e-5)
    company.right("ad_leads", HISTORY)
    asked = leadline("query", "ad_leads", "--where", "platform = 'google_ads'", "--format", "json").out
    assert json.loads(asked)[0]["ad_leads"] == pytest.approx(google, rel=1e-5)

    refused = leadline("query", "conversions", "--by", "platform")
    assert refused.code == 2
    for choice in ("ad_conversions", "purchases", "leads"):
        assert f" {choice} (" in refused.err


def test_trap_of_ad_leads__a_pixel_event_and_its_standard_event_both_counted(
    company: Company, leadline: Asked
) -> None:
    wrong = company.wrong("select sum(value) from meta_ads.basic_ad_actions where action_type like '%lead%'")
    meta = company.wrong("select sum(leads) from meta_results")
    assert [wrong, meta] == pytest.approx(company.planted("pixel_and_standard_lead"), rel=1e-5)
    asked = leadline("query", "ad_leads", "--where", "platform = 'meta_ads'", "--format", "json").out
    assert json.loads(asked)[0]["ad_leads"] == pytest.approx(meta, rel=1e-5)
    assert "claim" in leadline("show", "ad_leads").out


def test_trap_of_ad_cost_per_lead__the_crms_leads_below_the_line(company: Company, leadline: Asked) -> None:
    right = company.right("ad_cost_per_lead")
    crm = company.right("cost_per_lead")
    wrong = company.wrong(
        """
        select (select sum(spend) from ads where day >= '2026-10-01')
            / (select count(*) from lead_people where paris_day(lead_at) >= '2026-10-01')
        """
    )
    assert wrong == pytest.approx(crm)
    assert differ(wrong, right)

    own = leadline("query", "ad_cost_per_lead", "--grain", "month", "--last", "1")
    assert "cost_per_lead (all ad spend per lead of the CRM)" in own.out
    refused = leadline("query", "coût du lead", "--lang", "fr")
    assert refused.code == 2
    assert "ad_cost_per_lead (dépenses des campagnes de leads par lead revendiqué" in refused.err


def test_trap_of_cost_per_lead__spend_repeated_for_every_lead(company: Company, leadline: Asked) -> None:
    """Rows of ads joined to rows of leads over the month that they share."""
    wrong = company.wrong(
        """
        select sum(spend) / count(distinct person)
        from ads
        join lead_people on date_trunc('month', ads.day) = date_trunc('month', paris_day(lead_at))
        where ads.day >= '2026-10-01'
        """
    )
    right = company.right("cost_per_lead")
    assert wrong == pytest.approx(11 * right)  # eleven leads, so eleven times the spend

    # Asked by campaign, each fact is added up before they meet: the spend of all groups is the spend.
    rows = json.loads(
        leadline(
            "query", "ad_spend", "cost_per_lead", "leads", "--by", "campaign",
            "--start", "2026-10-01", "--end", "2026-10-31", "--format", "json",
        ).out
    )  # fmt: skip
    assert sum(float(row["ad_spend"] or 0) for row in rows) == pytest.approx(
        company.right("ad_spend"), rel=1e-5
    )
    assert sum(row["leads"] or 0 for row in rows) == 11
