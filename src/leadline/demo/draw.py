"""Random numbers that are the same everywhere.

Only uniform draws and whole-number arithmetic are used: logarithms, powers and sums of floats may differ in
their last bit between processors, and a last bit is enough to change a committed file.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


class Draw:
    """One stream of draws, set by the seed, the block of people and a name; no stream depends on another."""

    def __init__(self, seed: int, block: int, name: str) -> None:
        key = np.random.SeedSequence([seed, block, zlib.crc32(name.encode())])
        self._generator = np.random.Generator(np.random.PCG64(key))

    def unit(self, size: int) -> Floats:
        """Numbers in [0, 1)."""
        return self._generator.random(size)

    def below(self, high: int, size: int) -> Ints:
        """Whole numbers in [0, high)."""
        return self._generator.integers(0, high, size, dtype=np.int64)

    def chance(self, per_mille: int | Ints, size: int) -> Bools:
        """True with the given chance in a thousand."""
        return np.asarray(self._generator.integers(0, 1000, size, dtype=np.int64) < per_mille)

    def pick(self, weights: Sequence[int] | Ints, size: int) -> Ints:
        """Positions in `weights`, each as likely as its whole-number weight."""
        ends = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(ends, self.below(int(ends[-1]), size), side="right").astype(np.int64)

    def pick_row(self, ends: Ints, rows: Ints) -> Ints:
        """Positions in a table of cumulative weights, drawn in the row that `rows` gives for each draw."""
        totals = ends[rows, -1]
        drawn = (self.unit(len(rows)) * totals).astype(np.int64)
        return np.asarray((ends[rows] <= drawn[:, None]).sum(axis=1), dtype=np.int64)

    def near(self, value: int, spread: int = 30) -> int:
        """One whole number within `spread` per cent of the value; a fraction rounds up by its own chance."""
        percent = 100 + int(self.below(2 * spread + 1, 1)[0]) - spread
        return (value * percent + int(self.below(100, 1)[0])) // 100

    def one(self, high: int) -> int:
        """One whole number in [0, high)."""
        return int(self.below(high, 1)[0])


def short_id(*parts: object) -> str:
    """A connector's row id: the same parts give the same ten characters."""
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=5).hexdigest()


def mixed(values: Ints, salt: int) -> Ints:
    """Whole numbers scattered over 31 bits, one to one, so that ids do not give away the order of people."""
    odd = np.int64(2 * salt + 1)
    return ((values * odd * np.int64(1_103_515_245) + np.int64(12_345)) & np.int64(0x7FFFFFFF)).astype(
        np.int64
    )
