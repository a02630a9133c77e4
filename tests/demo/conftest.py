"""The committed seeds as typed DuckDB views, read by nothing of the product but the list of raw columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.demo.schema import CONTRACT, schema

TYPES = {"string": "varchar", "int64": "bigint", "double": "double", "bool": "boolean", "date32[day]": "date"}

Rows = Callable[..., list[tuple[Any, ...]]]


def views(folder: Path) -> duckdb.DuckDBPyConnection:
    """One view a raw table over a folder of seeds, named `<source>__<table>`; nested columns are JSON."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for source, tables in CONTRACT.items():
        for table in tables:
            columns = {
                f.name: TYPES.get(str(f.type), "timestamp" if "timestamp" in str(f.type) else "json")
                for f in schema(source, table)
            }
            path = folder / source / f"raw_{source}__{table}.csv"
            connection.execute(
                f"create view {source}__{table} as"
                f" select * from read_csv('{path}', header=true, quote='\"', columns={columns})"
            )
    connection.execute(
        "create macro local_day(t) as cast(timezone('Europe/Paris', timezone('UTC', t)) as date)"
    )
    connection.execute("create macro month(d) as strftime(d, '%Y-%m')")
    # The last sync run (an hour) of every account and day is that day; the rest is older.
    for name, day, account, relation in LATEST:
        connection.execute(
            f"create view {name} as select * from {relation} qualify date_trunc('hour', _fivetran_synced)"
            f" = max(date_trunc('hour', _fivetran_synced)) over (partition by {account}, {day})"
        )
    connection.execute(EVENTS)
    return connection


LATEST = (
    ("google", "date", "customer_id", "google_ads__campaign_stats"),
    ("google_kinds", "date", "customer_id", "google_ads__campaign_conversion_stats"),
    ("google_keywords", "date", "customer_id", "google_ads__keyword_stats"),
    ("meta", "date", "account_id", "meta_ads__basic_ad"),
    ("linkedin", "day", "1", "linkedin_ads__ad_analytics_by_campaign"),
    ("meta_actions", "date", "1", "meta_ads__basic_ad_actions"),
    ("meta_values", "date", "1", "meta_ads__basic_ad_action_values"),
    ("search_site", "date", "site", "search_console__site_report_by_site"),
)
# Events once each, with the parameters that tests need.
EVENTS = """
create table events as
select distinct
    event_date, event_timestamp, event_name, user_id, user_pseudo_id,
    list_extract(list_filter(params, x -> x.key = 'ga_session_id'), 1).value.int_value as session_id,
    list_extract(list_filter(params, x -> x.key = 'session_engaged'), 1).value.string_value as engaged,
    list_extract(list_filter(params, x -> x.key = 'transaction_id'), 1).value.string_value as transaction_id,
    list_extract(list_filter(params, x -> x.key = 'page_location'), 1).value.string_value as page,
    list_extract(list_filter(params, x -> x.key = 'engagement_time_msec'), 1).value.int_value as msec,
    session_traffic_source_last_click ->> '$.cross_channel_campaign.source' as source,
    session_traffic_source_last_click ->> '$.cross_channel_campaign.medium' as medium,
    session_traffic_source_last_click ->> '$.cross_channel_campaign.default_channel_group' as channel,
    collected_traffic_source ->> '$.gclid' as gclid,
    collected_traffic_source ->> '$.manual_source' as manual_source,
    local_day(make_timestamp(event_timestamp)) as day
from (
    select
        *,
        from_json(
            event_params, '[{"key": "VARCHAR", "value": {"string_value": "VARCHAR", "int_value": "BIGINT"}}]'
        ) as params
    from ga4__events
)
"""


@pytest.fixture(scope="session")
def raw(seeds_dir: Path) -> duckdb.DuckDBPyConnection:
    return views(seeds_dir)


@pytest.fixture(scope="session")
def one(raw: duckdb.DuckDBPyConnection) -> Callable[[str], Any]:
    """The single value of a query over the raw tables."""

    def ask(sql: str) -> Any:
        rows = raw.cursor().execute(sql).fetchall()
        assert len(rows) == 1
        return rows[0][0]

    return ask


@pytest.fixture(scope="session")
def table(raw: duckdb.DuckDBPyConnection) -> Callable[[str], dict[Any, Any]]:
    """A query of two columns as a mapping."""
    return lambda sql: dict(raw.cursor().execute(sql).fetchall())


@pytest.fixture(scope="session")
def trap(truth: dict[str, Any]) -> Callable[[str], dict[str, Any]]:
    """A planted trap by its name."""
    found = {t["name"]: t for t in truth["traps"]}
    return lambda name: found[name]
