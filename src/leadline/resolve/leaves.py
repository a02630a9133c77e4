"""A leaf whose names are bound to columns."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.resolve.binding import Condition, Fact, Key
from leadline.resolve.metrics import Leaf


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
