"""`leadline diff`: what changed in the definitions since a revision, what it reaches, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from leadline.cli import options as o
from leadline.cli import planning as p
from leadline.cli.exits import EnvironmentMissingError, Exit
from leadline.cli.session import Session
from leadline.errors import RequestError

if TYPE_CHECKING:
    from leadline.cli.output import Grid
    from leadline.diff.blocks import Block
    from leadline.diff.comparison import Comparison
    from leadline.diff.definitions import Definitions
    from leadline.diff.repository import Repository
    from leadline.measurement.model import Plan

_CACHE: Final = "revisions"


class DiffFormat(StrEnum):
    """How a comparison is written."""

    TEXT = "text"
    JSON = "json"
    MD = "md"


def diff(
    revision: Annotated[
        str | None, typer.Argument(metavar="[REV]", help="The revision before: a commit, branch or tag.")
    ] = None,
    other: Annotated[
        str | None, typer.Argument(metavar="[REV2]", help="The revision after [the working tree].")
    ] = None,
    manifest_before: Annotated[
        Path | None,
        typer.Option("--manifest-before", help="A semantic manifest that was kept, instead of REV."),
    ] = None,
    database_before: Annotated[
        Path | None, typer.Option("--database-before", help="The database of a build before the change.")
    ] = None,
    months: Annotated[
        int, typer.Option("--months", help="How many of the last complete months are compared.", min=1)
    ] = 13,
    form: Annotated[
        DiffFormat, typer.Option("--format", help="How the comparison is written.")
    ] = DiffFormat.TEXT,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 1 where anything changed, as git diff does.")
    ] = False,
    path: p.PlanOption = p.DEFAULT_PLAN,
    out: o.Out = None,
    manifest: o.ManifestOption = None,
    database: o.DatabaseOption = None,
) -> None:
    """Compare definitions with another revision: what changed, what it reaches, how numbers move."""
    session = Session(manifest, database)
    before, after, repository = _sides(session, revision, other, manifest_before, manifest)
    from leadline.cli.progress import working
    from leadline.diff.comparison import compare

    with working("comparing"):
        found = compare(before, after, _plan(path, repository, after.commit))
        found = _measured(found, session, database, database_before, months)
    if manifest_before is not None:
        found = found.noting(*_stale(session.manifest_path))
    _write(found, session, form, out)
    if exit_code and not found.is_empty:
        raise typer.Exit(Exit.NEGATIVE)


def _sides(
    session: Session, revision: str | None, other: str | None, kept: Path | None, manifest: Path | None
) -> tuple[Definitions, Definitions, Repository | None]:
    from leadline.diff.definitions import from_manifest
    from leadline.diff.repository import Repository
    from leadline.project import find_project

    if (revision is None) == (kept is None):
        raise RequestError(
            "there is nothing to compare with, or too much",
            fix="name a revision (`leadline diff main`), or a manifest that was kept: --manifest-before",
        )
    project = find_project(session.manifest_path)
    if kept is not None:
        return from_manifest(_there(kept)), from_manifest(_there(session.manifest_path), project), None
    if project is None:
        raise EnvironmentMissingError(
            "there is no dbt project here", where=str(Path.cwd()), fix="run it where dbt_project.yml is"
        )
    repository = Repository.around(project)
    cache = session.manifest_path.resolve().parent / _CACHE
    if other is None and manifest is not None:
        (one,) = _parsed(repository, [revision], cache)
        return one, from_manifest(_there(manifest), project), repository
    one, two = _parsed(repository, [revision, other], cache)
    return one, two, repository


def _parsed(repository: Repository, revisions: list[str | None], cache: Path) -> list[Definitions]:
    from leadline.cli.progress import working
    from leadline.diff.definitions import at_revisions

    with working("dbt parse"):
        return at_revisions(repository, revisions, cache)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise EnvironmentMissingError(
            "there is no semantic manifest",
            where=str(path),
            fix="`dbt parse` writes it; keep it with a build",
        )
    return path


def _stale(manifest: Path) -> Iterator[str]:
    from leadline.check.doctor import is_stale
    from leadline.project import find_project

    project = find_project(manifest)
    if project and is_stale(manifest, project):
        yield f"Definitions are newer than {manifest}: `dbt parse` brings it up to date."


def _plan(path: Path, repository: Repository | None, commit: str) -> Plan | None:
    """The plan of the later side: of its commit, else the file as it is."""
    import tempfile
    from dataclasses import replace

    from leadline.measurement.plan import load_plan

    if not commit or repository is None:
        return load_plan(path) if path.is_file() else None
    text = repository.text(commit, path.as_posix())
    if text is None:
        return None
    with tempfile.TemporaryDirectory(prefix="leadline-plan-") as scratch:
        copy = Path(scratch) / path.name
        copy.write_text(text, encoding="utf-8")
        return replace(load_plan(copy), file=str(path))


def _measured(
    found: Comparison, session: Session, database: Path | None, before: Path | None, months: int
) -> Comparison:
    from leadline.diff.comparison import with_numbers
    from leadline.diff.numbers import Side
    from leadline.warehouse import open_database

    if before is None and not session.database_path.is_file() and database is None:
        return found.noting(f"There is no database {session.database_path}: numbers were not compared.")
    if before is not None and not before.is_file():
        raise EnvironmentMissingError(
            "there is no database of before",
            where=str(before),
            fix="name the file of an earlier build (`leadline builds` lists them)",
        )
    after = Side.of(found.after, session.connection)
    if before is None or before.resolve() == session.database_path.resolve():
        return with_numbers(found, Side(found.before, after.connection, after.sources), after, months)
    with closing(open_database(before)) as earlier:
        return with_numbers(found, Side.of(found.before, earlier), after, months)


def _write(found: Comparison, session: Session, form: DiffFormat, out: Path | None) -> None:
    from leadline.cli.output import emit
    from leadline.diff.blocks import blocks
    from leadline.diff.report import as_json, as_markdown
    from leadline.project import reporting_currency

    if form is DiffFormat.JSON:
        emit(as_json(found), out)
        return
    has_database = session.database_path.is_file()
    currency = session.currency if has_database else reporting_currency(session.manifest_path)
    told = list(blocks(found, currency))
    if form is DiffFormat.MD:
        emit(as_markdown(told), out)
    elif out is not None:
        emit("".join(_plain(told)), out)
    else:
        _show(told)


def _plain(told: Iterable[Block]) -> Iterator[str]:
    from leadline.diff.report import heading_line, text_lines

    for place, block in enumerate(told):
        yield ("\n" if place else "") + heading_line(block) + "\n"
        yield "".join(f"{line}\n" for line in text_lines(block))
        if block.rows:
            yield "".join(f"  {line}\n" for line in _grid(block).plain().splitlines())


def _show(told: Iterable[Block]) -> None:
    """Drawn tables on a terminal, plain text anywhere else."""
    import sys

    if not sys.stdout.isatty():
        sys.stdout.write("".join(_plain(told)))
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    from leadline.diff.report import WIDTH, heading_line, text_lines

    console = Console()
    for block in told:
        console.print(Text("\n" + heading_line(block), style="bold"))
        for line in text_lines(block, min(console.width, WIDTH)):
            console.print(Text(line))
        if block.rows:
            console.print(Padding(_grid(block).rich(), (0, 2)))


def _grid(block: Block) -> Grid:
    from leadline.cli.output import LEFT, RIGHT, Grid

    aligns = [LEFT if place < block.left else RIGHT for place in range(len(block.headings))]
    return Grid(block.headings, aligns, block.rows)
