"""`leadline generate`: saved queries as dbt models; examples and the plan's conventions as data tests."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import Exit
from leadline.cli.session import Session


def generate(
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; show the difference and exit 1 if any.")
    ] = False,
    folder: Annotated[Path, typer.Option("--folder", help="Where the dbt models go.")] = Path(
        "models/reports"
    ),
    tests: Annotated[Path, typer.Option("--tests", help="Where the plan's dbt data tests go.")] = Path(
        "data_tests/plan"
    ),
    examples: Annotated[Path, typer.Option("--examples", help="Where the tests of examples go.")] = Path(
        "data_tests/examples"
    ),
    seasons: Annotated[
        Path, typer.Option("--seasons", help="Where the dbt model of last year's shape goes.")
    ] = Path("models/marts"),
    path: p.PlanOption = p.DEFAULT_PLAN,
    manifest: o.ManifestOption = None,
) -> None:
    """Write saved queries, worked examples and the plan's conventions for dbt."""
    from leadline.write.example_tests import example_test_files
    from leadline.write.plan_tests import plan_test_files
    from leadline.write.reports import report_files
    from leadline.write.target_seasons import season_files

    session = Session(manifest)
    files = {folder: report_files(session.layer), examples: example_test_files(session.layer)}
    # A project without a plan has no tests of it.
    if path.is_file():
        plan = p.read_plan(path)
        files[tests] = plan_test_files(plan)
        files[seasons] = season_files(session.layer, plan, session.fact_sources)
    count = sum(len(wanted) for wanted in files.values())
    differing = sum(_bring(place, wanted, is_check=check) for place, wanted in files.items())
    if check and differing:
        print(f"{differing} files differ from their definitions: run `leadline generate`", file=sys.stderr)
        raise typer.Exit(Exit.NEGATIVE)
    print(f"{count} files are as their definitions say", file=sys.stderr)


def _bring(folder: Path, wanted: Mapping[str, str], *, is_check: bool) -> int:
    """Show the differences in a folder, or end them; how many there were."""
    from leadline.write.sync import apply, changes, difference

    found = changes(folder, wanted)
    if is_check:
        for change in found:
            sys.stdout.write(difference(folder, change))
    else:
        apply(folder, found)
        for change in found:
            print(f"{change.kind}: {folder / change.name}")
    return len(found)
