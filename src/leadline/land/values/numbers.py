"""Numbers as exports write them: which mark is the decimal sign, and what a text is worth under it.

Texts are judged by their shape (each digit above zero as 9), so that a million cells are a few dozen shapes.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel.numbers import list_currencies

from leadline.land.format import Kind
from leadline.land.values.columns import NONE_BAD, NOTHING, Typed, buffers

NUMERIC: Final[frozenset[Kind]] = frozenset({"integer", "decimal", "money", "percent"})
_SPACES = " \u00a0\u202f\u2009\u2007"
_GROUPERS = f"[{_SPACES}'’]"
_WORDS = frozenset({"kr", "zł", "Kč", "Ft", "lei", "Fr"})
_SIGNS = {"€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW", "₪": "ILS", "zł": "PLN"}
_SIGNS |= {
    "US$": "USD",
    "CA$": "CAD",
    "A$": "AUD",
    "AU$": "AUD",
    "R$": "BRL",
    "NZ$": "NZD",
    "Kč": "CZK",
    "Ft": "HUF",
}
_AMOUNT = re.compile(
    rf"(?P<open>\()?(?P<sign>[-−+]?)[{_SPACES}]?(?P<before>[^0-9(){_SPACES}.,'’%+−-]{{0,4}})[{_SPACES}]?"
    rf"(?P<inner>[-−+]?)(?P<body>[0-9.,'’{_SPACES}]*[0-9][.]?)[{_SPACES}]?(?P<percent>%?)"
    rf"(?P<after>[^0-9()%.,'’]{{0,4}})(?(open)\))"
)
_EXPONENT = re.compile(r"[-−+]?[0-9]+(?:\.[0-9]+)?[eE][-+]?[0-9]{1,3}")
_BOUND = re.compile(rf"[<>≤≥][{_SPACES}]?[0-9.,]+[{_SPACES}]?%?")
_TO_SHAPE = np.arange(256, dtype=np.uint8)
_TO_SHAPE[ord("1") : ord("9") + 1] = ord("9")
MARKS = (".", ",")
# Digits that a bigint surely holds.
_LONGEST = 18


@dataclass(frozen=True, slots=True)
class Reading:
    """What a shape is under one decimal sign: digits before and after it, and whether they are grouped."""

    whole: int
    decimals: int
    grouped: bool
    exact: bool  # nothing but zeros after the sign


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text's shape says, before the decimal sign is known.

    `readings` has an entry for each decimal sign under which it is a number. `bound` is a text like `< 10%`.
    """

    readings: dict[str, Reading]
    negative: bool = False
    percent: bool = False
    exponent: bool = False
    bound: bool = False
    nothing: bool = False
    currency: str | None = None

    @property
    def decided(self) -> str | None:
        """The decimal sign that the shape proves."""
        return next(iter(self.readings)) if len(self.readings) == 1 and not self.exponent else None

    @property
    def doubtful(self) -> bool:
        """Whether the shape is two different numbers under the two signs: `1,234`."""
        return len(self.readings) == 2 and self.readings["."] != self.readings[","]


@lru_cache(maxsize=50_000)
def shape_of(text: str) -> Shape:
    """What a text, or a shape of one, says."""
    bare = text.strip()
    if bare.lower() in NOTHING:
        return Shape({}, nothing=True)
    if _EXPONENT.fullmatch(bare):
        reading = Reading(1, 1, grouped=False, exact=False)
        return Shape({".": reading}, negative=bare[0] in "-−", exponent=True)
    if _BOUND.fullmatch(bare):
        return Shape({}, bound=True)
    found = _AMOUNT.fullmatch(bare)
    if not found or (found["sign"] and found["inner"]) or (found["before"] and found["after"].strip(_SPACES)):
        return Shape({})
    written = found["before"] or found["after"].strip(_SPACES)
    if written and (found["percent"] or not _is_currency(written)):
        return Shape({})
    body = found["body"]
    readings = {mark: one for mark in MARKS if (one := _read(body, mark)) is not None}
    negative = bool(found["open"]) or (found["sign"] or found["inner"]) in ("-", "−")
    return Shape(readings, negative=negative, percent=bool(found["percent"]), currency=written or None)


def _is_currency(text: str) -> bool:
    if text in _WORDS or any(unicodedata.category(c) == "Sc" for c in text):
        return True
    return len(text) == 3 and text.upper() in list_currencies() and (text.isupper() or text.islower())


def _read(body: str, mark: str) -> Reading | None:
    whole, found, decimals = body.rpartition(mark) if mark in body else (body, "", "")
    # `144.` is what some programs write for 144 among numbers with decimals.
    if mark in whole or (decimals and not decimals.isdecimal()) or body == mark:
        return None
    other = "," if mark == "." else "."
    if whole.isdecimal() or (not whole and found):
        if len(whole) > 1 and whole[0] == "0":
            return None
        return Reading(len(whole), len(decimals), grouped=False, exact=not decimals.strip("0"))
    groups = re.fullmatch(
        rf"[1-9][0-9]{{0,2}}(?:({re.escape(other)}|{_GROUPERS})[0-9]{{3}})(?:\1[0-9]{{3}})*", whole
    )
    if groups is None:
        return None
    digits = sum(c.isdecimal() for c in whole)
    return Reading(digits, len(decimals), grouped=True, exact=not decimals.strip("0"))


def currency_code(text: str) -> str | None:
    """The ISO code of a currency's sign or code, or nothing where several share the sign (`$`)."""
    bare = text.strip()
    if bare.upper() in list_currencies():
        return bare.upper()
    return _SIGNS.get(bare)


def shapes(array: pa.StringArray) -> tuple[np.ndarray, list[str]]:
    """Which of the distinct shapes each row of a flat array has, and those shapes."""
    _, offsets, data = array.buffers()
    if data is None:
        return np.zeros(len(array), np.int32), [""] if len(array) else []
    mapped = _TO_SHAPE[np.frombuffer(data, np.uint8)]
    encoded = pa.StringArray.from_buffers(len(array), offsets, pa.py_buffer(mapped)).dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def counted(array: pa.StringArray) -> Counter[str]:
    """How many rows have each shape."""
    which, texts = shapes(array)
    return Counter(dict(zip(texts, np.bincount(which, minlength=len(texts)).tolist(), strict=True)))


@dataclass(frozen=True, slots=True)
class NumberPlan:
    """How the numbers of one column are read.

    `mark` is the decimal sign (`.` where the file needs none). `refuses_doubtful` marks a column whose other
    values are never written with grouped thousands, so that `1,234` may be a slip. `scale` is 0.01 for
    percentages without a sign that are no shares.
    """

    kind: Kind
    mark: str
    refuses_doubtful: bool = False
    scale: float = 1.0
    percent_signs: bool = False


def column_plan(
    kind: Kind, mark: str | None, found: Counter[str], array: pa.StringArray, *, typed: bool = False
) -> NumberPlan:
    """How a column is read, by the shapes of its values; `typed` values were numbers before that."""
    sign = mark or "."
    plan = NumberPlan(kind, sign, refuses_doubtful=not typed and _odd_groups(kind, sign, found))
    if kind != "percent":
        return plan
    signs = any(shape_of(text).percent for text in found)
    if signs:
        return NumberPlan(kind, sign, plan.refuses_doubtful, 1.0, percent_signs=True)
    values = to_numbers(array, NumberPlan("decimal", sign)).values
    most = pc.max(values).as_py()
    return NumberPlan(kind, sign, plan.refuses_doubtful, 0.01 if most is not None and most > 1 else 1.0)


def _odd_groups(kind: Kind, mark: str, found: Counter[str]) -> bool:
    """Whether a doubtful value such as `1,234` disagrees with how the column's other values are written."""
    sure = [(shape_of(text), count) for text, count in found.items()]
    readings = [
        (s.readings[mark], n) for s, n in sure if mark in s.readings and not s.doubtful and not s.exponent
    ]
    doubtful = sum(n for s, n in sure if s.doubtful)
    if not doubtful or not readings:
        return False
    long = sum(n for reading, n in readings if reading.whole > 3 and not reading.grouped)
    grouped = sum(n for reading, n in readings if reading.grouped)
    if long >= grouped + doubtful:
        return True
    decimals = {reading.decimals for reading, _ in readings}
    return kind != "integer" and len(decimals) == 1 and decimals.isdisjoint({0, 3}) and len(readings) > 1


def to_numbers(array: pa.StringArray, plan: NumberPlan) -> Typed:
    """A flat column of text as bigint (integer) or double; percentages as shares."""
    simple = _simple(array, plan)
    if simple is not None:
        return Typed(simple, NONE_BAD, [])
    which, texts = shapes(array)
    verdicts = [_verdict(text, plan) for text in texts]
    whole = plan.kind == "integer"
    values = _cleaned(array, which, verdicts, plan.mark, whole=whole)
    reasons = {i: v.reason for i, v in enumerate(verdicts) if v.reason}
    bad = np.flatnonzero(np.isin(which, list(reasons))) if reasons else NONE_BAD
    said = [reasons[int(which[row])] for row in bad]
    if plan.kind == "percent":
        return _shares(values, verdicts, which, plan, bad, said)
    return Typed(values, bad, said)


def _simple(array: pa.StringArray, plan: NumberPlan) -> pa.Array | None:
    """The numbers of a column that holds nothing but digits and points in their places; else nothing.

    Most columns of most files are such, and need no look at their shapes.
    """
    if plan.kind == "percent" or plan.mark != "." or plan.refuses_doubtful or not len(array):
        return None
    starts, stops, data = buffers(array)
    lengths = stops - starts
    # The code of the point comes before the slash's and the ten digits'.
    if (
        lengths.min() < 1
        or lengths.max() > _LONGEST
        or ((data - np.uint8(ord("."))) > ord("9") - ord(".")).any()
    ):
        return None
    first, last = data[starts], data[stops - 1]
    second = data[np.minimum(starts + 1, len(data) - 1)]
    padded = (first == ord("0")) & (lengths > 1) & (second != ord("."))
    if padded.any() or (last == ord(".")).any():
        return None
    try:
        return pc.cast(array, pa.int64() if plan.kind == "integer" else pa.float64())
    except pa.ArrowInvalid:
        return None


@dataclass(frozen=True, slots=True)
class _Verdict:
    valid: bool = False
    negative: bool = False
    percent: bool = False
    exponent: bool = False
    reason: str = ""


@lru_cache(maxsize=50_000)
def _verdict(text: str, plan: NumberPlan) -> _Verdict:
    shape = shape_of(text)
    if shape.nothing or (shape.bound and plan.kind == "percent"):
        return _Verdict()
    reading = shape.readings.get("." if shape.exponent else plan.mark)
    reason = _fault(shape, reading, plan, zero=text.strip() == "0")
    if reason or reading is None:
        return _Verdict(reason=reason)
    return _Verdict(True, shape.negative, shape.percent, shape.exponent)


def _fault(shape: Shape, reading: Reading | None, plan: NumberPlan, *, zero: bool) -> str:
    if reading is None:
        return "is no number" + (f" with “{plan.mark}” as the decimal sign" if shape.readings else "")
    if reading.whole > _LONGEST:
        return "has too many digits"
    if shape.currency and plan.kind in ("integer", "percent"):
        return "is an amount of money where a number belongs"
    if shape.percent and plan.kind != "percent":
        return "is a percentage where a number belongs"
    if plan.percent_signs and not shape.percent and not zero:
        return "lacks the percent sign that the column's other values have"
    if plan.kind == "integer" and not (reading.exact and not shape.exponent):
        return "is no whole number"
    if shape.doubtful and plan.refuses_doubtful:
        return "reads as two numbers, and the column's other values are written otherwise"
    return ""


def _cleaned(
    array: pa.StringArray, which: np.ndarray, verdicts: list[_Verdict], mark: str, *, whole: bool
) -> pa.Array:
    """The numbers without signs, currencies and grouping; those bytes are left out, the mark is a point."""
    valid = np.array([v.valid and not v.exponent for v in verdicts], dtype=bool)[which]
    starts, stops, data = buffers(array)
    keep = ((data >= ord("0")) & (data <= ord("9"))) | (data == ord(mark))
    places = np.append(0, np.cumsum(keep)).astype(np.int32)
    kept = data[keep]
    kept = np.where(kept == ord(","), np.uint8(ord(".")), kept)
    offsets = np.append(places[starts], places[stops[-1]] if len(stops) else 0).astype(np.int32)
    text = pa.StringArray.from_buffers(len(array), pa.py_buffer(offsets), pa.py_buffer(kept), _bitmap(valid))
    exact = whole and not (kept == ord(".")).any()
    numbers = pc.cast(text, pa.int64() if exact else pa.float64())
    if any(v.negative for v in verdicts):
        signs = np.array([-1 if v.negative else 1 for v in verdicts])[which]
        numbers = pc.multiply(numbers, pa.array(signs, numbers.type))
    if any(v.exponent for v in verdicts):
        numbers = _with_exponents(array, numbers, np.array([v.exponent for v in verdicts])[which])
    return pc.cast(numbers, pa.int64()) if whole else pc.cast(numbers, pa.float64())


def _bitmap(valid: np.ndarray) -> pa.Buffer:
    return pa.py_buffer(np.packbits(valid, bitorder="little"))


def _with_exponents(array: pa.StringArray, numbers: pa.Array, where: np.ndarray) -> pa.Array:
    rows = np.flatnonzero(where)
    given = pa.array([float(array[int(row)].as_py().strip().replace("−", "-")) for row in rows], pa.float64())
    return pc.replace_with_mask(numbers, pa.array(where), given)


def _shares(
    values: pa.Array,
    verdicts: list[_Verdict],
    which: np.ndarray,
    plan: NumberPlan,
    bad: np.ndarray,
    said: list[str],
) -> Typed:
    signed = np.array([v.percent for v in verdicts], dtype=bool)[which]
    shares = pc.divide(values, pa.array(np.where(signed, 100.0, 1.0 / plan.scale)))
    if plan.scale == 1.0 and not plan.percent_signs:
        above = np.flatnonzero(pc.greater(shares, 1.0).fill_null(False).to_numpy(zero_copy_only=False))
        bad, said = np.append(bad, above), [*said, *["is above 1, and the column holds shares"] * len(above)]
    return Typed(shares, bad, said)


def decided(columns: Iterable[tuple[Kind, Counter[str]]]) -> tuple[Counter[str], int]:
    """How many values prove each decimal sign, and how many read two ways.

    A whole number has no decimals, so that `1,234` in such a column proves the other sign.
    """
    proofs: Counter[str] = Counter()
    open_ = 0
    for kind, found in columns:
        for text, count in found.items():
            shape = shape_of(text)
            mark = shape.decided
            if mark is not None:
                proofs[mark] += count
            elif shape.doubtful and kind == "integer":
                proofs[next(m for m in MARKS if shape.readings[m].grouped)] += count
            elif shape.doubtful:
                open_ += count
    return proofs, open_
