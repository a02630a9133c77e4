"""What a comparison says: verdicts, reasons, witnesses; and what is compared."""

from __future__ import annotations

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
    """One query: its qualified tree, and its normal form or why it has none."""

    tree: exp.Query
    rows: Rows | None = None
    reason: str = ""
    names: tuple[str, ...] = ()


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
