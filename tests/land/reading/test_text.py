"""Bytes to records: encodings, quotes, line numbers and line ends, each case worked by hand."""

from __future__ import annotations

import pytest

from leadline.land.reading.encoding import MARK, text_of
from leadline.land.reading.records import OPEN_QUOTE, STRAY_QUOTE, Chunk, Span, chunks, split

FRENCH = "Coût;Été\n1,5;déjà\n"


def content(data: bytes, encoding: str | None = None) -> tuple[str, str, bool]:
    text = text_of(data, encoding=encoding)
    return text.encoding, text.read(0, text.size).decode(), text.damaged


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_each_encoding_is_recognised_by_its_bytes(written: str, found: str) -> None:
    assert content(FRENCH.encode(written)) == (found, FRENCH, False)


def test_an_encoding_that_is_said_is_believed_unless_a_byte_order_mark_differs() -> None:
    assert content("é\n".encode("cp1252"), "windows-1252")[1] == "é\n"
    assert content("é\n".encode("utf-16"), "cp1252") == ("utf-16-le", "é\n", False)


def test_one_spoilt_byte_does_not_make_a_file_of_another_encoding() -> None:
    spoilt = FRENCH.encode() + b"x;\xff\n"
    assert content(spoilt) == ("utf-8", FRENCH + f"x;{MARK}\n", True)


def test_old_line_ends_are_line_ends() -> None:
    assert content(b"a;b\r1;2\r")[1] == "a;b\n1;2\n"


def test_half_a_character_at_the_end_is_marked() -> None:
    assert content("aé".encode("utf-16")[:-1]) == ("utf-16-le", f"a{MARK}", True)


def read(data: bytes, width: int, delimiter: str = ",", size: int = 1 << 20) -> list[Chunk]:
    text = text_of(data)
    return list(chunks(text, Span(0, text.size, 1), delimiter, width, range(width), size))


def rows(found: list[Chunk]) -> list[tuple[int, int, list[str]]]:
    out = []
    for chunk in found:
        columns = [chunk.table[str(i)].to_pylist() for i in range(chunk.table.num_columns)]
        cells = [list(row) for row in zip(*columns, strict=True)]
        out += list(zip(chunk.line.tolist(), chunk.lines.tolist(), cells, strict=True))
    return out


def test_lines_are_those_of_the_file_past_blanks_and_quoted_line_ends() -> None:
    data = b'a,1\n\n"b\nb",2\n,\nc,3\n'
    found = read(data, 2)
    assert rows(found) == [(1, 1, ["a", "1"]), (3, 2, ["b\nb", "2"]), (6, 1, ["c", "3"])]
    assert sum(chunk.blanks for chunk in found) == 2
    assert sum(chunk.total for chunk in found) == 6


@pytest.mark.parametrize("size", [8, 16, 40, 1000])
def test_pieces_of_any_size_give_the_same_records(size: int) -> None:
    data = b"".join(b'row %d,"text, with\nline end and ""quotes""",%d\n' % (i, i) for i in range(50))
    whole, pieces = read(data, 3), read(data, 3, size=size)
    assert rows(pieces) == rows(whole)
    assert [line for line, _, _ in rows(whole)] == [1 + 2 * i for i in range(50)]
    assert rows(whole)[7][2] == ["row 7", 'text, with\nline end and "quotes"', "7"]


def test_a_record_of_another_width_is_kept_apart_with_its_line() -> None:
    (chunk,) = read(b"a,1\nb\nc,2,3\nd,4\n", 2)
    assert [row[2][0] for row in rows([chunk])] == ["a", "d"]
    assert [(one.line, one.text) for one in chunk.loose] == [(2, "b"), (3, "c,2,3")]


def test_a_quote_within_a_cell_is_text_and_text_behind_a_quote_is_a_fault() -> None:
    (chunk,) = read(b'5" screen,1\n"a"b,2\n"c",3\n', 2)
    assert [row[2] for row in rows([chunk])] == [['5" screen', "1"], ["c", "3"]]
    assert [(one.line, one.reason) for one in chunk.loose] == [(2, STRAY_QUOTE)]


def test_a_quote_that_never_closes_takes_the_rest_of_the_file_to_quarantine() -> None:
    (chunk,) = read(b'a,1\nb,"2\nc,3\n', 2)
    assert [row[2] for row in rows([chunk])] == [["a", "1"]]
    assert [(one.line, one.lines, one.reason) for one in chunk.loose] == [(2, 2, OPEN_QUOTE)]


def test_a_quote_opened_by_mistake_does_not_swallow_rows_unseen() -> None:
    # From the stray quote to the next one looks like text over two lines; what follows gives it away.
    (chunk,) = read(b'a,"1,2\nb,3,4\nc,"5,6\nd,7,8\n', 3)
    assert [row[2] for row in rows([chunk])] == [["d", "7", "8"]]
    assert sum(one.lines for one in chunk.loose) == 3


def test_windows_line_ends_and_the_last_line_without_one() -> None:
    (chunk,) = read(b"a,1\r\nb,2", 2)
    assert [row[2] for row in rows([chunk])] == [["a", "1"], ["b", "2"]]
    assert chunk.last_unended
    assert chunk.total == 2


@pytest.mark.parametrize(
    ("record", "cells", "fault"),
    [
        ("a;b", ["a", "b"], None),
        ('"a;b";c', ["a;b", "c"], None),
        ('"say ""so""";', ['say "so"', ""], None),
        ('"";""', ["", ""], None),
        ('"a" ;b', ["a", "b"], None),
        ('"a"x;b', ["ax", "b"], STRAY_QUOTE),
        ('a;"b', ["a", "b"], OPEN_QUOTE),
    ],
)
def test_cells_of_one_record(record: str, cells: list[str], fault: str | None) -> None:
    assert split(record, ";") == (cells, fault)
