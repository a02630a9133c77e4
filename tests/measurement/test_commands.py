"""`leadline plan` and `leadline targets` as the shell sees them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from leadline import Layer
from leadline.measurement.plan import load_plan
from leadline.measurement.targets import seed_text
from leadline.versions import definition_version
from tests.cli.conftest import MINI, Leadline
from tests.measurement.conftest import GOOD, plan_from
from tests.measurement.test_check import BAD
from tests.warehouses import ROOT

DAY = ("--date", "2026-11-22")


@pytest.fixture
def run(
    leadline: Leadline, small_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., object]:
    """The program on the small company's database, in a folder with a plan."""
    monkeypatch.setenv("LEADLINE_DATABASE", str(small_database))
    monkeypatch.delenv("LEADLINE_PLAN", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.yml").write_text(GOOD, encoding="utf-8")
    return leadline


def test_the_document_goes_to_the_terminal_or_a_file(run: Leadline, tmp_path: Path) -> None:
    assert run("plan", *DAY).out.startswith("# The plan\n")
    done = run("plan", *DAY, "--lang", "fr", "--format", "html", "--out", "plan.html")
    assert (done.code, done.out) == (0, "")
    assert '<html lang="fr">' in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_the_document_and_the_targets_say_the_version_of_each_definition(run: Leadline) -> None:
    manifest = Layer.load(MINI / "semantic_manifest.json").manifest
    version = definition_version(manifest, "leads")
    for form in ("markdown", "html"):
        assert version in run("plan", *DAY, "--format", form).out
    rows = json.loads(run("targets", *DAY, "--format", "json").out)
    assert {row["version"] for row in rows if row["kpi"] == "leads"} == {version}


def test_a_pdf_needs_a_file_and_chromium(run: Leadline, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("plan", "--format", "pdf").code == 2
    monkeypatch.setenv("LEADLINE_CHROMIUM", "no-such-browser")
    done = run("plan", *DAY, "--format", "pdf", "--out", "plan.pdf")
    assert done.code == 3
    assert "LEADLINE_CHROMIUM" in done.err


def test_the_exit_code_of_a_check_follows_the_gravest_breach(run: Leadline, tmp_path: Path) -> None:
    plan = tmp_path / "plan.yml"
    # With reviews and e-mail taken out, what is left is one warning: three primary KPIs are few.
    text = re.sub(r"      - metric: reviews\n(?:        .+\n)+", "", GOOD)
    text = re.sub(r"channels:\n(?: .+\n)+", "", text)
    text = text.replace("target: 0.025", "target: 0.035").replace("2026-12: 0.025", "2026-12: 0.035")
    plan.write_text(text, encoding="utf-8")
    mild = run("plan", "--check", *DAY)
    assert (mild.code, mild.out.splitlines()[-1]) == (0, "plan.yml: 0 errors, 1 warning, 0 notes")
    assert run("plan", "--check", "--fail-on", "warning", *DAY).code == 1
    plan.write_text(BAD, encoding="utf-8")
    grave = run("plan", "--check", *DAY)
    assert grave.code == 1
    assert re.search(r"^plan\.yml:6:3: error: impressions ", grave.out, flags=re.MULTILINE)
    assert "Traceback" not in grave.err


def test_a_misshapen_plan_is_a_report_of_the_check_and_an_error_elsewhere(
    run: Leadline, tmp_path: Path
) -> None:
    (tmp_path / "plan.yml").write_text(GOOD.replace("company:", "compny:"), encoding="utf-8")
    checked = run("plan", "--check", *DAY)
    assert checked.code == 1
    assert "plan.yml:1:1: error: there is no key 'compny' here [shape]" in checked.out
    assert "nearest: company" in checked.out
    written = run("plan", *DAY)
    assert written.code == 2
    assert "plan.yml:1:1" in written.err


def test_without_a_plan_something_is_missing_here(run: Leadline, tmp_path: Path) -> None:
    (tmp_path / "plan.yml").unlink()
    for command in ("plan", "targets"):
        done = run(command)
        assert done.code == 3
        assert "there is no measurement plan" in done.err


def test_a_day_that_is_none_is_refused(run: Leadline) -> None:
    assert run("targets", "--date", "22/11/2026").code == 2


def test_targets_are_rows_for_machines_with_raw_numbers(run: Leadline) -> None:
    rows = {row["kpi"]: row for row in json.loads(run("targets", *DAY, "--format", "json").out)}
    assert list(rows) == ["leads", "cost_per_lead", "ctr_paid_search", "reviews", "clicks_email"]
    cost = rows["cost_per_lead"]
    assert (cost["actual"], cost["target"], cost["status"]) == (20.0, 14, "behind")
    assert cost["expected"] == pytest.approx(40 - 26 * 365 / 426)
    assert (cost["period_start"], cost["period_end"]) == ("2026-10-01", "2026-10-31")
    assert rows["ctr_paid_search"]["segment"] == "paid_search"
    assert rows["reviews"]["actual"] is None
    assert rows["reviews"]["reason"] == "customer reviews is not connected"
    read = list(csv.DictReader(io.StringIO(run("targets", *DAY, "--format", "csv").out)))
    assert [row["kpi"] for row in read] == list(rows)


def test_targets_are_a_table_for_people_in_their_language(run: Leadline) -> None:
    shown = run("targets", *DAY, "--lang", "fr").out.replace("\xa0", " ").replace("\u202f", " ")
    line = next(line for line in shown.splitlines() if line.startswith("Coût par lead"))
    assert re.split(r"  +", line) == [
        "Coût par lead (CPL)",
        "ensemble",
        "du 2026-10-01 au 2026-10-31",
        "20,00 €",
        "17,72 €",
        "trajectoire linéaire",
        "14,00 €",
        "31 décembre 2026",
        "en retard",
    ]


def test_the_seed_is_written_and_checked(run: Leadline, tmp_path: Path) -> None:
    seed = ("--seed", "targets.csv")
    assert run("targets", "--check-seed", *seed).code == 1
    assert run("targets", "--write-seed", *seed).code == 0
    assert run("targets", "--check-seed", *seed).code == 0
    plan = tmp_path / "plan.yml"
    plan.write_text(GOOD.replace("target: 14", "target: 15"), encoding="utf-8")
    assert run("targets", "--check-seed", *seed).code == 1


def test_the_committed_seed_is_what_the_committed_plan_says() -> None:
    wanted = seed_text(load_plan(ROOT / "plan.yml"))
    assert (ROOT / "seeds" / "reference" / "ref_targets.csv").read_text(encoding="utf-8") == wanted, (
        "run `leadline targets --write-seed`"
    )


def rows_of(text: str) -> dict[tuple[str, str], dict[str, str]]:
    found = list(csv.DictReader(io.StringIO(seed_text(plan_from(text)))))
    by_key = {(row["target_name"], row["period_start"]): row for row in found}
    assert len(by_key) == len(found)  # the grain: target and period
    return by_key


def test_the_seed_has_each_targets_path_by_period() -> None:
    rows = rows_of(GOOD)
    # A level from the plan's start to its deadline, month by month; the last is the target itself.
    assert sum(name == "cost_per_lead" for name, _ in rows) == 12
    october = rows["cost_per_lead", "2026-10-01"]
    assert float(october["expected_value"]) == pytest.approx(40 - 26 * 365 / 426)
    assert float(rows["cost_per_lead", "2026-12-01"]["expected_value"]) == 14
    assert rows["cost_per_lead", "2026-10-01"]["segment"] == ""
    # Periods that the plan gives, in its segment; November has October's until its own is given.
    given = [rows["ctr_paid_search", f"2026-{m}-01"]["expected_value"] for m in (10, 11, 12)]
    assert given == ["0.0275", "0.0275", "0.025"]
    assert rows["ctr_paid_search", "2026-10-01"]["segment_filter"] == "channel = 'Paid Search'"
    # A season is last year's data, which a seed does not know: it has its days, and the line instead.
    season = [rows["leads", f"2026-{m}-01"] for m in (10, 11, 12)]
    assert [float(row["expected_value"]) for row in season] == pytest.approx([50 * 31 / 92, 50 * 61 / 92, 50])
    assert [row["last_year_end"] for row in season] == ["2025-10-31", "2025-11-30", "2025-12-31"]
    assert (october["last_year_start"], october["last_year_end"]) == ("", "")


def test_the_seed_of_a_linear_total_adds_up_day_by_day() -> None:
    rows = rows_of(GOOD.replace("  path: seasonal\n", ""))
    found = [float(rows["leads", f"2026-{m}-01"]["expected_value"]) for m in (10, 11, 12)]
    assert found == pytest.approx([50 * 31 / 92, 50 * 61 / 92, 50])


def test_the_committed_plan_breaks_no_rule_on_the_demonstration_company(
    leadline: Leadline, manifest_path: Path, database_path: Path
) -> None:
    done = leadline(
        "plan",
        "--check",
        "--plan",
        str(ROOT / "plan.yml"),
        "--manifest",
        str(manifest_path),
        "--database",
        str(database_path),
        *DAY,
    )
    assert done.code == 0, done.out
