"""The same export in other encodings, delimiters and as a workbook gives the same rows."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.land.formats.landing import Result, landed, landed_all
from tests.land.formats.samples import SAMPLES, Sample

# What says where a row came from differs with the file.
ORIGIN = frozenset({"_landed_line", "_landed_file", "_fivetran_id"})
DELIMITERS = {"utf-16": "\t", "utf-8-sig": ",", "cp1252": ";"}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.id)
def test_lines_become_what_they_should(sample: Sample) -> None:
    result = landed(sample.text, name=sample.name, **sample.said)
    assert (result.format, result.language) == (sample.format, sample.language)
    counts = result.converted[0].accounting
    assert counts.exact
    assert (counts.accepted, counts.quarantined, counts.totals) == (sample.accepted, 0, sample.totals)
    assert result.totals_equal == sample.states_sums


@pytest.mark.parametrize("encoding", sorted(DELIMITERS))
@pytest.mark.parametrize("sample", SAMPLES[::2], ids=lambda sample: sample.id)
def test_encodings_and_delimiters_change_nothing(sample: Sample, encoding: str) -> None:
    text = sample.text.replace("\u202f", "\u00a0")
    one = landed(text, name=sample.name, **sample.said)
    other = landed(_written(text, encoding), name=sample.name, **sample.said)
    assert rows(other) == rows(one)
    assert other.converted[0].accounting.accepted == sample.accepted


@pytest.mark.parametrize("sample", SAMPLES[1::2], ids=lambda sample: sample.id)
def test_a_workbook_of_the_same_cells_changes_nothing(sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "export.xlsx"
    book = openpyxl.Workbook()
    for line in _cells(sample.text):
        book.active.append(line)
    book.save(path)
    assert rows(landed_all(path, **sample.said)) == rows(landed(sample.text, name=sample.name, **sample.said))


def rows(result: Result) -> dict[str, list[str]]:
    """The rows of each raw table, without where they came from, in an order of their own."""
    return {table: sorted(map(_told, found)) for table, found in result.rows.items()}


def _told(row: dict[str, Any]) -> str:
    return repr({name: value for name, value in row.items() if name not in ORIGIN})


def _cells(text: str) -> list[list[str]]:
    plain = text.removeprefix("\ufeff")
    best = max(
        (",", ";", "\t"), key=lambda mark: max(len(r) for r in csv.reader(io.StringIO(plain), delimiter=mark))
    )
    return list(csv.reader(io.StringIO(plain), delimiter=best))


def _written(text: str, encoding: str) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=DELIMITERS[encoding], lineterminator="\r\n").writerows(_cells(text))
    return buffer.getvalue().encode(encoding)
