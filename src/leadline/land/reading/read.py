"""Any file to its tables: text, and what holds other files or cells that are typed already."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from leadline.land.format import Format
from leadline.land.headers import Known, known
from leadline.land.reading import archive, typed, workbook
from leadline.land.reading.encoding import IN_MEMORY, text_of
from leadline.land.reading.siblings import introduced
from leadline.land.reading.tables import SourceTable, tables_of
from leadline.land.refusals import Refusal

_ZIP, _GZIP, _PARQUET, _OLE = b"PK\x03\x04", b"\x1f\x8b", b"PAR1", b"\xd0\xcf\x11\xe0"
_NO_TABLE = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"<", "a web page"),
)
_BOOK_PARTS = ("xl/workbook.", "content.xml")


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the user says about a file instead of leaving it to the evidence."""

    encoding: str | None = None
    delimiter: str | None = None


def read_file(path: Path, options: ReadOptions, formats: Sequence[Format]) -> list[SourceTable]:
    """All tables of a file, in order; of a folder, those of all its files.

    Args:
        path: text, a zip archive, a workbook, Parquet or JSON lines, known by its content; or a folder.
        formats: whose headers tell a header row from any other.

    Raises:
        Refusal: the file can't be read, or holds no table.
    """
    if path.is_dir():
        return introduced([t for one in archive.files(path) for t in read_file(one, options, formats)])
    if not path.is_file():
        raise Refusal("unreadable", "there is no such file", where=str(path))
    found = list(_tables(path, str(path), None, options, known(formats)))
    if not found:
        raise Refusal("no-rows", "the file holds no table", where=str(path), fix="export it again")
    return introduced(found)


def _tables(
    content: Path | bytes, file: str, member: str | None, options: ReadOptions, headers: Known
) -> Iterator[SourceTable]:
    head = _head(content, file)
    where = f"{file}, {member}" if member else file
    if head.startswith(_ZIP) and not _is_book(content):
        yield from _members(content, file, options, headers)
    elif head.startswith((_ZIP, _OLE)):
        for name, text in workbook.sheets(content, where):
            within = f"{member}, {name}" if member else name
            for table in tables_of(
                text_of(text), headers, file=file, member=within, delimiter=workbook.DELIMITER
            ):
                yield replace(table, whole=True, encoding="workbook")
    elif head.startswith(_PARQUET):
        yield typed.parquet(_on_disk(content, where), file, member)
    elif head.startswith(_GZIP):
        for table in _tables(_unzipped(content, where), file, member, options, headers):
            yield replace(table, whole=True)
    else:
        yield from _texts(content, file, member, options, headers)


def _texts(
    content: Path | bytes, file: str, member: str | None, options: ReadOptions, headers: Known
) -> Iterator[SourceTable]:
    text = text_of(content, encoding=options.encoding)
    start = text.read(0, 4096).lstrip()
    if start.startswith(b"{"):
        yield typed.json_lines(text, file, member)
    elif start.startswith((b"[{", b"[ {", b"[\n", b"[\r\n")) and text.size <= IN_MEMORY:
        yield typed.json_lines(text_of(typed.json_array(text, file)), file, member)
    else:
        for mark, what in _NO_TABLE:
            if start.startswith(mark):
                raise Refusal("unreadable", f"the file is {what}, not an export", where=file)
        yield from tables_of(text, headers, file=file, member=member, delimiter=options.delimiter)


def _members(content: Path | bytes, file: str, options: ReadOptions, headers: Known) -> Iterator[SourceTable]:
    if isinstance(content, bytes):
        raise Refusal("unreadable", "an archive within an archive is not unpacked", where=file)
    for name, member in archive.members(content, file):
        for table in _tables(member, file, name, options, headers):
            yield replace(table, whole=True)


def _head(content: Path | bytes, file: str, size: int = 4096) -> bytes:
    if isinstance(content, bytes):
        return content[:size]
    try:
        with content.open("rb") as opened:
            return opened.read(size)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Refusal("unreadable", f"the file can't be read: {reason}", where=file) from error


def _is_book(content: Path | bytes) -> bool:
    """Whether an archive is a workbook: its list of members, which stands at its end, says so."""
    try:
        with zipfile.ZipFile(io.BytesIO(content) if isinstance(content, bytes) else content) as opened:
            return any(name.startswith(_BOOK_PARTS) for name in opened.namelist())
    except zipfile.BadZipFile:
        return False


def _unzipped(content: Path | bytes, where: str) -> bytes:
    try:
        return gzip.decompress(content if isinstance(content, bytes) else content.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise Refusal("unreadable", f"the archive is damaged: {error}", where=where) from error


def _on_disk(content: Path | bytes, where: str) -> Path:
    if isinstance(content, Path):
        return content
    raise Refusal(
        "unreadable", "a Parquet file within an archive is not unpacked", where=where, fix="unpack it"
    )
