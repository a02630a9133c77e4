"""`leadline show`: what it says without dbt's compiled SQL, and what it costs."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LEADLINE = Path(sys.executable).with_name("leadline")
LONGEST = 3.0  # seconds of processor time; what is waited for is others' doing


def show(metric: str, manifest: Path, database: Path, *options: str) -> tuple[str, float]:
    """What the command prints, and the processor's seconds that it took."""
    environment = os.environ | {"LEADLINE_MANIFEST": str(manifest), "LEADLINE_DATABASE": str(database)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = subprocess.run(
        [LEADLINE, "show", metric, *options], env=environment, capture_output=True, text=True, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return " ".join(run.stdout.split()), spent


@pytest.mark.parametrize("metric", ["ltv_to_cac", "lead_to_customer_rate_cohort"])
def test_the_longest_lineage_takes_no_three_seconds(
    metric: str, manifest_path: Path, database_path: Path
) -> None:
    said, spent = show(metric, manifest_path, database_path)
    assert "shopify.order" in said
    assert "not known" not in said
    assert spent < LONGEST


@pytest.mark.parametrize(("lang", "words"), [("en", "the compiled SQL of"), ("fr", "le SQL compilé de")])
def test_without_compiled_sql_the_origin_is_said_to_be_unknown(
    lang: str, words: str, manifest_path: Path, tmp_path: Path
) -> None:
    """After `dbt parse` alone: not a count of rows, and not silence."""
    for name in ("manifest.json", "semantic_manifest.json"):
        shutil.copy(manifest_path.with_name(name), tmp_path / name)
    text = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    (tmp_path / "manifest.json").write_text(text.replace('"compiled_code":', '"left_out":'), encoding="utf-8")
    said, _ = show("ctr", tmp_path / "semantic_manifest.json", tmp_path / "none.duckdb", "--lang", lang)
    assert f"{words} fct_ad_performance" in said
    assert "dbt compile" in said
