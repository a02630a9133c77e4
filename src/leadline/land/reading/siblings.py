"""What the files of one download say of each other: its filters and its days hold for all its tables.

A table of queries says neither which days it covers nor what was searched (the web, images): the file of
filters and the file of days beside it do. What they say is put above the other tables, as a preamble would.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from leadline.land.headers import plain
from leadline.land.reading.tables import SourceTable
from leadline.land.values.dates import moment

_FILTERS = (frozenset({"filter", "filtre"}), frozenset({"value", "valeur"}))
_DAYS = frozenset({"date", "day", "jour"})
# A download has at most some years of days; a longer table is none of its kind.
_MOST = 5_000


def introduced(tables: Sequence[SourceTable]) -> list[SourceTable]:
    """The tables of one download, each with what the others say of all; a lone table stays as it is."""
    if len({(table.file, table.member) for table in tables}) < 2:
        return list(tables)
    lines = tuple(line for table in tables for line in (*_filters(table), *_days(table)))
    return [replace(table, preamble=(*table.preamble, *lines)) for table in tables]


def _filters(table: SourceTable) -> list[str]:
    headers = [plain(header) for header in table.header]
    if len(headers) != 2 or headers[0] not in _FILTERS[0] or headers[1] not in _FILTERS[1]:
        return []
    return [f"{name.strip()}: {value.strip()}" for name, value in table.head(100)]


def _days(table: SourceTable) -> list[str]:
    if len(table.header) < 3 or plain(table.header[0]) not in _DAYS:
        return []
    days: list[dt.date] = []
    for chunk in table.chunks([0]):
        for text in chunk.table["0"].to_pylist():
            found = set(moment(text or "").days.values())
            if len(found) != 1 or len(days) > _MOST:
                return []
            days += found
    return [f"Days: {min(days)} to {max(days)}"] if days else []
