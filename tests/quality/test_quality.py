"""Checks: nothing critical on good data, every planted fault caught by the check that is meant for it."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from leadline.check.quality.measure import measure
from leadline.check.quality.own import own_rules
from leadline.check.quality.rule import GROUPS, Rule
from leadline.check.quality.run import Run, result_rows, rules_of, run_checks, selected, with_own_suites
from leadline.check.quality.suite import validate_own
from leadline.measurement.plan import load_plan
from leadline.refresh.builds import Build
from leadline.refresh.quality import Quality
from leadline.versions import definition_version
from leadline.write.checks_page import checks_page
from tests.quality.faults import FAULTS

ROOT = Path(__file__).parents[2]
OWN = """
rules:
  - id: orders.no_giants
    relation: marts.fct_orders
    failing: revenue > 5000
    expected: no order is above 5,000
    action: ask the shop whether it is a test
    keys: [order_name]
  - id: orders.some_each_month
    relation: marts.fct_orders
    query: >
      select last_day from (select max(last_day) as last_day from marts.dim_source)
      where not exists (select 1 from marts.fct_orders where date_day > last_day - 31)
    expected: there are orders every month
    action: look whether the shop's export stopped
"""
SUITE = {
    "name": "orders_of_ours",
    "meta": {"leadline": {"relation": "marts.fct_orders"}},
    "expectations": [
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "order_name"},
            "severity": "critical",
        },
        {
            "type": "expect_column_values_to_be_between",
            "kwargs": {"column": "revenue", "min_value": 100000},
            "severity": "warning",
        },
    ],
}


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checks")
    (folder / "orders.yml").write_text(OWN)
    (folder / "gx").mkdir()
    (folder / "gx" / "orders_of_ours.json").write_text(json.dumps(SUITE))
    return folder


@pytest.fixture(scope="module")
def rules(demo_build: duckdb.DuckDBPyConnection, manifest_path: Path, own: Path) -> list[Rule]:
    described = json.loads((manifest_path.parent / "manifest.json").read_text())
    plan = load_plan(ROOT / "plan.yml")
    return rules_of(Layer.load(manifest_path), described, demo_build, plan, own, project=ROOT)


@pytest.fixture(scope="module")
def run(
    demo_build: duckdb.DuckDBPyConnection,
    database_path: Path,
    rules: list[Rule],
    own: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    folder = tmp_path_factory.mktemp("results")
    # A copy of its own, as no connection to the file may be open beside that of Great Expectations.
    copy = folder / "leadline.duckdb"
    shutil.copyfile(database_path, copy)
    return with_own_suites(run_checks(demo_build, rules, folder), own, copy, folder)


@pytest.fixture(scope="module")
def spoiled(database_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A copy of the warehouse; each fault is planted in a transaction that is rolled back."""
    copy = tmp_path_factory.mktemp("spoiled") / "leadline.duckdb"
    shutil.copyfile(database_path, copy)
    with duckdb.connect(str(copy)) as connection:
        yield connection


def test_ids_are_unique_and_every_group_has_rules(rules: list[Rule]) -> None:
    assert len({rule.id for rule in rules}) == len(rules)
    assert {rule.group for rule in rules} == set(GROUPS)


def test_good_data_has_nothing_critical_and_its_planted_traps_are_warned_of(run: Run) -> None:
    assert [c.rule.id for c in run.of("critical")] == []
    warned = {c.rule.id for c in run.of("warning")}
    assert {"conventions.utm", "conventions.tracking", "reconciliation.claimed_revenue"} <= warned
    assert not [c.error for c in run.checked if c.error]


def test_every_planted_fault_is_caught_by_its_check(spoiled: Any, rules: list[Rule]) -> None:
    by_id = {rule.id: rule for rule in rules}
    assert len(FAULTS) >= 60
    missed = []
    for fault in FAULTS:
        spoiled.execute("begin")
        try:
            before = measure(spoiled, [by_id[fault.caught_by]])[0]
            spoiled.execute(fault.sql)
            after = measure(spoiled, [by_id[fault.caught_by]])[0]
        finally:
            spoiled.execute("rollback")
        if after.passed or after.failing <= before.failing:
            missed.append((fault.caught_by, fault.sql, before.failing, after.failing, after.error))
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "image@2x",
        "campagne du 01-02-2026 10:30",
        "promo+20261031",
        "2026-10-31 04:30:07",
        "482-190-7733",
        "5400010012",
        "GA1.1.1234567890.1757012345",
        "a3d09a8c36bc518c3c47dc22258bde9c",
        "commande 10012, 06 boîtes de 50 g",
        "1 234 567 890 impressions",
        "€ 12.50 + 3.20",
        "v1.02.03.04",
    ],
)
def test_numbers_of_other_kinds_are_no_telephone(spoiled: Any, rules: list[Rule], text: str) -> None:
    (rule,) = (rule for rule in rules if rule.id == "pii.fct_tickets")
    spoiled.execute("begin")
    spoiled.execute("update marts.fct_tickets set topic = ?", [text])
    (checked,) = measure(spoiled, [rule])
    spoiled.execute("rollback")
    assert checked.passed


def test_personal_data_that_is_found_is_not_repeated(spoiled: Any, rules: list[Rule]) -> None:
    (rule,) = (rule for rule in rules if rule.id == "pii.fct_tickets")
    spoiled.execute("begin")
    spoiled.execute(
        "update marts.fct_tickets set topic = 'call 0612345678' where ticket_key ="
        " (select min(ticket_key) from marts.fct_tickets)"
    )
    (key,) = spoiled.execute("select min(ticket_key) from marts.fct_tickets").fetchone()
    (checked,) = measure(spoiled, [rule])
    spoiled.execute("rollback")
    assert checked.sample == ({"ticket_key": key, "found_in": "topic"},)


def test_what_is_wrong_is_shown_with_its_keys(spoiled: Any, rules: list[Rule]) -> None:
    rule = next(rule for rule in rules if rule.id == "orders.no_giants")
    spoiled.execute("begin")
    spoiled.execute("update marts.fct_orders set revenue = 9999 where order_name = '#1001'")
    (checked,) = measure(spoiled, [rule])
    count = spoiled.execute("select count(*) from marts.fct_orders where order_name = '#1001'").fetchone()
    spoiled.execute("rollback")
    assert checked.failing == count[0]
    assert not count[0] or checked.sample[0] == {"order_name": "#1001"}


def test_one_missing_column_does_not_hide_what_other_rules_say(spoiled: Any, rules: list[Rule]) -> None:
    of_orders = [r for r in rules if r.relation == 'marts."fct_orders"' and r.failing]
    spoiled.execute("begin")
    spoiled.execute("alter table marts.fct_orders drop column channel")
    spoiled.execute("update marts.fct_orders set date_day = null")
    found = {c.rule.id: c for c in measure(spoiled, of_orders)}
    spoiled.execute("rollback")
    assert found["contract.fct_orders.date_day.not_null"].failing > 100
    assert any(c.error for c in found.values())


def test_results_are_those_of_great_expectations(run: Run) -> None:
    ours, theirs = run.suites
    assert ours["statistics"]["evaluated_expectations"] == len(run.checked) - 2
    assert ours["meta"]["great_expectations_version"].startswith("1.24")
    failed = [r["expectation_config"]["kwargs"]["column"] for r in ours["results"] if not r["success"]]
    assert set(failed) == {c.rule.id for c in run.failed if not c.rule.id.startswith("own.")}
    assert theirs["suite_name"] == "orders_of_ours"


def test_suites_of_users_run_beside_ours(run: Run) -> None:
    found = {c.rule.id: c for c in run.checked if c.rule.id.startswith("own.")}
    assert found["own.orders_of_ours.1"].passed
    assert not found["own.orders_of_ours.2"].passed
    assert found["own.orders_of_ours.2"].rule.severity == "warning"


def test_rows_for_bi_have_every_check(run: Run) -> None:
    table = result_rows(run)
    assert len(table) == len(run.checked)
    statuses = set(table["status"].to_pylist())
    assert statuses == {"passed", "failed"}


def test_rules_about_a_metric_say_the_version_of_its_definition(run: Run, manifest_path: Path) -> None:
    manifest = Layer.load(manifest_path).manifest
    rows = {row["check_id"]: row["version"] for row in result_rows(run).to_pylist()}
    assert rows["validity.ctr.range"] == definition_version(manifest, "ctr")
    assert {version for name, version in rows.items() if name.startswith("contract.")} == {None}


def test_the_history_of_a_file_of_before_a_column_came_is_carried_on(run: Run, tmp_path: Path) -> None:
    quality = Quality()
    quality.run = run
    builds = [Build(number, "published", "2026-01-01T00:00:00") for number in (1, 2)]
    old = tmp_path / "leadline.duckdb"
    with duckdb.connect(str(old)) as connection:
        connection.execute("create schema kpi")
        connection.register("rows_of_old", quality.history(builds[0], None).drop_columns(["version"]))
        connection.execute("create table kpi.check_results as from rows_of_old")
    history = quality.history(builds[1], old)
    assert history.num_rows == 2 * len(run.checked)
    assert set(history.column("build").to_pylist()) == {1, 2}


def test_the_page_opens_offline_and_says_what_to_do(run: Run) -> None:
    page = checks_page(run)
    assert "http" not in page.replace("https://", "http").split("<body>")[0]
    assert "utm check" in page
    assert page.count("<article") == len(run.failed)


def test_selection_by_group_table_and_name(rules: list[Rule]) -> None:
    assert {r.group for r in selected(rules, ["pii"])} == {"pii"}
    assert {r.id.split(".")[1] for r in selected(rules, ["contract.fct_orders"])} == {"fct_orders"}
    with pytest.raises(LeadlineError, match=r"no check is called 'valdity'[\s\S]*validity"):
        selected(rules, ["valdity"])


def test_own_rules_that_are_wrong_are_told_all_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("rules: [{id: A, relation: t, expected: x, action: y, failing: z}]")
    (tmp_path / "b.yml").write_text("rules: [{id: b, relation: t, expected: x, action: y}]")
    with pytest.raises(LeadlineError) as raised:
        own_rules(tmp_path)
    assert "a.yml: 'A' does not match" in str(raised.value)
    assert "b.yml:" in str(raised.value)


def test_own_rules_are_told_in_words(tmp_path: Path) -> None:
    said = {
        "rules: [{id: a, relation: t, expected: x, action: y, failing: z, key: [k]}]": "did you mean 'keys'",
        "rules: [{id: a, relation: t, expected: x, action: y, failing: z, query: q}]": "this has both",
        "rules: [{id: a, relation: t, expected: x, action: y}]": "this has neither",
        "": "begin with `rules:`",
    }
    for text, words in said.items():
        (tmp_path / "a.yml").write_text(text)
        with pytest.raises(LeadlineError) as raised:
            own_rules(tmp_path)
        assert words in str(raised.value)


def test_what_ends_a_statement_is_no_part_of_a_rule_of_ones_own(spoiled: Any, tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "rules:\n"
        "  - {id: a, relation: marts.fct_orders, expected: x, action: y, keys: [nix], failing: 'true -- a'}\n"
        "  - {id: b, relation: marts.fct_orders, expected: x, action: y, query: 'from marts.fct_orders;'}\n"
        "  - {id: c, relation: marts.fct_orders, expected: x, action: y, failing: 'nope > 1'}\n"
    )
    (orders,) = spoiled.execute("select count(*) from marts.fct_orders").fetchone()
    one, two, three = measure(spoiled, own_rules(tmp_path))
    assert (one.failing, one.sample, "keys can't be shown" in str(one.error)) == (orders, (), True)
    assert (two.failing, two.error) == (orders, None)
    assert "nope" in str(three.error)


@pytest.mark.parametrize(
    ("relation", "expectation", "words"),
    [
        (
            "marts.fct_order",
            {"type": "expect_column_to_exist", "kwargs": {"column": "a"}},
            "marts.fct_orders",
        ),
        ("marts.fct_orders", {"type": "expect_colum_to_exist", "kwargs": {"column": "a"}}, "column_to_exist"),
    ],
)
def test_suites_that_are_wrong_are_refused(
    relation: str, expectation: dict[str, Any], words: str, database_path: Path, tmp_path: Path
) -> None:
    file = tmp_path / "ours.json"
    suite = {"name": "x", "meta": {"leadline": {"relation": relation}}, "expectations": [expectation]}
    file.write_text(json.dumps(suite))
    copy = tmp_path / "leadline.duckdb"
    shutil.copyfile(database_path, copy)
    with pytest.raises(LeadlineError, match=rf"nearest: [\s\S]*{words}"):
        validate_own(file, copy)


def test_what_one_reason_keeps_from_being_measured_is_told_once(spoiled: Any, rules: list[Rule]) -> None:
    of_orders = [r for r in rules if r.relation == 'marts."fct_orders"' and r.failing]
    spoiled.execute("begin")
    spoiled.execute("drop table marts.fct_orders")
    checked = measure(spoiled, of_orders)
    spoiled.execute("rollback")
    told = Run(dt.datetime(2026, 11, 1), tuple(checked)).told()
    assert {len(together) for together in told} <= {
        sum(len(t) for t in told if t[0].rule.severity == s) for s in ("critical", "warning")
    }
    assert len(told) == 2, "one for each severity"


def test_a_copy_under_another_name_is_checked_and_own_suites_can_be_chosen(
    database_path: Path, manifest_path: Path, own: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy_of_it.duckdb"
    shutil.copyfile(database_path, copy)
    command = [
        *(sys.executable, "-m", "leadline.cli", "check", "--json", "--database", str(copy)),
        *("--manifest", str(manifest_path), "--results", str(tmp_path / "results"), "--own", str(own)),
        *("--select", "validity.ctr", "--select", "own.orders_of_ours"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    found = {line["check_id"]: line for line in map(json.loads, run.stdout.splitlines())}
    assert {"validity.ctr.range", "own.orders_of_ours.1", "own.orders_of_ours.2"} <= set(found), run.stderr
    assert found["validity.ctr.range"]["status"] == "passed"
    assert all(line["owner"] and line["action"] and line["severity"] for line in found.values())
    assert run.returncode == 1
    assert (tmp_path / "results" / "own.orders_of_ours.json").is_file()


def test_the_command_ends_by_severity(database_path: Path, manifest_path: Path, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "leadline.cli", "check", "--select", "validity,pii", "--json"),
        *("--database", str(database_path), "--manifest", str(manifest_path)),
        *("--results", str(tmp_path / "results")),
    ]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert run.returncode in (0, 1), run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert {line["check_group"] for line in lines} == {"validity", "pii"}
    assert (tmp_path / "results" / "leadline.json").is_file()
