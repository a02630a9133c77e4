"""Some rows of a raw table on their way out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from leadline.demo.draw import Ints
from leadline.demo.schema import columns, records

Piece = tuple[str, str, pa.Table, Ints | None]  # source, table, rows, local day of each (large tables only)


def piece(source: str, table: str, rows: int, values: Mapping[str, Any], days: Ints | None = None) -> Piece:
    """A piece from columns (see `schema.columns`)."""
    return source, table, columns(source, table, rows, values), days


def listing(source: str, table: str, rows: Sequence[Mapping[str, Any]]) -> Piece:
    """A piece from one mapping a row (see `schema.records`)."""
    return source, table, records(source, table, rows), None
