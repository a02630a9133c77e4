"""A leaf whose names are bound to columns."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.resolve.binding import Condition, Fact, Key, MetricColumn
from leadline.resolve.calculations import Calculation
from leadline.resolve.metrics import Leaf


@dataclass(frozen=True, slots=True)
class Output:
    """A metric of the result: its column, its name and how it is calculated from the leaves."""

    label: str
    metric: str
    calculation: Calculation


@dataclass(frozen=True, slots=True)
class BoundLeaf:
    """A leaf with the columns it is grouped by and the conditions on its rows.

    For a conversion these are of the base event; `event` and its conditions are of the conversion event.
    """

    leaf: Leaf
    fact: Fact
    keys: tuple[Key, ...]
    conditions: tuple[Condition, ...]
    event: Fact | None = None
    event_conditions: tuple[Condition, ...] = ()

    @property
    def fans(self) -> frozenset[str]:
        """The models on the many side of its key by which it is cut or filtered."""
        columns = [key.column for key in self.keys]
        for condition in self.conditions:
            columns += [c.entity if isinstance(c, MetricColumn) else c for c in condition.columns]
        return frozenset(c.path[0].right for c in columns if c.path and c.path[0].fan)
