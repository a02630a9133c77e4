"""What a request would do, as data and as a tree; and what its SQL says beside the numbers."""

from __future__ import annotations

import pytest
import sqlglot

from leadline import Layer, LeadlineError
from tests.engine.small import cumulative, derived, layer, model, ratio, simple


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model("ads", time="seen_on", entities={"campaign": "foreign"}, primary="ad_row"),
        model("leads", time="made_on", entities={"campaign": "foreign"}, primary="lead"),
        model("campaigns", entities={"campaign": "primary", "account": "foreign"}, dimensions=["country"]),
        model("accounts", entities={"account": "primary"}, dimensions=["owner"]),
    ]
    metrics = [
        simple("spend", "ads", expr="cost"),
        simple("leads", "leads", "count", expr="1"),
        ratio("cost_per_lead", "spend", "leads"),
        cumulative("spend_28_days", "spend", window=(28, "day")),
        simple("reach", "ads", expr="reach", meta={"adds": "time:never"}),
        derived("odd", "spend /* x */ * 2", "spend"),
    ]
    return layer(models, metrics)


def test_facts_joins_and_grain_are_told(small: Layer) -> None:
    found = small.explain(
        metrics=["cost_per_lead"],
        group_by=["metric_time__month", "campaign__account__owner"],
        where=["campaign__country = 'FR'"],
    )
    scans = [step for step in found.steps if "fact" in step]
    assert [step["fact"] for step in scans] == ["ads", "leads"]
    assert scans[0]["joins"] == [
        "ads -(campaign)-> campaigns -(account)-> accounts",
        "ads -(campaign)-> campaigns",
    ]
    assert scans[0]["where"] == ["campaign__country = 'FR'"]
    tree = str(found)
    assert tree.index("result") < tree.index("stack and fold") < tree.index("fact: ads")


def test_time_is_told(small: Layer) -> None:
    tree = str(small.explain(metrics=["spend_28_days"], group_by=["metric_time__month"], start="2025-01-01"))
    assert "values at: the last 28 days" in tree
    assert "first value of each period" in tree


def test_a_refusal_is_told_instead_of_raised(small: Layer) -> None:
    found = small.explain(metrics=["reach"])
    assert found.refused is not None
    assert "never adds up over time" in str(found)
    with pytest.raises(LeadlineError):
        small.explain(metrics=["unknown"])


def test_each_metric_has_its_definition_beside_it(small: Layer) -> None:
    sql = small.sql(metrics=["cost_per_lead", "spend", "odd"], group_by=["metric_time__month"])
    assert "AS cost_per_lead, /* spend / leads */" in sql
    assert "/* sum(cost) */" in sql
    assert len(sqlglot.parse(sql, dialect="duckdb")) == 1
