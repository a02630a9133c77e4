"""Complete periods, worked out on a calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from leadline.errors import RequestError
from leadline.periods import last_complete, start_of

DAY = dt.date


@pytest.mark.parametrize(
    ("until", "grain", "count", "expected"),
    [
        # A month whose last day has data is complete; one day less and it is not.
        (DAY(2026, 2, 28), "month", 1, (DAY(2026, 2, 1), DAY(2026, 2, 28))),
        (DAY(2026, 2, 27), "month", 1, (DAY(2026, 1, 1), DAY(2026, 1, 31))),
        (DAY(2024, 2, 28), "month", 1, (DAY(2024, 1, 1), DAY(2024, 1, 31))),
        (DAY(2026, 1, 15), "month", 3, (DAY(2025, 10, 1), DAY(2025, 12, 31))),
        (DAY(2026, 11, 22), "week", 2, (DAY(2026, 11, 9), DAY(2026, 11, 22))),
        (DAY(2026, 11, 21), "week", 1, (DAY(2026, 11, 9), DAY(2026, 11, 15))),
        (DAY(2026, 5, 4), "quarter", 1, (DAY(2026, 1, 1), DAY(2026, 3, 31))),
        (DAY(2026, 5, 4), "year", 1, (DAY(2025, 1, 1), DAY(2025, 12, 31))),
        (DAY(2026, 5, 4), "day", 2, (DAY(2026, 5, 3), DAY(2026, 5, 4))),
    ],
)
def test_the_last_complete_periods(
    until: dt.date, grain: str, count: int, expected: tuple[dt.date, dt.date]
) -> None:
    assert last_complete(until, grain, count) == expected


def test_weeks_begin_on_monday() -> None:
    assert start_of(DAY(2026, 11, 22), "week") == DAY(2026, 11, 16)


@pytest.mark.parametrize(("grain", "count"), [("fortnight", 1), ("month", 0), ("month", -1)])
def test_what_is_no_period_is_refused(grain: str, count: int) -> None:
    with pytest.raises(RequestError):
        last_complete(DAY(2026, 1, 1), grain, count)
