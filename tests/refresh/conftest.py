"""The published file of the demonstration warehouse, written once."""

from __future__ import annotations

from pathlib import Path

import pytest

from leadline import Layer
from leadline.refresh.published import write_published


@pytest.fixture(scope="session")
def published_file(
    tmp_path_factory: pytest.TempPathFactory, database_path: Path, manifest_path: Path
) -> Path:
    out = tmp_path_factory.mktemp("published") / "leadline.duckdb"
    write_published(database_path, out, Layer.load(manifest_path), manifest_path.parent / "manifest.json")
    return out
