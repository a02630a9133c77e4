"""What changed, in words, and whether it decides a number: definitions edited as documents, without dbt."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from leadline.diff.blocks import Block, blocks
from leadline.diff.changes import Change
from leadline.diff.comparison import Comparison, compare, with_numbers
from leadline.diff.definitions import Definitions, _prune
from leadline.diff.numbers import Figure, Side
from leadline.diff.reach import Reached
from leadline.diff.report import as_markdown
from leadline.measurement.plan import load_plan
from leadline.versions import definition_version
from tests.cli.conftest import MINI, mini_database
from tests.diff.project import FILES, write

__all__ = ["mini_database"]

DOCUMENT = json.loads((MINI / "semantic_manifest.json").read_text(encoding="utf-8"))


class Edited:
    """A manifest's document that is open for changes."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = copy.deepcopy(DOCUMENT)

    def metric(self, name: str) -> dict[str, Any]:
        """One metric."""
        return next(m for m in self.document["metrics"] if m["name"] == name)

    def model(self, name: str) -> dict[str, Any]:
        """One semantic model."""
        return next(m for m in self.document["semantic_models"] if m["name"] == name)

    def definitions(self, name: str) -> Definitions:
        """What the document defines."""
        path = MINI / "semantic_manifest.json"
        return Definitions(name, Layer.from_document(self.document), path)


Edit = Callable[[Edited], Any]


def compared(edit: Edit) -> Comparison:
    """The small company's definitions beside the same after an edit."""
    edited = Edited()
    edit(edited)
    return compare(Edited().definitions("before"), edited.definitions("after"))


def only(found: Comparison) -> Change:
    """The one change that there is."""
    assert len(found.changes) == 1, [f"{c.kind} {c.name} {c.how}" for c in found.changes]
    return found.changes[0]


def filtered(name: str, condition: str) -> Edit:
    """A filter on a metric."""
    return lambda e: e.metric(name).update(filter={"where_filters": [{"where_sql_template": condition}]})


def test_the_same_definitions_have_no_change() -> None:
    assert compared(lambda _: None).is_empty


@pytest.mark.parametrize(
    ("edit", "aspect", "before", "after"),
    [
        (lambda e: e.metric("clicks").update(label="Clicks"), "label", "Ad clicks", "Clicks"),
        (lambda e: e.metric("clicks").update(description="All."), "description", "Clicks.", "All."),
        (
            lambda e: e.metric("clicks")["config"]["meta"]["leadline"].update(unit="score"),
            "unit",
            "count",
            "score",
        ),
        (
            lambda e: e.metric("clicks")["config"]["meta"]["leadline"].update(label_fr="Clic"),
            "label_fr",
            "Clics",
            "Clic",
        ),
    ],
)
def test_what_people_read_changes_no_version(edit: Edit, aspect: str, before: str, after: str) -> None:
    found = compared(edit)
    change = only(found)
    assert [(a.name, a.before, a.after) for a in change.aspects] == [(aspect, before, after)]
    assert not change.decides_numbers
    assert found.versions == {}


@pytest.mark.parametrize(
    ("edit", "aspect", "before", "after"),
    [
        (
            lambda e: e.metric("clicks")["type_params"].update(expr="impressions"),
            "formula",
            "sum(clicks)",
            "sum(impressions)",
        ),
        (
            lambda e: e.metric("clicks")["type_params"]["metric_aggregation_params"].update(agg="max"),
            "formula",
            "sum(clicks)",
            "max(clicks)",
        ),
        (
            filtered("ad_spend", "{{ Dimension('ad_performance__device') }} = 'mobile'"),
            "filters",
            "",
            "ad_performance__device = 'mobile'",
        ),
        (
            lambda e: e.metric("reviews")["type_params"].update(fill_nulls_with=0),
            "fill",
            "",
            "0 where there is no value",
        ),
        (
            lambda e: e.metric("clicks_trailing")["type_params"]["cumulative_type_params"].update(
                window={"count": 3, "granularity": "day"}
            ),
            "window",
            "28 days",
            "3 days",
        ),
        (
            lambda e: e.metric("lead_again_rate")["type_params"]["conversion_type_params"].update(
                window={"count": 2, "granularity": "day"}
            ),
            "formula",
            None,
            None,
        ),
        (lambda e: e.metric("leads").update(time_granularity="month"), "time granularity", "", "month"),
    ],
)
def test_what_decides_a_number_is_named_and_gives_a_new_version(
    edit: Edit, aspect: str, before: str | None, after: str | None
) -> None:
    found = compared(edit)
    change = only(found)
    (shown,) = change.aspects
    assert shown.name == aspect
    if before is not None:
        assert (shown.before, shown.after) == (before, after)
    assert change.decides_numbers
    assert change.versions[0] != change.versions[1]
    assert change.name in found.versions


def test_another_denominator_is_told_in_the_audits_words() -> None:
    found = compared(lambda e: e.metric("ctr")["type_params"]["denominator"].update(name="ad_spend"))
    change = only(found)
    assert [str(a) for a in change.aspects] == ["formula: clicks / impressions → clicks / ad_spend"]
    assert change.words[0].startswith("over sum(cost)")
    assert ", before over sum(impressions)" in change.words[0]


def test_a_removed_filter_and_a_changed_one_are_told_from_an_added_one() -> None:
    mobile, desktop = (
        f"{{{{ Dimension('ad_performance__device') }}}} = '{d}'" for d in ("mobile", "desktop")
    )
    one, two = Edited(), Edited()
    filtered("ad_spend", mobile)(one)
    filtered("ad_spend", desktop)(two)
    none = Edited().definitions("none")
    removed = compare(one.definitions("a"), none).changes[0]
    changed = compare(one.definitions("a"), two.definitions("b")).changes[0]
    assert removed.words == ("without the filter device = 'mobile'",)
    assert changed.words == ("filter device = 'desktop', before device = 'mobile'",)


def test_a_formula_that_is_that_of_another_metric_says_so() -> None:
    def edit(edited: Edited) -> None:
        other = copy.deepcopy(edited.metric("ctr"))
        other.update(name="spend_rate", label="Spend rate")
        other["type_params"]["denominator"]["name"] = "ad_spend"
        edited.document["metrics"].append(other)
        edited.metric("ctr")["type_params"]["denominator"]["name"] = "ad_spend"

    changes = {change.name: change for change in compared(edit).changes}
    assert changes["ctr"].words[-1] == "that is the formula of spend_rate"
    assert changes["spend_rate"].how == "added"


def test_the_same_in_other_words_is_proven_to_be_the_same() -> None:
    found = compared(lambda e: e.metric("clicks")["type_params"].update(expr="clicks + 0"))
    assert only(found).words == ("written in another way: the same number on any data",)


def test_a_renamed_part_is_no_new_formula_of_what_is_made_of_it() -> None:
    def edit(edited: Edited) -> None:
        edited.metric("impressions")["type_params"]["expr"] = "impressions"
        edited.metric("impressions")["name"] = "views"
        edited.metric("ctr")["type_params"]["denominator"]["name"] = "views"

    changes = {change.name: change for change in compared(edit).changes}
    assert {name: change.how for name, change in changes.items()} == {"views": "renamed", "ctr": "changed"}
    assert changes["views"].was == "impressions"
    assert changes["ctr"].words == ("the same formula: only names of its parts changed",)


def test_a_plan_that_still_asks_for_what_is_gone_is_told(tmp_path: Path) -> None:
    def edit(edited: Edited) -> None:
        edited.document["metrics"].remove(edited.metric("lead_again_rate"))
        edited.metric("reviews")["name"] = "opinions"

    (tmp_path / "plan.yml").write_text(FILES["plan.yml"].replace("order_rate", "lead_again_rate", 1))
    plan = replace(load_plan(tmp_path / "plan.yml"), file="plan.yml")
    plan = replace(plan, alerts=(replace(plan.alerts[0], metric="reviews__mom"),))
    edited = Edited()
    edit(edited)
    found = compare(Edited().definitions("before"), edited.definitions("after"), plan)
    told = {change.name: items for change, items in zip(found.changes, found.reached, strict=True)}
    assert [r for r in told["lead_again_rate"] if r.kind == "target"] == [
        Reached("target", "lead_again_rate still asks for it", "plan.yml:17:10")
    ]
    assert [r for r in told["opinions"] if r.kind == "alert"] == [
        Reached("alert", "few_orders still asks for reviews", "plan.yml:19:5")
    ]


def test_a_new_name_with_another_formula_is_an_addition_and_a_removal() -> None:
    def edit(edited: Edited) -> None:
        edited.metric("reviews")["name"] = "review_size"
        edited.metric("review_size")["type_params"]["expr"] = "size * 2"

    changes = compared(edit).changes
    assert sorted((change.name, change.how) for change in changes) == [
        ("review_size", "added"),
        ("reviews", "removed"),
    ]


def test_a_dimension_reaches_the_metrics_that_filter_by_it_and_its_version_moves() -> None:
    one, two = Edited(), Edited()
    for edited in (one, two):
        filtered("ad_spend", "{{ Dimension('channel__channel_type') }} = 'paid'")(edited)
    dimension = next(d for d in two.model("channel")["dimensions"] if d["name"] == "channel_type")
    dimension["expr"] = "upper(channel_type)"
    before, after = one.definitions("a"), two.definitions("b")
    found = compare(before, after)
    change = only(found)
    assert (change.kind, change.name, change.model, change.how) == (
        "dimension",
        "channel_type",
        "channel",
        "changed",
    )
    reached = {item.name for item in found.reached[0] if item.kind == "metric"}
    assert reached == {"ad_spend", "cost_per_lead"}
    # The value of a metric hangs on the models that its filters join, and so does its version.
    for name in reached:
        sides = (definition_version(side.layer.manifest, name) for side in (before, after))
        assert len(set(sides)) == 2
    assert set(found.versions) == reached


def test_a_dimension_reaches_the_saved_queries_and_reports_that_are_cut_by_it() -> None:
    one, two = Edited(), Edited()
    for edited in (one, two):
        query = edited.document["saved_queries"][0]
        query["query_params"]["where"] = None
        query["query_params"]["group_by"] = [
            "TimeDimension('metric_time', 'month')",
            "Dimension('channel__channel_type')",
        ]
    two.model("channel")["dimensions"][0]["expr"] = "lower(channel_type)"
    found = compare(one.definitions("a"), two.definitions("b"))
    assert [(item.kind, item.name) for item in found.reached[0]] == [
        ("saved query", "channels"),
        ("report", "channels"),
    ]
    three = Edited()
    three.document["saved_queries"][0]["query_params"]["where"] = None
    three.document["saved_queries"][0]["query_params"]["group_by"] = ["TimeDimension('metric_time', 'month')"]
    changed = only(compare(one.definitions("a"), three.definitions("c")))
    assert [str(aspect) for aspect in changed.aspects] == [
        "group by: metric_time__month, channel__channel_type → metric_time__month"
    ]


def test_models_and_saved_queries_that_come_and_go_are_told() -> None:
    def edit(edited: Edited) -> None:
        edited.document["saved_queries"][0]["query_params"]["metrics"].append("ctr")
        edited.model("leads")["node_relation"]["alias"] = "fct_all_leads"

    found = compared(edit)
    told = {(c.kind, c.name): [str(a) for a in c.aspects] for c in found.changes}
    assert told["semantic model", "leads"] == ["relation: fct_leads → fct_all_leads"]
    ((aspect,),) = [aspects for (kind, _), aspects in told.items() if kind == "saved query"]
    assert aspect.startswith("metrics: ")
    assert aspect.endswith(", ctr")
    # Its numbers now come from another table.
    assert {"leads", "cost_per_lead", "lead_again_rate"} <= set(found.versions)


def test_the_same_sql_is_not_run_and_a_month_without_a_value_is_none(mini_database: Path) -> None:
    def edit(edited: Edited) -> None:
        # A dimension more gives every metric of the model a new version, and no other number.
        added = copy.deepcopy(edited.model("ad_performance")["dimensions"][-1])
        added.update(name="device_kind", expr="device")
        edited.model("ad_performance")["dimensions"].append(added)
        filtered("clicks", "{{ Dimension('ad_performance__device') }} = 'desktop'")(edited)

    found = compared(edit)
    with closing(duckdb.connect(str(mini_database), read_only=True)) as connection:
        sides = [Side.of(each, connection) for each in (found.before, found.after)]
        done = with_numbers(found, *sides)
    by_name = {movement.metric: movement for movement in done.movements or ()}
    assert by_name["impressions"].is_same_sql
    assert not by_name["impressions"].is_moved
    # January has 100, 20 and 30 clicks, the 20 on a desktop; February's 60 and 5 are all from mobiles.
    assert [(f.month and f.month.month, f.before, f.after) for f in by_name["clicks"].months] == [
        (1, 150, 20),
        (2, 65, None),
    ]
    assert by_name["clicks"].is_moved
    # Growth has no value for all months together: it is told by month, and has no total.
    growth = by_name["click_growth"]
    assert (growth.problem, growth.total) == ("", None)
    assert [f.before for f in growth.months if f.month and f.month.month == 2] == [
        pytest.approx(65 / 150 - 1)
    ]


def test_a_changed_dimension_moves_groups_and_no_total(mini_database: Path) -> None:
    def edit(edited: Edited) -> None:
        device = next(d for d in edited.model("ad_performance")["dimensions"] if d["name"] == "device")
        device["expr"] = "case when channel = 'Paid Search' then device end"

    found = compared(edit)
    with closing(duckdb.connect(str(mini_database), read_only=True)) as connection:
        done = with_numbers(found, *(Side.of(each, connection) for each in (found.before, found.after)))
    told = {movement.metric: movement for movement in done.movements or ()}
    assert told["clicks"].is_same_sql
    assert [(m.metric, m.problem) for m in told.values() if not m.is_same_sql] == []
    (cut,) = done.cuts
    # Mobile: 100 and 60 of Paid Search, 30 of Paid Social and 5 of no channel; desktop: 20 of Paid Search.
    assert (cut.metric, cut.by) == ("clicks", "ad_performance__device")
    assert [(name, f.before, f.after) for name, f in cut.groups] == [
        ("desktop", 20, 20),
        ("mobile", 195, 160),
        ("(unattributed)", None, 35),
    ]
    table = next(block for block in blocks(done) if block.rows)
    assert table.rows[1] == ("mobile", "195", "160", "−35", "−17.9%")


def test_a_comment_has_room_for_whole_sections_only() -> None:
    many = [Block(f"Section {n}", 2, items=("x" * 1000,)) for n in range(100)]
    text = as_markdown(many)
    assert len(text) < 65_536
    shown = text.count("### Section")
    assert text.endswith(f"\n{100 - shown} more sections have no room here: `leadline diff` shows them.\n")
    assert 50 < shown < 60


def test_what_definitions_say_is_no_markup() -> None:
    hostile = Block("a | b", 2, ("@someone <img src=x>",), ("[link](x) `code` *bold*",))
    text = as_markdown([hostile])
    assert "### a \\| b" in text
    assert "@someone" not in text
    assert "\\<img" in text
    assert "- \\[link\\](x) \\`code\\` \\*bold\\*" in text


def test_old_states_leave_the_cache_and_what_was_cut_short_too(tmp_path: Path) -> None:
    for age in range(20):
        folder = tmp_path / f"state{age}"
        write(folder, {"definitions.json": "{}"})
        os.utime(folder, (10_000_000 - age, 10_000_000 - age))
    for name in ("parsing-old", "parsing-now"):
        (tmp_path / name).mkdir()
    os.utime(tmp_path / "parsing-old", (10_000_000, 10_000_000))
    _prune(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        ["parsing-now", *(f"state{age}" for age in range(12))]
    )


def test_the_share_of_a_difference_and_what_counts_as_moved() -> None:
    assert Figure(None, 10, 7).share == pytest.approx(-0.3)
    assert Figure(None, -10, -5).share == pytest.approx(0.5)
    assert Figure(None, 0, 5).share is None
    assert Figure(None, None, 5).difference is None
    assert Figure(None, None, 5).is_moved
    assert not Figure(None, None, None).is_moved
    # The last digits of a sum of floats hang on the order of its rows.
    assert not Figure(None, 0.1 + 0.2, 0.3).is_moved
