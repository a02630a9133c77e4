"""Files as tools write them: what is read, what it claims, and what is said of what can't be read."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from leadline.audit.scan import Result, Scanner
from leadline.audit.scan.models import read_models
from leadline.audit.scan.names import Book
from leadline.audit.scan.sources import files_in
from leadline.layer import Layer

MANIFEST = Path(__file__).parents[1] / "cli" / "mini" / "semantic_manifest.json"
TABLE = "fct_ad_performance"
RIGHT = "sum(clicks) * 1.0 / nullif(sum(impressions), 0)"
DAILY = "avg(clicks / nullif(impressions, 0))"


@pytest.fixture(scope="module")
def book() -> Book:
    return Book(Layer.load(MANIFEST))


@pytest.fixture
def scan(book: Book, tmp_path: Path) -> Any:
    def run(files: dict[str, Any], with_python: bool = False) -> Result:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not isinstance(text, str):
                text = json.dumps(text, ensure_ascii=False, indent=1)
            path.write_text(text, encoding="utf-8")
        listed = files_in([tmp_path], with_python)
        return Scanner(book, read_models(MANIFEST, book.relations, listed)).scan(listed)

    return run


def told(result: Result) -> list[tuple[str, tuple[str, ...]]]:
    return [(f.rule, f.metrics) for f in result.findings if f.rule != "other-name"]


def card(sql: str, **more: Any) -> dict[str, Any]:
    return {"name": "x", "dataset_query": {"type": "native", "native": {"query": sql}}, **more}


# Metabase.


@pytest.mark.parametrize(
    ("title", "sql", "wanted"),
    [
        ("CTR par canal", f"select channel, {DAILY} as valeur from {TABLE} group by 1", "ctr"),
        ("CTR mensuel", f"select {DAILY} as v from {TABLE}", "ctr"),
        ("Leads by month", "select count(*) * 2 as n from fct_leads", "leads"),
        # Two numbers, and none bears the title.
        ("CTR", f"select {DAILY} as a, sum(cost * cost) as b from {TABLE}", None),
        ("My chart", f"select {DAILY} as v from {TABLE}", None),
    ],
)
def test_a_question_with_one_number_claims_by_its_title(
    scan: Any, title: str, sql: str, wanted: str | None
) -> None:
    found = told(scan({"c.json": [card(sql, name=title)]}))
    assert found == ([("different", (wanted,))] if wanted else [])


def test_a_question_that_reads_another_is_put_together(scan: Any) -> None:
    base = card(
        f"select channel, date_day, sum(clicks) c, sum(impressions) i from {TABLE} group by 1, 2", id=5
    )
    found = scan({"a.json": card("select avg(c / i) as ctr from {{#5-base}} as b", id=6), "b.json": base})
    assert told(found) == [("different", ("ctr",))]
    assert "of each channel, date_day" in next(f.message for f in found.findings if f.metrics == ("ctr",))


def clicked(aggregation: Any, place: Any = None) -> dict[str, Any]:
    query = {"source-table": place or ["DB", "marts", TABLE], "aggregation": aggregation}
    return {"name": "CTR", "dataset_query": {"type": "query", "query": query}}


def field(name: str) -> list[Any]:
    return ["field", ["DB", "marts", TABLE, name], None]


def test_questions_put_together_by_clicks_are_read_where_columns_have_names(scan: Any) -> None:
    wrong = ["/", ["sum", field("clicks")], ["count"]]
    right = ["/", ["sum", field("clicks")], ["sum", field("impressions")]]
    named = ["aggregation-options", wrong, {"name": "ctr", "display-name": "CTR"}]
    assert told(scan({"a.yaml": yaml.safe_dump(clicked([wrong]))})) == [("different", ("ctr",))]
    assert told(scan({"a.yaml": yaml.safe_dump(clicked([named]))})) == [("different", ("ctr",))]
    assert [r for r, _ in told(scan({"a.yaml": yaml.safe_dump(clicked([right]))}))] in ([], ["edge"])


def test_questions_of_which_only_ids_are_known_say_what_to_do(scan: Any) -> None:
    (found,) = scan({"a.json": clicked([["sum", ["field", 31, None]]], 7)}).findings
    assert (found.rule, found.level, found.line > 0) == ("undecidable", "note", True)
    assert "convert it to SQL" in found.message


# Superset.

DATASET = {
    "table_name": TABLE,
    "schema": "marts",
    "sql": None,
    "uuid": "d-1",
    "metrics": [{"metric_name": "m1", "verbose_name": "CTR", "expression": f"100 * {RIGHT}"}],
}
SIMPLE = {
    "expressionType": "SIMPLE",
    "aggregate": "AVG",
    "column": {"column_name": "clicks"},
    "label": "Clicks",
}
CHART = {
    "slice_name": "Ads",
    "dataset_uuid": "d-1",
    "params": {
        "groupby": ["channel"],
        "metrics": [{"expressionType": "SQL", "sqlExpression": RIGHT, "label": "ctr"}, SIMPLE, "m1"],
        "adhoc_filters": [
            {"clause": "WHERE", "expressionType": "SIMPLE", "subject": "device", "operator": "!=",
             "comparator": "tablet"},
            {"clause": "WHERE", "expressionType": "SIMPLE", "subject": "date_day",
             "operator": "TEMPORAL_RANGE", "comparator": "No filter"},
        ],
    },
}  # fmt: skip


def test_an_export_of_superset_is_read_as_a_whole_packed_or_not(scan: Any, tmp_path: Path) -> None:
    texts = {
        f"export/datasets/db/{TABLE}.yaml": yaml.safe_dump(DATASET),
        "export/charts/Ads_1.yaml": yaml.safe_dump(CHART),
        "export/metadata.yaml": "version: 1.0.0\n",
    }
    wanted = [("different", ("ctr",)), ("different", ("clicks",)), ("edge", ("ctr",))]
    found = scan(texts)
    assert told(found) == wanted
    assert "extra filter device <> 'tablet'" in found.findings[0].message
    for name in texts:
        (tmp_path / name).unlink()
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    packed = scan({})
    assert sorted(told(packed)) == sorted(wanted)
    assert packed.findings[0].path.startswith(str(tmp_path / "export.zip"))


def test_archives_of_other_things_are_left_alone(scan: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        archive.writestr("q.sql", f"select {DAILY} as ctr from {TABLE}")
    assert scan({}).files == 0


# Lightdash.


def test_a_chart_s_own_metrics_and_calculations_are_read(scan: Any) -> None:
    chart = {
        "name": "c",
        "slug": "c",
        "tableName": TABLE,
        "metricQuery": {
            "exploreName": TABLE,
            "additionalMetrics": [
                {"name": "n1", "label": "Clicks", "type": "sum", "sql": "${TABLE}.clicks", "table": TABLE},
                {"name": "n2", "type": "count", "sql": "${TABLE}.impressions", "table": TABLE},
            ],
            "tableCalculations": [
                {"name": "k", "displayName": "CTR", "sql": f"${{{TABLE}.n1}} / ${{{TABLE}.n2}}"}
            ],
        },
    }
    assert told(scan({"c.yml": yaml.safe_dump(chart)})) == [("different", ("ctr",))]


def test_filters_of_a_metric_are_part_of_it(scan: Any) -> None:
    metric = {"type": "sum", "filters": [{"device": "!tablet"}]}
    model = {
        "name": TABLE,
        "columns": [{"name": "clicks", "config": {"meta": {"metrics": {"clicks": metric}}}}],
    }
    (found,) = scan({"m.yml": yaml.safe_dump({"models": [model]})}).findings
    assert found.rule == "different"
    assert "device" in found.message


# dbt.

MACROS = """
{% macro ratio(a, b) %}{{ adapter.dispatch('ratio')(a, b) }}{% endmacro %}
{% macro default__ratio(a, b) %}{{ total(a) }} * 1.0 / nullif({{ total(b) }}, 0){% endmacro %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} < 0{% endtest %}
"""
MODEL = """{{ config(materialized='incremental') }}
{%- set columns = ['clicks', 'impressions'] %}
select
    date_trunc('month', date_day) as month,
    {% for c in columns %}sum({{ c }}) as {{ c }},{% endfor %}
    {{ ratio('clicks', BELOW) }} as ctr
from {{ ref('fct_ad_performance') }}
{% if is_incremental() %}where date_day > (select max(month) from {{ this }}){% endif %}
group by 1
"""


@pytest.mark.parametrize(("below", "wanted"), [("'impressions'", []), ("'1'", [("different", ("ctr",))])])
def test_loops_variables_and_the_project_s_macros_are_rendered(scan: Any, below: str, wanted: Any) -> None:
    project = {
        "dbt_project.yml": "name: p\nmacro-paths: [macros]\n",
        "macros/ratio.sql": MACROS,
        "macros/total.sql": "{% macro total(c) %}sum({{ c }}){% endmacro %}",
        "models/rpt.sql": MODEL.replace("BELOW", below),
    }
    assert told(scan(project)) == wanted


def test_what_only_dbt_can_render_says_so(scan: Any) -> None:
    (found,) = scan({"m.sql": "select {{ elsewhere.rate('a') }} as ctr from {{ ref('x') }}"}).findings
    assert (found.rule, "dbt compile" in found.message, "elsewhere" in found.message) == (
        "undecidable",
        True,
        True,
    )


def test_a_file_that_was_edited_after_dbt_compiled_it_is_read_as_it_is(book: Book, tmp_path: Path) -> None:
    now = "select {% if true %}" + DAILY + "{% endif %} as ctr from fct_ad_performance"
    node = {
        "resource_type": "model",
        "name": "rpt",
        "package_name": "p",
        "original_file_path": "models/rpt.sql",
        "raw_code": now.replace(DAILY, RIGHT),
        "compiled_code": f"select {RIGHT} as ctr from fct_ad_performance",
        "depends_on": {"nodes": []},
    }
    (tmp_path / "target").mkdir()
    manifest = tmp_path / "target" / "semantic_manifest.json"
    (tmp_path / "target" / "manifest.json").write_text(json.dumps({"nodes": {"model.p.rpt": node}}))
    file = tmp_path / "models" / "rpt.sql"
    file.parent.mkdir()
    file.write_text(now)
    found = Scanner(book, read_models(manifest, book.relations, [file])).scan([file])
    assert told(found) == [("different", ("ctr",))]


def test_what_a_changed_file_needs_of_its_project_is_found_beside_it(book: Book, tmp_path: Path) -> None:
    texts = {
        "dbt_project.yml": "name: p\nmodel-paths: [models]\n",
        "models/staging/daily.sql": f"select date_day, {RIGHT} as r from {{{{ ref('{TABLE}') }}}} group by 1",
        "models/reports/rpt.sql": "select avg(r) as ctr from {{ ref('daily') }}",
        "export/metadata.yaml": "version: 1.0.0\n",
        "export/datasets/db/ads.yaml": yaml.safe_dump(DATASET),
        "export/charts/one.yaml": yaml.safe_dump(CHART),
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    listed = [tmp_path / "models/reports/rpt.sql", tmp_path / "export/charts/one.yaml"]
    found = Scanner(book, read_models(MANIFEST, book.relations, listed)).scan(listed)
    assert told(found) == [("different", ("ctr",)), ("different", ("ctr",)), ("different", ("clicks",))]
    assert "ratios of each date_day" in found.findings[0].message


# Names, stacked queries, Python, what can't be read.


@pytest.mark.parametrize(
    ("shown", "name", "wanted"),
    [
        ("Taux de clics", "ctr", ("ctr",)),
        ("taux_clic", "taux_clic", ("ctr", "click_rate", "click_to_open_rate", "serp_ctr")),
        ("taux_ouverture", "x", ("open_rate", "open_rate_sent", "follow_up_open_rate")),
        ("Taux d'ouverture", "open_rate", ("open_rate",)),
        ("COUT_PAR_LEAD", "x", ("cost_per_lead",)),
        ("Chiffre d’affaires", "x", ("revenue",)),
        ("CA mensuel", "x", ("revenue",)),
        ("ROAS by platform", "x", ("roas",)),
        ("Rows by platform", "x", None),
        ("weight", "weight", None),
    ],
)
def test_names_in_both_languages(demo: Book, shown: str, name: str, wanted: tuple[str, ...] | None) -> None:
    claim = demo.claimed(shown, name)
    assert (set(claim.metrics) if claim else None) == (set(wanted) if wanted else None)


@pytest.fixture(scope="module")
def demo(manifest_path: Path) -> Book:
    return Book(Layer.load(manifest_path))


def test_each_of_the_queries_that_union_stacks_is_compared(scan: Any) -> None:
    sql = (
        f"select 'a' as p, {RIGHT} as ctr from {TABLE} where channel = 'a'"
        f" union all select 'b', {DAILY} from {TABLE} where channel = 'b'"
    )
    result = scan({"u.sql": sql})
    assert told(result) == [("different", ("ctr",))]
    assert result.same == 1


@pytest.mark.parametrize(
    "sql",
    [
        "select p, ctr from ({}) as d where p <> 'c'",
        "with d as ({}) select p, ctr from d order by p",
        "select * from (select p, ctr from ({}) as inner_one) as d",
    ],
)
def test_so_is_what_a_query_shows_of_stacked_ones(scan: Any, sql: str) -> None:
    parts = (
        f"select channel as p, {RIGHT} as ctr from {TABLE} where device = 'a' group by 1"
        f" union all select channel, {DAILY} from {TABLE} where device = 'b' group by 1"
    )
    result = scan({"u.sql": sql.format(parts)})
    assert (told(result), result.same) == ([("different", ("ctr",))], 1)


def test_what_is_stacked_and_then_added_up_is_one_number(scan: Any) -> None:
    parts = f"select clicks from {TABLE} where device = 'a' union all select clicks from {TABLE}"
    result = scan({"u.sql": f"select sum(clicks) as clicks from ({parts}) as d"})
    assert result.compared == 1
    assert [f.rule for f in result.findings] == ["different"]


def test_leaving_rows_out_below_an_aggregate_is_another_number(scan: Any) -> None:
    inner = f"select channel, sum(clicks) c, sum(impressions) i from {TABLE} where channel <> 'a' group by 1"
    (found,) = scan({"a.sql": f"select sum(c) / sum(i) as ctr from ({inner}) d"}).findings
    assert "extra filter channel <> 'a'" in found.message
    assert told(scan({"a.sql": f"select channel, c / nullif(i, 0) as ctr from ({inner}) d"})) == []


def test_another_formula_is_called_another_kpi_only_if_it_is(scan: Any) -> None:
    (found,) = scan({"a.sql": f"select 3 * sum(impressions) as clicks from {TABLE}"}).findings
    assert "that is" not in found.message
    assert "the definition has sum(clicks)" in found.message


def test_values_put_into_python_strings_are_values_and_names_are_not_known(scan: Any) -> None:
    text = (
        f"a = f\"select {DAILY} as ctr from {TABLE} where date_day >= {{since}} and channel = '{{c}}'\"\n"
        f"b = \"select {RIGHT} as ctr from {TABLE} where date_day > %(d)s and channel like '%summer'\"\n"
        f'c = f"select {DAILY} as ctr from {{table}}"\n'
    )
    result = scan({"job.py": text}, with_python=True)
    assert [(f.rule, f.line) for f in result.findings] == [("different", 1), ("undecidable", 3)]
    assert "known only when it runs" in result.findings[1].message


def test_one_file_that_can_t_be_read_hides_no_other(scan: Any, tmp_path: Path) -> None:
    (tmp_path / "latin.sql").write_bytes(b"select 1 as caf\xe9")
    found = scan({"a.yml": "metrics: [a: b: c\n", "z.sql": f"select {DAILY} as ctr from {TABLE}"})
    assert [(Path(f.path).name, f.rule) for f in found.findings] == [
        ("a.yml", "undecidable"),
        ("latin.sql", "undecidable"),
        ("z.sql", "different"),
    ]
    assert all("what to do" not in f.message for f in found.findings)
