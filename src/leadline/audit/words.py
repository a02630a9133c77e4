"""Terms as people read them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from leadline.audit.decide import Cut
from leadline.audit.terms import FALSE, NULL, TRUE, Term, leaves

_CALLS: Final = {"distinct": "count(distinct {})", "rows_distinct": "count(distinct {})", "single": "{}"}
_UNKNOWN: Final = "an expression"


def show(term: Term) -> str:
    """A term in SQL's words, aliases left out."""
    match term[0]:
        case "num":
            return number(term[1])
        case "str":
            return repr(term[1])
        case "bool":
            return str(term[1]).lower()
        case "null":
            return "NULL"
        case "col":
            return str(term[2])
        case "key":
            return f"group key {term[2] + 1}"
        case "look":
            return f"{term[1]}.{term[2]}"
        case "has":
            return f"a row in {term[1]}"
        case "agg" | "atom":
            return aggregate(term)
        case "nz":
            return show(term[1])
        case "fn":
            return f"{term[1]}({', '.join(map(show, term[2]))})"
        case "win":
            return f"{term[1]}() over the rows"
        case "rat":
            return _quotient(term)
        case "cmp":
            return f"{show(term[1])} against {show(term[2])}"
        case "same":
            return f"{show(term[1])} is {show(term[2])}"
        case "dec":
            return _decision(term)
    return _UNKNOWN


def number(value: Fraction) -> str:
    """A number without a fraction's bar, where it has a short decimal form."""
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.6g}"


def _quotient(term: Term) -> str:
    top, bottom = _poly(term[1]), _poly(term[2])
    return top if bottom == "1" else f"{_wrapped(top)} / {_wrapped(bottom)}"


def _wrapped(text: str) -> str:
    return f"({text})" if " + " in text or " - " in text or " * " in text or " where " in text else text


def _poly(poly: Any) -> str:
    found: str = ""
    for mono, value in poly:
        factors = [show(f) + (f"^{power}" if power > 1 else "") for f, power in mono]
        scale = [] if abs(value) == 1 and factors else [number(abs(value))]
        text = " * ".join([*scale, *factors])
        found += (" - " if value < 0 else " + ") + text
    return found.removeprefix(" + ").strip()


def aggregate(term: Term) -> str:
    """`sum(clicks) where channel = 'x'`."""
    kind, argument, rows = (term[2], term[3], term[4]) if term[0] == "agg" else (term[1], term[2], term[3])
    if len(rows[1]) > 1:
        argument = _labelled(argument, {item[0]: item[1][1] for item in rows[1] if item[1][0] == "table"})
    value, conditions = taken_apart(argument)
    inner = "*" if kind == "count" and value is not None and value[0] == "num" else show(value or argument)
    call: str = _CALLS.get(kind, kind + "({})").format(inner)
    where = f" where {' and '.join(conditions)}" if conditions else ""
    names = tables(rows)
    of = f" of {', '.join(names)}" if term[0] == "atom" and names else ""
    return call + of + where


def _labelled(term: Any, names: dict[Any, str]) -> Any:
    """A term whose columns carry their tables' names."""
    if not isinstance(term, tuple) or not term:
        return term
    if term[0] == "col" and term[1] in names:
        return ("col", term[1], f"{names[term[1]]}.{term[2]}", *term[3:])
    return tuple(_labelled(part, names) for part in term)


def tables(rows: Any) -> list[str]:
    """The base tables of a frame, in order, each as often as it is read."""
    found: list[str] = []
    for _, source, _, _ in rows[1]:
        if source[0] == "table":
            found.append(source[1])
        elif source[0] == "groups":
            found += tables(source[1])
        elif source[0] == "union":
            found += [t for branch in source[1] for t in tables(branch[0])]
        elif source[0] in ("limit", "sub"):
            found += tables(source[1])
    return found


def taken_apart(argument: Term) -> tuple[Term | None, list[str]]:
    """The one value of an aggregate's argument and the conditions under which it is counted."""
    values = [leaf for leaf in leaves(argument) if leaf != NULL]
    if len(values) != 1:
        return None, []
    from leadline.audit.decide import combine

    return values[0], conditions(combine(lambda leaf: FALSE if leaf == NULL else TRUE, argument))


def conditions(test: Term) -> list[str]:
    """A condition as the list of those that it joins with AND."""
    found: list[str] = []
    while test[0] == "dec":
        _, term, cuts, children, null = test
        passing = [c for c in (*children, null) if c != FALSE]
        if len(set(passing)) != 1:
            return [*found, _either(test)]
        inside = [c != FALSE for c in children]
        found.append(within(term, cuts, inside, null != FALSE))
        test = passing[0]
    return [f for f in found if f] + ([] if test == TRUE else [show(test)])


def _either(test: Term) -> str:
    """A condition that is no list of conditions on one thing each."""
    paths = _paths(test)
    return (
        "("
        + " or ".join(" and ".join(path) or "true" for path in paths[:3])
        + (" or …)" if len(paths) > 3 else ")")
    )


def _paths(test: Term) -> list[list[str]]:
    if test[0] != "dec":
        return [[]] if test == TRUE else []
    _, term, cuts, children, null = test
    found = []
    for child in dict.fromkeys((*children, null)):
        if child == FALSE:
            continue
        text = within(term, cuts, [c == child for c in children], null == child)
        found += [[text, *path] if text else path for path in _paths(child)]
    return found


def within(term: Term, cuts: tuple[Cut, ...], inside: list[bool], with_null: bool) -> str:
    """`x in ('a', 'b')`, `x > 5`, `x is not null`: the values of a term for which something holds."""
    if term[0] in ("cmp", "same"):
        return _relation(term, inside)
    name = show(term)
    if all(inside):
        return "" if with_null else f"{name} is not null"
    if not any(inside):
        return f"{name} is null" if with_null else "false"
    if cuts and cuts[0][0][0] == 2:
        return name if inside[-1] else f"not {name}"
    text = _ranges(name, cuts, inside)
    return f"({text} or {name} is null)" if with_null else text


def _relation(term: Term, inside: list[bool]) -> str:
    left, right = show(term[1]), show(term[2])
    if term[0] == "same":
        return f"{left} {'is' if inside[-1] else 'is not'} {right}"
    if len(inside) == 3:
        sign = "=" if inside == [False, True, False] else "<>" if inside == [True, False, True] else "against"
    else:
        sign = "<" if inside[0] else ">"
    return f"{left} {sign} {right}"


def _ranges(name: str, cuts: tuple[Cut, ...], inside: list[bool]) -> str:
    points = [i for i in range(1, len(cuts)) if _is_point(cuts, i)]
    if all(inside[i] == (i in points) for i in range(len(inside))):
        values = [_constant(cuts[i - 1]) for i in points]
        return f"{name} = {values[0]}" if len(values) == 1 else f"{name} in ({', '.join(values)})"
    if all(inside[i] != (i in points) for i in range(len(inside))):
        values = [_constant(cuts[i - 1]) for i in points]
        return f"{name} <> {values[0]}" if len(values) == 1 else f"{name} not in ({', '.join(values)})"
    found = []
    for place, is_in in enumerate(inside):
        if not is_in:
            continue
        low = f"{'>' if cuts[place - 1][1] else '>='} {_constant(cuts[place - 1])}" if place else ""
        high = f"{'<=' if cuts[place][1] else '<'} {_constant(cuts[place])}" if place < len(cuts) else ""
        found.append(" and ".join(f"{name} {side}" for side in (low, high) if side))
    return " or ".join(found)


def _is_point(cuts: tuple[Cut, ...], place: int) -> bool:
    low, high = cuts[place - 1], cuts[place]
    if low[0] == high[0]:
        return True
    return low[0][0] == 0 and low[1] == high[1] == 0 and high[0][1] - low[0][1] == 1


def _constant(cut: Cut) -> str:
    tag, value = cut[0]
    return number(value) if tag == 0 else repr(value)


def _decision(term: Term) -> str:
    _, test, cuts, children, null = term
    if not cuts and null != NULL:
        return (
            f"coalesce({show(test)}, {show(null)})"
            if children[0] == test
            else f"{show(children[0])}, or {show(null)} where {show(test)} is null"
        )
    values = [leaf for leaf in leaves(term) if leaf != NULL]
    if len(values) == 1:
        found = taken_apart(term)[1]
        return f"{show(values[0])} where {' and '.join(found)}" if found else show(values[0])
    return (
        "case " + ", ".join(map(show, values[:3])) + (", …" if len(values) > 3 else "") + f" by {show(test)}"
    )
