"""Exchange rates as the European Central Bank publishes them: none at weekends and on its holidays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache

from dateutil.easter import easter

from leadline.demo.piece import Piece, listing
from leadline.demo.plan import Plan, seconds

FIRST_RATES = {"CHF": 9360, "GBP": 8680, "USD": 11690}  # units for one euro, in ten-thousandths
LEAD_IN = 8  # days before the first month, so that a rate can be carried forward from its start


def is_published(day: dt.date) -> bool:
    """Whether the bank publishes rates on that day."""
    sunday = easter(day.year)
    closed = {
        dt.date(day.year, 1, 1),
        sunday - dt.timedelta(days=2),
        sunday + dt.timedelta(days=1),
        dt.date(day.year, 5, 1),
        dt.date(day.year, 12, 25),
        dt.date(day.year, 12, 26),
    }
    return day.weekday() < 5 and day not in closed


@cache
def published(plan: Plan) -> dict[dt.date, dict[str, int]]:
    """Rates of every published day, in ten-thousandths: a walk of small steps that turns back at six per
    cent."""
    draw = plan.draw("rates")
    current = dict(FIRST_RATES)
    answer: dict[dt.date, dict[str, int]] = {}
    first_day = plan.start.replace(day=1) - dt.timedelta(days=LEAD_IN)
    for i in range((plan.end - first_day).days + 1):
        day = first_day + dt.timedelta(days=i)
        if not is_published(day):
            continue
        for currency, first in FIRST_RATES.items():
            pull = (first - current[currency]) // 40
            current[currency] += draw.one(81) - 40 + pull
        answer[day] = dict(current)
    return answer


def per_euro(plan: Plan, currency: str, day: dt.date) -> int:
    """Ten-thousandths of `currency` for one euro on a day: the latest rate published until then."""
    if currency == "EUR":
        return 10_000
    table = published(plan)
    while day not in table:
        day -= dt.timedelta(days=1)
    return table[day][currency]


def to_euro(plan: Plan, amount: int, currency: str, day: dt.date) -> float:
    """An amount in euro, unrounded."""
    return amount * 10_000 / per_euro(plan, currency, day)


def tables(plan: Plan) -> Iterator[Piece]:
    yield listing(
        "exchange_rates",
        "rate",
        [
            {
                "date": day,
                "base_currency": "EUR",
                "currency": currency,
                "rate": rate / 10_000,
                "_fivetran_synced": seconds(day, 15, 10),
            }
            for day, rates in published(plan).items()
            for currency, rate in sorted(rates.items())
        ],
    )
