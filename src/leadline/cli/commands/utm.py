"""`leadline utm`: what breaks the UTM convention, and links that keep to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadline.check.utm import UtmBreach

app = typer.Typer(help="Check campaign tags, and build links with valid ones.", no_args_is_help=True)

_NAMES = (
    "parameter",
    "value",
    "problem",
    "nearest",
    "landed_source",
    "sessions",
    "orders",
    "spend",
    "first_day",
    "last_day",
    "severity",
)
_HEADINGS = {
    "parameter": "paramètre",
    "value": "valeur",
    "problem": "problème",
    "nearest valid": "valeur valide proche",
    "seen in": "vu dans",
    "sessions": "sessions",
    "orders": "commandes",
    "spend behind it": "dépense liée",
    "first day": "premier jour",
    "last day": "dernier jour",
}
_NONE = {"en": "every tag keeps to the convention", "fr": "toutes les balises respectent la convention"}


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
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """List the tags that break the convention, with sessions and spend."""
    days = p.days_of(start, end)
    plan = p.read_plan(path)
    from leadline.check.utm import utm_breaches
    from leadline.cli.rows import exit_of, write_rows

    session = Session(manifest, database)
    breaches = utm_breaches(session.connection, plan.utm, p.window(days, plan.utm.days))
    rows = [_row(breach, plan.utm.severity) for breach in breaches]
    if form is o.ListFormat.TABLE and not out and not breaches:
        print(_NONE[lang.value])
    else:
        write_rows(rows, _NAMES, _grid(breaches, lang.value, session.currency), form, out)
    raise typer.Exit(exit_of([plan.utm.severity] if breaches else []))


def _row(breach: UtmBreach, severity: str) -> dict[str, Any]:
    found = {name: getattr(breach, name) for name in _NAMES if name != "severity"}
    return found | {"severity": severity}


def _grid(breaches: Sequence[UtmBreach], lang: str, currency: str) -> Any:
    from leadline.check.utm import problem_text
    from leadline.cli.output import LEFT, RIGHT, Grid
    from leadline.units import format_number

    shown = [
        [
            breach.parameter,
            breach.value or "",
            problem_text(breach.problem, lang),
            breach.nearest or "",
            breach.landed_source,
            format_number(breach.sessions, "count", lang=lang),
            format_number(breach.orders, "count", lang=lang),
            ""
            if breach.spend is None
            else format_number(breach.spend, "currency", lang=lang, currency=currency),
            str(breach.first_day),
            str(breach.last_day),
        ]
        for breach in breaches
    ]
    aligns = [LEFT, LEFT, LEFT, LEFT, LEFT, RIGHT, RIGHT, RIGHT, LEFT, LEFT]
    return Grid(list(_HEADINGS.values() if lang == "fr" else _HEADINGS), aligns, shown)


@app.command("build")
def build(
    url: Annotated[str, typer.Argument(metavar="URL", help="The address to tag.")],
    source: Annotated[str | None, typer.Option("--source", help="utm_source: the platform.")] = None,
    medium: Annotated[str | None, typer.Option("--medium", help="utm_medium: the kind of traffic.")] = None,
    campaign: Annotated[str | None, typer.Option("--campaign", help="utm_campaign: its name.")] = None,
    content: Annotated[str | None, typer.Option("--content", help="utm_content: format and variant.")] = None,
    term: Annotated[str | None, typer.Option("--term", help="utm_term: the keyword.")] = None,
    path: p.PlanOption = p.DEFAULT_PLAN,
) -> None:
    """Write an address with valid tags."""
    import datetime as dt

    plan = p.read_plan(path)
    from leadline.check.utm import build_url

    tags = {
        "utm_source": source,
        "utm_medium": medium,
        "utm_campaign": campaign,
        "utm_content": content,
        "utm_term": term,
    }
    print(build_url(plan.utm, url, tags, dt.date.today()))
