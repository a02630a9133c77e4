"""Refusals that several advertising formats share."""

from __future__ import annotations

from leadline.land.refusals import Check, Refusal, Rows

COARSE = ("week", "month", "quarter", "year")


def days_known(remedy: str, day: str = "day") -> Check:
    """Refuses a report without a column of days, unless it says that it covers one single day.

    Args:
        remedy: where on the platform's page the day is added.
    """

    def check(rows: Rows) -> Refusal | None:
        coarse = [name for name in COARSE if rows.has(name)]
        if rows.has(day) or (not coarse and rows.count("_period_start = _period_end")):
            return None
        return Refusal(
            "whole-period",
            "the rows cover a whole period, and days are needed: a period can't be divided among its days",
            found=coarse,
            expected=("a column of days",),
            fix=remedy,
        )

    return check


def period_known(day: str, beside: str) -> Check:
    """Refuses rows of which neither a column nor the file says what days they cover."""

    def check(rows: Rows) -> Refusal | None:
        if rows.has(day) or rows.count("_period_start is not null and _period_end is not null"):
            return None
        return Refusal(
            "whole-period",
            "nothing says which days these rows cover",
            expected=("a column of days, or the first and the last day",),
            fix=f"land the whole download, with {beside}",
        )

    return check
