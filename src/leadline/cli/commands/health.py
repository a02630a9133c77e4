"""`leadline doctor`: the state of the installation and of the data."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit
from leadline.cli.session import Session

if TYPE_CHECKING:
    from leadline.check.doctor import Finding


def doctor(
    parse: Annotated[
        bool | None,
        typer.Option(
            "--parse/--no-parse", help="Ask dbt whether the project parses [only if definitions changed]."
        ),
    ] = None,
    lang: o.LangOption = o.Lang.EN,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Show what is installed, fresh, missing or wrong."""
    from leadline.check.doctor import is_healthy, versions
    from leadline.cli.health import finding_text, say

    session = Session(manifest, database)
    say("versions", [[name, text] for name, text in versions().items()])
    findings = [*_project(session, parse), *_data(session, lang.value)]
    for finding in findings:
        print(finding_text(finding))
    if not is_healthy(findings):
        raise typer.Exit(Exit.NEGATIVE)
    print("no problems")


def _project(session: Session, parse: bool | None) -> list[Finding]:
    from leadline.check.dbt_parse import parse_problems
    from leadline.check.doctor import Finding, Level, is_stale
    from leadline.cli.progress import working
    from leadline.project import find_project

    folder = find_project(session.manifest_path)
    if folder is None:
        return [
            Finding(Level.NOTE, "no dbt project here", str(Path.cwd()), "run it where dbt_project.yml is")
        ]
    stale = is_stale(session.manifest_path, folder)
    if parse is False or (parse is None and not stale):
        return []
    with working("dbt parse"):
        problems = parse_problems(folder)
    if problems:
        return [
            Finding(Level.PROBLEM, f"dbt parse: {p.reason}", ", ".join(p.places), p.fix) for p in problems
        ]
    if stale:
        where = str(session.manifest_path)
        return [Finding(Level.NOTE, "definitions are newer than the manifest", where, "run `make build`")]
    return []


def _data(session: Session, lang: str) -> list[Finding]:
    import datetime as dt

    from leadline.check.doctor import Finding, Level, freshness, missing, undeclared
    from leadline.cli.health import overview, source_rows
    from leadline.errors import LeadlineError

    try:
        sources = session.sources
        known = session.manifest
    except LeadlineError as error:
        return [Finding(Level.PROBLEM, error.what, error.where or "", error.fix or "")]
    overview(session)
    source_rows(freshness(sources, dt.date.today()), lang)
    if not sources:
        return [
            Finding(Level.NOTE, "the database says nothing of its sources", "dim_source", "run `make build`")
        ]
    return [*missing(known, sources, session.fact_sources), *undeclared(known, session.fact_sources)]
