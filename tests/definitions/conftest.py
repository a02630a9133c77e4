"""The definitions of the project, as dbt parsed them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadline import Layer
from tests.cli.conftest import leadline, mini_database

__all__ = ["leadline", "mini_database"]


@pytest.fixture(scope="session")
def project(manifest_path: Path) -> Layer:
    return Layer.load(manifest_path)


@pytest.fixture(scope="session")
def document(manifest_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(manifest_path.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def catalogue(shared: Path) -> dict[str, dict[str, Any]]:
    rows = yaml.safe_load((shared / "kpis" / "catalogue.yml").read_text(encoding="utf-8"))
    return {row["id"]: row for row in rows}
