"""Fivetran's real GA4 file: what comes out of the models is what plain SQL over the CSV gives."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def exported(connector_dir: Path) -> str:
    """The file as a relation of text columns; DuckDB gives a column named twice a suffix."""
    return f"read_csv('{connector_dir / 'ga4' / 'fivetran_event_data.csv'}', all_varchar = true)"


def row(connection: Connection, query: str) -> tuple[Any, ...]:
    found = connection.sql(query).fetchone()
    assert found is not None
    return found


def test_every_event_arrives_once(real_build: Connection, exported: str) -> None:
    rows_in, identifiers = row(
        duckdb.connect(), f"select count(*), count(distinct _fivetran_id) from {exported}"
    )
    (rows_out,) = row(real_build, "select count(*) from intermediate.int_ga4_events__unioned")
    assert rows_in == identifiers == rows_out
    assert rows_out > 0


def test_sessions_are_pairs_of_user_and_session(real_build: Connection, exported: str) -> None:
    expected = row(
        duckdb.connect(),
        f"""
        select
            count(distinct (user_pseudo_id, param_ga_session_id)),
            count(distinct user_pseudo_id),
            count(*),
            sum(cast(param_engagement_time_msec as bigint)) / 1000,
            count(distinct ecommerce_transaction_id) filter (where name = 'purchase')
        from {exported}
        """,
    )
    found = row(
        real_build,
        """
        select
            count(*),
            count(distinct user_pseudo_id),
            sum(events),
            cast(sum(engagement_seconds) as double),
            sum(transactions)
        from marts.fct_sessions
        """,
    )
    assert found == expected


def test_engaged_sessions_and_page_views(real_build: Connection, exported: str) -> None:
    (engaged,) = row(
        duckdb.connect(),
        f"select count(distinct (user_pseudo_id, param_ga_session_id)) from {exported}"
        " where param_session_engaged = 'true'",
    )
    (views,) = row(duckdb.connect(), f"select count(*) from {exported} where name = 'page_view'")
    assert row(real_build, "select count(*) from marts.fct_sessions where is_engaged") == (engaged,)
    assert row(real_build, "select count(*) from marts.fct_page_views") == (views,)


def test_the_first_source_of_the_user_is_not_the_sessions(real_build: Connection, exported: str) -> None:
    """By hand over the six rows: collected parameters, then a click id, then the event's own parameters."""
    found = dict(
        real_build.sql(
            "select user_pseudo_id || ' ' || started_at, source || ' / ' || medium from marts.fct_sessions"
        ).fetchall()
    )
    assert found == {
        "pseudo_123 2024-09-10 12:35:00": "google / cpc",
        "pseudo_456 2024-09-10 12:40:00": "source1 / paid_search",
        "pseudo_789 2024-09-10 12:45:00": "source2 / social",
        "pseudo_123 2024-09-10 13:05:00": "source1 / organic",
        "pseudo_124 2024-09-10 13:15:00": "google / cpc",
    }
