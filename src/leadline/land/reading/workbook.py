"""Workbooks (xlsx, xlsb, xls, ods): each sheet as text, its typed cells written so that they read one way."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from leadline.land.refusals import Refusal

DELIMITER = ","
# Above, a spreadsheet has rounded a whole number.
_EXACT = 1e15


def sheets(content: Path | bytes, where: str) -> Iterator[tuple[str, bytes]]:
    """The name of each sheet and its cells as CSV, a sheet's row on the line of its number.

    Dates are ISO, numbers have a decimal point, and line ends within cells are spaces.

    Raises:
        Refusal: it is no workbook, or is protected by a password.
    """
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        book = (
            CalamineWorkbook.from_filelike(io.BytesIO(content))
            if isinstance(content, bytes)
            else CalamineWorkbook.from_path(str(content))
        )
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            yield name, _written(rows)
    except PasswordError as error:
        raise Refusal(
            "unreadable", "the workbook is protected by a password", where=where, fix="save it without"
        ) from error
    except (CalamineError, ValueError, OSError) as error:
        raise Refusal("unreadable", f"the workbook can't be read: {error}", where=where) from error


def _written(rows: Sequence[Sequence[object]]) -> bytes:
    target = io.StringIO()
    writer = csv.writer(target, delimiter=DELIMITER, lineterminator="\n")
    for row in rows:
        writer.writerow([_text(cell) for cell in row])
    return target.getvalue().encode("utf-8", "replace")


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(" ")
    if isinstance(cell, (dt.date, dt.time)):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return str(cell)
    return " ".join(str(cell).splitlines()) if isinstance(cell, str) else str(cell)


def _number(value: float) -> str:
    """A number that is no evidence of how the sheet's texts write theirs: `1.234e0` reads one way only."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    text = repr(value)
    return text if "e" in text or "n" in text else f"{text}e0"
