"""The benchmarks run, at a size at which nothing is worth timing: times are never asserted, rows are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks import peers
from benchmarks.definitions import CORE_MODELS, Definitions
from benchmarks.execution import CASES
from benchmarks.generation import whole_process
from benchmarks.run import main

pytestmark = pytest.mark.skipif(
    bool(peers.missing()), reason=f"the bench extra is not installed: {', '.join(peers.missing())}"
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    size = ["--visits", "3000", "--orders", "900", "--runs", "1", "--seconds", "0", "--timeout", "60"]
    places = ["--folder", str(folder), "--results", str(folder), "--readme", str(folder / "README.md")]
    main(["--parts", "generation", "execution", *size, *places])
    return folder


def test_every_engine_gives_the_rows_of_the_sql_by_hand(results: Path) -> None:
    cases: dict[str, Any] = json.loads((results / "execution_3000.json").read_text())["cases"]
    assert list(cases) == [case.name for case in CASES]
    for name, engines in cases.items():
        for engine in ("leadline", "metricflow"):
            assert engines[engine]["failed"] is None, (name, engine)
            assert engines[engine]["same_rows"], (name, engine)
            assert engines[engine]["rows"], (name, engine)


def test_every_request_is_written_by_leadline_and_metricflow(results: Path) -> None:
    for size, engines in json.loads((results / "generation.json").read_text())["milliseconds"].items():
        for engine in ("leadline", "metricflow"):
            said = {request: time for request, time in engines[engine].items() if isinstance(time, str)}
            assert not said, (size, engine)


def test_the_table_names_every_case(results: Path) -> None:
    text = (results / "README.md").read_text()
    for case in CASES:
        assert f"| {case.name} |" in text


def test_definitions_have_the_sizes_that_the_table_claims() -> None:
    small = Definitions(metrics=100, models=CORE_MODELS).manifest()
    large = Definitions(metrics=100, models=200, dimensions=10).manifest()
    assert len(small["metrics"]) == len(large["metrics"]) == 100
    assert len(large["semantic_models"]) == 200
    assert sum(len(model["dimensions"]) for model in large["semantic_models"]) == 2000


@pytest.mark.slow
def test_programs_answer_from_the_shell(tmp_path: Path) -> None:
    assert set(whole_process(tmp_path, peers.PEERS, 1)) == set(peers.PEERS)
