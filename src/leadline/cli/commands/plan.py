"""`leadline plan`: the measurement plan as a document, and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import Exit
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.measurement.breach import Breach


def plan(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; report every breach, exit 1 if any is grave.")
    ] = False,
    fail_on: Annotated[
        p.Gravity, typer.Option("--fail-on", help="With --check: from which severity on to exit 1.")
    ] = p.Gravity.ERROR,
    form: Annotated[
        p.PlanFormat, typer.Option("--format", help="How the document is written; PDF needs Chromium.")
    ] = p.PlanFormat.MARKDOWN,
    lang: o.LangOption = o.Lang.EN,
    date: p.DateOption = None,
    path: p.PlanOption = p.DEFAULT_PLAN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Write the measurement plan with its values."""
    today = p.day_of(date)
    session = Session(manifest, database)
    if check:
        _check(_breaches(session, path, today), path, fail_on)
        return
    from leadline.cli.output import emit
    from leadline.cli.progress import working
    from leadline.measurement.document import as_html, as_markdown

    if form is p.PlanFormat.PDF and out is None:
        raise typer.BadParameter("name the PDF file", param_hint="--out")
    found = p.read_plan(path)
    make = as_markdown if form is p.PlanFormat.MARKDOWN else as_html
    with working("measuring"):
        text = make(found, p.gauge_of(session, today), lang.value, session.currency)
    if form is p.PlanFormat.PDF and out:
        _print(text, out)
    else:
        emit(text, out)


def _print(text: str, out: Path) -> None:
    from leadline.cli.exits import EnvironmentMissingError
    from leadline.cli.output import say_written
    from leadline.cli.progress import working
    from leadline.measurement.pdf import NoBrowserError, write_pdf

    try:
        with working("printing"):
            write_pdf(text, out)
    except NoBrowserError as error:
        raise EnvironmentMissingError(error.what, fix=error.fix) from error
    say_written(out)


def _breaches(session: Session, path: Path, today: dt.date) -> list[Breach]:
    from leadline.cli.progress import working
    from leadline.measurement.breach import PlanError
    from leadline.measurement.check import check

    try:
        found = p.read_plan(path)
    except PlanError as error:
        return list(error.breaches)
    with working("checking"):
        gauge = p.gauge_of(session, today) if session.database_path.is_file() else None
        return check(found, session.layer, today, gauge)


def _check(found: list[Breach], path: Path, fail_on: p.Gravity) -> None:
    from collections import Counter

    from leadline.measurement.breach import Severity, at_least

    for breach in found:
        print(breach.text(str(path)))
    many = Counter(breach.severity for breach in found)
    told = ", ".join(f"{many[s]} {s}{'' if many[s] == 1 else 's'}" for s in Severity)
    print(f"{path}: {told}")
    if at_least(found, Severity(fail_on.value)):
        raise typer.Exit(Exit.NEGATIVE)
