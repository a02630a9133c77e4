"""A person as e-mail address or phone number: every form in which the store may hold it."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import Final

from leadline.errors import RequestError

_ADDRESS: Final = re.compile(r"[^@\s\"',;<>]+@[^@\s\"',;<>]+\.[^@\s\"',;<>]+")
# In an address of a page the character before may be written as %3D.
_BEFORE: Final = r"(^|[^a-z0-9._%+-]|%[0-9a-f]{2})"
_BETWEEN: Final = "[\\s\u00a0\u202f.()/-]*"
SALT_VARIABLE: Final = "LEADLINE_PII_SALT"
_SALT: Final = "leadline-demo"


@dataclass(frozen=True, slots=True)
class Person:
    """`plain` is the normalised form, `pattern` finds it however it is written, `hashes` are its hashes."""

    plain: str
    pattern: str
    hashes: tuple[str, ...]

    def is_in(self, text: str) -> bool:
        """Whether a text mentions the person, plainly or hashed."""
        return bool(re.search(self.pattern, text, re.IGNORECASE)) or any(h in text for h in self.hashes)


def person_of(given: str, region: str = "FR") -> Person:
    """The person of an e-mail address or a phone number; `region` reads numbers without a country's code.

    Raises:
        RequestError: it is neither.
    """
    text = given.strip().lower()
    if _ADDRESS.fullmatch(text):
        escaped = re.escape(text)
        also = re.escape(text.replace("@", "%40"))
        return Person(text, rf"{_BEFORE}({escaped}|{also})($|[^a-z0-9-])", _hashes(text))
    import phonenumbers

    try:
        number = phonenumbers.parse(given, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise RequestError(
            "a person is named by an e-mail address or a phone number",
            where=given,
            fix="write jane@example.com or +33612345678",
        )
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.national_significant_number(number)
    digits = _BETWEEN.join(national)
    code = _BETWEEN.join(str(number.country_code))
    prefix = rf"(\+{_BETWEEN}{code}|00{_BETWEEN}{code}|{code})?{_BETWEEN}0?"
    return Person(international, rf"(^|[^0-9]){prefix}{_BETWEEN}{digits}($|[^0-9])", _hashes(international))


def pii_salt() -> str:
    """The salt of hashed personal data: LEADLINE_PII_SALT, else the public one that the models take too."""
    return os.environ.get(SALT_VARIABLE, _SALT)


def _hashes(text: str) -> tuple[str, ...]:
    """The salted hash that landing and the models write, and the plain ones that platforms use as ids."""
    salt = pii_salt()
    plain = text.encode()
    return (
        hashlib.sha256(salt.encode() + plain).hexdigest(),
        hashlib.sha256(plain).hexdigest(),
        hashlib.md5(plain, usedforsecurity=False).hexdigest(),
    )
