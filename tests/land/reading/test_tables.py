"""Where tables stand in a file, and that every line belongs to one of them."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from leadline.land.format import Column, Format
from leadline.land.reading import ReadOptions, SourceTable, read_file
from leadline.land.refusals import Refusal

FORMATS = (
    Format(
        name="costs",
        title="Costs",
        source="costs",
        columns=(
            Column("day", ("Day", "Jour"), "date"),
            Column("campaign", ("Campaign", "Campagne")),
            Column("cost", ("Cost", "Coût", "Cost ({currency})"), "money"),
            Column("clicks", ("Clicks", "Clics"), "integer"),
        ),
        targets=(),
        signature=("campaign", "cost"),
        languages=("en", "fr"),
    ),
)


def tables(content: str | bytes, folder: Path, name: str = "export.csv") -> list[SourceTable]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(path, ReadOptions(), FORMATS)


def lines(table: SourceTable) -> int:
    return table.lines_above + sum(chunk.total for chunk in table.chunks(range(len(table.header))))


def test_the_header_is_the_row_of_known_names_below_titles(tmp_path: Path) -> None:
    (table,) = tables("Report, of costs\n\nsince,2026\nDay,Campaign,Cost\n2026-01-01,a,1\n", tmp_path)
    assert table.header == ("Day", "Campaign", "Cost")
    assert table.header_line == 4
    assert table.preamble == ("Report of costs", "since 2026")
    assert table.blanks_above == 1
    assert lines(table) == 5


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_shows_the_header(delimiter: str, tmp_path: Path) -> None:
    # The commas of the amounts are more than any other sign.
    rows = [["Jour", "Campagne", "Coût"], *[["2026-01-01", "a|b; c", '"1,5"'] for _ in range(5)]]
    rows[1:] = [[cell if '"' in cell else f'"{cell}"' for cell in row] for row in rows[1:]]
    (table,) = tables("".join(delimiter.join(row) + "\n" for row in rows), tmp_path)
    assert table.delimiter == delimiter
    assert table.head(1) == [["2026-01-01", "a|b; c", "1,5"]]


def test_a_first_line_may_name_the_delimiter(tmp_path: Path) -> None:
    (table,) = tables("sep=;\r\nDay;Campaign;Cost\r\n2026-01-01;a,b;1\r\n", tmp_path)
    assert (table.delimiter, table.header_line) == (";", 2)
    assert table.head() == [["2026-01-01", "a,b", "1"]]


def test_headers_are_the_same_without_case_accents_and_kinds_of_space(tmp_path: Path) -> None:
    (table,) = tables("JOUR;campagne ;COUT\u00a0;Clics:\n2026-01-01;a;1;2\n", tmp_path)
    assert table.header_line == 1
    assert len(table.header) == 4


def test_tables_below_each_other_share_out_all_lines(tmp_path: Path) -> None:
    text = (
        "Title\nDay,Campaign,Cost\n2026-01-01,a,1\n2026-01-02,b,2\n\n"
        "Other title\nCampaign,Clicks\na,5\n\nDay,Cost\n2026-01-01,3\n"
    )
    first, second, third = tables(text, tmp_path)
    assert [t.header_line for t in (first, second, third)] == [2, 7, 10]
    assert [lines(t) for t in (first, second, third)] == [4, 4, 3]
    assert second.preamble == ("Other title",)
    assert second.inherited == ("Title",)
    assert [t.head() for t in (second, third)] == [[["a", "5"]], [["2026-01-01", "3"]]]


def test_a_header_that_stands_again_begins_a_table(tmp_path: Path) -> None:
    text = "Day,Cost\n2026-01-01,1\nDay,Cost\n2026-01-02,2\n"
    assert [t.head() for t in tables(text, tmp_path)] == [[["2026-01-01", "1"]], [["2026-01-02", "2"]]]


def test_each_table_below_comments_has_its_own(tmp_path: Path) -> None:
    text = "# Account: X\n# Start: 1\nA,B\nx,1\ny,2\n\n# Start: 2\nC,D\nz,3\n"
    first, second = tables(text, tmp_path)
    assert (first.preamble, first.head()) == (("# Account: X", "# Start: 1"), [["x", "1"], ["y", "2"]])
    assert (second.header, second.preamble) == (("C", "D"), ("# Start: 2",))
    assert lines(first) + lines(second) == 9


def test_a_table_below_a_comment_without_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="no header"):
        tables("# one\nA,B\nx,1\n\n# two\n#C,D\nz,3\n5,6\n", tmp_path)


def test_rows_wider_than_the_header_are_not_read_into_the_wrong_columns(tmp_path: Path) -> None:
    (table,) = tables("Day,CampaignCost,Clicks\n2026-01-01,a,5,\n2026-01-02,b,6,\n", tmp_path)
    (chunk,) = table.chunks(range(3))
    assert chunk.table.num_rows == 0
    assert len(chunk.loose) == 2


def test_a_workbook_has_dates_numbers_and_its_rows_as_lines(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["Title"],
        [],
        ["Day", "Campaign", "Cost", "Clicks"],
        [date(2026, 1, 5), "two\nlines", 1.234, 5],
        [datetime(2026, 1, 6, 10, 30), "b", 1234.5, 1_000_000],
    ):
        sheet.append(row)
    book.create_sheet("Empty")
    target = io.BytesIO()
    book.save(target)
    (table,) = tables(target.getvalue(), tmp_path, "any.name")
    assert (table.member, table.header_line) == ("Sheet", 3)
    # A number of three decimals is written so that no one can take its point for thousands.
    assert table.head() == [
        ["2026-01-05", "two lines", "1.234e0", "5"],
        ["2026-01-06 10:30:00", "b", "1234.5e0", "1000000"],
    ]


def test_archives_and_folders_give_the_tables_of_their_files(tmp_path: Path) -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a/Dates.csv", "Day,Cost\n2026-01-01,1\n")
        archive.writestr("Pays.csv", "Campagne;Coût\na;1,5\n".encode("utf-16"))
        archive.writestr("__MACOSX/._x", b"\x00\x01")
    found = tables(target.getvalue(), tmp_path / ".", "download.zip")
    assert [(t.member, t.delimiter, t.whole) for t in found] == [
        ("a/Dates.csv", ",", True),
        ("Pays.csv", ";", True),
    ]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "b.csv").write_text("Day,Cost\n2026-01-01,1\n")
    (folder / "a.csv").write_text("Campaign,Cost\nx,1\n")
    assert [Path(t.file).name for t in read_file(folder, ReadOptions(), FORMATS)] == ["a.csv", "b.csv"]
    (packed,) = tables(gzip.compress(b"Day,Cost\n2026-01-01,1\n"), tmp_path, "x.gz")
    assert packed.head() == [["2026-01-01", "1"]]


def test_json_lines_are_rows_and_nested_values_stay_json(tmp_path: Path) -> None:
    first = json.dumps({"Day": "20260101", "Cost": 1.5, "items": [{"a": 1}]})
    (table,) = tables(f'{first}\n\nnot json\n{{"Day": "20260102", "Cost": null}}\n', tmp_path)
    (chunk,) = table.chunks([0, 1, 2])
    assert table.header == ("Day", "Cost", "items")
    assert chunk.table.to_pydict() == {
        "0": ["20260101", "20260102"],
        "1": ["1.5", ""],
        "2": ['[{"a":1}]', ""],
    }
    assert chunk.line.tolist() == [1, 4]
    assert [(one.line, one.text) for one in chunk.loose] == [(3, "not json")]
    assert (chunk.blanks, chunk.total) == (1, 4)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"%PDF-1.7 x", b"PK\x03\x04 not really", b"<html>"])
def test_what_is_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(Refusal):
        tables(content, tmp_path)
