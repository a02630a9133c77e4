"""One rule of data quality, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

Group = Literal[
    "contract",
    "freshness",
    "volume",
    "completeness",
    "validity",
    "conventions",
    "reconciliation",
    "consistency",
    "pii",
]
Severity = Literal["critical", "warning", "info"]
GROUPS: Final[tuple[Group, ...]] = get_args(Group)
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold of a relation.

    One of three: `failing` is a condition that no row may meet (measured with all others of its relation in
    one pass), `query` gives the rows that are wrong (what spans rows or relations), or `probe` measures
    what no statement does, over a connection. `keys` are the columns
    that name a row to people, or `shown` is the select list that does. `expected` says in words what must
    hold; `version` is that of the definition of the metric that it is about, if it is about one.
    """

    id: str
    group: Group
    severity: Severity
    relation: str
    expected: str
    action: str
    owner: str = "analytics"
    failing: str | None = None
    query: str | None = None
    keys: tuple[str, ...] = ()
    probe: Callable[[Any, Rule], Checked] | None = None
    version: str | None = None
    shown: str | None = None

    @property
    def unit(self) -> str:
        """What is counted, one of it."""
        return "output" if self.probe is not None else "row"

    @property
    def table(self) -> str:
        """The relation as people name it, without quotes."""
        return self.relation.replace('"', "")


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule with what was found: how many rows are wrong, of how many, and some of them.

    `error` says why it could not be measured (a relation or column that is not there): that is a failure.
    """

    rule: Rule
    failing: int
    rows: int | None = None
    sample: tuple[dict[str, object], ...] = field(default=())
    error: str | None = None

    @property
    def counted(self) -> str:
        """How many are wrong, in words."""
        of = f" of {self.rows:,}" if self.rows else ""
        return f"{self.failing:,} {self.rule.unit}{'' if self.failing == 1 else 's'}{of}"

    @property
    def passed(self) -> bool:
        """Whether the rule holds."""
        return self.failing == 0 and self.error is None
