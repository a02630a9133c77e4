"""Texts, currencies, truth values and personal data."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.land.format import Kind
from leadline.land.headers import plain
from leadline.land.values.columns import NONE_BAD, NOTHING, Typed, buffers, by_value, trimmed
from leadline.land.values.numbers import currency_code

_TRUE = frozenset({"true", "yes", "y", "1", "oui", "vrai", "t", "o", "x", "ja", "si"})
_FALSE = frozenset({"false", "no", "n", "0", "non", "faux", "f", "nein"})
HASHED = "sha256:"


def to_texts(array: pa.StringArray) -> Typed:
    """Texts without spaces around them; an empty one is NULL."""
    bare = trimmed(array)
    starts, stops, _ = buffers(bare)
    filled = stops > starts
    if filled.all():
        return Typed(bare, NONE_BAD, [])
    _, offsets, data = bare.buffers()
    valid = pa.py_buffer(np.packbits(filled, bitorder="little"))
    return Typed(pa.StringArray.from_buffers(len(bare), offsets, data, valid), NONE_BAD, [])


def to_ids(array: pa.StringArray) -> Typed:
    """Texts that tell things apart; one that a spreadsheet has rounded (2.38E+16) is bad."""
    typed = to_texts(array)
    _, _, data = buffers(array)
    if not (data == ord("+")).any():
        return typed
    rounded = pc.match_substring_regex(array, r"^\s*[0-9]+([.,][0-9]+)?[eE]\+[0-9]+\s*$")
    bad = np.flatnonzero(rounded.to_numpy(zero_copy_only=False))
    return Typed(typed.values, bad, ["is an identifier that a spreadsheet has rounded"] * len(bad))


def to_booleans(array: pa.StringArray) -> Typed:
    """Words of yes and no in several languages."""

    def truth(text: str) -> bool | None:
        word = plain(text)
        return True if word in _TRUE else False if word in _FALSE else None

    return _mapped(array, truth, pa.bool_(), "is neither yes nor no")


def to_currencies(array: pa.StringArray) -> Typed:
    """ISO codes of currencies."""
    return _mapped(array, currency_code, pa.string(), "is no currency")


def to_hashes(array: pa.StringArray, kind: Kind, salt: str) -> Typed:
    """Personal data as `sha256:` and the hash of salt and normalised text; the models know that form."""

    def hashed(text: str) -> str:
        return hash_of(text, kind, salt)

    return _mapped(array, hashed, pa.string(), "can't be hashed")


def hash_of(text: str, kind: Kind, salt: str) -> str:
    """One hash for an address, number or name however it is typed."""
    normal = " ".join(text.strip().lower().split())
    if normal.startswith(HASHED):
        return normal
    if kind == "phone":
        normal = _phone(normal)
    return HASHED + hashlib.sha256((salt + normal).encode()).hexdigest()


def _phone(text: str, region: str = "FR") -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text.lstrip("'"), region)
    except phonenumbers.NumberParseException:
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _mapped(array: pa.StringArray, meaning: Callable[[str], object], kind: pa.DataType, reason: str) -> Typed:
    which, texts = by_value(array)
    values: Sequence[object] = [None if plain(text) in NOTHING else meaning(text) for text in texts]
    wrong = [i for i, text in enumerate(texts) if values[i] is None and plain(text) not in NOTHING]
    bad = np.flatnonzero(np.isin(which, wrong)) if wrong else NONE_BAD
    column = pc.take(pa.array(values, kind), pa.array(which)) if texts else pa.nulls(len(which), kind)
    return Typed(column, bad, [reason] * len(bad))
