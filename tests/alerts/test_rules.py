"""Alert rules, with expected values worked by hand from the rows in tests/cli/conftest.py.

January 2026: ad spend 50 + 30 + 1160.50 = 1240.50, clicks 150, impressions 8000, leads 4: cost per lead
310.125.
February: ad spend 50, clicks 65, impressions 2100, leads 2: cost per lead 25.
"""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from leadline.check.alarm import Outcome
from leadline.check.alerts import rule_findings
from tests.alerts.conftest import MakeBench, rule


def test_a_value_above_its_bound_raises_an_alarm_that_says_value_bound_and_period(bench: MakeBench) -> None:
    found = rule_findings(bench(rule("metric: cost_per_lead, cadence: month, when: {above: 24}"))).alarms
    assert [(a.key, a.value, a.limit, a.severity) for a in found] == [("rule", 25.0, 24.0, "warning")]
    assert found[0].span is not None
    assert (found[0].span.start, found[0].span.end) == (dt.date(2026, 2, 1), dt.date(2026, 2, 28))
    assert found[0].message.en == "Cost per lead (CPL): €25.00, February 2026; above €24.00"
    assert "25,00" in found[0].message.fr
    assert "février 2026" in found[0].message.fr


def test_a_value_at_its_bound_raises_none(bench: MakeBench) -> None:
    found = rule_findings(bench(rule("metric: cost_per_lead, cadence: month, when: {above: 25}")))
    assert found.alarms == []
    assert [q.outcome for q in found.quiets] == [Outcome.FINE]


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-31"])
def test_the_running_month_is_never_judged(bench: MakeBench, day: str) -> None:
    found = rule_findings(bench(rule("metric: clicks, cadence: month, when: {above: 0}"), day=day))
    assert [a.span.start for a in found.alarms if a.span] == [dt.date(2026, 2, 1)]


def test_a_month_that_the_exports_do_not_cover_is_not_complete(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    # The CRM was exported in the night of the 28th: February's last day is not in it.
    database.execute("update dim_source set exported_at = '2026-02-28 04:00:00' where source = 'hubspot'")
    found = rule_findings(bench(rule("metric: cost_per_lead, cadence: month, when: {above: 1}")))
    assert [a.span.start for a in found.alarms if a.span] == [dt.date(2026, 1, 1)]


def test_on_an_earlier_date_the_period_before_it_is_judged(bench: MakeBench) -> None:
    found = rule_findings(
        bench(rule("metric: cost_per_lead, cadence: month, when: {above: 300}"), day="2026-02-15")
    )
    assert [a.value for a in found.alarms] == [310.125]


@pytest.mark.parametrize(("least", "raised"), [(65, 1), (66, 0)])
def test_below_the_minimum_volume_nothing_is_raised_and_the_reason_is_told(
    bench: MakeBench, least: int, raised: int
) -> None:
    text = (
        f"metric: ctr, cadence: month, when: {{above: 0.03}}, minimum: {{metric: clicks, at_least: {least}}}"
    )
    found = rule_findings(bench(rule(text)))
    assert len(found.alarms) == raised
    if not raised:
        assert [(q.outcome, q.detail) for q in found.quiets] == [(Outcome.TOO_FEW, "clicks 65 < 66")]


def test_a_change_against_the_previous_period(bench: MakeBench) -> None:
    # 65 clicks after 150: 65 / 150 - 1 = -0.5667
    change = "metric: clicks, cadence: month, when: {versus: previous_period, below: %s}"
    found = rule_findings(bench(rule(change % -0.5)))
    assert [round(a.change or 0, 4) for a in found.alarms] == [-0.5667]
    assert "previous period (150)" in found.alarms[0].message.en
    assert rule_findings(bench(rule(change % -0.57))).alarms == []


def test_a_change_without_an_earlier_value_decides_nothing(bench: MakeBench) -> None:
    found = rule_findings(
        bench(rule("metric: clicks, cadence: month, when: {versus: last_year, below: -0.1}"))
    )
    assert found.alarms == []
    assert found.undecided == ("rule",)


def test_a_change_against_last_year(bench: MakeBench, database: duckdb.DuckDBPyConnection) -> None:
    database.execute(
        "insert into fct_ad_performance values ('y', 'Paid Search', '2025-02-10', 'mobile', 130, 4000, 9);"
        "update dim_source set first_day = '2025-01-01'"
    )
    found = rule_findings(
        bench(rule("metric: clicks, cadence: month, when: {versus: last_year, below: -0.4}"))
    )
    assert [a.change for a in found.alarms] == [65 / 130 - 1]


def test_leads_that_stop_are_zero_and_no_silence(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    database.execute("delete from fct_leads where date_day >= '2026-02-01'")
    text = "metric: leads, cadence: month, when: {versus: previous_period, below: -0.5}"
    found = rule_findings(bench(rule(text)))
    assert [(a.value, a.change) for a in found.alarms] == [(0.0, -1.0)]


def test_a_ratio_without_denominator_is_no_value_and_no_alarm(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    database.execute("delete from fct_leads where date_day >= '2026-02-01'")
    found = rule_findings(bench(rule("metric: cost_per_lead, cadence: month, when: {below: 1000}")))
    assert found.alarms == []
    assert [q.outcome for q in found.quiets] == [Outcome.NO_VALUE]


def test_a_segment_counts_its_own_rows(bench: MakeBench) -> None:
    # Paid Search in February: 60 clicks of 2000 impressions.
    text = "metric: clicks, segment: search, cadence: month, when: {above: 1}"
    found = rule_findings(bench(rule(text))).alarms
    assert [(a.value, a.segment) for a in found] == [(60.0, "search")]
    assert found[0].message.en.startswith("Ad clicks (Search): 60")


def test_each_group_is_judged_on_its_own_with_its_own_minimum(bench: MakeBench) -> None:
    # In January Paid Search cost 80 for 120 clicks (CTR 0.024), Paid Social 1160.50 for 30 (CTR 0.01).
    text = (
        "metric: ctr, by: channel, cadence: month, when: {below: 0.02}, "
        "minimum: {metric: clicks, at_least: %d}"
    )
    found = rule_findings(bench(rule(text % 30), day="2026-02-01"))
    assert [(a.key, a.value) for a in found.alarms] == [("rule/Paid Social", 0.01)]
    assert "Paid Social" in found.alarms[0].message.en
    few = rule_findings(bench(rule(text % 31), day="2026-02-01"))
    assert few.alarms == []
    assert (Outcome.TOO_FEW, "Paid Social") in [(q.outcome, q.group) for q in few.quiets]


def test_a_group_that_vanished_fell_by_all_of_it(bench: MakeBench) -> None:
    # Paid Social had 30 clicks in January and none in February.
    text = "metric: clicks, by: channel, cadence: month, when: {versus: previous_period, below: -0.9}"
    found = rule_findings(bench(rule(text))).alarms
    assert [(a.key, a.value, a.change) for a in found] == [("rule/Paid Social", 0.0, -1.0)]


def test_a_rule_that_cannot_be_cut_so_decides_nothing_and_says_why(bench: MakeBench) -> None:
    found = rule_findings(bench(rule("metric: reviews, by: channel, cadence: month, when: {above: 1}")))
    assert found.alarms == []
    assert found.undecided == ("rule",)


def test_a_metric_that_is_not_defined_decides_nothing(bench: MakeBench) -> None:
    found = rule_findings(bench(rule("metric: ctrr, cadence: month, when: {above: 1}")))
    assert found.alarms == []
    assert found.undecided == ("rule",)
