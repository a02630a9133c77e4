"""Writing that is on the disk when a function returns, and whole or not there after a crash."""

from __future__ import annotations

import os
from pathlib import Path


def sync_file(path: Path) -> None:
    """Make sure that a file's bytes are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# A folder is opened like a file; its entries are then on the disk.
sync_folder = sync_file


def write_synced(path: Path, content: bytes) -> None:
    """Write a new file whose bytes are on the disk when this returns."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_text(path: Path, text: str) -> None:
    """Put a text in the place of a file in one atomic step that is on the disk when this returns."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    write_synced(fresh, text.encode())
    fresh.replace(path)
    sync_folder(path.parent)


def swap_link(link_path: Path, target: str) -> None:
    """Point a symlink elsewhere in one atomic step that is on the disk when this returns."""
    fresh = link_path.with_name(f".{link_path.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link_path)
    sync_folder(link_path.parent)
