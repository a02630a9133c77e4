"""Window functions: without an order they are aggregates over a copy of the rows."""

from __future__ import annotations

from typing import Any

from leadline.audit import decide
from leadline.audit.decide import both, ite
from leadline.audit.frames import Frame, atom, instances, new_instance, rebuild
from leadline.audit.terms import NULL, ZERO, Term


def extent(text: str, partition: tuple[Term, ...], order: tuple[Any, ...], rows: Frame) -> str:
    """Which rows a window looks at: up to the current one is what it is without a word."""
    if text.upper() == "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW":
        return ""
    if text.upper() == "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW" and len(rows[1]) == 1:
        instance, source, *_ = rows[1][0]
        known = {t[2] for t in (*partition, *(o for o, _ in order)) if t[:2] == ("key", instance)}
        if source[0] == "groups" and len(known) == len(source[2]):
            # No two groups have the same place in the order.
            return ""
    return text


def over(kind: str, argument: Term, partition: tuple[Term, ...], rows: Frame) -> Term:
    """An aggregate over the rows of the same partition, as an atom over a copy of the rows."""
    fresh = {item[0]: new_instance() for item in rows[1]}

    def put(part: Any) -> Any:
        if not instances(part) & fresh.keys() and part[0] not in ("frame", "groups", "union"):
            return part
        if part[0] in ("col", "key") and part[1] in fresh:
            return (part[0], fresh[part[1]], *part[2:])
        if part[0] == "agg" and part[1] in fresh:
            return ("agg", fresh[part[1]], *part[2:])
        return rebuild(part, put)

    items = tuple((fresh[i], s, kind_, tuple(map(put, on))) for i, s, kind_, on in rows[1])
    copy: Frame = ("frame", items, tuple(map(put, rows[2])))
    alike = both(*(decide.same(put(p), p) for p in partition))
    own = ite(alike, put(argument), NULL)
    if kind == "avg":
        return decide.div(atom("sum", own, copy), decide.nullif(atom("count", own, copy), ZERO))
    return atom(kind, own, copy)
