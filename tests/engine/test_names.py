"""Names of requests: dunder names, dbt's calls, short names, and the hints where a name is wrong."""

from __future__ import annotations

import pytest

from leadline import Layer, LeadlineError
from leadline.names import Name, parse_call, parse_name
from tests.engine.small import derived, layer, model, ratio, simple


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("channel", Name("channel")),
        ("campaign__country", Name("country", ("campaign",))),
        ("order__customer__created_at__month", Name("created_at", ("order", "customer"), "month")),
        ("metric_time__extract_dow", Name("metric_time", (), None, "dow")),
        ("metric_time__fiscal_year", Name("metric_time", (), "fiscal_year")),
        ("month", Name("month")),
    ],
)
def test_dunder_names(text: str, name: Name) -> None:
    assert parse_name(text, {"fiscal_year"}) == name
    assert str(name) == text


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("Dimension('campaign__country')", "campaign__country"),
        ("Dimension('campaign__country', entity_path=['order'])", "order__campaign__country"),
        ("Dimension('metric_time').grain('month')", "metric_time__month"),
        ("TimeDimension('metric_time', 'MONTH')", "metric_time__month"),
        ("TimeDimension('order__paid_at', date_part_name='year')", "order__paid_at__extract_year"),
        ("Entity('campaign', entity_path=())", "campaign"),
    ],
)
def test_calls(call: str, text: str) -> None:
    assert str(parse_call(call).name) == text


def test_metric_calls_carry_their_group_and_order() -> None:
    found = parse_call("Metric('leads', group_by=['channel']).descending(True)")
    assert (str(found.name), found.group_by, found.descending) == ("leads", ("channel",), True)


@pytest.mark.parametrize(
    "call", ["Dimension()", "Dimension('a').grain('moon')", "open('x')", "Dimension('a', b=1)"]
)
def test_unreadable_calls_are_refused(call: str) -> None:
    with pytest.raises(LeadlineError):
        parse_call(call)


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model(
            "ads", time="seen_on", entities={"campaign": "foreign"}, dimensions=["device"], primary="ad_row"
        ),
        model(
            "leads", time="made_on", entities={"campaign": "foreign"}, dimensions=["device"], primary="lead"
        ),
        model("campaigns", entities={"campaign": "primary"}, dimensions=["country", "campaign_name"]),
    ]
    metrics = [
        simple("spend", "ads", expr="cost"),
        simple("leads", "leads", "count", expr="1"),
        ratio("cost_per_lead", "spend", "leads"),
        simple("rate_by_reach", "ads", expr="x", meta={"synonyms": ["the_rate"]}),
        simple("rate_by_followers", "ads", expr="y", meta={"synonyms": ["the_rate"]}),
        derived("again", "spend * 2", "spend"),
    ]
    return layer(models, metrics)


def test_a_short_name_works_where_one_thing_bears_it(small: Layer) -> None:
    assert "campaigns.country" in small.sql(metrics=["cost_per_lead"], group_by=["country"])
    short = small.sql(metrics=["cost_per_lead"], group_by=["country"], where=["campaign_name = 'x'"])
    assert "AS country" in short or "country," in short


def test_a_dimension_of_each_fact_may_bear_one_name(small: Layer) -> None:
    sql = small.sql(metrics=["cost_per_lead"], group_by=["device", "metric_time__month"])
    assert sql.count("device") >= 4
    assert " JOIN " not in sql


@pytest.mark.parametrize(
    ("request_", "hint"),
    [
        ({"metrics": ["spent"]}, "spend"),
        ({"metrics": ["spend"], "group_by": ["campaign__contry"]}, "campaign__country"),
        ({"metrics": ["spend"], "group_by": ["campaign"], "order_by": ["campain"]}, "campaign"),
        ({"metrics": ["spend"], "where": ["campaign__countri = 'FR'"]}, "campaign__country"),
        ({"metrics": ["spend"], "dialect": "postgre"}, "postgres"),
        ({"metrics": ["spend"], "groupby": []}, "group_by"),
    ],
)
def test_a_wrong_name_gets_the_nearest_right_one(
    small: Layer, request_: dict[str, object], hint: str
) -> None:
    with pytest.raises(LeadlineError) as error:
        small.sql(**request_)
    assert hint in str(error.value)


@pytest.mark.parametrize("name", ["rate", "the_rate"])
def test_a_name_with_several_meanings_lists_them(small: Layer, name: str) -> None:
    with pytest.raises(LeadlineError, match="several meanings") as error:
        small.sql(metrics=[name])
    assert "rate_by_reach" in str(error.value)
    assert "rate_by_followers" in str(error.value)


def test_dimensions_of_several_metrics_are_those_they_share(small: Layer) -> None:
    names = [item.name for item in small.dimensions(metrics=["cost_per_lead"])]
    assert set(names) == {"campaign", "campaign__country", "campaign__campaign_name", "device"}
    assert {item.name for item in small.dimensions(metrics=["spend"])} >= {
        "ad_row__device",
        "ad_row__seen_on",
    }
    for name in names:
        assert small.sql(metrics=["cost_per_lead"], group_by=[name])


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"metrics": "spend", "limit": -1},
        {"metrics": "spend", "limit": "ten"},
        {"metrics": "spend", "start": "yesterday"},
        {"metrics": "spend", "start": "2025-02-01", "end": "2025-01-01"},
        {"metrics": "spend", "start": "2025-02-01T00:00:00+01:00"},
        {"metrics": 7},
        {"metrics": [None]},
        {"metrics": ["spend"], "group_by": ["device__month"]},
        {"metrics": ["spend"], "group_by": ["metric_time__hour"]},
        {"metrics": ["spend"], "min_max_only": True},
        {"metrics": ["spend", {"name": "leads", "alias": "spend"}]},
        {"saved_query": "none"},
    ],
    ids=str,
)
def test_malformed_requests_are_refused(small: Layer, request_: dict[str, object]) -> None:
    with pytest.raises(LeadlineError):
        small.sql(**request_)


def test_metric_aliases(small: Layer) -> None:
    sql = small.sql(
        metrics=[{"name": "spend", "alias": "cost"}, "Metric('leads').alias('made')"], order_by=["-cost"]
    )
    assert sql.rstrip().endswith("DESC")
    assert "AS made" in sql or "leads AS made" in sql
