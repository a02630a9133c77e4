"""Text to records: which bytes are one record, on which line it begins, and its cells.

Quoting is that of RFC 4180: a quote opens only at the beginning of a cell, two quotes within are one, and a
quoted cell may hold line ends. Numbers of lines count line ends, as every editor does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv

from leadline.land.reading.encoding import MARK, Text
from leadline.land.refusals import Refusal

CHUNK = 8 << 20
LONGEST = 256 << 20
_NEWLINE, _RETURN, _QUOTE = 10, 13, 34
OPEN_QUOTE = "a quote is opened and never closed"
STRAY_QUOTE = "text follows a closing quote"
_FITS = "fits"
NOT_TEXT = "bytes that are no text in the file's encoding"


@dataclass(frozen=True, slots=True)
class Loose:
    """A record that can't be a row: its first line, how many lines it covers, its text, and why."""

    line: int
    lines: int
    text: str
    reason: str
    cells: tuple[str, ...] = ()


@dataclass(slots=True)
class Chunk:
    """Records of one table in a piece of the file.

    `table` holds the wanted cells as text, columns named "0", "1", … by position; `line` and `lines` give
    each row's first line and how many lines it covers. `blanks` are lines without any cell filled. `total`
    is the number of lines in the piece: rows' and loose records' lines and blanks. `last_unended` says that
    the file ends within the last record, without a line end; `tail` are its last characters.
    """

    table: pa.Table
    line: np.ndarray
    lines: np.ndarray
    loose: list[Loose] = field(default_factory=list)
    blanks: int = 0
    total: int = 0
    last_unended: bool = False
    tail: str = ""


def split(record: str, delimiter: str) -> tuple[list[str], str | None]:
    """The cells of one record, and what is wrong with its quotes."""
    if '"' not in record:
        return record.split(delimiter), None
    cells: list[str] = []
    position, wrong = 0, None
    while True:
        if record.startswith('"', position):
            cell, position, fault = _quoted(record, position, delimiter)
            wrong = wrong or fault
        else:
            end = record.find(delimiter, position)
            end = len(record) if end < 0 else end
            cell, position = record[position:end], end
        cells.append(cell)
        if position >= len(record):
            return cells, wrong
        position += len(delimiter)


def _quoted(record: str, position: int, delimiter: str) -> tuple[str, int, str | None]:
    parts: list[str] = []
    start = position + 1
    while True:
        end = record.find('"', start)
        if end < 0:
            return "".join([*parts, record[start:]]), len(record), OPEN_QUOTE
        if record.startswith('"', end + 1):
            parts.append(record[start : end + 1])
            start = end + 2
            continue
        parts.append(record[start:end])
        after = record.find(delimiter, end + 1)
        after = len(record) if after < 0 else after
        rest = record[end + 1 : after]
        fault = STRAY_QUOTE if rest.strip() else None
        return "".join([*parts, rest.rstrip()]), after, fault


def ends(data: bytes, delimiter: str) -> tuple[np.ndarray, bool]:
    """The position after each record that ends in `data`, which begins with a record.

    Returns:
        The positions, and whether quotes stand only where RFC 4180 has them.
    """
    text = np.frombuffer(data, np.uint8)
    newlines = np.flatnonzero(text == _NEWLINE)
    if b'"' not in data:
        return newlines + 1, True
    quotes = np.flatnonzero(text == _QUOTE)
    if not _regular(text, quotes, ord(delimiter)):
        return _ends_slowly(data, delimiter), False
    outside = np.searchsorted(quotes, newlines) % 2 == 0
    return newlines[outside] + 1, True


def _regular(text: np.ndarray, quotes: np.ndarray, delimiter: int) -> bool:
    """Whether each opening quote begins a cell and each closing one ends it, or is half of a pair."""
    opening, closing = quotes[::2], quotes[1::2]
    before = text[np.maximum(opening - 1, 0)]
    begins = (opening == 0) | (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    last = len(text) - 1
    after = text[np.minimum(closing + 1, last)]
    stops = (
        (closing == last)
        | (after == delimiter)
        | (after == _NEWLINE)
        | (after == _RETURN)
        | (after == _QUOTE)
    )
    return bool(begins.all() and stops.all())


def _ends_slowly(data: bytes, delimiter: str) -> np.ndarray:
    """Record ends where quotes stand in odd places: cell by cell."""
    edge = re.compile(b"[\n" + re.escape(delimiter.encode()) + b"]")
    found: list[int] = []
    position, size = 0, len(data)
    while position < size:
        if data[position] == _QUOTE:
            position = _closing(data, position)
            if position < 0:
                break
        match = edge.search(data, position)
        if match is None:
            break
        position = match.end()
        if data[position - 1] == _NEWLINE:
            found.append(position)
    return np.array(found, dtype=np.int64)


def _closing(data: bytes, position: int) -> int:
    """The position after the quote that closes the cell opened at `position`; -1 if none does."""
    while True:
        position = data.find(b'"', position + 1)
        if position < 0:
            return -1
        if data[position + 1 : position + 2] != b'"':
            return position + 1
        position += 1


@dataclass(frozen=True, slots=True)
class Span:
    """The records of one table: where they begin and end in the text, and the line of the first."""

    start: int
    end: int
    line: int


def chunks(
    text: Text, span: Span, delimiter: str, width: int, positions: Sequence[int], size: int = CHUNK
) -> Iterator[Chunk]:
    """The records of a table, piece by piece.

    Args:
        width: cells of a record; records of another width are loose.
        positions: the cells that are wanted.
        size: bytes of text at a time.

    Raises:
        Refusal: one record is longer than 256 MB.
    """
    position, line, step = span.start, span.line, size
    while position < span.end:
        data = text.read(position, min(step, span.end - position))
        final = position + len(data) >= span.end
        stops, regular = ends(data, delimiter)
        used = len(data) if final else int(stops[-1]) if len(stops) else 0
        if not used:
            if step >= LONGEST:
                raise Refusal(
                    "unreadable",
                    f"{OPEN_QUOTE} on line {line:,}",
                    fix="close the quote, or export the file again",
                )
            step *= 4
            continue
        piece = _Piece(data[:used], line, delimiter, width, tuple(positions), text.damaged)
        unclosed = final and data.count(b'"') % 2 == 1
        chunk = piece.chunk(stops, regular=regular and not unclosed)
        chunk.last_unended = final and not data.endswith(b"\n")
        if chunk.last_unended:
            chunk.tail = data[-100:].decode("utf-8", "replace")
        yield chunk
        position, line, step = position + used, line + chunk.total, size


@dataclass(frozen=True, slots=True)
class _Piece:
    data: bytes
    line: int
    delimiter: str
    width: int
    positions: tuple[int, ...]
    damaged: bool

    def chunk(self, stops: np.ndarray, *, regular: bool) -> Chunk:
        if not len(stops) or stops[-1] != len(self.data):
            stops = np.append(stops, len(self.data))
        records = self._records(stops)
        blank = self._blank(records)
        parsed = self._parsed(len(stops)) if regular and not self._marked() else None
        if parsed is None:
            table, kept, loose = self._slowly(records, blank)
        else:
            table, kept, unfit = parsed
            loose = [self._loose(records, i) for i in unfit if not blank[i]]
            if blank.any():
                table, kept = table.filter(pa.array(~blank[kept])), kept[~blank[kept]]
        spaces = sum(one.lines for one in loose if not one.reason)
        return Chunk(
            table,
            records.line[kept],
            records.lines[kept],
            [one for one in loose if one.reason],
            int(records.lines[blank].sum()) + spaces,
            int(records.lines.sum()),
        )

    def _marked(self) -> bool:
        return self.damaged and MARK.encode() in self.data

    def _records(self, stops: np.ndarray) -> _Records:
        starts = np.append(0, stops[:-1])
        if b'"' in self.data:
            newlines = np.flatnonzero(np.frombuffer(self.data, np.uint8) == _NEWLINE)
            lines = np.diff(np.searchsorted(newlines, np.append(0, stops)))
            if not self.data.endswith(b"\n"):
                lines[-1] += 1
        else:
            lines = np.ones(len(stops), np.int64)
        line = self.line + np.cumsum(lines) - lines
        return _Records(starts, stops, line, lines)

    def _blank(self, records: _Records) -> np.ndarray:
        """Records of nothing but separators."""
        text = np.frombuffer(self.data, np.uint8)
        stops = records.stops - (text[records.stops - 1] == _NEWLINE)
        stops = stops - ((stops > records.starts) & (text[np.maximum(stops - 1, 0)] == _RETURN))
        lengths = stops - records.starts
        blank: np.ndarray = lengths == 0
        if self.width > 1:
            for i in np.flatnonzero(lengths == self.width - 1):
                cells = self.data[records.starts[i] : stops[i]]
                blank[i] = cells == self.delimiter.encode() * (self.width - 1)
        return blank

    def _parsed(self, count: int) -> tuple[pa.Table, np.ndarray, list[int]] | None:
        """The cells by the fast parser; nothing where it cuts the records otherwise than the rules above."""
        unfit: list[int] = []

        def noted(row: Any) -> str:
            unfit.append(row.number - 1)
            return "skip"

        names = [str(i) for i in range(self.width)]
        wanted = [str(i) for i in self.positions]
        try:
            table = csv.read_csv(
                pa.BufferReader(self.data),
                csv.ReadOptions(use_threads=False, block_size=len(self.data) + 1, column_names=names),
                csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=b'"' in self.data,
                    ignore_empty_lines=False,
                    invalid_row_handler=noted,
                ),
                csv.ConvertOptions(
                    check_utf8=False, column_types=dict.fromkeys(wanted, pa.string()), include_columns=wanted
                ),
                # Blocks that live for one chunk: the system's allocator hands out the same pages again.
                memory_pool=pa.system_memory_pool(),
            )
        except pa.ArrowInvalid:
            return None
        if table.num_rows + len(unfit) != count:
            return None
        kept = np.delete(np.arange(count), unfit) if unfit else np.arange(count)
        return table.combine_chunks(), kept, unfit

    def _slowly(self, records: _Records, blank: np.ndarray) -> tuple[pa.Table, np.ndarray, list[Loose]]:
        rows: list[list[str]] = []
        kept: list[int] = []
        loose: list[Loose] = []
        for i in np.flatnonzero(~blank):
            one = self._loose(records, int(i))
            if one.reason == _FITS:
                rows.append([one.cells[position] for position in self.positions])
                kept.append(int(i))
            else:
                loose.append(one)
        columns = {
            str(position): pa.array([row[k] for row in rows], pa.string())
            for k, position in enumerate(self.positions)
        }
        return pa.table(columns), np.array(kept, dtype=np.int64), loose

    def _loose(self, records: _Records, i: int) -> Loose:
        raw = self.data[records.starts[i] : records.stops[i]].decode("utf-8")
        text = raw.removesuffix("\n").removesuffix("\r")
        cells, wrong = split(text, self.delimiter)
        if not any(cell.strip() for cell in cells):
            reason = ""
        elif wrong:
            reason = wrong
        elif MARK in text:
            reason, text = NOT_TEXT, text.replace(MARK, "\ufffd")
        elif len(cells) != self.width:
            reason = f"{len(cells)} cells where the header has {self.width}"
        else:
            reason = _FITS
        return Loose(int(records.line[i]), int(records.lines[i]), text, reason, tuple(cells))


@dataclass(frozen=True, slots=True)
class _Records:
    starts: np.ndarray
    stops: np.ndarray
    line: np.ndarray
    lines: np.ndarray
