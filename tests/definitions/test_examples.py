"""Worked examples are run: the definition itself, its filters and aggregates included."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from leadline import Layer, LeadlineError
from leadline.examples import run_examples
from tests.cli.conftest import Leadline


def problems(document: dict[str, Any], *names: str) -> list[str]:
    return [
        outcome.problem for outcome in run_examples(Layer.from_document(document), names) if outcome.problem
    ]


def edited(document: dict[str, Any], name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A copy of the document, and one metric in it to be edited."""
    found = copy.deepcopy(document)
    return found, next(metric for metric in found["metrics"] if metric["name"] == name)


def test_all_examples_are_right(project: Layer) -> None:
    found = run_examples(project)
    assert [f"{o.example.metric}: {o.problem}" for o in found if o.problem] == []
    assert len(found) >= 140


def test_a_formula_upside_down_is_told_with_its_numbers(document: dict[str, Any]) -> None:
    wrong, ctr = edited(document, "ctr")
    params = ctr["type_params"]
    params["numerator"], params["denominator"] = params["denominator"], params["numerator"]
    first, *_ = problems(wrong, "ctr")
    # 40000 / 1200
    assert first == "1200 clicks of 40000 impressions should give 0.03, gives 33.3333333333"


def test_a_factor_in_a_derived_formula_is_told(document: dict[str, Any]) -> None:
    wrong, cpm = edited(document, "cpm")
    cpm["type_params"]["expr"] = "100 * ad_spend / nullif(impressions, 0)"
    assert problems(wrong, "cpm")[0] == "400 ad_spend of 80000 impressions should give 5, gives 0.5"


def test_a_zero_denominator_that_gives_a_number_is_told(document: dict[str, Any]) -> None:
    wrong, rate = edited(document, "bounce_rate")
    rate["type_params"]["expr"] = "1 - coalesce(engaged_sessions * 1.0 / nullif(sessions, 0), 0)"
    assert problems(wrong, "bounce_rate") == [
        "0 engaged_sessions of 0 sessions should give no value, gives 1.0"
    ]


def test_an_edit_of_a_simple_metric_below_is_told_by_those_above(document: dict[str, Any]) -> None:
    """Totals are of rows: if clicks counted impressions, no rows have 1200 clicks of 40000 impressions."""
    wrong, clicks = edited(document, "clicks")
    clicks["type_params"]["expr"] = "impressions"
    assert problems(wrong, "ctr")


@pytest.mark.parametrize(
    ("name", "expr"),
    [
        ("unique_visitors", "session_key"),  # counts sessions
        ("visitors_from_facebook", "user_pseudo_id"),  # counts everybody
        ("email_revenue", "revenue"),
        ("organic_conversions", "1"),
    ],
)
def test_an_edit_of_an_aggregate_fails_its_rows(document: dict[str, Any], name: str, expr: str) -> None:
    wrong, metric = edited(document, name)
    metric["type_params"]["expr"] = expr
    assert problems(wrong, name)


@pytest.mark.parametrize("name", ["revenue", "purchases", "leads", "facebook_fans", "products_sold"])
def test_a_filter_taken_away_fails_its_rows(document: dict[str, Any], name: str) -> None:
    wrong, metric = edited(document, name)
    metric["filter"] = None
    assert problems(wrong, name)


@pytest.mark.parametrize("name", ["followers", "list_size"])
def test_a_stock_that_is_summed_over_days_fails_its_rows(document: dict[str, Any], name: str) -> None:
    wrong, metric = edited(document, name)
    metric["type_params"]["metric_aggregation_params"]["non_additive_dimension"] = None
    metric["config"]["meta"]["leadline"]["adds"] = "yes"
    assert problems(wrong, name)


def test_a_total_of_what_is_no_simple_metric_is_refused(document: dict[str, Any]) -> None:
    wrong, cac = edited(document, "cac")
    cac["config"]["meta"]["leadline"]["examples"] = [{"given": {"marketing_spend": 1}, "expect": 1}]
    with pytest.raises(LeadlineError, match=r"marketing_spend.*derived"):
        run_examples(Layer.from_document(wrong), ["cac"])


def test_totals_that_no_rows_have_together_are_refused(document: dict[str, Any]) -> None:
    """More single-page sessions than sessions."""
    wrong, rate = edited(document, "single_page_bounce_rate")
    rate["config"]["meta"]["leadline"]["examples"] = [
        {"given": {"single_page_sessions": 5, "sessions": 3}, "expect": 1.6666666667}
    ]
    assert "would need -2 rows" in problems(wrong, "single_page_bounce_rate")[0]


def test_the_command_runs_them_and_says_how_many(leadline: Leadline) -> None:
    run = leadline("examples", "ctr")
    assert run.code == 0
    assert "1200 clicks of 40000 impressions" in run.out
    assert "none wrong" in run.err


def test_the_command_names_a_metric_that_is_not_there(leadline: Leadline) -> None:
    run = leadline("examples", "crt")
    assert run.code == 2
    assert "ctr" in run.err


def test_days_are_given_for_some_rows_and_filled_in_for_others(document: dict[str, Any]) -> None:
    """mql's first two rows have a day, its third takes the period's first; the moved row leaves one."""
    changed, mql = edited(document, "mql")
    (example,) = mql["config"]["meta"]["leadline"]["examples"]
    example["rows"]["leads"][2]["is_mql"] = True
    assert problems(changed, "mql") == ["3 rows of leads should give 1, gives 2.0"]
