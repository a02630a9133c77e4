"""A column of text that became a column of values, and the cells that did not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa


@dataclass(slots=True)
class Typed:
    """Values, NULL where a cell is empty or bad; `bad` gives each bad cell's row and `reasons` its reason."""

    values: pa.Array
    bad: np.ndarray
    reasons: list[str]


NONE_BAD = np.array([], dtype=np.int64)
# What exports write in place of nothing.
NOTHING = frozenset(
    {"", "-", "--", "–", "—", "n/a", "na", "nan", "null", "none", "#n/a", "(not set)", "undefined"}
)


def flat(column: pa.ChunkedArray | pa.Array) -> pa.StringArray:
    """A column as one array without offset and NULL, so that its buffers can be read as they are."""
    if isinstance(column, pa.ChunkedArray):
        array = column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [_empty()])
    else:
        array = column
    if array.null_count:
        array = array.fill_null("")
    return pa.concat_arrays([array, _empty()]) if array.offset else array


def trimmed(array: pa.StringArray) -> pa.StringArray:
    """The texts without spaces around them; the same array where there are none."""
    import pyarrow.compute as pc

    starts, stops, data = buffers(array)
    filled = stops > starts
    if not filled.any():
        return array
    edges = np.concatenate([data[starts[filled]], data[stops[filled] - 1]])
    # Bytes up to 32 are spaces and controls; from 128 on they may be part of a no-break space.
    return pc.utf8_trim_whitespace(array) if ((edges <= 32) | (edges >= 128)).any() else array


def buffers(array: pa.StringArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where each text of a flat array begins and ends, and the bytes of all of them."""
    _, offsets, data = array.buffers()
    at = np.frombuffer(offsets, np.int32)[: len(array) + 1] if offsets else np.zeros(1, np.int32)
    bytes_ = np.frombuffer(data, np.uint8) if data else np.zeros(0, np.uint8)
    return at[:-1], at[1:], bytes_


def by_value(array: pa.StringArray) -> tuple[np.ndarray, list[str]]:
    """Which of the distinct texts each row has, and those texts."""
    encoded = array.dictionary_encode()
    return encoded.indices.to_numpy(zero_copy_only=False), encoded.dictionary.to_pylist()


def _empty() -> pa.StringArray:
    return pa.array([], pa.string())
