"""Named periods (2026, 2026-Q4, 2026-11, 2026-W46, 2026-11-05), and the periods before them."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from babel.dates import format_date, format_skeleton
from dateutil.relativedelta import relativedelta

from leadline.errors import RequestError
from leadline.periods import last_complete, start_of

_YEAR_BACK: Final = relativedelta(years=1)
_STEP: Final = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": _YEAR_BACK,
}
_SHAPES: Final = (
    ("year", re.compile(r"(\d{4})")),
    ("quarter", re.compile(r"(\d{4})-Q([1-4])")),
    ("week", re.compile(r"(\d{4})-W(\d{2})")),
    ("month", re.compile(r"(\d{4})-(\d{2})")),
    ("day", re.compile(r"(\d{4})-(\d{2})-(\d{2})")),
)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period of the calendar: its first and last day."""

    start: dt.date
    end: dt.date
    grain: str

    @classmethod
    def at(cls, day: dt.date, grain: str) -> Span:
        """The period of `grain` that `day` lies in."""
        start = start_of(day, grain)
        return cls(start, start + _STEP[grain] - dt.timedelta(days=1), grain)

    def before(self, count: int = 1) -> Span:
        """The period `count` periods earlier."""
        return Span.at(self.start - _STEP[self.grain] * count, self.grain)

    def year_before(self) -> Span:
        """The same period a year earlier; of a week, the one 52 weeks earlier."""
        if self.grain == "week":
            return self.before(52)
        return Span.at(self.start - _YEAR_BACK, self.grain)

    def label(self, lang: str) -> str:
        """As people write it: October 2026, octobre 2026, Q4 2026, T4 2026."""
        if self.grain == "year":
            return str(self.start.year)
        if self.grain == "quarter":
            return f"{'T' if lang == 'fr' else 'Q'}{(self.start.month + 2) // 3} {self.start.year}"
        if self.grain == "week":
            year, week, _ = self.start.isocalendar()
            return f"semaine {week} de {year}" if lang == "fr" else f"week {week} of {year}"
        if self.grain == "month":
            return format_skeleton("yMMMM", self.start, locale=lang)
        return day_label(self.start, lang)


def day_label(day: dt.date, lang: str) -> str:
    """31 October 2026, 31 octobre 2026."""
    told = format_date(day, "d MMMM y", locale=lang)
    # The first of a month is an ordinal in French, which CLDR's pattern does not know.
    return f"1er{told[1:]}" if lang == "fr" and day.day == 1 else told


def span_of(name: str) -> Span:
    """The period of that name. Raises RequestError where there is no such period (2026-13, 2026-W60)."""
    for grain, shape in _SHAPES:
        found = shape.fullmatch(name)
        if not found:
            continue
        numbers = [int(number) for number in found.groups()]
        try:
            return Span.at(_first_day(grain, numbers), grain)
        except ValueError:
            break
    raise RequestError(
        f"{name!r} is not a period", fix="write 2026, 2026-Q4, 2026-11, 2026-W46 or 2026-11-05"
    )


def _first_day(grain: str, numbers: list[int]) -> dt.date:
    if grain == "week":
        return dt.date.fromisocalendar(numbers[0], numbers[1], 1)
    if grain == "quarter":
        return dt.date(numbers[0], 3 * numbers[1] - 2, 1)
    return dt.date(*[*numbers, 1, 1][:3])


def last_span(until: dt.date, grain: str) -> Span:
    """The last period that is complete on the evening of `until`."""
    start, _ = last_complete(until, grain, 1)
    return Span.at(start, grain)


def year_before(day: dt.date) -> dt.date:
    """The same day a year earlier; 28 February for the 29th."""
    return day - _YEAR_BACK
