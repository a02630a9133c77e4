"""Columns are followed through models to the exports: on SQL written for it, and on the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from leadline import Layer
from leadline.cli.card import origins
from leadline.lineage import Lineage
from leadline.manifest import Relation

STAGING = """
with source as (select * from "w"."raw"."raw_shop__order"),
final as (select id as order_id, cast(total as double) as amount, currency from source)
select * from final
"""
FACT = """
with orders as (select * from "w"."staging"."stg_orders"),
rates as (select * from "w"."staging"."stg_rates"),
days as (select unnest(generate_series(1, 3)) as n),
final as (
    select orders.order_id, orders.amount * rates.rate as revenue, days.n
    from orders left join rates on rates.currency = orders.currency cross join days
)
select * from final
"""


def node(kind: str, schema: str, name: str, columns: list[str], sql: str | None = None, *reads: str) -> dict:  # type: ignore[type-arg]
    return {
        "resource_type": kind,
        "schema": schema,
        "name": name,
        "alias": name,
        "unique_id": name,
        "columns": {column: {} for column in columns},
        "compiled_code": sql,
        "depends_on": {"nodes": list(reads)},
    }


@pytest.fixture
def small(tmp_path: Path) -> Lineage:
    nodes = [
        node("seed", "raw", "raw_shop__order", ["id", "total", "currency"]),
        node("seed", "raw", "raw_rates__rate", ["currency", "rate"]),
        node(
            "model", "staging", "stg_orders", ["order_id", "amount", "currency"], STAGING, "raw_shop__order"
        ),
        node(
            "model",
            "staging",
            "stg_rates",
            ["currency", "rate"],
            'select currency, rate from "w"."raw"."raw_rates__rate"',
            "raw_rates__rate",
        ),
        node("model", "marts", "fct", ["order_id", "revenue", "n"], FACT, "stg_orders", "stg_rates"),
    ]
    (tmp_path / "manifest.json").write_text(
        json.dumps({"nodes": {n["name"]: n for n in nodes}, "sources": {}}), encoding="utf-8"
    )
    return Lineage(tmp_path / "semantic_manifest.json")


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        ("order_id", ["shop.order.id"]),
        ("revenue", ["rates.rate.rate", "shop.order.total"]),
        ("n", []),  # a series of numbers comes from no export
    ],
)
def test_a_column_is_followed_through_models_and_renames(small: Lineage, column: str, raw: list[str]) -> None:
    found = small.trace(Relation("fct", "marts"), column)
    assert [str(each) for each in found.raw] == raw
    assert found.models[0] == "fct"
    assert found.unread == ()


def test_a_model_without_sql_is_named(small: Lineage, tmp_path: Path) -> None:
    document = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    document["nodes"]["stg_orders"] |= {
        "compiled_code": None,
        "package_name": "p",
        "original_file_path": "x.sql",
    }
    (tmp_path / "manifest.json").write_text(json.dumps(document), encoding="utf-8")
    found = Lineage(tmp_path / "semantic_manifest.json").trace(Relation("fct", "marts"), "order_id")
    assert found.unread == ("stg_orders",)


def test_the_clicks_of_ads_come_from_each_platforms_own_column(project: Layer, manifest_path: Path) -> None:
    """Read off the staging models: Meta's are link clicks, not all clicks."""
    (origin,) = origins(project.manifest, "clicks", Lineage(manifest_path))
    assert origin.trace is not None
    assert {str(column) for column in origin.trace.raw} == {
        "google_ads.campaign_stats.clicks",
        "meta_ads.basic_ad.inline_link_clicks",
        "linkedin_ads.ad_analytics_by_campaign.clicks",
        "microsoft_ads.campaign_performance_daily.clicks",
        "tiktok_ads.campaign_performance_daily.clicks",
    }


def test_every_column_of_every_metric_is_followed_to_the_end(project: Layer, manifest_path: Path) -> None:
    lineage = Lineage(manifest_path)
    found = [origin for name in project.metrics for origin in origins(project.manifest, name, lineage)]
    assert found
    assert {o.column: o.trace.unread for o in found if o.trace and o.trace.unread} == {}
    without = {f"{o.fact}.{o.column}" for o in found if o.trace and not o.trace.raw}
    # Counts of rows, and what the models say themselves: a variable.
    assert without == {
        "fct_customers.orders",
        "fct_customers.has_repurchased",
        "fct_sessions.transactions",
        "fct_keyword_positions.is_own_domain",
    }
