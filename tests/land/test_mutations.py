"""Ten thousand spoilt exports: no traceback, every line accounted for, no wrong number taken for a right one.

The exports are those that the tests of the formats work by hand. What a mutation may do is known: a row whose
record has not changed by a byte keeps its values or isn't landed at all, and a number of a changed record is
one that a person reads in it.
"""

from __future__ import annotations

import datetime as dt
import importlib
import math
import pkgutil
import random
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from leadline.errors import LeadlineError
from leadline.land.convert import Context, Preview, convert, preview
from leadline.land.formats import FORMATS
from leadline.land.reading import ReadOptions, read_file
from leadline.land.reading.encoding import text_of
from leadline.land.recognise import Recognised, recognise
from leadline.land.values.numbers import NUMERIC
from tests.land import formats as beside
from tests.land.mutations import MUTATIONS, Export, Mutant, record_at, worth

FILES, PARTS = 10_000, 8
# One in so many goes all the way to Parquet, the others to typed rows.
WHOLE_WAY = 25
CONTEXT = Context(
    file="0" * 64,
    exported_at=dt.datetime(2026, 10, 1),
    account="1",
    currency="EUR",
    time_zone="UTC",
    max_bad=0.5,
)
Landed = list[tuple[Recognised, Preview]]


def land(path: Path) -> Landed:
    """Every table of a file that is recognised, typed."""
    return [
        (found, preview(found, CONTEXT))
        for table in read_file(path, ReadOptions(), FORMATS)
        for found in [recognise(table, FORMATS)]
    ]


@lru_cache(maxsize=1)
def exports() -> list[Export]:
    """The exports that stand in the tests of formats, as constants."""
    import tempfile

    found: list[Export] = []
    with tempfile.TemporaryDirectory() as folder:
        for module in pkgutil.iter_modules(beside.__path__):
            if not module.name.startswith("test_") or module.name == "test_connector":
                continue
            constants = vars(importlib.import_module(f"{beside.__name__}.{module.name}"))
            for name, value in constants.items():
                texts = value.items() if isinstance(value, dict) else [("", value)]
                for part, given in texts:
                    text = given.lstrip("\ufeff") if isinstance(given, str) else given
                    if name.isupper() and isinstance(text, str) and text.count("\n") > 1:
                        export = described(f"{module.name}.{name}{part}", text, Path(folder) / "export.csv")
                        found += [export] if export else []
    return found


def described(name: str, text: str, path: Path) -> Export | None:
    path.write_bytes(text.encode())
    try:
        landed = land(path)
        for found, _ in landed:
            convert(found.table, found, CONTEXT, path.parent)
    except LeadlineError:
        return None
    found, first = landed[0]
    table = found.table
    reshaped = found.format.reshape is not None
    numbers = [] if reshaped else [p for p, c in found.columns.items() if c.kind in NUMERIC]
    plain = len(landed) == 1 and '"' not in text.replace('""', "") and not reshaped
    return Export(
        name=name,
        text=text,
        delimiter=table.delimiter,
        header_line=table.header_line,
        numbers=tuple(numbers),
        rows=tuple(first.rows["_line"].to_pylist()),
        single=plain or (len(landed) == 1 and not reshaped and first.accounting.continuation == 0),
        has_totals=bool(found.format.footers),
        reshaped=reshaped,
    )


@lru_cache(maxsize=200)
def originals(name: str, text: str) -> dict[str, list[dict[str, Any]]]:
    """The typed rows of an export by the text of their records."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.csv"
        path.write_bytes(text.encode())
        return by_record(land(path), text_lines(path))


def text_lines(path: Path) -> list[str]:
    text = text_of(path)
    return [line.removesuffix("\r") for line in text.read(0, text.size).decode().split("\n")]


def by_record(landed: Landed, lines: list[str]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for recognised, typed in landed:
        for row in typed.rows.to_pylist():
            line = row.pop("_line")
            known = {**row, "_at": line, "_format": recognised.format.name}
            found.setdefault(record_at(lines, line), []).append(known)
    return found


def check(export: Export, mutant: Mutant, path: Path, *, whole_way: bool) -> str:
    """What became of a mutant: refused, or landed with everything in its place."""
    path.write_bytes(mutant.content)
    try:
        landed = land(path)
        if whole_way:
            for found, _ in landed:
                convert(found.table, found, CONTEXT, path.parent)
    except LeadlineError as refusal:
        if mutant.same:
            raise AssertionError(f"{export.name} is refused") from refusal
        return "refused"
    lines = text_lines(path)
    accounted(landed, lines)
    before, after = originals(export.name, export.text), by_record(landed, lines)
    for record, rows in after.items():
        for row in rows:
            right(export, row, before.get(record), record)
    if mutant.same:
        assert sum(map(len, after.values())) == sum(map(len, before.values())), export.name
    if mutant.spoilt is not None:
        taken = {row["_at"] for rows in after.values() for row in rows}
        assert mutant.spoilt not in taken, f"{export.name}: line {mutant.spoilt} was taken"
    return "landed"


def accounted(landed: Landed, lines: list[str]) -> None:
    counts = [typed.accounting for _, typed in landed]
    assert all(one.exact for one in counts), counts
    ended = lines[-1] == ""
    assert sum(one.lines for one in counts) == len(lines) - ended, counts


def right(export: Export, row: dict[str, Any], before: list[dict[str, Any]] | None, record: str) -> None:
    """A row of an unchanged record has the values it had; each number of a changed one stands in it."""
    # A flipped byte above the rows may make another format of the file, with other columns.
    if before is not None and any(old["_format"] == row["_format"] for old in before):
        # Where headers become cells, a changed header is a text of every row.
        same = any(agrees(row, old, texts_too=not export.reshaped) for old in before)
        assert same, f"{export.name}: {record!r} became {row}, was {before}"
        return
    for name, value in row.items():
        if isinstance(value, float) or (
            isinstance(value, int) and not isinstance(value, bool) and name != "_at"
        ):
            cells = record.replace('"', export.delimiter).split(export.delimiter)
            quoted = record.split('"')
            said = set().union(*(worth(cell) for cell in (*cells, *quoted)))
            assert any(math.isclose(value, one) for one in said), (
                f"{export.name}: {name}={value} of {record!r}"
            )


def agrees(row: dict[str, Any], old: dict[str, Any], *, texts_too: bool) -> bool:
    """Whether two rows have the same values; a column that isn't recognised any more has none."""
    compared = [name for name in old if name[0] != "_" and (texts_too or not isinstance(old[name], str))]
    return all(row.get(name) is None or row[name] == old[name] for name in compared)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_spoilt_exports(part: int, tmp_path: Path) -> None:
    pool = exports()
    assert len(pool) > 30
    outcomes: dict[tuple[str, str], int] = {}
    for number in range(part, FILES, PARTS):
        draw = random.Random(number)  # noqa: S311 - mutations are drawn again alike
        export = pool[number // PARTS % len(pool)]
        mutant = draw.choice(MUTATIONS)(export, draw)
        whole_way = number // PARTS % WHOLE_WAY == 0
        try:
            outcome = check(export, mutant, tmp_path / "export.csv", whole_way=whole_way)
        except Exception as error:
            error.add_note(f"file {number}: {export.name}, {mutant.kind}")
            raise
        outcomes[mutant.kind, outcome] = outcomes.get((mutant.kind, outcome), 0) + 1
    # A test of nothing but refusals would show nothing.
    for kind in ("cut", "encoded", "shuffled", "mangled", "flipped"):
        assert outcomes.get((kind, "landed"), 0) > 20, outcomes
