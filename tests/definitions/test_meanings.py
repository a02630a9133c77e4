"""A name with several meanings is refused with their difference; another name of one metric is taken."""

from __future__ import annotations

import pytest

from leadline import Layer
from leadline.cli.naming import bare_name, meant_instead, named
from leadline.cli.options import Ask
from leadline.errors import AmbiguousNameError, RefusedError, UnknownNameError


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


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("bounce_rate", {"single_page_bounce_rate", "email_bounce_rate"}),
        ("cpa", {"cac", "cac_paid"}),
        ("open_rate__mom", {"open_rate_sent", "follow_up_open_rate"}),
    ],
)
def test_a_name_that_people_use_for_others_too_is_answered_with_what_it_is(
    project: Layer, name: str, others: set[str]
) -> None:
    for lang in ("en", "fr"):
        said = bare_name(project.manifest, name, lang)
        assert said is not None
        assert said.startswith(name.partition("__")[0])
        assert all(f"{other} (" in said for other in others)
    assert bare_name(project.manifest, "revenue") is None


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("average_ctr", "mean of ctr"),
        ("avg cost_per_lead", "mean of cost_per_lead"),
        ("moyenne du churn", None),
        ("moyenne churn_rate", "mean of churn_rate"),
        ("sum_reach", "sum of reach"),
        ("sum_followers", "sum of followers"),
        ("mean_CTOR", "mean of click_to_open_rate"),
        ("average_no_such_thing", None),
        ("sum_clicks", None),
    ],
)
def test_the_mean_or_sum_of_what_has_none_is_refused(project: Layer, name: str, what: str | None) -> None:
    with pytest.raises(UnknownNameError if what is None else RefusedError) as refused:
        project.sql(metrics=[name])
    if what is not None:
        assert what in str(refused.value)


@pytest.mark.parametrize("name", ["average_order_value", "average_position", "csat_average"])
def test_metrics_that_are_means_answer(project: Layer, name: str) -> None:
    assert project.sql(metrics=[name])


@pytest.mark.parametrize(
    ("metric", "cut", "instead"),
    [
        ("bounce_rate", "email_campaign__campaign_type", ["email_bounce_rate"]),
        ("reach", "network", ["social_post_reach"]),
        ("reach", "date_day", None),  # its own days are reported_period's; social posts' are no help
        ("reach", "platform", None),  # it can be cut so, though not without a period
        ("revenue", "no_such_thing", None),
    ],
)
def test_cut_by_what_only_a_variant_has_the_variant_is_named(
    project: Layer, metric: str, cut: str, instead: list[str] | None
) -> None:
    found = meant_instead(project, Ask(metrics=(metric,), group_by=(cut,)))
    assert (None if found is None else [choice.split("  ")[0] for choice in found.choices]) == instead
