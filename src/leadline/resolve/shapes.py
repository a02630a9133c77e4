"""How an aggregation lies in time."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.grains import Window


@dataclass(frozen=True, slots=True)
class Accumulation:
    """How far back a cumulative metric reads: a window, to the start of a grain, or all time (neither)."""

    window: Window | None
    grain_to_date: str | None
    period_agg: str
    is_view: bool = False

    @property
    def is_all_time(self) -> bool:
        """True where everything since the beginning counts."""
        return self.window is None and self.grain_to_date is None


@dataclass(frozen=True, slots=True)
class Shape:
    """How an aggregation lies in time: offsets, the outermost first, and what it accumulates.

    `is_view` tells that the request looks at it so, and not only the definition.
    """

    offsets: tuple[Window | str, ...] = ()
    accumulation: Accumulation | None = None
    is_view: bool = False

    @property
    def is_plain(self) -> bool:
        """True where rows count in the period in which they lie."""
        return not self.offsets and self.accumulation is None
