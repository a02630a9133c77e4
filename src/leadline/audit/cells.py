"""Counts and sums over overlapping rows, as those over rows that don't overlap.

`1 - count(p) / count(*)` and `count(not p) / count(*)` are the same because the rows are those with p and
those without. Aggregates of two outputs that differ in their conditions only are cut into the cells that all
these conditions make; then equal outputs are equal polynomials.
"""

from __future__ import annotations

from typing import Any, Final

from leadline.audit import decide
from leadline.audit.decide import both, combine, holds, ite, negated
from leadline.audit.frames import rebuild
from leadline.audit.terms import FALSE, NULL, TRUE, ZERO, Term, leaves

_MOST: Final = 5
Classes = dict[tuple[Any, ...], dict[Term, Term]]


def in_cells(one: Term, two: Term) -> tuple[Term, Term, bool]:
    """Both outputs over common cells, and whether sums were cut, which are NULL where counts are 0."""
    found: Classes = {}
    for term in (one, two):
        _collect(term, found)
    put: dict[Term, Term] = {}
    with_sums = False
    for (head, kind, _, value), regions in found.items():
        if 1 < len(regions) <= _MOST:
            cells = _cells(list(regions.values()))
            for part, region in regions.items():
                inside = [cell for cell in cells if both(cell, region) != FALSE]
                put[part] = _sum_of(part, 3 if head == "agg" else 2, value, inside)
            with_sums |= kind == "sum"
    return _replaced(one, put), _replaced(two, put), with_sums


def _collect(term: Any, found: Classes) -> None:
    if not isinstance(term, tuple) or not term:
        return
    if term[0] not in ("agg", "atom"):
        for part in term:
            if isinstance(part, tuple):
                _collect(part, found)
        return
    kind, argument = (term[2], term[3]) if term[0] == "agg" else (term[1], term[2])
    values = [leaf for leaf in leaves(argument) if leaf != NULL]
    if kind in ("sum", "count") and len(values) == 1:
        rest = (term[1], *term[4:]) if term[0] == "agg" else term[3:]
        region = combine(lambda leaf: FALSE if leaf == NULL else TRUE, argument)
        found.setdefault((term[0], kind, rest, values[0]), {})[term] = region


def _cells(regions: list[Term]) -> list[Term]:
    cells: list[Term] = []
    covered = FALSE
    for region in regions:
        outside = negated(region)
        split = [part for cell in cells for part in (both(cell, region), both(cell, outside))]
        cells = [part for part in (*split, both(region, negated(covered))) if part != FALSE]
        covered = holds(decide.either(covered, region))
    return cells


def _sum_of(part: Term, place: int, value: Term, cells: list[Term]) -> Term:
    total = ZERO
    for cell in cells:
        own = (*part[:place], ite(cell, value, NULL), *part[place + 1 :])
        total = decide.add(total, own)
    return total


def _replaced(term: Term, put: dict[Term, Term]) -> Term:
    def swap(part: Any) -> Any:
        if part in put:
            return put[part]
        return part if part[0] in ("agg", "atom", "frame") else rebuild(part, swap)

    found: Term = swap(term) if put else term
    return found
