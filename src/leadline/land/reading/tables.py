"""Where the tables of a text stand: preamble, header and records, of one table or of several in turn."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from leadline.land.headers import Known, plain
from leadline.land.reading.encoding import Text
from leadline.land.reading.records import CHUNK, Chunk, Span, chunks, ends, split
from leadline.land.refusals import Refusal

DELIMITERS = (",", ";", "\t", "|")
HEAD = 1 << 18
_TRIED = 60
_SEP = re.compile(r"\s*\"?sep=(.)\"?\s*$", re.IGNORECASE)
_NEWLINE = 10


@dataclass(frozen=True, slots=True)
class SourceTable:
    """One table of a file, as text.

    `preamble` are the lines of text above its header that are its own, `inherited` those above earlier tables
    of the file. `lines_above` counts all lines from the end of the table before to the end of the header, of
    which `header_lines` are the header's. `decimal` is set where cells were typed (workbooks, Parquet), so
    that no number is in doubt. `whole` says that nothing can be missing at the end (in an archive, say).
    """

    file: str
    member: str | None
    number: int
    preamble: tuple[str, ...]
    inherited: tuple[str, ...]
    header: tuple[str, ...]
    header_line: int
    encoding: str
    delimiter: str
    lines_above: int
    header_lines: int
    blanks_above: int
    read: Callable[[Sequence[int]], Iterator[Chunk]]
    decimal: str | None = None
    whole: bool = False

    @property
    def where(self) -> str:
        """The place for messages."""
        parts = [self.file, *([self.member] if self.member else [])]
        return ", ".join(parts) + (f", line {self.header_line:,}" if self.header_line > 1 else "")

    def chunks(self, positions: Sequence[int]) -> Iterator[Chunk]:
        """The records, the cells at `positions` only; may be asked for again."""
        return self.read(positions)

    def head(self, count: int = 20) -> list[list[str]]:
        """The first records, all cells."""
        for chunk in self.read(range(len(self.header))):
            rows = chunk.table.slice(0, count)
            columns = [rows[str(i)].to_pylist() for i in range(len(self.header))]
            return [list(row) for row in zip(*columns, strict=True)]
        return []


@dataclass(frozen=True, slots=True)
class _Record:
    start: int
    stop: int
    line: int
    cells: tuple[str, ...]

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.strip())

    @property
    def is_words(self) -> bool:
        """Whether no cell begins with a number, as those of headers don't."""
        return not any(re.search(r"^\W*\d", cell) for cell in self.cells)

    @property
    def text(self) -> str:
        return " ".join(cell.strip() for cell in self.cells if cell.strip())


def tables_of(
    text: Text, known: Known, *, file: str, member: str | None = None, delimiter: str | None = None
) -> list[SourceTable]:
    """The tables of a text, in order; where no header is known it is one table whose header is a guess.

    A further table begins after a blank or `#` line, or where a header of known columns stands again.
    """
    head = text.read(0, HEAD)
    if not head.strip():
        return []
    complete = text.size <= len(head)
    separator = delimiter or _said(head) or _delimiter(head, known, complete=complete)
    records = _records(head, separator, complete=complete)
    first = _header(records, known)
    if first is None:
        return []
    found = [first, *_further(text, known, separator, first)]
    return _built(text, found, separator, _width(records, first), file, member)


def _said(head: bytes) -> str | None:
    """The delimiter that a first line such as `sep=;` names for spreadsheets."""
    found = _SEP.match(head.split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r"))
    return found[1] if found else None


def _delimiter(head: bytes, known: Known, *, complete: bool) -> str:
    """The delimiter under which a row has most known headers; else the one that most rows agree on."""

    def evidence(delimiter: str) -> tuple[int, float, int]:
        records = _records(head, delimiter, complete=complete)[:_TRIED]
        best = max((known.count(record.cells) for record in records), default=0)
        widths = Counter(len(record.cells) for record in records if record.filled)
        width, rows = max(widths.items(), key=lambda pair: (pair[0] > 1, pair[1]), default=(1, 0))
        share = rows / max(1, sum(widths.values())) if width > 1 else 0.0
        return (best if best > 1 else 0, round(share, 1), width)

    present = [delimiter for delimiter in DELIMITERS if delimiter.encode() in head]
    return max(present, key=evidence) if len(present) > 1 else (present or DELIMITERS)[0]


def _records(data: bytes, delimiter: str, *, complete: bool) -> list[_Record]:
    stops, _ = ends(data, delimiter)
    places = [int(stop) for stop in stops[:1100]]
    if complete and (not places or places[-1] != len(data)) and len(stops) <= 1100:
        places.append(len(data))
    records, start, line = [], 0, 1
    for stop in places:
        raw = data[start:stop]
        cells, _ = split(raw.decode("utf-8", "replace").removesuffix("\n").removesuffix("\r"), delimiter)
        records.append(_Record(start, stop, line, tuple(cells)))
        start, line = stop, line + raw.count(b"\n")
    return records


def _header(records: Sequence[_Record], known: Known) -> _Record | None:
    """The record with most known headers among the first; else the first full row of words."""
    tried = [record for record in records[:_TRIED] if record.filled]
    counts = [known.count(record.cells) for record in tried]
    best = max(counts, default=0)
    if best > 1:
        return tried[counts.index(best)]
    widths = Counter(len(record.cells) for record in tried if record.filled > 1)
    width = max(widths, key=lambda w: (widths[w], w), default=1)
    wide = [record for record in tried if len(record.cells) == width and record.filled == width]
    words = [record for record in wide if record.is_words]
    if any(record.text.startswith("#") for record in tried):
        return next(iter(words), None)
    return next(iter([*words, *wide, *tried]), None)


def _width(records: Sequence[_Record], header: _Record) -> int:
    """Cells in a record: the header's, unless rows lack the empty ones at its end.

    Rows with more cells than the header are not read, even where the last is empty: the header may have lost
    a delimiter anywhere, and each column after it would be taken for its neighbour.
    """
    cells = len(header.cells)
    rows = [r for r in records if r.line > header.line and r.filled > 1][:100]
    if not rows:
        return cells
    width = Counter(len(row.cells) for row in rows).most_common(1)[0][0]
    if width < cells and not any(cell.strip() for cell in header.cells[width:]):
        return width
    return cells


def _further(text: Text, known: Known, delimiter: str, first: _Record) -> list[_Record]:
    """The headers of tables below the first."""
    found: list[_Record] = []
    header = text.read(first.start, first.stop - first.start).rstrip(b"\r\n")
    commented = _is_commented(text.read(0, first.start))
    for record, under_comment in _after_gaps(text, delimiter, first, header):
        matched = known.count(record.cells)
        again = plain(record.text) == plain(first.text)
        titled = commented and under_comment and record.filled and not record.text.startswith("#")
        if (matched > 1 and matched * 2 >= record.filled) or again or titled:
            if not record.is_words:
                raise Refusal(
                    "unreadable",
                    f"the table on line {record.line:,}, below a line of comment, has no header",
                    fix="export the file again",
                )
            found.append(record)
    return found


def _is_commented(above: bytes) -> bool:
    """Whether the last filled line is a comment: then each table stands below a block of `#` lines."""
    lines = [line for line in above.split(b"\n") if line.strip()]
    return bool(lines) and lines[-1].startswith(b"#")


def _after_gaps(text: Text, delimiter: str, first: _Record, header: bytes) -> Iterator[tuple[_Record, bool]]:
    """Lines after a gap (a blank or `#` line, perhaps a title), and those that equal the header.

    Beside each is whether the filled line above it is a comment.
    """
    position, line = first.stop, first.line + text.read(first.start, first.stop - first.start).count(b"\n")
    short = len(first.cells) + 1
    gap = 0
    above = b""
    while position < text.size:
        data = text.read(position, HEAD if text.size <= HEAD else CHUNK)
        bytes_ = np.frombuffer(data, np.uint8)
        newlines = np.flatnonzero(bytes_ == _NEWLINE)
        final = position + len(data) >= text.size
        if final and (not len(newlines) or newlines[-1] != len(data) - 1):
            newlines = np.append(newlines, len(data))
        elif not len(newlines):
            return
        starts = np.append(0, newlines[:-1] + 1)
        lengths = newlines - starts
        mark = (lengths <= short) | (bytes_[np.minimum(starts, len(data) - 1)] == ord("#"))
        near = mark.copy()
        near[1:] |= mark[:-1]
        near[2:] |= mark[:-2]
        near[: max(0, gap)] = True
        same = (lengths >= len(header)) & (lengths <= len(header) + 1)
        for i in np.flatnonzero(near | same):
            raw = data[starts[i] : newlines[i]]
            under = _filled_above(data, starts, newlines, int(i)) or above
            if same[i] and not near[i] and raw.rstrip(b"\r") != header:
                continue
            cells, _ = split(raw.decode("utf-8", "replace").rstrip("\r"), delimiter)
            begin, stop = position + int(starts[i]), min(position + int(newlines[i]) + 1, text.size)
            yield _Record(begin, stop, line + int(i), tuple(cells)), under.startswith(b"#")
        above = _filled_above(data, starts, newlines, len(starts)) or above
        gap = 2 if len(mark) and mark[-1] else 1 if len(mark) > 1 and mark[-2] else 0
        position += int(newlines[-1]) + 1
        line += len(newlines)


def _filled_above(data: bytes, starts: np.ndarray, newlines: np.ndarray, i: int) -> bytes:
    """The nearest line above line `i` that is not blank, looking at three at most."""
    for j in range(i - 1, max(-1, i - 4), -1):
        raw = data[starts[j] : newlines[j]].strip()
        if raw:
            return raw
    return b""


def _built(
    text: Text, headers: Sequence[_Record], delimiter: str, width: int, file: str, member: str | None
) -> list[SourceTable]:
    tables: list[SourceTable] = []
    begin, line = 0, 1
    inherited: tuple[str, ...] = ()
    for number, header in enumerate(headers, 1):
        last = number == len(headers)
        above = _above(text, begin, header, delimiter)
        stop, next_line = (text.size, 0) if last else _gap(text, header, headers[number], delimiter)
        tall = text.read(header.start, header.stop - header.start).count(b"\n") or 1
        cells = [cell.strip() for cell in header.cells]
        columns = width if number == 1 else len(cells)
        span = Span(header.stop, stop, header.line + tall)
        tables.append(
            SourceTable(
                file=file,
                member=member,
                number=number,
                preamble=tuple(said for said in above if said),
                inherited=inherited,
                header=tuple([*cells, *[""] * (columns - len(cells))][:columns]),
                header_line=header.line,
                encoding=text.encoding,
                delimiter=delimiter,
                lines_above=header.line - line + tall,
                header_lines=tall,
                blanks_above=sum(1 for said in above if not said),
                read=_reader(text, span, delimiter, columns),
            )
        )
        inherited = (*inherited, *tables[-1].preamble)
        begin, line = stop, next_line
    return tables


def _reader(text: Text, span: Span, delimiter: str, width: int) -> Callable[[Sequence[int]], Iterator[Chunk]]:
    def read(positions: Sequence[int]) -> Iterator[Chunk]:
        return chunks(text, span, delimiter, width, positions)

    return read


def _above(text: Text, begin: int, header: _Record, delimiter: str) -> list[str]:
    """The lines above a header, without quotes and empty cells; blank ones are empty."""
    lines = text.read(begin, header.start - begin).decode("utf-8", "replace").split("\n")[:-1]
    return [
        " ".join(cell.strip() for cell in split(line.rstrip("\r"), delimiter)[0] if cell.strip())
        for line in lines
    ]


def _gap(text: Text, header: _Record, following: _Record, delimiter: str) -> tuple[int, int]:
    """Where the records of a table end: before the blank, `#` and title lines above the next header."""
    size = min(HEAD, following.start - header.stop)
    lines = text.read(following.start - size, size).split(b"\n")[:-1]
    if size < following.start - header.stop and lines:
        lines = lines[1:]
    stop, line, titles = following.start, following.line, True
    for raw in reversed(lines):
        cells, _ = split(raw.decode("utf-8", "replace").rstrip("\r"), delimiter)
        filled = sum(1 for cell in cells if cell.strip())
        gap = not filled or raw.startswith(b"#")
        if not gap and not (titles and filled == 1):
            break
        titles = titles and not gap
        stop, line = stop - len(raw) - 1, line - 1
    return stop, line
