"""Numbers of a plan as people read them: values, changes between them, and periods."""

from __future__ import annotations

from dataclasses import dataclass

from babel.core import Locale
from babel.numbers import format_decimal, format_percent

from leadline.measurement.labels import NOT_AVAILABLE, phrase, why
from leadline.measurement.values import Value
from leadline.units import format_number

# A change of these is a difference: a percentage of a percentage, or of what may be below zero, misleads.
_BY_DIFFERENCE = ("score", "position", "multiple")


@dataclass(frozen=True, slots=True)
class Style:
    """How the numbers of one metric are written."""

    unit: str | None
    better: str
    lang: str
    currency: str

    def number(self, value: float | None) -> str:
        """A value with its unit, or `n/a` (`n. d.`)."""
        if value is None:
            return NOT_AVAILABLE[self.lang]
        return format_number(value, self.unit, lang=self.lang, currency=self.currency)

    def shown(self, value: Value) -> str:
        """A value, or why there is none."""
        if value.number is not None:
            return self.number(value.number)
        return f"{NOT_AVAILABLE[self.lang]} ({why(value.reason, self.lang)})"

    def change(self, now: float | None, then: float | None) -> str:
        """How far `now` lies from `then`: +12.3 %, +1.2 points of a ratio; empty where it cannot be said."""
        if now is None or then is None:
            return ""
        if self.unit == "ratio":
            return phrase("points", self.lang, self._signed(100 * (now - then)))
        if self.unit in _BY_DIFFERENCE:
            return self._signed(now - then)
        if then <= 0:
            return ""
        return self._percent(now / then - 1)

    def judged(self, now: float | None, then: float | None) -> str:
        """Whether the change is `good`, `bad` or `flat`."""
        if now is None or then is None or now == then or self.better not in ("up", "down"):
            return "flat"
        return "good" if (now > then) == (self.better == "up") else "bad"

    def _signed(self, value: float) -> str:
        return format_decimal(value, "+#,##0.0;−#,##0.0", locale=self.lang)

    def _percent(self, value: float) -> str:
        locale = Locale.parse(self.lang)
        tenths = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.0")
        return format_percent(value, f"+{tenths};−{tenths}", locale=locale)


def percent(value: float, lang: str) -> str:
    """A share without decimals: 5%, 5 %."""
    return format_percent(value, locale=lang)
