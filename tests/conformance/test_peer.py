"""Requests beyond the suite's, put to dbt's own engine as well: both statements give the same rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pytest

from tests.conformance.test_conformance import REASON, SUITE, connection, layer, runner

__all__ = ["connection", "runner"]
pytestmark = pytest.mark.skipif(not SUITE.is_dir(), reason=REASON)

Ask = Callable[[str, dict[str, Any]], str]
DAY = "TimeDimension('metric_time', 'day')"
BOOKINGS = ["bookings"]
SIMPLE: tuple[dict[str, Any], ...] = (
    {"metrics": BOOKINGS, "group_by": ["Dimension('listing__created_at').date_part('month')"]},
    {"metrics": BOOKINGS, "group_by": ["Entity('user', entity_path=['listing'])"]},
    {"metrics": BOOKINGS, "where": ["{{ Dimension('listing__created_at').grain('month') }} >= '2020-01-01'"]},
    {"metrics": BOOKINGS, "group_by": ["booking__ds__year"], "start": "2020-01-29", "end": "2020-12-14"},
    {"metrics": BOOKINGS, "group_by": ["metric_time__month"], "start": "2020-01-29", "end": "2020-12-14"},
    {
        "metrics": ["largest_listing"],
        "group_by": ["listing__country_latest"],
        "start": "2020-01-09",
        "end": "2020-10-15",
    },
    {
        "metrics": ["average_booking_value", "largest_listing", "bookings"],
        "start": "2020-01-29",
        "end": "2020-02-02",
    },
    {
        "metrics": ["visit_buy_conversion_rate_with_monthly_conversion"],
        "start": "2020-01-02",
        "end": "2020-02-01",
    },
    {
        "metrics": ["largest_listing", "archived_users_join_to_time_spine"],
        "group_by": ["metric_time__alien_day"],
    },
    {
        "metrics": ["bookings_join_to_time_spine"],
        "group_by": ["metric_time__alien_day", "metric_time__month"],
    },
    {
        "metrics": ["subdaily_join_to_time_spine_metric"],
        "group_by": ["metric_time__alien_day", "metric_time__hour"],
    },
    {
        "metrics": ["subdaily_join_to_time_spine_metric"],
        "group_by": ["TimeDimension('metric_time', date_part_name='year')"],
    },
    {"metrics": ["bookings_1_month_ago"], "group_by": ["metric_time__alien_day"]},
    {"metrics": ["bookings_1_month_ago"], "group_by": ["metric_time__alien_day", "metric_time__month"]},
    {"metrics": ["bookings_yoy"], "group_by": ["TimeDimension('metric_time', date_part_name='dow')"]},
    {"metrics": ["bookings_yoy"], "group_by": ["TimeDimension('metric_time', date_part_name='day')"]},
    {"metrics": ["listings"], "group_by": ["listing"], "where": ["{{ Metric('views', ['listing']) }} > 1"]},
    {"metrics": ["listings"], "where": ["{{ Metric('bookings_per_booker', group_by=['listing']) }} > 1"]},
    {"group_by": ["booking__paid_at__day", "listing__is_lux_latest", "metric_time__year"]},
    {
        "group_by": ["booking__paid_at__day", "listing__is_lux_latest"],
        "where": ["{{ TimeDimension('metric_time', 'month') }} > '2020-01-19'"],
        "start": "2020-01-09",
        "end": "2020-10-15",
    },
    {"group_by": ["user__home_state_latest"], "where": ["{{ Metric('listings', group_by=['user']) }} > 0"]},
    {
        "group_by": ["metric_time__month", "listing__lux_listing"],
        "where": [
            "{{ Metric('bookings', group_by=['host']) }} is not null or {{ Entity('listing') }} > 'l7'"
        ],
    },
    {"group_by": ["metric_time__week"], "min_max_only": True},
    {"group_by": ["user__bio_added_ts__second"], "min_max_only": True},
)
OTHERS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("scd_manifest", {"metrics": ["bookings"], "group_by": ["listing__country", "metric_time__month"]}),
    ("scd_manifest", {"metrics": ["family_bookings"], "group_by": ["listing__user__home_state_latest"]}),
    ("scd_manifest", {"metrics": ["bookings"], "group_by": ["user__account_type"], "start": "2020-01-02"}),
    ("multi_hop_join_manifest", {"group_by": ["customer_id__country", "account_id__extra_dim"]}),
    (
        "partitioned_multi_hop_join_manifest",
        {"group_by": ["customer_id__country", "customer_third_hop_id__value"]},
    ),
    ("extended_date_manifest", {"metrics": ["bookings_last_month"], "group_by": ["metric_time__quarter"]}),
    ("non_sm_manifest", {"group_by": ["listing__country_latest", "booking__is_instant"]}),
)


@pytest.fixture(scope="module")
def metricflow() -> Ask:
    """MetricFlow's SQL for a request; it is installed with dbt."""
    from benchmarks.peers import _client
    from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
    from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
    from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

    engines: dict[str, Any] = {}

    def ask(manifest: str, request: dict[str, Any]) -> str:
        if manifest not in engines:
            text = Path(SUITE / "manifests" / f"{manifest}.json").read_text(encoding="utf-8")
            lookup = SemanticManifestLookup(parse_manifest_from_dbt_generated_manifest(text))
            engines[manifest] = MetricFlowEngine(lookup, _client())
        moments = [dt.datetime.fromisoformat(request[k]) if k in request else None for k in ("start", "end")]
        asked = MetricFlowQueryRequest.create(
            metric_names=request.get("metrics"),
            group_by_names=request.get("group_by"),
            where_constraints=request.get("where"),
            time_constraint_start=moments[0],
            time_constraint_end=moments[1],
            min_max_only=request.get("min_max_only", False),
        )
        return str(engines[manifest].explain(asked).sql_statement.sql)

    return ask


@pytest.mark.parametrize(
    ("manifest", "request_"),
    [*(("simple_manifest", item) for item in SIMPLE), *OTHERS],
    ids=lambda item: str(item)[:90],
)
def test_dbts_own_engine_gives_the_same_rows(
    manifest: str,
    request_: dict[str, Any],
    metricflow: Ask,
    runner: ModuleType,
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = []
    for sql in (metricflow(manifest, request_), layer(manifest, "older").sql(**request_)):
        cursor = connection.execute(sql)
        rows = [[runner.plain(value) for value in row] for row in cursor.fetchall()]
        found += [[item[0] for item in cursor.description or ()], rows]
    assert runner.difference({"check_order": False}, *found) is None
    assert found[1]
