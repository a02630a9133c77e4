"""Tries two queries on small data, says what the differences mean, and shrinks the data that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp

from leadline.audit.adequacy import Adequacy
from leadline.audit.explain import edge_words, reasons_between
from leadline.audit.fragments import says_nothing, written_apart
from leadline.audit.hints import Hints
from leadline.audit.normal import Note
from leadline.audit.terms import COUNTS, UndecidableError
from leadline.audit.verdict import DIFFERENT, EDGE, SAME, UNDECIDABLE, Pair, Relation, Side, Verdict, Witness
from leadline.audit.witness import Answer, Difference, Runner, differences, is_rounded, plain, rows_of
from leadline.audit.worlds import PLAIN, Maker, World

_FIRST: Final = 63
_MORE: Final = 177
# Where DuckDB has to run each world alone.
_FEW: Final = 57
_ENOUGH: Final = 800
_SLOWER: Final = 3
# Directed databases for what has no proof, so many at a time.
_CHUNKS: Final = (60, 240, 500, 500, 500)
# What picks among rows that tie in an order, as it happens to find them.
_BY_ORDER: Final = (
    exp.RowNumber,
    exp.Limit,
    exp.First,
    exp.AnyValue,
    exp.ArgMax,
    exp.ArgMin,
    exp.Lag,
    exp.Lead,
)
_SHOWN_BY_DATA: Final = frozenset({"null", "empty", "parts", "presence"})
Found = tuple[World, list[Difference]]


@dataclass(slots=True)
class Search:
    """Tries the queries on data and keeps, for each output, the worlds on which they differ."""

    sides: tuple[Side, Side]
    hints: Hints
    runner: Runner
    maker: Maker
    pairs: list[Pair]
    is_single: bool = False
    found: dict[str, list[Found]] = field(default_factory=dict)
    tried: int = 0
    adequacy: Adequacy | None = None
    is_by_chance: bool = False

    def run(self, relations: dict[str, Relation]) -> None:
        """Some worlds first; more where they leave a question."""
        # What makes groups where there are no rows, or columns of values, says another thing in a LATERAL.
        odd = any(side.tree.find(exp.Pivot, exp.Rollup, exp.Cube, exp.GroupingSets) for side in self.sides)
        self.runner.is_slow = odd or not self._is_faithful()
        for count in (_FIRST, _MORE):
            if self.runner.is_slow and self.tried:
                count = _FEW
            self._learn(self.maker.worlds(count, self.tried))
            if all(self._hard(name, relations[name]) for name in relations):
                return

    def _is_faithful(self) -> bool:
        """Whether some worlds, one of them empty, give together what each gives alone."""
        for world in (self.maker.worlds(1)[0], World("empty", dict.fromkeys(self.maker.used, ()))):
            self.runner.load([world])
            for side in self.sides:
                together = self.runner.answers(side.tree, 1)
                alone = self.runner.alone(side.tree, 0)
                if rows_of(together[0]) != rows_of(alone):
                    return False
        return True

    def convince(self, relations: dict[str, Relation], adequacy: Adequacy) -> None:
        """Directed worlds for outputs without a proof, and whether these could have shown a difference."""
        if all(r.kind for r in relations.values()) or self._is_hard(relations):
            return
        start = 0
        for count in _CHUNKS:
            worlds = self.maker.directed(count // _SLOWER if self.runner.is_slow else count, start)
            start += count
            answers = self._learn(worlds)
            if self._is_hard(relations):
                return
            adequacy.learn(answers)
            if start >= _ENOUGH and not adequacy.left:
                break
        self.is_by_chance = self._depends_on_order(worlds, answers)
        self.adequacy = adequacy

    def _is_hard(self, relations: dict[str, Relation]) -> bool:
        return any(self._hard(name, relation) for name, relation in relations.items())

    def _depends_on_order(self, worlds: Sequence[World], answers: tuple[list[Answer], list[Answer]]) -> bool:
        """Whether a query gives something else for the same rows in another order of their storage."""
        self.runner.load([w.turned() for w in worlds])
        again = [self.runner.answers(side.tree, len(worlds)) for side in self.sides]
        return any(
            rows_of(one) != rows_of(two)
            for before, after in zip(answers, again, strict=True)
            for one, two in zip(before, after, strict=True)
        )

    def _learn(self, worlds: Sequence[World]) -> tuple[list[Answer], list[Answer]]:
        left, right = self._answers(worlds)
        for world, one, two in zip(worlds, left, right, strict=True):
            for name, differing in self._between(one, two).items():
                if differing:
                    self.found.setdefault(name, []).append((world, differing))
        self.tried += len(worlds)
        return left, right

    def _answers(self, worlds: Sequence[World]) -> tuple[list[Answer], list[Answer]]:
        self.runner.load(worlds)
        left, right = (self.runner.answers(side.tree, len(worlds)) for side in self.sides)
        return left, right

    def _tried(self, worlds: Sequence[World]) -> list[dict[str, list[Difference]]]:
        return [self._between(a, b) for a, b in zip(*self._answers(worlds), strict=True)]

    def _between(self, left: Answer, right: Answer) -> dict[str, list[Difference]]:
        if self.is_single and not len(left) == len(right) == 1:
            return {}
        keys = [p for p in self.pairs if p.is_key]
        columns = ([p.left for p in keys], [p.right for p in keys])
        return {
            p.name: differences(left, right, columns, (p.left, p.right)) for p in self.pairs if not p.is_key
        }

    # What the differences mean.

    def _hard(self, name: str, relation: Relation) -> list[Found]:
        """The worlds of plain data on which the values differ by more than an edge case."""
        found = [(w, d) for w, d in self.found.get(name, []) if w.kind in PLAIN]
        numbers = [x for _, d in found for x in d if x.kind in ("value", "percent")]
        values = [x for x in numbers if x.kind == "value"]
        # A hundred times as much wherever there is a number: a ratio and a percentage.
        is_percent = len(numbers) > len(values) and all(self._is_rounded(x) for x in values)
        kinds = {"row", "value"} | (set() if relation.kind == EDGE else {"null"})
        if not is_percent:
            kinds.add("percent")
        rounded = bool(self.hints.digits) and all(self._is_rounded(x) for x in values)
        if rounded or all(self._are_rounded_rows(w, d) for w, d in found):
            kinds.discard("value")
        return [(w, d) for w, d in found if any(x.kind in kinds for x in d)]

    def _is_rounded(self, difference: Difference) -> bool:
        digits = self.hints.digits
        return bool(digits) and is_rounded(difference, min(digits), 100.0)

    def _are_rounded_rows(self, world: World, differing: Sequence[Difference]) -> bool:
        """Whether rounding each row explains the differences: at most one place for each of them."""
        digits = min(self.hints.digits, default=0)
        return digits > 0 and all(
            is_rounded(x, digits, 100.0, world.size) for x in differing if x.kind in ("value", "percent")
        )

    def verdict(self, pair: Pair, relation: Relation) -> Verdict:
        """The verdict on one output."""
        hard = self._hard(pair.name, relation)
        left, right = self.sides
        if hard and relation.kind == SAME and any(s.tree.find(*_BY_ORDER) for s in self.sides):
            reason = "one normal form; on rows that tie in its order, the engine chooses one or the other"
            return Verdict(SAME, (reason,), None, True)
        if hard:
            words = reasons_between(left.rows, right.rows, pair.left, pair.right)
            if all(map(says_nothing, words)):
                words = written_apart(left.tree, right.tree) or words
            words = [w for w in words if not says_nothing(w)] or words
            return Verdict(DIFFERENT, tuple(words), self._witness(pair, hard, relation))
        seen = self._edges(pair.name)
        if not seen and relation.kind and all(map(_would_show, relation.notes)):
            # NULLs and empty groups were set aside, and the data has many of them: here they change nothing.
            relation = Relation(SAME)
        if seen or relation.kind == EDGE:
            words = list(dict.fromkeys([*seen, *edge_words(relation.notes, bool(seen))]))
            is_proven = relation.kind in (EDGE, SAME)
            if not is_proven:
                words.append(f"not proven: {self.tried} small databases show no other difference")
            found = self.found.get(pair.name, [])
            return Verdict(
                EDGE, tuple(words), self._witness(pair, found, relation) if found else None, is_proven
            )
        if relation.kind == SAME:
            return Verdict(
                SAME, (f"one normal form, and no difference on {self.tried} small databases",), None, True
            )
        return self._unproven()

    def _unproven(self) -> Verdict:
        """Same where the data could have shown a difference; else undecidable, with what it is blind to."""
        blind = self._blind()
        if not blind:
            seen = self.adequacy.seen if self.adequacy is not None else 0
            reason = (
                f"not proven: no difference on {self.tried} databases, which tell the queries from {seen} "
                "changes of them in one place"
            )
            return Verdict(SAME, (reason,))
        reasons = self._open() or ("the normal forms are not equal",)
        found = f"no difference found on {self.tried} small databases"
        return Verdict(UNDECIDABLE, (*dict.fromkeys(reasons), found, *blind))

    def _blind(self) -> list[str]:
        if self.adequacy is None:
            return ["nothing was tried beyond them"]
        if not self.adequacy.seen:
            return ["there is no change of them in one place that the data could have told"]
        if self.is_by_chance:
            return ["which rows are taken depends on how they are stored"]
        return [f"the data would not show {what}" for what in self.adequacy.blind_spots()]

    def _open(self) -> tuple[str, ...]:
        return tuple(s.reason for s in self.sides if s.reason)

    def _edges(self, name: str) -> list[str]:
        """The edge cases that data shows, in words."""
        found: dict[str, None] = {}
        worlds = self.found.get(name, [])
        for world, differing in [w for w in worlds if w[0].kind != "mixed"] or worlds:
            for difference in differing:
                found[self._edge(world, difference)] = None
        plain_words = list(found)
        if "empty group" in found and "NULL" in found and not self._only_null(name):
            plain_words.remove("NULL")
        return plain_words

    def _edge(self, world: World, difference: Difference) -> str:
        if difference.kind == "percent" or (difference.kind == "value" and self._is_rounded(difference)):
            return "percent or ratio" if difference.kind == "percent" else "rounding"
        if world.kind == "zero":
            return "zero denominator"
        if world.kind == "empty":
            return "empty table"
        if difference.kind == "bad":
            return "zero denominator"
        return "empty group" if difference.kind == "empty" and world.kind != "null" else "NULL"

    def _only_null(self, name: str) -> bool:
        """Whether NULL alone makes a difference that is more than a group without a value."""
        return any(
            w.kind == "null" and any(x.kind != "empty" for x in d) for w, d in self.found.get(name, [])
        )

    # The smallest data.

    def _witness(self, pair: Pair, found: Sequence[Found], relation: Relation) -> Witness:
        kinds = {x.kind for _, d in found for x in d}
        wanted = kinds & {"row", "value", "null", "percent"} if relation.kind != EDGE else kinds
        wanted = wanted or kinds
        if any("value" in {x.kind for x in d} for _, d in found):
            wanted = {"value"}
        fitting = [w for w, d in found if wanted & {x.kind for x in d}]
        world = min(fitting, key=lambda w: w.size)
        while True:
            smaller = _without_one_row(world)
            if not smaller:
                break
            lists = self._tried(smaller)
            kept = [
                w
                for w, d in zip(smaller, lists, strict=True)
                if wanted & {x.kind for x in d.get(pair.name, ())}
            ]
            if not kept:
                break
            world = kept[0]
        return self._shown(world)

    def _shown(self, world: World) -> Witness:
        self.runner.load([world])
        left, right = (
            tuple(sorted((tuple(map(plain, row)) for row in self.runner.answers(s.tree, 1)[0]), key=repr))
            for s in self.sides
        )
        tables = {
            name: (tuple(self.runner.facts.tables[name].columns), rows) for name, rows in world.tables.items()
        }
        if left == right:
            raise UndecidableError("databases that are tried together say another thing than one alone")
        return Witness(tables, left, right, (self.sides[0].names, self.sides[1].names))


def _would_show(note: Note) -> bool:
    """Whether such data shows an edge case where there is one: groups without rows, NULLs, no count."""
    kind, term, _ = note
    is_count = term[0] in ("agg", "atom") and (term[2] if term[0] == "agg" else term[1]) in COUNTS
    return kind in _SHOWN_BY_DATA or (kind == "zero" and is_count)


def _without_one_row(world: World) -> list[World]:
    found = []
    for name, rows in world.tables.items():
        for place in range(len(rows)):
            found.append(World(world.kind, {**world.tables, name: rows[:place] + rows[place + 1 :]}))
    return found
