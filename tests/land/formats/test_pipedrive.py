"""Pipedrive deals and people: rows worked by hand in both languages, and what is refused."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import key, landed
from tests.land.formats.test_hubspot import hashed

DEALS = """Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Status,Deal - Stage,Deal - Pipeline,Deal - Organization,Deal - Contact person,Person - Email - Work,Deal - Owner,Deal - Deal created,Deal - Won time,Deal - Lost time,Deal - Expected close date,Deal - Lost reason,Deal - Source channel
1,Engines deal,"12,000.50",EUR,Won,Proposal,Sales,Engines,Ada Byron,ada@example.org,Eve,2026-01-15 10:00:00,2026-03-31 22:30:00,,2026-04-15,,Organic Search
2,Mills deal,300,USD,Lost,Proposal,Sales,Mills,Bob Neil,,Eve,2026-01-16 10:00:00,,2026-02-28 10:00:00,,Too expensive,
3,Ovens deal,,EUR,Open,Qualified,Sales,Ovens,Carl,carl@example.org,Eve,2026-01-17 10:00:00,,,2026-05-31,,Cold call
"""
DEALS_FR = """Affaire - Titre;Affaire - Valeur;Affaire - Organisation;Affaire - Personne à contacter;Affaire - Étape;Affaire - Statut;Affaire - Affaire créée;Affaire - Date de gain;Affaire - Date de clôture prévue;Affaire - Raison de la perte
Pains pour la cantine;12\u202f500,50;Boulangeries Durand;Claire Durand;Proposition;Gagné;15/01/2026 10:00;31/03/2026 23:30;15/04/2026;
Fours;8\u202f000,00;Nouvelle Boulangerie;Nadia Chérif;Négociation;Ouvert;16/01/2026 10:00;;30/06/2026;
"""
PEOPLE = """Person - Name,Person - Email - Work,Person - Email - Home,Person - Phone - Mobile,Person - Organization,Person - Person created,Person - ID
Ada Byron,ada@example.org,,+33 6 12 34 56 78,Engines,2026-01-15 10:00:00,71
Bob Neil,,bob@home.example,,Mills,2026-01-16 10:00:00,72
"""
PEOPLE_FR = """Personne - Nom;Personne - E-mail - Travail;Personne - Téléphone - Mobile;Personne - Organisation;Personne - Personne créée
Zoé Lefèvre;zoe@example.org;06 12 34 56 78;Moulins;15/01/2026 10:00
"""


def test_deals() -> None:
    result = landed(DEALS, name="deals-123456.csv", time_zone="UTC")
    assert (result.format, result.language) == ("pipedrive_deals", "en")
    rows = result.table("pipedrive.deal", "id")
    assert [(r["id"], r["value"], r["currency"], r["status"], r["person_email"]) for r in rows] == [
        ("1", 12000.5, "EUR", "won", hashed("ada@example.org")),
        ("2", 300.0, "USD", "lost", None),
        ("3", None, "EUR", "open", hashed("carl@example.org")),
    ]
    assert (rows[0]["won_time"], rows[1]["lost_time"]) == (
        dt.datetime(2026, 3, 31, 22, 30),
        dt.datetime(2026, 2, 28, 10),
    )
    assert rows[2]["expected_close_date"] == dt.date(2026, 5, 31)
    result.accounted(lines=4, accepted=3)


def test_deals_in_french() -> None:
    result = landed(DEALS_FR, time_zone="Europe/Paris", currency="EUR")
    assert (result.format, result.language) == ("pipedrive_deals", "fr")
    rows = result.table("pipedrive.deal", "value")
    assert [(r["value"], r["currency"], r["status"], r["add_time"], r["won_time"]) for r in rows] == [
        (8000.0, "EUR", "open", dt.datetime(2026, 1, 16, 9), None),
        (12500.5, "EUR", "won", dt.datetime(2026, 1, 15, 9), dt.datetime(2026, 3, 31, 21, 30)),
    ]
    # A deal that was won since then is the same deal.
    later = landed(DEALS_FR.replace("Ouvert", "Perdu"), time_zone="Europe/Paris", currency="EUR")
    assert [r["id"] for r in later.table("pipedrive.deal", "value")] == [r["id"] for r in rows]
    result.accounted(lines=3, accepted=2)


def test_people() -> None:
    result = landed(PEOPLE, time_zone="UTC")
    assert result.format == "pipedrive_people"
    rows = result.table("pipedrive.person", "id")
    assert [(r["id"], r["email"], r["add_time"]) for r in rows] == [
        ("71", hashed("ada@example.org"), dt.datetime(2026, 1, 15, 10)),
        ("72", hashed("bob@home.example"), dt.datetime(2026, 1, 16, 10)),
    ]
    # One form for a number, however it is typed.
    assert rows[0]["phone"] == hashed("+33612345678")


def test_people_in_french() -> None:
    result = landed(PEOPLE_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("pipedrive_people", "fr")
    (row,) = result.table("pipedrive.person")
    assert row["id"] == key("pipedrive", "person", hashed("zoe@example.org"))
    assert row["phone"] == hashed("+33612345678")
    assert row["add_time"] == dt.datetime(2026, 1, 15, 9)


def test_deals_without_a_currency_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(DEALS_FR, time_zone="Europe/Paris")
    assert refused.value.code == "no-currency"


def test_a_key_is_the_same_with_and_without_personal_data() -> None:
    for text, table in ((DEALS_FR, "pipedrive.deal"), (PEOPLE_FR, "pipedrive.person")):
        one, two = (
            {row["id"] for row in landed(text, time_zone="UTC", currency="EUR", keep_pii=keep).table(table)}
            for keep in (False, True)
        )
        assert one == two
