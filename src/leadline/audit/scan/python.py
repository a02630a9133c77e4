"""The queries among the strings of a Python file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from leadline.audit.scan.findings import Statement
from leadline.audit.scan.texts import Text
from leadline.errors import LeadlineError

_BEGINS: Final = re.compile(r"\s*(?:--[^\n]*\n\s*)*(?:select|with)\b", re.IGNORECASE)
# After these stands a value, whatever it is.
_BEFORE_VALUE: Final = re.compile(r"(?:[=<>]|\b(?:like|between|and|limit|in\s*\())\s*$", re.IGNORECASE)
# Parameters of drivers and of `format`; `%summer` in a LIKE is none.
_PARAMETER: Final = re.compile(r"%(?:\(\w+\))?s(?!\w)|\{\w*\}")
_UNKNOWN: Final = "names or clauses are put into it that are known only when it runs"
_SOME: Final = "2026"


def python_statements(source: Text) -> Iterator[Statement]:
    """The strings that begin with SELECT or WITH. Raises LeadlineError where the file is no Python."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError) as error:
        raise LeadlineError(f"the file is not Python: {error}", where=source.path, fix="mend it") from error
    inside = {id(v) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for v in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            pieces = [str(p.value) if isinstance(p, ast.Constant) else None for p in node.values]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            pieces = _pieces(node.value)
        else:
            continue
        text, is_known = _filled(pieces)
        if _BEGINS.match(text):
            place = (source.path, node.lineno, node.col_offset + 1)
            yield Statement(*place, text, unread="" if is_known else _UNKNOWN)


def _pieces(text: str) -> list[str | None]:
    """A string with None where a parameter stands; Jinja is left to whoever reads it."""
    if "{{" in text or "{%" in text:
        return [text]
    found: list[str | None] = [text]
    for match in reversed(list(_PARAMETER.finditer(text))):
        found[:1] = [str(found[0])[: match.start()], None, str(found[0])[match.end() :]]
    return found


def _filled(pieces: list[str | None]) -> tuple[str, bool]:
    """The text with some value for each None, and whether these all stand where a value does."""
    text, is_known = "", True
    for piece in pieces:
        if piece is not None:
            text += piece
        elif text.count("'") % 2:
            text += _SOME
        else:
            is_known = is_known and _BEFORE_VALUE.search(text) is not None
            text += _SOME if re.search(r"limit\s*$", text, re.IGNORECASE) else f"'{_SOME}'"
    return text, is_known
