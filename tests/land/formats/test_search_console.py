"""Search Console: days feed the daily totals, tables of a period never do."""

# ruff: noqa: E501 - lines of exports are as long as they are
from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import landed, landed_all

NAME = "https___www.boutique.fr_-Performance-on-Search-2026-09-05.zip"
SITE = "https://www.boutique.fr/"
FRENCH = {
    "Graphique.csv": 'Date,Clics,Impressions,CTR,Position\n2026-09-01,5,100,5%,"7,5"\n2026-09-02,0,40,0%,12\n',
    "Requêtes.csv": 'Requêtes les plus fréquentes,Clics,Impressions,CTR,Position\nchaussures bleues,3,50,6%,"4,2"\n',
    "Pages.csv": 'Pages les plus populaires,Clics,Impressions,CTR,Position\nhttps://www.boutique.fr/a,5,130,"3,85%",8\n',
    "Pays.csv": 'Pays,Clics,Impressions,CTR,Position\nFrance,4,120,"3,33%",8\n',
    "Appareils.csv": 'Appareil,Clics,Impressions,CTR,Position\nMobile,4,90,"4,44%",7\n',
    "Filtres.csv": "Filtre,Valeur\nType de recherche,Image\nDate,1 sept. 2026-2 sept. 2026\n",
}
ENGLISH = {
    "Dates.csv": "Date,Clicks,Impressions,CTR,Position\n2026-09-01,5,100,5%,7.5\n2026-09-02,0,40,0%,12\n",
    "Queries.csv": "Top queries,Clicks,Impressions,CTR,Position\nblue shoes,3,50,6%,4.2\n",
    "Pages.csv": "Top pages,Clicks,Impressions,CTR,Position\nhttps://www.boutique.fr/a,5,130,3.85%,8\n",
    "Countries.csv": "Country,Clicks,Impressions,CTR,Position\nFrance,4,120,3.33%,8\n",
    "Devices.csv": "Device,Clicks,Impressions,CTR,Position\nMobile,4,90,4.44%,7\n",
    "Search appearance.csv": "Search Appearance,Clicks,Impressions,CTR,Position\n",
    "Filters.csv": 'Filter,Value\nSearch type,Web\nDate,"Sep 1, 2026-Sep 2, 2026"\n',
}


def zipped(files: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


@pytest.mark.parametrize(
    ("files", "kind", "query"), [(FRENCH, "image", "chaussures bleues"), (ENGLISH, "web", "blue shoes")]
)
def test_a_download_lands_its_days_and_keeps_its_periods_apart(
    files: dict[str, str], kind: str, query: str
) -> None:
    result = landed_all(zipped(files), name=NAME)
    days = result.table("search_console.site_report_by_site", "date")
    assert [
        (r["date"], r["site"], r["search_type"], r["clicks"], r["impressions"], r["position"]) for r in days
    ] == [
        (dt.date(2026, 9, 1), SITE, kind, 5, 100, 7.5),
        (dt.date(2026, 9, 2), SITE, kind, 0, 40, 12.0),
    ]
    assert {(r["country"], r["device"]) for r in days} == {(None, None)}
    periods = result.table("search_console.period_report", "dimension")
    assert [(r["dimension"], r["value"], r["clicks"], r["impressions"]) for r in periods] == [
        ("country", "France", 4, 120),
        ("device", "Mobile", 4, 90),
        ("page", "https://www.boutique.fr/a", 5, 130),
        ("query", query, 3, 50),
    ]
    assert {(r["date_start"], r["date_end"], r["search_type"]) for r in periods} == {
        (dt.date(2026, 9, 1), dt.date(2026, 9, 2), kind)
    }
    assert result.table("search_console.keyword_site_report_by_site") == []
    assert result.table("search_console.page_report") == []


def test_a_folder_is_one_download(tmp_path: Path) -> None:
    for name, text in ENGLISH.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    result = landed_all(tmp_path, account=SITE)
    assert len(result.table("search_console.site_report_by_site")) == 2
    assert len(result.table("search_console.period_report")) == 4


def test_a_download_of_one_day_has_daily_queries_and_pages() -> None:
    one_day = {
        **ENGLISH,
        "Dates.csv": "Date,Clicks,Impressions,CTR,Position\n2026-09-01,5,100,5%,7.5\n",
        "Filters.csv": 'Filter,Value\nSearch type,Web\nDate,"Sep 1, 2026-Sep 1, 2026"\n',
    }
    result = landed_all(zipped(one_day), name=NAME)
    (query,) = result.table("search_console.keyword_site_report_by_site")
    assert (query["date"], query["keyword"], query["clicks"]) == (dt.date(2026, 9, 1), "blue shoes", 3)
    (page,) = result.table("search_console.page_report")
    assert (page["page"], page["impressions"]) == ("https://www.boutique.fr/a", 130)
    # Countries and devices are parts of the day's total: beside it they would be counted twice.
    assert len(result.table("search_console.site_report_by_site")) == 1


def test_queries_with_days_are_daily() -> None:
    text = "Date,Query,Clicks,Impressions,CTR,Position\n2026-09-01,blue shoes,3,50,6%,4.2\n"
    result = landed(text, account=SITE)
    (row,) = result.table("search_console.keyword_site_report_by_site")
    assert (row["date"], row["keyword"], row["position"], row["ctr"]) == (
        dt.date(2026, 9, 1),
        "blue shoes",
        4.2,
        0.06,
    )


def test_queries_of_no_known_period_are_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed(ENGLISH["Queries.csv"], account=SITE)
    assert refused.value.code == "whole-period"


def test_a_property_is_asked_for() -> None:
    with pytest.raises(Refusal) as refused:
        landed(ENGLISH["Dates.csv"])
    assert refused.value.code == "no-account"


def test_a_workbook_is_one_download_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, text in FRENCH.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in csv.reader(io.StringIO(text)):
            sheet.append(line)
    path = tmp_path / NAME.replace(".zip", ".xlsx")
    book.save(path)
    result = landed_all(path)
    assert [
        (r["date"], r["site"], r["clicks"])
        for r in result.table("search_console.site_report_by_site", "date")
    ] == [
        (dt.date(2026, 9, 1), SITE, 5),
        (dt.date(2026, 9, 2), SITE, 0),
    ]
    assert {r["search_type"] for r in result.table("search_console.period_report")} == {"image"}
