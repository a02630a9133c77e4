"""Facts that are aggregated each for itself and then put side by side: by UNION ALL or by FULL JOIN."""

from __future__ import annotations

from typing import Any, Final

from leadline.audit.build import Rows
from leadline.audit.decide import both, coalesce, equals, holds
from leadline.audit.frames import Frame, bare, has_aggregate, keys_in, over_branches, rebuild
from leadline.audit.lookups import MARK
from leadline.audit.normal import canonical
from leadline.audit.terms import ONE, TRUE, Term

_SIDES: Final = 2


def stacked(rows: Frame, keys: tuple[Term, ...]) -> Term:
    """Groups, where they are made of stacked queries as the set of these."""
    split = over_branches(ONE, rows, keys)
    if split is None:
        return ("groups", rows, keys)
    return _set_of([("groups", own, own_keys) for _, own, own_keys in split])


def _set_of(sources: list[Term]) -> Term:
    """One source for each that is not the same as another."""
    named = {repr(canonical(Rows(s[1], tuple(("", k) for k in s[2])))): s for s in sources}
    return next(iter(named.values())) if len(named) == 1 else ("stacked", *named.values())


def side_by_side(rows: Frame, terms: tuple[Term, ...]) -> tuple[Frame, tuple[Term, ...]] | None:
    """Two grouped queries that a FULL JOIN by their keys puts side by side, as stacked ones; else None.

    Keys that are NULL find no match in a join and are one group of a stack: that is left to the data.
    """
    items = rows[1]
    if len(items) != _SIDES or rows[2] or items[1][2] != "full" or {i[1][0] for i in items} != {"groups"}:
        return None
    (one, first, _, _), (two, second, _, on) = items
    count = len(first[2])
    pairs = [(("key", one, n), ("key", two, n)) for n in range(count)]
    if count != len(second[2]) or not _joins_keys(on, one, two, count):
        return None
    known = {t[:3]: t for t in (*keys_in(terms, one), *keys_in(terms, two))}
    put: dict[Term, Term] = {}
    for place, (left, right) in enumerate(pairs):
        if left in known and right in known:
            made = ("key", one, place, True, known[left][4])
            put[coalesce(known[left], known[right])] = made
            put[coalesce(known[right], known[left])] = made

    def swap(part: Any) -> Any:
        if part in put:
            return put[part]
        if part[0] == "dec" and part[1][:3] == ("col", two, MARK):
            # Where there is no group on one side, its count is NULL or 0: that is left to the data.
            return swap(part[3][0])
        if part[0] == "agg" and part[1] == two:
            return ("agg", one, *part[2:])
        return part if part[0] in ("agg", "atom", "frame") else rebuild(part, swap)

    swapped = tuple(map(swap, terms))
    if keys_in(swapped, two) or has_aggregate(swapped, two):
        return None
    source = _set_of([("groups", bare(s[1]), s[2]) for s in (first, second)])
    return ("frame", ((one, source, "inner", ()),), ()), swapped


def _joins_keys(on: tuple[Term, ...], one: Any, two: Any, count: int) -> bool:
    known = keys_in(on, one) | keys_in(on, two)
    wanted = TRUE
    for place in range(count):
        sides = [t for t in known if t[2] == place]
        if len(sides) != _SIDES:
            return False
        wanted = both(wanted, holds(equals(*sides)))
    return bool(both(*on) == wanted)
