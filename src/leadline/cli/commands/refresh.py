"""`leadline refresh`, `rollback` and `builds`: whole builds, published or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit

if TYPE_CHECKING:
    from leadline.refresh.builds import Build, Builds
    from leadline.refresh.pipeline import Result, Told
    from leadline.refresh.steps import Setting

BuildsOption = Annotated[
    Path, typer.Option("--builds", envvar="LEADLINE_BUILDS", help="Where builds are kept.")
]
_DEFAULT_BUILDS = Path("builds")
_DEFAULT_PLAN = Path("plan.yml")


def refresh(
    inbox: Annotated[
        Path | None, typer.Option("--inbox", help="Land the exports of this folder first.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", envvar="LEADLINE_STORE", help="The store of landed files [landing/store with --inbox]."
        ),
    ] = None,
    builds: BuildsOption = _DEFAULT_BUILDS,
    project: Annotated[Path, typer.Option("--project", help="The dbt project.")] = Path(),
    plan: Annotated[
        Path, typer.Option("--plan", envvar="LEADLINE_PLAN", help="The plan's file.")
    ] = _DEFAULT_PLAN,
    keep: Annotated[int, typer.Option("--keep", min=1, help="How many published builds stay.")] = 5,
    publish_anyway: Annotated[
        str | None,
        typer.Option("--publish-anyway", help="Publish in spite of critical checks; the reason is recorded."),
    ] = None,
    deliver: Annotated[bool, typer.Option("--deliver", help="Tell the plan's recipients of alerts.")] = False,
    whole: Annotated[bool, typer.Option("--full", help="Build everything, not only what changed.")] = False,
    variables: Annotated[str | None, typer.Option("--vars", help="Variables of dbt, as JSON.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print nothing unless it fails.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the log as lines of JSON.")] = False,
) -> None:
    """Land, build, check and publish; what fails a check is not seen."""
    from leadline.refresh.builds import Builds
    from leadline.refresh.pipeline import refresh as run
    from leadline.refresh.steps import Setting, steps_of

    setting = Setting(
        project=_project(project),
        builds=builds,
        inbox=inbox,
        store=store or (Path("landing/store") if inbox else None),
        plan=plan if plan.is_file() else None,
        deliver=deliver,
        whole=whole,
        variables=_variables(variables),
    )
    kept = Builds(builds)
    result = run(
        kept,
        steps_of(setting),
        keep=keep,
        publish_anyway=publish_anyway,
        tell=lambda line: _tell(line, quiet=quiet, as_json=as_json),
    )
    _end(result, kept, setting, quiet=quiet or as_json)


def _project(folder: Path) -> Path:
    from leadline.cli.exits import EnvironmentMissingError

    if not (folder / "dbt_project.yml").is_file():
        raise EnvironmentMissingError(
            "there is no dbt project here",
            where=str(folder.resolve()),
            fix="run it where dbt_project.yml is, or name that folder with --project",
        )
    return folder


def _variables(text: str | None) -> dict[str, Any]:
    from leadline.errors import RequestError

    try:
        found = json.loads(text) if text else {}
    except ValueError as error:
        raise RequestError(f"--vars is not JSON: {error}", fix="""write '{"name": "value"}'""") from error
    if not isinstance(found, dict):
        raise RequestError("--vars is not a JSON object", fix="""write '{"name": "value"}'""")
    return found


def _tell(line: Told, *, quiet: bool, as_json: bool) -> None:
    import sys

    if as_json:
        print(line.as_json(), flush=True)
        return
    is_bad = line.outcome == "failed"
    if is_bad or not quiet:
        message = "".join(f"\n  {part}" for part in line.message.splitlines())
        print(
            f"{line.step:<10} {line.outcome:<7} {line.seconds:8.1f} s{message}",
            file=sys.stderr if is_bad else sys.stdout,
            flush=True,
        )


def _end(result: Result, builds: Builds, setting: Setting, *, quiet: bool) -> None:
    import sys

    number = result.build.number
    for interrupted in result.interrupted if not quiet else ():
        print(f"build {interrupted} was interrupted; it is set aside")
    if result.is_published:
        if not quiet:
            print(f"published build {number}: {setting.builds / 'current' / builds.file(number).name}")
        return
    current = builds.current()
    stays = f"build {current.number} stays current" if current else "nothing is published yet"
    print(
        f"not published: {', '.join(result.critical)}\n"
        f"  where: {builds.path(number)}\n"
        f"  what to do: correct it and refresh again ({stays}), or --publish-anyway REASON",
        file=sys.stderr,
    )
    raise typer.Exit(Exit.NEGATIVE)


def rollback(
    number: Annotated[int | None, typer.Argument(metavar="[BUILD]", help="The build to go back to.")] = None,
    builds: BuildsOption = _DEFAULT_BUILDS,
) -> None:
    """Publish an earlier build again, at once: the one before the current, or the one named."""
    from leadline.refresh.builds import Builds
    from leadline.refresh.turn import turn

    with turn(builds):
        build = Builds(builds).rollback(number)
    print(f"published build {build.number}, started {build.started_at}")


def list_builds(
    builds: BuildsOption = _DEFAULT_BUILDS,
    form: Annotated[
        o.ListFormat, typer.Option("--format", help="How the rows are written.")
    ] = o.ListFormat.TABLE,
    out: o.Out = None,
) -> None:
    """List the builds that are kept, and which one readers see."""
    from leadline.cli.output import LEFT, RIGHT, Grid
    from leadline.cli.rows import write_rows
    from leadline.refresh.builds import Builds

    kept = Builds(builds)
    current = kept.current()
    rows = [_row(build, current) for build in kept.all()]
    columns = ["build", "status", "current", "started_at", "finished_at", "failed", "forced"]
    aligns = [RIGHT, *[LEFT] * (len(columns) - 1)]
    cells = [["" if row[c] is None else str(row[c]) for c in columns] for row in rows]
    write_rows(rows, columns, Grid(columns, aligns, cells), form, out)


def _row(build: Build, current: Build | None) -> dict[str, Any]:
    return {
        "build": build.number,
        "status": build.status,
        "current": "current" if current and current.number == build.number else None,
        "started_at": build.started_at or None,
        "finished_at": build.finished_at,
        "failed": ", ".join(build.failed) or None,
        "forced": build.forced,
    }
