"""Rows as text: for people (a table, Markdown) and for machines (CSV, JSON, Parquet)."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.cli.options import Format
from leadline.errors import RequestError

if TYPE_CHECKING:
    from leadline.cli.answer import Answer, Column

LEFT, RIGHT = "left", "right"


class Grid:
    """Text in rows and columns, ready to be shown; `aligns` is LEFT or RIGHT, one a column."""

    def __init__(self, headings: Sequence[str], aligns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.headings = list(headings)
        self.aligns = list(aligns)
        self.rows = [list(row) for row in rows]

    def plain(self) -> str:
        """Aligned columns without lines or colours: what a pipe or a file gets."""
        lines = [self.headings, *self.rows]
        widths = [max(len(line[place]) for line in lines) for place in range(len(self.headings))]
        return "".join(self._plain_line(line, widths) + "\n" for line in lines)

    def _plain_line(self, line: Sequence[str], widths: Sequence[int]) -> str:
        cells = (
            cell.rjust(width) if align == RIGHT else cell.ljust(width)
            for cell, width, align in zip(line, widths, self.aligns, strict=True)
        )
        return "  ".join(cells).rstrip()

    def markdown(self) -> str:
        """A table as GitHub's Markdown draws it."""
        rule = ["---:" if align == RIGHT else "---" for align in self.aligns]
        lines = [_escaped(self.headings), rule, *(_escaped(row) for row in self.rows)]
        return "".join(f"| {' | '.join(line)} |\n" for line in lines)

    def show(self, title: str | None = None) -> None:
        """A drawn table on a terminal, plain text anywhere else."""
        if not sys.stdout.isatty():
            sys.stdout.write(self.plain())
            return
        from rich.console import Console

        Console().print(self.rich(title))

    def rich(self, title: str | None = None) -> Any:
        """The table as rich draws it."""
        from rich.box import SIMPLE_HEAD
        from rich.table import Table
        from rich.text import Text

        table = Table(title=title, box=SIMPLE_HEAD, title_justify="left", header_style="bold")
        for heading, align in zip(self.headings, self.aligns, strict=True):
            table.add_column(Text(heading), justify="right" if align == RIGHT else "left")
        for row in self.rows:
            table.add_row(*(Text(cell) for cell in row))
        return table


def _escaped(cells: Sequence[str]) -> list[str]:
    return [cell.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ") for cell in cells]


def grid(answer: Answer, lang: str, currency: str) -> Grid:
    """An answer for people: labels, units, periods, and a name for the group without a name."""
    columns = [answer.rows.column(column.name).to_pylist() for column in answer.columns]
    shown = [
        [_cell(value, column, lang, currency) for value in values]
        for values, column in zip(columns, answer.columns, strict=True)
    ]
    aligns = [RIGHT if column.is_metric else LEFT for column in answer.columns]
    return Grid([column.heading for column in answer.columns], aligns, list(zip(*shown, strict=True)))


def _cell(value: Any, column: Column, lang: str, currency: str) -> str:
    from leadline.units import format_dimension, format_number, format_time

    if not column.is_metric:
        return format_dimension(value, column.grain, lang=lang)
    if isinstance(value, dt.date):
        return format_time(value, "day")
    if isinstance(value, str):
        return value
    return format_number(value, column.unit, lang=lang, currency=currency)


def plain_value(value: Any) -> Any:
    """A value as JSON has it: dates as ISO text, decimals as numbers, what is not a number as null."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.datetime):
        midnight = value.time() == dt.time.min
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def as_json(rows: Sequence[dict[str, Any]]) -> str:
    """A list of objects, one a line."""
    lines = (json.dumps({k: plain_value(v) for k, v in row.items()}, ensure_ascii=False) for row in rows)
    return "[\n" + ",\n".join(f"  {line}" for line in lines) + "\n]\n" if rows else "[]\n"


def as_csv(names: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    """RFC 4180 with a heading line; nothing between the commas is NULL."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([plain_value(row[name]) for name in names] for row in rows)
    return text.getvalue()


def write(answer: Answer, form: Format, out: Path | None, lang: str, currency: str) -> None:
    """Write an answer in one of the formats, to a file or the terminal; its notes go below, or to stderr."""
    if form is Format.PARQUET:
        _write_parquet(answer, out)
    elif form in (Format.CSV, Format.JSON):
        rows = answer.rows.to_pylist()
        emit(as_csv(answer.rows.column_names, rows) if form is Format.CSV else as_json(rows), out)
    else:
        _write_for_people(answer, form, out, lang, currency)
        return
    for note in answer.notes:
        print(note, file=sys.stderr)
    if form is not Format.PARQUET:
        say_versions(answer, lang)


def say_versions(answer: Answer, lang: str) -> None:
    """Say on stderr by which versions an answer was made: what reads its rows gets rows only."""
    told = answer.told_versions(lang)
    if told:
        print(told, file=sys.stderr)


def _write_for_people(answer: Answer, form: Format, out: Path | None, lang: str, currency: str) -> None:
    shown = grid(answer, lang, currency)
    notes = "".join(f"\n{note}" for note in answer.notes)
    if form is Format.MARKDOWN:
        below = [text for text in (*answer.notes, answer.told_versions(lang)) if text]
        listed = "".join(f"\n- {note}" for note in below)
        emit(shown.markdown() + (listed + "\n" if listed else ""), out)
    elif out:
        told = answer.told_versions(lang)
        emit(shown.plain() + (notes + "\n" if notes else "") + (f"\n{told}\n" if told else ""), out)
    else:
        shown.show()
        if notes:
            print(notes)
        say_versions(answer, lang)


def _write_parquet(answer: Answer, out: Path | None) -> None:
    import pyarrow.parquet as pq

    if out is None and sys.stdout.isatty():
        raise RequestError("Parquet is not for a terminal", fix="name a file with --out, or pipe it")
    if out is None:
        pq.write_table(answer.rows, sys.stdout.buffer)
        return
    with _opening(out):
        pq.write_table(answer.rows, out)
    say_written(out)


def emit(text: str, out: Path | None) -> None:
    """Text to a file or to the terminal. Raises RequestError if the file cannot be written."""
    if out is None:
        sys.stdout.write(text)
        return
    with _opening(out):
        out.write_text(text, encoding="utf-8")
    say_written(out)


@contextmanager
def _opening(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RequestError(
            f"the file cannot be written: {error.strerror}", where=str(out), fix="choose another with --out"
        ) from error


def say_written(out: Path) -> None:
    """Say on stderr that a file was written."""
    print(f"written: {out}", file=sys.stderr)
