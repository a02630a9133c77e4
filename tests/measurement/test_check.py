"""A plan that is wrong in every way that the rules know: each breach is found where it stands."""

from __future__ import annotations

import datetime as dt
import re

from leadline import Layer
from leadline.measurement.breach import Severity
from leadline.measurement.check import check
from leadline.measurement.values import Gauge
from tests.measurement.conftest import GOOD, TODAY, plan_from

# `#!` names the rules that the line breaks.
BAD = """\
company: Example
title: The plan
start: 2026-01-01
end: 2026-12-31
north_star:
  metric: impressions  #! kpi.vanity
  reason: more
  owner: Ada
  cadence: month
  baseline: {value: 1000, period: 2025-10}  #! baseline.data
  target: 30000
  deadline: 2026-12-31
  action: more
objectives:
  - name: round
    title: Goes round
    owner: Ada
    leads_to: about  #! smart.relevant
    because: it does
    stage: ambassador  #! limits.stage
    channel: fax  #! channel.unknown
    kpis:
      - metric: clicks_x  #! metric.unknown
        cadence: month
        baseline: 1
        target: 2
        deadline: 2026-12-31
        action: a
      - metric: leads
        cadence: month
        baseline: {value: 3, period: 2026}  #! target.dates
        target: 2  #! target.direction
        deadline: 2026-10-01  #! target.past
        action: a
      - metric: ctr
        cadence: month
        baseline: 0.02
        target: 3  #! target.unit
        deadline: 2026-12-31
        kind: total  #! target.kind
        action: a
      - metric: clicks  #! kpi.vanity
        segment: kinds  #! segment.dimension
        cadence: month
        baseline: 0  #! smart.achievable
        target: 3
        deadline: 2026-12-31
        action: a
      - metric: clicks  #! kpi.vanity
        cadence: month
        baseline: {value: 3, period: 2026-13}  #! period.unknown
        target: 5
        deadline: 2026-12-31
        action: a
      - metric: clicks  #! kpi.vanity limits.stage limits.objective smart.measurable
        segment: email
        cadence: month
        baseline: 3
        target: 10
        deadline: 2026-12-31
        periods: {2026-11: 4, 2026-12: 9}  #! target.periods
        action: a
      - metric: ad_spend  #! kpi.vanity
        cadence: month
        baseline: 3
        target: 10  #! target.direction
        deadline: 2026-12-31
        action: a
  - name: about  #! smart.relevant
    title: About
    leads_to: round  #! smart.relevant
    kpis:
      - {metric: reviews}  #! limits.total achievable*2 time_bound*2 kpi.owner kpi.action measurable
  - name: nothing  #! limits.objective smart.relevant
    title: Nothing
    because: it does
    kpis: []
segments:
  - {name: kinds, title: t, where: ["kind = 'short'"]}
  - {name: email, title: t, where: ["channel = 'Email'"]}
channels:
  - name: mail
    title: Mail
    kpis:
      - metric: clicks  #! target.overlap kpi.name kpi.vanity smart.measurable
        segment: email
        cadence: month
        owner: Ada
        role: primary  #! kpi.role
        baseline: 3
        target: 11
        deadline: 2026-12-31
        action: a
business:
  - {name: some, title: t, metrics: [clicks, lead]}  #! metric.unknown
alerts:
  - name: a
    title: t
    metric: reviews  #! segment.dimension
    segment: email
    by: device
    cadence: month
    when: {above: 3}
    minimum: {metric: nothing, at_least: 1}  #! metric.unknown
    severity: info
    action: a
    owner: Ada
  - name: b
    title: t
    metric: leads
    by: device  #! segment.dimension
    cadence: month
    when: {below: 3}
    severity: info
    action: a
    owner: Ada
  - name: c
    title: t
    metric: clicks
    by: nowhere  #! segment.dimension
    cadence: month
    when: {below: 3}
    severity: info
    action: a
    owner: Ada
dashboards:
  - name: d
    title: t
    audience: executive
    cadence: month
    owner: Ada
    sections:
      - title: t
        metrics:
          - leads  #! segment.dimension
        by: [device]
utm:
  rules:
    - {parameter: utm_source, description: d}  #! utm.rule
    - {parameter: utm_medium, description: d, values: [cpc], example: ppc}  #! utm.rule
tracking:
  ignored: [lead]
  events:
    - {name: lead, type: custom, tool: t}  #! tracking.event
benchmarks:
  - {metric: ctrr, value: 1, source: s}  #! metric.unknown
"""


def promised() -> list[tuple[str, int]]:
    found = []
    for number, line in enumerate(BAD.splitlines(), 1):
        marked = re.search(r"#! (.+)$", line)
        for word in marked.group(1).split() if marked else ():
            rule, _, times = word.partition("*")
            found += [(rule if "." in rule else f"smart.{rule}", number)] * int(times or 1)
    return sorted(found)


def test_a_good_plan_breaks_no_rule_gravely(layer: Layer, gauge: Gauge) -> None:
    text = GOOD.replace("target: 0.025", "target: 0.035").replace("2026-12: 0.025", "2026-12: 0.035")
    found = check(plan_from(text), layer, TODAY, gauge)
    # Three primary KPIs are fewer than five, and two KPIs have no data in this company.
    assert [(b.rule, b.severity) for b in found] == [
        ("limits.total", Severity.WARNING),
        ("smart.measurable", Severity.ERROR),
        ("smart.measurable", Severity.ERROR),
    ]


def test_every_breach_is_found_at_its_line_and_no_other(layer: Layer, gauge: Gauge) -> None:
    found = check(plan_from(BAD), layer, TODAY, gauge)
    assert sorted((b.rule, b.place.line) for b in found) == promised()


def test_breaches_have_columns_remedies_and_the_nearest_names(layer: Layer, gauge: Gauge) -> None:
    found = {(b.rule, b.place.line): b for b in check(plan_from(BAD), layer, TODAY, gauge)}
    lines = BAD.splitlines()
    unknown = next(b for (rule, _), b in found.items() if rule == "metric.unknown" and "clicks_x" in b.what)
    assert unknown.nearest[0] == "clicks"
    assert unknown.place.column == lines[unknown.place.line - 1].index("metric:") + 1
    assert all(b.fix for b in found.values())
    text = unknown.text("plan.yml")
    assert text.startswith(f"plan.yml:{unknown.place.line}:9: error: ")
    assert "nearest: clicks" in text
    assert "what to do: " in text


def test_the_number_of_primary_kpis_of_a_stage_and_of_all_is_limited(layer: Layer) -> None:
    kpi = (
        "      - {{metric: clicks, name: k{0}, segment: s{0}, cadence: month, baseline: 1, target: 2,\n"
        "         deadline: 2026-12-31, action: a}}\n"
    )
    segment = "  - {{name: s{0}, title: t, where: [\"device = '{0}'\"]}}\n"
    head = GOOD.split("objectives:")[0] + "objectives:\n"
    objective = (
        "  - name: {0}\n    title: t\n    owner: Ada\n    leads_to: north_star\n    because: b\n    kpis:\n"
    )
    text = head
    for name, numbers in (("a", range(4)), ("b", range(4, 8))):
        text += objective.format(name) + "".join(kpi.format(n) for n in numbers)
    text += "segments:\n" + "".join(segment.format(n) for n in range(8))
    found = check(plan_from(text), layer, TODAY)
    lines = text.splitlines()
    grave = {b.rule: lines[b.place.line - 1] for b in found if b.severity is Severity.ERROR}
    # The fourth of the stage (clicks: engagement) and the eighth of all are one too many.
    assert set(grave) == {"limits.stage", "limits.total"}
    assert "name: k3" in grave["limits.stage"]
    assert "name: k7" in grave["limits.total"]


def test_without_a_database_the_rest_is_checked_and_the_report_says_so(layer: Layer) -> None:
    found = check(plan_from(BAD), layer, TODAY)
    notes = [b for b in found if b.severity is Severity.NOTE]
    assert [b.rule for b in notes] == ["smart.measurable"]
    assert "baseline.data" not in {b.rule for b in found}


def test_a_target_is_past_only_when_its_day_is(layer: Layer) -> None:
    plan = plan_from(GOOD)
    rules = [{b.rule for b in check(plan, layer, dt.date(2026, 12, d))} for d in (31,)]
    assert "target.past" not in rules[0]
    assert "target.past" in {b.rule for b in check(plan, layer, dt.date(2027, 1, 1))}
