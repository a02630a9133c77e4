"""The verdict on two queries: same, edge, different or undecidable, with reasons and a witness.

`same` needs a proof by the normal form, and data that does not speak against it; or, without a proof, data
that would have told either query from what is nearly it (see adequacy.py). `different` needs a witness.
What differs only on odd data (NULL, a zero denominator, a group without rows), by rounding or by a factor of
100 is an edge case. The rest is undecidable.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlglot import exp

from leadline.audit import hints as hinting
from leadline.audit.adequacy import Adequacy
from leadline.audit.build import Builder, Rows
from leadline.audit.cells import in_cells
from leadline.audit.constants import constants_of
from leadline.audit.decide import both, conjuncts
from leadline.audit.expand import columns_with_origin, learn, qualified, read
from leadline.audit.facts import Facts
from leadline.audit.normal import Loosener, Note, canonical
from leadline.audit.search import Search
from leadline.audit.stacks import side_by_side, stacked
from leadline.audit.terms import Term, UndecidableError, factor_of
from leadline.audit.verdict import (
    EDGE,
    SAME,
    UNDECIDABLE,
    WORST,
    Comparison,
    Pair,
    Relation,
    Side,
    Verdict,
)
from leadline.audit.witness import Runner
from leadline.audit.worlds import Maker

_OTHERS: Final = ("bigquery", "snowflake", "databricks")
_AGGREGATES: Final = frozenset({"agg", "atom", "win"})


def compare_queries(
    left: str, right: str, facts: Facts | None = None, dialect: str | None = None
) -> Comparison:
    """Compare the outputs of two queries. `facts` are what is known of the tables; see facts.read_facts."""
    found = _compared(left, right, facts, dialect)
    for other in _OTHERS if dialect is None else ():
        if found.overall.verdict != UNDECIDABLE or not any("can't run" in r for r in found.overall.reasons):
            break
        # What reads as one dialect may be meant as another.
        again = _compared(left, right, facts, other)
        found = again if again.overall.verdict != UNDECIDABLE else found
    return found


def _compared(left: str, right: str, facts: Facts | None, dialect: str | None) -> Comparison:
    try:
        trees = [read(left, dialect), read(right, dialect)]
        known = learn(trees, facts or Facts())
        first, second = (qualified(tree, known) for tree in trees)
    except UndecidableError as error:
        return Comparison(Verdict(UNDECIDABLE, (str(error),)))
    found = hinting.gather((first, second), known)
    divide_whole_numbers((first, second), known)
    kinds = typed(known, found)
    sides = (side_of(first, kinds), side_of(second, kinds))
    return Comparer(sides, known, found).compare()


def typed(known: Facts, found: hinting.Hints) -> Facts:
    """The facts with types that use tells for sure: a guess of whole numbers or days proves nothing."""
    made = known.copy()
    for (table, name), column in found.columns.items():
        if column.kind in ("bool", "str") and made.tables[table].columns[name] is None:
            made.tables[table].columns[name] = {"bool": "boolean", "str": "varchar"}[column.kind]
    return made


def divide_whole_numbers(trees: Iterable[exp.Query], facts: Facts) -> None:
    """Where a dialect divides whole numbers into whole numbers, say so in the tree."""
    from sqlglot.optimizer.annotate_types import annotate_types

    for tree in trees:
        divisions = [d for d in tree.find_all(exp.Div) if d.args.get("typed")]
        if not divisions:
            continue
        schema: dict[str, object] = {
            t: {c: k or "unknown" for c, k in b.columns.items()} for t, b in facts.tables.items()
        }
        annotate_types(tree, schema=schema, dialect=tree.meta.get("dialect"))
        for node in divisions:
            if all(side.is_type(*exp.DataType.INTEGER_TYPES) for side in (node.this, node.expression)):
                node.replace(exp.IntDiv(this=node.this, expression=node.expression))
            else:
                node.set("typed", False)


def side_of(tree: exp.Query, facts: Facts) -> Side:
    names = tuple(tree.named_selects)
    try:
        rows = canonical(Builder(facts).query(tree))
    except UndecidableError as error:
        return Side(tree, reason=str(error), names=names)
    except RecursionError:
        return Side(tree, reason="it is nested too deeply", names=names)
    return Side(tree, rows, names=names)


@dataclass(slots=True)
class Comparer:
    """Compares the outputs of two queries: `given` pairs or those that pair up.

    With `is_single` only data counts on which both have exactly one row; `one_group` are columns by name that
    have one value in it.
    """

    sides: tuple[Side, Side]
    facts: Facts
    hints: hinting.Hints
    given: tuple[Pair, ...] = ()
    is_single: bool = False
    one_group: frozenset[str] = frozenset()
    is_thorough: bool = True

    def compare(self) -> Comparison:
        """All outputs that pair up."""
        pairs = self._keyed()
        if not pairs:
            return Comparison(Verdict(UNDECIDABLE, ("no output of one pairs up with one of the other",)))
        relations = {pair.name: self._relation(pair) for pair in pairs if not pair.is_key}
        if any(side.tree.find(exp.Rand, exp.Uuid, exp.TableSample) for side in self.sides):
            return Comparison(Verdict(UNDECIDABLE, ("it draws at random, so that no two runs need agree",)))
        reason = ""
        for kind in ("", "int", "date", "bool"):
            if kind and not hinting.guess_again(self.hints, kind):
                break
            try:
                return self._searched(pairs, relations)
            except UndecidableError as error:
                reason = reason or str(error)
        verdict = Verdict(UNDECIDABLE, tuple(dict.fromkeys((*self._open(), reason))))
        return Comparison(verdict, tuple((p.name, verdict) for p in pairs if not p.is_key))

    def _searched(self, pairs: list[Pair], relations: dict[str, Relation]) -> Comparison:
        used = sorted(
            {t.name for s in self.sides for t in s.tree.find_all(exp.Table) if t.name in self.facts.tables}
        )
        runner = Runner(self.facts, self.hints, used)
        try:
            constants = constants_of(side.tree for side in self.sides)
            maker = Maker(self.facts, self.hints, used, one_group=self.one_group, constants=constants)
            search = Search(self.sides, self.hints, runner, maker, pairs, self.is_single)
            search.run(relations)
            if self.is_thorough:
                adequacy = Adequacy(
                    self.sides, runner, lambda tree: side_of(tree, self.facts), self.is_single
                )
                search.convince(relations, adequacy)
            values = [pair for pair in pairs if not pair.is_key]
            outputs = tuple((pair.name, search.verdict(pair, relations[pair.name])) for pair in values)
        finally:
            runner.close()
        worst = min((v for _, v in outputs), key=lambda v: WORST.index(v.verdict))
        reasons = tuple(dict.fromkeys(r for _, v in outputs if v.verdict == worst.verdict for r in v.reasons))
        proven = all(v.is_proven for _, v in outputs)
        return Comparison(Verdict(worst.verdict, reasons, worst.witness, proven), outputs, search.tried)

    def _open(self) -> tuple[str, ...]:
        return tuple(s.reason for s in self.sides if s.reason)

    # Which output is compared with which.

    def _pairs(self) -> list[Pair]:
        left, right = self.sides[0].names, self.sides[1].names
        by_name = {name.lower(): place for place, name in enumerate(right)}
        pairs = [Pair(n, i, by_name[n.lower()]) for i, n in enumerate(left) if n.lower() in by_name]
        if len(left) == len(right) and len(pairs) < len(left):
            rest_left = [i for i in range(len(left)) if i not in {p.left for p in pairs}]
            rest_right = [i for i in range(len(right)) if i not in {p.right for p in pairs}]
            pairs += [Pair(left[i], i, j) for i, j in zip(rest_left, rest_right, strict=True)]
        elif not pairs or all(self._is_key(p) for p in pairs):
            pairs += self._last_values(pairs)
        for pair in pairs:
            pair.is_key = self._is_key(pair)
        if all(pair.is_key for pair in pairs) and pairs:
            pairs[-1].is_key = False
        return sorted(pairs, key=lambda p: p.left)

    def _last_values(self, pairs: Sequence[Pair]) -> list[Pair]:
        """The one value of each that is left, whatever its name."""
        rest = []
        for side, taken in ((0, {p.left for p in pairs}), (1, {p.right for p in pairs})):
            free = [i for i in range(len(self.sides[side].names)) if i not in taken]
            rest.append([i for i in free if not self._keys_rows(side, i)])
        if len(rest[0]) == len(rest[1]) == 1:
            return [Pair(self.sides[0].names[rest[0][0]], rest[0][0], rest[1][0])]
        return []

    def _is_key(self, pair: Pair) -> bool:
        return self._keys_rows(0, pair.left) and self._keys_rows(1, pair.right)

    def _keys_rows(self, side: int, place: int) -> bool:
        rows = self.sides[side].rows
        if rows is None:
            item = self.sides[side].tree.selects[place].unalias()
            return item.find(exp.AggFunc, exp.Window, exp.Div) is None and self._is_label(side, item)
        term = rows.outputs[place][1]
        if _reads(term, _AGGREGATES):
            return False
        other = self.sides[1 - side].rows
        is_grouped = any(item[1][0] == "groups" for item in rows.frame[1])
        return is_grouped or (
            other is not None and any(t == term for _, t in other.outputs) and term[0] == "col"
        )

    def _is_label(self, side: int, item: exp.Expr) -> bool:
        origins = {id(c): p for c, p in columns_with_origin(self.sides[side].tree)}
        place = origins.get(id(item))
        return place is not None and self.hints.columns[place].kind not in ("int", "num")

    # What the normal forms say.

    def _relation(self, pair: Pair) -> Relation:
        left, right = self.sides[0].rows, self.sides[1].rows
        if left is None or right is None:
            return Relation()
        a, b = left.outputs[pair.left][1], right.outputs[pair.right][1]
        keys = [p for p in self._keyed() if p.is_key]
        try:
            alike = left.frame == right.frame and all(
                left.outputs[k.left][1] == right.outputs[k.right][1] for k in keys
            )
            if alike and a == b:
                return Relation(SAME)
            return self._loosely(left, right, pair, keys)
        except UndecidableError as error:
            self.sides[0].reason = self.sides[0].reason or str(error)
            return Relation()

    def _keyed(self) -> list[Pair]:
        return list(self.given) or self._pairs()

    def _loosely(self, left: Rows, right: Rows, pair: Pair, keys: Sequence[Pair]) -> Relation:
        a, b = left.outputs[pair.left][1], right.outputs[pair.right][1]
        if left.frame != right.frame:
            left, right = (_unjoined(rows) for rows in (left, right))
            a, b = left.outputs[pair.left][1], right.outputs[pair.right][1]
        one, two = _loose(left, a, self.hints.ordinary), _loose(right, b, self.hints.ordinary)
        factor = factor_of(one[1], two[1])
        if one[0] != two[0]:
            return Relation()
        if factor is None:
            first, second, with_sums = in_cells(one[1], two[1])
            factor = factor_of(first, second)
            if with_sums:
                one[2].append(("parts", one[1], two[1]))
        if factor is None:
            return Relation()
        loosener = Loosener(self.hints.ordinary)
        for key in keys:
            if loosener.term(left.outputs[key.left][1]) != loosener.term(right.outputs[key.right][1]):
                return Relation()
        notes = sorted(set(one[2]) ^ set(two[2]), key=repr)
        if factor in (1, 100, 0.01) and not (factor == 1 and not notes):
            found = [("percent", one[1], two[1])] if factor != 1 else []
            return Relation(EDGE, [*found, *notes])
        return Relation(SAME if factor == 1 else "")


def _unjoined(rows: Rows) -> Rows:
    """Rows that a FULL JOIN puts side by side, as stacked ones."""
    found = side_by_side(rows.frame, tuple(term for _, term in rows.outputs))
    if found is None:
        return rows
    return Rows(found[0], tuple((name, t) for (name, _), t in zip(rows.outputs, found[1], strict=True)))


def _loose(rows: Rows, term: Term, ordinary: frozenset[str]) -> tuple[Any, Term, list[Note]]:
    """The frame and an output without edge cases, and notes of these."""
    notes: list[Note] = []
    present = {
        i: both(*source[1][2]) for i, source, _, _ in rows.frame[1] if source[0] == "groups" and source[2]
    }
    loosener = Loosener(ordinary, notes, present)
    value = loosener.term(term)
    items = []
    for instance, source, kind, on in rows.frame[1]:
        if source[0] == "groups" and _reads(term, _AGGREGATES):
            # Which groups there are is an edge case where the aggregates have the conditions in themselves.
            if source[1][2]:
                notes.append(("presence", source[1][2][0], source))
            source = stacked(("frame", source[1][1], ()), source[2])
        items.append((instance, source, kind, on))
    conditions = []
    for condition in rows.frame[2]:
        kept = loosener.term(condition)
        conditions += [c for c in conjuncts(kept) if not _is_guard(c)]
        if any(_is_guard(c) for c in conjuncts(kept)):
            notes.append(("presence", condition, kept))
    frame = Loosener(ordinary, notes).frame(("frame", tuple(items), tuple(conditions)))
    # What went down to other rows is named anew.
    found = canonical(Rows(frame, (("", value),)))
    return found.frame, found.outputs[0][1], notes


def _is_guard(condition: Term) -> bool:
    """HAVING an aggregate above zero."""
    return (
        condition[0] == "dec"
        and condition[1][0] in ("agg", "atom")
        and len(condition[2]) <= 1
        and all(cut[0][1] in (0, 1) for cut in condition[2])
    )


def _reads(term: Any, kinds: frozenset[str]) -> bool:
    if not isinstance(term, tuple) or not term:
        return False
    if isinstance(term[0], str) and term[0] in kinds:
        return True
    return any(_reads(part, kinds) for part in term if isinstance(part, tuple))
