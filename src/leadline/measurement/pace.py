"""Where a KPI should be by now, and how it stands: arithmetic only, no data is read here.

A `level` is compared period by period, a `total` from its start to date. A linear path makes the same step
every day; a seasonal one has the shape of last year. The formulas are worked by hand in docs/plan.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from leadline.measurement.spans import Span, span_of


class Status(StrEnum):
    """How a KPI stands against its target."""

    REACHED = "reached"
    ON_TRACK = "on_track"
    BEHIND = "behind"
    NO_DATA = "no_data"
    NO_TARGET = "no_target"


def linear_level(baseline: float, since: dt.date, target: float, deadline: dt.date, day: dt.date) -> float:
    """baseline + (target - baseline) × days gone ÷ days in all, from `since` to `deadline`."""
    days = (deadline - since).days
    share = (day - since).days / days if days > 0 else 1.0
    return baseline + (target - baseline) * min(max(share, 0.0), 1.0)


def seasonal_level(
    target: float, last_year: float | None, last_year_at_deadline: float | None
) -> float | None:
    """target × last year's value of this period ÷ last year's of the deadline's period; None if unknown."""
    if last_year is None or not last_year_at_deadline:
        return None
    return target * last_year / last_year_at_deadline


def linear_total(target: float, start: dt.date, deadline: dt.date, day: dt.date) -> float:
    """target × days gone ÷ days in all; both the first and the last day count."""
    days = (deadline - start).days + 1
    gone = (day - start).days + 1
    return target * min(max(gone / days, 0.0), 1.0)


def seasonal_total(target: float, last_year_to_date: float | None, last_year: float | None) -> float | None:
    """target × the share of its whole that last year had by the same day; None if that is unknown."""
    if last_year_to_date is None or not last_year:
        return None
    return target * last_year_to_date / last_year


def given_level(periods: Mapping[str, float], at: Span) -> float | None:
    """The target that the plan gives to the period, or to the latest one that ended before; None without."""
    known = {span_of(name): value for name, value in periods.items()}
    around = [span for span in known if span.start <= at.start and at.end <= span.end]
    if around:
        return known[max(around)]
    ended = [span for span in known if span.end < at.start]
    return known[max(ended)] if ended else None


def given_total(periods: Mapping[str, float], day: dt.date) -> float:
    """The sum of the periods' targets up to a day; of a period that has begun, its days' share."""
    total = 0.0
    for name, value in periods.items():
        span = span_of(name)
        days = (span.end - span.start).days + 1
        gone = (day - span.start).days + 1
        total += value * min(max(gone / days, 0.0), 1.0)
    return total


def meets(actual: float, wanted: float, better: str, tolerance: float = 0.0) -> bool:
    """Whether a value is at least as good as the one wanted, or short of it by `tolerance` of it at most."""
    slack = tolerance * abs(wanted)
    return actual <= wanted + slack if better == "down" else actual >= wanted - slack


def status(
    *,
    actual: float | None,
    expected: float | None,
    target: float | None,
    better: str,
    tolerance: float,
    is_open_total: bool = False,
) -> Status:
    """How it stands. `is_open_total`: a total still runs, so that staying below a ceiling is not yet won."""
    if actual is None:
        return Status.NO_DATA
    if target is None:
        return Status.NO_TARGET
    is_won = meets(actual, target, better) and not (is_open_total and better == "down")
    if is_won:
        return Status.REACHED
    wanted = target if expected is None else expected
    return Status.ON_TRACK if meets(actual, wanted, better, tolerance) else Status.BEHIND
