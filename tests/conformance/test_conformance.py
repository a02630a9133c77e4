"""dbt's own integration cases, with manifests of the older spec and of the newer one, on DuckDB."""

from __future__ import annotations

import functools
import importlib.util
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from leadline import Layer
from tests.conformance.newer_spec import to_newer_spec

SUITE = Path(__file__).resolve().parents[3] / "shared" / "conformance"
REASON = "the conformance suite (../shared/conformance) is not beside this checkout"
CASES: list[dict[str, Any]] = (
    [json.loads(line) for line in (SUITE / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
    if SUITE.is_dir()
    else []
)
# cases that the engine refuses by name; each has to raise a LeadlineError, never to give a wrong number
NOT_SUPPORTED: frozenset[str] = frozenset()

pytestmark = pytest.mark.skipif(not CASES, reason=REASON)


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("conformance_run", SUITE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    con = duckdb.connect()
    con.execute((SUITE / "source_tables.sql").read_text(encoding="utf-8"))
    yield con
    con.close()


@functools.cache
def layer(manifest: str, spec: str) -> Layer:
    document = json.loads((SUITE / "manifests" / f"{manifest}.json").read_text(encoding="utf-8"))
    return Layer.from_document(to_newer_spec(document) if spec == "newer" else document)


def request(case: dict[str, Any]) -> dict[str, Any]:
    names = (
        "metrics",
        "group_by",
        "where",
        "order_by",
        "limit",
        "start",
        "end",
        "saved_query",
        "min_max_only",
    )
    return {name: case[name] for name in names if case[name] not in (None, [], False)}


@pytest.mark.parametrize("spec", ["older", "newer"])
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_rows_are_those_of_the_hand_written_query(
    case: dict[str, Any], spec: str, runner: ModuleType, connection: duckdb.DuckDBPyConnection
) -> None:
    if case["id"] in NOT_SUPPORTED:
        from leadline import LeadlineError

        with pytest.raises(LeadlineError):
            layer(case["manifest"], spec).sql(**request(case))
        return
    cursor = connection.execute(layer(case["manifest"], spec).sql(**request(case)))
    columns, rows = [d[0] for d in cursor.description], cursor.fetchall()
    problem = runner.difference(case, *runner.wanted(case, connection), columns, rows)
    assert problem is None


def test_the_newer_spec_has_no_measures() -> None:
    document = json.loads((SUITE / "manifests" / "simple_manifest.json").read_text(encoding="utf-8"))
    newer = to_newer_spec(document)
    assert not any(model["measures"] for model in newer["semantic_models"])
    assert not any((metric["type_params"].get("measure")) for metric in newer["metrics"])


def test_the_list_of_unsupported_cases_holds_no_stranger() -> None:
    assert {case["id"] for case in CASES} >= NOT_SUPPORTED
