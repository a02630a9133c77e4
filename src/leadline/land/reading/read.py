"""Any file to its tables: text, and what holds other files or cells that are typed already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from leadline.land.format import Format
from leadline.land.headers import known
from leadline.land.reading.encoding import text_of
from leadline.land.reading.tables import SourceTable, tables_of
from leadline.land.refusals import Refusal


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a file instead of leaving it to the evidence."""

    encoding: str | None = None
    delimiter: str | None = None


def read_file(path: Path, options: ReadOptions, formats: Sequence[Format]) -> list[SourceTable]:
    """All tables of a file, in order.

    Args:
        path: a file of text, a zip archive, a workbook, Parquet or JSON lines, known by its content.
        formats: whose headers tell a header row from any other.

    Raises:
        Refusal: the file can't be read, or holds no table.
    """
    text = text_of(path, encoding=options.encoding)
    found = tables_of(text, known(formats), file=str(path), delimiter=options.delimiter)
    if not found:
        raise Refusal("no-rows", "the file is empty", where=str(path), fix="export it again")
    return found
