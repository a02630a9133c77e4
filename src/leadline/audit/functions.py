"""Functions of terms, with the few that say the same brought together."""

from __future__ import annotations

from fractions import Fraction

from leadline.audit import decide
from leadline.audit.decide import combine, ite
from leadline.audit.terms import NULL, ZERO, Term, type_of


def function(name: str, *arguments: Term) -> Term:
    """A function, with the few that say the same brought together."""
    if name == "abs" and len(arguments) == 1:
        return combine(_absolute, arguments[0])
    if name == "date_trunc" and arguments[0] == ("str", "day"):
        return function("cast_date", arguments[1])
    if name == "cast_date" and (type_of(arguments[0]) == "date" or arguments[0][0] in ("str", "null")):
        return arguments[0]
    if name in ("lower", "upper", "trim") and arguments[0][0] == "fn" and arguments[0][1] == name:
        return arguments[0]
    if name in ("date_trunc", "lower", "upper", "trim", "cast_date", "abs", "round") and len(arguments) <= 2:
        place = 1 if name == "date_trunc" else 0
        if arguments[place][0] == "dec":
            rest = list(arguments)
            return combine(
                lambda leaf: function(name, *rest[:place], leaf, *rest[place + 1 :]), arguments[place]
            )
        if arguments[place] == NULL:
            return NULL
    return ("fn", name, tuple(arguments))


def _absolute(leaf: Term) -> Term:
    return ite(decide.compare("<", leaf, ZERO), decide.mul(("num", Fraction(-1)), leaf), leaf)
