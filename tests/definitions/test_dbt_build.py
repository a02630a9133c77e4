"""An edited formula fails dbt's build, with the example in its words; the tests are not generated again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.warehouses import INPUTS, ROOT


@pytest.fixture
def copy_of_project(tmp_path: Path) -> Path:
    """The project as dbt reads it."""
    for name in INPUTS:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / name)
        elif source.exists():
            shutil.copy(source, tmp_path / name)
    return tmp_path


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {path}"
    path.write_text(text.replace(before, after), encoding="utf-8")


def messages(folder: Path) -> dict[str, str]:
    """What `dbt build` says of the tests of examples that did not pass, by test."""
    environment = os.environ | {
        "LEADLINE_DATABASE": str(folder / "leadline.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DO_NOT_TRACK": "1",
    }
    command = (
        "build", "--select", "path:data_tests/examples", "--no-partial-parse",
        "--project-dir", ".", "--profiles-dir", ".",
    )  # fmt: skip
    run = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--quiet", *command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    written = folder / "target" / "run_results.json"
    assert written.is_file(), run.stdout + run.stderr
    results = json.loads(written.read_text(encoding="utf-8"))["results"]
    assert len(results) >= 7, run.stdout
    failed = [result for result in results if result["status"] not in ("pass", "success")]
    assert bool(failed) == (run.returncode != 0)
    assert all(line in run.stdout for result in failed for line in _told(result["message"]))
    return {result["unique_id"].split(".")[2]: result["message"] for result in failed}


def _told(message: str) -> Iterable[str]:
    return [line.strip() for line in message.splitlines() if " should give " in line]


@pytest.mark.slow
def test_edits_of_formulas_fail_the_build_with_the_examples_words(copy_of_project: Path) -> None:
    metrics = copy_of_project / "metrics"
    # An analyst wants percents, and writes them into the formula.
    replaced(
        metrics / "engagement.yml",
        "    type: ratio\n    numerator: clicks\n    denominator: impressions\n",
        "    type: derived\n    expr: 100.0 * clicks / nullif(impressions, 0)\n"
        "    input_metrics: [clicks, impressions]\n",
    )
    # An edit below a formula: lifetime value goes by way of churn.
    replaced(
        metrics / "ascension.yml", "    numerator: customers_lost\n", "    numerator: customers_returned\n"
    )
    # A filter of a simple metric, whose example gives rows.
    replaced(
        copy_of_project / "models" / "marts" / "fct_leads.yml",
        "filter: \"{{ Dimension('lead__is_lead') }} = true\"",
        "filter: \"{{ Dimension('lead__is_mql') }} = true\"",
    )
    failed = messages(copy_of_project)
    assert set(failed) == {"examples_engagement", "examples_ascension", "examples_capture"} | (
        {"examples_conversion"} & set(failed)
    )
    assert (
        "ctr: 1200 clicks of 40000 impressions should give 0.03, gives 3.0" in failed["examples_engagement"]
    )
    assert (
        "churn_rate: 50 customers_lost of 1000 customers_at_start should give 0.05"
        in failed["examples_ascension"]
    )
    assert "customer_lifetime_value: " in failed["examples_ascension"]
    assert "leads: its definition has changed" in failed["examples_capture"]
