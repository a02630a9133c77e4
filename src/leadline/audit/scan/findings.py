"""What a scan finds: an output of a query, the definition that it claims or computes, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from leadline.audit.verdict import Difference, Witness

ERROR: Final = "error"
WARNING: Final = "warning"
NOTE: Final = "note"
# From the worst; the order in which --fail-on counts.
LEVELS: Final = (ERROR, WARNING, NOTE)


@dataclass(frozen=True, slots=True)
class Statement:
    """One query of a file. `title` is what the file calls it; `line` and `column` are where it begins.

    `names` gives outputs the names under which they are shown, where these are others than in the SQL;
    `is_titled` where the title is that of the one number in it. `unread` says why it can't be compared.
    """

    path: str
    line: int
    column: int
    sql: str
    title: str = ""
    names: tuple[tuple[str, str], ...] = ()
    is_verbatim: bool = True
    is_titled: bool = False
    unread: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """What was compared: the output at `place` of a query over base tables, and a metric's definition.

    Conditions on the columns `reserved`, as table and column, are part of the formula and no cut of it.
    """

    sql: str
    dialect: str
    place: int
    metric: str
    reserved: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """One output that is not its definition, or may be taken for another.

    `rule` is `different`, `edge`, `undecidable`, `ambiguous-name`, `other-name` or `expired-exception`;
    `metrics` are the definitions that it was compared with; `excepted` is the reason of an exception.
    `subject` is set where it differs, and `difference` where a database was given to see by how much.
    """

    rule: str
    level: str
    path: str
    line: int
    column: int
    output: str
    metrics: tuple[str, ...]
    message: str
    witness: Witness | None = None
    excepted: str = ""
    subject: Subject | None = None
    difference: Difference | None = None


@dataclass(slots=True)
class Result:
    """The findings of a scan; how many files and queries were read, outputs compared, and found the same."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    statements: int = 0
    compared: int = 0
    same: int = 0

    def fails(self, level: str) -> bool:
        """Whether a finding without exception is at least as bad as `level`."""
        bad = LEVELS[: LEVELS.index(level) + 1]
        return any(f.level in bad and not f.excepted for f in self.findings)
