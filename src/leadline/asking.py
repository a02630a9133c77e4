"""Metrics, their views and conditions on their results as objects, for those who write requests in Python.

An object says what the name with its suffix says: `Metric("revenue").yoy()` is `revenue__yoy`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlglot import exp

from leadline.errors import RequestError, nearest
from leadline.filters import Filter
from leadline.grains import ORDER
from leadline.names import Reference, parse_name

_CHANGES = {"day": "dod", "week": "wow", "month": "mom", "quarter": "qoq", "year": "yoy"}
_TO_DATE = {"week": "wtd", "month": "mtd", "quarter": "qtd", "year": "ytd"}

Number = int | float | Decimal


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric to ask for, or a view of one; views can be chained, as suffixes can."""

    name: str
    alias: str | None = None

    def __str__(self) -> str:
        """The name by which a request knows it."""
        return self.name

    @property
    def label(self) -> str:
        """The name of its column in the result."""
        return self.alias or self.name

    def named(self, alias: str) -> Metric:
        """The same under another name of its column."""
        return replace(self, alias=alias)

    def prior(self, grain: str = "month", count: int = 1) -> Metric:
        """Its value `count` grains before."""
        return self._view("prior_" + _span(grain, count))

    def change(self, grain: str = "month") -> Metric:
        """By what share it grew since a day, week, month, quarter or year before: 0.1 is a tenth more."""
        return self._view(_chosen(_CHANGES, grain))

    def mom(self) -> Metric:
        """By what share it grew since the month before."""
        return self.change("month")

    def yoy(self) -> Metric:
        """By what share it grew since the year before."""
        return self.change("year")

    def share(self) -> Metric:
        """Its share in the sum over all groups that are shown for the same time."""
        return self._view("share")

    def cumulative(self) -> Metric:
        """Its value over all time up to each period."""
        return self._view("cumulative")

    def to_date(self, grain: str = "month") -> Metric:
        """Its value since the start of the week, month, quarter or year."""
        return self._view(_chosen(_TO_DATE, grain))

    def trailing(self, count: int, grain: str = "day") -> Metric:
        """Its value over the `count` grains that end with each period."""
        return self._view("trailing_" + (f"{_positive(count)}d" if grain == "day" else _span(grain, count)))

    def _view(self, suffix: str) -> Metric:
        return Metric(f"{self.name}__{suffix}")

    def __gt__(self, other: Metric | Number) -> Condition:
        return _compared(exp.GT, self, other)

    def __ge__(self, other: Metric | Number) -> Condition:
        return _compared(exp.GTE, self, other)

    def __lt__(self, other: Metric | Number) -> Condition:
        return _compared(exp.LT, self, other)

    def __le__(self, other: Metric | Number) -> Condition:
        return _compared(exp.LTE, self, other)

    def equals(self, other: Metric | Number) -> Condition:
        """That its value is this one; `==` compares the objects themselves."""
        return _compared(exp.EQ, self, other)

    def is_null(self) -> Condition:
        """That it has no value."""
        return Condition(exp.Is(this=_column(self), expression=exp.Null()))


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """What the results of metrics have to meet, for `having`; joined by `&`, `|` and `~`."""

    tree: exp.Expression

    def __and__(self, other: Condition) -> Condition:
        return _joined(exp.And, self, other)

    def __or__(self, other: Condition) -> Condition:
        return _joined(exp.Or, self, other)

    def __invert__(self) -> Condition:
        return Condition(exp.Not(this=exp.Paren(this=self.tree.copy())))

    def __bool__(self) -> bool:
        """Refused: `and`, `or` and `not` would drop a condition in silence."""
        raise RequestError(
            "a condition on a metric is neither true nor false before it is asked",
            fix="join conditions by &, | and ~, each of them in parentheses",
        )

    def filter(self) -> Filter:
        """The condition as the engine takes it."""
        tree = self.tree.copy()
        text = tree.sql(dialect="duckdb")
        references: list[Reference] = []
        for place, column in enumerate(list(tree.find_all(exp.Column))):
            references.append(Reference(parse_name(column.name)))
            column.replace(exp.Placeholder(this=str(place)))
        return Filter(text, tree, tuple(references))


def _joined(kind: Callable[..., exp.Expression], left: Condition, right: Condition) -> Condition:
    if not isinstance(right, Condition):
        raise RequestError(
            f"{right!r} is not a condition on a metric", fix="write one such as Metric('revenue') > 100"
        )
    sides = [exp.Paren(this=side.tree.copy()) for side in (left, right)]
    return Condition(kind(this=sides[0], expression=sides[1]))


def _compared(kind: Callable[..., exp.Expression], metric: Metric, other: Metric | Number) -> Condition:
    return Condition(kind(this=_column(metric), expression=_operand(other)))


def _operand(value: Metric | Number) -> exp.Expression:
    if isinstance(value, Metric):
        return _column(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise RequestError(
            f"a metric is compared with a number or another metric, not with {value!r}",
            fix="use is_null() for what has no value",
        )
    literal = exp.Literal.number(str(abs(value)))
    return exp.Neg(this=literal) if value < 0 else literal


def _column(metric: Metric) -> exp.Expression:
    return exp.Column(this=exp.Identifier(this=metric.label, quoted=True))


def _span(grain: str, count: int) -> str:
    if grain not in ORDER:
        raise _unknown(grain, ORDER)
    return grain if _positive(count) == 1 else f"{count}_{grain}s"


def _positive(count: int) -> int:
    if isinstance(count, bool) or not isinstance(count, int) or not 0 < count < 100_000:
        raise RequestError(f"a span of time is a whole number of grains above zero, not {count!r}")
    return count


def _chosen(suffixes: dict[str, str], grain: str) -> str:
    if grain not in suffixes:
        raise _unknown(grain, suffixes)
    return suffixes[grain]


def _unknown(grain: str, known: dict[str, str] | dict[str, int]) -> RequestError:
    return RequestError(
        f"{grain!r} is not a grain of time here",
        nearest=nearest(str(grain), known),
        fix=f"use {', '.join(known)}",
    )
