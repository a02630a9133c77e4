"""Conditions on the keys of groups, put where the rows are that are grouped."""

from __future__ import annotations

from typing import Any

from leadline.audit.decide import both, ite
from leadline.audit.frames import (
    Frame,
    aggregate,
    groups,
    has_aggregate,
    instances,
    keys_in,
    rebuild,
    replaced,
)
from leadline.audit.terms import NULL, Term


def pushed_down(rows: Frame, terms: tuple[Term, ...]) -> tuple[Frame, tuple[Term, ...]]:
    """Conditions on the keys of groups as conditions on the rows that are grouped."""
    if len(rows[1]) != 1 or rows[1][0][1][0] != "groups" or _has_window((rows, terms)):
        return rows, terms
    instance, (_, inner, keys), *_ = rows[1][0]
    own = [c for c in rows[2] if not has_aggregate(c, instance) and instance in instances(c)]
    # That other rows exist for a key says which groups are shown; it is no condition on the rows of them.
    moved = [c for c in own if not _asks_others(c)]
    if not moved:
        return rows, terms

    def below(own: tuple[Term, ...]) -> list[Term]:
        mapping = {k: own[k[2]] for k in keys_in(tuple(moved), instance)}
        return [replaced(c, mapping) for c in moved]

    def put(part: Any) -> Any:
        if instance not in instances(part):
            return part
        if part[0] == "agg" and part[1] == instance:
            argument = ite(both(*below(part[5])), part[3], NULL)
            return aggregate(instance, part[2], argument, part[4], part[5])
        return rebuild(part, put)

    source = groups(("frame", inner[1], (*inner[2], *below(keys))), keys)
    kept = tuple(put(c) for c in rows[2] if c not in moved)
    return ("frame", ((instance, source, "inner", ()),), kept), tuple(map(put, terms))


def _asks_others(term: Any) -> bool:
    if not isinstance(term, tuple) or not term:
        return False
    return term[0] == "atom" or any(_asks_others(part) for part in term if isinstance(part, tuple))


def _has_window(term: Any) -> bool:
    if not isinstance(term, tuple) or not term:
        return False
    return term[0] == "win" or any(_has_window(part) for part in term if isinstance(part, tuple))
