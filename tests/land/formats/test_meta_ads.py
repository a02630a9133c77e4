"""Meta Ads Manager: days, periods, breakdowns and results, worked by hand, and what is refused."""

# ruff: noqa: E501 - lines of exports are as long as they are
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed

DAY = dt.date(2026, 9, 1)
# Clicks, and the row that stands for a day without any action.
PLAIN = ("link_click", "(none)")
HEADER = (
    '\ufeffDay,"Campaign name",Reach,Frequency,Impressions,Currency,"Amount spent (AUD)","Clicks (all)","Link clicks",'
    'Purchases,"Purchases conversion value","Reporting starts","Reporting ends"\n'
)
ENGLISH = HEADER + (
    "2026-09-01,,900,1.6666667,1500,AUD,35.75,80,62,3,250.5,2026-09-01,2026-09-01\n"
    '2026-09-01,"Spring, cold",600,1.6666667,1000,AUD,25.50,60,50,2,150.5,2026-09-01,2026-09-01\n'
    "2026-09-01,Spring warm,400,1.25,500,AUD,10.25,20,12,1,100,2026-09-01,2026-09-01\n"
)
FRENCH = (
    "Début des rapports,Fin des rapports,Nom de la campagne,Nom de l’ensemble de publicités,Résultats,"
    "Indicateur de résultats,Couverture,Impressions,Coût par résultat,Montant dépensé (EUR),Répétition,"
    "Clics sur un lien\n"
    "2026-09-01,2026-09-01,Prospection,Large,3,actions:onsite_conversion.lead_grouped,800,1200,4.5,13.5,1.5,40\n"
    "2026-09-01,2026-09-01,Prospection,Reciblage,25,actions:landing_page_view,100,150,0.3,7.5,1.5,30\n"
    "2026-09-01,2026-09-01,Vente,Panier,2,actions:offsite_conversion.fb_pixel_purchase,50,60,5,10,1.2,9\n"
)


def test_days_of_campaigns_and_the_row_of_the_account() -> None:
    result = landed(ENGLISH, account="42")
    assert (result.format, result.language) == ("meta_ads_manager", "en")
    rows = result.table("meta_ads.basic_ad", "spend")
    assert [
        (r["date"], r["spend"], r["impressions"], r["reach"], r["clicks"], r["inline_link_clicks"])
        for r in rows
    ] == [
        (DAY, 10.25, 500, 400, 20, 12),
        (DAY, 25.5, 1000, 600, 60, 50),
    ]
    assert {r["account_id"] for r in rows} == {"42"}
    ads = {a["id"]: a["campaign_id"] for a in result.table("meta_ads.ad_history")}
    assert [ads[r["ad_id"]] for r in rows] == [
        key("meta_ads", "42", "Spring warm"),
        key("meta_ads", "42", "Spring, cold"),
    ]
    purchases = [
        a for a in result.table("meta_ads.basic_ad_actions", "value") if a["action_type"] == "omni_purchase"
    ]
    assert [a["value"] for a in purchases] == [1.0, 2.0]
    values = [
        a
        for a in result.table("meta_ads.basic_ad_action_values", "value")
        if a["action_type"] == "omni_purchase"
    ]
    assert [a["value"] for a in values] == [100.0, 150.5]
    assert [a["currency"] for a in result.table("meta_ads.account_history")] == ["AUD"]
    result.accounted(lines=4, accepted=2, totals=1)
    assert result.totals_equal


def test_french_results_are_told_apart_by_their_indicator() -> None:
    result = landed(FRENCH, account="42")
    assert (result.format, result.language) == ("meta_ads_manager", "fr")
    rows = result.table("meta_ads.basic_ad", "spend")
    assert [r["spend"] for r in rows] == [7.5, 10.0, 13.5]
    kinds = {
        a["action_type"]: a["value"]
        for a in result.table("meta_ads.basic_ad_actions")
        if a["action_type"] not in PLAIN
    }
    assert kinds == {
        "onsite_conversion.lead_grouped": 3.0,
        "landing_page_view": 25.0,
        "offsite_conversion.fb_pixel_purchase": 2.0,
    }
    names = {c["name"] for c in result.table("meta_ads.campaign_history")}
    assert names == {"Prospection", "Vente"}
    result.accounted(lines=4, accepted=3)


def test_a_breakdown_adds_up_and_its_reach_does_not() -> None:
    text = (
        "Day,Campaign name,Age,Gender,Reach,Impressions,Amount spent (EUR),Link clicks,Leads\n"
        "2026-09-01,Spring,18-24,female,100,150,1.50,3,1\n"
        "2026-09-01,Spring,25-34,male,200,250,2.75,4,\n"
        "2026-09-01,Autumn,18-24,female,10,12,0.25,1,2\n"
    )
    result = landed(text, account="42")
    rows = result.table("meta_ads.basic_ad", "spend")
    assert [(r["spend"], r["impressions"], r["inline_link_clicks"], r["reach"]) for r in rows] == [
        (0.25, 12, 1, 10),
        (4.25, 400, 7, None),
    ]
    leads = {
        a["ad_id"]: a["value"]
        for a in result.table("meta_ads.basic_ad_actions")
        if a["action_type"] == "lead"
    }
    assert [leads[r["ad_id"]] for r in rows] == [2.0, 1.0]
    result.accounted(lines=4, accepted=3)


def test_two_campaigns_of_one_name_keep_both_their_costs() -> None:
    text = (
        "Day,Campaign name,Impressions,Amount spent (EUR)\n"
        "2026-09-01,Promo,100,4.00\n"
        "2026-09-01,Promo,50,2.50\n"
    )
    rows = landed(text, account="42").table("meta_ads.basic_ad")
    assert sum(r["spend"] for r in rows) == 6.5
    assert len({(r["ad_id"], r["date"]) for r in rows}) == len(rows)


def test_ids_of_the_file_are_kept() -> None:
    text = (
        "Day,Account ID,Account name,Campaign name,Campaign ID,Ad set name,Ad set ID,Ad name,Ad ID,Impressions,"
        "Amount spent (EUR),Website purchases,Purchases\n"
        "2026-09-01,777,Shop,Promo,c1,Large,s1,Red,a1,100,4.00,2,2\n"
        "2026-09-01,777,Shop,Promo,c1,Large,s1,Blue,a2,50,2.50,,1\n"
    )
    result = landed(text)
    assert [
        (r["ad_id"], r["account_id"], r["spend"]) for r in result.table("meta_ads.basic_ad", "ad_id")
    ] == [
        ("a1", "777", 4.0),
        ("a2", "777", 2.5),
    ]
    ads = result.table("meta_ads.ad_history", "id")
    assert [(a["id"], a["ad_set_id"], a["campaign_id"], a["name"]) for a in ads] == [
        ("a1", "s1", "c1", "Red"),
        ("a2", "s1", "c1", "Blue"),
    ]
    assert [(a["id"], a["name"]) for a in result.table("meta_ads.account_history")] == [("777", "Shop")]
    actions = {
        (a["ad_id"], a["action_type"]): a["value"]
        for a in result.table("meta_ads.basic_ad_actions")
        if a["action_type"] not in PLAIN
    }
    # The pixel's purchases and all purchases are two rows of the same thing, which models never add up.
    assert actions == {
        ("a1", "offsite_conversion.fb_pixel_purchase"): 2.0,
        ("a1", "omni_purchase"): 2.0,
        ("a2", "omni_purchase"): 1.0,
    }


def test_a_result_that_has_a_column_of_its_own_is_there_once() -> None:
    text = (
        "Day,Campaign name,Impressions,Amount spent (EUR),Results,Result indicator,Purchases\n"
        "2026-09-01,Promo,100,4.00,2,actions:omni_purchase,2\n"
        "2026-09-01,Leads,100,4.00,5,actions:lead,\n"
    )
    actions = landed(text, account="42").table("meta_ads.basic_ad_actions", "value")
    assert [(a["action_type"], a["value"]) for a in actions if a["action_type"] not in PLAIN] == [
        ("omni_purchase", 2.0),
        ("lead", 5.0),
    ]


def test_periods_keep_their_reach_and_feed_no_day() -> None:
    text = (
        "Reporting starts,Reporting ends,Campaign name,Reach,Impressions,Frequency,Amount spent (EUR)\n"
        "2026-09-01,2026-09-30,,9000,30000,3.333333,400.00\n"
        "2026-09-01,2026-09-30,Spring,8000,25000,3.125,300.00\n"
        "2026-09-01,2026-09-30,Autumn,4000,5000,1.25,100.00\n"
    )
    result = landed(text, account="42")
    rows = result.table("meta_ads.period_insights", "reach")
    assert [(r["date_start"], r["date_stop"], r["campaign_id"], r["reach"]) for r in rows] == [
        (DAY, dt.date(2026, 9, 30), key("meta_ads", "42", "Autumn"), 4000),
        (DAY, dt.date(2026, 9, 30), key("meta_ads", "42", "Spring"), 8000),
    ]
    assert result.table("meta_ads.basic_ad") == []
    result.accounted(lines=4, accepted=2, totals=1)


def test_the_reach_of_the_whole_account_has_no_campaign() -> None:
    text = (
        "Nom du compte,Début des rapports,Fin des rapports,Couverture,Impressions,Montant dépensé (EUR)\n"
        "Boutique,2026-09-01,2026-09-30,9000,30000,400\n"
    )
    result = landed(text)
    assert result.format == "meta_ads_account"
    (row,) = result.table("meta_ads.period_insights")
    assert (row["account_id"], row["campaign_id"], row["reach"]) == ("Boutique", None, 9000)


def test_an_empty_account_has_no_rows() -> None:
    result = landed(HEADER + '"No data available."\n', account="42")
    assert result.table("meta_ads.basic_ad") == []
    result.accounted(lines=2, accepted=0, totals=1)


def test_what_is_refused() -> None:
    plain = "Day,Campaign name,Impressions,Amount spent\n2026-09-01,Promo,100,4.00\n"
    assert _refusal(plain) == "no-currency"
    assert (
        _refusal(
            plain.replace("Amount spent", "Amount spent (EUR)")
            .replace("Day,", "Results,Day,")
            .replace("2026-09-01,P", "7,2026-09-01,P")
        )
        == "mixed-results"
    )
    period = (
        "Reporting starts,Reporting ends,Campaign name,Ad set name,Reach,Impressions,Amount spent (EUR)\n"
        "2026-09-01,2026-09-30,Spring,Large,8000,25000,300.00\n"
    )
    assert _refusal(period) == "whole-period"
    assert (
        _refusal(
            period.replace("Ad set name,Reach", "Objective,Frequency").replace("Large,8000", "LEADS,3.1")
        )
        == "whole-period"
    )
    two = "Day,Campaign name,Currency,Impressions,Amount spent\n2026-09-01,A,EUR,1,4.00\n2026-09-01,B,USD,1,4.00\n"
    assert _refusal(two) == "two-currencies"
    headers = plain.replace("Amount spent", "Amount spent (EUR),Amount spent (USD)").replace(
        "4.00", "4.00,5.00"
    )
    assert _refusal(headers) == "two-currencies"


WINDOWS = (
    "Day,Campaign name,Attribution window,Impressions,Amount spent (EUR),Purchases\n"
    "2026-09-01,Promo,7-day click,100,4.00,3\n"
    "2026-09-01,Promo,1-day click,100,4.00,2\n"
    "2026-09-01,Promo,1-day view,100,4.00,1\n"
)


def test_windows_are_not_added_up() -> None:
    assert _refusal(WINDOWS) == "several-windows"
    result = landed(WINDOWS, account="42", window="7-day click")
    assert [r["spend"] for r in result.table("meta_ads.basic_ad")] == [4.0]
    assert _refusal(WINDOWS.replace("Attribution window", "Attribution setting")) == "several-windows"


def test_settings_of_ad_sets_are_no_windows() -> None:
    text = WINDOWS.replace("Attribution window", "Attribution setting").replace(
        "Promo,1-day click", "Other,1-day click"
    )
    text = text.replace("Promo,1-day view", "Third,1-day view")
    assert sum(r["spend"] for r in landed(text, account="42").table("meta_ads.basic_ad")) == 12.0


def _refusal(text: str) -> str:
    with pytest.raises(Refusal) as refused:
        landed(text, account="42")
    assert "what to do" in str(refused.value)
    return refused.value.code


COLUMNS = (
    "Day,Campaign name,Impressions,Amount spent (EUR),Purchases,Purchases (7-day click),Purchases (1-day view)\n"
    "2026-09-01,Promo,100,4.00,3,2,1\n"
)


def test_columns_of_windows_are_parts_of_the_figure() -> None:
    (row,) = (
        a
        for a in landed(COLUMNS, account="42").table("meta_ads.basic_ad_actions")
        if a["action_type"] not in PLAIN
    )
    assert (row["value"], row["_7_d_click"], row["_1_d_view"]) == (3.0, 2.0, 1.0)


def test_columns_of_windows_alone_are_refused_unless_one_is_named() -> None:
    alone = COLUMNS.replace("Purchases,", "", 1).replace("4.00,3,", "4.00,")
    assert _refusal(alone) == "several-windows"
    result = landed(alone, account="42", window="7-day click")
    (row,) = (a for a in result.table("meta_ads.basic_ad_actions") if a["action_type"] not in PLAIN)
    assert row["value"] == 2.0
    french = alone.replace("Purchases (7-day click)", "Achats (clic sur 7 jours)").replace(
        ",Purchases (1-day view)", ""
    )
    (row,) = (
        a
        for a in landed(french.replace(",2,1", ",2"), account="42").table("meta_ads.basic_ad_actions")
        if a["action_type"] not in PLAIN
    )
    assert row["value"] == 2.0
