"""Signs of life on stderr, for people only: a pipe or a log gets none."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

# Shorter work needs no sign, and drawing one would cost more than the work.
_PATIENCE = 0.7
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that work goes on while the block runs, once it has taken a while and stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_spin, args=(what, done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _spin(what: str, done: threading.Event) -> None:
    if done.wait(_PATIENCE):
        return
    frame = 0
    while not done.wait(0.1):
        sys.stderr.write(f"\r{_FRAMES[frame % len(_FRAMES)]} {what}…")
        sys.stderr.flush()
        frame += 1
    sys.stderr.write("\r\x1b[K")
    sys.stderr.flush()
