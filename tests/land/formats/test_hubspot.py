"""HubSpot contacts, deals and companies: rows worked by hand in both languages, and what is refused."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt
import hashlib

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import EXPORTED, key, landed

CONTACTS = """Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Original Source,Favourite colour
101,Ada,Byron, Ada.Byron@Example.org ,+33 6 12 34 56 78,New,2026-01-05 23:30,Paid Search,blue
102,Bob,"O'Neil, Jr",bob@example.org,,Open,2026-07-05 10:00,Offline Sources,
103,,,,,,2026-07-06 10:00,,
"""
CONTACTS_FR = """\ufeffID de fiche d’informations;Prénom;Nom;E-mail;Numéro de téléphone;Statut du lead;Date de création;Source d'origine;Phase du cycle de vie;Date à laquelle le contact est devenu un lead
201;Zoé;Lefèvre;zoe@example.org;06 12 34 56 78;Nouveau;15/01/2026 09:00;Recherche organique;Lead;16/01/2026 09:00
202;Éric;Noël;eric@example.org;;;16/01/2026 00:15;Réseaux sociaux payants;Client;17/01/2026 00:15
"""


def hashed(address: str) -> str:
    return "sha256:" + hashlib.sha256(("leadline-demo" + address).encode()).hexdigest()


def test_contacts_in_english() -> None:
    result = landed(CONTACTS, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("hubspot_contacts", "en")
    rows = result.table("hubspot.contact", "id")
    # Paris is an hour ahead of UTC in January and two in July.
    assert [(r["id"], r["property_createdate"], r["property_hs_analytics_source"]) for r in rows] == [
        ("101", dt.datetime(2026, 1, 5, 22, 30), "PAID_SEARCH"),
        ("102", dt.datetime(2026, 7, 5, 8, 0), "OFFLINE"),
        ("103", dt.datetime(2026, 7, 6, 8, 0), None),
    ]
    assert [r["property_email"] for r in rows] == [
        hashed("ada.byron@example.org"),
        hashed("bob@example.org"),
        None,
    ]
    assert rows[0]["property_firstname"] == hashed("ada")
    assert {r["_fivetran_synced"] for r in rows} == {EXPORTED}
    assert not any("Byron" in str(value) for row in rows for value in row.values())
    result.accounted(lines=4, accepted=3)


def test_contacts_in_french() -> None:
    result = landed(CONTACTS_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("hubspot_contacts", "fr")
    rows = result.table("hubspot.contact", "id")
    assert [
        (
            r["id"],
            r["property_createdate"],
            r["property_hs_lifecyclestage_lead_date"],
            r["property_lifecyclestage"],
            r["property_hs_analytics_source"],
        )
        for r in rows
    ] == [
        ("201", dt.datetime(2026, 1, 15, 8), dt.datetime(2026, 1, 16, 8), "lead", "ORGANIC_SEARCH"),
        (
            "202",
            dt.datetime(2026, 1, 15, 23, 15),
            dt.datetime(2026, 1, 16, 23, 15),
            "customer",
            "PAID_SOCIAL",
        ),
    ]
    result.accounted(lines=3, accepted=2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_contacts_in_any_encoding(encoding: str) -> None:
    text = CONTACTS_FR.removeprefix("\ufeff")
    plain, other = (landed(t, time_zone="Europe/Paris") for t in (CONTACTS_FR, text.encode(encoding)))
    assert plain.table("hubspot.contact", "id")[0]["property_lastname"] == hashed("lefèvre")
    keep = ("id", "property_email", "property_lastname", "property_createdate", "property_lifecyclestage")
    one, two = ([[r[c] for c in keep] for r in x.table("hubspot.contact", "id")] for x in (plain, other))
    assert one == two


def test_contacts_kept_as_they_are_where_the_user_says_so() -> None:
    rows = landed(CONTACTS, time_zone="UTC", keep_pii=True).table("hubspot.contact", "id")
    assert rows[0]["property_email"] == "Ada.Byron@Example.org"


def test_times_without_a_zone_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(CONTACTS)
    assert refused.value.code == "no-time-zone"
    assert "--time-zone" in str(refused.value)


DEALS = """Record ID,Deal Name,Deal Stage,Pipeline,Amount,Deal owner,Close Date,Create Date,Associated Contact IDs
9001,Byron - annual,Closed Won (Sales Pipeline),Sales Pipeline,"12,500.50",Eve,2026-03-31 23:30,2026-02-01 10:00,101;102
9002,Byron - more,Closed Lost (Sales Pipeline),Sales Pipeline,800,Eve,2026-04-20 10:00,2026-02-02 10:00,102
9003,Neil - trial,Appointment Scheduled (Sales Pipeline),Sales Pipeline,,Eve,2026-05-15 10:00,2026-02-13 10:00,
"""
DEALS_FR = """ID de fiche d'informations,Nom de la transaction,Phase de la transaction,Pipeline,Montant,Devise,Propriétaire de la transaction,Date de fermeture,Date de création
7,Contrat Lefèvre,Fermé - Gagné,Ventes,"1 234,50",EUR,Ève,31/03/2026 23:30,01/02/2026 10:00
8,Contrat Noël,Devis envoyé,Ventes,"10,00",USD,Ève,,13/02/2026 10:00
"""


def test_deals_bring_their_stages_and_contacts() -> None:
    result = landed(DEALS, time_zone="Europe/Paris", currency="EUR")
    assert result.format == "hubspot_deals"
    rows = result.table("hubspot.deal", "deal_id")
    assert [
        (r["deal_id"], r["property_amount"], r["property_deal_currency_code"], r["property_closedate"])
        for r in rows
    ] == [
        ("9001", 12500.5, "EUR", dt.datetime(2026, 3, 31, 21, 30)),
        ("9002", 800.0, "EUR", dt.datetime(2026, 4, 20, 8)),
        ("9003", None, "EUR", dt.datetime(2026, 5, 15, 8)),
    ]
    stages = {s["stage_id"]: s for s in result.table("hubspot.deal_pipeline_stage")}
    assert len(stages) == 3
    told = [
        (stages[r["deal_pipeline_stage_id"]]["closed_won"], stages[r["deal_pipeline_stage_id"]]["is_closed"])
        for r in rows
    ]
    assert told == [(True, True), (False, True), (False, False)]
    assert rows[0]["deal_pipeline_stage_id"] == key(
        "hubspot", "Sales Pipeline", "Closed Won (Sales Pipeline)"
    )
    links = result.table("hubspot.deal_contact", "deal_id", "contact_id")
    assert [(x["deal_id"], x["contact_id"]) for x in links] == [
        ("9001", "101"),
        ("9001", "102"),
        ("9002", "102"),
    ]
    result.accounted(lines=4, accepted=3)


def test_deals_in_french_with_a_currency_each() -> None:
    result = landed(DEALS_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("hubspot_deals", "fr")
    rows = result.table("hubspot.deal", "deal_id")
    assert [(r["property_amount"], r["property_deal_currency_code"]) for r in rows] == [
        (1234.5, "EUR"),
        (10.0, "USD"),
    ]
    stages = {s["stage_id"]: s["closed_won"] for s in result.table("hubspot.deal_pipeline_stage")}
    assert [stages[r["deal_pipeline_stage_id"]] for r in rows] == [True, False]


def test_deals_without_a_currency_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(DEALS, time_zone="Europe/Paris")
    assert refused.value.code == "no-currency"
    assert "2 rows" in str(refused.value)


def test_a_stage_is_won_where_the_file_says_so() -> None:
    text = (
        "Record ID,Deal Name,Deal Stage,Amount,Create Date,Deal probability,Is Closed Won\n"
        "1,A,Signed,10,2026-02-13,100%,\n2,B,Paid,10,2026-02-13,,Yes\n3,C,Won back later?,10,2026-02-13,20%,No\n"
    )
    result = landed(text, time_zone="UTC", currency="EUR")
    stages = {s["label"]: s["closed_won"] for s in result.table("hubspot.deal_pipeline_stage")}
    assert stages == {"Signed": True, "Paid": True, "Won back later?": False}


def test_companies() -> None:
    text = (
        "Record ID,Company name,Company Domain Name,Create Date,Industry,City,Country/Region,Number of Employees,Annual Revenue\n"
        '55,Byron & Co,byron.example,2026-01-15 10:00,COMPUTER_SOFTWARE,Paris,France,"1,200",2500000\n'
    )
    result = landed(text, time_zone="UTC")
    assert result.format == "hubspot_companies"
    (row,) = result.table("hubspot.company")
    assert (
        row["id"],
        row["property_domain"],
        row["property_numberofemployees"],
        row["property_annualrevenue"],
    ) == (
        "55",
        "byron.example",
        1200,
        2500000.0,
    )
    assert row["property_createdate"] == dt.datetime(2026, 1, 15, 10)
    result.accounted(lines=2, accepted=1)


def test_a_list_without_its_ids_says_what_is_missing() -> None:
    with pytest.raises(Refusal) as refused:
        landed(
            "First Name,Last Name,Email,Original Source,Lifecycle Stage\nAda,Byron,a@example.org,Paid Search,Lead\n"
        )
    assert refused.value.code == "missing-columns"
    assert "Record ID" in refused.value.expected


def test_a_header_may_name_the_time_zone() -> None:
    text = "Record ID,Email,Create Date (America/New_York)\n1,ada@example.org,2026-01-15 23:30\n"
    (row,) = landed(text).table("hubspot.contact")
    assert row["property_createdate"] == dt.datetime(2026, 1, 16, 4, 30)
