"""What the commands on the measurement plan share: the plan's file, the day, and what reads the data."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.measurement.model import Plan
    from leadline.measurement.values import Gauge

DEFAULT_PLAN = Path("plan.yml")

PlanOption = Annotated[
    Path, typer.Option("--plan", envvar="LEADLINE_PLAN", help="The measurement plan's file.")
]
DateOption = Annotated[
    str | None, typer.Option("--date", help="As if today were this day, YYYY-MM-DD [today].")
]


class PlanFormat(StrEnum):
    """How the plan's document is written."""

    MARKDOWN = "markdown"
    HTML = "html"
    PDF = "pdf"


class Gravity(StrEnum):
    """From which severity on `plan --check` says no."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def read_plan(path: Path) -> Plan:
    """The plan; EnvironmentMissingError where there is no such file."""
    from leadline.measurement.plan import load_plan

    require(path)
    return load_plan(path)


def require(path: Path) -> None:
    """Raise EnvironmentMissingError where there is no such file."""
    from leadline.cli.exits import EnvironmentMissingError

    if not path.is_file():
        raise EnvironmentMissingError(
            "there is no measurement plan",
            where=str(path),
            fix="write it (docs/plan.md), or name it with --plan",
        )


def day_of(text: str | None) -> dt.date:
    """The day of --date, today without it."""
    try:
        return dt.date.fromisoformat(text) if text else dt.date.today()
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day: write YYYY-MM-DD", param_hint="--date") from error


def gauge_of(session: Session, today: dt.date) -> Gauge:
    """What reads the metrics of a session."""
    from leadline.measurement.values import Gauge

    return Gauge(session.layer, session.connection, session.sources, session.fact_sources, today)
