"""The exports in folders: which files, and which folders, are one export each."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadline.errors import RequestError
from leadline.land.headers import plain

# The tables of one Search Console download, unpacked: two of them in a folder make it one export.
_TABLES: Final = frozenset(
    plain(name)
    for name in (
        "Dates",
        "Chart",
        "Graphique",
        "Queries",
        "Requêtes",
        "Pages",
        "Countries",
        "Pays",
        "Devices",
        "Appareils",
        "Search appearance",
        "Apparence dans les résultats de recherche",
        "Filters",
        "Filtres",
    )
)
_UNFINISHED: Final = (".crdownload", ".part", ".partial", ".tmp", ".download")
# The time that an archive made of a folder bears, so that equal folders give equal archives.
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Export:
    """One export: a file, or a folder whose `members` belong together. `name` is how it is shown."""

    path: Path
    name: str
    members: tuple[Path, ...] = ()

    def modified(self) -> float:
        """When it was last changed, in seconds since 1970."""
        return max(path.stat().st_mtime for path in self.members or (self.path,))

    def packed(self, folder: Path) -> Path:
        """The export as one file: itself, or an archive of its members in `folder`."""
        if not self.members:
            return self.path
        target = folder / f"{self.path.name}.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in self.members:
                archive.writestr(zipfile.ZipInfo(member.name, _EPOCH), member.read_bytes())
        return target


def exports(paths: Sequence[Path], *, apart: Path | None = None) -> list[Export]:
    """The exports under files and folders, in order of name; hidden and unfinished files are left out.

    Args:
        apart: a folder that is not looked into (the store).

    Raises:
        RequestError: a path does not exist.
    """
    found: dict[Path, Export] = {}
    for path in paths:
        if path.is_dir():
            for one in _within(path, path, apart.resolve() if apart else None):
                found.setdefault(one.path.resolve(), one)
        elif path.exists():
            found.setdefault(path.resolve(), Export(path, path.name))
        else:
            raise RequestError(
                "there is no such file or folder", where=str(path), fix="name files or folders of exports"
            )
    return list(found.values())


def _within(folder: Path, top: Path, apart: Path | None) -> Iterator[Export]:
    if apart is not None and folder.resolve() == apart:
        return
    entries = sorted(entry for entry in folder.iterdir() if not _is_left_out(entry.name))
    files = [entry for entry in entries if entry.is_file()]
    if len([file for file in files if _is_search_console(file)]) > 1:
        members = tuple(file for file in files if _is_search_console(file))
        yield Export(folder, str(folder.relative_to(top.parent)), members)
        files = [file for file in files if file not in members]
    for file in files:
        yield Export(file, str(file.relative_to(top)))
    for inner in entries:
        if inner.is_dir():
            yield from _within(inner, top, apart)


def _is_left_out(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED)


def _is_search_console(file: Path) -> bool:
    return file.suffix.lower() == ".csv" and plain(file.stem) in _TABLES


def state(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Size and time of change of every file under the paths: while these change, something is written."""
    found: dict[Path, tuple[int, int]] = {}
    for path in paths:
        folders = os.walk(path) if path.is_dir() else [(str(path.parent), [], [path.name])]
        for folder, _, names in folders:
            for name in names:
                file = Path(folder) / name
                if file.is_file():
                    stat = file.stat()
                    found[file] = (stat.st_size, stat.st_mtime_ns)
    return found
