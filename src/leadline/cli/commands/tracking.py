"""`leadline tracking check`: received events against the tracking plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.check.tracking import Received, TrackingBreach

app = typer.Typer(help="Compare received events with the tracking plan.", no_args_is_help=True)

_NAMES = (
    "problem",
    "event",
    "parameter",
    "planned_type",
    "received_type",
    "events",
    "share",
    "first_day",
    "last_day",
    "nearest",
    "severity",
    "place",
)
_HEADINGS = {
    "en": ("event", "in the plan", "events", "share", "first day", "last day", "breaches"),
    "fr": ("événement", "au plan", "événements", "part", "premier jour", "dernier jour", "écarts"),
}
_PLANNED = {
    "en": {True: "yes", False: "no", None: "ignored"},
    "fr": {True: "oui", False: "non", None: "ignoré"},
}
_NONE = {
    "en": "the events are as the tracking plan says",
    "fr": "les événements sont conformes au plan de marquage",
}


@app.command("check")
def check(
    start: o.Start = None,
    end: o.End = None,
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the breaches are written.")
    ] = o.ListFormat.TABLE,
    lang: o.LangOption = o.Lang.EN,
    path: p.PlanOption = p.DEFAULT_PLAN,
    out: o.Out = None,
    database: o.DatabaseOption = None,
) -> None:
    """List what is missing, unknown or of the wrong type."""
    days = p.days_of(start, end)
    plan = p.read_plan(path)
    from leadline.check.tracking import received, tracking_breaches
    from leadline.cli.rows import exit_of, write_rows

    session = Session(None, database)
    window = p.window(days, plan.tracking.days)
    events = received(session.connection, plan.tracking, window)
    breaches = tracking_breaches(session.connection, plan.tracking, window)
    rows = [_row(b, plan.tracking.severity, plan.spot(b.place)) for b in breaches]
    write_rows(rows, _NAMES, _grid(events, breaches, lang.value), form, out)
    if form is o.ListFormat.TABLE and not out:
        print()
        for breach in breaches:
            print(f"{plan.spot(breach.place)}: {plan.tracking.severity}: {breach.message(lang.value)}")
        if not breaches:
            print(_NONE[lang.value])
    raise typer.Exit(exit_of([plan.tracking.severity] if breaches else []))


def _row(breach: TrackingBreach, severity: str, place: str) -> dict[str, Any]:
    return {
        "problem": breach.problem,
        "event": breach.event,
        "parameter": breach.parameter,
        "planned_type": breach.planned_type,
        "received_type": breach.received_type,
        "events": breach.events,
        "share": breach.share,
        "first_day": breach.first_day,
        "last_day": breach.last_day,
        "nearest": ", ".join(breach.nearest) or None,
        "severity": severity,
        "place": place,
    }


def _grid(events: Sequence[Received], breaches: Sequence[TrackingBreach], lang: str) -> Any:
    from leadline.cli.output import LEFT, RIGHT, Grid
    from leadline.units import format_number

    shown = [
        [
            found.event,
            _PLANNED[lang][found.is_planned],
            format_number(found.events, "count", lang=lang),
            format_number(found.share, "ratio", lang=lang),
            str(found.first_day),
            str(found.last_day),
            str(sum(b.event == found.event for b in breaches) or ""),
        ]
        for found in events
    ]
    for breach in breaches:
        if breach.problem == "event missing":
            days = [str(breach.first_day or ""), str(breach.last_day or "")]
            shown.append([breach.event, _PLANNED[lang][True], "0", "", *days, "1"])
    return Grid(_HEADINGS[lang], [LEFT, LEFT, RIGHT, RIGHT, LEFT, LEFT, RIGHT], shown)
