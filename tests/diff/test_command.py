"""`leadline diff` on a real repository: a tag against the working tree, with dbt's own parser."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from tests.cli.conftest import Leadline
from tests.diff.project import FILES, database, git, write

ROOT = Path(__file__).resolve().parents[2]


_FOUND: dict[Path, Any] = {}


@pytest.fixture
def found(leadline: Leadline, shop: Path) -> Any:
    """The comparison of v1 with the working tree, made once."""
    if shop not in _FOUND:
        run = leadline("diff", "v1", "--format", "json")
        assert run.code == 0, run.err
        _FOUND[shop] = json.loads(run.out)
    return _FOUND[shop]


def changes(found: Any) -> dict[tuple[str, str], Any]:
    """The changes by kind and name."""
    return {(change["kind"], change["name"]): change for change in found["changes"]}


def numbers(found: Any) -> dict[str, Any]:
    """The movements by metric."""
    return {movement["metric"]: movement for movement in found["numbers"]}


def test_every_change_is_named_and_nothing_else(found: Any) -> None:
    assert {(kind, name): change["how"] for (kind, name), change in changes(found).items()} == {
        ("metric", "orders"): "changed",
        ("metric", "visits"): "changed",
        ("metric", "refunds"): "changed",
        ("metric", "net_sales"): "renamed",
        ("dimension", "channel"): "removed",
    }


def test_a_changed_filter_is_told_in_words_with_its_place_and_versions(found: Any) -> None:
    change = changes(found)["metric", "orders"]
    assert change["aspects"] == [{"name": "filters", "before": "", "after": "order__status = 'paid'"}]
    assert change["words"] == ["extra filter status = 'paid'"]
    assert change["place"] == "models/models.yml:23"
    assert change["version"]["before"] != change["version"]["after"]


def test_march_goes_from_ten_orders_to_seven_and_april_stays(found: Any) -> None:
    moved = numbers(found)["orders"]
    assert [(m["month"], m["before"], m["after"], m["difference"]) for m in moved["months"]] == [
        ("2026-03-01", 10, 7, -3),
        ("2026-04-01", 5, 5, 0),
    ]
    assert moved["months"][0]["share"] == pytest.approx(-0.3)
    assert (moved["total"]["before"], moved["total"]["after"]) == (15, 12)


def test_the_ratio_above_it_is_computed_again_for_the_whole_time(found: Any) -> None:
    moved = numbers(found)["order_rate"]
    # 10 of 100 and 5 of 50; then 7 of 100 and 5 of 50: together 12 of 150, which is no mean of the months.
    assert [(m["before"], m["after"]) for m in moved["months"]] == [
        (pytest.approx(0.1), pytest.approx(0.07)),
        (pytest.approx(0.1), pytest.approx(0.1)),
    ]
    assert (moved["total"]["before"], moved["total"]["after"]) == (pytest.approx(0.1), pytest.approx(0.08))
    assert found["new_versions"]["order_rate"]["through"] == ["orders"]


def test_what_a_change_reaches_is_named_with_its_place(found: Any) -> None:
    reaches = changes(found)["metric", "orders"]["reaches"]
    assert {kind: [(item["name"], item["place"]) for item in items] for kind, items in reaches.items()} == {
        "metric": [("order_rate", "metrics/rates.yml:2")],
        "saved query": [("overview", "metrics/rates.yml:10")],
        "report": [("overview", None)],
        "target": [("orders", "plan.yml:6:3"), ("order_rate", "plan.yml:17:10")],
        "alert": [("few_orders", "plan.yml:19:5")],
        "exposure": [("board", "metrics/rates.yml:17")],
        "example": [("order_rate (1)", "metrics/rates.yml:2")],
        "macro": [
            ("kpi.orders_by", None),
            ("kpi.order_rate", None),
            ("kpi.order_rate_by", None),
        ],
    }


def test_a_label_reaches_no_number_and_needs_no_new_version(found: Any) -> None:
    change = changes(found)["metric", "visits"]
    assert change["aspects"] == [{"name": "label", "before": "Visits", "after": "Sessions"}]
    assert not change["decides_numbers"]
    assert change["version"]["before"] == change["version"]["after"]
    assert "metric" not in change["reaches"]
    assert "visits" not in numbers(found)


def test_a_new_name_of_the_same_formula_is_no_removal(found: Any) -> None:
    assert changes(found)["metric", "net_sales"]["was"] == "sales"
    moved = numbers(found)["net_sales"]
    assert (moved["was"], moved["is_moved"], moved["total"]["before"]) == ("sales", False, 150)


def test_a_definition_that_cannot_run_any_more_says_which_and_why(found: Any) -> None:
    problem = numbers(found)["refunds"]["problem"]
    assert "the definition as it was cannot run on these tables" in problem
    assert '"refund"' in problem


def test_a_macro_that_changed_is_found_below_the_metrics_that_it_feeds(found: Any) -> None:
    tables = {table["name"]: table for table in found["models"]}
    assert list(tables) == ["stg_orders"]
    assert tables["stg_orders"]["because"] == ["the macro net"]
    assert tables["stg_orders"]["semantic_models"] == ["orders"]
    assert set(tables["stg_orders"]["metrics"]) == {"orders", "net_sales", "refunds", "order_rate"}
    assert any("--database-before" in note for note in found["notes"])


def test_with_the_database_of_before_changed_models_are_in_the_numbers(
    leadline: Leadline, tmp_path: Path
) -> None:
    before = database(tmp_path / "leadline.duckdb", refund=", refund double")
    with duckdb.connect(str(before)) as connection:
        connection.execute("update fct_orders set amount = 12 where date_day >= '2026-04-01'")
    run = leadline("diff", "v1", "--database-before", str(before), "--format", "json")
    document = json.loads(run.out)
    moved = numbers(document)["net_sales"]
    assert [(m["before"], m["after"]) for m in moved["months"]] == [(100, 100), (60, 50)]
    assert not any("--database-before" in note for note in document["notes"])


def test_text_has_the_table_and_the_names(leadline: Leadline) -> None:
    run = leadline("diff", "v1")
    lines = [" ".join(line.split()) for line in run.out.splitlines()]
    assert "2026-03 10 7 −3 −30.0%" in lines
    assert "all 15 12 −3 −20.0%" in lines
    assert "unchanged on this data: net_sales" in lines
    assert "metric orders changed, models/models.yml:23" in lines
    # What changes no number is told in one line, below what does.
    assert lines.index("metric visits, models/models.yml:13: label: Visits → Sessions") > lines.index(
        "metric orders changed, models/models.yml:23"
    )
    assert "10.00% 8.00% −2.00 points −20.0%" in " ".join(lines)


def test_markdown_draws_tables_and_escapes_what_definitions_say(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "diff.md"
    assert leadline("diff", "v1", "--format", "md", "--out", str(out)).code == 0
    text = out.read_text(encoding="utf-8")
    assert "| 2026-03 | 10 | 7 | −3 | −30.0% |" in text
    assert "| --- | ---: | ---: | ---: | ---: |" in text


def test_the_exit_code_is_that_of_git_diff(leadline: Leadline) -> None:
    assert leadline("diff", "v1", "--exit-code").code == 1
    same = leadline("diff", "main", "v1", "--exit-code")
    assert same.code == 0
    assert "no change" in same.out


def test_two_revisions_are_compared_whatever_the_working_tree_is(leadline: Leadline, shop: Path) -> None:
    before = git(shop, "status", "--porcelain")
    found = json.loads(leadline("diff", "v1", "main", "--format", "json").out)
    assert not found["is_changed"]
    assert git(shop, "status", "--porcelain") == before


def test_a_second_run_does_not_parse_again(
    leadline: Leadline, found: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leadline.diff.definitions.parse", lambda *_: pytest.fail("parsed again"))
    assert json.loads(leadline("diff", "v1", "--format", "json").out) == found


def test_an_unknown_revision_names_the_nearest(leadline: Leadline) -> None:
    run = leadline("diff", "brokn")
    assert run.code == 2
    assert "there is no revision 'brokn'" in run.err
    assert "nearest: broken" in run.err


def test_a_revision_cannot_be_an_option_of_git(leadline: Leadline) -> None:
    assert "there is no revision '--output=x'" in leadline("diff", "--", "--output=x").err


def test_definitions_that_do_not_parse_say_why_and_where(leadline: Leadline) -> None:
    run = leadline("diff", "broken")
    assert run.code == 2
    assert "the definitions of broken" in run.err
    assert "visitors" in run.err
    assert "metrics/rates.yml:5" in run.err


def test_a_revision_before_the_project_says_so(leadline: Leadline, shop: Path) -> None:
    empty = git(shop, "commit-tree", "-m", "Empty", git(shop, "mktree").strip()).strip()
    run = leadline("diff", empty)
    assert run.code == 2
    assert "has no dbt project here" in run.err


def test_without_git_kept_manifests_can_be_compared(
    leadline: Leadline, shop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leadline("diff", "v1")
    kept = {
        json.loads(path.read_text())["of"].split(" ")[0]: path.parent
        for path in (shop / "target" / "revisions").glob("*/definitions.json")
    }
    write(tmp_path, {"dbt_project.yml": FILES["dbt_project.yml"]})
    monkeypatch.chdir(tmp_path)
    outside = leadline("diff", "v1")
    assert outside.code == 2
    assert "in no git repository" in outside.err
    before, after = (str(kept[name] / "semantic_manifest.json") for name in ("v1", "the"))
    run = leadline("diff", "--manifest-before", before, "--manifest", after, "--format", "json")
    assert numbers(json.loads(run.out))["orders"]["months"][0]["after"] == 7


def test_without_a_database_the_rest_is_told(leadline: Leadline, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEADLINE_DATABASE")
    run = leadline("diff", "v1", "main")
    assert run.code == 0
    assert "numbers were not compared" in run.out


def test_a_database_that_was_named_and_is_not_there_is_an_error(leadline: Leadline) -> None:
    run = leadline("diff", "v1", "--database", "nowhere.duckdb")
    assert run.code == 3
    assert "there is no database" in run.err
    assert leadline("diff", "v1", "--database-before", "nowhere.duckdb").code == 3


def test_nothing_to_compare_with_is_an_error(leadline: Leadline) -> None:
    assert leadline("diff").code == 2
    assert leadline("diff", "v1", "--manifest-before", "old.json").code == 2


def test_the_example_for_pull_requests_is_a_workflow_whose_command_runs(
    leadline: Leadline, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = yaml.safe_load((ROOT / "docs/schedules/github-diff.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads the key `on` as true.
    assert "pull_request" in document[True]
    steps = document["jobs"]["diff"]["steps"]
    assert document["permissions"]["pull-requests"] == "write"
    assert any(step.get("with", {}).get("fetch-depth") == 0 for step in steps)
    (command,) = [step["run"] for step in steps if "leadline" in step.get("run", "")]
    git(shop, "update-ref", "refs/remotes/origin/main", "v1")
    monkeypatch.setenv("BASE", "main")
    words = [os.path.expandvars(word) for word in shlex.split(command)]
    assert leadline(*words[1:]).code == 0
    assert "| 2026-03 | 10 | 7 |" in (shop / "diff.md").read_text(encoding="utf-8")
    (shop / "diff.md").unlink()
    assert any("--body-file diff.md" in step.get("run", "") for step in steps)
