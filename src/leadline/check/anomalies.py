"""Values outside what season and trend explain, with the range that was expected.

Each day is judged by the days before it alone: STL (LOESS) splits the last 16 weeks into trend and weekday,
their sum is what was expected, and the range is as wide as earlier days missed their own expectation. Counts
and sums are compared on the scale of square roots, on which busy and quiet days scatter alike; other positive
values by their logarithm, so that a half and a double are equally far. See docs/alerts.md.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from leadline.manifest import Metric

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

HISTORY: Final = 112  # days that one expectation is made from: 16 weeks
ERRORS: Final = 84  # days whose misses make the range
FEWEST: Final = 28  # of them, at least
LONGEST: Final = HISTORY + ERRORS + 1
SHORTEST: Final = HISTORY + FEWEST + 1
DENSEST_GAP: Final = 0.3  # of the days, at most, may have no value or 0
_WIDTH: Final = 3.5  # of the misses' deviation
_SHARE: Final = 0.99  # of the misses lie within the range, whatever their shape
_ADDITIVE: Final = ("sum", "count", "count_distinct", "sum_boolean")


class Scale(StrEnum):
    """On which scale days are compared."""

    ROOT = "root"
    LOG = "log"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class Judged:
    """A day's value, what was expected of it and the range around that, all in the metric's unit.

    `excess` is the miss in parts of the range's half width, on the scale of comparison: beyond 1 it is
    outside. `is_settled`: outside as the two days before it, which is a new level and no news.
    """

    day: dt.date
    value: float
    expected: float
    low: float
    high: float
    excess: float
    is_settled: bool = False

    @property
    def is_anomaly(self) -> bool:
        """Whether the value is to be looked at."""
        return abs(self.excess) > 1 and not self.is_settled


class Unfit(StrEnum):
    """Why a series cannot be judged."""

    SHORT = "short"
    SPARSE = "sparse"
    ABSENT = "absent"


def is_additive(metric: Metric | None) -> bool:
    """Whether a period without rows is worth 0: a simple count or sum, and no stock."""
    if metric is None or metric.type != "simple" or metric.use is None:
        return False
    found = metric.use.aggregation
    return found.agg in _ADDITIVE and found.non_additive is None


def scale_of(metric: Metric, values: Sequence[float | None]) -> Scale:
    """The scale that fits a metric's values."""
    known = [value for value in values if value is not None]
    if is_additive(metric) and min(known, default=0) >= 0:
        return Scale.ROOT
    if metric.meta.get("unit") in ("ratio", "score") or min(known, default=0) <= 0:
        return Scale.LINEAR
    return Scale.LOG


def judge(
    by_day: Mapping[dt.date, float | None], last: dt.date, metric: Metric, first: dt.date | None = None
) -> Judged | Unfit:
    """The value of the day `last`, by the days before it; Unfit where they are too few or too empty.

    `first` is the first day of the data; days that are missing after it count 0 if the metric adds up.
    """
    begin = max(first or min(by_day, default=last), last - dt.timedelta(days=LONGEST - 1))
    days = [begin + dt.timedelta(days=n) for n in range((last - begin).days + 1)]
    empty = 0.0 if is_additive(metric) else None
    values = [by_day.get(day) if by_day.get(day) is not None else empty for day in days]
    if len(days) < SHORTEST:
        return Unfit.SHORT
    if sum(not value for value in values) > DENSEST_GAP * len(values):
        return Unfit.SPARSE
    if values[-1] is None:
        return Unfit.ABSENT
    found = walk(values, scale_of(metric, values), days)[-1]
    return found or Unfit.SHORT


def walk(values: Sequence[float | None], scale: Scale, days: Sequence[dt.date]) -> list[Judged | None]:
    """Every day judged by those before it; None for a day without value or with too short a past."""
    import numpy as np

    raw = np.array([math.nan if value is None else value for value in values], dtype=float)
    series = _bridged(_scaled(raw, scale))
    misses = np.full(len(series), math.nan)
    found: list[Judged | None] = [None] * len(series)
    for at in range(HISTORY, len(series)):
        expected = _expected(series[at - HISTORY : at])
        misses[at] = series[at] - expected
        past = misses[max(HISTORY, at - ERRORS) : at]
        if len(past) < FEWEST:
            continue
        width = _width(past)
        excess = float(misses[at] / width)
        settled = _is_settled(past[-2:] / width, excess)
        if not math.isnan(raw[at]):
            bounds = [_unscaled(expected + side * width, scale) for side in (-1, 0, 1)]
            low = max(bounds[0], 0.0) if np.nanmin(raw) >= 0 else bounds[0]
            found[at] = Judged(days[at], float(raw[at]), bounds[1], low, bounds[2], excess, settled)
        # What was outside must not teach the days after it; a new level may.
        if abs(excess) > 1 and not settled:
            series[at] = expected + math.copysign(width, excess)
    return found


def _expected(history: Floats) -> float:
    from statsmodels.tsa.seasonal import STL

    parts = STL(history, period=7, seasonal=61, trend=35).fit()
    return float(parts.trend[-1] + parts.seasonal[-7])


def _width(past: Floats) -> float:
    import numpy as np

    sizes = np.abs(past)
    return max(_WIDTH * 1.4826 * float(np.median(sizes)), float(np.quantile(sizes, _SHARE)), 1e-9)


def _is_settled(before: Floats, excess: float) -> bool:
    """Whether both days before missed by at least half the range, to the same side."""
    return bool(abs(excess) > 1 and all(miss * math.copysign(1, excess) >= 0.5 for miss in before))


def _bridged(series: Floats) -> Floats:
    """Gaps filled with a straight line, so that weekdays stay in step."""
    import numpy as np

    known = ~np.isnan(series)
    places = np.arange(len(series))
    return np.interp(places, places[known], series[known])


def _scaled(values: Floats, scale: Scale) -> Any:
    import numpy as np

    if scale is Scale.ROOT:
        # Anscombe's constant steadies counts near 0.
        return np.sqrt(np.maximum(values, 0) + 0.375)
    return np.log(values) if scale is Scale.LOG else values.copy()


def _unscaled(value: float, scale: Scale) -> float:
    if scale is Scale.ROOT:
        return max(max(value, 0.0) ** 2 - 0.375, 0.0)
    return math.exp(value) if scale is Scale.LOG else value
