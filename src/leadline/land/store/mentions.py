"""Whether the content of a file mentions a person, and the content without them."""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from leadline.land.store.person import Person

_ZIP: Final = b"PK\x03\x04"
_GZIP: Final = b"\x1f\x8b"
_PARQUET: Final = b"PAR1"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_LINE: Final = re.compile(r"[^\n]*\n|[^\n]+")
_TAG: Final = re.compile(r"<[^>]*>")
# A quote that never closes must not take the rest of the file with it.
_LONGEST_RECORD: Final = 200


@dataclass(frozen=True, slots=True)
class Without:
    """What is left of a file: its content without the person's records; None if it cannot be edited.

    `lines` are the first lines of these records, counted from 1.
    """

    content: bytes | None
    lines: tuple[int, ...] = ()


def without(content: bytes, person: Person) -> Without | None:
    """The content without the person; None if it does not mention them."""
    if content[:4] in (_ZIP, _PARQUET) or content[:2] == _GZIP:
        return Without(None) if any(person.is_in(text) for text in _texts(content)) else None
    encoding = _encoding(content)
    text = content.decode(encoding)
    if not person.is_in(text):
        return None
    kept, removed, line = [], [], 1
    for record in _records(text):
        if person.is_in(record):
            removed.append(line)
            # Blank lines in its place: the lines below keep their numbers.
            kept.append("\n" * record.count("\n"))
        else:
            kept.append(record)
        line += record.count("\n")
    left = "".join(kept)
    if person.is_in(left):
        return Without(None, tuple(removed))
    return Without(left.encode(encoding), tuple(removed))


def _encoding(content: bytes) -> str:
    if content[:2] in _UTF16:
        return "utf-16"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # Every byte is a character of it, and comes back as it was.
        return "latin-1"
    return "utf-8"


def _records(text: str) -> Iterator[str]:
    """Records of a CSV: lines, those within quotes together."""
    waiting: list[str] = []
    quotes = 0
    for line in _LINE.findall(text) if "\n" in text else text.splitlines(keepends=True):
        waiting.append(line)
        quotes += line.count('"')
        if quotes % 2 == 0 or len(waiting) >= _LONGEST_RECORD:
            yield "".join(waiting)
            waiting, quotes = [], 0
    if waiting:
        yield "".join(waiting)


def _texts(content: bytes) -> Iterator[str]:
    """Everything readable in an archive, a workbook or a Parquet file."""
    if content[:4] == _ZIP:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for member in archive.namelist():
                yield member
                yield from _texts(archive.read(member))
    elif content[:2] == _GZIP:
        yield from _texts(gzip.decompress(content))
    elif content[:4] == _PARQUET:
        import pyarrow.parquet as pq

        for batch in pq.ParquetFile(io.BytesIO(content)).iter_batches():
            yield from (str(row) for row in batch.to_pylist())
    else:
        text = content.decode(_encoding(content))
        yield text
        if text.lstrip().startswith("<"):
            yield _TAG.sub("", text)
