"""The engine against a naive evaluator, over generated manifests, data and requests.

`LEADLINE_SEED` chooses the draws (the header of the run shows it), `LEADLINE_EXAMPLES` how many manifests
of each kind. A disagreement is shrunk and shown in full: request, definitions, tables, SQL and both answers.
"""

from __future__ import annotations

import os
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.internal.conjecture import engine

from tests.conftest import SEED
from tests.differential.engines import check
from tests.differential.requests import Case, cases

EXAMPLES = int(os.environ.get("LEADLINE_EXAMPLES", "30"))
REQUESTS = 12
SHRINKING = float(os.environ.get("LEADLINE_SHRINKING", "60"))
KINDS = ("simple", "simple", "offset", "cumulative", "conversion", "mixed", "hourly")


@pytest.mark.parametrize("part", range(len(KINDS)), ids=lambda part: f"{KINDS[part]}_{part}")
def test_engine_and_naive_evaluator_agree(part: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # what hypothesis offers no setting for: a minute of shrinking makes a case readable, five are not needed
    monkeypatch.setattr(engine, "MAX_SHRINKING_SECONDS", SHRINKING)
    con = duckdb.connect(config={"threads": "1"})
    asked = []

    @seed(SEED + part)
    @settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(case=cases(KINDS[part], REQUESTS))
    def run(case: Case) -> None:
        asked.append(check(case, con, tmp_path / "manifest.json"))

    run()
    print(f"LEADLINE_SEED={SEED}: {sum(asked)} requests of {KINDS[part]} metrics agree")
    assert sum(asked) >= EXAMPLES * REQUESTS


def test_enough_is_asked() -> None:
    assert "LEADLINE_EXAMPLES" in os.environ or len(KINDS) * EXAMPLES * REQUESTS >= 2000
