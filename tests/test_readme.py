"""What the README shows is so: its numbers, and its commands, on the demonstration company."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

README = Path(__file__).resolve().parents[1] / "README.md"

# The usual mistake: rows of ads joined to rows of leads, so that spend is repeated for every lead.
ROW_BY_ROW = """
select sum(ads.cost) / count(distinct leads.lead_key)
from marts.fct_ad_performance as ads
inner join marts.fct_leads as leads
    on ads.channel = leads.channel
    and date_trunc('month', ads.date_day) = date_trunc('month', leads.lead_day)
where leads.is_lead
"""


def test_the_readme_gives_both_numbers_as_they_are(
    demo_build: duckdb.DuckDBPyConnection, truth: dict[str, Any], manifest_path: Path
) -> None:
    from leadline import Layer

    wrong, right = (
        float(text) for text in re.findall(r"€(\d+\.\d\d)", README.read_text(encoding="utf-8"))[:2]
    )
    naive = demo_build.execute(ROW_BY_ROW).fetchone()
    assert naive is not None
    assert round(float(naive[0]), 2) == wrong
    rows = Layer.load(manifest_path).query(metrics=["cost_per_lead"], connection=demo_build)
    assert round(rows.column("cost_per_lead")[0].as_py(), 2) == right
    # What the company's generator knows, with nothing of ours between.
    assert round(sum(truth["ad_spend_eur"].values()) / truth["sales"]["leads"]["total"], 2) == right


def asking_commands() -> list[str]:
    """The README's commands that ask for something; those that make data are tested elsewhere."""
    lines = re.findall(r"^    (leadline .+)$", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line.split("  #")[0].strip() for line in lines]


@pytest.mark.parametrize("command", asking_commands())
def test_the_readmes_commands_run(command: str, manifest_path: Path, database_path: Path) -> None:
    program, *arguments = shlex.split(command)
    environment = os.environ | {
        "LEADLINE_MANIFEST": str(manifest_path),
        "LEADLINE_DATABASE": str(database_path),
    }
    run = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout
