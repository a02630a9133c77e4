"""The list of metrics as text."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from leadline.catalog import short_names
from leadline.cli import options as o
from leadline.cli.output import LEFT, Grid, as_csv, as_json, emit

_NAMES: Final = ("metric", "label", "unit", "stage", "dimensions")

Entries = Sequence[dict[str, Any]]


def write_list(entries: Entries, form: o.ListFormat, out: Path | None, by_stage: bool) -> None:
    """Write the list of metrics; `by_stage` puts a heading above each stage, in the formats for people."""
    if form is o.ListFormat.JSON:
        emit(as_json(entries), out)
    elif form is o.ListFormat.CSV:
        emit(
            as_csv(_NAMES, [{**entry, "dimensions": " ".join(entry["dimensions"])} for entry in entries]), out
        )
    else:
        _write_sections(_sections(entries, by_stage), form, out)


def _sections(entries: Entries, by_stage: bool) -> Iterator[tuple[str | None, Grid]]:
    if not by_stage:
        yield None, _grid(entries, _NAMES)
        return
    for stage in dict.fromkeys(entry["stage"] for entry in entries):
        inside = [entry for entry in entries if entry["stage"] == stage]
        yield stage or "no stage", _grid(inside, [name for name in _NAMES if name != "stage"])


def _grid(entries: Entries, names: Sequence[str]) -> Grid:
    rows = [[_cell(entry[name]) for name in names] for entry in entries]
    return Grid(names, [LEFT] * len(names), rows)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(short_names(value))
    return "" if value is None else str(value)


def _write_sections(
    sections: Iterator[tuple[str | None, Grid]], form: o.ListFormat, out: Path | None
) -> None:
    if form is o.ListFormat.TABLE and out is None and sys.stdout.isatty():
        for title, grid in sections:
            grid.show(title)
        return
    markdown = form is o.ListFormat.MARKDOWN
    parts = [
        (f"{'## ' if markdown else ''}{title}\n\n" if title else "")
        + (grid.markdown() if markdown else grid.plain())
        for title, grid in sections
    ]
    emit("\n".join(parts), out)
