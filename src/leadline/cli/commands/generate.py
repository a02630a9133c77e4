"""`leadline generate`: saved queries as dbt models."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit
from leadline.cli.session import Session


def generate(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show the difference and exit 1 if any.")
    ] = False,
    folder: Annotated[Path, typer.Option("--folder", help="Where the dbt models go.")] = Path(
        "models/reports"
    ),
    manifest: o.ManifestOption = None,
) -> None:
    """Write saved queries as dbt models."""
    from leadline.write.reports import report_files
    from leadline.write.sync import apply, changes, difference

    session = Session(manifest)
    wanted = report_files(session.layer)
    found = changes(folder, wanted)
    if check:
        for change in found:
            sys.stdout.write(difference(folder, change))
        if found:
            print(
                f"{len(found)} files differ from their definitions: run `leadline generate`", file=sys.stderr
            )
            raise typer.Exit(Exit.NEGATIVE)
    else:
        apply(folder, found)
        for change in found:
            print(f"{change.kind}: {folder / change.name}")
    print(f"{len(wanted)} files are as their saved queries define them", file=sys.stderr)
