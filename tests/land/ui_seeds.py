"""The demonstration company's raw exports as text, and numbers as French pages write them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

Row = Mapping[str, str]
SPACE = "\u202f"


def read(seeds: Path, source: str, table: str) -> list[dict[str, str]]:
    """Rows of a raw export as text."""
    with (seeds / source / f"raw_{source}__{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def last_run(rows: Sequence[Row], account: Callable[[Row], str], day: Callable[[Row], str]) -> list[Row]:
    """Those of each account and day that its last synchronisation brought: a page shows no others."""
    newest: dict[tuple[str, str], str] = {}
    for row in rows:
        key = account(row), day(row)
        newest[key] = max(newest.get(key, ""), row["_fivetran_synced"][:13])
    return [row for row in rows if row["_fivetran_synced"][:13] == newest[account(row), day(row)]]


def newest(rows: Iterable[Row], stamp: str) -> dict[str, Row]:
    """The last state of each id."""
    return {row["id"]: row for row in sorted(rows, key=lambda row: (row[stamp], row["_fivetran_synced"]))}


def french(value: str | Decimal, places: int | None = None) -> str:
    """1234.5 as `1 234,5`, with a narrow no-break space."""
    number = Decimal(value or 0)
    text = f"{number:,.{places}f}" if places is not None else f"{number:,f}"
    return text.replace(",", SPACE).replace(".", ",")
