"""The texts of files; an archive that a tool exports is read like its folder."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from leadline.errors import LeadlineError

_KINDS: Final = (".sql", ".json", ".yml", ".yaml")
_LARGEST: Final = 20_000_000
_FIX: Final = "save it as UTF-8"


@dataclass(frozen=True, slots=True)
class Text:
    """A text, where it stands, and its kind by the end of its name."""

    path: str
    kind: str
    text: str


def is_export(path: Path) -> bool:
    """Whether an archive is what Superset exports: YAML with its metadata."""
    try:
        with zipfile.ZipFile(path) as archive:
            return any(PurePosixPath(name).name == "metadata.yaml" for name in archive.namelist())
    except (OSError, zipfile.BadZipFile):
        return False


def texts_in(path: Path) -> Iterator[Text]:
    """The text of a file, or those of an archive. Raises LeadlineError where it can't be read."""
    if path.suffix.lower() == ".zip":
        yield from _archived(path)
        return
    try:
        yield Text(str(path), path.suffix.lower(), path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise LeadlineError(f"the file can't be read: {error}", where=str(path), fix=_FIX) from error


def _archived(path: Path) -> Iterator[Text]:
    try:
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                kind = PurePosixPath(one.filename).suffix.lower()
                if kind in _KINDS and one.file_size <= _LARGEST:
                    text = archive.read(one).decode("utf-8-sig")
                    yield Text(f"{path}/{one.filename}", kind, text)
    except (OSError, UnicodeDecodeError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise LeadlineError(
            f"the archive can't be read: {error}", where=str(path), fix="unpack it, and name its folder"
        ) from error
