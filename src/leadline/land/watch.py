"""Folders watched for new exports; a file is taken once it has stopped changing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from leadline.land.inbox import Export, exports, state

# A file that has not changed for so many seconds is not being written any more.
SETTLE: Final = 2.0
_POLL_MS: Final = 500


def changes(
    paths: Sequence[Path],
    *,
    apart: Path | None = None,
    settle: float = SETTLE,
    stop: threading.Event | None = None,
) -> Iterator[list[Export]]:
    """All exports at first, then those that came or changed, whenever there are any; ends with Ctrl-C.

    Args:
        paths: files and folders.
        apart: a folder that is not looked into.
        settle: for how many seconds a file has to stay as it is before it is taken.
        stop: ends it from another thread.
    """
    from watchfiles import watch

    seen: dict[Path, tuple[int, int]] = {}
    rounds = watch(
        *paths, stop_event=stop, rust_timeout=_POLL_MS, yield_on_timeout=True, raise_interrupt=False
    )
    for _ in rounds:
        now = state(paths)
        if now == seen:
            continue
        now = _settled(paths, settle, stop)
        fresh = [one for one in exports(paths, apart=apart) if _is_new(one, now, seen)]
        seen = now
        if fresh:
            yield fresh


def _settled(
    paths: Sequence[Path], settle: float, stop: threading.Event | None
) -> dict[Path, tuple[int, int]]:
    """The state once nothing has changed for a while."""
    before = state(paths)
    while not (stop and stop.is_set()):
        time.sleep(settle)
        now = state(paths)
        if now == before:
            break
        before = now
    return before


def _is_new(one: Export, now: dict[Path, tuple[int, int]], seen: dict[Path, tuple[int, int]]) -> bool:
    return any(now.get(file) != seen.get(file) for file in one.members or (one.path,))
