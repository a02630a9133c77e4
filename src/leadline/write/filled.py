"""The SQL of rules, from templates in write/sql."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import jinja2

_SQL: Final = Path(__file__).parent / "sql"


def filled(name: str, **values: object) -> str:
    """The template of this name with its values in place; a value that is missing is an error."""
    return _template(name).render(**values).strip()


@cache
def _template(name: str) -> jinja2.Template:
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined, autoescape=False)  # noqa: S701 - SQL
    return environment.from_string((_SQL / f"{name}.sql").read_text(encoding="utf-8"))


def as_text(value: str) -> str:
    """A text as SQL's literal, every character kept."""
    return "'" + value.replace("'", "''") + "'"
