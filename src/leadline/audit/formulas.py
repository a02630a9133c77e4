"""Outputs as formulas: what is computed, whatever it is grouped by; and the formulas of a layer's metrics.

    known = facts_of(layer.manifest)
    wanted = definition(layer, "ctr")
    for formula in formulas(sql, known, is_cut=lambda table, column: column == "date_day"):
        if formula.key == wanted.key: ...                    # the same but for edge cases, cheap to ask
        verdict = compare(formula, wanted, known)            # with words and a witness

A report filters by days and channels and groups by them: that is no other formula. Conditions on columns that
`is_cut` names are taken out of WHERE before anything is compared, and kept as text in `cuts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from leadline.audit import hints as hinting
from leadline.audit.build import Rows
from leadline.audit.compare import Comparer, divide_whole_numbers, side_of, typed
from leadline.audit.expand import learn, origin, qualified, read
from leadline.audit.facts import Facts, Table
from leadline.audit.frames import atom, instances, rebuild
from leadline.audit.normal import Loosener, canonical
from leadline.audit.terms import Term, UndecidableError, parts, quotient
from leadline.audit.verdict import UNDECIDABLE, Pair, Side, Verdict

if TYPE_CHECKING:
    from leadline.layer import Layer
    from leadline.manifest import Manifest

IsCut = Callable[[str, str], bool]
_LARGEST: Final = 400


@dataclass(frozen=True, slots=True)
class Formula:
    """An output of a query.

    `term` is None, with the `reason`, where it has no normal form; `is_aggregate` where it aggregates rows;
    `key` is the same for formulas that are the same but for edge cases and a factor; `is_mixed` where a part
    of it is of the group that a row stands for and a part of all rows.
    """

    name: str
    place: int
    tree: exp.Query
    term: Term | None
    reason: str = ""
    is_aggregate: bool = False
    key: str = ""
    cuts: tuple[str, ...] = ()
    is_mixed: bool = False


def formulas(
    sql: str, facts: Facts | None = None, dialect: str | None = None, is_cut: IsCut | None = None
) -> list[Formula]:
    """The outputs of a query. Raises UndecidableError where it can't be read."""
    tree = read(sql, dialect)
    known = learn([tree], facts or Facts())
    full = qualified(tree, known)
    cuts = _without_cuts(full, is_cut) if is_cut is not None else ()
    side = _side(full, known)
    return [_formula(side, place, cuts) for place in range(len(side.names))]


def definition(layer: Layer, metric: str) -> Formula:
    """The formula of a metric, over its marts, for everything that there is. Raises LeadlineError."""
    found = formulas(layer.sql(metrics=[metric]), facts_of(layer.manifest), "duckdb")
    return next(f for f in found if f.name == metric.lower())


def facts_of(manifest: Manifest) -> Facts:
    """What semantic models say of their tables: the primary keys."""
    found = Facts()
    for model in manifest.models.values():
        table = found.tables.setdefault(model.relation.name.lower(), Table())
        for entity in model.entities.values():
            if entity.type == "primary" and entity.expr.isidentifier():
                table.primary_key = (entity.expr.lower(),)
                table.columns[entity.expr.lower()] = None
    return found


def compare(formula: Formula, wanted: Formula, facts: Facts | None = None) -> Verdict:
    """The verdict on a formula against a definition, by normal form and on data of one group."""
    try:
        known = learn([formula.tree, wanted.tree], facts or Facts())
        groups = _grouped_by(formula.tree, known)
        sides = (_side(formula.tree, known), _side(wanted.tree, known))
    except UndecidableError as error:
        return Verdict(UNDECIDABLE, (str(error),))
    found = hinting.gather((formula.tree, wanted.tree), known)
    pair = Pair(formula.name, formula.place, wanted.place)
    # A long query, run on some thousand databases, would hold up all other files of an audit.
    is_thorough = sum(1 for tree in (formula.tree, wanted.tree) for _ in tree.walk()) <= _LARGEST
    comparer = Comparer(
        sides, known, found, (pair,), is_single=True, one_group=groups, is_thorough=is_thorough
    )
    return comparer.compare().overall


def _grouped_by(tree: exp.Query, known: Facts) -> frozenset[str]:
    """The base columns that the rows of a query are grouped by, those of joined facts included."""
    found = hinting.gather((tree,), known)
    side = side_of(tree, typed(known, found))
    if side.rows is None:
        return frozenset()
    times = frozenset(name for (_, name), column in found.columns.items() if column.kind in ("date", "ts"))
    return frozenset(_key_columns(side.rows.frame, times))


def _key_columns(rows: Any, times: frozenset[str]) -> Iterator[str]:
    for _, source, _, _ in rows[1]:
        if source[0] == "groups":
            # Not those of what is grouped below: an average of customers' values needs several customers.
            yield from (name for key in source[2] for name in _single(key, times))
    # What a key of one fact equals in another.
    for condition in rows[2]:
        for _, *sides in _pairs(condition):
            yield from (name for side in sides for name in _single(side, times))


def _single(key: Term, times: frozenset[str]) -> Iterator[str]:
    """The columns of a key that have one value in its group.

    A month has many days; and many rows are below a key that is an aggregate, as a cohort's first day is.
    """
    if not _aggregates(key):
        yield from (t[2] for t in _columns(key) if key[0] == "col" or t[2] not in times)


def _pairs(term: Any) -> Iterator[Term]:
    if isinstance(term, tuple) and term:
        if term[0] == "cmp" and any(t[0] == "key" for t in term[1:]):
            yield term
        for part in term:
            yield from _pairs(part)


def _columns(term: Any) -> Iterator[Term]:
    if isinstance(term, tuple) and term:
        if term[0] == "col":
            yield term
        for part in term:
            yield from _columns(part)


def _side(tree: exp.Query, known: Facts) -> Side:
    divide_whole_numbers((tree,), known)
    side = side_of(tree, typed(known, hinting.gather((tree,), known)))
    if side.rows is not None:
        outputs = enumerate(side.rows.outputs)
        side.mixed = frozenset(place for place, (_, term) in outputs if _is_mixed(side.rows, term))
        terms = tuple((name, _stripped(side.rows, term)) for name, term in side.rows.outputs)
        side.rows = Rows(("frame", (), ()), terms)
    return side


def _stripped(rows: Rows, term: Term) -> Term:
    """A term without the keys that its rows are grouped by: each aggregate over all the rows."""
    own = {item[0] for item in rows.frame[1]}

    def put(part: Any) -> Any:
        if not instances(part) & own:
            return part
        if part[0] == "agg" and part[1] in own:
            return atom(part[2], part[3], part[4])
        if part[0] == "dec" and part[1][0] in ("cmp", "same") and instances(part[1]) & own:
            # A row of the same group: all rows are of one.
            return put(part[3][len(part[3]) // 2] if part[1][0] == "cmp" else part[3][-1])
        return rebuild(part, put)

    found: Term = put(term)
    return canonical(Rows(("frame", (), ()), (("", found),))).outputs[0][1]


def _formula(side: Side, place: int, cuts: tuple[str, ...]) -> Formula:
    name = side.names[place]
    if side.rows is None:
        return Formula(name, place, side.tree, None, side.reason, cuts=cuts)
    term = side.rows.outputs[place][1]
    is_aggregate = _aggregates(term)
    is_mixed = place in side.mixed
    key = _key(term) if is_aggregate and not is_mixed else ""
    return Formula(name, place, side.tree, term, "", is_aggregate, key, cuts, is_mixed)


def _is_mixed(rows: Rows, term: Term) -> bool:
    """Whether a term has aggregates of the group that a row stands for and others of all rows: a share."""
    grouped = {i: bool(source[2]) for i, source, _, _ in rows.frame[1] if source[0] == "groups"}
    keyed = frozenset(i for i, has_keys in grouped.items() if has_keys)
    levels = set(_levels(term, keyed)) if keyed else set()
    return len(levels) > 1


def _levels(term: Any, keyed: frozenset[Any]) -> Iterator[bool]:
    """For each aggregate, whether it is of a group with keys."""
    if not isinstance(term, tuple) or not term:
        return
    if term[0] in ("agg", "atom", "win"):
        yield bool(instances(term) & keyed)
        return
    for part in term:
        yield from _levels(part, keyed)


def _aggregates(term: Any) -> bool:
    if not isinstance(term, tuple) or not term:
        return False
    return term[0] in ("agg", "atom") or any(_aggregates(part) for part in term if isinstance(part, tuple))


def _key(term: Term) -> str:
    try:
        loose = Loosener(notes=[]).term(term)
        top, bottom = parts(loose)
        if not top:
            return ""
        scale = top[min(top, key=lambda mono: repr(mono))]
        scaled = quotient({mono: value / scale for mono, value in top.items()}, bottom)
        return repr(canonical(Rows(("frame", (), ()), (("", scaled),))).outputs[0][1])
    except UndecidableError:
        return ""


def _without_cuts(tree: exp.Query, is_cut: IsCut) -> tuple[str, ...]:
    """Take the conditions on cuts out of WHERE; their text."""
    found: list[str] = []
    for scope in traverse_scope(tree):
        where = scope.expression.args.get("where")
        if where is None:
            continue
        kept: list[exp.Expr] = []
        taken: list[exp.Expr] = []
        for condition in where.this.flatten() if isinstance(where.this, exp.And) else [where.this]:
            columns = list(condition.find_all(exp.Column))
            places = [origin(scope, column) for column in columns]
            is_plain = columns and condition.find(exp.Query) is None
            (taken if is_plain and all(p and is_cut(*p) for p in places) else kept).append(condition)
        found += [condition.sql(dialect="duckdb") for condition in taken]
        if taken:
            scope.expression.set("where", exp.Where(this=exp.and_(*kept, copy=False)) if kept else None)
    return tuple(found)
