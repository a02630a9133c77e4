"""What the advertising did, day by day and campaign by campaign, before any platform reports it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadline.demo.draw import Ints
from leadline.demo.ledger import Ledger
from leadline.demo.origins import ORIGINS, Origin
from leadline.demo.plan import Plan, seconds

MICRO = 1_000_000
# Google and Meta together claim this share of the shop's sales, in tenths of a per cent, by calendar month:
# for four months in a row more than was sold.
CLAIMS = {11: 1070, 12: 1240, 1: 1120, 2: 1180}
USUAL_CLAIM = 780
CLAIMING = ("google_ads", "meta_ads")


@dataclass(frozen=True)
class AdDays:
    """Days x origins, whole numbers: cost in micros of the account's currency, conversions and leads in
    millionths, value in cents of euro. All zero where no campaign ran."""

    runs: np.ndarray[tuple[int, int], np.dtype[np.bool_]]
    impressions: Ints
    clicks: Ints
    cost: Ints
    purchases: Ints
    value: Ints
    leads: Ints


def campaigns(platform: str) -> list[tuple[int, Origin]]:
    """The platform's campaigns: position in ORIGINS, and the origin."""
    return [(i, o) for i, o in enumerate(ORIGINS) if o.account is not None and o.account.platform == platform]


def make(plan: Plan, ledger: Ledger) -> AdDays:
    """From the visits, orders and requests counted by day and origin to what the platforms will say of
    them."""
    shape = (plan.days, len(ORIGINS))
    names = [o.key for o in ORIGINS]
    visits = ledger.of("visits_by_origin", names)
    asked = ledger.of("requests_by_origin", names)
    zeros = [np.zeros(shape, np.int64) for _ in range(6)]
    runs = np.zeros(shape, np.bool_)
    answer = AdDays(runs, *zeros)
    for i, origin in enumerate(ORIGINS):
        if origin.account is None:
            continue
        draw = plan.draw(f"ads/{origin.key}")
        shared = sum(
            visits[:, j] for j, o in enumerate(ORIGINS) if o.account is None and o.label == origin.label
        )
        for day, date in enumerate(plan.dates):
            if date.month not in origin.months:
                continue
            runs[day, i] = True
            # People block analytics or leave before it loads: more clicks than visits.
            came = int(visits[day, i] + (shared[day] if isinstance(shared, np.ndarray) else 0))
            clicks = draw.near(came * 215, 12) // 100 + int(draw.one(100) < 9)
            shown = draw.near(clicks * origin.per_click, 35) + draw.near(round(origin.daily * plan.scale), 40)
            answer.clicks[day, i] = clicks
            answer.impressions[day, i] = max(shown, clicks)
            answer.cost[day, i] = draw.near(clicks * origin.cpc * 10_000, 25) // 10_000 * 10_000
            if origin.leads:
                extra = asked[day, i] * draw.one(500_000)
                answer.leads[day, i] = asked[day, i] * MICRO + int(extra)
    _claim(plan, ledger, answer)
    return answer


def claim_of(day_month: int) -> int:
    return CLAIMS.get(day_month, USUAL_CLAIM)


def _claim(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    """Share out each day's claimed sales over the campaigns that sell, by their clicks; to the last cent."""
    orders, value = ledger.of("orders"), ledger.of("order_value")
    sellers = [
        i for i, o in enumerate(ORIGINS) if o.account and o.account.platform in CLAIMING and not o.leads
    ]
    for day, date in enumerate(plan.dates):
        running = [i for i in sellers if days.runs[day, i] and ORIGINS[i].key != "google_display"]
        if not running:
            continue
        share = claim_of(date.month)
        weights = [int(days.clicks[day, i]) + 1 for i in running]
        amount = int(value[day, 0]) * share // 1000
        number = int(orders[day, 0]) * share * (MICRO // 1000)
        for i, part, many in zip(running, _split(amount, weights), _split(number, weights), strict=True):
            days.value[day, i] = part
            days.purchases[day, i] = many


def _split(amount: int, weights: list[int]) -> list[int]:
    """Whole shares by weight that add up to the amount; the first takes what is left over."""
    total = sum(weights)
    parts = [amount * w // total for w in weights]
    parts[0] += amount - sum(parts)
    return parts


def split(amount: int, weights: tuple[int, ...]) -> list[int]:
    """Whole shares by fixed weights that add up to the amount."""
    return _split(amount, list(weights))


@dataclass(frozen=True)
class Version:
    """One export of one account's day. An `age` of None is the last one, the truth."""

    synced: int
    age: int | None


def versions(
    plan: Plan, day: int, *, every: int, turn: int, ages: tuple[int, ...], settled: int | None = None
) -> list[Version]:
    """The exports of a day that are still in the raw table: for every n-th day an early one beside the last.

    The last was made `ages` days later (in turn), or with the last export of all if that is sooner. Where
    cost
    settles before the results do, an export of that day is there too if it was not the last.
    """
    date = plan.dates[day]
    first = seconds(date, 28, 10)
    if day % every != turn:
        return [Version(min(first + ages[day % len(ages)] * 86_400, plan.exported_at), None)]
    last = min(first + ages[day // every % len(ages)] * 86_400, plan.exported_at)
    if last <= first:
        return [Version(last, None)]
    between = first + (settled or 0) * 86_400
    middle = [Version(between, settled)] if settled and between < last else []
    return [Version(first, 1), *middle, Version(last, None)]
