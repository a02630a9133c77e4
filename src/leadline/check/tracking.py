"""Events that were received against the tracking plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadline.check.received import relations, rows
from leadline.errors import nearest
from leadline.measurement.model import Tracking
from leadline.measurement.source import NOWHERE, Place
from leadline.units import format_number
from leadline.write.conventions import EVENTS, PARAMETERS, Days, received_statement, tracking_statement

_ORDER: Final = ("event missing", "event unknown", "parameter missing", "parameter type")
_TEXTS: Final = {
    "event missing": (
        "{event}: planned and not received; {ever}",
        "{event} : prévu et pas reçu ; {ever}",
    ),
    "event unknown": (
        "{event}: received {events} times and not in the plan, from {first} to {last}",
        "{event} : reçu {events} fois et absent du plan, du {first} au {last}",
    ),
    "parameter missing": (
        "{event}.{parameter}: missing from {events} events ({share} of them), from {first} to {last}",
        "{event}.{parameter} : absent de {events} événements ({share} d'entre eux), du {first} au {last}",
    ),
    "parameter type": (
        "{event}.{parameter}: {received} instead of {planned} in {events} events ({share}), "
        "from {first} to {last}",
        "{event}.{parameter} : {received} au lieu de {planned} dans {events} événements ({share}), "
        "du {first} au {last}",
    ),
}
_EVER: Final = {
    "seen": ("last received on {last}", "reçu pour la dernière fois le {last}"),
    "never": ("never received", "jamais reçu"),
}
_NEAR: Final = (" (nearest planned: {names})", " (prévu le plus proche : {names})")


@dataclass(frozen=True, slots=True)
class Received:
    """An event as it was received; `share` is of all events, `is_planned` is None where it is ignored."""

    event: str
    is_planned: bool | None
    events: int
    share: float
    first_day: dt.date
    last_day: dt.date


@dataclass(frozen=True, slots=True)
class TrackingBreach:
    """One breach. `events` are those affected, `share` their part of the event's own; `place` is the plan's.

    `first_day` and `last_day` bound the breach; of a missing event, the days on which it was ever received.
    """

    problem: str
    event: str
    parameter: str | None
    planned_type: str | None
    received_type: str | None
    events: int
    share: float | None
    first_day: dt.date | None
    last_day: dt.date | None
    nearest: tuple[str, ...] = ()
    place: Place = NOWHERE

    @property
    def name(self) -> str:
        """`form_submit.form_id`, or the event alone."""
        return f"{self.event}.{self.parameter}" if self.parameter else self.event

    def message(self, lang: str = "en") -> str:
        """One line for people, in `en` or `fr`."""
        column = lang == "fr"
        ever = _EVER["seen" if self.last_day else "never"][column].format(last=self.last_day)
        told = _TEXTS[self.problem][column].format(
            event=self.event,
            parameter=self.parameter,
            ever=ever,
            events=self.events,
            share="" if self.share is None else format_number(self.share, "ratio", lang=lang),
            first=self.first_day,
            last=self.last_day,
            planned=self.planned_type,
            received=self.received_type,
        )
        return told + (_NEAR[column].format(names=", ".join(self.nearest)) if self.nearest else "")


def received(connection: Any, plan: Tracking, days: Days) -> list[Received]:
    """Every event of those days, the commonest first. Raises WarehouseError without the facts."""
    found = rows(connection, received_statement(days), relations(connection, [EVENTS]))
    total = sum(int(row["events"]) for row in found)
    known: dict[str, bool | None] = dict.fromkeys(plan.ignored)
    known |= {event.name: True for event in plan.events}
    return [
        Received(
            event=row["event_name"],
            is_planned=known.get(row["event_name"], False),
            events=int(row["events"]),
            share=int(row["events"]) / total,
            first_day=row["first_day"],
            last_day=row["last_day"],
        )
        for row in sorted(found, key=lambda row: (-row["events"], row["event_name"]))
    ]


def tracking_breaches(connection: Any, plan: Tracking, days: Days) -> list[TrackingBreach]:
    """What breaks the plan in those days. Raises WarehouseError without the facts."""
    found = rows(connection, tracking_statement(plan, days), relations(connection, [EVENTS, PARAMETERS]))
    names = [event.name for event in plan.events]
    breaches = [_breach(plan, names, row) for row in found]
    return sorted(breaches, key=lambda b: (_ORDER.index(b.problem), b.event, b.parameter or ""))


def _breach(plan: Tracking, names: Sequence[str], row: dict[str, Any]) -> TrackingBreach:
    event, parameter = row["event_name"], row["parameter_name"]
    return TrackingBreach(
        problem=row["problem"],
        event=event,
        parameter=parameter,
        planned_type=row["planned_type"],
        received_type=row["received_type"],
        events=int(row["events"]),
        share=row["share"],
        first_day=row["first_day"],
        last_day=row["last_day"],
        nearest=tuple(nearest(event, names)) if row["problem"] == "event unknown" else (),
        place=_place(plan, event, parameter),
    )


def _place(plan: Tracking, event: str, parameter: str | None) -> Place:
    planned = next((e for e in plan.events if e.name == event), None)
    if planned is None:
        return plan.place
    return next((p.place for p in planned.parameters if p.name == parameter), planned.place)
