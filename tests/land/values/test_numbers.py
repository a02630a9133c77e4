"""Numbers as exports write them, each text worked by hand, and which mark a file's values prove."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest

from leadline.land.format import Kind
from leadline.land.values.columns import flat
from leadline.land.values.numbers import column_plan, counted, currency_code, decided, shape_of, to_numbers


def typed(texts: list[str], kind: Kind = "money", mark: str | None = ".") -> tuple[list[object], list[int]]:
    """Values, and the rows of the cells that are none."""
    array = flat(pa.array(texts, pa.string()))
    found = to_numbers(array, column_plan(kind, mark, counted(array), array))
    return found.values.to_pylist(), found.bad.tolist()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0.0),
        ("12.5", 12.5),
        ("1,234.56", 1234.56),
        ("1,234,567", 1234567.0),
        ("1 234.5", 1234.5),
        ("1\u00a0234.5", 1234.5),
        ("1\u202f234\u202f567.89", 1234567.89),
        ("1'234.50", 1234.5),
        ("1’234.50", 1234.5),
        ("$1,234.50", 1234.5),
        ("US$4.25", 4.25),
        ("-$3.20", -3.2),
        ("$-3.20", -3.2),
        ("($3.20)", -3.2),
        ("−3.20", -3.2),
        ("+3.20", 3.2),
        ("12.50 EUR", 12.5),
        ("EUR 12.50", 12.5),
        ("€12.50", 12.5),
        (".5", 0.5),
        ("1e3", 1000.0),
        ("4.416667", 4.416667),
        ("", None),
        ("--", None),
        (" --", None),
        ("—", None),
        ("(not set)", None),
    ],
)
def test_texts_with_a_decimal_point(text: str, value: float | None) -> None:
    assert typed([text, "7.25"])[0][0] == value
    assert typed([text, "7.25"])[1] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("11\u202f925,86\u00a0€", 11925.86),
        ("11 925,86 €", 11925.86),
        ("1.234,56", 1234.56),
        ("1.234.567", 1234567.0),
        ("-0,5", -0.5),
        ("0,123", 0.123),
        ("12,5 CHF", 12.5),
        ("1.234", 1234.0),
    ],
)
def test_texts_with_a_decimal_comma(text: str, value: float) -> None:
    assert typed([text, "7,2"], mark=",") == ([value, 7.2], [])


@pytest.mark.parametrize(
    "text",
    [
        "12x",
        "x12",
        "1O5",
        "1.2.3",
        "1,2,3",
        "12,34",
        "1,23,456",
        "--5",
        "5-",
        "1 23",
        "12 34 5",
        "٣",
        "1²",
        "12 clicks",
        "007",
        "1234567890123456789012",
        "0x1F",
        "1_000",
        "=1+1",
        "inf",
        "5%",
        "1,2345",
        "€",
    ],
)
def test_what_is_no_number_goes_to_quarantine(text: str) -> None:
    assert typed([text, "7.25", "3.50"]) == ([None, 7.25, 3.5], [0])


def test_whole_numbers_have_no_decimals() -> None:
    assert typed(["1", "30", "", "1,234", "3.0", "2.5", "4 €", "1.23E+05"], "integer") == (
        [1, 30, None, 1234, 3, None, None, None],
        [5, 6, 7],
    )
    assert typed(["9007199254740993"], "integer")[0] == [9007199254740993]  # no double holds it


def test_percentages_are_shares() -> None:
    assert typed(["5.25%", "100 %", "0.5\u00a0%", "< 10%", "0", "7"], "percent") == (
        [0.0525, 1.0, 0.005, None, 0.0, None],
        [5],
    )
    assert typed(["5.25", "120"], "percent") == ([0.0525, 1.2], [])
    assert typed(["0.0525", "1"], "percent") == ([0.0525, 1.0], [])


def test_a_doubtful_value_that_disagrees_with_its_column_is_not_taken() -> None:
    # All amounts have two decimals: 1,234 has none or three.
    assert typed(["12.50", "3.20", "1,234", "7.10"])[1] == [2]
    # Thousands are not grouped in this column.
    assert typed(["12500", "34000", "1,234"], "integer")[1] == [2]
    # Here they are.
    assert typed(["12,500", "34,000", "1,234"], "integer")[1] == []


@pytest.mark.parametrize(
    ("kind", "texts", "proofs", "doubtful"),
    [
        ("money", ["12.5", "3", "1,234"], {".": 1}, 1),
        ("money", ["12,5", "0,123"], {",": 2}, 0),
        ("money", ["1.234,5", "1,234.5"], {",": 1, ".": 1}, 0),
        ("money", ["1,234", "5,678", "9"], {}, 2),
        ("money", ["1 234,567"], {",": 1}, 0),
        ("money", ["1,234,567"], {".": 1}, 0),
        ("integer", ["1,234"], {".": 1}, 0),
        ("integer", ["1.234"], {",": 1}, 0),
        ("money", ["12", "1 234", "1e5"], {}, 0),
    ],
)
def test_what_values_prove(kind: Kind, texts: list[str], proofs: dict[str, int], doubtful: int) -> None:
    assert decided([(kind, Counter(texts))]) == (Counter(proofs), doubtful)


@pytest.mark.parametrize(
    ("text", "code"),
    [("€", "EUR"), ("eur", "EUR"), ("£", "GBP"), ("US$", "USD"), ("$", None), ("¥", None), ("xx", None)],
)
def test_a_sign_that_several_currencies_share_names_none(text: str, code: str | None) -> None:
    assert currency_code(text) == code


def test_the_currency_beside_an_amount_is_found() -> None:
    assert shape_of("12,50 €").currency == "€"
    assert shape_of("CA$ 12.50").currency == "CA$"
    assert shape_of("12.50").currency is None
