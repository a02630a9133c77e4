"""The queries of files: SQL, exports of Metabase, Superset and Lightdash, strings of Python on request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from leadline.audit.scan.exports import Context, learn_from, queries_of
from leadline.audit.scan.findings import Statement
from leadline.audit.scan.python import python_statements
from leadline.audit.scan.texts import Text, is_export, texts_in
from leadline.errors import LeadlineError

_SKIPPED: Final = frozenset({"node_modules", "__pycache__", "target", "dbt_packages", "site-packages"})
_EXPORTS: Final = (".json", ".yml", ".yaml")
_QUERIES: Final = re.compile(r"sql|dataset_query|expression|metrics|metricQuery")
_REFERRED: Final = re.compile(r"dataset_query|table_name|models:|type: model")


def files_in(paths: Iterable[Path], with_python: bool = False) -> list[Path]:
    """The files that may hold queries; folders are searched to their depth. Raises LeadlineError."""
    kinds = {".sql", ".zip", *_EXPORTS, *([".py"] if with_python else [])}
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inner = (p for p in sorted(path.rglob("*")) if p.suffix.lower() in kinds and p.is_file())
            listed = (p for p in inner if not _is_skipped(p.relative_to(path)))
            found |= dict.fromkeys(p for p in listed if p.suffix.lower() != ".zip" or is_export(p))
        elif path.is_file():
            found[path] = None
        else:
            raise LeadlineError("there is no such file or folder", where=str(path), fix="name one that is")
    return list(found)


def _is_skipped(path: Path) -> bool:
    return any(part in _SKIPPED or part.startswith(".") for part in path.parts[:-1])


class Sources:
    """The queries of files; what one export says of another is known when the first is read.

    `questions` are those of Metabase that others may read, as relations by name.
    """

    def __init__(self, files: Iterable[Path]) -> None:
        self.context = Context()
        self.questions: dict[str, str] = {}
        listed = [path for path in files if path.suffix.lower() in (*_EXPORTS, ".zip")]
        for path in dict.fromkeys((*_of_the_same_export(listed), *listed)):
            self._learn(path)

    def _learn(self, path: Path) -> None:
        try:
            for text in texts_in(path):
                if text.kind in _EXPORTS and _REFERRED.search(text.text):
                    learn_from(_document(text), self.context, self.questions)
        except (LeadlineError, ValueError, RecursionError):
            # The file is told of when its queries are asked for.
            return

    def statements(self, path: Path) -> Iterator[Statement]:
        """The queries of one file. Raises LeadlineError where it can't be read."""
        for text in texts_in(path):
            if text.kind == ".py":
                yield from python_statements(text)
            elif text.kind in _EXPORTS:
                yield from self._of_export(text)
            else:
                yield from _of_sql(text)

    def _of_export(self, text: Text) -> Iterator[Statement]:
        # Most YAML and JSON files of a project hold no query: they need not be parsed.
        if not _QUERIES.search(text.text):
            return
        try:
            document = _document(text)
        except (ValueError, RecursionError) as error:
            raise LeadlineError(
                f"the export can't be read: {error}", where=text.path, fix="export it anew"
            ) from error
        for found in queries_of(document, self.context):
            line, column, is_verbatim = _place(text.text, found.anchor)
            yield Statement(
                text.path,
                line,
                column,
                found.sql,
                found.title or Path(text.path).stem,
                found.names,
                is_verbatim,
                found.is_titled,
                found.unread,
            )


def _of_the_same_export(files: Iterable[Path]) -> Iterator[Path]:
    """Superset's datasets beside the charts that are listed."""
    folders = {parent for path in files for parent in path.parents[:3] if path.parts[-2:-1] == ("charts",)}
    for folder in sorted(folders):
        if (folder / "metadata.yaml").is_file():
            yield from sorted((folder / "datasets").rglob("*.y*ml"))


def _of_sql(source: Text) -> Iterator[Statement]:
    text = source.text
    for start, part in _split(text):
        line = text.count("\n", 0, start) + 1
        column = start - (text.rfind("\n", 0, start) + 1) + 1
        yield Statement(source.path, line, column, part, Path(source.path).stem)


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


def _document(text: Text) -> Any:
    if text.kind == ".json":
        return json.loads(text.text)
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return list(yaml.load_all(text.text, Loader=loader))
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
