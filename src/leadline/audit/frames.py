"""Frames: rows as joined relations under conditions; and putting terms in the place of others.

A frame is `("frame", items, conditions)`; an item is `(instance, source, kind, on)`, its kind inner, left or
full. Sources: `("table", name, keys)`, `("groups", frame, keys)`, `("union", branches)`, and others that are
opaque. Instances are numbers that no two items share.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import count
from typing import Any, Final

from leadline.audit import decide
from leadline.audit.decide import both, combine, is_null, ite, switch
from leadline.audit.functions import function
from leadline.audit.terms import (
    FALSE,
    NULL,
    ONE,
    TRUE,
    ZERO,
    Term,
    evaluate,
    is_const,
    leaves,
)

Frame = tuple[Any, ...]
Item = tuple[int, Term, str, tuple[Term, ...]]
# Aggregates that repeated rows don't change.
_ONCE: Final = frozenset({"distinct", "rows_distinct", "min", "max"})
_numbers = count(1)
_LEAVES: Final = frozenset({"num", "str", "bool", "null", "interval", "col", "key", "table", "param"})


def new_instance() -> int:
    """A number for an item."""
    return next(_numbers)


def frame(items: tuple[Item, ...], conditions: tuple[Term, ...] = ()) -> Frame:
    """A frame."""
    return ("frame", items, conditions)


@lru_cache(maxsize=50_000)
def instances(term: Any) -> frozenset[Any]:
    """The instances that a term or frame reads, those of frames inside it included."""
    found: set[Any] = set()
    if isinstance(term, tuple):
        if term and term[0] in ("col", "key", "agg"):
            found.add(term[1])
        for part in term:
            if isinstance(part, tuple):
                found |= instances(part)
    return frozenset(found)


Put = Callable[[Any], Any]


def rebuild(term: Any, put: Put) -> Any:
    """A term made again of its parts, each given to `put` first."""
    match term[0]:
        case tag if tag in _LEAVES:
            return term
        case "rat":
            return decide.div(evaluate(term[1], put, decide), evaluate(term[2], put, decide))
        case "dec":
            return _decision(term, put)
        case "nz":
            return combine(decide.nonzero, put(term[1]))
        case "fn":
            return function(term[1], *map(put, term[2]))
        case "agg":
            return aggregate(term[1], term[2], put(term[3]), put(term[4]), tuple(map(put, term[5])))
        case "atom":
            return atom(term[1], put(term[2]), put(term[3]))
        case "cmp" | "same":
            return (term[0], put(term[1]), put(term[2]))
        case "frame":
            items = tuple((i, put(s), kind, tuple(map(put, on))) for i, s, kind, on in term[1])
            return ("frame", items, tuple(map(put, term[2])))
    return (term[0], *(_rest(part, put) for part in term[1:]))


def _rest(part: Any, put: Put) -> Any:
    """The inside of what has no rule of its own: tuples of terms, and plain values."""
    if not isinstance(part, tuple) or not part:
        return part
    return put(part) if isinstance(part[0], str) and part[0] in _TAGS else tuple(_rest(p, put) for p in part)


_TAGS: Final = frozenset(
    [
        "num",
        "interval",
        "str",
        "bool",
        "null",
        "col",
        "key",
        "agg",
        "atom",
        "look",
        "has",
        "win",
        "cmp",
        "same",
        "nz",
        "fn",
        "rat",
        "dec",
        "frame",
        "table",
        "groups",
        "union",
        "sub",
        "limit",
        "param",
        "values",
    ]
)


def _decision(term: Term, put: Put) -> Term:
    _, test, cuts, children, null = term
    made = [put(child) for child in children]
    unknown = put(null)
    if test[0] == "cmp":
        return _by_order(put(test[1]), put(test[2]), cuts, made, unknown)
    if test[0] == "same":
        is_same = decide.same(put(test[1]), put(test[2]))
        return ite(is_same, made[-1], made[0])
    value = put(test)
    if value[0] not in ("dec", "num", "str", "bool", "null"):
        return switch(value, cuts, made, unknown)
    return combine(lambda leaf, *rest: _chosen(leaf, cuts, rest[:-1], rest[-1]), value, *made, unknown)


def _chosen(leaf: Term, cuts: Any, children: Any, null: Term) -> Term:
    if leaf == NULL:
        return null
    if not is_const(leaf):
        return switch(leaf, cuts, children, null)
    tag, value = {"num": 0, "str": 1, "bool": 2}[leaf[0]], leaf[1]
    if any(cut[0][0] != tag for cut in cuts):
        return switch(("fn", "text", (leaf,)), cuts, children, null)
    return children[sum(cut < ((tag, value), 1) for cut in cuts)]  # type: ignore[no-any-return]


def _by_order(a: Term, b: Term, cuts: Any, children: list[Term], null: Term) -> Term:
    below = children[0]
    equal = children[sum(cut < ((0, 0), 1) for cut in cuts)]
    above = children[-1]
    less, alike = decide.compare("<", a, b), decide.equals(a, b)

    def choose(is_less: Term, is_alike: Term, *three: Term) -> Term:
        if NULL in (is_less, is_alike):
            return three[3]
        return three[0] if is_less == TRUE else three[1] if is_alike == TRUE else three[2]

    return combine(choose, less, alike, below, equal, above, null)


def replaced(term: Any, found: Mapping[Term, Term]) -> Any:
    """A term or frame with some of its parts replaced, the largest first."""
    if not found:
        return term
    touched = {t[1] for t in found if t[0] in ("col", "key", "agg")}
    everything = any(t[0] not in ("col", "key", "agg") for t in found)

    def put(part: Any) -> Any:
        if part in found:
            return found[part]
        if not everything and not instances(part) & touched:
            return part
        return rebuild(part, put)

    return put(term)


# Aggregates: over the rows of a frame, as flat as they can be.


def bare(rows: Frame) -> Frame:
    """A frame without its conditions."""
    return ("frame", rows[1], ())


def aggregate(instance: Any, kind: str, argument: Term, rows: Frame, keys: tuple[Term, ...]) -> Term:
    """An aggregate of the rows of each group; conditions of the frame go into the argument."""
    kind, argument, rows, keys = flattened(kind, argument, rows, keys)
    flag = _flag(kind, argument, lambda what: aggregate(instance, "count", what, rows, keys))
    if flag is not None:
        return flag
    return ("agg", instance, kind, argument, rows, keys)


def atom(kind: str, argument: Term, rows: Frame) -> Term:
    """An aggregate of all the rows of a frame."""
    kind, argument, rows, _ = flattened(kind, argument, rows, ())
    if not rows[1] and kind in ("sum", "min", "max", "single"):
        return argument
    flag = _flag(kind, argument, lambda what: atom("count", what, rows))
    if flag is not None:
        return flag
    if kind in ("sum", "min", "max") and argument == NULL:
        return NULL
    if kind in ("count", "distinct", "rows_distinct") and argument == NULL:
        return ZERO
    return ("atom", kind, argument, rows)


def _flag(kind: str, argument: Term, counted: Callable[[Term], Term]) -> Term | None:
    """The greatest or least of flags: whether there is a row with the flag."""
    values = {leaf for leaf in leaves(argument) if leaf != NULL}
    if kind in ("logicalor", "logicaland"):
        high, low = (TRUE, FALSE) if kind == "logicalor" else (FALSE, TRUE)
    elif kind in ("max", "min") and values and values <= {ZERO, ONE}:
        high, low = (ONE, ZERO) if kind == "max" else (ZERO, ONE)
    else:
        return None
    if not values <= {high, low}:
        return None

    def some(value: Term) -> Term:
        chosen = combine(lambda leaf: ONE if leaf == value else NULL, argument)
        return decide.compare(">=", counted(chosen), ONE) if chosen != NULL else FALSE

    return ite(some(high), high, ite(some(low), low, NULL))


def exists(rows: Frame, *conditions: Term) -> Term:
    """Whether a frame has a row under these conditions."""
    found = atom("count", ite(both(*conditions), ONE, NULL), rows)
    return decide.compare(">=", found, ONE)


def flattened(
    kind: str, argument: Term, rows: Frame, keys: tuple[Term, ...]
) -> tuple[str, Term, Frame, tuple[Term, ...]]:
    """The same aggregate with conditions in its argument, over the rows below groups where it may be."""
    if kind in _ONCE:
        rows = _asked(argument, rows, keys)
    if rows[2]:
        argument = ite(both(*rows[2]), argument, NULL)
        rows = bare(rows)
    branch = _one_branch(argument, rows, keys)
    if branch is not None:
        return flattened(kind, *branch)
    if kind == "count":
        argument = ite(is_null(argument), NULL, ONE)
    if kind == "rows_distinct":
        argument = _singled(argument)
        if not any(leaf[:2] == ("fn", "tuple") for leaf in leaves(argument)):
            kind = "distinct"
    if kind == "distinct" and _is_key(argument, rows):
        kind, argument = "count", ite(is_null(argument), NULL, ONE)
    if len(rows[1]) == 1 and rows[1][0][1][0] == "groups" and rows[1][0][2] == "inner":
        below = _below(kind, argument, rows[1][0], keys)
        if below is not None:
            return flattened(*below)
    return kind, argument, rows, keys


def _asked(argument: Term, rows: Frame, keys: tuple[Term, ...]) -> Frame:
    """Relations of which only a match counts, because repeating a value changes nothing: as EXISTS."""
    for item in rows[1]:
        instance, source, kind, on = item
        others = [other for other in rows[1] if other is not item]
        used = instances((argument, keys)) | {
            i for other in others for on_ in other[3] for i in instances(on_)
        }
        if kind != "inner" or not others or instance in used:
            continue
        about = [c for c in rows[2] if instance in instances(c)]
        kept = tuple(c for c in rows[2] if c not in about)
        there = exists(("frame", ((instance, source, kind, on),), ()), *about)
        return _asked(argument, ("frame", tuple(others), (*kept, there)), keys)
    return rows


def _one_branch(
    argument: Term, rows: Frame, keys: tuple[Term, ...]
) -> tuple[Term, Frame, tuple[Term, ...]] | None:
    """An aggregate over a UNION ALL to which only one branch gives values, as one over that branch."""
    split = over_branches(argument, rows, keys)
    if split is None:
        return None
    telling = [branch for branch in split if branch[0] != NULL]
    return telling[0] if len(telling) == 1 else None


def over_branches(
    argument: Term, rows: Frame, keys: tuple[Term, ...]
) -> list[tuple[Term, Frame, tuple[Term, ...]]] | None:
    """Argument, rows and keys of an aggregate over a UNION ALL, for each branch; None over other rows."""
    if len(rows[1]) != 1 or rows[1][0][1][0] != "union" or rows[2]:
        return None
    instance, (_, branches), *_ = rows[1][0]
    found = []
    for inner, outputs in branches:
        put = {c: outputs[int(c[2])] for c in _columns_of((argument, keys), instance)}
        below = ite(both(*inner[2]), replaced(argument, put), NULL)
        found.append((below, bare(inner), tuple(replaced(key, put) for key in keys)))
    return found


def _columns_of(term: Any, instance: Any) -> set[Term]:
    if not isinstance(term, tuple) or not term:
        return set()
    if term[0] == "col" and term[1] == instance:
        return {term}
    return {found for part in term if isinstance(part, tuple) for found in _columns_of(part, instance)}


def _singled(argument: Term) -> Term:
    """Tuples of one value that is never NULL where they are counted are that value."""
    for leaf in leaves(argument):
        if leaf[:2] != ("fn", "tuple") or len(leaf[2]) != 1:
            continue
        chosen = combine(lambda at, leaf=leaf: TRUE if at == leaf else FALSE, argument)
        if both(chosen, is_null(leaf[2][0])) == FALSE:
            argument = combine(lambda at, leaf=leaf: leaf[2][0] if at == leaf else at, argument)
    return argument


def _is_key(argument: Term, rows: Frame) -> bool:
    """Whether no two rows of a frame have the same value, it being the key of its only table."""
    if len(rows[1]) != 1 or rows[1][0][1][0] != "table":
        return False
    instance, source, *_ = rows[1][0]
    wanted = {(key[0],) for key in source[2] if len(key) == 1}
    return all(
        leaf == NULL or (leaf[0] == "col" and leaf[1] == instance and (leaf[2],) in wanted)
        for leaf in leaves(argument)
    )


def _below(kind: str, argument: Term, item: Item, keys: tuple[Term, ...]) -> Any:
    """An aggregate over groups as one over their rows; None where it is not one."""
    instance, (_, rows, inner_keys), *_ = item
    present = both(*rows[2])
    mapping = {}
    for part in keys_in((argument, keys), instance):
        mapping[part] = inner_keys[part[2]]
    if any(has_aggregate(key, instance) for key in keys):
        return None
    remaining = tuple(
        k
        for place, k in enumerate(inner_keys)
        if not any(key[:3] == ("key", instance, place) for key in keys)
    )

    if kind == "count":
        asked = _groups_with(argument, instance, bare(rows))
        if asked is not None:
            argument = ite(asked, ("fn", "tuple", remaining), NULL)
            below = tuple(replaced(k, mapping) for k in keys)
            return "rows_distinct", ite(present, argument, NULL), bare(rows), below

    def leaf_below(leaf: Term) -> Term | None:
        return _leaf_below(kind, leaf, instance, bare(rows), remaining, mapping, present)

    found = _mapped(argument, leaf_below, instance, mapping)
    if found is None:
        return None
    own_kind = any(leaf[:2] == ("fn", "as_is") for leaf in leaves(found))
    own = {leaf[2][0][1] for leaf in leaves(found) if leaf[:2] == ("fn", "as_is")}
    if own:
        if len(own) > 1 or not all(leaf == NULL or leaf[:2] == ("fn", "as_is") for leaf in leaves(found)):
            return None
        kind = own.pop()
        found = combine(lambda leaf: leaf if leaf == NULL else leaf[2][1], found)
    new_kind = kind
    if kind == "count" and not own_kind:
        new_kind = "rows_distinct"
    return new_kind, ite(present, found, NULL), bare(rows), tuple(replaced(k, mapping) for k in keys)


def _groups_with(argument: Term, instance: Any, rows: Frame) -> Term | None:
    """The condition on rows of groups that are counted where they have such a row."""
    if argument[0] != "dec" or argument[4] not in (NULL, argument[3][0]) or argument[3] != (NULL, ONE):
        return None
    test, cuts = argument[1], argument[2]
    if test[:3] != ("agg", instance, "count") or cuts != (((0, Fraction(1)), 0),) or test[4] != rows:
        return None
    return decide.negated(is_null(test[3]))


def keys_in(term: Any, instance: Any) -> set[Term]:
    if not isinstance(term, tuple) or not term:
        return set()
    if term[0] == "key" and term[1] == instance:
        return {term}
    return {found for part in term if isinstance(part, tuple) for found in keys_in(part, instance)}


def has_aggregate(term: Any, instance: Any) -> bool:
    if not isinstance(term, tuple) or not term:
        return False
    if term[0] == "agg" and term[1] == instance:
        return True
    return any(has_aggregate(part, instance) for part in term if isinstance(part, tuple))


def _mapped(
    term: Term, leaf_below: Callable[[Term], Term | None], instance: Any, mapping: dict[Term, Term]
) -> Term | None:
    """A decision over keys with its leaves taken below; None where a test or a leaf can't be."""
    if term[0] != "dec":
        return NULL if term == NULL else leaf_below(term)
    if has_aggregate(term[1], instance):
        return None
    children = [_mapped(child, leaf_below, instance, mapping) for child in (*term[3], term[4])]
    if any(child is None for child in children):
        return None
    marks: list[Term] = [("param", place) for place in range(len(children))]
    shell = _decision(("dec", term[1], term[2], tuple(marks[:-1]), marks[-1]), lambda t: replaced(t, mapping))
    return combine(lambda leaf, *rest: rest[leaf[1]], shell, *[c for c in children if c is not None])


def _leaf_below(
    kind: str,
    leaf: Term,
    instance: Any,
    rows: Frame,
    remaining: tuple[Term, ...],
    mapping: dict[Term, Term],
    present: Term,
) -> Term | None:
    pure = not has_aggregate(leaf, instance)
    if kind == "count":
        return ("fn", "tuple", remaining) if is_const(leaf) else None
    if kind in ("min", "max", "distinct", "rows_distinct") and pure:
        return replaced(leaf, mapping)  # type: ignore[no-any-return]
    if kind in ("min", "max", "sum") and not remaining and leaf[0] == "agg" and leaf[1] == instance:
        # Each outer group is one inner group: its value is the inner one's.
        return ("fn", "as_is", (("str", leaf[2]), leaf[3])) if leaf[4] == rows else None
    if kind in ("min", "max") and leaf[0] == "agg" and leaf[1] == instance:
        return leaf[3] if leaf[2] == kind and leaf[4] == rows else None
    if kind != "sum" or pure:
        return None
    return _summed_below(leaf, instance, rows, mapping, present)


def _summed_below(
    leaf: Term, instance: Any, rows: Frame, mapping: dict[Term, Term], present: Term
) -> Term | None:
    """sum(c * sum(x)) is sum(c * x), and sum(count(x)) is sum(1 or 0)."""
    top = leaf[1] if leaf[0] == "rat" else ((((leaf, 1),), Fraction(1)),)
    bottom = leaf[2] if leaf[0] == "rat" else (((), Fraction(1)),)
    if len(top) != 1 or has_aggregate(bottom, instance):
        return None
    mono, value = top[0]
    inner = [f for f, power in mono if f[0] == "agg" and f[1] == instance and power == 1]
    others = [(f, power) for f, power in mono if f not in inner]
    if len(inner) != 1 or any(has_aggregate(f, instance) for f, _ in others):
        return None
    _, _, kind, argument, own_rows, _ = inner[0]
    if own_rows != rows or kind not in ("sum", "count"):
        return None
    if kind == "count":
        argument = ite(present, ite(is_null(argument), ZERO, ONE), NULL)
    coefficient = decide.div(
        evaluate(((tuple(others), value),), lambda t: replaced(t, mapping), decide),
        evaluate(bottom, lambda t: replaced(t, mapping), decide),
    )
    return decide.mul(coefficient, argument)


def groups(rows: Frame, keys: tuple[Term, ...]) -> Term:
    """The source that has one row for each combination of keys that the rows have."""
    if len(rows[1]) == 1 and rows[1][0][1][0] == "groups" and rows[1][0][2] == "inner":
        instance, (_, inner, inner_keys), *_ = rows[1][0]
        if not any(has_aggregate(t, instance) for t in (*rows[2], *keys)):
            mapping = {k: inner_keys[k[2]] for k in keys_in((rows[2], keys), instance)}
            conditions = (*inner[2], *(replaced(c, mapping) for c in rows[2]))
            return groups(("frame", inner[1], conditions), tuple(replaced(k, mapping) for k in keys))
    return ("groups", rows, keys)
