"""What an evaluation of alerts gives: alarms, and for each rule that raised none, why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from leadline.measurement.model import SEVERITIES, Text
from leadline.measurement.source import NOWHERE, Place
from leadline.measurement.spans import Span

RANK: Final = {severity: rank for rank, severity in enumerate(SEVERITIES)}


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody has to act on. `key` is the same from run to run while it lasts.

    `value` and `limit` are in the metric's unit, `change` is relative (-0.2 is 20 % less); `low` and `high`
    bound what was expected of an anomaly.
    """

    rule: str
    severity: str
    title: Text
    message: Text
    action: Text
    owner: str
    group: str | None = None
    metric: str | None = None
    segment: str | None = None
    span: Span | None = None
    value: float | None = None
    limit: float | None = None
    change: float | None = None
    low: float | None = None
    high: float | None = None
    place: Place = NOWHERE

    @property
    def key(self) -> str:
        """The rule, and the group that it is about."""
        return f"{self.rule}/{self.group}" if self.group else self.rule


class Outcome(StrEnum):
    """Why a rule raised nothing."""

    FINE = "fine"
    TOO_FEW = "too_few"
    NO_VALUE = "no_value"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A rule that raised nothing for a group, or for the whole, and the reason."""

    rule: str
    outcome: Outcome
    span: Span | None
    group: str | None = None
    detail: str = ""

    @property
    def key(self) -> str:
        """As an alarm of the same rule and group would have it."""
        return f"{self.rule}/{self.group}" if self.group else self.rule

    def because(self, outcome: Outcome, detail: str) -> Quiet:
        """The same with its reason."""
        return replace(self, outcome=outcome, detail=detail)


@dataclass(slots=True)
class Findings:
    """Alarms, and what was silent. A rule that could not be evaluated neither raises nor ends an alarm."""

    alarms: list[Alarm] = field(default_factory=list)
    quiets: list[Quiet] = field(default_factory=list)

    def add(self, alarm: Alarm) -> None:
        """Take in an alarm."""
        self.alarms.append(alarm)

    def quiet(self, quiet: Quiet) -> None:
        """Take in a rule that raised nothing."""
        self.quiets.append(quiet)

    def join(self, others: Iterable[Findings]) -> Findings:
        """All of them together, the gravest first."""
        alarms, quiets = list(self.alarms), list(self.quiets)
        for other in others:
            alarms += other.alarms
            quiets += other.quiets
        return Findings(sorted(alarms, key=lambda a: (-RANK[a.severity], a.key)), quiets)

    @property
    def undecided(self) -> tuple[str, ...]:
        """Keys of what could not be evaluated."""
        return tuple(q.key for q in self.quiets if q.outcome is Outcome.NO_VALUE)
