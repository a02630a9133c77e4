"""Joins that find at most one row: they become terms, so that what is joined in another way is the same.

A relation that is joined by all the columns of a key, or a grouped one by all its group-by keys, neither
multiplies rows nor (with LEFT JOIN) drops any. Its columns become `look` terms, its aggregates atoms over the
rows with the same key, and an inner join becomes the condition that there is such a row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from leadline.audit import decide
from leadline.audit.decide import both, holds, is_null, ite, negated
from leadline.audit.facts import Facts
from leadline.audit.frames import Frame, Item, atom, bare, exists, instances, rebuild, replaced
from leadline.audit.terms import COUNTS, FALSE, NULL, TRUE, Term, is_const, nullable

_ZERO: Final = (0, Fraction(0))
MARK: Final = "*present"


@dataclass(slots=True)
class Simplified:
    """A frame with its lookups taken out, and what takes the place of their columns elsewhere."""

    rows: Frame
    apply: Callable[[Any], Any]


def simplified(rows: Frame, facts: Facts) -> Simplified:
    """The frame with every join that finds one row turned into terms."""
    steps: list[Callable[[Any], Any]] = []
    changed = True
    while changed:
        changed = False
        for item in sorted(rows[1], key=_order):
            found = _step(rows, item, facts)
            if found is not None:
                rows, step = found
                steps.append(step)
                changed = True
                break

    def apply(term: Any) -> Any:
        for step in steps:
            term = step(term)
        return term

    return Simplified(rows, apply)


def _order(item: Item) -> tuple[bool, bool, str]:
    """Left joins first, then tables; of two tables that find each other, the same one in every query."""
    return item[2] != "left", item[1][0] != "table", str(item[1][1]) if item[1][0] == "table" else ""


def _step(rows: Frame, item: Item, facts: Facts) -> tuple[Frame, Callable[[Any], Any]] | None:
    if any(other[2] == "full" for other in rows[1]):
        return None
    if item[2] == "left" and _rejects_null(rows, item):
        items = tuple((*i[:2], "inner", ()) if i is item else i for i in rows[1])
        required = ("frame", items, (*rows[2], *item[3]))
        return required, lambda term: _unmarked(term, item[0], TRUE)
    if item[1][0] == "groups":
        return _grouped(rows, item)
    if item[1][0] == "table":
        return _keyed(rows, item, facts) or _anti(rows, item)
    return None


def _rejects_null(rows: Frame, item: Item) -> bool:
    """Whether a condition drops the rows that a LEFT JOIN has found no match for."""
    inst = item[0]
    later = [on for other in rows[1] if other[2] == "left" for on in other[3]]
    if any(inst in instances(on) for on in later if on not in item[3]):
        return False
    return any(inst in instances(c) and holds(_nulled(c, inst)) == FALSE for c in rows[2])


def _nulled(term: Any, inst: Any) -> Any:
    """A term where an item has no row."""

    def put(part: Any) -> Any:
        if inst not in instances(part):
            return part
        if part[0] in ("col", "key", "agg") and part[1] == inst:
            return NULL
        return rebuild(part, put)

    return put(term)


def _unmarked(term: Any, inst: Any, present: Term) -> Any:
    mark = ("col", inst, MARK, True, "bool")
    return replaced(term, {mark: present if present != TRUE else TRUE})


def _equalities(conditions: tuple[Term, ...], inst: Any) -> Iterator[tuple[Term, Term, Term]]:
    """Conditions that a column of the item equals something: the condition, the column, the other."""
    for condition in conditions:
        if condition[0] != "dec":
            continue
        _, test, cuts, children, _null = condition
        if test[0] == "cmp" and cuts == ((_ZERO, 0), (_ZERO, 1)) and children == (FALSE, TRUE, FALSE):
            for mine, other in (test[1:3], test[:0:-1]):
                if mine[0] in ("col", "key") and mine[1] == inst and inst not in instances(other):
                    yield condition, mine, other
        elif test[0] in ("col", "key") and test[1] == inst:
            value = _point(condition)
            if value is not None:
                yield condition, test, value


def _point(condition: Term) -> Term | None:
    """The one constant for which a condition holds."""
    _, _, cuts, children, null = condition
    if null == TRUE or sum(child == TRUE for child in children) != 1 or TRUE not in children[1:-1]:
        if len(cuts) == 1 and cuts[0] == ((2, True), 0) and null != TRUE:
            return ("bool", True) if children == (FALSE, TRUE) else ("bool", False)
        return None
    place = children.index(TRUE)
    low, high = cuts[place - 1], cuts[place]
    if low[0] == high[0]:
        return ({0: "num", 1: "str", 2: "bool"}[low[0][0]], low[0][1])
    whole = low[0][0] == 0 and low[1] == high[1] == 0 and high[0][1] - low[0][1] == 1
    return ("num", low[0][1]) if whole else None


def _found(item: Item, rows: Frame, wanted: int | tuple[str, ...]) -> dict[Term, tuple[Term, Term]] | None:
    """For each key of the item, the condition that binds it and what it is bound to; None if one is free."""
    conditions = rows[2] if item[2] == "inner" else item[3]
    names: list[Any] = list(range(wanted)) if isinstance(wanted, int) else list(wanted)
    bound: dict[Any, tuple[Term, Term, Term]] = {}
    for condition, mine, other in _equalities(conditions, item[0]):
        if mine[2] in names and mine[2] not in bound and not is_const(other):
            bound[mine[2]] = (mine, condition, other)
    for condition, mine, other in _equalities(conditions, item[0]):
        if mine[2] in names and mine[2] not in bound:
            bound[mine[2]] = (mine, condition, other)
    if len(bound) < len(names):
        return None
    alone = len(rows[1]) == 1
    if alone and names and all(is_const(other) for _, _, other in bound.values()):
        return None
    return {mine: (condition, other) for mine, condition, other in bound.values()}


def _without(rows: Frame, item: Item) -> tuple[Item, ...]:
    return tuple(i for i in rows[1] if i is not item)


def _mapped(rows: Frame, item: Item, drop: set[Term], extra: tuple[Term, ...], step: Any) -> Frame:
    items = tuple((i, step(s), kind, tuple(map(step, on))) for i, s, kind, on in _without(rows, item))
    kept = [c for c in rows[2] if item[2] != "inner" or c not in drop]
    return ("frame", items, (*(step(c) for c in kept), *(e for e in extra if e != TRUE)))


def _grouped(rows: Frame, item: Item) -> tuple[Frame, Callable[[Any], Any]] | None:
    inst, (_, inner, keys), kind, on = item
    found = _found(item, rows, len(keys))
    if found is None or kind not in ("inner", "left"):
        return None
    own = {mine[2]: other for mine, (_, other) in found.items()}
    chosen = both(*(decide.equals(key, own[place]) for place, key in enumerate(keys)))
    there = exists(inner, chosen) if keys else TRUE
    drop = {condition for condition, _ in found.values()}

    def as_atom(part: Term, guard: Term) -> Term:
        _, _, agg_kind, argument, own_rows, own_keys = part
        bound = both(*(decide.equals(k, own[place]) for place, k in enumerate(own_keys)))
        value = atom(agg_kind, ite(bound, argument, NULL), own_rows)
        return ite(guard, value, NULL) if agg_kind in COUNTS or guard != there else value

    def resolve(term: Any, guard: Term) -> Any:
        def put(part: Any) -> Any:
            if inst not in instances(part):
                return part
            if part[0] == "key" and part[1] == inst:
                return own[part[2]] if kind == "inner" else ite(guard, own[part[2]], NULL)
            if part[0] == "agg" and part[1] == inst:
                return as_atom(part, guard)
            if part[:3] == ("col", inst, MARK):
                return ite(guard, TRUE, NULL)
            return rebuild(part, put)

        return put(term)

    if kind == "inner":

        def step(term: Any) -> Any:
            return resolve(term, TRUE)

        return _mapped(rows, item, drop, (there,), step), step
    extra = [resolve(c, TRUE) for c in on if c not in drop]
    guard = holds(both(there, *extra))
    return _mapped(rows, item, drop, (), lambda t: resolve(t, guard)), lambda t: resolve(t, guard)


def _keyed(rows: Frame, item: Item, facts: Facts) -> tuple[Frame, Callable[[Any], Any]] | None:
    inst, (_, table, keys), kind, on = item
    for key in keys:
        found = _found(item, rows, key)
        if found is None or kind not in ("inner", "left"):
            continue
        own = {mine[2]: other for mine, (_, other) in found.items()}
        drop = {condition for condition, _ in found.values()}
        twin = _twin(table, own, rows, inst)
        look = _Look(inst, table, own, twin, facts, kind == "inner")
        there = _there(rows, table, own, facts, tuple(sorted(own.items())), twin)
        if kind == "inner":
            return _mapped(rows, item, drop, (there,), look.resolve), look.resolve
        extra = [look.resolve(c) for c in on if c not in drop]
        look = replace(look, guard=holds(both(there, *extra)))
        return _mapped(rows, item, drop, (), look.resolve), look.resolve
    return None


@dataclass(frozen=True, slots=True)
class _Look:
    """Puts looks in the place of the columns of a table that is joined by its key `own`."""

    inst: Any
    table: str
    own: Mapping[str, Term]
    twin: Any
    facts: Facts
    is_inner: bool
    guard: Term = TRUE

    def resolve(self, part: Any) -> Any:
        """A term or frame with the looks in place."""
        if self.inst not in instances(part):
            return part
        if part[0] == "col" and part[1] == self.inst:
            return ite(self.guard, self._value(part), NULL)
        return rebuild(part, self.resolve)

    def _value(self, part: Term) -> Term:
        if part[2] == MARK:
            return TRUE
        if part[2] in self.own:
            return self.own[part[2]]
        if self.twin is not None:
            return ("col", self.twin, *part[2:])
        required = self.is_inner and not self.facts.table(self.table).is_nullable(part[2])
        return ("look", self.table, part[2], tuple(sorted(self.own.items())), not required, part[4])


def _twin(table: str, own: Mapping[str, Term], rows: Frame, inst: Any) -> Any:
    """Another item over the same table whose own key this one is joined by: the same row."""
    for other in rows[1]:
        is_like = other[0] != inst and other[1][:2] == ("table", table) and other[2] == "inner"
        if is_like and all(t[:3] == ("col", other[0], name) for name, t in own.items()):
            return other[0]
    return None


def _there(rows: Frame, table: str, own: Mapping[str, Term], facts: Facts, bindings: Any, twin: Any) -> Term:
    known = both(*(negated(is_null(t)) for t in own.values()))
    if twin is not None:
        return known
    for name, term in own.items():
        if len(own) == 1 and term[0] == "col":
            origin = next((i[1][1] for i in rows[1] if i[0] == term[1] and i[1][0] == "table"), "")
            if facts.table(origin).foreign.get(term[2]) == (table, name):
                return known
    return decide.truth(("has", table, bindings))


def _anti(rows: Frame, item: Item) -> tuple[Frame, Callable[[Any], Any]] | None:
    """LEFT JOIN … WHERE key IS NULL: rows that have no match."""
    inst, source, kind, on = item
    if kind != "left":
        return None
    matched = {mine for _, mine, _ in _equalities(on, inst)}
    absent = [c for c in rows[2] if any(c == is_null((*m[:3], True, m[4])) for m in matched if nullable(m))]
    if not absent:
        return None
    inner: Frame = ("frame", ((inst, source, "inner", ()),), ())
    missing = negated(exists(bare(inner), both(*on)))

    def step(term: Any) -> Any:
        return _nulled(term, inst)

    return _mapped(rows, item, set(), (missing,), step), step
