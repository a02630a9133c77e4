"""Google Ads reports and cards: rows worked by hand, totals compared, and what is refused."""

# ruff: noqa: E501 - lines of exports are as long as they are
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed

DAY_1, DAY_2 = dt.date(2026, 9, 1), dt.date(2026, 9, 2)

ENGLISH = """Campaign report
"September 1, 2026 - September 2, 2026"
Campaign status,Campaign,Campaign ID,Day,Budget,Impr.,CTR,Currency code,Cost,Clicks,Conv. rate,Conversions,Conv. value,Avg. CPC,Cost / conv.,Campaign type
Enabled,"Shoes, brand",9001,2026-09-01,20.00,"1,234",7.29%,EUR,"1,020.50",90,5.00%,4.50,310.25,11.34,226.78,Search
Enabled,"Shoes, brand",9001,2026-09-02,20.00,800,5.00%,EUR,40.07,40,2.50%,1.00,50.00,1.00,40.07,Search
Paused,Video autumn,9002,2026-09-02,15.00,50, --,EUR,0.43,0,< 10%,0.00,0.00, --, --,Video
Total: Campaigns, --, --, --, --,"2,084",6.24%,EUR,"1,061.00",130,4.23%,5.50,360.25,8.16,192.91, --
Total: Account, --, --, --, --,"2,084",6.24%,EUR,"1,061.00",130,4.23%,5.50,360.25,8.16,192.91, --
"""
FRENCH = """Rapport sur les campagnes
"1 sept. 2026 - 2 sept. 2026"
Jour;Campagne;Code de la devise;Coût;Impr.;Clics;Conversions;Val. conv.
2026-09-01;Été à la mer;EUR;12,34;1\u202f234;7;1,00;89,90
2026-09-02;Été à la mer;EUR;1\u00a0020,50;10\u00a0500;88;2,416667;0,00
Total : campagnes;--;EUR;1\u00a0032,84;11\u00a0734;95;3,416667;89,90
Total : compte;--;EUR;1\u00a0032,84;11\u00a0734;95;3,416667;89,90
"""


def test_an_english_report_becomes_days_of_campaigns() -> None:
    result = landed(ENGLISH, account="123-456-7890")
    assert result.format == "google_ads_campaigns"
    assert result.language == "en"
    rows = result.table("google_ads.campaign_stats", "date", "id")
    assert [(r["date"], r["id"], r["cost_micros"], r["impressions"], r["clicks"]) for r in rows] == [
        (DAY_1, "9001", 1_020_500_000, 1234, 90),
        (DAY_2, "9001", 40_070_000, 800, 40),
        (DAY_2, "9002", 430_000, 50, 0),
    ]
    assert [(r["conversions"], r["conversions_value"]) for r in rows] == [
        (4.5, 310.25),
        (1.0, 50.0),
        (0.0, 0.0),
    ]
    assert {r["device"] for r in rows} == {None}
    assert len({r["_fivetran_id"] for r in rows}) == 3
    campaigns = result.table("google_ads.campaign_history", "id")
    assert [(c["id"], c["name"], c["advertising_channel_type"], c["status"]) for c in campaigns] == [
        ("9001", "Shoes, brand", "SEARCH", "ENABLED"),
        ("9002", "Video autumn", "VIDEO", "PAUSED"),
    ]
    (owner,) = result.table("google_ads.account_history")
    assert (owner["id"], owner["currency_code"]) == ("1234567890", "EUR")
    # 2 lines of title and range, the header, 3 rows, 2 totals.
    result.accounted(lines=8, accepted=3, totals=2)
    assert result.totals_equal


def test_a_french_report_reads_commas_and_narrow_spaces() -> None:
    result = landed(FRENCH, account="boutique")
    assert (result.format, result.language) == ("google_ads_campaigns", "fr")
    rows = result.table("google_ads.campaign_stats", "date")
    campaign = key("google_ads", "boutique", "Été à la mer")
    assert [(r["date"], r["id"], r["cost_micros"], r["impressions"]) for r in rows] == [
        (DAY_1, campaign, 12_340_000, 1234),
        (DAY_2, campaign, 1_020_500_000, 10500),
    ]
    assert [r["conversions"] for r in rows] == [1.0, 2.416667]
    result.accounted(lines=7, accepted=2, totals=2)
    assert result.totals_equal


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_encodings_and_delimiters_change_nothing(encoding: str, delimiter: str) -> None:
    plain = landed(FRENCH, account="boutique")
    text = FRENCH.replace("\u202f", "\u00a0").replace(";", delimiter)
    other = landed(text.encode(encoding), account="boutique")
    columns = ("date", "id", "cost_micros", "impressions", "clicks", "conversions", "conversions_value")
    for table in ("google_ads.campaign_stats",):
        one, two = ([tuple(r[c] for c in columns) for r in x.table(table, "date")] for x in (plain, other))
        assert one == two
    other.accounted(lines=7, accepted=2, totals=2)


def test_devices_and_networks_are_those_of_the_api() -> None:
    text = """Campaign report
"September 1, 2026 - September 1, 2026"
Day,Campaign,Device,Network (with search partners),Currency code,Cost,Impr.,Clicks,Conversions
2026-09-01,Roofs,Mobile phones,Google search,CAD,10.00,100,5,1.00
2026-09-01,Roofs,Computers,Search partners,CAD,4.50,50,2,0.50
2026-09-01,Roofs,Tablets,Display Network,CAD,0.50,5,0,--
2026-09-01,Roofs,TV screens,YouTube,CAD,0.25,9,0,--
"""
    rows = landed(text, account="1").table("google_ads.campaign_stats", "_landed_line")
    assert [(r["device"], r["ad_network_type"], r["cost_micros"], r["conversions"]) for r in rows] == [
        ("MOBILE", "SEARCH", 10_000_000, 1.0),
        ("DESKTOP", "SEARCH_PARTNERS", 4_500_000, 0.5),
        ("TABLET", "CONTENT", 500_000, None),
        ("CONNECTED_TV", "YOUTUBE_WATCH", 250_000, None),
    ]


def test_french_devices_and_networks() -> None:
    text = (
        "Rapport sur les campagnes\n1 sept. 2026 - 1 sept. 2026\n"
        "Jour;Campagne;Type de campagne;Appareil;Réseau (avec partenaires du Réseau de Recherche);Code de la devise;Coût\n"
        "2026-09-01;A;Recherche;Téléphones mobiles;Recherche Google;EUR;1,50\n"
        "2026-09-01;A;Recherche;Ordinateurs;Réseau Display;EUR;2,25\n"
    )
    result = landed(text, account="1")
    rows = result.table("google_ads.campaign_stats", "_landed_line")
    assert [(r["device"], r["ad_network_type"], r["cost_micros"]) for r in rows] == [
        ("MOBILE", "SEARCH", 1_500_000),
        ("DESKTOP", "CONTENT", 2_250_000),
    ]
    assert [c["advertising_channel_type"] for c in result.table("google_ads.campaign_history")] == ["SEARCH"]


def test_keywords_keep_their_score_and_lose_their_match_marks() -> None:
    text = (
        """Search keyword report
"September 1, 2026 - September 2, 2026"
Day,Keyword status,Search keyword,Match type,Campaign,Ad group,Currency code,Quality Score,Impr.,Clicks,Cost,Conversions
2026-09-01,Eligible,[blue shoes],Exact match,Shoes,Blue,EUR,7,200,10,5.10,0.5
2026-09-02,Eligible,"""
        + '"""red shoes"""'
        + """,Phrase match,Shoes,Red,EUR, --,20,1,0.60,0
Total: Search keywords, --, --, --, --, --, --, --,220,11,5.70,0.5
"""
    )
    result = landed(text, account="1")
    assert result.format == "google_ads_keywords"
    rows = result.table("google_ads.keyword_stats", "date")
    assert [(r["keyword_text"], r["quality_score"], r["cost_micros"], r["conversions"]) for r in rows] == [
        ("blue shoes", 7, 5_100_000, 0.5),
        ("red shoes", None, 600_000, 0.0),
    ]
    assert rows[0]["campaign_id"] == rows[1]["campaign_id"] == key("google_ads", "1", "Shoes")
    result.accounted(lines=6, accepted=2, totals=1)
    assert result.totals_equal


def test_conversion_actions_keep_their_category() -> None:
    text = """Rapport sur les campagnes
1 sept. 2026 - 2 sept. 2026
Jour;Campagne;Action de conversion;Catégorie de conversion;Code de la devise;Conversions;Val. conv.
2026-09-01;Devis;Formulaire;Envoi de formulaire pour prospects;EUR;2,5;0,00
2026-09-01;Devis;Vente;Achat;EUR;1,00;120,00
"""
    rows = landed(text, account="1").table("google_ads.campaign_conversion_stats", "_landed_line")
    assert [
        (r["conversion_action_name"], r["conversion_action_category"], r["conversions"]) for r in rows
    ] == [
        ("Formulaire", "SUBMIT_LEAD_FORM", 2.5),
        ("Vente", "PURCHASE", 1.0),
    ]


def test_cards_of_days_keep_the_figures_and_not_the_comparison() -> None:
    text = (
        "Date,Coût,Coût (Comparaison),Clics,Clics (Comparaison),CPC moy.,CPC moy. (Comparaison)\n"
        '"jeu. 5 févr. 2026","11\u00a0925,86\u00a0€","9\u00a0000,00\u00a0€",500,400,"23,85\u00a0€","22,50\u00a0€"\n'
        '"ven. 6 févr. 2026","10,00\u00a0€","8,00\u00a0€",4,4,"2,50\u00a0€","2,00\u00a0€"\n'
    )
    result = landed(text, name="Serie_chronologique(2026.02.05-2026.02.06).csv", account="1")
    assert result.format == "google_ads_cards"
    rows = result.table("google_ads.campaign_stats", "date")
    assert [(r["date"], r["cost_micros"], r["clicks"]) for r in rows] == [
        (dt.date(2026, 2, 5), 11_925_860_000, 500),
        (dt.date(2026, 2, 6), 10_000_000, 4),
    ]
    assert [a["currency_code"] for a in result.table("google_ads.account_history")] == ["EUR"]


def test_a_card_of_campaigns_is_landed_for_one_day_and_refused_for_a_week() -> None:
    text = (
        "Nom de la campagne,Coût,Coût (Comparaison),Conversions,Conversions (Comparaison)\n"
        'Hiver,"11\u00a0925,86\u00a0€","1,00\u00a0€","4,5","1,00"\n'
    )
    result = landed(text, name="Campagnes(2024.12.30-2024.12.30).csv", account="1")
    (row,) = result.table("google_ads.campaign_stats")
    assert (row["date"], row["cost_micros"], row["conversions"]) == (
        dt.date(2024, 12, 30),
        11_925_860_000,
        4.5,
    )
    with pytest.raises(Refusal, match="whole period") as refused:
        landed(text, name="Campagnes(2024.12.30-2025.01.05).csv", account="1")
    assert refused.value.code == "whole-period"


def test_weeks_are_refused() -> None:
    text = 'Date,Coût,Clics\nSemaine du 30 déc. 2024,"11\u00a0925,86\u00a0€",5\nSemaine du 6 janv. 2025,"1,00\u00a0€",2\n'
    with pytest.raises(Refusal) as refused:
        landed(text, account="1")
    assert refused.value.code == "whole-period"
    assert "Semaine du 30 déc. 2024" in str(refused.value)


def test_a_report_of_a_whole_period_is_refused_with_the_way_out() -> None:
    text = """Campaign report
"September 1, 2026 - September 30, 2026"
Campaign status,Campaign,Impr.,Cost,Currency code
Enabled,Roofs,"40,000",990.00,CAD
Total: Account, --,"40,000",990.00,CAD
"""
    with pytest.raises(Refusal, match="Segment > Time > Day") as refused:
        landed(text, account="1")
    assert refused.value.code == "whole-period"
    one_day = landed(text.replace("September 30, 2026", "September 1, 2026"), account="1")
    assert [r["date"] for r in one_day.table("google_ads.campaign_stats")] == [DAY_1]


def test_no_currency_and_two_currencies_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed("Day,Campaign,Impr.,Cost\n2026-09-01,A,10,1.50\n", account="1")
    assert refused.value.code == "no-currency"
    rows = landed("Day,Campaign,Impr.,Cost\n2026-09-01,A,10,1.50\n", account="1", currency="EUR")
    assert [a["currency_code"] for a in rows.table("google_ads.account_history")] == ["EUR"]
    text = "Day,Campaign,Currency code,Cost\n2026-09-01,A,EUR,1.50\n2026-09-01,B,USD,2.50\n"
    with pytest.raises(Refusal) as refused:
        landed(text, account="1")
    assert refused.value.code == "two-currencies"


def test_a_total_that_differs_is_reported() -> None:
    result = landed(
        ENGLISH.replace('Total: Account, --, --, --, --,"2,084"', 'Total: Account, --, --, --, --,"2,085"'),
        account="1",
    )
    assert not result.totals_equal


def test_search_terms_are_no_whole_of_a_campaign() -> None:
    text = (
        "Search terms report\n2026-09-01 - 2026-09-01\n"
        "Search term,Campaign,Day,Currency code,Impr.,Clicks,Cost\nblue shoes,Brand,2026-09-01,EUR,10,1,1.50\n"
    )
    with pytest.raises(Refusal) as refused:
        landed(text, account="1")
    assert refused.value.code == "part-of-whole"
