"""Differences and edge cases in words: what two normal forms do not have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from leadline.audit.build import Rows
from leadline.audit.decide import both
from leadline.audit.normal import Loosener, Note
from leadline.audit.terms import ONE, Term, factor_of, leaves, parts, poly_term
from leadline.audit.words import conditions, number, show, tables, taken_apart

_EDGES: Final = {
    "zero": "zero denominator",
    "null": "NULL",
    "empty": "empty group",
    "presence": "empty group",
    "parts": "empty group",
    "rounding": "rounding",
    "percent": "percent or ratio",
}


def edge_words(notes: Iterable[Note], is_seen: bool) -> list[str]:
    """The edge cases that were set aside. Where data has shown some, only what data would not show."""
    wanted = ("percent", "rounding", "zero") if is_seen else tuple(_EDGES)
    return list(dict.fromkeys(_EDGES[kind] for kind, _, _ in notes if kind in wanted))


def reasons_between(left: Rows | None, right: Rows | None, a: int, b: int) -> list[str]:
    """Why two outputs differ, the first query's side first; never empty."""
    if left is None or right is None:
        return ["the values differ"]
    one, two = left.outputs[a][1], right.outputs[b][1]
    shapes = _shapes(left, right, one, two)
    multiplied = [text for text in _marks(*shapes) if "row by row" in text]
    if multiplied:
        # What else the two do not have in common follows from it.
        return multiplied
    filtered = list(_shared_filters(one, two))
    found = [*_frames(*shapes), *(filtered or _terms(Loosener().term(one), Loosener().term(two)))]
    return list(dict.fromkeys(found)) or [f"one is {show(one)}, the other {show(two)}"]


# Rows: what is grouped, joined, limited.


def _shapes(left: Rows, right: Rows, a: Term, b: Term) -> tuple[_Shape, _Shape]:
    one, two = (
        _shape(rows.frame, *(p[4] if p[0] == "agg" else p[3] for p in _aggregates(term)))
        for rows, term in ((left, a), (right, b))
    )
    return one, two


def _frames(one: _Shape, two: _Shape) -> Iterator[str]:
    if one.keys != two.keys:
        yield f"grouped by {_listed(one.keys)}; the other by {_listed(two.keys)}"
    yield from _marks(one, two)
    if set(one.tables) != set(two.tables):
        yield f"over {_listed(one.tables)}; the other over {_listed(two.tables)}"
    yield from _filters(one.conditions, two.conditions)


def _marks(one: _Shape, two: _Shape) -> Iterator[str]:
    for text in dict.fromkeys(one.marks):
        if text not in two.marks:
            yield text
    for text in dict.fromkeys(two.marks):
        if text not in one.marks:
            yield f"the other {text}"


def _filters(one: list[str], two: list[str]) -> Iterator[str]:
    extra, missing = [c for c in one if c not in two], [c for c in two if c not in one]
    if extra and missing:
        yield f"filter {' and '.join(extra)}; the other's is {' and '.join(missing)}"
    elif extra:
        yield f"extra filter {' and '.join(extra)}"
    elif missing:
        yield f"without the filter {' and '.join(missing)}"


class _Shape:
    """What a frame is over: tables, group-by keys, conditions, and clauses that change rows."""

    def __init__(self) -> None:
        self.tables: list[str] = []
        self.keys: list[str] = []
        self.conditions: list[str] = []
        self.marks: list[str] = []


def _shape(rows: Any, *more: Any) -> _Shape:
    found = _Shape()
    found.tables = tables(rows)
    found.conditions = conditions(both(*rows[2])) if rows[2] else []
    for other in more:
        inner = _shape(other)
        found.tables += inner.tables
        found.marks += inner.marks
    joined = [source[1] for _, source, _, _ in rows[1] if source[0] == "table"]
    if len(rows[1]) > 1 and joined:
        found.marks.append(f"joins {_listed(joined)} row by row: a row counts as often as it finds a match")
    for _, source, kind, _ in rows[1]:
        if kind != "inner":
            found.marks.append(
                f"joins {_listed(tables(('frame', ((0, source, '', ()),), ())))} with {kind.upper()} JOIN"
            )
        if source[0] == "groups":
            found.keys += map(show, source[2])
            inner = _shape(source[1])
            found.marks += inner.marks
            found.conditions += inner.conditions
        elif source[0] == "limit":
            found.marks.append(f"takes only some rows ({source[3][1].strip().lower()})")
        elif source[0] == "union":
            found.marks.append(f"stacks {len(source[1])} queries with UNION ALL")
        elif source[0] == "sub":
            found.marks += _shape(source[1]).marks
    return found


def _shared_filters(one: Term, two: Term) -> Iterator[str]:
    """Where both have the same aggregates: the conditions that all of one side have and the other has not."""
    left, right = (_with_filters(term) for term in (one, two))
    shapes = [_without(Loosener().term(term)) for term in (one, two)]
    if not left or left.keys() != right.keys() or shapes[0] != shapes[1]:
        return
    differing = {
        (tuple(c for c in left[k] if c not in right[k]), tuple(c for c in right[k] if c not in left[k]))
        for k in left
    }
    if len(differing) == 1:
        extra, missing = differing.pop()
        yield from _filters(list(extra), list(missing))


def _with_filters(term: Term) -> dict[str, list[str]]:
    found = {}
    for part in _aggregates(term):
        kind, argument = (part[2], part[3]) if part[0] == "agg" else (part[1], part[2])
        value, own = taken_apart(argument)
        if value is None:
            return {}
        found[f"{kind} {show(value)}"] = own
    return found


def _without(term: Any) -> Any:
    """A term with its aggregates' kinds and values only."""
    if not isinstance(term, tuple) or not term:
        return term
    if term[0] in ("agg", "atom"):
        kind, argument = (term[2], term[3]) if term[0] == "agg" else (term[1], term[2])
        return ("aggregate", kind, taken_apart(argument)[0])
    return tuple(_without(part) for part in term)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names)) or "nothing"


# Terms: aggregates, numerators and denominators.


def _terms(one: Term, two: Term) -> Iterator[str]:
    if one == two:
        return
    for term, other, words in ((one, two, "{}"), (two, one, "the other is {}")):
        nested = _average_of_ratios(term)
        if nested and not _average_of_ratios(other):
            yield words.format(nested)
            return
    factor = factor_of(one, two)
    if factor is not None and factor != 1:
        yield f"{number(factor)} times the other"
        return
    (top, bottom), (other_top, other_bottom) = map(_halves, (one, two))
    if factor_of(top, other_top) == 1 and ONE not in (bottom, other_bottom):
        yield from _parts(bottom, other_bottom, "over {}; the other is over {}")
    elif factor_of(bottom, other_bottom) == 1:
        yield from _parts(top, other_top, "{}; the other has {}")
    else:
        yield f"{show(one)}; the other is {show(two)}"


def _halves(term: Term) -> tuple[Term, Term]:
    top, bottom = parts(term)
    return poly_term(top), poly_term(bottom)


def _parts(one: Term, two: Term, words: str) -> Iterator[str]:
    """Two halves of a quotient; where each is one aggregate, what tells these apart."""
    kinds = [t[2] if t[0] == "agg" else t[1] if t[0] == "atom" else None for t in (one, two)]
    if None not in kinds:
        arguments = [t[3] if t[0] == "agg" else t[2] for t in (one, two)]
        (value, own), (other, others) = map(taken_apart, arguments)
        if kinds[0] == kinds[1] and value == other and value is not None and own != others:
            yield from _filters(own, others)
            return
    yield words.format(show(one), show(two))


def _average_of_ratios(term: Term) -> str | None:
    """What is said where a quotient is made of each row or group and then averaged or summed."""
    for part in _aggregates(term):
        kind, argument, rows = (part[2], part[3], part[4]) if part[0] == "agg" else part[1:4]
        inner = [leaf for leaf in leaves(argument) if leaf[0] == "rat" and len(leaf) == 3]
        if kind != "sum" or not any(leaf[2] != (((), 1),) for leaf in inner):
            continue
        verb = "average" if _is_average(term) else "sum"
        keys = [show(k) for _, s, _, _ in rows[1] if s[0] == "groups" for k in s[2]]
        return f"{verb} of the ratios of each {_listed(keys) if keys else 'row'}, not the ratio of the sums"
    return None


def _is_average(term: Term) -> bool:
    return term[0] == "rat" and any(
        (f[2] if f[0] == "agg" else f[1]) in ("count", "rows_distinct", "distinct")
        for mono, _ in term[2]
        for f, _ in mono
        if f[0] in ("agg", "atom")
    )


def _aggregates(term: Any) -> Iterator[Term]:
    if not isinstance(term, tuple) or not term:
        return
    if term[0] in ("agg", "atom"):
        yield term
        return
    for part in term:
        if isinstance(part, tuple):
            yield from _aggregates(part)
