"""One-step changes of a query, as mutation analysis of SQL makes them: what data has to tell it from.

Operators after Tuya, Suárez-Cabal and de la Riva, "Mutating database queries" (Information and Software
Technology 49, 2007): conditions, operators and constants, NULL, aggregates, joins, and for what came since,
windows, units of time and text functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

from sqlglot import exp

from leadline.audit.constants import MOST_ROWS, day_of

# Whether data has to tell a change from the query: of itself, or one of those in its place, or not at all.
EACH: Final = "each"
ONE: Final = "one"
NONE: Final = "none"
Change = tuple[str, exp.Expr, str]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A query with a change at a `site`. `what` is the change in SQL, for people; `need` one of the above."""

    tree: exp.Query
    site: str
    what: str
    need: str


_BOUNDARY: Final[dict[type[exp.Expr], type[exp.Binary]]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
_SWAPS: Final[dict[type[exp.Expr], tuple[type[exp.Expr], ...]]] = {
    exp.Stddev: (exp.StddevPop,),
    exp.StddevSamp: (exp.StddevPop,),
    exp.StddevPop: (exp.StddevSamp,),
    exp.Variance: (exp.VariancePop,),
    exp.VariancePop: (exp.Variance,),
    exp.PercentileCont: (exp.PercentileDisc,),
    exp.PercentileDisc: (exp.PercentileCont,),
    exp.Floor: (exp.Ceil,),
    exp.Ceil: (exp.Floor,),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
    exp.Mul: (exp.Add,),
    exp.Div: (exp.Mul,),
    exp.Greatest: (exp.Least,),
    exp.Least: (exp.Greatest,),
}
_PARTS: Final[dict[type[exp.Expr], tuple[type[exp.Expr], ...]]] = {
    exp.Year: (exp.Month,),
    exp.Month: (exp.Quarter,),
    exp.Quarter: (exp.Month,),
    exp.Week: (exp.Month,),
    exp.Day: (exp.DayOfWeek,),
    exp.DayOfMonth: (exp.DayOfWeek,),
    exp.DayOfWeek: (exp.DayOfWeekIso,),
    exp.DayOfWeekIso: (exp.DayOfWeek,),
    exp.DayOfYear: (exp.Day,),
}
_UNITS: Final = {
    "year": "quarter",
    "quarter": "month",
    "month": "week",
    "week": "month",
    "day": "month",
    "hour": "day",
    "minute": "hour",
    "second": "minute",
}
_FEW: Final = 3
# "%d", as a format writes one part of a time.
_ONE_PART: Final = 2
_CONDITIONS: Final = (exp.Where, exp.Having, exp.Qualify, exp.And, exp.Or, exp.Not)


def mutants(tree: exp.Query) -> Iterator[Mutant]:
    """Every one-step change of a qualified query, in the order of the tree."""
    tree = _by_place(tree)
    for place, node in enumerate(tree.walk()):
        if node is tree or _is_unread(node):
            continue
        for number, (what, _, need) in enumerate(_changes(node)):
            copy = tree.copy()
            twin = _at(copy, place)
            twin.replace(list(_changes(twin))[number][1])
            _spell(copy)
            yield Mutant(copy, f"{place}", what, need)


def _by_place(tree: exp.Query) -> exp.Query:
    """The query with group-by keys that it selects as their places: what changes one changes the other."""
    made = tree.copy()
    for select in made.find_all(exp.Select):
        group = select.args.get("group")
        items = [item.unalias() for item in select.selects]
        for key in list(group.expressions) if group is not None else ():
            if key in items and not isinstance(key, exp.Column | exp.Literal):
                key.replace(exp.Placeholder(this=str(items.index(key))))
    return made


def _spell(tree: exp.Query) -> None:
    """Places as the keys that they stand for."""
    for group in list(tree.find_all(exp.Group)):
        select = group.parent_select
        for key in list(group.expressions):
            if isinstance(key, exp.Placeholder) and select is not None:
                key.replace(select.selects[int(key.name)].unalias().copy())


def _at(tree: exp.Expr, place: int) -> exp.Expr:
    for number, node in enumerate(tree.walk()):
        if number == place:
            return node
    raise AssertionError("a copy of a tree has the nodes of the tree")


def _is_unread(node: exp.Expr) -> bool:
    """Whether nobody reads a node: what EXISTS selects, and an order that picks no rows."""
    select = node.parent_select
    in_exists = select is not None and isinstance(select.parent, exp.Exists)
    items = select.expressions if select is not None and in_exists else []
    if any(item is above for item in items for above in _above(node)):
        return True
    order = node.find_ancestor(exp.Order, exp.Query)
    if isinstance(order, exp.Order) and isinstance(order.parent, exp.Query):
        return not (order.parent.args.get("limit") or order.parent.args.get("distinct"))
    return node.find_ancestor(exp.DataType) is not None


def _above(node: exp.Expr) -> Iterator[exp.Expr]:
    found: exp.Expr | None = node
    while found is not None and not isinstance(found, exp.Select):
        yield found
        found = found.parent


def _changes(node: exp.Expr) -> Iterator[Change]:
    for make in _MAKERS:
        yield from make(node)


def _said(old: exp.Expr, new: exp.Expr) -> str:
    return f"{_short(old)} → {_short(new)}"


def _short(node: exp.Expr) -> str:
    text = node.sql(dialect="duckdb")
    return text if len(text) <= 60 else f"{text[:57]}…"


# Conditions.


def _comparisons(node: exp.Expr) -> Iterator[Change]:
    if type(node) in _BOUNDARY:
        other = _BOUNDARY[type(node)](this=node.this.copy(), expression=node.expression.copy())
        yield _said(node, other), other, EACH
    if isinstance(node, exp.Between):
        value, low, high = (node.args[k] for k in ("this", "low", "high"))
        for one, two in ((exp.GT, exp.LTE), (exp.GTE, exp.LT)):
            new = exp.Paren(
                this=exp.And(
                    this=one(this=value.copy(), expression=low.copy()),
                    expression=two(this=value.copy(), expression=high.copy()),
                )
            )
            yield _said(node, new), new, EACH
    if isinstance(node, exp.In) and len(node.expressions) > 1:
        for place in range(len(node.expressions)):
            fewer = node.copy()
            fewer.expressions[place].pop()
            yield _said(node, fewer), fewer, EACH


def _conditions(node: exp.Expr) -> Iterator[Change]:
    """A condition that always or never holds."""
    if not _is_condition(node):
        return
    about_null = isinstance(node, exp.Is) or (isinstance(node, exp.Not) and isinstance(node.this, exp.Is))
    is_constant = node.find(exp.Column, exp.Subquery, exp.Query) is None
    if is_constant:
        return
    for value in (True, False):
        # Rows of NULL are often left out once more than needed, and keys joined that the rows have anyway.
        is_dropped = value != isinstance(node.parent, exp.Not)
        if not is_dropped or not (about_null or isinstance(node.parent, exp.Join)):
            yield f"{_short(node)} → {str(value).lower()}", exp.Boolean(this=value), EACH


def _is_condition(node: exp.Expr) -> bool:
    if isinstance(node, exp.And | exp.Or | exp.Paren | exp.Boolean):
        return False
    parent = node.parent
    while isinstance(parent, exp.Paren):
        node, parent = parent, parent.parent
    if isinstance(parent, exp.If):
        return parent.this is node and not _has_operand(parent)
    if isinstance(parent, exp.Join):
        return parent.args.get("on") is node
    return isinstance(parent, _CONDITIONS)


def _has_operand(branch: exp.If) -> bool:
    return isinstance(branch.parent, exp.Case) and branch.parent.this is not None


# Constants.


def _constants(node: exp.Expr) -> Iterator[Change]:
    if not isinstance(node, exp.Literal) or _is_form(node):
        return
    if not node.is_string or isinstance(node.parent, exp.Interval):
        yield from _numbers(node)
        return
    moved = _moved(node.name)
    for text in moved or [f"{node.name}~"]:
        new = exp.Literal.string(text)
        yield _said(node, new), new, ONE


def _numbers(node: exp.Literal) -> Iterator[Change]:
    try:
        value = float(node.name)
    except ValueError:
        return
    steps = (1, -1) if value == int(value) else (value / 10, -value / 10)
    for step in steps:
        moved = value + step
        if moved < 0:
            continue
        text = f"{moved:g}" if value != int(value) else str(int(moved))
        new: exp.Expr = exp.Literal.string(text) if node.is_string else exp.Literal.number(text)
        yield _said(node, new), new, ONE


def _is_form(node: exp.Literal) -> bool:
    """Whether a literal says how something is written or rounded, not what is asked."""
    parent = node.parent
    if isinstance(parent, exp.Round) and parent.this is not node:
        return True
    if isinstance(parent, exp.StrToTime | exp.TimeToStr | exp.DataTypeParam | exp.Alias):
        return not isinstance(parent, exp.Alias) or not node.is_string
    return node.is_string and node.name.lower().removesuffix("s") in _UNITS


def _moved(text: str) -> list[str]:
    day = day_of(text)
    if day is None:
        return []
    return [f"{day + timedelta(days=n)}{text[10:]}" for n in (1, -1)]


# Functions, units and arithmetic.


def _functions(node: exp.Expr) -> Iterator[Change]:
    for kind in (*_SWAPS.get(type(node), ()), *_PARTS.get(type(node), ())):
        new = kind(**{k: _copied(v) for k, v in node.args.items() if k in kind.arg_types})
        yield f"{type(node).__name__} → {kind.__name__}: {_short(node)}", new, EACH


def _aggregates(node: exp.Expr) -> Iterator[Change]:
    """Another aggregate of the same: of one row they are all alike."""
    if isinstance(node, exp.Sum | exp.Avg | exp.Min | exp.Max) and isinstance(node.this, exp.Expr):
        kind = exp.Min if isinstance(node, exp.Max) else exp.Max
        new = kind(this=node.this.copy())
        yield _said(node, new), new, NONE
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Column | exp.Distinct):
        if isinstance(node.this, exp.Distinct):
            counted = exp.Count(this=node.this.expressions[0].copy())
        else:
            counted = exp.Count(this=exp.Distinct(expressions=[node.this.copy()]))
        yield _said(node, counted), counted, NONE


def _texts(node: exp.Expr) -> Iterator[Change]:
    """A text as it was before a function, and two with something between them."""
    if isinstance(node, exp.Lower | exp.Upper | exp.Trim) and isinstance(node.this, exp.Column):
        yield _said(node, node.this), exp.Paren(this=node.this.copy()), EACH
    if isinstance(node, exp.Anonymous | exp.Substring | exp.Left | exp.Right | exp.SplitPart | exp.Replace):
        first = node.expressions[0] if isinstance(node, exp.Anonymous) and node.expressions else node.this
        if isinstance(first, exp.Column | exp.Func):
            yield _said(node, first), exp.Paren(this=first.copy()), EACH
    if isinstance(node, exp.TimeToStr) and len(node.text("format")) > _ONE_PART:
        shorter = node.copy()
        shorter.set("format", exp.Literal.string(node.text("format")[:-_ONE_PART]))
        yield _said(node, shorter), shorter, EACH
    if isinstance(node, exp.DPipe) and not isinstance(node.expression, exp.Literal):
        apart = exp.DPipe(this=node.this.copy(), expression=exp.Literal.string("~"))
        joined = exp.DPipe(this=apart, expression=node.expression.copy())
        yield _said(node, joined), joined, EACH
    if isinstance(node, exp.Concat):
        for place, (one, two) in enumerate(pairwise(node.expressions), 1):
            if not isinstance(one, exp.Literal) and not isinstance(two, exp.Literal):
                longer = node.copy()
                longer.set(
                    "expressions",
                    [*longer.expressions[:place], exp.Literal.string("~"), *longer.expressions[place:]],
                )
                yield _said(node, longer), longer, EACH


def _copied(value: Any) -> Any:
    if isinstance(value, list):
        return [_copied(v) for v in value]
    return value.copy() if isinstance(value, exp.Expr) else value


def _units(node: exp.Expr) -> Iterator[Change]:
    if isinstance(node, exp.DateTrunc | exp.TimestampTrunc | exp.DateDiff | exp.Interval):
        unit = node.args.get("unit")
        other = _UNITS.get(unit.name.lower().removesuffix("s")) if unit is not None else None
        if other is not None:
            new = node.copy()
            new.set("unit", exp.var(other.upper()))
            yield _said(node, new), new, EACH
    if isinstance(node, exp.Extract) and node.name.lower() in _UNITS:
        part = node.copy()
        part.set("this", exp.var(_UNITS[node.name.lower()].upper()))
        yield _said(node, part), part, EACH


def _branches(node: exp.Expr) -> Iterator[Change]:
    """CASE without one of its branches."""
    if not isinstance(node, exp.Case):
        return
    for place in range(len(node.args["ifs"])):
        if len(node.args["ifs"]) > 1:
            fewer = node.copy()
            fewer.args["ifs"][place].pop()
            yield _said(node, fewer), fewer, EACH


# Windows.


def _windows(node: exp.Expr) -> Iterator[Change]:
    if not isinstance(node, exp.Window):
        return
    for place in range(len(node.args.get("partition_by") or ())):
        wider = node.copy()
        wider.args["partition_by"][place].pop()
        yield f"{_short(node)} by fewer columns", wider, NONE
    spec = node.args.get("spec")
    if spec is not None and str(spec.args.get("kind")).upper() == "ROWS":
        whole = node.copy()
        need = NONE if str(spec.args.get("start")).upper() == "UNBOUNDED" else EACH
        whole.args["spec"].set("start", "UNBOUNDED")
        yield f"{_short(node)} from the first row", whole, need


def _orders(node: exp.Expr) -> Iterator[Change]:
    """The first key of an order the other way round, where it takes the first so many rows."""
    order = node.parent
    if not isinstance(node, exp.Ordered) or not isinstance(order, exp.Order):
        return
    # DISTINCT ON takes the first of each, whichever comes first of these.
    is_cut = isinstance(order.parent, exp.Query) and order.parent.args.get("limit") is not None
    in_window = not isinstance(order.parent, exp.Query) and _counts_far(node.root())
    if order.expressions[0] is node and (is_cut or in_window):
        turned = node.copy()
        turned.set("desc", not node.args.get("desc"))
        yield f"{_short(node)} the other way round", turned, EACH


def _counts_far(tree: exp.Expr) -> bool:
    """Whether a query has a number that few rows do not come to: only more tell one end from the other."""
    numbers = [n.name for n in tree.find_all(exp.Literal) if not n.is_string and n.is_int]
    return any(_FEW < int(n) <= MOST_ROWS for n in numbers)


_MAKERS: Final[tuple[Callable[[exp.Expr], Iterator[Change]], ...]] = (
    _comparisons,
    _conditions,
    _constants,
    _functions,
    _aggregates,
    _texts,
    _units,
    _branches,
    _windows,
    _orders,
)
