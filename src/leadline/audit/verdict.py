"""What a comparison says: verdicts, reasons, witnesses; and what is compared."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any, Final

from sqlglot import exp

from leadline.audit.build import Rows
from leadline.audit.normal import Note

SAME: Final = "same"
EDGE: Final = "edge"
DIFFERENT: Final = "different"
UNDECIDABLE: Final = "undecidable"
WORST: Final = (DIFFERENT, UNDECIDABLE, EDGE, SAME)


@dataclass(frozen=True, slots=True)
class Witness:
    """Data on which two queries differ: the tables (columns, rows) and what each query gives, as rows."""

    tables: dict[str, tuple[tuple[str, ...], tuple[tuple[Any, ...], ...]]]
    left: tuple[tuple[Any, ...], ...]
    right: tuple[tuple[Any, ...], ...]
    columns: tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on one output, or on two queries as a whole; `is_proven` by the normal form."""

    verdict: str
    reasons: tuple[str, ...] = ()
    witness: Witness | None = None
    is_proven: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on two queries: the worst of its outputs'."""

    overall: Verdict
    outputs: tuple[tuple[str, Verdict], ...] = ()
    tried: int = 0


@dataclass(slots=True)
class Side:
    """One query: its qualified tree, and its normal form or why it has none.

    `mixed` are the places of outputs that set a group against all rows.
    """

    tree: exp.Query
    rows: Rows | None = None
    reason: str = ""
    names: tuple[str, ...] = ()
    mixed: frozenset[int] = frozenset()


@dataclass(slots=True)
class Pair:
    """Two outputs: their places, terms where known, and whether they key the rows."""

    name: str
    left: int
    right: int
    is_key: bool = False


@dataclass(slots=True)
class Relation:
    """What the normal forms say of two outputs: same, edge (with notes), percent, or nothing."""

    kind: str = ""
    notes: list[Note] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Gap:
    """Two values of one period on real data; `period` is its first day, None for all of them."""

    period: dt.date | None
    theirs: float | None
    ours: float | None

    @property
    def difference(self) -> float | None:
        """Theirs less ours; None where one of them has no value."""
        if self.theirs is None or self.ours is None:
            return None
        return 0.0 if self.is_equal else self.theirs - self.ours

    @property
    def percent(self) -> float | None:
        """The difference as a percentage of ours."""
        return None if self.difference is None or not self.ours else 100 * self.difference / abs(self.ours)

    @property
    def is_equal(self) -> bool:
        """Whether the two agree to nine digits, or neither has a value."""
        if self.theirs is None or self.ours is None:
            return self.theirs is self.ours
        return math.isclose(self.theirs, self.ours, rel_tol=1e-9, abs_tol=1e-12)


@dataclass(frozen=True, slots=True)
class Difference:
    """What a formula and its definition give on real data.

    Periods of `grain` in order, the last thirteen months of those that have data, and their total. `why` says
    what could not be run, and `scale` by what theirs was multiplied (0.01 for a percentage).
    """

    grain: str = "month"
    periods: tuple[Gap, ...] = ()
    total: Gap | None = None
    scale: float = 1.0
    why: str = ""

    @property
    def worst(self) -> Gap | None:
        """The period with the largest difference in percent; one without a percentage where all are."""
        wrong = [gap for gap in self.periods if not gap.is_equal]
        return max(wrong, key=lambda gap: -1 if gap.percent is None else abs(gap.percent), default=None)
