"""What queries tell of the columns that they read: types, literals that they are compared with, and roles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from sqlglot import exp

from leadline.audit.expand import columns_with_origin
from leadline.audit.facts import Facts, family

Place = tuple[str, str]
_COMPARISONS: Final = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_WRAPPERS: Final = (
    exp.Paren, exp.Cast, exp.TryCast, exp.Lower, exp.Upper, exp.Trim, exp.Coalesce, exp.DateTrunc, exp.Date,
    exp.TimestampTrunc, exp.TsOrDsToDate, exp.Max, exp.Min,
)  # fmt: skip
_DATE_FUNCTIONS: Final = (
    exp.DateTrunc, exp.TimestampTrunc, exp.Extract, exp.DateAdd, exp.DateSub, exp.DateDiff, exp.TimeToStr,
    exp.Year, exp.Month, exp.Quarter, exp.Week, exp.Day, exp.DayOfWeek, exp.DayOfWeekIso, exp.LastDay,
)  # fmt: skip
_NUMERIC: Final = (exp.Sum, exp.Avg, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Round, exp.Abs, exp.Neg)
_CONDITIONS: Final = (exp.Where, exp.And, exp.Or, exp.Not, exp.Having, exp.Qualify)
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}.*)?$")


@dataclass(slots=True)
class Column:
    """What is known of a column. `divides` where it stands in a denominator."""

    kind: str | None = None
    is_given: bool = False
    literals: set[Any] = field(default_factory=set)
    divides: bool = False
    joins: set[Place] = field(default_factory=set)
    null_is_ordinary: bool = False
    is_read: bool = False
    is_flag: bool = False
    is_guess: bool = False
    patterns: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Hints:
    """The columns, by table and name, and what the queries as a whole do.

    `largest_limit` is that of LIMIT, `shifts_hours` where a time is moved by hours or to another zone, and
    `reads_parts` where a month or day is read without its year.
    """

    columns: dict[Place, Column] = field(default_factory=dict)
    folds_case: bool = False
    trims: bool = False
    digits: frozenset[int] = frozenset()
    reads_clock: bool = False
    largest_limit: int = 0
    shifts_hours: bool = False
    reads_parts: bool = False

    @property
    def ordinary(self) -> frozenset[str]:
        """Names of columns of which a query asks whether they are NULL."""
        return frozenset(name for (_, name), c in self.columns.items() if c.null_is_ordinary)


def gather(trees: Iterable[exp.Query], facts: Facts) -> Hints:
    """The hints of qualified trees."""
    found = Hints()
    for table, body in facts.tables.items():
        for name, kind in body.columns.items():
            found.columns[table, name] = Column(family(kind), family(kind) is not None)
    for tree in trees:
        for column, place in columns_with_origin(tree):
            if place in found.columns:
                found.columns[place].is_read = True
                _learn(column, found.columns[place], tree)
        _joins(tree, found)
        found.folds_case |= tree.find(exp.Lower, exp.Upper, exp.ILike) is not None
        found.trims |= tree.find(exp.Trim) is not None
        found.digits |= frozenset(_digits(tree))
        found.reads_clock |= tree.find(exp.CurrentDate, exp.CurrentTimestamp) is not None
        limits = (limit.expression for limit in tree.find_all(exp.Limit))
        counts = (int(n.name) for n in limits if isinstance(n, exp.Literal) and n.is_int)
        found.largest_limit = max(found.largest_limit, *counts, 0)
        found.shifts_hours |= tree.find(exp.AtTimeZone, exp.ConvertTimezone, exp.Interval) is not None
        found.reads_parts |= tree.find(exp.Extract, exp.Month, exp.Week, exp.Day, exp.Quarter) is not None
    _settle(found)
    return found


def _digits(tree: exp.Query) -> Iterable[int]:
    """To how many decimal places a query rounds."""
    for node in tree.find_all(exp.Round, exp.Floor, exp.Ceil, exp.Cast, exp.TryCast):
        if isinstance(node, exp.Round):
            given = node.args.get("decimals")
            yield int(given.name) if isinstance(given, exp.Literal) and given.is_int else 0
        elif not isinstance(node, exp.Cast) or node.args["to"].this in exp.DataType.INTEGER_TYPES:
            yield 0
        elif node.args["to"].this in exp.DataType.NUMERIC_TYPES and len(node.args["to"].expressions) > 1:
            yield int(node.args["to"].expressions[1].name)


def _learn(node: exp.Column, column: Column, tree: exp.Query) -> None:
    below: exp.Expr = node
    parent = node.parent
    while isinstance(parent, _WRAPPERS):
        if isinstance(parent, _DATE_FUNCTIONS) and not column.is_given:
            column.kind = "date"
        if isinstance(parent, exp.Cast | exp.TryCast | exp.Date) and not column.is_given:
            to = parent.args["to"].this if isinstance(parent, exp.Cast) else exp.DataType.Type.DATE
            if to in exp.DataType.TEMPORAL_TYPES:
                column.kind = "ts" if isinstance(parent, exp.Cast) else "date"
        if isinstance(parent, exp.Coalesce):
            for other in parent.expressions:
                _literal(other, column)
        below, parent = parent, parent.parent
    if isinstance(parent, (*_COMPARISONS, exp.In, exp.Between, exp.Case, exp.If)):
        others = [v for v in _parts(parent) if v is not below]
        if not isinstance(parent, exp.Case | exp.If):
            for other in others:
                _literal(other, column)
        elif isinstance(parent, exp.Case) and parent.this is below:
            for branch in parent.args["ifs"]:
                _literal(branch.this, column)
    if isinstance(parent, exp.Like | exp.ILike) and isinstance(parent.expression, exp.Literal):
        column.patterns.add(parent.expression.name)
        column.kind = column.kind or "str"
    _role(node, below, parent, column)


def _parts(node: exp.Expr) -> list[exp.Expr]:
    return [v for value in node.args.values() for v in (value if isinstance(value, list) else [value])
            if isinstance(v, exp.Expr)]  # fmt: skip


def _role(node: exp.Column, below: exp.Expr, parent: exp.Expr | None, column: Column) -> None:
    if isinstance(parent, exp.Is) and isinstance(parent.expression, exp.Null) and below is node:
        column.null_is_ordinary |= not _is_guard(parent, node)
    if isinstance(parent, exp.Is) and isinstance(parent.expression, exp.Boolean):
        column.kind = column.kind or "bool"
    if isinstance(parent, _COMPARISONS) and not column.is_given:
        other = parent.expression if parent.this is below else parent.this
        if other.find(exp.CurrentDate, exp.CurrentTimestamp, exp.Interval, *_DATE_FUNCTIONS):
            column.kind = column.kind or "date"
    if isinstance(parent, exp.Quantile | exp.PercentileCont | exp.Median | exp.Stddev | exp.Variance):
        column.kind = column.kind or "num"
    is_test = isinstance(parent, _CONDITIONS) or (isinstance(parent, exp.If) and parent.this is below)
    if is_test or isinstance(parent, exp.CountIf):
        column.is_flag = True
    if isinstance(parent, _DATE_FUNCTIONS) and not column.is_given:
        column.kind = "date"
    is_moved = isinstance(parent, exp.Add | exp.Sub) and any(
        isinstance(v, exp.Interval) for v in _parts(parent)
    )
    if is_moved:
        column.kind = column.kind or "date"
    elif isinstance(parent, _NUMERIC):
        column.kind = column.kind or ("num" if _is_money(column, node.name) else "int")
    top: exp.Expr = node
    while top.parent is not None and not isinstance(top.parent, exp.Select):
        above = top.parent
        if isinstance(above, exp.Div | exp.SafeDivide | exp.IntDiv) and above.expression is top:
            column.divides = True
        top = above
    inside = node.find_ancestor(exp.Sum, exp.Avg)
    is_value = isinstance(parent, exp.If | exp.Case) and parent.this is not below
    asked = (*_COMPARISONS, *_CONDITIONS, exp.In, exp.If, exp.Case, exp.Is, exp.Like, exp.ILike)
    if inside is not None and (is_value or not isinstance(parent, asked)):
        column.kind = column.kind or "int"


def _is_money(column: Column, name: str) -> bool:
    return any(word in name for word in ("amount", "cost", "revenue", "price", "spend", "rate", "value"))


def _is_guard(test: exp.Expr, node: exp.Column) -> bool:
    """Whether a test for NULL only says what stands for the column itself: a COALESCE written out."""
    case = test.find_ancestor(exp.Case, exp.If, exp.Select)
    if isinstance(case, exp.Case | exp.If):
        branches = [*(b.args["true"] for b in case.args.get("ifs") or [case]), case.args.get("default")]
        return any(isinstance(b, exp.Column) and b.name == node.name for b in branches if b is not None)
    return False


def _literal(node: exp.Expr, column: Column) -> None:
    while isinstance(node, exp.Cast | exp.Paren | exp.Date | exp.TsOrDsToDate):
        node = node.this
    sign = 1
    if isinstance(node, exp.Neg):
        node, sign = node.this, -1
    if isinstance(node, exp.Boolean):
        column.kind = column.kind or "bool"
    if not isinstance(node, exp.Literal):
        return
    if node.is_string:
        is_date = _DATE.match(node.name) is not None
        column.kind = column.kind or (
            "date" if is_date and len(node.name) == 10 else "ts" if is_date else "str"
        )
        column.literals.add(node.name)
    else:
        value = float(node.name) * sign
        column.kind = column.kind or ("int" if node.is_int else "num")
        column.literals.add(int(value) if value.is_integer() else value)


def _joins(tree: exp.Query, found: Hints) -> None:
    """Columns that are compared with each other have one type and values in common."""
    origins = {id(node): place for node, place in columns_with_origin(tree)}
    for test in tree.find_all(*_COMPARISONS, exp.In):
        if isinstance(test, exp.In):
            query = test.args.get("query")
            sides = [test.this, *(query.this.selects[:1] if query is not None and query.this else [])]
        else:
            sides = [test.this, test.expression]
        places = [origins[id(s.unalias())] for s in sides if id(s.unalias()) in origins]
        if len(places) == 2 and all(p in found.columns for p in places):
            found.columns[places[0]].joins.add(places[1])
            found.columns[places[1]].joins.add(places[0])


def guess_again(found: Hints, kind: str) -> bool:
    """Give columns whose type is only guessed by their names another one; whether there are any."""
    guessed = [c for c in found.columns.values() if c.is_guess and not c.is_given]
    for column in guessed:
        column.kind = kind
    return bool(guessed)


def _settle(found: Hints) -> None:
    """Types of what is joined, then types by name."""
    for column in found.columns.values():
        # What stands alone as a condition is a boolean, even where another query adds it up.
        if column.is_flag and not column.is_given and not column.literals:
            column.kind = "bool"
    for _ in range(3):
        for column in found.columns.values():
            for other in column.joins:
                column.literals |= found.columns[other].literals
                if column.kind is None or (found.columns[other].is_given and not column.is_given):
                    column.kind = found.columns[other].kind
    for (_, name), column in found.columns.items():
        column.is_guess = column.kind is None
        column.kind = column.kind or _by_name(name)
        if column.kind == "date" and not column.is_given and _by_name(name) == "ts":
            column.kind = "ts"
        if column.kind in ("date", "ts") and any(not _DATE.match(str(v)) for v in column.literals):
            column.kind = column.kind if column.is_given else "str"
    for _ in range(2):
        for column in found.columns.values():
            for other in column.joins:
                if not column.is_given:
                    column.kind = found.columns[other].kind


def _by_name(name: str) -> str:
    if name.startswith(("is_", "has_", "was_")):
        return "bool"
    if name.endswith(("_at", "_ts", "timestamp", "_time")):
        return "ts"
    if name.endswith(("date", "_day", "_on", "month", "week")) or name in ("day", "dt", "ds"):
        return "date"
    if name.endswith(("_id", "_key")) or name == "id":
        return "int"
    if any(w in name for w in _MEASURES):
        return "num" if any(w in name for w in ("amount", "cost", "revenue", "price", "spend")) else "int"
    return "str"


_MEASURES: Final = (
    "amount", "cost", "revenue", "price", "spend", "clicks", "impressions", "count", "quantity", "qty",
    "total", "sessions", "orders", "opens", "sent", "delivered", "value", "score", "num_", "_n",
)  # fmt: skip
