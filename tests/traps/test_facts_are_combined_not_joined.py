"""Spend and leads by shared dimensions.

Wrong: joining the facts multiplies rows; joining their groups loses or doubles the group without a
channel. Right: each fact aggregated by itself, the groups stacked, NULL a group like any other.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import ask, database, layer, model, ratio, simple

SPEND = [
    ("2025-01-01", "search", "FR", "mobile", 100),
    ("2025-01-02", "search", "FR", "mobile", 50),
    ("2025-01-03", None, "FR", "desktop", 30),
    ("2025-01-04", "social", None, "mobile", 20),
]
LEADS = [
    ("2025-01-01", "search", "FR", "mobile", 1),
    ("2025-01-01", "search", "FR", "mobile", 1),
    ("2025-01-05", "search", "FR", "mobile", 1),
    ("2025-01-06", None, "FR", "desktop", 1),
    ("2025-01-06", None, "FR", "desktop", 1),
    ("2025-01-07", "email", "DE", None, 1),
]
COLUMNS = "happened_on date, channel varchar, country varchar, device varchar"


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {"spend": (f"{COLUMNS}, cost integer", SPEND), "leads": (f"{COLUMNS}, lead integer", LEADS)}
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    entities = {"channel": "foreign"}
    dimensions = ["country", "device"]
    models = [
        model("spend", time="happened_on", entities=entities, dimensions=dimensions, primary="spend_row"),
        model("leads", time="happened_on", entities=entities, dimensions=dimensions, primary="lead_row"),
    ]
    metrics = [
        simple("ad_spend", "spend", expr="cost"),
        simple("leads", "leads", "count", expr="lead"),
        ratio("cost_per_lead", "ad_spend", "leads"),
    ]
    return layer(models, metrics)


def test_a_join_of_the_facts_gives_another_number(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        "select sum(cost) from spend join leads using (channel) where channel = 'search'"
    ).fetchall()
    assert wrong == [(450,)]  # 150, counted once for each of the three leads


def test_each_channel_has_its_own_spend_and_leads(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["ad_spend", "leads", "cost_per_lead"], group_by=["channel"]) == [
        ("email", None, 1, None),
        ("search", 150, 3, 50.0),
        ("social", 20, None, None),
        (None, 30, 2, 15.0),
    ]


def test_two_and_three_dimensions_keep_every_row(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["ad_spend", "leads"], group_by=["channel", "country"]) == [
        ("email", "DE", None, 1),
        ("search", "FR", 150, 3),
        ("social", None, 20, None),
        (None, "FR", 30, 2),
    ]
    rows = ask(small, con, metrics=["ad_spend", "leads"], group_by=["channel", "country", "device"])
    assert rows == [
        ("email", "DE", None, None, 1),
        ("search", "FR", "mobile", 150, 3),
        ("social", None, "mobile", 20, None),
        (None, "FR", "desktop", 30, 2),
    ]


@pytest.mark.parametrize(
    "group_by", [["channel"], ["channel", "country"], ["device"], ["metric_time__month"]]
)
def test_groups_add_up_to_the_total(
    small: Layer, con: duckdb.DuckDBPyConnection, group_by: list[str]
) -> None:
    rows = ask(small, con, metrics=["ad_spend", "leads"], group_by=group_by)
    assert sum(row[-2] or 0 for row in rows) == sum(row[-1] for row in SPEND) == 200
    assert sum(row[-1] or 0 for row in rows) == len(LEADS) == 6


def test_asked_alone_or_with_others_a_metric_is_the_same(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    alone = {row[0]: row[1] for row in ask(small, con, metrics=["leads"], group_by=["channel"])}
    together = ask(small, con, metrics=["ad_spend", "leads"], group_by=["channel"])
    assert {row[0]: row[2] for row in together if row[2] is not None} == alone


def test_the_total_without_groups(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["ad_spend", "leads", "cost_per_lead"]) == [
        (200, 6, pytest.approx(200 / 6))
    ]
