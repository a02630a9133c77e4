"""Numbers as people read them: by the metric's unit and the reader's language.

Machine formats (CSV, JSON, Parquet) never pass through here: they carry the raw value.
Patterns and symbols are CLDR's, through babel.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, Final

from babel.core import Locale
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from leadline.errors import LeadlineError

LANGUAGES: Final = ("en", "fr")
NOT_AVAILABLE: Final = "n/a"
UNATTRIBUTED: Final = {"en": "(unattributed)", "fr": "(non attribué)"}

_PERIODS: Final = {
    "fr": {"year": "année", "quarter": "trimestre", "month": "mois", "week": "semaine", "day": "jour"},
}

Number = int | float | Decimal

_WHOLE: Final = "#,##0"
_TENTHS: Final = "#,##0.0"
_HUNDREDTHS: Final = "#,##0.00"


def _decimal(pattern: str, value: Number, locale: Locale) -> str:
    return format_decimal(value, pattern, locale=locale)


def _count(value: Number, locale: Locale) -> str:
    # Ad platforms credit fractions of a conversion: a count is not always whole.
    return _decimal(_WHOLE if value == int(value) else "#,##0.##", value, locale)


def _ratio(value: Number, locale: Locale) -> str:
    percent = locale.percent_formats[None].pattern
    return format_percent(value, percent.replace("#,##0", _HUNDREDTHS), locale=locale)


def _duration(unit: str, value: Number, locale: Locale) -> str:
    return format_unit(value, f"duration-{unit}", "short", format=_TENTHS, locale=locale)


def _seconds(value: Number, locale: Locale) -> str:
    value = float(value)
    if abs(value) < 60:
        return _duration("second", value, locale)
    minutes, seconds = divmod(round(abs(value)), 60)
    parts = (
        format_unit(math.copysign(minutes, value), "duration-minute", "short", locale=locale),
        format_unit(seconds, "duration-second", "short", locale=locale),
    )
    return " ".join(parts)


def _multiple(value: Number, locale: Locale) -> str:
    return _decimal(_TENTHS if abs(float(value)) >= 1 else _HUNDREDTHS, value, locale) + "x"


_BY_UNIT: Final[dict[str, Callable[[Number, Locale], str]]] = {
    "count": _count,
    "ratio": _ratio,
    "number": partial(_decimal, _HUNDREDTHS),
    "days": partial(_duration, "day"),
    "seconds": _seconds,
    "position": partial(_decimal, _TENTHS),
    "score": partial(_decimal, _HUNDREDTHS),
    "multiple": _multiple,
}
UNITS: Final = ("currency", *_BY_UNIT)


def check_language(lang: str) -> str:
    """`lang` if it is one of LANGUAGES. Raises LeadlineError otherwise."""
    if lang in LANGUAGES:
        return lang
    raise LeadlineError(f"unknown language {lang!r}: choose one of {', '.join(LANGUAGES)}")


def format_number(value: Number | None, unit: str | None, *, lang: str = "en", currency: str = "EUR") -> str:
    """One value of a metric with its unit: `€1,234.56` (en), `1 234,56 €` (fr), `3.00%`, `3.0x`, `12.3 days`.

    `value` is in the unit's own scale: a ratio is 0..1, seconds are seconds. None and NaN give `n/a`; a unit
    that is None or not one of UNITS is shown as a plain number.
    """
    if value is None or not math.isfinite(value):
        return NOT_AVAILABLE
    locale = Locale.parse(check_language(lang))
    if unit == "currency":
        return format_currency(value, currency, locale=locale)
    shown = _BY_UNIT.get(unit or "number")
    return shown(value, locale) if shown else _count(value, locale)


def period_name(grain: str, lang: str = "en") -> str:
    """What a column of such periods is called."""
    return _PERIODS.get(lang, {}).get(grain, grain)


def format_time(value: dt.date | dt.datetime, grain: str) -> str:
    """A period by its grain, as ISO writes it: 2026, 2026-Q3, 2026-09, 2026-W38, 2026-09-14."""
    if grain == "year":
        return f"{value:%Y}"
    if grain == "quarter":
        return f"{value.year}-Q{(value.month + 2) // 3}"
    if grain == "month":
        return f"{value:%Y-%m}"
    if grain == "week":
        return f"{value:%G-W%V}"
    if isinstance(value, dt.datetime) and value.time() != dt.time.min:
        return value.isoformat(sep=" ", timespec="auto")
    return f"{value:%Y-%m-%d}"


def format_dimension(value: Any, grain: str | None, *, lang: str = "en") -> str:
    """A value that a result is cut by; None is a group of its own and says so."""
    if value is None:
        return UNATTRIBUTED[check_language(lang)]
    if isinstance(value, dt.date):
        return format_time(value, grain or "day")
    return str(value)
