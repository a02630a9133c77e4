"""`leadline query cost_per_lead cac romi --by channel --grain month` against plain Python."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer
from tests.by_hand import people, spend
from tests.by_hand.spend import Cell

CENT = 0.005


@pytest.fixture(scope="module")
def answered(manifest_path: Path, demo_build: duckdb.DuckDBPyConnection) -> dict[Cell, dict[str, Any]]:
    table = Layer.load(str(manifest_path)).query(
        metrics=[
            "ad_spend",
            "marketing_spend",
            "leads",
            "new_customers",
            "revenue",
            "cost_per_lead",
            "cac",
            "romi",
        ],
        group_by=["channel", "metric_time__month"],
        connection=demo_build,
    )
    return {(row["channel"], as_day(row["metric_time__month"])): row for row in table.to_pylist()}


def as_day(value: dt.date) -> dt.date:
    return value.date() if isinstance(value, dt.datetime) else value


def assert_same(by_hand: dict[Cell, float], answered: dict[Cell, dict[str, Any]], metric: str) -> None:
    got = {cell: float(row[metric]) for cell, row in answered.items() if row[metric]}
    wanted = {cell: value for cell, value in by_hand.items() if abs(value) > 1e-9}
    assert set(got) == set(wanted)
    for cell, value in wanted.items():
        assert got[cell] == pytest.approx(value, abs=CENT), (metric, cell)


@pytest.mark.parametrize(
    ("metric", "by_hand"),
    [
        ("ad_spend", spend.ad_spend),
        ("marketing_spend", spend.marketing_spend),
        ("leads", people.leads),
        ("new_customers", people.new_customers),
        ("revenue", people.revenue),
    ],
)
def test_parts_by_channel_and_month(metric: str, by_hand: Any, answered: dict[Cell, dict[str, Any]]) -> None:
    assert_same(dict(by_hand()), answered, metric)


def test_ratios_are_of_the_sums_and_never_of_nothing(answered: dict[Cell, dict[str, Any]]) -> None:
    ad_spend, all_spend = spend.ad_spend(), spend.marketing_spend()
    leads, customers, revenue = people.leads(), people.new_customers(), people.revenue()
    checked = 0
    for cell, row in answered.items():
        if cell in ad_spend and leads[cell]:
            assert row["cost_per_lead"] == pytest.approx(ad_spend[cell] / leads[cell]), cell
        else:
            assert row["cost_per_lead"] is None, cell
        if cell in all_spend and customers[cell]:
            assert row["cac"] == pytest.approx(all_spend[cell] / customers[cell], rel=1e-5), cell
        else:
            assert row["cac"] is None, cell
        if all_spend.get(cell) and cell in revenue:
            by_hand = (revenue[cell] - all_spend[cell]) / all_spend[cell]
            assert row["romi"] == pytest.approx(by_hand, rel=1e-5, abs=1e-5), cell
            checked += 1
    assert checked >= 20


def test_groups_sum_to_the_total(
    answered: dict[Cell, dict[str, Any]], manifest_path: Path, demo_build: duckdb.DuckDBPyConnection
) -> None:
    """Unattributed rows are a group of their own: nothing falls off, and none is counted twice."""
    names = ["ad_spend", "marketing_spend", "leads", "new_customers", "revenue"]
    total = Layer.load(str(manifest_path)).query(metrics=names, connection=demo_build).to_pylist()[0]
    for name in names:
        assert sum(row[name] or 0 for row in answered.values()) == total[name], name
    assert any(channel is None for channel, _ in answered)
