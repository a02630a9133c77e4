"""What is to be generated: how many days and people, and the local calendar that every time hangs on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from leadline.demo.draw import Bools, Draw, Ints

EPOCH = dt.date(1970, 1, 1)
LAST_DAY = dt.date(2026, 10, 31)
DAYS = 426
SEED = 7
PEOPLE = 590  # at scale 1
BLOCK = 40_000  # people made at a time: what memory is needed for, whatever the scale
DAY = 86_400


def last_sunday(year: int, month: int) -> dt.date:
    """The last Sunday of a month of 31 days: when European clocks change."""
    end = dt.date(year, month, 31)
    return end - dt.timedelta(days=(end.weekday() + 1) % 7)


def midnight(day: dt.date) -> int:
    """Seconds since 1970 (UTC) of midnight in Paris: one hour behind UTC, two in summer."""
    summer = last_sunday(day.year, 3) < day <= last_sunday(day.year, 10)
    return (day - EPOCH).days * DAY - (7200 if summer else 3600)


def seconds(day: dt.date, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    """Seconds since 1970 of a UTC moment."""
    return (day - EPOCH).days * DAY + hour * 3600 + minute * 60 + second


@dataclass(frozen=True)
class Plan:
    """One run of the generator; everything that it writes follows from these four."""

    days: int = DAYS
    scale: float = 1.0
    seed: int = SEED
    end: dt.date = LAST_DAY

    @property
    def start(self) -> dt.date:
        return self.end - dt.timedelta(days=self.days - 1)

    @property
    def people(self) -> int:
        return max(1, round(PEOPLE * self.scale * self.days / DAYS))

    @property
    def blocks(self) -> int:
        return -(-self.people // BLOCK)

    @cached_property
    def dates(self) -> list[dt.date]:
        return [self.start + dt.timedelta(days=i) for i in range(self.days)]

    @cached_property
    def midnights(self) -> Ints:
        """Start of every local day in UTC seconds, and of the day after the last: days + 1 entries."""
        return np.array([midnight(self.start + dt.timedelta(days=i)) for i in range(self.days + 1)], np.int64)

    @cached_property
    def months(self) -> list[str]:
        return sorted({d.strftime("%Y-%m") for d in self.dates})

    @cached_property
    def month_of_day(self) -> Ints:
        """For every day the position of its month in `months`."""
        places = {m: i for i, m in enumerate(self.months)}
        return np.array([places[d.strftime("%Y-%m")] for d in self.dates], np.int64)

    @cached_property
    def month_ends(self) -> list[int]:
        """The last day of every month, as positions in `dates`; the last month may be cut short."""
        return [int(np.flatnonzero(self.month_of_day == m)[-1]) for m in range(len(self.months))]

    @property
    def exported_at(self) -> int:
        """When the last export of everything was made (UTC seconds): early on the day after the last."""
        return seconds(self.end + dt.timedelta(days=1), 4, 30)

    def day_of(self, moments: Ints) -> Ints:
        """Local day of UTC moments, as positions in `dates`; -1 before the first, `days` after the last."""
        return (np.searchsorted(self.midnights, moments, side="right") - 1).astype(np.int64)

    def in_range(self, moments: Ints) -> Bools:
        """Whether moments fall on one of the days."""
        return np.asarray((moments >= self.midnights[0]) & (moments < self.midnights[-1]))

    def epoch_day(self, day: int) -> int:
        """Days since 1970 of a position in `dates`."""
        return (self.start - EPOCH).days + day

    def position(self, day: dt.date) -> int:
        """Position of a date in `dates`; it may lie outside."""
        return (day - self.start).days

    def draw(self, name: str, block: int = 0) -> Draw:
        return Draw(self.seed, block, name)


# Index 0 is January. People buy tea before Christmas and in the sales; companies are away in August.
SHOP_SEASON = (105, 88, 84, 82, 86, 94, 84, 62, 92, 102, 138, 176)
FIRM_SEASON = (112, 106, 110, 98, 92, 104, 70, 28, 124, 122, 104, 66)
SHOP_WEEK = (98, 94, 100, 96, 90, 108, 124)
FIRM_WEEK = (118, 126, 122, 118, 92, 14, 10)
# Hours of a day, in visits out of a thousand or so.
HOURS = (14, 8, 4, 2, 2, 4, 12, 28, 46, 56, 60, 58, 66, 60, 52, 50, 54, 62, 70, 74, 84, 78, 52, 28)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 4, 20, 90, 140, 150, 120, 50, 60, 120, 130, 110, 70, 30, 12, 8, 4, 2, 1)


def day_weights(plan: Plan, season: tuple[int, ...], week: tuple[int, ...]) -> Ints:
    """How busy each day is: the season times the weekday, growing by a third from the first day to the
    last."""
    growth = [300 + 100 * i // max(1, plan.days - 1) for i in range(plan.days)]
    return np.array(
        [season[d.month - 1] * week[d.weekday()] * g for d, g in zip(plan.dates, growth, strict=True)],
        np.int64,
    )
