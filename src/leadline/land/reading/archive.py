"""Zip archives and folders: what is in them, each under its own name."""

from __future__ import annotations

import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from leadline.land.refusals import Refusal

# An archive that unpacks to more than this many times its size is no export.
_SWELLS = 1_000
_IN_MEMORY = 64 << 20
_IGNORED = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def members(path: Path, where: str) -> Iterator[tuple[str, Path | bytes]]:
    """The name and content of each file of a zip archive, checked against its checksum.

    A large member is a temporary file that lasts until the next is asked for.

    Raises:
        Refusal: the archive is damaged, or protected by a password.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist():
                if info.is_dir() or _ignored(info.filename):
                    continue
                if info.file_size > _SWELLS * max(info.compress_size, 1):
                    raise Refusal(
                        "unreadable", f"{info.filename} unpacks to an implausible size", where=where
                    )
                yield from _one(archive, info)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise Refusal(
            "unreadable", f"the archive is damaged: {error}", where=where, fix="download it again"
        ) from error
    except (RuntimeError, NotImplementedError) as error:
        raise Refusal("unreadable", f"the archive can't be unpacked: {error}", where=where) from error


def _one(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[tuple[str, Path | bytes]]:
    if info.file_size <= _IN_MEMORY:
        yield info.filename, archive.read(info)
        return
    with tempfile.NamedTemporaryFile(suffix=Path(info.filename).suffix) as unpacked:
        with archive.open(info) as member:
            while block := member.read(8 << 20):
                unpacked.write(block)
        unpacked.flush()
        yield info.filename, Path(unpacked.name)


def files(folder: Path) -> list[Path]:
    """The files of a folder and of those in it, by name."""
    found = [path for path in folder.rglob("*") if path.is_file()]
    return sorted(path for path in found if not _ignored(path.name) and not path.name.startswith("."))


def _ignored(name: str) -> bool:
    return any(name.startswith(one) or name.endswith(one) for one in _IGNORED)
