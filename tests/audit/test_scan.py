"""Files searched for formulas that differ from the definitions: what is found, where, and how it is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadline.audit.scan import Finding, Result, Scanner
from leadline.audit.scan.models import read_models
from leadline.audit.scan.names import Book
from leadline.audit.scan.sources import files_in
from leadline.cli.main import main
from leadline.layer import Layer

MANIFEST = Path(__file__).parents[1] / "cli" / "mini" / "semantic_manifest.json"
RIGHT = "sum(clicks) / nullif(sum(impressions), 0)"
DAILY = "avg(clicks / nullif(impressions, 0))"


@pytest.fixture(scope="module")
def book() -> Book:
    return Book(Layer.load(MANIFEST))


@pytest.fixture
def scan(book: Book, tmp_path: Path) -> Any:
    def run(files: dict[str, str], with_python: bool = False) -> Result:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        listed = files_in([tmp_path], with_python)
        return Scanner(book, read_models(MANIFEST, book.relations, listed)).scan(listed)

    return run


def one(result: Result) -> Finding:
    assert len(result.findings) == 1, result.findings
    return result.findings[0]


def test_the_definition_itself_is_no_finding(scan: Any) -> None:
    result = scan({"a.sql": f"select channel, {RIGHT} as ctr from fct_ad_performance group by channel"})
    assert result.findings == []
    assert (result.compared, result.same) == (1, 1)


def test_another_formula_is_an_error_at_its_line_and_column(scan: Any, tmp_path: Path) -> None:
    found = one(
        scan({"a.sql": f"select\n    channel,\n    {DAILY} as ctr\nfrom fct_ad_performance\ngroup by 1\n"})
    )
    assert (found.rule, found.level, found.metrics) == ("different", "error", ("ctr",))
    assert (found.path, found.line) == (str(tmp_path / "a.sql"), 3)
    assert found.column == len(f"    {DAILY} as ") + 1
    assert "ratios of each row" in found.message
    assert found.witness is not None
    assert found.witness.left != found.witness.right


def test_averages_of_groups_below_a_cohort_are_told_from_the_whole(scan: Any) -> None:
    # On data of one customer the two are the same: the group of a result holds many of those below it.
    sql = (
        "with o as (select channel, min(date_day) as first_day, sum(clicks) c, sum(impressions) i"
        " from fct_ad_performance where device = 'mobile' group by 1)"
        " select date_trunc('month', first_day) as cohort, avg(c / nullif(i, 0)) as ctr from o group by 1"
    )
    found = one(scan({"a.sql": sql}))
    assert (found.rule, "ratios of each channel" in found.message) == ("different", True)


def test_a_definition_of_one_kind_is_told_from_a_list_of_all_kinds(scan: Any) -> None:
    # In the row of fans the two are the same, and in no other.
    found = one(scan({"a.sql": "select kind, sum(size) as audience_size from fct_reviews group by kind"}))
    assert (found.rule, "kind = 'fan'" in found.message) == ("different", True)


@pytest.mark.parametrize(
    "whole",
    [
        "sum(sum(impressions)) over ()",
        "(select sum(impressions) from fct_ad_performance)",
        "(select sum(i) from (select channel, sum(impressions) as i from fct_ad_performance group by 1) d)",
    ],
)
def test_a_share_of_all_rows_is_not_taken_for_the_ratio_of_its_group(scan: Any, whole: str) -> None:
    sql = f"select channel, sum(clicks) / {whole} as ctr from fct_ad_performance group by channel"
    found = one(scan({"a.sql": sql}))
    assert (found.rule, "a part of all rows" in found.message) == ("undecidable", True)


def test_what_another_kpi_is_is_said(scan: Any) -> None:
    sql = "select count(distinct ad_key) as x, sum(impressions) as clicks from fct_ad_performance"
    found = one(scan({"a.sql": sql}))
    assert found.rule == "different"
    assert "that is impressions" in found.message


@pytest.mark.parametrize(
    ("where", "rule"),
    [
        ("date_day >= '2026-01-01' and date_day < '2026-02-01'", None),
        ("channel = 'Paid Search'", None),
        ("channel in ('Paid Search', 'Paid Social')", None),
        ("device <> 'tablet'", "different"),
        ("not device = 'tablet'", "different"),
        ("clicks > 1", "different"),
    ],
)
def test_a_report_on_a_part_is_no_other_number_but_leaving_rows_out_is(
    scan: Any, where: str, rule: str | None
) -> None:
    result = scan({"a.sql": f"select {RIGHT} as ctr from fct_ad_performance where {where}"})
    assert [f.rule for f in result.findings] == ([rule] if rule else [])
    assert result.compared == 1


def test_groups_may_be_left_out_of_a_result(scan: Any) -> None:
    sql = f"select device, {RIGHT} as ctr from fct_ad_performance where device <> 'tablet' group by device"
    assert scan({"a.sql": sql}).findings == []


def test_percent_and_zero_are_edges_with_names(scan: Any) -> None:
    sql = f"select 100 * {RIGHT} as ctr_pct, coalesce({RIGHT}, 0) as ctr from fct_ad_performance"
    percent, zero = scan({"a.sql": sql}).findings
    assert (percent.rule, percent.level) == ("edge", "warning")
    assert "percent or ratio" in percent.message
    assert "zero denominator" in zero.message


def test_a_kpi_under_another_name_is_a_note(scan: Any) -> None:
    found = one(scan({"a.sql": f"select {RIGHT} as engagement_score from fct_ad_performance"}))
    assert (found.rule, found.level, found.metrics) == ("other-name", "note", ("ctr",))


def test_a_name_is_read_without_case_and_accents(book: Book) -> None:
    assert book.claim("CTR") == book.claim("ctr")
    assert book.claim("nothing_of_ours") is None


def test_other_models_are_read_down_to_the_marts(scan: Any) -> None:
    files = {
        "models/daily.sql": "select channel, date_day, sum(clicks) as k, sum(impressions) as i "
        "from {{ ref('fct_ad_performance') }} group by 1, 2",
        "models/good.sql": "select sum(k) / nullif(sum(i), 0) as ctr from {{ ref('daily') }}",
        "models/bad.sql": "select channel, avg(k / nullif(i, 0)) as ctr from {{ ref('daily') }} group by all",
    }
    found = [f for f in scan(files).findings if f.rule != "other-name"]
    assert [(Path(f.path).name, f.rule) for f in found] == [("bad.sql", "different")]


def test_other_tables_are_not_decided(scan: Any) -> None:
    found = one(scan({"a.sql": f"select {RIGHT} as ctr from raw_ads"}))
    assert (found.rule, found.level) == ("undecidable", "note")
    assert "raw_ads" in found.message


def test_several_statements_have_places_of_their_own(scan: Any) -> None:
    text = (
        f"select {RIGHT} as ctr from fct_ad_performance;\n\nselect {DAILY} as ctr\nfrom fct_ad_performance;\n"
    )
    found = one(scan({"a.sql": text}))
    assert (found.line, found.column) == (3, len(f"select {DAILY} as ") + 1)


WRONG = f"select {DAILY} as ctr from fct_ad_performance"
CHART = {
    "slice_name": "x",
    "dataset_name": "fct_ad_performance",
    "params": json.dumps({"metrics": [{"expressionType": "SQL", "sqlExpression": DAILY, "label": "ctr"}]}),
}
METABASE = {
    "name": "Ads",
    "dataset_query": {
        "type": "native",
        "native": {
            "query": f"SELECT {DAILY} AS ctr\nFROM fct_ad_performance\nWHERE {{{{d}}}} [[AND a = {{{{c}}}}]]"
        },
    },
}
SUPERSET = {
    "table_name": "fct_ad_performance",
    "sql": None,
    "metrics": [
        {"metric_name": "ctr", "expression": DAILY, "verbose_name": "CTR"},
        {"metric_name": "clicks", "expression": "sum(clicks)", "verbose_name": None},
    ],
}
LIGHTDASH = {
    "version": 2,
    "models": [
        {
            "name": "fct_ad_performance",
            "meta": {"metrics": {"ctr": {"type": "number", "sql": "${clicks} / nullif(${shown}, 0)"}}},
            "columns": [
                {"name": "clicks", "meta": {"metrics": {"clicks": {"type": "sum"}}}},
                {"name": "impressions", "meta": {"metrics": {"shown": {"type": "average"}}}},
            ],
        }
    ],
}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("card.json", json.dumps([METABASE], indent=2)),
        ("card.yaml", yaml.safe_dump(METABASE)),
        ("dataset.yaml", yaml.safe_dump(SUPERSET)),
        ("chart.yaml", yaml.safe_dump(CHART)),
        ("saved.yaml", yaml.safe_dump({"label": "q", "schema": "marts", "sql": WRONG})),
        ("models.yml", yaml.safe_dump(LIGHTDASH, sort_keys=False)),
        ("sql_chart.yml", yaml.safe_dump({"name": "c", "slug": "c", "sql": WRONG})),
    ],
)  # fmt: skip
def test_exports_of_bi_tools_are_read(scan: Any, name: str, text: str) -> None:
    found = [f for f in scan({name: text}).findings if f.rule != "other-name"]
    assert [(f.rule, f.output) for f in found] == [("different", "ctr")]
    # Its line is that of the query in the file.
    assert any(word in text.splitlines()[found[0].line - 1] for word in ("avg(", "AVG(", "${clicks}"))


def test_strings_of_python_are_read_on_request(scan: Any) -> None:
    text = f'def run():\n    return """select {DAILY} as ctr\n    from fct_ad_performance"""\n'
    assert scan({"job.py": text}).files == 0
    found = one(scan({"job.py": text}, with_python=True))
    assert (found.rule, found.line) == ("different", 2)


# The command.


def audit(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["leadline", "audit", *words, "--manifest", str(MANIFEST)])
    with pytest.raises(SystemExit) as caught:
        main()
    told = capsys.readouterr()
    return int(caught.value.code or 0), told.out, told.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "bad one.sql").write_text(f"select {DAILY} as ctr from fct_ad_performance", encoding="utf-8")
    (tmp_path / "edge.sql").write_text(
        f"select 100 * {RIGHT} as ctr from fct_ad_performance", encoding="utf-8"
    )
    return tmp_path


def test_levels_decide_the_exit(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    assert audit(monkeypatch, capsys, "bad one.sql")[0] == 1
    assert audit(monkeypatch, capsys, "edge.sql")[0] == 0
    assert audit(monkeypatch, capsys, "edge.sql", "--fail-on", "warning")[0] == 1
    assert audit(monkeypatch, capsys, "missing.sql")[0] == 2
    assert audit(monkeypatch, capsys)[0] == 2


def test_text_names_places_and_shows_the_data(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    _, out, _ = audit(monkeypatch, capsys, ".")
    assert "bad one.sql:1:" in out
    assert "the definition gives" in out
    assert out.splitlines()[-1].endswith("1 error, 1 warning, 0 notes")


def test_sarif_is_what_code_scanning_reads(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    document = json.loads(audit(monkeypatch, capsys, ".", "--format", "sarif")[1])
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert len(rules) == len(set(rules))
    assert len(run["results"]) == 2
    for result in run["results"]:
        # What SARIF 2.1.0 requires of a result, and what its region and levels may be.
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["region"]["startLine"] >= 1
        assert place["region"]["startColumn"] >= 1
        assert " " not in place["artifactLocation"]["uri"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "bad%20one.sql"


EXCEPTION = (
    "exceptions:\n"
    "  - {{path: '*.sql', output: ctr, rule: different, reason: agreed with the agency, expires: {}}}\n"
)


def test_an_exception_holds_until_it_expires(folder: Path, monkeypatch: Any, capsys: Any) -> None:
    path = folder / ".leadline-audit.yml"
    path.write_text(EXCEPTION.format("2999-01-01"), encoding="utf-8")
    code, out, _ = audit(monkeypatch, capsys, ".", "--format", "sarif")
    assert code == 0
    first = json.loads(out)["runs"][0]["results"][0]
    assert first["suppressions"] == [{"kind": "external", "justification": "agreed with the agency"}]
    path.write_text(EXCEPTION.format("2020-01-31"), encoding="utf-8")
    code, out, _ = audit(monkeypatch, capsys, ".", "--format", "json")
    assert code == 1
    found = json.loads(out)["findings"]
    assert [f["rule"] for f in found] == ["different", "edge", "expired-exception"]
    assert (found[-1]["path"], found[-1]["line"]) == (".leadline-audit.yml", 2)
    assert not any(f["excepted"] for f in found)


@pytest.mark.parametrize(
    "text",
    [
        "exceptions: [{path: a.sql, reason: because it is so}]",
        "exceptions: [{path: a.sql, reason: because it is so, expires: soon}]",
        "exceptions: [{path: a.sql, reason: short, expires: 2027-01-01}]",
        "exceptions: [{path: a.sql, reason: because it is so, expires: '2027-02-31'}]",
        "exceptions: {",
        "",
    ],
)
def test_a_wrong_exceptions_file_is_refused(folder: Path, monkeypatch: Any, capsys: Any, text: str) -> None:
    (folder / ".leadline-audit.yml").write_text(text, encoding="utf-8")
    code, _, error = audit(monkeypatch, capsys, ".")
    assert code == 2
    assert ".leadline-audit.yml" in error
