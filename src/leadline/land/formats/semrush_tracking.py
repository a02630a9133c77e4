"""Semrush: position tracking, one column a domain and day (`*.example.com/*_20260901`) (EN)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.land.format import Column, Format
from leadline.land.formats import rank_positions as shared
from leadline.land.headers import plain
from leadline.land.reading.melt import Cell, melted

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

POSITION = re.compile(r"^\*?\.?(?P<domain>[^*/_\s]+\.[^*/_\s]+?)(?:/\*?)?_(?P<day>\d{8})$")
KEYWORD = frozenset(plain(header) for header in shared.KEYWORD.headers)
VOLUME = frozenset(plain(header) for header in shared.VOLUME.headers)
HEADER = ("Keyword", "Search Volume", "Date", "Domain", "Position", "URL")


def rows_of(table: SourceTable) -> SourceTable | None:
    """One row for each keyword, domain and day; None where no header is a domain and a day."""
    texts = [plain(header) for header in table.header]
    keyword = next((i for i, text in enumerate(texts) if text in KEYWORD), None)
    found = [(i, match) for i, text in enumerate(texts) if (match := POSITION.match(text))]
    if keyword is None or not found:
        return None
    shared_cells: dict[str, Cell] = {"Keyword": keyword}
    volume = next((i for i, text in enumerate(texts) if text in VOLUME), None)
    if volume is not None:
        shared_cells["Search Volume"] = volume
    groups = []
    for i, match in found:
        day = f"{match['day'][:4]}-{match['day'][4:6]}-{match['day'][6:]}"
        cells: dict[str, Cell] = {**shared_cells, "Date": day, "Domain": match["domain"], "Position": i}
        landing = f"{texts[i]}_landing"
        if landing in texts:
            cells["URL"] = texts.index(landing)
        groups.append(cells)
    return melted(table, HEADER, groups)


FORMAT = Format(
    name="semrush_tracking",
    title="Semrush position tracking",
    source="rank_tracker",
    columns=(
        shared.KEYWORD,
        shared.VOLUME,
        Column("day", ("Date",), "date", required=True),
        Column("domain", ("Domain", "Domaine"), required=True),
        Column("position", ("Position",), "decimal"),
        Column("url", ("URL",), "url"),
        shared.LOCATION,
        shared.DEVICE,
    ),
    targets=(shared.positions("domain"),),
    signature=("keyword", "day", "domain", "position"),
    reshape=rows_of,
)
