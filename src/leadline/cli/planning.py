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
    from leadline.write.conventions import Days

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


def days_of(start: str | None, end: str | None) -> tuple[dt.date | None, dt.date | None]:
    """The days of --start and --end, None where not given. Raises BadParameter."""
    found = []
    for name, text in (("--start", start), ("--end", end)):
        try:
            found.append(dt.date.fromisoformat(text) if text else None)
        except ValueError as error:
            raise typer.BadParameter(f"{text!r} is not a day: write YYYY-MM-DD", param_hint=name) from error
    first, last = found
    if first and last and first > last:
        raise typer.BadParameter("the first day is after the last", param_hint="--start")
    return first, last


def window(days: tuple[dt.date | None, dt.date | None], count: int) -> Days:
    """Those days; without a start, the plan's `count` days."""
    from leadline.write.conventions import Days

    return Days(count, *days)


def gauge_of(session: Session, today: dt.date) -> Gauge:
    """What reads the metrics of a session."""
    from leadline.measurement.values import Gauge

    return Gauge(session.layer, session.connection, session.sources, session.fact_sources, today)
