"""The totals that a file states, against the sums of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from leadline.land.engine import Typed
from leadline.land.evidence import Plans
from leadline.land.rows import Total
from leadline.land.values.numbers import to_numbers


@dataclass(frozen=True, slots=True)
class FooterSum:
    """A total that a line states, and what the accepted rows sum to."""

    line: int
    column: str
    stated: float
    summed: float

    @property
    def equal(self) -> bool:
        """Whether both are the same, rounding of doubles aside."""
        return abs(self.stated - self.summed) <= max(1e-6, abs(self.summed) * 1e-9)


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
    sums = typed.rows(f"select {', '.join(f'fsum({chr(34)}{name}{chr(34)})' for name in names)} from typed")[
        0
    ]
    by_name = {name: float(value or 0) for name, value in zip(names, sums, strict=True)}
    return tuple(FooterSum(line, name, stated, by_name[name]) for line, name, stated in claims)
