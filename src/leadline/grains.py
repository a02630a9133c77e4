"""Grains of time: their order, their spelling, and which add up to which."""

import datetime as dt
from dataclasses import dataclass

STANDARD = (
    "nanosecond",
    "microsecond",
    "millisecond",
    "second",
    "minute",
    "hour",
    "day",
    "week",
    "month",
    "quarter",
    "year",
)
ORDER = {grain: place for place, grain in enumerate(STANDARD)}
DATE_PARTS = ("year", "quarter", "month", "day", "dow", "doy")
CALENDAR = frozenset({"month", "quarter", "year"})
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time: `count` grains; the grain may be a custom one of the time spine."""

    count: int
    grain: str

    @property
    def is_custom(self) -> bool:
        """True where the grain is a column of the time spine and not a unit of the calendar."""
        return self.grain not in ORDER

    @property
    def is_calendar(self) -> bool:
        """True for months, quarters and years, whose length in days varies."""
        return self.grain in CALENDAR

    def __str__(self) -> str:
        return f"{self.count} {self.grain}{'s' if self.count != 1 else ''}"


def finest(grains: list[str]) -> str | None:
    """The smallest standard grain of a list, None where there is none."""
    standard = [g for g in grains if g in ORDER]
    return min(standard, key=ORDER.__getitem__) if standard else None


def coarsest(grains: list[str]) -> str | None:
    """The largest standard grain of a list, None where there is none."""
    standard = [g for g in grains if g in ORDER]
    return max(standard, key=ORDER.__getitem__) if standard else None


def nests(fine: str, coarse: str) -> bool:
    """True where every period of `coarse` is made of whole periods of `fine` (weeks nest in nothing)."""
    if fine == coarse:
        return True
    return ORDER[fine] < ORDER[coarse] and fine != "week"


def floor(at: dt.datetime, grain: str) -> dt.datetime:
    """The first moment of the period of `grain` in which `at` lies; weeks begin on Monday."""
    if grain in ("nanosecond", "microsecond"):
        return at
    if grain == "millisecond":
        return at.replace(microsecond=at.microsecond // 1000 * 1000)
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if grain == "second":
        return at.replace(microsecond=0)
    if grain == "minute":
        return at.replace(second=0, microsecond=0)
    if grain == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    month = {"month": at.month, "quarter": (at.month - 1) // 3 * 3 + 1, "year": 1}[grain]
    return day.replace(month=month, day=1)


def following(start: dt.datetime, grain: str) -> dt.datetime:
    """The first moment of the period after the one that begins at `start`."""
    if grain in MONTHS:
        months = start.month - 1 + MONTHS[grain]
        return start.replace(year=start.year + months // 12, month=months % 12 + 1)
    steps = {
        "nanosecond": dt.timedelta(microseconds=1),
        "microsecond": dt.timedelta(microseconds=1),
        "millisecond": dt.timedelta(milliseconds=1),
        "second": dt.timedelta(seconds=1),
        "minute": dt.timedelta(minutes=1),
        "hour": dt.timedelta(hours=1),
        "day": dt.timedelta(days=1),
        "week": dt.timedelta(weeks=1),
    }
    return start + steps[grain]
