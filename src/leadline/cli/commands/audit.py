"""`leadline audit`: formulas that differ from the definitions, and whether two queries compute the same."""

from __future__ import annotations

import json
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit
from leadline.cli.session import Session
from leadline.errors import RequestError

if TYPE_CHECKING:
    from leadline.audit import Comparison
    from leadline.audit.measured import TwoResults
    from leadline.audit.scan import Finding, Result


class AuditFormat(StrEnum):
    """How a verdict is written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


class FailOn(StrEnum):
    """The least level of findings that ends with exit code 1."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


def audit(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH…", help="Files and folders with SQL, and exports of BI tools."),
    ] = None,
    compare: Annotated[
        tuple[Path, Path] | None,
        typer.Option("--compare", metavar="A.sql B.sql", help="Two files with one query each."),
    ] = None,
    schema: Annotated[
        Path | None, typer.Option("--schema", help="JSON with the tables' columns, types and keys.")
    ] = None,
    dialect: Annotated[
        str | None,
        typer.Option("--dialect", help="The SQL dialect of the queries; else it is found by trying."),
    ] = None,
    python: Annotated[bool, typer.Option("--python", help="Read strings of Python files too.")] = False,
    exceptions: Annotated[
        Path | None, typer.Option("--exceptions", help="Exceptions; else .leadline-audit.yml where it is.")
    ] = None,
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="The least level that ends with exit code 1.")
    ] = FailOn.ERROR,
    form: Annotated[
        AuditFormat, typer.Option("--format", help="How the verdicts are written.")
    ] = AuditFormat.TEXT,
    database: Annotated[
        Path | None,
        typer.Option("--database", help="Say what each difference comes to on this DuckDB file, by period."),
    ] = None,
    manifest: o.ManifestOption = None,
    out: o.Out = None,
) -> None:
    """Find formulas that differ from the definitions, or say whether two queries compute the same."""
    if bool(paths) == (compare is not None):
        raise RequestError(
            "there is nothing to audit, or too much",
            fix="name files or folders, or two queries: --compare A.sql B.sql",
        )
    if compare is not None:
        written, is_bad = _two(compare, schema, dialect, form, database)
    else:
        session = Session(manifest, database)
        result = _scanned(session, paths or [], _dialect(dialect), python, exceptions)
        if database is not None:
            result.findings = _measured(session, result.findings)
        written, is_bad = _written(result, form), result.fails(fail_on.value)
    if out is None:
        sys.stdout.write(written)
    else:
        out.write_text(written, encoding="utf-8")
    if is_bad:
        raise typer.Exit(Exit.NEGATIVE)


def _two(
    compare: tuple[Path, Path],
    schema: Path | None,
    dialect: str | None,
    form: AuditFormat,
    database: Path | None,
) -> tuple[str, bool]:
    from leadline.audit import compare_queries, read_facts
    from leadline.audit.measured.told import two_document, two_lines
    from leadline.audit.report import as_document, as_text

    if form is AuditFormat.SARIF:
        raise RequestError("two queries are not compared as SARIF", fix="use --format json")
    facts = read_facts(_json(schema)) if schema is not None else None
    left, right = _text(compare[0]), _text(compare[1])
    found = compare_queries(left, right, facts, _dialect(dialect))
    names = (compare[0].name, compare[1].name)
    document, written = as_document(found), as_text(found, names)
    if database is not None:
        rows = _rows_of_two(database, left, right, found, _dialect(dialect))
        document["database"] = two_document(rows)
        written += "\n" + "\n".join(two_lines(rows, names)) + "\n"
    if form is AuditFormat.JSON:
        written = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    return written, found.overall.verdict in ("different", "undecidable")


def _rows_of_two(path: Path, left: str, right: str, found: Comparison, dialect: str | None) -> TwoResults:
    from contextlib import closing

    from leadline.audit.measured import Database, two_results

    with closing(Session(database=path).connection) as connection:
        return two_results(Database(connection), left, right, found, dialect)


def _scanned(
    session: Session, paths: list[Path], dialect: str | None, python: bool, exceptions: Path | None
) -> Result:
    from leadline.audit.scan import Scanner
    from leadline.audit.scan.exceptions import USUAL, excepted, read_exceptions
    from leadline.audit.scan.models import read_models
    from leadline.audit.scan.names import Book
    from leadline.audit.scan.sources import files_in

    book = Book(session.layer)
    listed = files_in(paths, python)
    result = Scanner(book, read_models(session.manifest_path, book.relations, listed), dialect).scan(listed)
    usual = Path(USUAL)
    chosen = exceptions or (usual if usual.is_file() else None)
    if chosen is not None:
        result.findings = excepted(result.findings, read_exceptions(chosen), date.today())
    return result


def _measured(session: Session, findings: list[Finding]) -> list[Finding]:
    from contextlib import closing

    from leadline.audit.measured import Database, Measurer
    from leadline.audit.scan.names import Book
    from leadline.cli.progress import working

    with closing(session.connection) as connection, working("running differences"):
        return Measurer(Book(session.layer), Database(connection, session.layer)).measured(findings)


def _written(result: Result, form: AuditFormat) -> str:
    from leadline.audit.scan import output

    writers = {
        AuditFormat.TEXT: output.as_text,
        AuditFormat.JSON: output.as_json,
        AuditFormat.SARIF: output.as_sarif,
    }
    return writers[form](result)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RequestError(f"the query can't be read: {error}", where=str(path)) from error


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except ValueError as error:
        raise RequestError(f"the schema is no JSON: {error}", where=str(path)) from error


def _dialect(name: str | None) -> str | None:
    from sqlglot.dialects.dialect import Dialects

    from leadline.errors import nearest

    known = [d.value for d in Dialects if d.value]
    if name is None or name.lower() in known:
        return name.lower() if name else None
    raise RequestError(
        f"there is no dialect {name!r}", nearest=nearest(name, known), fix="name one of sqlglot's"
    )
