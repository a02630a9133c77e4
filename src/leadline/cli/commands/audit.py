"""`leadline audit`: whether two queries give the same number, and data on which they don't."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from leadline.cli import options as o
from leadline.cli.exits import Exit
from leadline.errors import RequestError


class AuditFormat(StrEnum):
    """How a verdict is written."""

    TEXT = "text"
    JSON = "json"


def audit(
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
    form: Annotated[
        AuditFormat, typer.Option("--format", help="How the verdict is written.")
    ] = AuditFormat.TEXT,
    out: o.Out = None,
) -> None:
    """Say whether two queries compute the same, with the difference in words and the data that shows it."""
    if compare is None:
        raise RequestError("there is nothing to audit", fix="name two queries: --compare A.sql B.sql")
    from leadline.audit import compare_queries, read_facts
    from leadline.audit.report import as_json, as_text

    facts = read_facts(_json(schema)) if schema is not None else None
    found = compare_queries(_text(compare[0]), _text(compare[1]), facts, _dialect(dialect))
    names = (compare[0].name, compare[1].name)
    written = as_json(found) + "\n" if form is AuditFormat.JSON else as_text(found, names)
    if out is None:
        sys.stdout.write(written)
    else:
        out.write_text(written, encoding="utf-8")
    if found.overall.verdict in ("different", "undecidable"):
        raise typer.Exit(Exit.NEGATIVE)


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
