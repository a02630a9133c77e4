"""Every format fills raw tables of the contract, with values of its types, whatever columns a file has."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from leadline.land.engine import Typed
from leadline.land.facts import Context, Said
from leadline.land.format import Format, Target
from leadline.land.formats import FORMATS
from leadline.land.headers import plain
from leadline.land.recognise import Recognised
from leadline.land.rows import TYPES
from leadline.write.raw_seeds import contract_tables
from tests.warehouses import ROOT

CONTRACT = {
    (source, table["name"]): {c["name"]: c["data_type"] for c in table["columns"]}
    for source, table in contract_tables(ROOT / "models" / "staging")
}
NOTHING = Said(None, None, None, None, None, None, None)
CONTEXT = Context(file="0" * 64, exported_at=dt.datetime(2026, 10, 1))
TARGETS = [
    pytest.param(format, target, id=f"{format.name}-{number}-{target.table}")
    for format in FORMATS
    for number, target in enumerate(format.targets)
]


def test_names_are_unique() -> None:
    names = [format.name for format in FORMATS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("format", FORMATS, ids=lambda format: format.name)
def test_a_header_means_one_column(format: Format) -> None:
    columns = [column.name for column in format.columns]
    assert len(columns) == len(set(columns))
    assert set(format.signature) <= set(columns)
    meanings: dict[str, set[str]] = {}
    for column in format.columns:
        for header in column.headers:
            meanings.setdefault(plain(header), set()).add(column.name)
    assert {header: names for header, names in meanings.items() if len(names) > 1} == {}
    assert {f.column for f in format.footers} - {None} <= set(columns)
    assert {name for f in format.footers for name in f.sums} <= set(columns)


@pytest.mark.parametrize(("format", "target"), TARGETS)
def test_columns_are_those_of_the_raw_table(format: Format, target: Target, tmp_path: Path) -> None:
    declared = CONTRACT[target.source, target.table]
    extra = {name for name in target.columns if name not in declared}
    # A column beside the contract may say whose rows these are, and nothing else.
    assert extra <= {target.account}
    named = {*target.key, *target.scope, *target.sums, *target.alone, target.day, target.account} - {None}
    assert named <= set(target.columns)
    path = _written(format, target, tmp_path)
    if path is None:
        return
    casts = ", ".join(f'cast("{name}" as {declared[name]})' for name in target.columns if name in declared)
    duckdb.sql(f"select {casts} from '{path}'").fetchall()


def _written(format: Format, target: Target, folder: Path) -> Path | None:
    """The rows of a file that has none of the format's columns: every expression must stand that."""
    rows = pa.table(
        {column.name: pa.nulls(1, TYPES.get(column.kind, pa.string())) for column in format.columns}
        | {"_line": pa.array([1], pa.int64())}
    )
    recognised = Recognised(format=format, table=None, columns={}, language="en", placeholders={})  # type: ignore[arg-type]
    typed = Typed(rows, recognised, NOTHING, CONTEXT, None)
    try:
        written = typed.write(target, folder / "rows.parquet")
    finally:
        typed.close()
    return written.path if written.path.is_file() else None
