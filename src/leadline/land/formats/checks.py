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
        several = "true" if coarse else "not coalesce(_period_start = _period_end, false)"
        if rows.has(day) or not rows.count(several):
            return None
        return Refusal(
            "whole-period",
            "the rows cover a whole period, and days are needed: a period can't be divided among its days",
            found=coarse,
            expected=("a column of days",),
            fix=remedy,
        )

    return check


def whole(*partial: str) -> Check:
    """Refuses a report by something that does not hold all of a campaign's cost, such as its search terms.

    Args:
        partial: columns that only such a report has.
    """

    def check(rows: Rows) -> Refusal | None:
        found = [name for name in partial if rows.has(name)]
        if not found:
            return None
        return Refusal(
            "part-of-whole",
            "the platform leaves rows out of this report, so that it does not hold all of a campaign's cost",
            found=[name.replace("_", " ") for name in found],
            fix="export the report of campaigns",
        )

    return check


def period_known(day: str, beside: str) -> Check:
    """Refuses rows of which neither a column nor the file says what days they cover."""

    def check(rows: Rows) -> Refusal | None:
        unknown = "_period_start is null or _period_end is null"
        if rows.has(day) or not rows.count(unknown):
            return None
        return Refusal(
            "whole-period",
            "nothing says which days these rows cover",
            expected=("a column of days, or the first and the last day",),
            fix=f"land the whole download, with {beside}",
        )

    return check
