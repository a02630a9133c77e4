"""A query of an export, and what the other files of a scan say that it needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Query:
    """A query of an export. `anchor` is the text by which its place in the file is found.

    `is_titled` where the title is that of what is shown, and so of the one number in it. `unread` says why it
    can't be compared, where that is known without reading it.
    """

    sql: str
    anchor: str
    title: str = ""
    names: tuple[tuple[str, str], ...] = ()
    is_titled: bool = False
    unread: str = ""


@dataclass(slots=True)
class Context:
    """Superset's datasets by uuid (as the export has them), and Lightdash's models with metrics by name."""

    datasets: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    models: dict[str, Mapping[str, Any]] = field(default_factory=dict)


def parsed(text: str) -> Any:
    """What a JSON text says; None where it is none."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def title_of(node: Mapping[str, Any]) -> str:
    """What an export calls a query."""
    keys = ("name", "slice_name", "label", "title", "table_name")
    return next((str(node[k]) for k in keys if isinstance(node.get(k), str)), "")


def quoted(name: str) -> str:
    """An identifier as SQL reads it."""
    return '"' + name.replace('"', "") + '"'


def literal(value: Any) -> str:
    """A value as SQL reads it."""
    if value is None:
        return "null"
    if isinstance(value, bool | int | float):
        return str(value).lower() if isinstance(value, bool) else str(value)
    return "'" + str(value).replace("'", "''") + "'"
