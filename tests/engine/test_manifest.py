"""Reading the manifest: every definition error at once, each with its path."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leadline import Layer, LeadlineError
from leadline.errors import ManifestError
from tests.engine.small import cumulative, derived, layer, model, ratio, simple


def broken() -> dict[str, Any]:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    sales["dimensions"].append({"name": "channel", "type": "categorial"})
    return {
        "semantic_models": [sales],
        "metrics": [
            simple("revenue", "sale"),
            simple("buyers", "sales", "count_distict", expr="person"),
            {"name": "revenue", "type": "ratio", "type_params": {"numerator": {"name": "buyers"}}},
            derived("loop", "pool", "pool"),
            derived("pool", "loop", "loop"),
            cumulative("trailing", "buyers", window=(0, "day")),
            cumulative("to_date", "buyer", grain_to_date="mont"),
            {"name": "odd", "type": "simpel", "type_params": {}},
        ],
        "project_configuration": {},
    }


def test_every_problem_is_reported_at_once_with_its_path() -> None:
    with pytest.raises(ManifestError) as error:
        Layer.from_document(broken())
    text = str(error.value)
    for part in (
        "'channel' is defined twice in semantic model 'sales' @ $.semantic_models[0].dimensions[2].name",
        "'categorial' is not one of categorical, time; did you mean 'categorical'?",
        "semantic model 'sale' is not defined; nearest: sales @ $.metrics[0].type_params",
        "'count_distict' is not one of",
        "metric 'revenue' is defined twice @ $.metrics[2].name",
        "a ratio metric needs a denominator @ $.metrics[2].type_params.denominator",
        "is defined by itself: loop -> pool -> loop",
        "a window needs a count of at least 1 @ $.metrics[5]",
        "metric 'buyer' is not defined; nearest: buyers @ $.metrics[6]",
        "'mont' is not a grain",
        "'simpel' is not one of",
    ):
        assert part in text, part
    assert len(error.value.problems) >= 11


@pytest.mark.parametrize("document", [[], "x", None, {"semantic_models": {}}, {"metrics": [3]}])
def test_a_document_of_another_shape_is_an_error(document: Any) -> None:
    with pytest.raises(LeadlineError):
        Layer.from_document(document)


def test_a_missing_or_unreadable_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LeadlineError, match="dbt parse"):
        Layer.load(tmp_path / "semantic_manifest.json")
    path = tmp_path / "half.json"
    path.write_text('{"metrics": [', encoding="utf-8")
    with pytest.raises(LeadlineError, match="not JSON"):
        Layer.load(path)


def test_definitions_can_be_read(tmp_path: Path) -> None:
    sales = model("sales", time="sold_on", primary="sale")
    meta = {"unit": "currency", "unknown_key": [1]}
    document = {
        "semantic_models": [sales],
        "metrics": [
            simple("revenue", "sales", meta=meta),
            simple("orders", "sales", "count", expr="1"),
            ratio("basket", "revenue", "orders"),
        ],
    }
    path = tmp_path / "semantic_manifest.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    found = Layer.load(path).metrics
    assert found["revenue"].meta == meta
    assert [item.name for item in found["basket"].inputs] == ["revenue", "orders"]
    with pytest.raises(AttributeError):
        found["revenue"].name = "other"  # type: ignore[misc]


def test_an_input_that_its_expression_does_not_name_is_refused_when_asked() -> None:
    sales = model("sales", time="sold_on", primary="sale")
    small = layer([sales], [simple("revenue", "sales"), derived("double", "2 * turnover", "revenue")])
    with pytest.raises(LeadlineError, match="'turnover', which is not one of its inputs"):
        small.sql(metrics=["double"])


def test_a_check_finds_what_loading_cannot_see() -> None:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    metrics = [
        simple("revenue", "sales"),
        simple("online", "sales", where="{{ Dimension('sale__chanel') }} = 'web'"),
        simple("broken", "sales", expr="value +"),
        simple("unclosed", "sales", where="{{ Dimension('sale__channel') } = 1"),
        derived("double", "2 * turnover", "revenue"),
    ]
    saved = [
        {"name": "weekly", "query_params": {"metrics": ["revenue"], "group_by": ["Dimension('sale__x')"]}}
    ]
    problems = layer([sales], metrics, saved).check()
    assert [problem.rsplit(" @ ", 1)[1] for problem in problems] == [
        "metric online",
        "metric broken",
        "metric unclosed",
        "metric double",
        "saved query weekly",
    ]
    assert layer([sales], metrics[:1]).check() == []
