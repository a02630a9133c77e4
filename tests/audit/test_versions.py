"""The version of a definition in an answer: it changes with the formula, and only with it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from leadline.layer import Layer

DOCUMENT = json.loads(
    (Path(__file__).parents[1] / "cli" / "mini" / "semantic_manifest.json").read_text(encoding="utf-8")
)


def versions(change: Any = None) -> dict[str, str]:
    made = copy.deepcopy(DOCUMENT)
    if change is not None:
        change({metric["name"]: metric for metric in made["metrics"]})
    return Layer.from_document(made).explain(metrics=["ctr", "leads"]).versions


def test_an_answer_says_the_versions_of_its_metrics() -> None:
    found = versions()
    assert set(found) == {"ctr", "leads"}
    assert len(set(found.values())) == 2


def test_a_description_or_label_changes_no_version() -> None:
    def told(metrics: Any) -> None:
        metrics["ctr"].update(description="In other words", label="Click rate")

    assert versions(told) == versions()


def test_a_filter_changes_the_version_of_its_metric_only() -> None:
    def filtered(metrics: Any) -> None:
        where = "{{ Dimension('ad_performance__device') }} = 'mobile'"
        metrics["ctr"]["filter"] = {"where_filters": [{"where_sql_template": where}]}

    before, after = versions(), versions(filtered)
    assert after["ctr"] != before["ctr"]
    assert after["leads"] == before["leads"]


def test_another_input_changes_the_version() -> None:
    def swapped(metrics: Any) -> None:
        params = metrics["ctr"]["type_params"]
        params["numerator"], params["denominator"] = params["denominator"], params["numerator"]

    assert versions(swapped)["ctr"] != versions()["ctr"]
