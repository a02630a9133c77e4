"""SE Ranking: positions of a project's keywords, one column a day (EN, FR)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.land.format import Column, Format
from leadline.land.formats import rank_positions as shared
from leadline.land.headers import plain
from leadline.land.reading.melt import Cell, melted

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

POSITION = re.compile(r"^(?:position\s*)?\(?(?P<day>\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{4})\)?$")
KEYWORD = frozenset(plain(header) for header in shared.KEYWORD.headers)
OTHERS = {
    "Search Volume": frozenset(plain(header) for header in shared.VOLUME.headers),
    "URL": frozenset(("url", "landing page", "target url", "page", "url cible", "page de destination")),
    "Location": frozenset(plain(header) for header in shared.LOCATION.headers),
    "Device": frozenset(plain(header) for header in shared.DEVICE.headers),
}
HEADER = ("Keyword", "Date", "Position", *OTHERS)


def rows_of(table: SourceTable) -> SourceTable | None:
    """One row for each keyword and day; None where no header is a day."""
    texts = [plain(header) for header in table.header]
    keyword = next((i for i, text in enumerate(texts) if text in KEYWORD), None)
    days = [(i, match["day"]) for i, text in enumerate(texts) if (match := POSITION.match(text))]
    if keyword is None or not days:
        return None
    same: dict[str, Cell] = {"Keyword": keyword}
    for name, headers in OTHERS.items():
        position = next((i for i, text in enumerate(texts) if text in headers), None)
        if position is not None:
            same[name] = position
    return melted(table, HEADER, [{**same, "Date": _iso(day), "Position": i} for i, day in days])


def _iso(day: str) -> str:
    """A day with points is day, month, year; with slashes it stays as written, for the file's evidence."""
    return "-".join(part.zfill(2) for part in reversed(day.split("."))) if "." in day else day


FORMAT = Format(
    name="se_ranking_positions",
    title="SE Ranking positions",
    source="rank_tracker",
    columns=(
        shared.KEYWORD,
        Column("day", ("Date",), "date", required=True),
        Column("position", ("Position",), "decimal"),
        shared.VOLUME,
        Column("url", ("URL",), "url"),
        shared.LOCATION,
        shared.DEVICE,
    ),
    targets=(shared.positions("_account"),),
    signature=("keyword", "day", "position"),
    languages=("en", "fr"),
    needs=("account",),
    reshape=rows_of,
)
