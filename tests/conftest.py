"""Fixtures that several test folders share: the demonstration warehouse, built once by a real `dbt build`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.by_hand.raw_sql import exports
from tests.warehouses import ROOT, built

SHARED = ROOT.parent / "shared"
SEED = int(os.environ.get("LEADLINE_SEED", "20261122"))


def pytest_report_header() -> str:
    """What the generated requests of tests/differential are drawn from: set LEADLINE_SEED for others."""
    return f"LEADLINE_SEED={SEED}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference material beside the checkout; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the reference material (../shared) is not beside this checkout")
    return SHARED


@pytest.fixture(scope="session")
def seeds_dir() -> Path:
    return ROOT / "seeds" / "raw"


@pytest.fixture(scope="session")
def truth(seeds_dir: Path) -> dict[str, Any]:
    """What the demonstration company's generator knows to be true of the committed seeds."""
    found: dict[str, Any] = json.loads((seeds_dir / "truth.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def demo_folder() -> Path:
    """Where the demonstration warehouse was built: leadline.duckdb and target/ with dbt's artefacts."""
    return built("demo")


@pytest.fixture(scope="session")
def manifest_path(demo_folder: Path) -> Path:
    return demo_folder / "target" / "semantic_manifest.json"


@pytest.fixture(scope="session")
def database_path(demo_folder: Path) -> Path:
    return demo_folder / "leadline.duckdb"


@pytest.fixture(scope="session")
def demo_build(database_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the demonstration warehouse."""
    connection = duckdb.connect(str(database_path), read_only=True)
    yield connection
    connection.close()


@pytest.fixture(scope="session")
def raw_exports() -> Iterator[duckdb.DuckDBPyConnection]:
    """The demonstration company's raw exports, and what is made of them by hand; shares nothing with dbt."""
    with exports() as connection:
        yield connection
