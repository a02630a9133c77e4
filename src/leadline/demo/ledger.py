"""What is true: counters that every part of the generator adds to as it decides, never by reading rows back.

A counter is days x keys of whole numbers (counts, or cents), so memory does not grow with the number of
people.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from leadline.demo.draw import Ints
from leadline.demo.plan import Plan


class Ledger:
    """Counters by day and key, plain totals, planted traps, and the identifiers of people."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.daily: dict[str, Ints] = {}
        self.keys: dict[str, list[str]] = {}
        self.totals: Counter[str] = Counter()
        self.traps: list[dict[str, Any]] = []
        self.people: list[dict[str, Any]] = []
        self.facts: dict[str, Any] = {}

    def add(
        self,
        name: str,
        days: Ints,
        keys: Ints | None = None,
        amounts: Ints | None = None,
        labels: Sequence[str] = ("all",),
    ) -> None:
        """Add one, or the amounts, to a counter at these days (positions in the plan) and keys.

        Days outside the plan are left out: they are not in the export either.
        """
        width = len(labels)
        table = self.daily.setdefault(name, np.zeros((self.plan.days, width), np.int64))
        self.keys.setdefault(name, list(labels))
        places = np.zeros(len(days), np.int64) if keys is None else keys
        inside = (days >= 0) & (days < self.plan.days)
        ones = np.ones(len(days), np.int64) if amounts is None else amounts
        np.add.at(table, (days[inside], places[inside]), ones[inside])

    def of(self, name: str, labels: Sequence[str] = ("all",)) -> Ints:
        """The counter as days x keys; zeros if nothing was ever added."""
        return self.daily.get(name, np.zeros((self.plan.days, len(labels)), np.int64))

    def total(self, name: str) -> int:
        return int(self.of(name).sum())

    def by_month(self, name: str) -> dict[str, int]:
        """Sums by local month, months without anything included."""
        table = self.of(name).sum(axis=1)
        return {
            month: int(table[self.plan.month_of_day == i].sum()) for i, month in enumerate(self.plan.months)
        }

    def by_key(self, name: str) -> dict[str, int]:
        table = self.of(name).sum(axis=0)
        return {key: int(n) for key, n in zip(self.keys.get(name, []), table, strict=False) if n}

    def by_month_and_key(self, name: str) -> dict[str, dict[str, int]]:
        table = self.of(name)
        answer: dict[str, dict[str, int]] = {}
        for i, month in enumerate(self.plan.months):
            sums = table[self.plan.month_of_day == i].sum(axis=0)
            answer[month] = {k: int(n) for k, n in zip(self.keys.get(name, []), sums, strict=False) if n}
        return answer

    def trap(self, name: str, says: str, wrong: Any, right: Any, **more: Any) -> None:
        """Record a planted trap: the number that people usually get, and the right one."""
        self.traps.append({"name": name, "says": says, "wrong": wrong, "right": right, **more})

    def count(self, name: str, number: int | np.integer[npt.NBitBase]) -> None:
        self.totals[name] += int(number)
