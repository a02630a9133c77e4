"""GA4: the reports that its pages let one download, tables below blocks of `#` lines (EN, FR).

Their figures are already added up by GA4, so that they enter no fact; each cell becomes a row that names its
dimensions and its metric, and nothing of the file is lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats.checks import period_known
from leadline.land.headers import plain
from leadline.land.reading.melt import Cell, melted

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

HEADER = ("dimension_names", "dimension_values", "metric", "value", "share", "day", "nth_day")
NUMBER = re.compile(
    r"^[\s\u00a0\u202f]*[-+]?[€$£]?[\d.,'\s\u00a0\u202f]*\d[\s\u00a0\u202f]*[%€$£]?$|^--?$|^$"
)
# Columns of digits that are no figures: they tell rows apart.
TIMES = frozenset(
    plain(text)
    for text in (
        *("Date", "Day", "Jour", "Nth day", "Nième jour", "N-ième jour", "Énième jour", "Jour N", "Nth week"),
        *(
            "Nth month",
            "Nth hour",
            "Nième semaine",
            "Nième mois",
            "Nième heure",
            "Hour",
            "Heure",
            "Week",
            "Semaine",
        ),
        *("Month", "Mois", "Year", "Année", "Day of week", "Jour de la semaine", "Date + hour (YYYYMMDDHH)"),
        *("Week of year", "ISO week", "Transaction ID", "ID de transaction", "Item ID", "ID de l'article"),
        *("Property ID", "ID de la propriété", "Order ID", "Age", "Âge"),
    )
)
DATES = frozenset(plain(text) for text in ("Date", "Day", "Jour"))
NTH_DAYS = frozenset(plain(t) for t in ("Nth day", "Nième jour", "N-ième jour", "Énième jour", "Jour N"))
LINES = re.compile(r"^#")


def rows_of(table: SourceTable) -> SourceTable | None:
    """One row for each cell of a figure; None for a table that does not stand below a block of `#` lines."""
    if not any(LINES.match(line) for line in (*table.preamble, *table.inherited)):
        return None
    dimensions, metrics = _parted(table)
    if not metrics:
        return None
    names = [table.header[i] for i in dimensions]
    shared: dict[str, Cell] = {
        "dimension_names": " | ".join(names),
        "dimension_values": tuple(dimensions) if dimensions else "",
    }
    for i, name in zip(dimensions, names, strict=True):
        if plain(name) in DATES:
            shared["day"] = i
        elif plain(name) in NTH_DAYS:
            shared["nth_day"] = i
    head = table.head()
    groups = [
        {**shared, "metric": table.header[i], "share" if any("%" in row[i] for row in head) else "value": i}
        for i in metrics
    ]
    return melted(table, HEADER, groups)


def _parted(table: SourceTable) -> tuple[list[int], list[int]]:
    """Positions of dimensions and of metrics: a metric holds figures, is no time and not the first column."""
    head = table.head()
    metrics = [
        i
        for i, name in enumerate(table.header)
        if name
        and plain(name) not in TIMES
        and (i > 0 or len(table.header) == 1)
        and all(NUMBER.match(row[i] or "") for row in head)
    ]
    return [i for i, name in enumerate(table.header) if name and i not in metrics], metrics


DAY = (
    "coalesce(try_strptime(day, '%Y%m%d')::date, try_cast(day as date), "
    "_period_start + cast(try_cast(nth_day as integer) as integer))"
)

FORMAT = Format(
    name="ga4_reports",
    title="GA4 report",
    source="ga4_reports",
    columns=(
        Column("dimension_names", ("dimension_names",)),
        Column("dimension_values", ("dimension_values",)),
        Column("metric", ("metric",), required=True),
        Column("value", ("value",), "decimal"),
        Column("share", ("share",), "percent"),
        Column("day", ("day",)),
        Column("nth_day", ("nth_day",)),
    ),
    targets=(
        Target(
            "ga4_reports",
            "report_row",
            {
                "property": "_account",
                "report": "coalesce(_title, dimension_names)",
                "date_start": "_period_start",
                "date_end": "_period_end",
                "date": DAY,
                "dimension_names": "dimension_names",
                "dimension_values": "dimension_values",
                "metric": "metric",
                "value": "coalesce(value, share)",
            },
            day="date_end",
            account="property",
            scope=("date_start", "report", "dimension_names"),
        ),
    ),
    signature=("metric", "value"),
    languages=("en", "fr"),
    grain="period",
    preamble=(
        r"^#\s*(?:account|compte)\s*:\s*(?P<account_name>.+)$",
        r"^#\s*(?:property|propri[ée]t[ée])\s*:\s*(?P<account>.+)$",
        r"^#\s*(?:start date|date de d[ée]but)\s*:\s*(?P<start>\d{8}|\d{4}-\d{2}-\d{2})$",
        r"^#\s*(?:end date|date de fin)\s*:\s*(?P<end>\d{8}|\d{4}-\d{2}-\d{2})$",
        r"^#\s*(?P<start>\d{8})\s*[-–]\s*(?P<end>\d{8})$",
        r"^#\s*(?P<title>[^:#\d\s-][^:]*)$",
    ),
    # Explorations state the total of each figure in a line that has a cell more than the header.
    footers=(Footer(r"^(grand )?total( g[ée]n[ée]ral)?s?$"),),
    needs=("account",),
    checks=(period_known("none", "the lines that begin with #"),),
    shape="blocks",
    reshape=rows_of,
)
