"""Salesforce reports of leads and opportunities: rows worked by hand, closing lines, and ids in both lengths."""

# ruff: noqa: E501 (lines of exports are as long as they come)
from __future__ import annotations

import datetime as dt

import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import landed
from tests.land.formats.test_hubspot import hashed

LEADS = """"Lead ID","First Name","Last Name","Company / Account","Email","Lead Source","Lead Status","Create Date","Converted"
"00Q5g00000AbCdE","Ada","Byron","Engines","ada@example.org","Paid Search","Open","1/15/2026","0"
"00Q5g00000AbCdEEAZ","Bob","Neil","Mills, Ltd","bob@example.org","","Qualified","12/31/2025","1"


"Grand Totals (2 records)"
"Confidential Information - Do Not Distribute"
"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."
"""
LEADS_FR = """Rapport sur les pistes

Prénom;Nom;Société / Compte;Adresse e-mail;Origine de la piste;Statut de la piste;Date de création
Zoé;Lefèvre;Moulins;zoe@example.org;Organic Search;Ouverte;15/01/2026
Éric;Noël;Fours;;Référence;Ouverte;31/12/2025
Totaux généraux (2 enregistrements)
Informations confidentielles - Ne pas diffuser
"""
OPPORTUNITIES = """Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Amount Currency,Probability (%),Close Date,Created Date,Lead Source,Type
0065g00000XyZaB,Engine,Engines,Closed Won,"12,000.50",EUR,100,3/31/2026,1/15/2026,Paid Search,New
0065g00000XyZaC,Spare parts,Engines,Negotiation,300.00,USD,60,4/30/2026,1/16/2026,,Existing
0065g00000XyZaD,Mill,Mills,Closed Lost,"1,000.00",EUR,0,2/28/2026,1/17/2026,Event,New
Grand Totals (3 records),,,,"13,300.50",,,,,,
Confidential Information - Do Not Distribute,,,,,,,,,,
"""
OPPORTUNITIES_FR = """Nom de l’opportunité;Nom du compte;Étape;Montant;Date de clôture;Date de création;Probabilité (%);Origine de la piste
Four neuf;Fours;Fermée/Gagnée;1 000,50;31/03/2026;15/01/2026;100 %;Site
Moulin;Moulins;Qualification;;30/04/2026;16/01/2026;10 %;
Total général;;;1 000,50;;;;
"""


def check_digits(id15: str) -> str:
    """The three closing characters of a Salesforce id, by the vendor's rule, character by character."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
    out = ""
    for start in (0, 5, 10):
        flags = 0
        for place in range(5):
            if id15[start + place].isascii() and id15[start + place].isupper():
                flags += 2**place
        out += letters[flags]
    return out


def test_the_rule_of_long_ids_is_the_vendors() -> None:
    # A pair that the vendor's own documentation gives.
    assert check_digits("001A0000006Vm9r") == "IAC"


def test_leads_in_english() -> None:
    result = landed(LEADS, time_zone="Europe/Paris")
    assert result.format == "salesforce_leads"
    rows = result.table("salesforce.lead", "created_date")
    short = "00Q5g00000AbCdE"
    assert [(r["id"], r["created_date"], r["is_converted"], r["lead_source"]) for r in rows] == [
        ("00Q5g00000AbCdEEAZ", dt.datetime(2025, 12, 30, 23), True, None),
        (short + check_digits(short), dt.datetime(2026, 1, 14, 23), False, "Paid Search"),
    ]
    assert [r["email"] for r in rows] == [hashed("bob@example.org"), hashed("ada@example.org")]
    # The header, 2 rows, 2 blanks, 3 closing lines.
    result.accounted(lines=8, accepted=2, totals=3)


def test_leads_in_french_have_a_key_of_person_and_day() -> None:
    result = landed(LEADS_FR, time_zone="Europe/Paris")
    assert (result.format, result.language) == ("salesforce_leads", "fr")
    rows = result.table("salesforce.lead", "created_date")
    assert [(r["lead_source"], r["created_date"]) for r in rows] == [
        ("Référence", dt.datetime(2025, 12, 30, 23)),
        ("Organic Search", dt.datetime(2026, 1, 14, 23)),
    ]
    again = landed(LEADS_FR.replace("Ouverte", "Fermée"), time_zone="Europe/Paris").table(
        "salesforce.lead", "created_date"
    )
    assert [r["id"] for r in again] == [r["id"] for r in rows]
    assert len({r["id"] for r in rows}) == 2
    result.accounted(lines=7, accepted=2, totals=2)


def test_opportunities_sum_to_the_grand_total() -> None:
    result = landed(OPPORTUNITIES, time_zone="America/New_York")
    assert result.format == "salesforce_opportunities"
    rows = result.table("salesforce.opportunity", "created_date")
    assert [
        (r["amount"], r["currency_iso_code"], r["is_won"], r["is_closed"], r["close_date"], r["created_date"])
        for r in rows
    ] == [
        (12000.5, "EUR", True, True, dt.datetime(2026, 3, 31), dt.datetime(2026, 1, 15, 5)),
        (300.0, "USD", False, False, dt.datetime(2026, 4, 30), dt.datetime(2026, 1, 16, 5)),
        (1000.0, "EUR", False, True, dt.datetime(2026, 2, 28), dt.datetime(2026, 1, 17, 5)),
    ]
    assert rows[0]["id"] == "0065g00000XyZaB" + check_digits("0065g00000XyZaB")
    result.accounted(lines=6, accepted=3, totals=2)
    assert result.totals_equal


def test_opportunities_in_french() -> None:
    result = landed(OPPORTUNITIES_FR, time_zone="Europe/Paris", currency="EUR")
    assert (result.format, result.language) == ("salesforce_opportunities", "fr")
    rows = result.table("salesforce.opportunity", "created_date")
    assert [(r["amount"], r["is_won"], r["is_closed"], r["currency_iso_code"]) for r in rows] == [
        (1000.5, True, True, "EUR"),
        (None, False, False, "EUR"),
    ]
    assert result.totals_equal
    result.accounted(lines=4, accepted=2, totals=1)


def test_a_grand_total_that_differs_is_said() -> None:
    result = landed(OPPORTUNITIES.replace("13,300.50", "13,300.00"), time_zone="UTC")
    assert not result.totals_equal


def test_opportunities_without_a_currency_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(OPPORTUNITIES_FR, time_zone="Europe/Paris")
    assert refused.value.code == "no-currency"


def test_a_company_called_total_is_no_total() -> None:
    text = OPPORTUNITIES_FR.replace("Four neuf;Fours", "Total Énergies - fours;Total Énergies")
    result = landed(text, time_zone="Europe/Paris", currency="EUR")
    assert len(result.table("salesforce.opportunity")) == 2
    result.accounted(lines=4, accepted=2, totals=1)
    assert result.totals_equal
