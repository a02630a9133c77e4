"""Calendar periods: where one begins, and which are complete."""

from __future__ import annotations

import datetime as dt
from typing import Final

from dateutil.relativedelta import relativedelta

from leadline.errors import RequestError, nearest

STEPS: Final = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


def check_grain(grain: str) -> str:
    """`grain` if it is a calendar period. Raises RequestError with the nearest name."""
    if grain in STEPS:
        return grain
    raise RequestError(
        f"{grain!r} is not a calendar period",
        nearest=nearest(grain, STEPS),
        fix=f"use one of {', '.join(STEPS)}",
    )


def start_of(day: dt.date, grain: str) -> dt.date:
    """The first day of the period that `day` lies in; weeks begin on Monday."""
    check_grain(grain)
    if grain == "week":
        return day - dt.timedelta(days=day.weekday())
    if grain == "month":
        return day.replace(day=1)
    if grain == "quarter":
        return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
    return day.replace(month=1, day=1) if grain == "year" else day


def last_complete(until: dt.date, grain: str, count: int) -> tuple[dt.date, dt.date]:
    """First and last day of the last `count` periods that are complete on the evening of `until`.

    Raises RequestError where `count` is below 1 or `grain` is unknown.
    """
    if count < 1:
        raise RequestError(f"the number of periods must be at least 1, not {count}")
    after = until + dt.timedelta(days=1)
    end = start_of(after, grain)
    return end - STEPS[grain] * count, end - dt.timedelta(days=1)
