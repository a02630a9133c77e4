"""Plain Python over the raw seeds: no dbt, no engine, no model of ours. Slow, and right by inspection.

Every function starts from the CSV rows as exported and states the marketer's rule in its own words, so that
our numbers can be compared with something that shares no code with it.
"""

from __future__ import annotations

import csv
import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
PARIS = ZoneInfo("Europe/Paris")
Row = dict[str, str]
csv.field_size_limit(10_000_000)


@cache
def raw(source: str, table: str) -> tuple[Row, ...]:
    path = ROOT / "seeds" / "raw" / source / f"raw_{source}__{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text[:10])


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def paris_day(text: str) -> dt.date:
    """The day on a clock in Paris of a UTC time."""
    return moment(text).replace(tzinfo=dt.UTC).astimezone(PARIS).date()


def month(when: dt.date) -> dt.date:
    return when.replace(day=1)


def number(text: str) -> float:
    return float(text) if text else 0.0


def newest(rows: Iterable[Row], key: str, order: str = "_fivetran_synced") -> dict[str, Row]:
    """One row a key: the one exported last."""
    found: dict[str, Row] = {}
    for row in sorted(rows, key=lambda r: r[order] or ""):
        found[row[key]] = row
    return found


def latest_run(rows: Iterable[Row], group: Callable[[Row], Any]) -> list[Row]:
    """A day exported again replaces the day whole: only the last run (hour of export) of each group stays."""
    grouped: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[group(row)].append(row)
    kept: list[Row] = []
    for members in grouped.values():
        last = max(row["_fivetran_synced"][:13] for row in members)
        kept += [row for row in members if row["_fivetran_synced"][:13] == last]
    return kept


@cache
def euro_rates() -> dict[str, tuple[list[dt.date], list[float]]]:
    quoted: dict[str, list[tuple[dt.date, float]]] = defaultdict(list)
    for row in raw("exchange_rates", "rate"):
        quoted[row["currency"]].append((day(row["date"]), float(row["rate"])))
    return {c: ([d for d, _ in sorted(q)], [r for _, r in sorted(q)]) for c, q in quoted.items()}


def euros(amount: float, currency: str, when: dt.date) -> float:
    """At the central bank's rate of the day, or of the last working day before it."""
    if currency == "EUR":
        return amount
    days, rates = euro_rates()[currency]
    return amount / rates[bisect_right(days, when) - 1]


def same_address(text: str) -> str:
    return text.strip().lower()
