"""`--as-of`: a command on what was known on an earlier day, from the store of landed files."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from leadline.cli.landing_options import Clock
from leadline.cli.session import Session

AsOf = Annotated[
    str | None,
    typer.Option("--as-of", help="Answer as it was known on this day, YYYY-MM-DD, from landed files."),
]
ClockOption = Annotated[
    Clock, typer.Option("--as-of-clock", help="Known since it was exported, or since it landed.")
]


def session_of(
    manifest: Path | None, database: Path | None, as_of: str | None, clock: Clock, store: Path | None
) -> Session:
    """What a command works on: today's database, or that of an earlier day, which is made if needed.

    Raises:
        RequestError: there is no store, or nothing was known by then.
        EnvironmentMissingError: there is no dbt project to build the models of.
    """
    session = Session(manifest, database)
    if as_of is None:
        if clock is Clock.LANDED:
            raise typer.BadParameter("it belongs to --as-of", param_hint="--as-of-clock")
        return session
    if database is not None and os.environ.get("LEADLINE_DATABASE") != str(database):
        raise typer.BadParameter(
            "--as-of makes a database of its own: leave out --database", param_hint="--as-of"
        )
    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError as error:
        raise typer.BadParameter(f"{as_of!r} is not a day: write YYYY-MM-DD", param_hint="--as-of") from error
    from leadline.cli.exits import EnvironmentMissingError
    from leadline.cli.progress import working
    from leadline.land.store.as_of import database_as_of
    from leadline.land.store.layout import Layout, default_store
    from leadline.project import find_project

    project = find_project(session.manifest_path)
    if project is None:
        raise EnvironmentMissingError(
            "there is no dbt project here, and the models have to be built over what was known then",
            where=str(Path.cwd()),
            fix="run it where dbt_project.yml is",
        )
    with working(f"building what was known on {day}"):
        found = database_as_of(Layout(store or default_store()), day, project, clock.value)
    return Session(found.with_name("semantic_manifest.json"), found)
