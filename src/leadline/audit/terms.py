"""Terms: what an output is made of, as nested tuples that compare and hash; arithmetic in exact fractions.

Kinds of terms, by their first item:

    num, str, bool, null   constants
    col                    (col, instance, name, nullable, type) a column of a relation
    key                    (key, instance, place, nullable, type) a group-by key of a grouped relation
    agg                    (agg, instance, kind, argument, frame, keys) an aggregate of the rows of a group
    atom                   (atom, kind, argument, frame) an aggregate of rows that other rows may choose
    look, has              a column of the one row that a key finds, and whether there is one
    win                    a window function over a frame
    cmp                    (cmp, a, b) the order of two terms: negative, zero, positive or unknown
    same                   (same, a, b) whether two terms are equal, NULL being equal to NULL
    nz                     (nz, t) t, or NULL where it is zero
    fn                     (fn, name, arguments) any other function
    rat                    (rat, numerator, denominator) polynomials over other terms, coefficients Fraction
    dec                    a decision over values of one term: see decide.py
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

Term = tuple[Any, ...]
Monomial = tuple[tuple[Term, int], ...]
Poly = dict[Monomial, Fraction]

NULL: Final[Term] = ("null",)
TRUE: Final[Term] = ("bool", True)
FALSE: Final[Term] = ("bool", False)
_MOST_MONOMIALS: Final = 120


class UndecidableError(Exception):
    """A query, or a part of one, that the normal form has no place for; its text is the reason."""


def num(value: int | Fraction | str) -> Term:
    """A number; text is read as a decimal."""
    return ("num", Fraction(value))


ZERO: Final = num(0)
ONE: Final = num(1)


@lru_cache(maxsize=100_000)
def order_key(term: Term) -> str:
    """What terms are sorted by."""
    return repr(term)


def is_const(term: Term) -> bool:
    """Whether a term is a literal."""
    return term[0] in ("num", "str", "bool", "null", "interval")


def nullable(term: Term) -> bool:
    """Whether a term may be NULL for all that is known."""
    match term[0]:
        case "col" | "key":
            return bool(term[3])
        case "look":
            return bool(term[4])
        case "num" | "str" | "bool" | "has" | "same" | "interval":
            return False
        case "agg" | "atom":
            return (term[2] if term[0] == "agg" else term[1]) not in COUNTS
        case "win":
            return term[1] not in ("row_number", "rank", "dense_rank", "count", "ntile")
        case "rat":
            return any(nullable(f) for poly in term[1:3] for mono, _ in poly for f, _ in mono)
        case "cmp":
            return nullable(term[1]) or nullable(term[2])
        case "fn":
            return term[1] not in NEVER_NULL and (term[1] not in STRICT or any(map(nullable, term[2])))
    return True


COUNTS: Final = frozenset({"count", "distinct", "rows_distinct", "approx_distinct"})
NEVER_NULL: Final = frozenset({"currentdate", "currenttimestamp", "tuple"})
# Functions that are NULL exactly where an argument is.
STRICT: Final = frozenset(
    [
        "lower",
        "upper",
        "trim",
        "date_trunc",
        "year",
        "month",
        "day",
        "quarter",
        "week",
        "abs",
        "round",
        "floor",
        "ceil",
        "cast_date",
        "cast_int",
        "cast_num",
        "cast_text",
        "date_add",
        "date_sub",
        "date_diff",
        "dayofweek",
        "length",
        "like",
        "ilike",
    ]
)


def type_of(term: Term) -> str | None:
    """int, nat (a count), num, date, ts, bool or str, where known."""
    match term[0]:
        case "col" | "key":
            return None if term[4] is None else str(term[4])
        case "look":
            return None if term[5] is None else str(term[5])
        case "bool" | "has" | "same":
            return "bool"
        case "agg" | "atom":
            kind = term[2] if term[0] == "agg" else term[1]
            if kind in COUNTS:
                return "nat"
            return type_of(term[3] if term[0] == "agg" else term[2]) if kind in ("min", "max") else "num"
        case "fn":
            return _FUNCTION_TYPES.get(term[1])
        case "win":
            return "nat" if not nullable(term) else None
        case "rat" | "num" | "nz":
            return "num"
        case "dec":
            found = {type_of(leaf) for leaf in leaves(term) if leaf != NULL}
            return found.pop() if len(found) == 1 else None
    return None


_FUNCTION_TYPES: Final = {
    "cast_date": "date",
    "currentdate": "date",
    "lower": "str",
    "upper": "str",
    "trim": "str",
    "like": "bool",
    "ilike": "bool",
    "opaque_bool": "bool",
}


def leaves(term: Term) -> list[Term]:
    """The values that a decision may give; a term that is no decision gives itself."""
    if term[0] != "dec":
        return [term]
    found = [leaf for child in (*term[3], term[4]) for leaf in leaves(child)]
    return list(dict.fromkeys(found))


# Polynomials and their quotients.


def parts(term: Term) -> tuple[Poly, Poly]:
    """A term as numerator and denominator."""
    one: Poly = {(): Fraction(1)}
    if term[0] == "num":
        return ({(): term[1]} if term[1] else {}), one
    if term[0] == "rat":
        return dict(term[1]), dict(term[2])
    return {((term, 1),): Fraction(1)}, one


def plus(a: Poly, b: Poly, sign: int = 1) -> Poly:
    """a + b, or a - b."""
    found = dict(a)
    for mono, coefficient in b.items():
        value = found.get(mono, Fraction(0)) + sign * coefficient
        if value:
            found[mono] = value
        else:
            found.pop(mono, None)
    return found


def times(a: Poly, b: Poly) -> Poly:
    """a * b."""
    found: Poly = {}
    for left, x in a.items():
        for right, y in b.items():
            mono = _joined(left, right)
            value = found.get(mono, Fraction(0)) + x * y
            if value:
                found[mono] = value
            else:
                found.pop(mono, None)
    if len(found) > _MOST_MONOMIALS:
        raise UndecidableError("the expression is too long to be brought to a normal form")
    return found


def _joined(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    powers = dict(a)
    for factor, power in b:
        powers[factor] = powers.get(factor, 0) + power
    return tuple(sorted(powers.items(), key=lambda item: order_key(item[0])))


def quotient(numerator: Poly, denominator: Poly) -> Term:
    """The term of a quotient, its denominator with leading coefficient one."""
    if not denominator:
        return NULL
    if not numerator:
        return ZERO
    first = min(denominator, key=lambda mono: repr(mono))
    scale = denominator[first]
    top = {mono: value / scale for mono, value in numerator.items()}
    bottom = {mono: value / scale for mono, value in denominator.items()}
    if bottom == {(): Fraction(1)} and len(top) == 1:
        (mono, value), *_ = top.items()
        if not mono:
            return ("num", value)
        if value == 1 and len(mono) == 1 and mono[0][1] == 1:
            return mono[0][0]
    return ("rat", _sorted(top), _sorted(bottom))


def _sorted(poly: Poly) -> tuple[tuple[Monomial, Fraction], ...]:
    return tuple(sorted(poly.items(), key=lambda item: repr(item[0])))


def plain_add(a: Term, b: Term, sign: int = 1) -> Term:
    """a + b or a - b of terms that are no decisions."""
    if NULL in (a, b):
        return NULL
    (x, p), (y, q) = parts(a), parts(b)
    if p == q:
        return quotient(plus(x, y, sign), p)
    return quotient(plus(times(x, q), times(y, p), sign), times(p, q))


def plain_mul(a: Term, b: Term) -> Term:
    """a * b of terms that are no decisions."""
    if NULL in (a, b):
        return NULL
    (x, p), (y, q) = parts(a), parts(b)
    return quotient(times(x, y), times(p, q))


def plain_div(a: Term, b: Term) -> Term:
    """a / b of terms that are no decisions."""
    if NULL in (a, b):
        return NULL
    if b == ZERO:
        return ("fn", "over_zero", (a,))
    (x, p), (y, q) = parts(a), parts(b)
    return quotient(times(x, q), times(p, y))


def poly_term(poly: Poly) -> Term:
    """A polynomial as a term."""
    return quotient(poly, {(): Fraction(1)})


def mono_term(mono: Monomial) -> Term:
    """A product of powers as a term."""
    return poly_term({mono: Fraction(1)})


def factor_of(a: Term, b: Term) -> Fraction | None:
    """The number c with a = c * b as quotients, zero denominators aside; None where there is none."""
    if a == b:
        return Fraction(1)
    if a == NULL or b == NULL:
        return None
    (x, p), (y, q) = parts(a), parts(b)
    left, right = times(x, q), times(y, p)
    if not left or not right or set(left) != set(right):
        return Fraction(1) if not left and not right else None
    found = {left[mono] / right[mono] for mono in left}
    return found.pop() if len(found) == 1 else None


def evaluate(poly: tuple[tuple[Monomial, Fraction], ...], put: Callable[[Term], Term], make: Any) -> Term:
    """A polynomial with other terms in the place of its own; `make` has add and mul."""
    total = ZERO
    for mono, value in poly:
        product: Term = ("num", value)
        for factor, power in mono:
            for _ in range(power):
                product = make.mul(product, put(factor))
        total = make.add(total, product)
    return total


def replaced(
    term: Any, found: Mapping[Term, Term], rebuild: Callable[[Term, Callable[[Term], Term]], Term]
) -> Any:
    """A term with some of its parts replaced, the largest first."""

    def put(part: Term) -> Term:
        return found[part] if part in found else rebuild(part, put)

    return put(term)
