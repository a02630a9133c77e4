"""Whether the data that two queries agree on would have told either from a query that is nearly the same.

Agreement on small databases says something only as far as these could have shown a difference. So each query
is changed in one place at a time (see mutants.py): the data has to tell every such change from the query. A
change that it does not tell is one that the data is blind to, or one that changes nothing; where the normal
form proves the latter, it does not count.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.pushdown_projections import pushdown_projections

from leadline.audit.mutants import EACH, ONE, Mutant, mutants
from leadline.audit.terms import UndecidableError
from leadline.audit.verdict import Side
from leadline.audit.witness import Answer, Runner, rows_of


@dataclass(slots=True)
class Adequacy:
    """The changes of both queries that no data has told from them yet.

    `normal` gives the normal form of a changed query. With `is_single` only data counts on which both queries
    have one row.
    """

    sides: tuple[Side, Side]
    runner: Runner
    normal: Callable[[exp.Query], Side]
    is_single: bool = False
    left: list[tuple[int, Mutant]] = field(default_factory=list)
    told: set[tuple[int, str]] = field(default_factory=set)
    seen: int = 0

    def __post_init__(self) -> None:
        for place, side in enumerate(self.sides):
            self.left += [(place, m) for m in mutants(_without_unread(side.tree))]

    def learn(self, answers: tuple[Sequence[Answer], Sequence[Answer]]) -> None:
        """Strike out what the databases that are loaded tell apart, given what the queries themselves say."""
        kept = []
        own: list[list[Counter[tuple[Any, ...]] | None]]
        own = [[rows_of(answer) for answer in side] for side in answers]
        if self.is_single:
            # Elsewhere the queries are not compared either.
            several = [len(one) != 1 or len(two) != 1 for one, two in zip(*answers, strict=True)]
            own = [[None if s else rows for s, rows in zip(several, side, strict=True)] for side in own]
        for place, mutant in self.left:
            try:
                is_told = self._tells(mutant, own[place])
            except UndecidableError:
                continue
            if is_told:
                self.seen += 1
                self.told.add((place, mutant.site))
            else:
                kept.append((place, mutant))
        self.left = [(place, m) for place, m in kept if self._is_open(place, m)]

    def _tells(self, mutant: Mutant, own: Sequence[Counter[tuple[Any, ...]] | None]) -> bool:
        found = self.runner.lazily(mutant.tree, len(own))
        return any(
            before is not None and rows_of(answer) != before
            for answer, before in zip(found, own, strict=True)
        )

    def blind_spots(self) -> list[str]:
        """The changes that the data did not tell though it should have, in SQL."""
        found: dict[str, None] = {}
        for place, mutant in self.left:
            if not self._changes_nothing(place, mutant):
                found[mutant.what] = None
        return list(found)

    def _is_open(self, place: int, mutant: Mutant) -> bool:
        return mutant.need == EACH or (mutant.need == ONE and (place, mutant.site) not in self.told)

    def _changes_nothing(self, place: int, mutant: Mutant) -> bool:
        """Whether the normal form proves that a change is none."""
        rows = self.sides[place].rows
        return rows is not None and self.normal(mutant.tree).rows == rows


def _without_unread(tree: exp.Query) -> exp.Query:
    """The query without columns that its outputs do not need: a change there changes nothing."""
    try:
        return pushdown_projections(tree.copy())
    except SqlglotError:
        return tree
