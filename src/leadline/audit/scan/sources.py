"""The queries of files: SQL, exports of Metabase, Superset and Lightdash, strings of Python on request."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from leadline.audit.scan.exports import queries_of
from leadline.audit.scan.findings import Statement
from leadline.errors import LeadlineError

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "target", "dbt_packages", "site-packages"})
_EXPORTS: Final = (".json", ".yml", ".yaml")
_BEGINS: Final = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with)\b", re.IGNORECASE)


def files_in(paths: Iterable[Path], with_python: bool = False) -> list[Path]:
    """The files that may hold queries; folders are searched to their depth. Raises LeadlineError."""
    kinds = {".sql", *_EXPORTS, *([".py"] if with_python else [])}
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inner = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in kinds and p.is_file())
            found |= dict.fromkeys(p for p in inner if not _is_skipped(p.relative_to(path)))
        elif path.is_file():
            found[path] = None
        else:
            raise LeadlineError("there is no such file or folder", where=str(path), fix="name one that is")
    return list(found)


def _is_skipped(path: Path) -> bool:
    return any(part in _SKIPPED or part.startswith(".") for part in path.parts[:-1])


def statements_in(path: Path) -> Iterator[Statement]:
    """The queries of one file. Raises LeadlineError where it can't be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LeadlineError(
            f"the file can't be read: {error}", where=str(path), fix="save it as UTF-8"
        ) from error
    suffix = path.suffix.lower()
    if suffix == ".py":
        yield from _of_python(path, text)
    elif suffix in _EXPORTS:
        yield from _of_export(path, text)
    else:
        yield from _of_sql(path, text)


def _of_sql(path: Path, text: str) -> Iterator[Statement]:
    for start, part in _split(text):
        line = text.count("\n", 0, start) + 1
        column = start - (text.rfind("\n", 0, start) + 1) + 1
        yield Statement(str(path), line, column, part, path.stem)


def _split(text: str) -> Iterator[tuple[int, str]]:
    """The statements of a text, each with where it begins."""
    if ";" not in text.rstrip().rstrip(";"):
        yield 0, text
        return
    from sqlglot.errors import SqlglotError
    from sqlglot.tokenizer_core import TokenType
    from sqlglot.tokens import Tokenizer

    try:
        tokens = Tokenizer().tokenize(text)
    except SqlglotError:
        yield 0, text
        return
    start = 0
    for token in tokens:
        if token.token_type is TokenType.SEMICOLON:
            if text[start : token.start].strip():
                yield start, text[start : token.start]
            start = token.end + 1
    if text[start:].strip():
        yield start, text[start:]


def _of_python(path: Path, text: str) -> Iterator[Statement]:
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise LeadlineError(f"the file is not Python: {error}", where=str(path), fix="mend it") from error
    inside = {id(v) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for v in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            # What an expression puts in is not known: the braces say so to whoever reads it.
            parts = (str(v.value) if isinstance(v, ast.Constant) else "{{ … }}" for v in node.values)
            value = "".join(parts)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            value = node.value
        else:
            continue
        if _BEGINS.match(value):
            yield Statement(str(path), node.lineno, node.col_offset + 1, value, path.stem)


def _of_export(path: Path, text: str) -> Iterator[Statement]:
    # Most YAML and JSON files of a project hold no query: they need not be parsed.
    if not re.search(r"sql|dataset_query|expression|metrics", text):
        return
    try:
        document = _document(path, text)
    except (ValueError, RecursionError) as error:
        raise LeadlineError(
            f"the export can't be read: {error}", where=str(path), fix="export it anew"
        ) from error
    for found in queries_of(document):
        line, column, is_verbatim = _place(text, found.anchor)
        yield Statement(
            str(path),
            line,
            column,
            found.sql,
            found.title or path.stem,
            found.dialect,
            found.names,
            is_verbatim,
        )


def _document(path: Path, text: str) -> Any:
    if path.suffix.lower() == ".json":
        return json.loads(text)
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(yaml.load_all(text, Loader=loader))
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error


def _place(text: str, anchor: str) -> tuple[int, int, bool]:
    """Where a query stands in the file that holds it, by its first line; and whether as it is."""
    lines = [line.strip() for line in anchor.strip().splitlines()] or [""]
    first = lines[0]
    # YAML and JSON escape a text, and YAML folds long ones: the beginning is enough then.
    for wanted in (first, json.dumps(first)[1:-1], json.dumps(first, ensure_ascii=False)[1:-1], first[:20]):
        at = text.find(wanted) if wanted else -1
        if at >= 0:
            begin = text.rfind("\n", 0, at) + 1
            return text.count("\n", 0, at) + 1, at - begin + 1, len(lines) > 1 and lines[1] in text
    return 1, 1, False
