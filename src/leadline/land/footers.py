"""The totals that a file states, against the sums of its rows."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from leadline.land.engine import Typed, Written
from leadline.land.evidence import Plans
from leadline.land.format import Target
from leadline.land.rows import Total
from leadline.land.values.numbers import to_numbers

_LAST_DIGIT = 0.01


@dataclass(frozen=True, slots=True)
class RawSum:
    """The raw column that carries a column of the file; its sum is `factor` times the file's."""

    source: str
    table: str
    column: str
    factor: float


@dataclass(frozen=True, slots=True)
class FooterSum:
    """A total that a line states, and what the accepted rows sum to; `raw` is where these went."""

    line: int
    column: str
    stated: float
    summed: float
    rows: int = 0
    whole_numbers: bool = False
    raw: tuple[RawSum, ...] = ()

    @property
    def tolerance(self) -> float:
        """How far both may be apart by rounding alone.

        Counts are exact. A platform adds up what it has not rounded yet: the errors of n rounded rows add up
        to a few times the square root of n halves of the last digit.
        """
        exact = max(1e-6, abs(self.summed) * 1e-9)
        if self.whole_numbers:
            return exact
        return max(exact, _LAST_DIGIT * math.sqrt(self.rows))

    @property
    def equal(self) -> bool:
        """Whether both are the same, rounding aside."""
        return abs(self.stated - self.summed) <= self.tolerance


def compared(typed: Typed, totals: Sequence[Total], plans: Plans) -> tuple[FooterSum, ...]:
    """Each total that a line states beside the sum of the rows; a cell that states none is left out."""
    claims: list[tuple[int, str, float]] = []
    for total in totals:
        for name in total.sums:
            if name in plans.numbers and name in total.texts:
                stated = (
                    to_numbers(pa.array([total.texts[name]], pa.string()), plans.numbers[name])
                    .values[0]
                    .as_py()
                )
                if stated is not None:
                    claims.append((total.line, name, float(stated)))
    names = list(dict.fromkeys(name for _, name, _ in claims))
    if not names:
        return ()
    sums = ", ".join(f'fsum("{name}")' for name in names)
    count, *found = typed.rows(f"select count(*), {sums} from typed")[0]
    by_name = {name: float(value or 0) for name, value in zip(names, found, strict=True)}
    return tuple(
        FooterSum(line, name, stated, by_name[name], count, typed.found.get(name) == "integer")
        for line, name, stated in claims
    )


def with_raw(
    typed: Typed, targets: Sequence[Target], written: Sequence[Written], footers: Sequence[FooterSum]
) -> tuple[FooterSum, ...]:
    """The same, with the raw columns that carry each column as it is, or in another unit."""
    return tuple(
        replace(one, raw=tuple(_carriers(typed, targets, written, one.column, one.summed))) for one in footers
    )


def _carriers(
    typed: Typed, targets: Sequence[Target], written: Sequence[Written], column: str, summed: float
) -> Iterator[RawSum]:
    for one in written:
        for target in (t for t in targets if (t.source, t.table) == (one.source, one.table)):
            for raw, expression in target.columns.items():
                factor = typed.factor(expression, column)
                # A target may leave rows out: then its sum is not the file's.
                if factor is not None and _agree(typed.sum_of(one.path, raw) / factor, summed):
                    yield RawSum(one.source, one.table, raw, factor)


def _agree(one: float, other: float) -> bool:
    return abs(one - other) <= max(1e-3, abs(other) * 1e-9)
