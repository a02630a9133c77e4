"""The step of a stock that is carried forward, or the period to read where it has just one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dateutil.relativedelta import relativedelta

from leadline.errors import RefusedError
from leadline.grains import MONTHS, Window
from leadline.manifest import NonAdditive, TimeSpine
from leadline.names import METRIC_TIME
from leadline.plan.facts import LookupPlanner, fact_grain, time_column
from leadline.plan.refusals import shown_of_stock
from leadline.plan.steps import CarryForward, Measure, Period
from leadline.resolve.binding import Condition
from leadline.resolve.leaves import BoundLeaf


def is_over_periods(bound: BoundLeaf, where: tuple[Condition, ...]) -> bool:
    """True where the time spine tells the periods; without any time the request itself is the one period."""
    return any(key.column.on_time for key in bound.keys) or any(c.on_time for c in where)


def carry_forward_step(
    name: str,
    bound: BoundLeaf,
    stock: NonAdditive,
    measures: tuple[Measure, ...],
    where: tuple[Condition, ...],
    period: Period,
    spine: TimeSpine,
    shift: tuple[Window, ...],
    lookup: LookupPlanner,
) -> CarryForward:
    """The stock at the end of each period.

    Raises:
        RefusedError: a part of a date, such as every January, has no end to carry a value to.
        UnsupportedError: a filter mixes time with what rows hold.
    """
    timed = [key for key in bound.keys if key.column.on_time]
    if timed and all(key.column.part for key in timed):
        raise RefusedError(
            f"metric {bound.leaf.metric!r} is a stock carried forward, and {timed[0].label} has no end",
            fix=f"ask for it by {METRIC_TIME} and a grain as well",
        )
    shown = shown_of_stock(where)
    rows = tuple(c for c in where if not c.on_time)
    return CarryForward(
        name=name,
        model=bound.fact.model,
        time=time_column(bound.fact),
        spine=spine,
        keys=bound.keys,
        measures=measures,
        stock=stock,
        where=rows,
        shown=shown,
        period=period,
        shift=shift,
        lookups=lookup(rows),
    )


def reaching_back(period: Period, carry: Window, bound: BoundLeaf) -> Period:
    """The one period of a request without time, widened to where values are still carried from."""
    if period.start is None or period.end is None:
        return period
    last = period.end - _span(Window(1, fact_grain(bound.fact)))
    return replace(period, start=min(period.start, last - _span(carry)))


def _span(window: Window) -> dt.timedelta | relativedelta:
    if window.grain in MONTHS:
        return relativedelta(months=MONTHS[window.grain] * window.count)
    unit = "microsecond" if window.grain == "nanosecond" else window.grain
    return dt.timedelta(**{f"{unit}s": window.count})
