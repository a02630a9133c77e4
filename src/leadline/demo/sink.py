"""Where rows go: CSV files for people and seeds, partitioned Parquet for volume. Both are written as rows
come."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from leadline.demo.draw import Ints
from leadline.demo.plan import Plan
from leadline.demo.schema import CONTRACT, schema

BLOCKS_A_FILE = (
    8  # then a new file is begun: what a Parquet writer remembers grows with the rows that it wrote
)


class Sink(Protocol):
    """Takes the rows of any raw table, in any number of pieces."""

    rows: Counter[str]

    def write(self, source: str, table: str, data: pa.Table, days: Ints | None, block: int) -> None: ...

    def close(self) -> None: ...


class CsvSink:
    """One CSV file a table: `<out>/<source>/<table>.csv`, or with a prefix as dbt's seeds have it."""

    def __init__(self, out: Path, *, as_seeds: bool) -> None:
        self.rows: Counter[str] = Counter()
        self._files: dict[tuple[str, str], IO[str]] = {}
        for source, tables in CONTRACT.items():
            (out / source).mkdir(parents=True, exist_ok=True)
            for table in tables:
                name = f"raw_{source}__{table}.csv" if as_seeds else f"{table}.csv"
                handle = (out / source / name).open("w", encoding="utf-8", newline="")
                handle.write(",".join(schema(source, table).names) + "\n")
                self._files[source, table] = handle
                self.rows[f"{source}.{table}"] = 0

    def write(self, source: str, table: str, data: pa.Table, days: Ints | None, block: int) -> None:
        self.rows[f"{source}.{table}"] += data.num_rows
        writer = csv.writer(self._files[source, table], lineterminator="\n")
        for batch in data.to_batches(max_chunksize=20_000):
            writer.writerows(zip(*(_texts(batch.column(i)) for i in range(batch.num_columns)), strict=True))

    def close(self) -> None:
        for handle in self._files.values():
            handle.close()


def _texts(column: pa.Array) -> Iterator[str]:
    kind = column.type
    if pa.types.is_nested(kind):
        return (_json(value) for value in column.to_pylist())
    if pa.types.is_timestamp(kind):
        seconds = column.cast(pa.timestamp("s"))
        return (_text(value) for value in pc.strftime(seconds, format="%Y-%m-%d %H:%M:%S").to_pylist())
    if pa.types.is_boolean(kind):
        return ("" if value is None else str(value).lower() for value in column.to_pylist())
    return (_text(value) for value in column.to_pylist())


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _json(value: Any) -> str:
    kept = _without_nulls(value)
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":")) if kept else ""


def _without_nulls(value: Any) -> Any:
    """The same without keys that have no value: a JSON reader fills them with NULL again."""
    if isinstance(value, dict):
        kept = {key: _without_nulls(v) for key, v in value.items()}
        return {key: v for key, v in kept.items() if v is not None and v != {}}
    if isinstance(value, list):
        return [_without_nulls(v) for v in value]
    return value


class ParquetSink:
    """`<out>/<source>/<table>.parquet`, or for large tables `<table>/month=YYYY-MM/part-<block>.parquet`."""

    def __init__(self, out: Path, plan: Plan) -> None:
        self.rows: Counter[str] = Counter({f"{s}.{t}": 0 for s, tables in CONTRACT.items() for t in tables})
        self._out, self._plan = out, plan
        self._open: dict[Path, pq.ParquetWriter] = {}
        self._group = 0

    def write(self, source: str, table: str, data: pa.Table, days: Ints | None, block: int) -> None:
        self.rows[f"{source}.{table}"] += data.num_rows
        if block // BLOCKS_A_FILE != self._group:
            self._roll(block // BLOCKS_A_FILE)
        if days is None:
            self._append(self._out / source / f"{table}.parquet", data)
            return
        months = self._plan.month_of_day[np.clip(days, 0, self._plan.days - 1)]
        # Large tables come in order of time, so that a month is a slice of them.
        ends = np.searchsorted(months, np.arange(len(self._plan.months) + 1))
        for i, month in enumerate(self._plan.months):
            size = int(ends[i + 1] - ends[i])
            if size:
                name = f"part-{self._group * BLOCKS_A_FILE:05d}.parquet"
                path = self._out / source / table / f"month={month}" / name
                self._append(path, data.slice(int(ends[i]), size))

    def _append(self, path: Path, data: pa.Table) -> None:
        if path not in self._open:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._open[path] = pq.ParquetWriter(
                path, data.schema, compression="zstd", compression_level=1, store_schema=False
            )
        self._open[path].write_table(data)

    def _roll(self, group: int) -> None:
        """Close the parts of large tables and begin new ones."""
        self._group = group
        for path in [p for p in self._open if p.name.startswith("part-")]:
            self._open.pop(path).close()

    def close(self) -> None:
        """Finish every file; tables that never got a row become empty files with their columns."""
        for writer in self._open.values():
            writer.close()
        self._open.clear()
        for source, tables in CONTRACT.items():
            for table in tables:
                folder, path = self._out / source / table, self._out / source / f"{table}.parquet"
                if not (folder.exists() or path.exists()):
                    path.parent.mkdir(parents=True, exist_ok=True)
                    pq.write_table(schema(source, table).empty_table(), path, compression="zstd")
