"""Decisions: what CASE, WHERE, COALESCE and three-valued logic come down to, in one canonical diagram.

A decision is `("dec", term, cuts, children, null)`: the values of one term are cut into intervals, each with
a child, and NULL has a child of its own. A cut `(value, side)` lies before the value (0) or after it (1);
values are tagged by kind so that they sort. Terms are tested in one order and equal children are merged, so
that two conditions that say the same in other words are the same diagram.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from leadline.audit.terms import (
    FALSE,
    NULL,
    STRICT,
    TRUE,
    ZERO,
    Term,
    UndecidableError,
    is_const,
    nullable,
    num,
    order_key,
    parts,
    plain_add,
    plain_div,
    plain_mul,
    quotient,
    type_of,
)

Cut = tuple[tuple[int, Any], int]
_MOST_LEAVES: Final = 1500


def _tagged(constant: Term) -> tuple[int, Any]:
    kinds = {"num": 0, "str": 1, "bool": 2}
    if constant[0] not in kinds:
        raise UndecidableError(f"a comparison with a constant of kind {constant[0]} has no normal form")
    return kinds[constant[0]], constant[1]


def _settled(cut: Cut, kind: str | None) -> Cut | None:
    """A cut as a term of this type has it: whole numbers and days have none between neighbours."""
    (tag, value), side = cut
    if kind in ("int", "nat") and tag == 0:
        place = floor(value) + 1 if side else ceil(value)
        return None if kind == "nat" and place <= 0 else ((0, Fraction(place)), 0)
    if kind == "bool" and tag == 2:
        return ((2, True), 0) if value != bool(side) else None
    if kind == "date" and tag == 1:
        return _day(value, side)
    return cut


def _affine(
    term: Term, cuts: Sequence[Cut], children: Sequence[Term]
) -> tuple[Term, Sequence[Cut], Sequence[Term]]:
    """c * x + d cut at k, as x cut at (k - d) / c."""
    top, bottom = parts(term)
    if bottom != {(): Fraction(1)}:
        return term, cuts, children
    offset = top.pop((), Fraction(0))
    scale = top[min(top, key=lambda mono: repr(mono))]
    scaled = quotient({mono: value / scale for mono, value in top.items()}, bottom)
    moved = [((0, (value - offset) / scale), side if scale > 0 else 1 - side) for (_, value), side in cuts]
    if scale > 0:
        return scaled, moved, children
    return scaled, moved[::-1], list(children)[::-1]


def _period(term: Term) -> str | None:
    """The unit of a function that takes the start of a period of a date."""
    if term[1] == "date_trunc":
        unit = term[2][0][1] if term[2][0][0] == "str" else ""
        return unit if unit in ("year", "quarter", "month", "week") else None
    return "year_number" if term[1] == "year" else "day"


def _start(cut: Cut, unit: str) -> Cut | None:
    """Where a cut of the starts of periods lies among the days."""
    (tag, value), side = cut
    try:
        if unit == "year_number":
            if tag != 0:
                return None
            whole = floor(value) + 1 if side else ceil(value)
            return ((1, date(whole, 1, 1).isoformat()), 0)
        day = date.fromisoformat(value[:10]) if tag == 1 else None
    except (ValueError, TypeError, OverflowError):
        return None
    if day is None:
        return None
    first = _first_day(day, unit)
    is_start = first == day and value[10:].strip(" 0:.T") == ""
    if is_start and not side:
        return ((1, first.isoformat()), 0)
    try:
        following = first + timedelta(days=_LONGER[unit])
    except OverflowError:
        return None
    return ((1, _first_day(following, unit).isoformat()), 0)


_LONGER: Final = {"year": 370, "quarter": 95, "month": 32, "week": 7, "day": 1}


def _first_day(day: date, unit: str) -> date:
    match unit:
        case "year":
            return day.replace(month=1, day=1)
        case "quarter":
            return day.replace(month=3 * ((day.month - 1) // 3) + 1, day=1)
        case "month":
            return day.replace(day=1)
        case "week":
            return day - timedelta(days=day.weekday())
    return day


def _day(value: str, side: int) -> Cut:
    try:
        day = date.fromisoformat(value[:10])
        later = side == 1 or value[10:].strip(" 0:.T") != ""
        return ((1, (day + timedelta(days=1)).isoformat() if later else day.isoformat()), 0)
    except (ValueError, OverflowError):
        return ((1, value), side)


def switch(term: Term, cuts: Sequence[Cut], children: Sequence[Term], null: Term) -> Term:
    """The decision with these children, tests in order and equal children merged."""
    if term[0] == "rat" and all(cut[0][0] == 0 for cut in cuts):
        term, cuts, children = _affine(term, cuts, children)
    if term[0] == "fn" and term[1] in ("date_trunc", "cast_date", "year"):
        period = _period(term)
        moved = [_start(cut, period) for cut in cuts] if period else [None]
        if all(moved):
            return switch(term[2][-1], [cut for cut in moved if cut], children, null)
    if term[0] == "fn" and term[1] in STRICT and len(term[2]) <= 2 and null != children[0]:
        # NULL is asked of what the function reads, in one way for every function of it.
        rest = _switched(term, cuts, children, children[0])
        return _combine(lambda n, a, b: a if n == TRUE else b, [is_null(term), null, rest], [0])
    return _switched(term, cuts, children, null)


def _switched(term: Term, cuts: Sequence[Cut], children: Sequence[Term], null: Term) -> Term:
    kind = type_of(term)
    kept: list[Cut] = []
    values = [children[0]]
    for cut, child in zip(cuts, children[1:], strict=True):
        settled = _settled(cut, kind)
        if settled is None:
            # Nothing of this type lies on the side away from its only values.
            if kind != "bool" or cut[0][1] is False:
                values[-1] = child
            continue
        if kept and kept[-1] == settled:
            values[-1] = child
        else:
            kept.append(settled)
            values.append(child)
    if not nullable(term):
        null = values[0]
    return _ordered(term, tuple(kept), values, null)


def _ordered(term: Term, cuts: tuple[Cut, ...], children: Sequence[Term], null: Term) -> Term:
    below = [c[1] for c in (*children, null) if c[0] == "dec"]
    first = min(below, key=order_key, default=None)
    if first is None or order_key(first) > order_key(term):
        return _node(term, cuts, children, null)
    if first == term:
        every = _all_cuts([term, *children], term, cuts)
        spread = [_pick(children[bisect_left(cuts, cut)], term, cut) for cut in (*every, _END)]
        return _ordered(term, every, spread, _pick(null, term, None))
    every = _all_cuts([*children, null], first, ())
    split = [
        _ordered(term, cuts, [_pick(c, first, cut) for c in children], _pick(null, first, cut))
        for cut in (*every, _END)
    ]
    unknown = _ordered(term, cuts, [_pick(c, first, None) for c in children], _pick(null, first, None))
    return _node(first, every, split, unknown)


_END: Final[Cut] = ((9, 0), 0)


def _all_cuts(terms: Sequence[Term], term: Term, own: tuple[Cut, ...]) -> tuple[Cut, ...]:
    found = set(own)
    for other in terms:
        if other[0] == "dec" and other[1] == term:
            found.update(other[2])
    return tuple(sorted(found))


def _pick(term: Term, wanted: Term, cut: Cut | None) -> Term:
    """The child for the cell that ends at a cut (`None`: for NULL), where a decision is about `wanted`."""
    if term[0] != "dec" or term[1] != wanted:
        return term
    found: Term = term[4] if cut is None else term[3][bisect_left(term[2], cut)]
    return found


def _node(term: Term, cuts: tuple[Cut, ...], children: Sequence[Term], null: Term) -> Term:
    kept_cuts: list[Cut] = []
    kept = [children[0]]
    for cut, child in zip(cuts, children[1:], strict=True):
        if child != kept[-1]:
            kept_cuts.append(cut)
            kept.append(child)
    if not nullable(term):
        null = kept[0]
    if not kept_cuts and (null == kept[0] or (null == NULL and _is_strict(kept[0], term))):
        return kept[0]
    return ("dec", term, tuple(kept_cuts), tuple(kept), null)


def _is_strict(value: Term, term: Term) -> bool:
    """Whether a value is NULL where the term is, so that nobody needs to ask."""
    if value == term:
        return True
    if value[0] == "rat":
        return any(f == term for poly in value[1:3] for mono, _ in poly for f, _ in mono)
    return bool(value[0] == "fn" and value[1] in STRICT and any(_is_strict(a, term) for a in value[2]))


def combine(make: Callable[..., Term], *terms: Term) -> Term:
    """A function of terms, applied below their decisions."""
    return _combine(make, terms, [0])


def _combine(make: Callable[..., Term], terms: Sequence[Term], count: list[int]) -> Term:
    roots = [t[1] for t in terms if t[0] == "dec"]
    if not roots:
        count[0] += 1
        if count[0] > _MOST_LEAVES:
            raise UndecidableError("the conditions are too many to be brought to a normal form")
        return make(*terms)
    first = min(roots, key=order_key)
    cuts = _all_cuts(terms, first, ())
    children = [_combine(make, [_pick(t, first, cut) for t in terms], count) for cut in (*cuts, _END)]
    null = _combine(make, [_pick(t, first, None) for t in terms], count) if nullable(first) else children[0]
    return _ordered(first, cuts, children, null)


# Three-valued logic.


def truth(term: Term) -> Term:
    """A term as a condition: its leaves are TRUE, FALSE and NULL."""
    return combine(_truth, term)


def _truth(leaf: Term) -> Term:
    if leaf[0] in ("bool", "null"):
        return leaf
    if leaf[0] == "num":
        return TRUE if leaf[1] else FALSE
    if type_of(leaf) in ("int", "num", "nat"):
        return negated(equals(leaf, ZERO))
    # What stands alone as a condition is a boolean, whatever else is known of it.
    as_bool = (*leaf[:4], "bool") if leaf[0] in ("col", "key") and leaf[4] is None else leaf
    return switch(as_bool, (((2, True), 0),), (FALSE, TRUE), NULL)


def negated(term: Term) -> Term:
    """NOT."""
    return combine(lambda leaf: leaf if leaf == NULL else (FALSE if leaf == TRUE else TRUE), truth(term))


def both(*terms: Term) -> Term:
    """AND."""
    found = TRUE
    for term in terms:
        found = combine(
            lambda a, b: FALSE if FALSE in (a, b) else NULL if NULL in (a, b) else TRUE, found, truth(term)
        )
    return found


def either(*terms: Term) -> Term:
    """OR."""
    found = FALSE
    for term in terms:
        found = combine(
            lambda a, b: TRUE if TRUE in (a, b) else NULL if NULL in (a, b) else FALSE, found, truth(term)
        )
    return found


def holds(term: Term) -> Term:
    """A condition as WHERE takes it: unknown counts as false."""
    return combine(lambda leaf: FALSE if leaf == NULL else leaf, truth(term))


def ite(condition: Term, then: Term, otherwise: Term) -> Term:
    """CASE WHEN."""
    return combine(lambda c, a, b: a if c == TRUE else b, holds(condition), then, otherwise)


def is_null(term: Term) -> Term:
    """IS NULL."""
    return combine(_is_null, term)


def _is_null(leaf: Term) -> Term:
    if leaf == NULL:
        return TRUE
    if not nullable(leaf):
        return FALSE
    if leaf[0] == "rat":
        factors = {f for poly in leaf[1:3] for mono, _ in poly for f, _ in mono}
        return either(*(is_null(f) for f in sorted(factors, key=order_key)))
    if leaf[0] == "nz":
        return either(is_null(leaf[1]), equals(leaf[1], ZERO))
    if leaf[0] == "fn" and leaf[1] in STRICT:
        return either(*(is_null(a) for a in leaf[2]))
    if leaf[0] == "cmp":
        return either(is_null(leaf[1]), is_null(leaf[2]))
    return switch(leaf, (), (FALSE,), TRUE)


def coalesce(*terms: Term) -> Term:
    """COALESCE."""
    found = NULL
    for term in reversed(terms):
        found = ite(is_null(term), found, term)
    return found


_SIDES: Final[dict[str, tuple[Term, Term, Term]]] = {
    "=": (FALSE, TRUE, FALSE),
    "<>": (TRUE, FALSE, TRUE),
    "<": (TRUE, FALSE, FALSE),
    "<=": (TRUE, TRUE, FALSE),
    ">": (FALSE, FALSE, TRUE),
    ">=": (FALSE, TRUE, TRUE),
}


def compare(operator: str, left: Term, right: Term) -> Term:
    """left < right, and the like."""
    return combine(lambda a, b: _compare(operator, a, b), left, right)


def equals(left: Term, right: Term) -> Term:
    """left = right."""
    return compare("=", left, right)


def _compare(operator: str, a: Term, b: Term) -> Term:
    if NULL in (a, b):
        return NULL
    if is_const(a) and is_const(b) and a[0] == b[0]:
        return _SIDES[operator][1 + (a[1] > b[1]) - (a[1] < b[1])]
    if is_const(a):
        return _compare({"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(operator, operator), b, a)
    if is_const(b):
        return _against(operator, a, b)
    if a == b:
        return combine(lambda n: NULL if n == TRUE else _SIDES[operator][1], is_null(a))
    below, same, above = _SIDES[operator]
    if order_key(a) > order_key(b):
        a, b, below, above = b, a, above, below
    zero = (0, Fraction(0))
    return switch(("cmp", a, b), ((zero, 0), (zero, 1)), (below, same, above), NULL)


def _against(operator: str, term: Term, constant: Term) -> Term:
    below, same, above = _SIDES[operator]
    if constant[0] == "num" and type_of(term) == "bool":
        constant = ("bool", bool(constant[1]))
    if constant[0] == "bool" and term[0] in ("col", "key") and term[4] is None:
        term = (*term[:4], "bool")
    value = _tagged(constant)
    return switch(term, ((value, 0), (value, 1)), (below, same, above), NULL)


def same(left: Term, right: Term) -> Term:
    """IS NOT DISTINCT FROM."""
    return combine(_same, left, right)


def _same(a: Term, b: Term) -> Term:
    if a == b:
        return TRUE
    if NULL in (a, b):
        return is_null(a if b == NULL else b)
    if is_const(a) or is_const(b) or not nullable(a) or not nullable(b):
        return holds(_compare("=", a, b))
    a, b = sorted((a, b), key=order_key)
    return switch(("same", a, b), (((2, True), 0),), (FALSE, TRUE), FALSE)


# Arithmetic below decisions.


def add(a: Term, b: Term) -> Term:
    """a + b."""
    return combine(plain_add, a, b)


def sub(a: Term, b: Term) -> Term:
    """a - b."""
    return combine(lambda x, y: plain_add(x, y, -1), a, b)


def mul(a: Term, b: Term) -> Term:
    """a * b."""
    return combine(plain_mul, a, b)


def div(a: Term, b: Term) -> Term:
    """a / b."""
    return combine(plain_div, a, b)


def nullif(a: Term, b: Term) -> Term:
    """NULLIF; that of zero, which guards a denominator, has a term of its own."""
    if b == ZERO:
        return combine(nonzero, a)
    return ite(equals(a, b), NULL, a)


def nonzero(leaf: Term) -> Term:
    """A term, or NULL where it is zero."""
    if leaf[0] == "num":
        return NULL if not leaf[1] else leaf
    if leaf[0] in ("null", "nz"):
        return leaf
    if leaf[0] == "rat":
        top, bottom = parts(leaf)
        if len(top) == 1:
            (mono, value), *_ = top.items()
            guarded = num(value)
            for factor, power in mono:
                for _ in range(power):
                    guarded = plain_mul(guarded, nonzero(factor))
            return plain_div(guarded, quotient(bottom, {(): Fraction(1)}))
    return ("nz", leaf)


def conjuncts(term: Term) -> tuple[Term, ...]:
    """A condition as it is; an unknown leaf counts as false."""
    found = holds(term)
    return () if found == TRUE else (found,)
