"""The demonstration company's days in Google Search as the download of its Performance page, in French."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.land.ui_seeds import Row, french, last_run, read

DEVICES = {"MOBILE": "Mobile", "DESKTOP": "Ordinateur", "TABLET": "Tablette"}


def search_console(seeds: Path, folder: Path) -> list[Path]:
    """A zip with a table for each view: only the one of days has days, and it is of all devices together."""
    rows = last_run(
        read(seeds, "search_console", "site_report_by_site"), lambda row: row["site"], lambda row: row["date"]
    )
    (site,) = {row["site"].removeprefix("sc-domain:") for row in rows}
    days = sorted({row["date"] for row in rows})
    path = folder / f"{site}-Performance-on-Search-2026-11-01.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Graphique.csv", _table("Date", _by(rows, "date")))
        archive.writestr("Appareils.csv", _table("Appareil", _by(rows, "device"), DEVICES))
        filters = f"Filtre,Valeur\nType de recherche,Web\nDate,{days[0]} - {days[-1]}\n"
        archive.writestr("Filtres.csv", filters)
    return [path]


def _by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def _table(name: str, groups: Mapping[str, Sequence[Row]], words: Mapping[str, str] | None = None) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([name, "Clics", "Impressions", "CTR", "Position"])
    for value, rows in sorted(groups.items()):
        clicks = sum(int(row["clicks"]) for row in rows)
        shown = sum(int(row["impressions"]) for row in rows)
        places = sum(int(row["impressions"]) * float(row["position"] or 0) for row in rows)
        rate = french(f"{100 * clicks / shown if shown else 0:.2f}") + " %"
        position = french(f"{places / shown if shown else 0:.12f}")
        writer.writerow([(words or {}).get(value, value), clicks, shown, rate, position])
    return text.getvalue()
