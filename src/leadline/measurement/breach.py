"""What is wrong with a plan, as data: place, what, remedy, severity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from leadline.errors import LeadlineError
from leadline.measurement.source import Place


class Severity(StrEnum):
    """error: not usable as it is; warning: misleading or incomplete; note: worth a thought."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


RANK = {Severity.NOTE: 0, Severity.WARNING: 1, Severity.ERROR: 2}


@dataclass(frozen=True, slots=True)
class Breach:
    """One breach of a rule. `rule` is its name, as docs/plan.md lists them."""

    rule: str
    severity: Severity
    place: Place
    what: str
    fix: str
    nearest: tuple[str, ...] = ()

    def text(self, file: str) -> str:
        """As a compiler writes it: `plan.yml:12:5: error: … [rule]`, and the remedy below."""
        lines = [f"{file}:{self.place.line}:{self.place.column}: {self.severity}: {self.what} [{self.rule}]"]
        lines += [f"  nearest: {', '.join(self.nearest)}"] if self.nearest else []
        return "\n".join([*lines, f"  what to do: {self.fix}"])


class PlanError(LeadlineError):
    """The plan's file is not a plan: every problem of its shape at once, with line and column."""

    def __init__(self, file: str, breaches: Sequence[Breach]) -> None:
        self.breaches = tuple(breaches)
        many = "1 problem" if len(breaches) == 1 else f"{len(breaches)} problems"
        told = "\n".join(breach.text(file) for breach in breaches)
        super().__init__(f"the measurement plan cannot be read: {many}\n{told}")


def ordered(breaches: Iterable[Breach]) -> list[Breach]:
    """In the order of the file; at one place the gravest first."""
    return sorted(breaches, key=lambda b: (b.place, -RANK[b.severity], b.rule, b.what))


def at_least(breaches: Iterable[Breach], severity: Severity) -> bool:
    """True where one of them is as grave as `severity` or graver."""
    return any(RANK[b.severity] >= RANK[severity] for b in breaches)
