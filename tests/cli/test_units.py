"""Numbers as people read them. Expected texts are written by hand from each language's typographic rules."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

import pytest

from leadline.errors import LeadlineError
from leadline.units import UNITS, format_dimension, format_number, format_time

NARROW, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "unit", "english", "french"),
    [
        (Decimal("1234.56"), "currency", "€1,234.56", f"1{NARROW}234,56{WIDE}€"),
        (Decimal("-0.5"), "currency", "-€0.50", f"-0,50{WIDE}€"),
        (0.03, "ratio", "3.00%", f"3,00{NARROW}%"),
        (1.5, "ratio", "150.00%", f"150,00{NARROW}%"),
        (1234567, "count", "1,234,567", f"1{NARROW}234{NARROW}567"),
        (12.5, "count", "12.5", "12,5"),
        (Decimal("40.000000"), "count", "40", "40"),
        (3, "multiple", "3.0x", "3,0x"),
        (-0.354, "multiple", "-0.35x", "-0,35x"),
        (12.34, "days", "12.3 days", f"12,3{NARROW}j"),
        (42, "seconds", "42.0 sec", f"42,0{NARROW}s"),
        (95.4, "seconds", "1 min 35 sec", f"1{NARROW}min 35{NARROW}s"),
        (7.25, "position", "7.2", "7,2"),
        (6.755, "score", "6.76", "6,76"),
        (2.345, "number", "2.34", "2,34"),
    ],
)
def test_a_value_carries_its_unit_in_both_languages(
    value: object, unit: str, english: str, french: str
) -> None:
    spaces = str.maketrans({NARROW: " ", WIDE: " "})
    assert format_number(value, unit, lang="en") == english
    assert format_number(value, unit, lang="fr").translate(spaces) == french.translate(spaces)


def test_another_reporting_currency_shows_its_own_symbol() -> None:
    assert format_number(10, "currency", lang="en", currency="USD") == "$10.00"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, Decimal("NaN")])
def test_what_is_not_a_number_is_never_shown_as_zero(value: object) -> None:
    assert {format_number(value, unit) for unit in UNITS} == {"n/a"}


@pytest.mark.parametrize(
    ("grain", "shown"),
    [
        ("day", "2026-01-01"),
        ("week", "2026-W01"),
        ("month", "2026-01"),
        ("quarter", "2026-Q1"),
        ("year", "2026"),
    ],
)
def test_a_period_is_named_by_its_grain(grain: str, shown: str) -> None:
    assert format_time(dt.date(2026, 1, 1), grain) == shown
    assert format_time(dt.datetime(2026, 1, 1), grain) == shown


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert format_time(dt.date(2024, 12, 30), "week") == "2025-W01"


def test_the_group_without_a_name_says_so() -> None:
    assert format_dimension(None, None) == "(unattributed)"
    assert format_dimension(None, "month", lang="fr") == "(non attribué)"
    assert format_dimension(False, None) == "False"
    assert format_dimension(dt.datetime(2026, 1, 5), None) == "2026-01-05"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(LeadlineError, match="unknown language 'de'"):
        format_number(1, "count", lang="de")
