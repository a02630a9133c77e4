"""Why a file is not landed, and the checks that several formats make of their rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from leadline.errors import LeadlineError

Code = Literal[
    "unreadable",
    "unrecognised",
    "missing-columns",
    "whole-period",
    "no-rows",
    "no-account",
    "other-account",
    "no-currency",
    "no-time-zone",
    "two-currencies",
    "several-windows",
    "mixed-results",
    "part-of-whole",
    "repeated-column",
    "ambiguous-decimal",
    "ambiguous-dates",
    "too-many-bad",
]


class Refusal(LeadlineError):  # noqa: N818 - what happens to a file, which is no fault of the program
    """A file, or one table of it, that is not landed.

    Args:
        code: the kind of reason, for programs.
        what: what is wrong, in one sentence.
        where: file, table and line.
        found: what the file has, where that helps (its headers, say).
        expected: what was looked for.
        nearest: expected names that resemble what was found.
        fix: the way out.
    """

    def __init__(
        self,
        code: Code,
        what: str,
        *,
        where: str | None = None,
        found: Sequence[str] = (),
        expected: Sequence[str] = (),
        nearest: Sequence[str] = (),
        fix: str | None = None,
    ) -> None:
        self.code = code
        self.reason = what
        self.found = tuple(found)
        self.expected = tuple(expected)
        lines = [what]
        if found:
            lines.append(f"  found: {_listed(found)}")
        if expected:
            lines.append(f"  expected: {_listed(expected)}")
        super().__init__("\n".join(lines), where=where, nearest=nearest, fix=fix)

    def at(self, where: str) -> Refusal:
        """The same refusal with its place."""
        return Refusal(
            self.code,
            self.reason,
            where=self.where or where,
            found=self.found,
            expected=self.expected,
            nearest=self.nearest,
            fix=self.fix,
        )


class Rows(Protocol):
    """What a check may ask of the typed rows of one table; names are those of the format's columns."""

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        ...

    def count(self, condition: str) -> int:
        """How many accepted rows fulfil an SQL condition."""
        ...

    def repeats(self, columns: Sequence[str]) -> int:
        """How many accepted rows agree with an earlier one in all of these columns."""
        ...

    def values(self, expression: str) -> list[str]:
        """The distinct values of an SQL expression as text, sorted, at most 1,000, NULL left out."""
        ...


Check = Callable[[Rows], Refusal | None]


def whole_periods(start: str = "period_start", end: str = "period_end") -> Check:
    """Refuses rows that speak of more than one day, for a format whose raw table holds days."""

    def check(rows: Rows) -> Refusal | None:
        if not (rows.has(start) and rows.has(end)):
            return None
        many = rows.count(f'"{start}" <> "{end}"')
        if not many:
            return None
        return Refusal(
            "whole-period",
            f"{many:,} rows cover several days each, and days are needed: a period can't be divided",
            found=rows.values(f'"{start}" || \' to \' || "{end}"')[:5],
            fix="export again with the rows broken down by day",
        )

    return check


def one_window(*key: str, window: str = "window") -> Check:
    """Refuses figures that repeat for several attribution windows: a sum would count them each time.

    Args:
        key: the columns that tell rows apart; rows that differ only in the window repeat their figures,
            rows of campaigns that are set to different windows do not.
    """

    def check(rows: Rows) -> Refusal | None:
        found = rows.values(f'"{window}"') if rows.has(window) else []
        if len(found) < 2:
            return None
        apart = [column for column in key if rows.has(column)]
        if apart and rows.repeats(apart) <= rows.repeats([*apart, window]):
            return None
        return Refusal(
            "several-windows",
            f"rows repeat for {len(found)} attribution windows: a sum counts each cost {len(found)} times",
            found=found,
            fix="say which one to land with --window, or export with one attribution window",
        )

    return check


def with_indicator(results: str = "results", indicator: str = "result_indicator") -> Check:
    """Refuses results (leads, clicks, views in one column) without the column that says what each counts."""

    def check(rows: Rows) -> Refusal | None:
        if not rows.has(results):
            return None
        present = f'"{results}" is not null'
        unknown = rows.count(f'{present} and "{indicator}" is null' if rows.has(indicator) else present)
        if not unknown:
            return None
        return Refusal(
            "mixed-results",
            f"{unknown:,} results don't say what they count: leads, clicks and views may share that column",
            expected=(indicator,),
            fix="export again with the column “Result indicator”, or without the results",
        )

    return check


def _listed(names: Sequence[str], most: int = 30) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
