"""A name with several meanings is refused with their difference; another name of one metric is taken."""

from __future__ import annotations

import pytest

from leadline import Layer
from leadline.cli.naming import named
from leadline.errors import AmbiguousNameError, UnknownNameError


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        (
            "engagement_rate",
            {"engagement_rate_by_reach", "engagement_rate_by_impressions", "engagement_rate_by_followers"},
        ),
        ("ltv", {"customer_lifetime_value", "lifetime_value_simple"}),
        ("cost_per_acquisition", {"cpa", "cac", "cac_paid"}),
        ("roi", {"roas", "romi", "ltv_to_cac"}),
        ("Click-through rate", {"ctr", "serp_ctr", "click_rate", "click_to_open_rate"}),
        ("taux de rebond", {"bounce_rate", "single_page_bounce_rate", "email_bounce_rate"}),
        ("TAUX D’ENGAGEMENT", {"engagement_rate_by_reach", "engagement_rate_by_impressions",
                               "engagement_rate_by_followers"}),
    ],
)  # fmt: skip
def test_a_name_with_several_meanings_is_refused_with_all_of_them(
    project: Layer, name: str, choices: set[str]
) -> None:
    with pytest.raises(AmbiguousNameError) as refused:
        project.sql(metrics=[name])
    assert {choice.split("  (")[0] for choice in refused.value.choices} == choices
    # Each with its difference, in one line.
    assert all(choice.endswith(")") and "\n" not in choice for choice in refused.value.choices)


def test_a_view_of_an_ambiguous_name_is_refused_as_well(project: Layer) -> None:
    with pytest.raises(AmbiguousNameError):
        project.sql(metrics=["engagement_rate__mom"], group_by=["metric_time__month"])


def test_french_readers_get_the_difference_in_french(project: Layer) -> None:
    with pytest.raises(AmbiguousNameError, match="a plusieurs sens") as refused:
        named(project.manifest, "engagement_rate", "fr")
    assert "abonnés" in str(refused.value)


@pytest.mark.parametrize("name", ["bounce_rate", "reach", "frequency", "cpa", "clicks", "leads", "revenue"])
def test_a_metric_answers_to_its_own_name(project: Layer, name: str) -> None:
    assert named(project.manifest, name) == (name, None)


@pytest.mark.parametrize(
    ("given", "metric"),
    [
        ("CTOR", "click_to_open_rate"),
        ("taux de réactivité", "click_to_open_rate"),
        ("click-through rate (email)", "click_rate"),
        ("coût d'acquisition client", "cac"),
        ("AOV", "average_order_value"),
        ("Panier moyen", "average_order_value"),
        ("CTOR__mom", "click_to_open_rate__mom"),
    ],
)
def test_another_name_of_one_metric_is_taken_and_said(project: Layer, given: str, metric: str) -> None:
    found, note = named(project.manifest, given)
    assert found == metric
    assert note is not None
    assert given in note


def test_the_engine_takes_no_other_names_but_points_to_the_metric(project: Layer) -> None:
    """SQL and dashboards keep to one name; a person at the terminal may use theirs."""
    with pytest.raises(UnknownNameError) as unknown:
        project.sql(metrics=["CTOR"])
    assert unknown.value.nearest[0] == "click_to_open_rate"


def test_what_means_nothing_is_unknown(project: Layer) -> None:
    with pytest.raises(UnknownNameError):
        named(project.manifest, "no such thing")
