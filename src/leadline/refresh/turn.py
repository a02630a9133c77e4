"""One refresh at a time: whoever comes second is told who holds the turn."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import filelock

from leadline.errors import LeadlineError, WarehouseError

_LOCK: Final = ".refresh.lock"
_HOLDER: Final = ".refresh.json"


class BusyError(WarehouseError):
    """Another process refreshes this folder."""


@contextmanager
def turn(folder: Path) -> Iterator[None]:
    """Hold the folder of builds; the system lets go of it when the process ends, however it ends.

    Raises:
        BusyError: another process holds it; says which and since when.
        LeadlineError: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / _LOCK)
        lock.acquire(timeout=0)
    except filelock.Timeout as error:
        raise BusyError(
            f"another refresh is running: {_told(folder / _HOLDER)}",
            where=str(folder),
            fix="wait until it ends; the lock goes with its process",
        ) from error
    except OSError as error:
        raise LeadlineError(
            f"the folder of builds cannot be written to: {error.strerror}",
            where=str(folder),
            fix="correct its permissions, or name another folder with --builds",
        ) from error
    try:
        _write(folder / _HOLDER)
        yield
    finally:
        (folder / _HOLDER).unlink(missing_ok=True)
        lock.release()


def _write(path: Path) -> None:
    held = {
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
    }
    path.write_text(json.dumps(held) + "\n", encoding="utf-8")


def _told(path: Path) -> str:
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        return f"process {held['pid']} on {held['host']} since {held['since']}"
    except (OSError, ValueError, KeyError):
        return "it has just begun"
