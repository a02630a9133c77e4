"""Two sets of definitions compared: what changed, what that reaches, and by how much numbers move."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from leadline.diff.aspects import METRIC
from leadline.diff.changes import DIMENSION, ENTITY, Change, changes, new_versions, same_formula, through
from leadline.diff.definitions import Definitions
from leadline.diff.numbers import MONTHS, Cut, Movement, Side, cuts, movements
from leadline.diff.reach import Reach, Reached
from leadline.diff.tables import TableChange, table_changes
from leadline.diff.words import formula_words
from leadline.measurement.model import Plan

_SAME: Final = "the same formula: only names of its parts changed"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `leadline diff` found.

    `reached` is by change, in the order of `changes`; `through` holds the metrics that have a new version
    without a change of their own, each with the changed metrics that it reads (none: a semantic model is what
    changed); `movements` is None where no database was asked; `cuts` are what changed dimensions and keys
    make of groups; `notes` are what a reader has to know.
    """

    before: Definitions
    after: Definitions
    changes: tuple[Change, ...]
    reached: tuple[tuple[Reached, ...], ...]
    through: dict[str, tuple[str, ...]]
    versions: dict[str, tuple[str, str]]
    tables: tuple[TableChange, ...]
    movements: tuple[Movement, ...] | None = None
    cuts: tuple[Cut, ...] = ()
    months: int = MONTHS
    notes: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not self.changes and not self.tables

    def noting(self, *notes: str) -> Comparison:
        """The same with further notes."""
        return replace(self, notes=(*self.notes, *notes))


def compare(before: Definitions, after: Definitions, plan: Plan | None = None) -> Comparison:
    """What changed between two sets of definitions and what it reaches; `plan` is the plan as it is after."""
    found = [_in_words(before, after, change) for change in changes(before, after)]
    own = {change.name for change in found if change.kind == METRIC and change.how != "removed"}
    versions = new_versions(before, after)
    readers = through(after, own & {*versions, *(c.name for c in found if c.how == "renamed")})
    indirect = {name: readers.get(name, ()) for name in versions if name not in own}
    reach = Reach(before, after, plan)
    reached = tuple(tuple(reach.of(change)) for change in found)
    tables = tuple(table_changes(before, after))
    return Comparison(before, after, tuple(found), reached, indirect, versions, tables)


def _in_words(before: Definitions, after: Definitions, change: Change) -> Change:
    if change.kind != METRIC or change.how != "changed" or not change.decides_numbers:
        return change
    if same_formula(before, after, change.name):
        return replace(change, words=(_SAME,))
    words = formula_words(before.layer, after.layer, change.name, change.aspects)
    return replace(change, words=words)


def with_numbers(found: Comparison, before: Side, after: Side, months: int = MONTHS) -> Comparison:
    """The same with the last months of every metric whose definition has a new version.

    Where the two sides have databases of their own, also of those whose tables changed.
    """
    pairs = [
        (change.was or change.name, change.name)
        for change in found.changes
        if change.kind == METRIC
        and change.how in ("changed", "renamed")
        and change.versions[0] != change.versions[1]
    ]
    names = list(found.through)
    if before.connection is not after.connection:
        names += [name for table in found.tables for name in table.metrics]
    known = {name for _, name in pairs}
    pairs += [(n, n) for n in dict.fromkeys(names) if n not in known and _is_in_both(found, n)]
    moved = tuple(movements(before, after, pairs, months))
    may = list(dict.fromkeys(name for table in found.tables for name in table.metrics))
    elements = [
        (change.model, change.name)
        for change in found.changes
        if change.kind in (DIMENSION, ENTITY) and change.how == "changed" and change.decides_numbers
    ]
    cut = tuple(cuts(before, after, elements, months))
    done = replace(found, movements=moved, cuts=cut, months=months)
    if may and before.connection is after.connection:
        return done.noting(_ONE_DATABASE)
    return done


_ONE_DATABASE: Final = (
    "Both definitions were run on one database. By how much the changed models move numbers cannot be shown"
    " on one: give the database of a build before the change with --database-before."
)


def _is_in_both(found: Comparison, name: str) -> bool:
    return name in found.before.layer.metrics and name in found.after.layer.metrics
