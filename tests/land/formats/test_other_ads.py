"""LinkedIn, Microsoft and TikTok reports, worked by hand."""

# ruff: noqa: E501 - lines of exports are as long as they are
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed

DAY_1, DAY_2 = dt.date(2026, 9, 1), dt.date(2026, 9, 2)
DAY_13, DAY_14 = dt.date(2026, 9, 13), dt.date(2026, 9, 14)

LINKEDIN = """Campaign Performance Report (in UTC)
Report Start: 9/1/2026

Start Date (in UTC),Account Name,Campaign Group Name,Campaign Name,Campaign ID,Currency,Total Spent,Impressions,Clicks,Conversions,Leads
9/1/2026,Main St Hardware,Default,"Leads, owners",11,USD,"1,234.50",10000,200,3,2
9/13/2026,Main St Hardware,Default,Brand,12,USD,10.25,500,4,0,0
Total,,,,,,"1,244.75",10500,204,3,2
"""


def test_linkedin_days() -> None:
    result = landed(LINKEDIN)
    assert result.format == "linkedin_ads"
    rows = result.table("linkedin_ads.ad_analytics_by_campaign", "campaign_id")
    assert [
        (
            r["campaign_id"],
            r["day"],
            r["cost_in_local_currency"],
            r["cost_in_usd"],
            r["impressions"],
            r["one_click_leads"],
        )
        for r in rows
    ] == [
        ("11", dt.datetime(2026, 9, 1), 1234.5, 1234.5, 10000, 2),
        ("12", dt.datetime(2026, 9, 13), 10.25, 10.25, 500, 0),
    ]
    campaigns = result.table("linkedin_ads.campaign_history", "id")
    group = key("linkedin_ads", "Main St Hardware", "Default")
    assert [(c["id"], c["account_id"], c["campaign_group_id"], c["name"]) for c in campaigns] == [
        ("11", "Main St Hardware", group, "Leads, owners"),
        ("12", "Main St Hardware", group, "Brand"),
    ]
    assert [(a["id"], a["currency"]) for a in result.table("linkedin_ads.account_history")] == [
        ("Main St Hardware", "USD")
    ]
    result.accounted(lines=7, accepted=2, totals=1)
    assert result.totals_equal


def test_linkedin_ads_of_a_campaign_add_up_and_reach_does_not() -> None:
    text = (
        "Rapport de performances des publicités (en UTC)\n\n"
        "Date de début (en UTC)\tNom du compte\tNom de la campagne\tID de la campagne\tID de la publicité\tDevise\tTotal dépensé\tImpressions\tClics\tCouverture\n"
        "13/09/2026\tBoutique\tMarque\t12\ta\tEUR\t10,25\t500\t4\t300\n"
        "13/09/2026\tBoutique\tMarque\t12\tb\tEUR\t1,75\t100\t1\t90\n"
    ).encode("utf-16")
    result = landed(text)
    assert (result.format, result.language) == ("linkedin_ads", "fr")
    (row,) = result.table("linkedin_ads.ad_analytics_by_campaign")
    assert (row["cost_in_local_currency"], row["impressions"], row["clicks"]) == (12.0, 600, 5)
    assert (row["approximate_unique_impressions"], row["cost_in_usd"]) == (None, None)


def test_linkedin_periods_keep_their_reach() -> None:
    text = (
        "Start Date (in UTC),End Date (in UTC),Account Name,Campaign Name,Currency,Total Spent,Impressions,Reach\n"
        "9/1/2026,9/30/2026,Shop,Brand,EUR,310.25,9500,4000\n"
    )
    result = landed(text)
    (row,) = result.table("linkedin_ads.ad_analytics_by_period")
    assert (row["date_start"], row["date_end"], row["approximate_unique_impressions"]) == (
        DAY_1,
        dt.date(2026, 9, 30),
        4000,
    )
    assert result.table("linkedin_ads.ad_analytics_by_campaign") == []
    with pytest.raises(Refusal) as refused:
        landed(text.replace(",Reach", ",Clicks"))
    assert refused.value.code == "whole-period"


def test_microsoft_days_with_preamble_total_and_notice() -> None:
    text = """"Report Name: Campaign performance report"
"Report Time: 9/13/2026,9/14/2026"
"Time Zone: Europe/Paris"
"Rows: 3"

"Gregorian date","Account name","Account number","Campaign","Campaign ID","Campaign type","Device type","Currency code","Impr.","Clicks","Spend","Conv.","Revenue"
"9/13/2026","Shop","F1","Brand","31","Search & content","Computer","EUR","1,200","30","1,045.67","2.50","300.00"
"9/13/2026","Shop","F1","Brand","31","Search & content","Smartphone","EUR","300","3","4.33","0","0"
"9/14/2026","Shop","F1","Brand","31","Search & content","Tablet","EUR","10","0","0","0","0"
"Total","","","","","","","","1,510","33","1,050.00","2.50","300.00"

"©2026 Microsoft Corporation. All rights reserved."
"""
    result = landed(text)
    assert result.format == "microsoft_ads"
    rows = result.table("microsoft_ads.campaign_performance_daily", "_landed_line")
    assert [
        (r["date"], r["campaign_id"], r["device_type"], r["spend"], r["impressions"], r["conversions"])
        for r in rows
    ] == [
        (DAY_13, "31", "DESKTOP", 1045.67, 1200, 2.5),
        (DAY_13, "31", "MOBILE", 4.33, 300, 0.0),
        (DAY_14, "31", "TABLET", 0.0, 10, 0.0),
    ]
    (account,) = result.table("microsoft_ads.account")
    assert (account["id"], account["name"], account["currency"], account["time_zone"]) == (
        "F1",
        "Shop",
        "EUR",
        "Europe/Paris",
    )
    (campaign,) = result.table("microsoft_ads.campaign")
    assert (campaign["id"], campaign["name"], campaign["type"]) == ("31", "Brand", "Search & content")
    result.accounted(lines=12, accepted=3, totals=2)
    assert result.totals_equal


def test_microsoft_in_french() -> None:
    text = (
        "Date;Nom du compte;Campagne;Devise;Impr.;Clics;Dépenses;Conv.\n"
        "13/09/2026;Boutique;Marque;EUR;1\u00a0200;30;1\u00a0045,67;2,50\n"
    )
    result = landed(text)
    assert (result.format, result.language) == ("microsoft_ads", "fr")
    (row,) = result.table("microsoft_ads.campaign_performance_daily")
    assert (row["spend"], row["campaign_id"]) == (1045.67, key("microsoft_ads", "Boutique", "Marque"))


def test_tiktok_days() -> None:
    text = (
        "Campaign name,By Day,Cost,CPC (destination),CPM,Impressions,Clicks (destination),CTR (destination),Reach,Conversions,Currency\n"
        "Launch,2026-09-01,25.50,0.51,2.55,10000,50,0.50%,8000,2,EUR\n"
        "Launch,2026-09-02,4.50,0.90,4.50,1000,5,0.50%,900,0,EUR\n"
        "Total of 2 results,-,30.00,0.55,2.73,11000,55,0.50%,8500,2,EUR\n"
    )
    result = landed(text, account="777")
    assert result.format == "tiktok_ads"
    rows = result.table("tiktok_ads.campaign_performance_daily", "date")
    assert [
        (r["date"], r["spend"], r["impressions"], r["clicks"], r["conversions"], r["reach"]) for r in rows
    ] == [
        (DAY_1, 25.5, 10000, 50, 2.0, 8000),
        (DAY_2, 4.5, 1000, 5, 0.0, 900),
    ]
    assert {r["campaign_id"] for r in rows} == {key("tiktok_ads", "777", "Launch")}
    result.accounted(lines=4, accepted=2, totals=1)
    assert result.totals_equal


def test_a_campaign_whose_name_begins_like_a_total_is_none() -> None:
    text = "Campaign name,By Day,Cost,Clicks (destination),Currency\nTotal look,2026-09-01,25.50,3,EUR\n"
    result = landed(text, account="777")
    assert [r["spend"] for r in result.table("tiktok_ads.campaign_performance_daily")] == [25.5]
    result.accounted(lines=2, accepted=1)


def test_tiktok_in_french() -> None:
    text = (
        "Nom de la campagne;Par jour;Coût;CPC (destination);Impressions;Clics (destination);Devise\n"
        "Lancement;2026-09-01;25,50;0,51;10000;50;EUR\n"
    )
    result = landed(text, account="777")
    assert (result.format, result.language) == ("tiktok_ads", "fr")
    assert [r["spend"] for r in result.table("tiktok_ads.campaign_performance_daily")] == [25.5]


@pytest.mark.parametrize(
    "text",
    [
        "Campaign,Impr.,Clicks,Spend,Currency code\nBrand,10,1,1.50,EUR\n",
        "Campaign name,Cost,CPC (destination),Impressions,Clicks (destination),Currency\nLaunch,2.50,0.5,10,5,EUR\n",
    ],
)
def test_reports_without_days_are_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        landed(text, account="1")
    assert refused.value.code == "whole-period"
