"""Values for directed databases: each database puts its columns around one day and a few of the constants.

Where the ordinary pools lie near what one column is compared with, these lie near what queries compare
anything with: differences of days, numbers of rows, ratios, ends of months, hours of the day.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from dateutil.relativedelta import relativedelta

from leadline.audit.constants import Constants
from leadline.audit.hints import Column, Hints
from leadline.audit.pools import pool

_PLAIN_DAYS: Final = (
    date(2026, 1, 1),
    date(2026, 3, 31),
    date(2025, 12, 29),
    date(2024, 2, 29),
    date(2026, 6, 14),
)
# Parts of two only: their sums are exact in whatever order they are added.
_FRACTIONS: Final = (0.0078125, 0.125, 0.25, 1.375, 12.34375, 33.3359375, 99.9921875)
_STEP: Final = 0.0078125
_LONGEST: Final = 800
_DAY_FLAVOURS: Final = ("usual", "near", "run", "months", "years", "ends")
_TIME_FLAVOURS: Final = ("usual", "midnight", "edges", "day")
_CLOCK: Final = ("second", "minute", "hour")


@dataclass(slots=True)
class Setting:
    """What one directed database has in common: a day that its days are near, and how many rows it has."""

    draw: random.Random
    hints: Hints
    constants: Constants
    size: int
    is_large: bool = False
    anchor: date = _PLAIN_DAYS[0]
    span: int = 1
    day_flavour: str = ""
    time_flavour: str = ""

    def __post_init__(self) -> None:
        draw, numbers = self.draw, self.constants.numbers
        own = self.constants.days and draw.random() < 0.7
        self.anchor = draw.choice(self.constants.days if own else _PLAIN_DAYS)
        spans = [int(n) for n in numbers if 1 < n <= _LONGEST and n == int(n)]
        self.span = draw.choice(spans) if spans else 1
        if self.is_large and draw.random() < 0.5:
            # As many days as rows, one after the other.
            self.day_flavour = self.time_flavour = "run"
        else:
            self._choose(bool(spans))

    def _choose(self, has_spans: bool) -> None:
        draw = self.draw
        self.day_flavour = draw.choice((*_DAY_FLAVOURS, *(("spans", "spans") if has_spans else ())))
        clock = self.constants.spans & set(_CLOCK)
        self.time_flavour = draw.choice((*_TIME_FLAVOURS, *(("spans",) * 3 if clock else ())))

    def pool(self, name: str, column: Column, is_key: bool, is_unique: bool) -> list[Any]:
        """The values for a column in this database; as many as rows at least where none may occur twice."""
        usual = pool(name, column, self.hints, is_key)
        match column.kind:
            case "int" | "num":
                return self._numbers(name, column, is_key, is_unique, usual)
            case "date":
                return [day.isoformat() for day in self._days(usual)]
            case "ts":
                return self._times(usual)
            case "bool":
                return usual
        return self._texts(is_key, usual) if not is_unique else [*self._many(self.size + 3), *usual]

    # Numbers: the constants and their neighbours, quotients and products; few values; many; cents.

    def _numbers(
        self, name: str, column: Column, is_key: bool, is_unique: bool, usual: list[Any]
    ) -> list[Any]:
        draw = self.draw
        is_name = is_key or name.endswith(("_id", "_key")) or name == "id"
        flavour = draw.randrange(5 if column.kind == "num" else 4)
        if is_name:
            most = draw.choice((3, 6, self.size + 3)) if not is_unique else self.size + 3
            return [*range(1, most + 1), *(usual if flavour == 0 else ())]
        if flavour == 0:
            return usual
        if flavour == 1:
            found = self._near(column)
            return found or usual
        if flavour == 2:
            return [1, 2, 3]
        if flavour == 3:
            return [draw.randrange(1, 400) for _ in range(self.size + 5)]
        return [*_FRACTIONS, *(n + d for n in map(_exact, self.constants.numbers) for d in (-_STEP, _STEP))]

    def _near(self, column: Column) -> list[float]:
        numbers = [n for n in self.constants.numbers if abs(n) < 1e7]
        if not numbers:
            return []
        one, two = self.draw.choice(numbers), self.draw.choice(numbers)
        made = [one * two, *((one / two,) if two else ()), one + two, one - two, one / 2]
        step = self.draw.choice((1, 1, _STEP)) if column.kind == "num" else 1
        near = [v + d for v in (one, two, *map(_exact, made)) for d in (-step, 0, step)]
        return near if column.kind == "num" else [int(v // 1) for v in near]

    # Days: near the anchor by the queries' own spans, one after the other, by months and by years.

    def _days(self, usual: list[Any]) -> list[date]:
        anchor, draw = self.anchor, self.draw
        # Mostly as the other days of this database: what lies so far from what.
        match self.day_flavour if draw.random() < 0.75 else draw.choice(_DAY_FLAVOURS):
            case "near":
                return [anchor + timedelta(days=n) for n in (-1, 0, 1)]
            case "run":
                return [anchor + timedelta(days=n) for n in range(max(self.size, 7))]
            case "months":
                most = draw.choice((3, 15))
                return [anchor + relativedelta(months=n) for n in range(-1, most)]
            case "years":
                return [anchor + relativedelta(years=y, days=d) for y in (-1, 0, 1) for d in (-1, 0, 1)]
            case "ends":
                first = anchor.replace(day=1) + relativedelta(months=draw.randrange(-2, 12))
                return [first + timedelta(days=n) for n in (-2, -1, 0, 1, 27, 28, 29, 30, 31)]
            case "spans":
                steps = [s * self.span + d for s in (-1, 1) for d in (-1, 0, 1)]
                return [anchor, *(anchor + timedelta(days=n) for n in steps)]
        return [date.fromisoformat(str(value)[:10]) for value in usual]

    def _times(self, usual: list[Any]) -> list[str]:
        draw = self.draw
        match self.time_flavour if draw.random() < 0.75 else draw.choice(_TIME_FLAVOURS):
            case "usual":
                return [str(value) for value in usual]
            case "midnight":
                return [f"{day} 00:00:00" for day in self._days(usual)]
            case "day":
                return [f"{day} {hour}" for day in self._days(usual) for hour in self._hours()]
            case "spans":
                start = datetime.combine(self.anchor, time(draw.choice((0, 9, 23)), draw.choice((0, 30))))
                units = sorted(self.constants.spans & set(_CLOCK))
                near = [start + n * self._span(draw.choice(units)) for n in (-1, 0, 1)]
                steps = (timedelta(), timedelta(seconds=-1), timedelta(seconds=1), timedelta(seconds=30))
                return [str(moment + step) for moment in near for step in steps]
        return [
            f"{day} {hour}" for day in self._days(usual) for hour in ("00:00:00", "23:59:59", "23:59:59.5")
        ]

    def _span(self, unit: str) -> timedelta:
        counts = [n for n in self.constants.numbers if 0 < n <= 100_000] or [1]
        return timedelta(**{f"{unit}s": self.draw.choice(counts)})

    def _hours(self) -> list[str]:
        known = [int(n) for n in self.constants.numbers if 0 <= n < 24 and n == int(n)]
        hour = self.draw.choice(known) if known else 12
        return ["00:00:00", f"{(hour - 1) % 24:02}:59:59", f"{hour:02}:00:00", f"{hour:02}:30:00"]

    # Texts: the constants and what is nearly them; many; long ones.

    def _texts(self, is_key: bool, usual: list[Any]) -> list[str]:
        draw, texts = self.draw, [t for t in self.constants.texts if len(t) < 40]
        marks = [t for t in texts if 0 < len(t) <= 2 and not t.isalnum() and "%" not in t]
        flavours = ["usual", "many", "pieces"]
        flavours += (
            ["near"] * bool(texts)
            + ["marks", "marks"] * bool(marks)
            + ["lengths"] * self.constants.reads_length
        )
        if is_key:
            flavours += ["many"]
        match draw.choice(flavours):
            case "near":
                text = draw.choice(texts).replace("%", "").replace("_", draw.choice(("_", "k")))
                parts = [
                    text,
                    text[:-1],
                    f"{text}x",
                    f"x{text}",
                    f"{text}_1",
                    f"x{text}x",
                    draw.choice(usual),
                ]
                spaced = [f" {text}", f"{text} "] if self.hints.trims else []
                return [*parts, *spaced, text.swapcase(), text.title()]
            case "many":
                return self._many(draw.choice((4, self.size + 3)))
            case "pieces":
                # Put together, different ones may be the same.
                return ["a", "b", "ab", "ba", "aab", "aba"]
            case "marks":
                one, two = draw.choice(marks), draw.choice(marks)
                return [f"a{one}b", f"a{two}b", f"b{one}a{two}c", f"a{one}", "a", f"{one}b", "b"]
            case "lengths":
                return [
                    text for n in self._lengths() for text in ("x" * n, "x" * n + "a", "x" * n + "b")
                ] or usual
        return usual

    @staticmethod
    def _many(count: int) -> list[str]:
        return [f"k{n}" for n in range(count)]

    def _lengths(self) -> list[int]:
        known = [int(n) for n in self.constants.numbers if 0 < n <= 300]
        length = self.draw.choice(known) if known else 1
        return [length - 1, length, length + 1]


def _exact(value: float) -> float:
    """The nearest value that binary fractions hold without rounding."""
    return round(value / _STEP) * _STEP
