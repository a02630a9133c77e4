"""Watches: sources, values that cannot be computed, events, tags; spend without a lead on the demonstration
company, against SQL over the raw exports' marts.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from leadline.availability import FactSources, read_sources
from leadline.check.alerts import Bench
from leadline.check.alerts_all import evaluate
from leadline.check.alerts_watch import watch_findings
from leadline.layer import Layer
from leadline.measurement.plan import load_plan, plan_of
from leadline.measurement.source import source_of
from leadline.measurement.values import Gauge
from tests.alerts.conftest import HEAD, MakeBench
from tests.warehouses import ROOT


def watch(name: str, more: str = "") -> str:
    return f"watches:\n  - {{name: {name}, severity: warning, action: Act, owner: Ann{more}}}\n"


def keys(bench: Bench) -> list[str]:
    return [alarm.key for alarm in watch_findings(bench).alarms]


@pytest.mark.parametrize(("day", "late"), [("2026-03-05", False), ("2026-03-06", True)])
def test_a_source_is_late_from_the_day_after_its_last_one_allowed(
    bench: MakeBench, database: duckdb.DuckDBPyConnection, day: str, late: bool
) -> None:
    # Exported in the night of 3 March: data up to the 2nd; three days are allowed.
    database.execute("update dim_source set exported_at = '2026-03-03 04:00:00' where source = 'hubspot'")
    found = keys(bench(watch("stale_source", ", max_age_days: 3"), day=day))
    assert ("stale_source/hubspot" in found) is late


def test_a_source_that_is_not_connected_and_not_needed_is_no_alarm(bench: MakeBench) -> None:
    # meta_ads is not connected, but the plan's only KPI, leads, does not need it.
    assert keys(bench(watch("missing_source"))) == []
    assert keys(bench(watch("stale_source", ", max_age_days: 9999"))) == []


def test_a_kpi_whose_sources_are_all_missing_is_an_alarm_that_names_them(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    database.execute("update dim_source set is_connected = false where source in ('hubspot', 'salesforce')")
    found = watch_findings(bench(watch("missing_source"))).alarms
    assert [alarm.key for alarm in found] == ["missing_source/hubspot+salesforce"]
    assert "Leads" in found[0].message.en


def test_spend_and_no_lead_make_a_kpi_that_cannot_be_computed_an_alarm(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    database.execute("delete from fct_leads where date_day >= '2026-02-01'")
    rule = (
        "alerts: [{name: cpl, title: C, metric: cost_per_lead, cadence: month, when: {above: 9}, "
        "severity: info, action: A, owner: A}]\n"
    )
    found = watch_findings(bench(rule + watch("not_computable"))).alarms
    assert [alarm.key for alarm in found] == ["not_computable/cost_per_lead_month"]


def test_what_can_be_computed_is_none(bench: MakeBench) -> None:
    assert keys(bench(watch("not_computable"))) == []


def test_a_watch_without_its_facts_decides_nothing(bench: MakeBench) -> None:
    found = watch_findings(bench(watch("tracking_plan")))
    assert found.alarms == []
    assert found.undecided == ("tracking_plan",)


SPEND = """
select c.campaign_name, sum(a.cost) as spend
from marts.fct_ad_performance a join marts.dim_campaign c using (campaign_key)
where a.date_day between ? and ? and c.reports_leads
group by all
having sum(a.cost) > 0 and coalesce(sum(a.leads), 0) = 0
    and c.campaign_name not in (
        select lc.campaign_name from marts.fct_leads l join marts.dim_campaign lc using (campaign_key)
        where l.date_day between ? and ? and l.is_lead
    )
"""


@pytest.mark.parametrize("month", [dt.date(2026, m, 1) for m in range(2, 11)])
def test_campaigns_that_spend_without_a_lead_are_those_that_sql_finds(
    demo_build: duckdb.DuckDBPyConnection, manifest_path: Path, month: dt.date
) -> None:
    after = (month + dt.timedelta(days=32)).replace(day=1)
    last = after - dt.timedelta(days=1)
    expected = {name: float(cost) for name, cost in demo_build.execute(SPEND, [month, last] * 2).fetchall()}
    plan = plan_of(source_of(HEAD + watch("spend_without_lead")))
    found = watch_findings(_demo_bench(demo_build, manifest_path, after, plan)).alarms
    assert {a.group: a.value for a in found if a.group != "*"} == pytest.approx(expected)


def test_there_is_such_a_campaign(demo_build: duckdb.DuckDBPyConnection) -> None:
    days = [dt.date(2026, 10, 1), dt.date(2026, 10, 31)] * 2
    assert demo_build.execute(SPEND, days).fetchall()


def test_the_plans_own_rules_are_all_evaluated(
    demo_build: duckdb.DuckDBPyConnection, manifest_path: Path
) -> None:
    plan = load_plan(ROOT / "plan.yml")
    found = evaluate(_demo_bench(demo_build, manifest_path, dt.date(2026, 11, 1), plan))
    told = {alarm.rule for alarm in found.alarms} | {quiet.rule for quiet in found.quiets}
    assert told == {rule.name for rule in plan.alerts} | {watch.name for watch in plan.watches}
    assert found.undecided == ()


def _demo_bench(connection: duckdb.DuckDBPyConnection, manifest: Path, day: dt.date, plan) -> Bench:  # type: ignore[no-untyped-def]
    sources, declared = read_sources(connection), FactSources(manifest)
    gauge = Gauge(Layer.load(manifest), connection, sources, declared, day)
    return Bench(plan, gauge, connection, sources, declared)
