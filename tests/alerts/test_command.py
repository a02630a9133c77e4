"""`leadline alerts` as a whole: what it prints, its exit codes, and what arrives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from leadline.versions import definition_version
from tests.alerts.conftest import HEAD, rule
from tests.alerts.test_delivery import hook
from tests.cli.conftest import MINI, Leadline, leadline, mini_database

__all__ = ["hook", "leadline", "mini_database"]

# In the small company January is the last month that both exports cover: 310.125 a lead.
HIGH = "metric: cost_per_lead, cadence: month, when: {above: 300}"
DAY = ("--date", "2026-02-10")


@pytest.fixture(autouse=True)
def begun_on_the_first(mini_database: Path, tmp_path: Path) -> None:
    """The small company with data from the first of January on, so that January is whole."""
    own = tmp_path / "leadline.duckdb"
    shutil.copy(mini_database, own)
    with duckdb.connect(str(own)) as connection:
        connection.execute("update dim_source set first_day = '2026-01-01' where is_connected")


def run(leadline: Leadline, folder: Path, plan: str, *arguments: str) -> Any:
    file = folder / "plan.yml"
    file.write_text(HEAD + plan, encoding="utf-8")
    state, database = str(folder / "state.json"), str(folder / "leadline.duckdb")
    return leadline("alerts", "--plan", str(file), "--state", state, "--database", database, *DAY, *arguments)


@pytest.mark.parametrize(("severity", "code"), [("info", 0), ("warning", 1), ("critical", 5)])
def test_the_exit_code_is_that_of_the_gravest(
    leadline: Leadline, tmp_path: Path, severity: str, code: int
) -> None:
    assert run(leadline, tmp_path, rule(HIGH, severity)).code == code


def test_nothing_raised_is_0_and_the_silence_is_explained(leadline: Leadline, tmp_path: Path) -> None:
    done = run(leadline, tmp_path, rule(HIGH.replace("300", "311")))
    assert done.code == 0
    assert "rule (2026-01-01 to 2026-01-31): fine" in done.out
    assert "rule (" not in run(leadline, tmp_path, rule(HIGH.replace("300", "311")), "--quiet").out


def test_json_holds_everything_that_a_program_needs(leadline: Leadline, tmp_path: Path) -> None:
    done = run(leadline, tmp_path, rule(HIGH), "--format", "json", "--lang", "fr")
    (row,) = json.loads(done.out)
    told = {
        key: row[key] for key in ("key", "severity", "value", "limit", "period_start", "period_end", "owner")
    }
    assert told == {
        "key": "rule",
        "severity": "warning",
        "value": 310.125,
        "limit": 300,
        "period_start": "2026-01-01",
        "period_end": "2026-01-31",
        "owner": "Ann",
    }
    assert "au-dessus de" in row["message"]
    assert row["place"].endswith("plan.yml:17:6")
    manifest = Layer.load(MINI / "semantic_manifest.json").manifest
    assert row["version"] == definition_version(manifest, "cost_per_lead")


def test_it_is_delivered_once(leadline: Leadline, tmp_path: Path, hook: list[dict[str, Any]]) -> None:
    plan = rule(HIGH) + "recipients:\n  - {name: chat, url_env: TEST_HOOK}\n"
    first, second = (run(leadline, tmp_path, plan, "--deliver") for _ in range(2))
    assert (first.code, second.code, len(hook)) == (1, 1, 1)
    assert "chat: 1 alerts, 0 resolved" in first.err
    assert "chat: nothing new" in second.err


def test_who_cannot_be_told_is_3(leadline: Leadline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEST_HOOK", raising=False)
    plan = rule(HIGH) + "recipients:\n  - {name: chat, url_env: TEST_HOOK}\n"
    done = run(leadline, tmp_path, plan, "--deliver")
    assert done.code == 3
    assert "TEST_HOOK is not set" in done.err


@pytest.mark.parametrize("wrong", [("--date", "31.12.2026"), ("--plan", "/nowhere/plan.yml")])
def test_wrong_arguments_are_one_clear_error(leadline: Leadline, wrong: tuple[str, str]) -> None:
    done = leadline("alerts", *wrong)
    assert done.code in (2, 3)
    assert "Traceback" not in done.err
    assert wrong[1] in done.err
