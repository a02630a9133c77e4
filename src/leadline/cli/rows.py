"""Rows that a command has found, in the format that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.cli.exits import Exit
from leadline.cli.options import ListFormat
from leadline.cli.output import as_csv, as_json, emit

if TYPE_CHECKING:
    from leadline.cli.output import Grid


def write_rows(
    rows: Sequence[dict[str, Any]], names: Sequence[str], grid: Grid, form: ListFormat, out: Path | None
) -> None:
    """`rows` for machines (CSV with the columns `names`, JSON), `grid` for people."""
    if form is ListFormat.JSON:
        emit(as_json(rows), out)
    elif form is ListFormat.CSV:
        emit(as_csv(names, rows), out)
    elif form is ListFormat.MARKDOWN:
        emit(grid.markdown(), out)
    elif out:
        emit(grid.plain(), out)
    else:
        grid.show()


def exit_of(severities: Sequence[str]) -> Exit:
    """The exit code of findings of these severities: only what is at least a warning is a no."""
    if "critical" in severities:
        return Exit.CRITICAL
    return Exit.NEGATIVE if "warning" in severities else Exit.OK
