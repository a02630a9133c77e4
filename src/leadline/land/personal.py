"""Whether a file holds personal data, so that it is not kept in the open unless told to."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Final

from leadline.land.format import PERSONAL
from leadline.land.recognise import Recognised
from leadline.warehouse import in_memory

_CHUNK: Final = 4 << 20
_OVERLAP: Final = 256
# Bytes of text in any encoding; in UTF-16 a zero stands between the letters.
_ADDRESS: Final = re.compile(rb"[A-Za-z0-9._%+-]\x00?(?:@|%40)\x00?(?:[A-Za-z0-9-]\x00?)+\.\x00?[A-Za-z]")


def holds_personal_data(path: Path, tables: Iterable[Recognised]) -> bool:
    """Whether a recognised column is personal data, or an e-mail address stands anywhere in the file."""
    if any(column.kind in PERSONAL for table in tables for column in table.columns.values()):
        return True
    with path.open("rb") as file:
        if file.read(4) == b"PAR1":
            return _parquet_has_address(path)
    return any(_has_address(piece) for piece in _pieces(path))


def _has_address(piece: bytes) -> bool:
    return (b"@" in piece or b"%40" in piece) and _ADDRESS.search(piece) is not None


def _pieces(path: Path) -> Iterator[bytes]:
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                if not member.is_dir():
                    with archive.open(member) as file:
                        yield from _read(file)
        return
    with path.open("rb") as file:
        yield from _read(file)


def _read(file: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while piece := file.read(_CHUNK):
        yield tail + piece
        tail = piece[-_OVERLAP:]


def _parquet_has_address(path: Path) -> bool:
    """Its texts are compressed, so they are searched as values, nested ones included."""
    connection = in_memory()
    relation = connection.from_parquet(str(path))
    columns = ", ".join('cast("' + name.replace('"', '""') + '" as varchar)' for name in relation.columns)
    condition = f"regexp_matches(concat_ws(' ', {columns}), '[a-z0-9._%+-](@|%40)[a-z0-9-]+\\.[a-z]', 'i')"
    found = bool(relation.filter(condition).limit(1).fetchall())
    connection.close()
    return found
