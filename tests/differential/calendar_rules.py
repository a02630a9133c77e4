"""Days, weeks (from Monday), months, quarters and years, worked out with the standard library only."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Any

GRAINS = ("day", "week", "month", "quarter", "year")
SEASON = "season"  # the custom calendar of the time spine: World knows its periods
MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}
PARTS = ("day", "dow", "doy", "month", "quarter", "year")


def start_of(grain: str, at: dt.datetime) -> dt.datetime:
    """The first moment of the period that holds `at`."""
    if grain == "hour":
        return at.replace(minute=0, second=0, microsecond=0)
    day = dt.datetime(at.year, at.month, at.day)
    if grain == "day":
        return day
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return day.replace(month=1, day=1)


def end_of(grain: str, at: dt.datetime) -> dt.datetime:
    """The last day of the period that holds `at`."""
    day = start_of("day", at)
    while start_of(grain, day + dt.timedelta(days=1)) == start_of(grain, at):
        day += dt.timedelta(days=1)
    return day


def back(at: dt.datetime, count: int, grain: str) -> dt.datetime:
    """`count` grains earlier; a day that the earlier month lacks becomes that month's last."""
    if grain == "hour":
        return at - dt.timedelta(hours=count)
    if grain in DAYS:
        return at - dt.timedelta(days=count * DAYS[grain])
    months = at.year * 12 + at.month - 1 - count * MONTHS[grain]
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def part(name: str, at: dt.datetime) -> int:
    """A date part; days of the week count from Monday, 1, to Sunday, 7."""
    values: dict[str, Any] = {
        "day": at.day,
        "dow": at.isoweekday(),
        "doy": at.timetuple().tm_yday,
        "month": at.month,
        "quarter": (at.month - 1) // 3 + 1,
        "year": at.year,
    }
    return int(values[name])
