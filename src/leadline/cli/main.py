"""The `leadline` program: its commands, its version, and the one handler that every error ends in."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from leadline.cli.commands import (
    alerts,
    audit,
    check,
    definitions,
    demo,
    diff,
    docs,
    examples,
    funnel,
    generate,
    health,
    land,
    lint,
    numbers,
    plan,
    refresh,
    show,
    targets,
    tracking,
    utm,
)
from leadline.cli.exits import report

app = typer.Typer(
    name="leadline",
    help="Every marketing KPI defined once in dbt's semantic YAML, and the same number everywhere.",
    epilog="Exit codes: 0 done, 1 the answer is no (a difference, a finding), 2 the request is wrong, "
    "3 something is missing here (manifest, database, project), 4 a fault of ours, 5 a critical alert.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("query")(numbers.query)
app.command("sql")(numbers.sql)
app.command("funnel")(funnel.funnel)
app.command("list")(definitions.list_metrics)
app.command("show")(show.show)
app.command("docs")(docs.docs)
app.command("examples")(examples.examples)
app.command("generate")(generate.generate)
app.command("doctor")(health.doctor)
app.command("land")(land.land)
app.command("demo")(demo.demo)
app.command("audit")(audit.audit)
app.command("lint")(lint.lint)
app.command("diff")(diff.diff)
app.command("plan")(plan.plan)
app.command("targets")(targets.targets)
app.command("alerts")(alerts.alerts)
app.command("check")(check.check)
app.command("refresh")(refresh.refresh)
app.command("rollback")(refresh.rollback)
app.command("builds")(refresh.list_builds)
app.add_typer(tracking.app, name="tracking")
app.add_typer(utm.app, name="utm")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"leadline {version('leadline')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    # dbt and others that we start ask the environment whether they may report home.
    os.environ.setdefault("DO_NOT_TRACK", "1")


def main() -> None:
    """Run the program; every error leaves by one line on stderr and an exit code."""
    # A program that ends soon has hardly a cycle to collect; looking for them is a tenth of a start.
    gc.set_threshold(100_000)
    try:
        app(prog_name="leadline")
    except Exception as error:  # the last handler: no traceback reaches a user
        sys.exit(report(error))
    finally:
        # Nor is there a reason to look through all that is loaded once more before it goes away as a whole.
        gc.freeze()
