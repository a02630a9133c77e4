"""What the measurement plan says of one metric: its targets, and where it is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from leadline.errors import LeadlineError
from leadline.measurement.plan import load_plan
from leadline.units import format_number

if TYPE_CHECKING:
    from leadline.measurement.model import Kpi, Plan

_BY: Final = {"en": "by", "fr": "au"}
_TARGET: Final = {"en": "target", "fr": "cible"}
_NORTH_STAR: Final = {"en": "north star", "fr": "étoile polaire"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Lines for people: targets of the metric, and the objectives, alerts and dashboards that name it."""

    targets: tuple[str, ...] = ()
    objectives: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    dashboards: tuple[str, ...] = ()


def wanted_of(path: Path, metric: str, unit: str | None, lang: str, currency: str) -> Wanted:
    """What the plan in `path` says of a metric; a plan that cannot be read says why, in place of targets."""
    try:
        plan = load_plan(path)
    except LeadlineError as error:
        return Wanted(targets=(error.what.splitlines()[0],))
    kpis = [kpi for kpi in plan.kpis if kpi.metric == metric]
    return Wanted(
        tuple(_target(kpi, unit, lang, currency) for kpi in kpis if kpi.target is not None),
        tuple(dict.fromkeys(_home(plan, kpi, lang) for kpi in kpis)),
        tuple(f"{alert.name} ({alert.severity})" for alert in plan.alerts if alert.metric == metric),
        tuple(
            board.name
            for board in plan.dashboards
            if any(metric in section.metrics for section in board.sections)
        ),
    )


def _target(kpi: Kpi, unit: str | None, lang: str, currency: str) -> str:
    parts = [_TARGET[lang], format_number(kpi.target, unit, lang=lang, currency=currency)]
    if kpi.deadline:
        parts += [_BY[lang], kpi.deadline.isoformat()]
    about = [text for text in (kpi.segment, kpi.owner) if text]
    return " ".join(parts) + (f" ({', '.join(about)})" if about else "")


def _home(plan: Plan, kpi: Kpi, lang: str) -> str:
    if kpi is plan.north_star.kpi:
        return _NORTH_STAR[lang]
    for objective in plan.objectives:
        if any(kpi is item for item in objective.kpis):
            return f"{objective.name}: {objective.title.say(lang)}"
    return next(
        channel.title.say(lang) for channel in plan.channels if any(kpi is item for item in channel.kpis)
    )
