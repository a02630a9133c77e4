"""Writing that survives a crash, and what a disk refuses, said plainly."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from leadline.durable import sync_file
from leadline.errors import WarehouseError

_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN: Final = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NO_LINKS: Final = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP})
_FULL_WORDS: Final = ("no space left", "disk full", "quota exceeded")
_FORBIDDEN_WORDS: Final = ("permission denied", "read-only file system", "operation not permitted")


class StoreError(WarehouseError):
    """The store cannot be read or written: the disk, its rights, or a damaged file."""


def full(folder: Path) -> StoreError:
    """The disk is full."""
    return StoreError(
        "the disk is full; nothing was changed",
        where=str(folder),
        fix="make room and run it again, or choose another folder with --store",
    )


def forbidden(folder: Path) -> StoreError:
    """The folder must not be written."""
    return StoreError(
        "the store cannot be written; nothing was changed",
        where=str(folder),
        fix="give this user the right to write there, or choose another folder with --store",
    )


@contextmanager
def plainly(folder: Path) -> Iterator[None]:
    """Turn what the disk or the engine says about room and rights into a StoreError about `folder`."""
    import duckdb

    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise full(folder) from error
        if error.errno in _FORBIDDEN:
            raise forbidden(folder) from error
        place = str(error.filename or folder)
        raise StoreError(f"the store cannot be used: {error.strerror or error}", where=place) from error
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        said = str(error).lower()
        if any(word in said for word in _FULL_WORDS):
            raise full(folder) from error
        if any(word in said for word in _FORBIDDEN_WORDS):
            raise forbidden(folder) from error
        raise


def place(source: Path, target: Path) -> None:
    """Move a finished file to where it stays, in one step; an equal file that is there is replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sync_file(source)
    source.replace(target)


def link(source: Path, target: Path) -> None:
    """The same file under a second name; a copy where the disk knows no links."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, target)
        sync_file(target)
