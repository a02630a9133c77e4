"""The three facts that the conventions are checked on, filled by hand, and plans of one convention each."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from leadline.measurement.model import Plan
from leadline.measurement.plan import plan_of
from leadline.measurement.source import source_of
from tests.alerts.conftest import HEAD
from tests.cli.conftest import leadline, mini_database

__all__ = ["leadline", "mini_database"]

TABLES = """
create schema marts;
create table marts.fct_tracking_events (
    date_day date, event_name varchar, events bigint, events_with_parameters bigint
);
create table marts.fct_tracking_parameters (
    date_day date, event_name varchar, parameter_name varchar, parameter_type varchar, events bigint
);
create table marts.fct_utm_tags (
    landed_source varchar, date_day date, utm_source varchar, utm_medium varchar, utm_campaign varchar,
    utm_content varchar, utm_term varchar, campaign_key varchar, sessions bigint, orders bigint,
    spend decimal(18, 6)
);
"""
TRACKING = """
tracking:
  severity: warning
  days: 30
  ignored: [session_start]
  events:
    - name: lead
      type: custom
      tool: GTM
      parameters:
        - {name: lead_source, type: string}
        - {name: lead_value, type: number}
        - {name: note, type: string, required: false}
    - {name: form_submit, type: enhanced, tool: GA4, parameters: [{name: form_id, type: string}]}
"""
UTM = r"""
utm:
  severity: warning
  days: 30
  rules:
    - {parameter: utm_source, description: d, required: true, values: [google, facebook]}
    - {parameter: utm_medium, description: d, required: true, values: [cpc, email, referral]}
    - parameter: utm_campaign
      description: d
      required: true
      pattern: '\d{4}-(0[1-9]|1[0-2])-[a-z0-9]+(-[a-z0-9]+)*'
    - {parameter: utm_content, description: d, pattern: '[a-z0-9]+-[a-z0-9]+(-[a-z0-9]+)*'}
    - {parameter: utm_term, description: d, pattern: '[a-z0-9à-ÿ+ _-]+', example: thé vert}
"""


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        yield connection


@pytest.fixture
def tracking_plan() -> Plan:
    return plan_of(source_of(HEAD + TRACKING))


@pytest.fixture
def utm_plan() -> Plan:
    return plan_of(source_of(HEAD + UTM))
