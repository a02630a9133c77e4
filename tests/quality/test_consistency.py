"""Definition consistency: a report or a BI query with another formula fails a check, like bad data does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from leadline.check.quality.consistency import consistency_rules
from leadline.check.quality.own import own_audits, own_rules
from leadline.check.quality.rule import Rule
from leadline.check.quality.run import Run, result_rows, run_checks, selected
from leadline.write.checks_page import checks_page

MANIFEST = Path(__file__).parents[1] / "cli" / "mini" / "semantic_manifest.json"
DAYS = [("2026-09-05", 10, 100), ("2026-09-20", 90, 300), ("2026-10-01", 5, 50)]
MODEL = """
with daily as (
    select date_day, sum(clicks) / sum(impressions) as daily_ctr
    from {{ ref('fct_ad_performance') }}
    group by date_day
)
select date_trunc('month', date_day) as month, avg(daily_ctr) as ctr from daily group by 1
"""
RIGHT = "select channel, sum(clicks) / nullif(sum(impressions), 0) as ctr from fct_ad_performance group by 1"
CARD = {
    "name": "Leads",
    "dataset_query": {"type": "native", "native": {"query": "select count(*) * 2 as n from fct_leads"}},
}
AUDITS = """
audits:
  - id: consistency.metabase
    paths: [bi/*.json]
    owner: the BI team
    action: change the question, or rename it
"""
EXCEPTION = """
exceptions:
  - {path: models/reports/*.sql, output: ctr, reason: agreed with the agency, expires: 2999-01-01}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    files = {
        "dbt_project.yml": "name: p\nmodel-paths: [models]\n",
        "models/reports/by_channel.sql": RIGHT,
        "bi/leads.json": json.dumps([CARD], indent=1),
        "checks/bi.yml": AUDITS,
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def connection() -> Any:
    with duckdb.connect() as made:
        made.execute(
            "create table fct_ad_performance (date_day date, channel text, clicks int, impressions int)"
        )
        made.executemany("insert into fct_ad_performance values (?, 'a', ?, ?)", DAYS)
        made.execute(
            "create table fct_leads as select 1 as lead_key, date '2026-09-01' as date_day, 'a' as channel"
        )
        yield made


@pytest.fixture
def checked(project: Path, connection: Any, tmp_path: Path) -> Any:
    def run(*wanted: str) -> Run:
        layer = Layer.load(MANIFEST)
        own = project / "checks"
        rules: list[Rule] = [
            *own_rules(own),
            *consistency_rules(project, layer, {}),
            *own_audits(own, project, layer, {}),
        ]
        return run_checks(connection, selected(rules, wanted), tmp_path / "results")

    return run


def test_a_model_with_a_mean_of_daily_ratios_is_critical_and_says_what_it_comes_to(
    project: Path, checked: Any
) -> None:
    assert checked("consistency.models").failed == ()
    (project / "models" / "reports" / "rpt.sql").write_text(MODEL)
    run = checked("consistency.models")
    (found,) = run.of("critical")
    assert (found.rule.id, found.failing, found.rows) == ("consistency.models", 1, 2)
    (row,) = found.sample
    assert row["file"] == "models/reports/rpt.sql:7"
    assert (row["output"], row["kpi"]) == ("ctr", "ctr")
    assert "average of the ratios of each date_day" in str(row["difference"])
    # September: (10 / 100 + 90 / 300) / 2 = 0.2, and 100 / 400 = 0.25 as defined: 20 % less.
    assert "2026-09, 0.2 where the definition gives 0.25 (-20.0 %)" in str(row["on this data"])


def test_a_question_of_a_bi_tool_fails_the_check_that_names_its_file(checked: Any) -> None:
    run = checked("consistency")
    (found,) = run.failed
    assert (found.rule.id, found.rule.severity, found.rule.owner) == (
        "consistency.metabase",
        "warning",
        "the BI team",
    )
    assert found.sample[0]["file"] == "bi/leads.json:7"
    row = next(r for r in result_rows(run).to_pylist() if r["check_id"] == "consistency.metabase")
    assert (row["check_group"], row["status"], row["rows_failing"]) == ("consistency", "failed", 1)
    assert row["action"] == "change the question, or rename it"
    results = {r["expectation_config"]["kwargs"]["column"]: r["success"] for r in run.suites[0]["results"]}
    assert results == {"consistency.models": True, "consistency.metabase": False}
    assert "1 output of 1 in <code>bi/*.json</code>" in checks_page(run)


def test_an_exception_with_its_reason_holds(project: Path, checked: Any) -> None:
    (project / "models" / "reports" / "rpt.sql").write_text(MODEL)
    (project / ".leadline-audit.yml").write_text(EXCEPTION)
    assert checked("consistency.models").failed == ()
    (project / ".leadline-audit.yml").write_text(EXCEPTION.replace("2999", "2025"))
    assert checked("consistency.models").failed[0].failing == 2


def test_files_that_are_not_there_and_audits_that_are_wrong_are_told(project: Path, checked: Any) -> None:
    (project / "checks" / "bi.yml").write_text(AUDITS.replace("bi/*.json", "elsewhere/*.json"))
    (found,) = checked("consistency.metabase").failed
    assert found.error is not None
    assert "elsewhere" in found.error
    (project / "checks" / "bi.yml").write_text("audits: [{id: x}]")
    with pytest.raises(LeadlineError, match="'paths' is a required property"):
        checked()
    (project / "checks" / "bi.yml").write_text("audits: [{id: a, paths: [x]}, {id: a, paths: [y]}]")
    with pytest.raises(LeadlineError, match="two rules are called a"):
        checked()


def test_a_folder_that_is_no_project_has_no_such_check(tmp_path: Path) -> None:
    assert consistency_rules(tmp_path / "elsewhere", Layer.load(MANIFEST), {}) == []
