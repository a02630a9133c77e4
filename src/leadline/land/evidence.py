"""How a file writes numbers and dates, decided once for the whole of it, or refused where it stays open."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from leadline.land.facts import Context, Said
from leadline.land.format import Kind
from leadline.land.reading.records import Chunk
from leadline.land.reading.tables import SourceTable
from leadline.land.recognise import Recognised
from leadline.land.refusals import Refusal
from leadline.land.values.columns import by_value, flat
from leadline.land.values.dates import DatePlan, Order, moment, order_of, style_of
from leadline.land.values.numbers import (
    MARKS,
    NUMERIC,
    NumberPlan,
    column_plan,
    counted,
    decided,
    shape_of,
    to_numbers,
)

_DATED: frozenset[Kind] = frozenset({"date", "timestamp"})
# Where a file of many pieces has this many proofs in its first, the rest can't change the decision.
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Plans:
    """How each column is read, and the decisions that hold for the whole table."""

    numbers: Mapping[str, NumberPlan]
    dates: Mapping[str, DatePlan]
    mark: str | None
    order: Order | None


@dataclass(slots=True)
class _Evidence:
    """Shapes of numbers and distinct texts of dates, by column."""

    shapes: dict[str, Counter[str]] = field(default_factory=dict)
    dates: dict[str, dict[str, None]] = field(default_factory=dict)
    first: dict[str, pa.StringArray] = field(default_factory=dict)

    def add(self, chunk: Chunk, recognised: Recognised) -> None:
        for position, column in recognised.columns.items():
            if column.kind in NUMERIC:
                array = flat(chunk.table[str(position)])
                self.first.setdefault(column.name, array)
                self.shapes.setdefault(column.name, Counter()).update(counted(array))
            elif column.kind in _DATED:
                _, texts = by_value(flat(chunk.table[str(position)]))
                self.dates.setdefault(column.name, {}).update(dict.fromkeys(texts))


def plans(
    table: SourceTable, recognised: Recognised, said: Said, context: Context, first: Chunk, *, whole: bool
) -> Plans:
    """How the columns of a table are read.

    Args:
        first: its first records; the others are looked at only where these leave something open.
        whole: whether these are all.

    Raises:
        Refusal: the decimal sign or the order of day and month stays open, or the file mixes them.
    """
    evidence = _Evidence()
    evidence.add(first, recognised)
    kinds = {column.name: column.kind for column in recognised.columns.values()}
    if not whole and _open(evidence, kinds):
        evidence = _Evidence()
        wanted = [p for p, c in recognised.columns.items() if c.kind in NUMERIC | _DATED]
        for chunk in table.chunks(wanted):
            evidence.add(chunk, recognised)
    order = context.dates or _order(table, evidence, said, recognised.format.dates)
    mark = context.decimal or table.decimal or _mark(table, recognised, evidence, kinds)
    period = said.period(order)
    start = period[0] if period else None
    headers = {c.name: table.header[p] for p, c in recognised.columns.items()}
    return Plans(
        numbers={
            name: column_plan(kinds[name], mark, found, evidence.first[name], typed=bool(table.decimal))
            for name, found in evidence.shapes.items()
        },
        dates={
            name: DatePlan(order or "dmy", style_of(texts, headers[name], start), start, said.time_zone)
            for name, texts in evidence.dates.items()
        },
        mark=mark,
        order=order,
    )


def _open(evidence: _Evidence, kinds: Mapping[str, Kind]) -> bool:
    """Whether the first piece leaves the decimal sign or the order of dates in doubt."""
    proofs, _ = decided((kinds[name], found) for name, found in evidence.shapes.items())
    if evidence.shapes and max(proofs.values(), default=0) < _ENOUGH:
        return True
    texts = [text for found in evidence.dates.values() for text in found]
    return order_of(texts) is None


def _order(table: SourceTable, evidence: _Evidence, said: Said, usual: Order | None) -> Order | None:
    texts = list(dict.fromkeys(text for found in evidence.dates.values() for text in found))
    if not texts:
        return None
    order = order_of(texts, said.period(None))
    if order is None and usual and not any(moment(text).decided not in (None, usual) for text in texts):
        return usual
    if order is None:
        raise Refusal(
            "ambiguous-dates",
            "day and month can be exchanged in every date, and nothing in the file says which comes first",
            where=table.where,
            found=texts[:5],
            fix="say it with --dates dmy or --dates mdy",
        )
    return order


def _mark(
    table: SourceTable, recognised: Recognised, evidence: _Evidence, kinds: Mapping[str, Kind]
) -> str | None:
    proofs, doubtful = decided((kinds[name], found) for name, found in evidence.shapes.items())
    ranked = proofs.most_common()
    # One slip among many goes to quarantine; more than that, or as many of both, is no slip.
    if len(ranked) > 1 and ranked[1][1] > max(int(ranked[0][1] > 1), ranked[0][1] // 50):
        raise Refusal(
            "ambiguous-decimal",
            f"{proofs['.']:,} numbers have a decimal point, and {proofs[',']:,} a decimal comma",
            where=table.where,
            found=_examples(evidence),
            fix="export again with one number format",
        )
    if ranked:
        return ranked[0][0]
    if not doubtful:
        return None
    mark = _settled(evidence.first, kinds)
    if mark is None:
        raise Refusal(
            "ambiguous-decimal",
            f"{doubtful:,} numbers read two ways (1,234 is 1234 or 1.234), and nothing says which",
            where=table.where,
            found=_examples(evidence),
            fix="say it with --decimal . or --decimal ,",
        )
    return mark


def _examples(evidence: _Evidence, most: int = 6) -> list[str]:
    found: list[str] = []
    for array in evidence.first.values():
        for text in array.slice(0, 200).to_pylist():
            shape = shape_of(text)
            if (shape.doubtful or shape.decided) and text not in found:
                found.append(text)
            if len(found) == most:
                return found
    return found


def _settled(columns: Mapping[str, pa.StringArray], kinds: Mapping[str, Kind]) -> str | None:
    """The decimal sign under which one column is the quotient of two others (cost by clicks) in all rows."""
    fits = [mark for mark in MARKS if _has_quotient(columns, kinds, mark)]
    return fits[0] if len(fits) == 1 else None


def _has_quotient(columns: Mapping[str, pa.StringArray], kinds: Mapping[str, Kind], mark: str) -> bool:
    values = {}
    for name, array in columns.items():
        typed = to_numbers(_head(array), NumberPlan(kinds[name], mark))
        values[name] = typed.values.to_numpy(zero_copy_only=False).astype(float)
    return any(_divides(values[a], values[b], values[c]) for a, b, c in itertools.permutations(values, 3))


def _head(array: pa.StringArray, count: int = 1000) -> pa.StringArray:
    return flat(array.slice(0, count)) if len(array) > count else array


def _divides(above: np.ndarray, below: np.ndarray, quotient: np.ndarray) -> bool:
    usable = (below != 0) & (quotient > 0) & np.isfinite(above) & np.isfinite(below) & np.isfinite(quotient)
    if usable.sum() < 3:
        return False
    off = np.abs(above[usable] / below[usable] - quotient[usable])
    distinct = len(set(quotient[usable].tolist())) > 1 and len(set(below[usable].tolist())) > 1
    return distinct and bool((off <= np.maximum(0.0051, quotient[usable] * 1e-3)).all())
