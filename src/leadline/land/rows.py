"""Records of text to typed rows: what is a row, what is a total, and what goes to quarantine and why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.land.evidence import Plans
from leadline.land.facts import Context
from leadline.land.format import PERSONAL, Column, Footer, Kind
from leadline.land.headers import plain
from leadline.land.reading.records import Chunk, Loose
from leadline.land.reading.tables import SourceTable
from leadline.land.recognise import Recognised
from leadline.land.values.columns import Typed, buffers, by_value, flat
from leadline.land.values.dates import to_dates, to_timestamps
from leadline.land.values.numbers import NUMERIC, NumberPlan, to_numbers
from leadline.land.values.tail import may_be_cut
from leadline.land.values.texts import to_booleans, to_currencies, to_hashes, to_ids, to_texts

# What a column of each kind becomes; kinds that are not here are text.
TYPES: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "money": pa.float64(),
    "percent": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "boolean": pa.bool_(),
}
HIDDEN = "(personal data)"
_MANY = 5_000


@dataclass(frozen=True, slots=True)
class Bad:
    """A record in quarantine: first line, how many lines it covers, column and value at fault, and why."""

    line: int
    lines: int
    column: str | None
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Total:
    """A line of totals: the texts of its cells by the format's names, and the columns whose sum it states."""

    line: int
    lines: int
    texts: dict[str, str]
    sums: tuple[str, ...]


@dataclass(slots=True)
class Batch:
    """What became of the records of one chunk; `accepted` counts lines that hold accepted rows."""

    table: pa.Table
    rows: int = 0
    accepted: int = 0
    left_out: int = 0
    continuation: int = 0
    blanks: int = 0
    total: int = 0
    bad: list[Bad] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)


class Typer:
    """Types the chunks of one table, all in the same way."""

    def __init__(
        self,
        table: SourceTable,
        recognised: Recognised,
        plans: Plans,
        context: Context,
        period: tuple[dt.date, dt.date] | None,
    ) -> None:
        self.table = table
        self.recognised = recognised
        self.format = recognised.format
        self.plans = plans
        self.context = context
        self.period = period
        self.footers = [(footer, _compiled(footer.pattern)) for footer in self.format.footers]
        self.personal = any(column.kind in PERSONAL for column in recognised.columns.values())
        self.positions = positions(recognised, len(table.header))
        self.at = {column.name: position for position, column in recognised.columns.items()}

    def batch(self, chunk: Chunk) -> Batch:
        """The rows, bad records and totals of a chunk."""
        texts = {position: flat(chunk.table[str(position)]) for position in self.positions}
        rows = chunk.table.num_rows
        found = self._totals(texts, rows)
        bad: dict[int, tuple[str | None, str, str]] = {}
        typed = {column.name: self._typed(column, texts[p]) for p, column in self.recognised.columns.items()}
        for position, column in self.recognised.columns.items():
            self._note(bad, column, position, texts[position], typed[column.name])
        self._repeats(bad, texts)
        self._cut(bad, chunk, texts, rows)
        batch = Batch(pa.table({}), blanks=chunk.blanks, total=chunk.total)
        for row, footer in found.items():
            bad.pop(row, None)
            cells = {name: texts[p][row].as_py() for name, p in self.at.items()}
            batch.totals.append(Total(int(chunk.line[row]), int(chunk.lines[row]), cells, footer.sums))
        for row, (name, value, reason) in sorted(bad.items()):
            batch.bad.append(Bad(int(chunk.line[row]), int(chunk.lines[row]), name, value, reason))
        self._loose(chunk.loose, batch)
        keep = np.ones(rows, dtype=bool)
        keep[[*bad, *found]] = False
        others = keep & self._other_windows(texts, rows)
        batch.left_out = int((chunk.lines[others] > 0).sum())
        batch.continuation = int(np.maximum(chunk.lines[others] - 1, 0).sum())
        keep &= ~others
        return self._finished(batch, chunk, {name: one.values for name, one in typed.items()}, keep)

    def _finished(self, batch: Batch, chunk: Chunk, columns: dict[str, pa.Array], keep: np.ndarray) -> Batch:
        columns["_line"] = pa.array(chunk.line, pa.int64())
        table = pa.table(columns)
        batch.table = table if keep.all() else table.filter(pa.array(keep))
        # A row that repeats a line for another of its figures covers none itself.
        batch.accepted = int((chunk.lines[keep] > 0).sum())
        batch.rows = batch.table.num_rows
        batch.continuation += int(np.maximum(chunk.lines[keep] - 1, 0).sum())
        records = [*(bad.lines for bad in batch.bad), *(total.lines for total in batch.totals)]
        batch.continuation += sum(max(lines - 1, 0) for lines in records)
        return batch

    def _typed(self, column: Column, array: pa.StringArray) -> Typed:
        kind = column.kind
        if kind in NUMERIC:
            return to_numbers(array, self.plans.numbers[column.name])
        if kind == "date":
            return to_dates(array, self.plans.dates[column.name])
        if kind == "timestamp":
            return to_timestamps(array, self.plans.dates[column.name])
        if kind == "boolean":
            return to_booleans(array)
        if kind == "currency":
            return to_currencies(array)
        if kind in PERSONAL and not self.context.keep_pii:
            return to_hashes(array, kind, self.context.salt)
        if column.name == "account" or column.name.endswith("id"):
            return to_ids(array)
        return to_texts(array)

    def _note(
        self,
        bad: dict[int, tuple[str | None, str, str]],
        column: Column,
        position: int,
        array: pa.StringArray,
        typed: Typed,
    ) -> None:
        """Adds the bad cells of a column: the first fault of a row is the one that is told."""
        header = self.table.header[position]

        def told(row: int, reason: str) -> None:
            value = HIDDEN if column.kind in PERSONAL else array[row].as_py()
            bad.setdefault(row, (header, value, reason))

        for row, reason in zip(typed.bad.tolist(), typed.reasons, strict=True):
            told(row, reason)
        if column.required and self.format.grain in ("day", "period"):
            for row in np.flatnonzero(typed.values.is_null().to_numpy(zero_copy_only=False)).tolist():
                told(row, "is empty")
        if column.kind == "date" and self.period and self.format.grain == "day":
            first, last = (pa.scalar(day, pa.date32()) for day in self.period)
            outside = pc.or_(pc.less(typed.values, first), pc.greater(typed.values, last)).fill_null(False)
            for row in np.flatnonzero(outside.to_numpy(zero_copy_only=False)).tolist():
                told(row, "lies outside the period that the file states")

    def _repeats(self, bad: dict[int, tuple[str | None, str, str]], texts: dict[int, pa.StringArray]) -> None:
        for position, column in self.recognised.repeated.items():
            if column.kind not in NUMERIC:
                continue
            plan: NumberPlan = self.plans.numbers[column.name]
            one = to_numbers(texts[self.at[column.name]], plan).values
            other = to_numbers(texts[position], plan).values
            for row in np.flatnonzero(
                pc.not_equal(one, other).fill_null(False).to_numpy(zero_copy_only=False)
            ):
                reason = "the column stands twice in the file, with another value here"
                bad.setdefault(
                    int(row), (self.table.header[position], texts[position][int(row)].as_py(), reason)
                )

    def _cut(
        self,
        bad: dict[int, tuple[str | None, str, str]],
        chunk: Chunk,
        texts: dict[int, pa.StringArray],
        rows: int,
    ) -> None:
        """The last record of a file that ends without a line end may be cut within its last cell."""
        last = len(self.table.header) - 1
        column = self.recognised.columns.get(last)
        if not chunk.last_unended or self.table.whole or not rows or column is None:
            return
        row = rows - 1
        behind = any(loose.line > chunk.line[row] for loose in chunk.loose)
        if behind or chunk.tail.rstrip().endswith('"') or not may_be_cut(texts[last], column.kind):
            return
        value = HIDDEN if column.kind in PERSONAL else texts[last][row].as_py()
        reason = (
            "the file ends within this line: its last value may be cut (end the line to say that it is whole)"
        )
        bad.setdefault(row, (self.table.header[last], value, reason))

    def _other_windows(self, texts: dict[int, pa.StringArray], rows: int) -> np.ndarray:
        """Rows of another attribution window than the one that was asked for."""
        position = self.at.get("window")
        if position is None or self.context.window is None:
            return np.zeros(rows, dtype=bool)
        which, words = by_value(texts[position])
        wanted = [i for i, word in enumerate(words) if plain(word) == plain(self.context.window)]
        return ~np.isin(which, wanted)

    def _totals(self, texts: dict[int, pa.StringArray], rows: int) -> dict[int, Footer]:
        found: dict[int, Footer] = {}
        if not self.footers or not rows:
            return found
        first = self._first_filled(texts, rows)
        for footer, pattern in self.footers:
            column = first if footer.column is None else texts.get(self.at.get(footer.column, -1))
            if column is None:
                continue
            which, words = by_value(column)
            matching = _matching(words, pattern)
            if matching:
                for row in np.flatnonzero(np.isin(which, matching)).tolist():
                    found.setdefault(row, footer)
        return found

    def _first_filled(self, texts: dict[int, pa.StringArray], rows: int) -> pa.StringArray:
        """The first cell of each row that is not empty."""
        ordered = [texts[position] for position in sorted(texts)]
        first = ordered[0]
        for following in ordered[1:]:
            starts, stops, _ = buffers(first)
            empty = starts == stops
            if not empty.any():
                break
            first = flat(pc.if_else(pa.array(empty), following, first))
        return first

    def _loose(self, loose: Sequence[Loose], batch: Batch) -> None:
        width = len(self.table.header)
        for one in loose:
            filled = [cell.strip() for cell in one.cells if cell.strip()]
            # A line of totals that is not as wide as the table may say what it is behind its figures.
            ends = (*filled[:1], *filled[-1:])
            footer = next(
                (f for f, p in self.footers if f.column is None and any(_matches(w, p) for w in ends)), None
            )
            if footer is not None and one.cells:
                cells = {n: one.cells[p] for n, p in self.at.items()} if len(one.cells) == width else {}
                batch.totals.append(Total(one.line, one.lines, cells, footer.sums if cells else ()))
            else:
                value = HIDDEN if self.personal else one.text[:1000]
                batch.bad.append(Bad(one.line, one.lines, None, value, one.reason))


def positions(recognised: Recognised, width: int) -> list[int]:
    """The cells to read: the columns found, and the first ones where totals are told by their first cell."""
    wanted = {*recognised.columns, *recognised.repeated}
    if recognised.format.footers:
        wanted |= set(range(min(4, width)))
    return sorted(wanted)


def _matching(words: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    if len(words) > _MANY:
        return _matching_many(words, pattern)
    return [i for i, word in enumerate(words) if _matches(word, pattern)]


def _matching_many(words: Sequence[str], pattern: re.Pattern[str]) -> list[int]:
    try:
        mask = pc.match_substring_regex(pa.array(words, pa.string()), pattern.pattern, ignore_case=True)
    except pa.ArrowInvalid:
        return [i for i, word in enumerate(words) if _matches(word, pattern)]
    return np.flatnonzero(mask.to_numpy(zero_copy_only=False)).tolist()


@lru_cache(maxsize=50_000)
def _matches(word: str, pattern: re.Pattern[str]) -> bool:
    return bool(pattern.search(word.strip()) or pattern.search(plain(word)))


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
