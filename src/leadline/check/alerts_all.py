"""All alerts of a plan: its rules, its watches and, if asked for, anomalies."""

from __future__ import annotations

from leadline.check.alarm import Findings
from leadline.check.alerts import Bench, rule_findings
from leadline.check.alerts_anomalies import RULE, anomaly_findings
from leadline.check.alerts_watch import watch_findings
from leadline.measurement.model import Plan


def evaluate(bench: Bench, *, with_anomalies: bool = False) -> Findings:
    """Every alarm, the gravest first, and every rule that was silent."""
    parts = [rule_findings(bench), watch_findings(bench)]
    return Findings().join([*parts, anomaly_findings(bench)] if with_anomalies else parts)


def evaluated(plan: Plan, *, with_anomalies: bool = False) -> set[str]:
    """The rules whose alarms may end by this run; those that the plan no longer has end too."""
    found = {rule.name for rule in plan.alerts} | {watch.name for watch in plan.watches}
    return found | ({RULE} if with_anomalies else set())
