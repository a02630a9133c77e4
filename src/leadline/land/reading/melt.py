"""Tables whose headers hold data, a day or the name of a metric: each such column becomes rows of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.land.reading.records import Chunk
from leadline.land.reading.tables import SourceTable

# What a cell of a new row is made of: the cell at a position, a text that is the same in all of them, or
# several cells joined by " | ".
Cell = int | str | tuple[int, ...]
SEPARATOR = " | "


def melted(table: SourceTable, header: Sequence[str], groups: Sequence[Mapping[str, Cell]]) -> SourceTable:
    """The table with one row for each of its rows and group.

    Args:
        header: the texts of the new columns.
        groups: for each group of new rows, what its cells are made of; a header without an entry is empty.

    Returns:
        A table whose rows keep their lines. A line counts once, for the row of the first group.
    """

    def read(positions: Sequence[int]) -> Iterator[Chunk]:
        wanted = [header[position] for position in positions]
        needed = sorted({p for group in groups for name in wanted for p in _positions(group.get(name, ""))})
        for chunk in table.chunks(needed or [0]):
            yield _melted(chunk, positions, wanted, groups)

    return replace(table, header=tuple(header), read=read)


def _positions(cell: Cell) -> tuple[int, ...]:
    if isinstance(cell, int):
        return (cell,)
    return cell if isinstance(cell, tuple) else ()


def _melted(
    chunk: Chunk, positions: Sequence[int], wanted: Sequence[str], groups: Sequence[Mapping[str, Cell]]
) -> Chunk:
    count = chunk.table.num_rows
    columns = {
        str(position): pa.concat_arrays([_cells(chunk.table, group.get(name, "")) for group in groups])
        for position, name in zip(positions, wanted, strict=True)
    }
    lines = np.zeros(count * len(groups), dtype=np.int64)
    lines[:count] = chunk.lines
    return replace(chunk, table=pa.table(columns), line=np.tile(chunk.line, len(groups)), lines=lines)


def _cells(table: pa.Table, cell: Cell) -> pa.Array:
    if isinstance(cell, int):
        return table[str(cell)].combine_chunks().cast(pa.string())
    if isinstance(cell, str):
        return pa.array([cell] * table.num_rows, pa.string())
    parts = [table[str(position)].combine_chunks().cast(pa.string()) for position in cell]
    return pc.binary_join_element_wise(*parts, SEPARATOR, null_handling="replace", null_replacement="")
