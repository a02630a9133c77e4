"""`leadline lint`: what is wrong with the definitions by themselves."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.commands.audit import FailOn
from leadline.cli.exits import Exit
from leadline.cli.session import Session


def lint(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The least level that ends with exit code 1.")
    ] = FailOn.WARNING,
    exceptions: Annotated[
        Path | None, typer.Option("--exceptions", help="Exceptions; else .leadline-audit.yml where it is.")
    ] = None,
    plan: p.PlanOption = p.DEFAULT_PLAN,
    manifest: o.ManifestOption = None,
    out: o.Out = None,
) -> None:
    """Find definitions of one formula, clashing names and labels, ratios of ratios, sums of stocks."""
    from leadline.audit.lint import lint as find
    from leadline.audit.lint import mentioned, places_of
    from leadline.audit.scan import Result, output
    from leadline.audit.scan.exceptions import USUAL, excepted, read_exceptions
    from leadline.cli.output import emit
    from leadline.project import find_project

    session = Session(manifest)
    project = find_project(session.manifest_path)
    used = mentioned(p.read_plan(plan)) if plan.is_file() else frozenset()
    found = find(session.layer, used, places_of(project) if project else {})
    usual = Path(USUAL)
    chosen = exceptions or (usual if usual.is_file() else None)
    if chosen is not None:
        found = excepted(found, read_exceptions(chosen), date.today())
    if as_json:
        text = json.dumps([output.plain(finding) for finding in found], ensure_ascii=False, indent=2)
    else:
        lines = [
            f"{f.path}:{f.line}: {f.level}: {f.message} [{f.rule}]"
            + (f" [excepted: {f.excepted}]" if f.excepted else "")
            for f in found
        ]
        text = "\n".join([*lines, f"{len(session.layer.metrics)} metrics: {output.counted(found)}"])
    emit(text + "\n", out)
    if Result(found).fails(fail_on.value):
        raise typer.Exit(Exit.NEGATIVE)
