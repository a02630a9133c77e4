"""The project built from real connector files, as they lie in the reference material."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouses import ROOT, WITHOUT_UNIT_TESTS, built


@pytest.fixture(scope="session")
def connector_dir(shared: Path) -> Path:
    return shared / "exports" / "connector"


@pytest.fixture(scope="session")
def real_build(connector_dir: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to a warehouse built from the real files: in US dollars, without rates."""
    variables = {
        "raw_from": "files",
        "raw_path": f"../{connector_dir.relative_to(ROOT.parent)}",
        "reporting_currency": "USD",
        "default_ad_currency": "USD",
    }
    folder = built("real", variables, command=("build", *WITHOUT_UNIT_TESTS))
    connection = duckdb.connect(str(folder / "leadline.duckdb"), read_only=True)
    yield connection
    connection.close()
