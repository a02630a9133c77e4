"""Metabase: questions with SQL, and questions put together by clicks where their columns have names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.audit.scan.exports.mbql import UnnamedError, statement
from leadline.audit.scan.exports.query import Query, parsed, title_of

_OPTIONAL: Final = re.compile(r"\[\[.*?\]\]", re.DOTALL)
_QUESTION: Final = re.compile(r"\{\{\s*#(\d+)[\w-]*\s*\}\}")
_FIELD_FILTER: Final = re.compile(r"\b(where|and)\s+\{\{\s*[\w ]+\s*\}\}", re.IGNORECASE)
_VARIABLE: Final = re.compile(r"'?\{\{\s*([\w ]+?)\s*\}\}'?")
_LEFT: Final = re.compile(r"\{\{.*?\}\}")
_UNNAMED: Final = (
    "a question without SQL, whose columns the export has only as Metabase's ids: convert it to SQL in "
    "Metabase, or export it with `metabase export`"
)


def metabase(node: Mapping[str, Any]) -> Iterator[Query]:
    """The queries of a card."""
    asked = _asked(node)
    if asked is None:
        return
    for text in _native(asked):
        sql = without_tags(text)
        left = _LEFT.search(sql)
        unread = f"it reads {left[0]}, which is not in the export" if left else ""
        yield Query(sql, text, title_of(node), _titles(node), is_titled=True, unread=unread)
    clicked = asked.get("query") if asked.get("type") == "query" else None
    stages = [clicked] if clicked is not None else asked.get("stages") or ()
    for stage in stages if isinstance(stages, list) else ():
        if isinstance(stage, Mapping) and stage.get("aggregation"):
            anchor = title_of(node) or "aggregation"
            try:
                yield Query(statement(stage, title_of(node)), anchor, title_of(node), is_titled=True)
            except UnnamedError:
                yield Query("", anchor, title_of(node), unread=_UNNAMED)


def question(node: Mapping[str, Any]) -> tuple[str, str] | None:
    """A card's query as a relation that others may read, and its name; None where it is none."""
    asked = _asked(node)
    texts = list(_native(asked)) if asked is not None else []
    number = node.get("id")
    return (f"metabase_question_{number}", without_tags(texts[0])) if texts and number is not None else None


def _asked(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    asked = node.get("dataset_query")
    asked = parsed(asked) if isinstance(asked, str) else asked
    return asked if isinstance(asked, Mapping) else None


def _native(asked: Mapping[str, Any]) -> Iterator[str]:
    stages = asked.get("stages")
    for stage in stages if isinstance(stages, list) else [asked]:
        native = stage.get("native") if isinstance(stage, Mapping) else None
        text = native.get("query") if isinstance(native, Mapping) else native
        if isinstance(text, str):
            yield text


def _titles(node: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """How a card calls its columns."""
    settings = (node.get("visualization_settings") or {}).get("column_settings") or {}
    found = []
    for key, body in settings.items():
        names = parsed(key) if isinstance(key, str) else None
        if (
            isinstance(names, list)
            and len(names) == 2
            and isinstance(body, Mapping)
            and "column_title" in body
        ):
            found.append((str(names[1]).lower(), str(body["column_title"])))
    return tuple(found)


def without_tags(text: str) -> str:
    """The query without its optional parts; a filter by field is always true, a variable some text.

    Another question is a relation of its number.
    """
    text = _OPTIONAL.sub(" ", text)
    text = _QUESTION.sub(r"metabase_question_\1", text)
    text = _FIELD_FILTER.sub(r"\1 true", text)
    return _VARIABLE.sub(r"'\1'", text)
