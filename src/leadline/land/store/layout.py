"""Where things stand in a store's folder."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DEFAULT_STORE: Final = "landing/store"
STORE_VARIABLE: Final = "LEADLINE_STORE"


def default_store() -> Path:
    """The store's folder where none is named: LEADLINE_STORE, else landing/store."""
    return Path(os.environ.get(STORE_VARIABLE) or DEFAULT_STORE)


@dataclass(frozen=True, slots=True)
class Layout:
    """The paths of a store. `raw` is a symlink to the snapshot that counts: to swap it is to commit."""

    folder: Path

    @property
    def raw(self) -> Path:
        """What dbt reads."""
        return self.folder / "raw"

    @property
    def snapshots(self) -> Path:
        """One folder a commit: `<n>/<source>/<table>/…` and `<n>/ledger.json`."""
        return self.folder / "snapshots"

    @property
    def parts(self) -> Path:
        """Every row that ever landed, in files that never change."""
        return self.folder / "parts"

    @property
    def originals(self) -> Path:
        """The files as they came."""
        return self.folder / "originals"

    @property
    def quarantine(self) -> Path:
        """What did not fit, one Parquet file a landed file."""
        return self.folder / "quarantine"

    @property
    def as_of(self) -> Path:
        """Databases of what was known on a day; a cache."""
        return self.folder / "as_of"

    @property
    def tmp(self) -> Path:
        """What is being written: there while a change is under way, or after one that was interrupted."""
        return self.folder / "tmp"

    @property
    def lock(self) -> Path:
        """Held by whoever changes the store."""
        return self.folder / ".lock"

    @property
    def accounts(self) -> Path:
        """The accounts whose files may land; the user's."""
        return self.folder / "accounts.yml"

    @property
    def aliases(self) -> Path:
        """Renamed campaigns that are one; the user's."""
        return self.folder / "aliases.yml"

    def current(self) -> Path | None:
        """The snapshot that counts, by its own name; None in a new store."""
        return self.snapshots / self.raw.readlink().name if self.raw.is_symlink() else None
