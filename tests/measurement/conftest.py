"""A small company with two years of data, written by hand, on the command line's small manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from leadline import Layer
from leadline.availability import FactSources, read_sources
from leadline.measurement.model import Plan
from leadline.measurement.plan import plan_of
from leadline.measurement.source import source_of
from leadline.measurement.values import Gauge
from tests.cli.conftest import MINI, leadline, mini_database

__all__ = ["leadline", "mini_database"]

TODAY = dt.date(2026, 11, 22)

# Leads by month: last year's season is 15 + 10 + 18 = 43. November 2026 is not over: its 99 leads count
# nowhere.
LEADS = {
    "2025-10": 15,
    "2025-11": 10,
    "2025-12": 18,
    "2026-08": 4,
    "2026-09": 9,
    "2026-10": 12,
    "2026-11": 99,
}
# Cost, clicks and impressions by month: Paid Search and, in the second row of a month, Paid Social.
ADS = (
    ("2025-10-05", "Paid Search", 600, 300, 10000),
    ("2026-09-05", "Paid Search", 270, 200, 8000),
    ("2026-10-05", "Paid Search", 200, 250, 9000),
    ("2026-10-06", "Paid Social", 40, 50, 11000),
    ("2026-11-05", "Paid Search", 1, 1, 1),
)


def _fill(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table fct_ad_performance (ad_key varchar, channel varchar, date_day date, device varchar, "
        "clicks bigint, impressions bigint, cost decimal(18, 6))"
    )
    connection.execute("create table fct_leads (lead_key varchar, channel varchar, date_day date)")
    connection.execute("create table fct_reviews (review_id varchar, date_day date)")
    connection.execute("create table dim_channel (channel varchar, channel_type varchar)")
    connection.execute(
        "create table dim_date as select cast(day as date) as date_day "
        "from range(date '2024-01-01', date '2027-01-01', interval 1 day) as days(day)"
    )
    connection.execute(
        "create table dim_source (source varchar, is_connected boolean, tables_present varchar, "
        "row_count bigint, first_day date, last_day date, exported_at timestamp)"
    )
    for number, (day, channel, cost, clicks, impressions) in enumerate(ADS):
        row = [f"a{number}", channel, day, "mobile", clicks, impressions, cost]
        connection.execute("insert into fct_ad_performance values (?, ?, ?, ?, ?, ?, ?)", row)
    for month, count in LEADS.items():
        for number in range(count):
            row = [f"{month}-{number}", "Paid Search", f"{month}-03"]
            connection.execute("insert into fct_leads values (?, ?, ?)", row)
    for source, is_connected in (
        ("google_ads", True),
        ("meta_ads", False),
        ("hubspot", True),
        ("reviews", False),
    ):
        days = ["2024-06-01", "2026-11-10", "2026-11-11 04:00:00"] if is_connected else [None] * 3
        row = [source, is_connected, None, 1 if is_connected else 0, *days]
        connection.execute("insert into dim_source values (?, ?, ?, ?, ?, ?, ?)", row)


@pytest.fixture(scope="session")
def small_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The stem is the catalog that the manifest names.
    path = tmp_path_factory.mktemp("plan") / "leadline.duckdb"
    with duckdb.connect(str(path)) as connection:
        _fill(connection)
    return path


@pytest.fixture(scope="session")
def layer() -> Layer:
    return Layer.load(MINI / "semantic_manifest.json")


@pytest.fixture
def gauge_on(small_database: Path, layer: Layer) -> Iterator[Callable[[dt.date], Gauge]]:
    """What reads the small company, as of a day."""
    connection = duckdb.connect(str(small_database), read_only=True)
    sources = read_sources(connection)
    facts = FactSources(MINI / "semantic_manifest.json")
    yield lambda today: Gauge(layer, connection, sources, facts, today)
    connection.close()


@pytest.fixture
def gauge(gauge_on: Callable[[dt.date], Gauge]) -> Gauge:
    return gauge_on(TODAY)


def plan_from(text: str) -> Plan:
    return plan_of(source_of(text))


HEAD = """\
company: Oriane
title: {en: The plan, fr: Le plan}
start: 2026-01-01
end: 2026-12-31
"""

GOOD = (
    HEAD
    + """\
north_star:
  metric: leads
  reason: {en: Leads become customers., fr: Les leads deviennent clients.}
  owner: Ada
  cadence: month
  kind: total
  start: 2026-10-01
  path: seasonal
  baseline: {value: 43, period: 2025-Q4}
  target: 50
  deadline: 2026-12-31
  action: {en: Ask for a second offer., fr: Demander un second devis.}
objectives:
  - name: cheaper_leads
    title: {en: Cheaper leads, fr: Des leads moins chers}
    owner: Ada
    leads_to: north_star
    because: {en: Money buys more of them., fr: L'argent en achète davantage.}
    lever: prospects
    kpis:
      - metric: cost_per_lead
        cadence: month
        baseline: {value: 40, period: 2025-10}
        target: 14
        deadline: 2026-12-31
        action: {en: Pause the dearest | campaign., fr: "Mettre en pause la campagne <la plus> chère."}
      - metric: ctr
        segment: paid_search
        cadence: month
        baseline: {value: 0.03, period: 2025-10}
        target: 0.025
        deadline: 2026-12-31
        periods: {2026-10: 0.0275, 2026-12: 0.025}
        action: {en: Rework the ads., fr: Retravailler les annonces.}
      - metric: reviews
        cadence: quarter
        baseline: 3
        target: 9
        deadline: 2026-12-31
        action: {en: Ask for reviews., fr: Demander des avis.}
segments:
  - {name: paid_search, title: {en: Search, fr: Recherche}, where: ["channel = 'Paid Search'"]}
  - {name: email, title: {en: Mail, fr: Courriel}, where: ["channel = 'Email'"]}
channels:
  - name: email
    title: {en: Mail, fr: Courriel}
    kpis:
      - {metric: clicks, segment: email, cadence: month, owner: Ada, baseline: 1, target: 3,
         deadline: 2026-12-31, action: {en: Write more., fr: Écrire davantage.}}
business:
  - {name: acquisition, title: {en: Winning, fr: Conquête}, metrics: [leads, ctr]}
alerts:
  - {name: dear, title: {en: Dear leads, fr: Leads chers}, metric: cost_per_lead, cadence: month,
     when: {above: 30}, minimum: {metric: leads, at_least: 3}, severity: critical, owner: Ada,
     action: {en: Pause it., fr: La suspendre.}}
  - {name: fall, title: {en: Leads fall, fr: Chute des leads}, metric: leads, cadence: month,
     when: {versus: last_year, below: -0.2}, severity: warning, owner: Ada,
     action: {en: Look., fr: Regarder.}}
dashboards:
  - name: top
    title: {en: Board, fr: Direction}
    audience: executive
    cadence: month
    owner: Ada
    sections: [{title: {en: Channels, fr: Canaux}, metrics: [leads], by: [channel]}]
utm:
  rules:
    - {parameter: utm_medium, description: {en: Kind, fr: Genre}, required: true, values: [cpc, email],
       example: cpc}
tracking:
  events:
    - name: lead
      type: custom
      tool: GTM
      parameters: [{name: lead_value, type: number, required: false}]
benchmarks:
  - {metric: ctr, value: 0.03, source: {en: A guess, fr: Une estimation}, year: 2026}
"""
)
