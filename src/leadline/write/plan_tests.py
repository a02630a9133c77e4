"""The plan's tracking plan and UTM convention as dbt data tests. Nothing is written here."""

from __future__ import annotations

import re
from typing import Final

from sqlglot import exp

from leadline.measurement.model import Plan
from leadline.write.conventions import EVENTS, PARAMETERS, TAGS, Days, over, tracking_statement, utm_statement
from leadline.write.sync import MARK

FOLDER: Final = "data_tests/plan"
_SEVERITIES: Final = {"info": "warn", "warning": "warn", "critical": "error"}
# What Jinja would take for its own, in a text of the plan.
_JINJA: Final = re.compile(r"\{[{%#]")


def plan_test_files(plan: Plan) -> dict[str, str]:
    """The data tests of a plan by file name; a plan without one of the two parts has no test of it."""
    found: dict[str, str] = {}
    if plan.tracking.events:
        statement = tracking_statement(plan.tracking, Days(plan.tracking.days))
        found["plan_tracking.sql"] = _text("the tracking plan", plan.tracking.severity, statement)
    if plan.utm.rules:
        statement = utm_statement(plan.utm, Days(plan.utm.days))
        found["plan_utm.sql"] = _text("the UTM convention", plan.utm.severity, statement)
    return found


def _text(what: str, severity: str, statement: exp.Query) -> str:
    found = statement.copy()
    for literal in found.find_all(exp.Literal):
        if literal.is_string:
            literal.set("this", _JINJA.sub(lambda m: f'{{{{ "{m.group()}" }}}}', literal.this))
    refs = {
        name: exp.Table(this=exp.Var(this=f"{{{{ ref('{name}') }}}}")) for name in (EVENTS, PARAMETERS, TAGS)
    }
    body = over(found, refs).sql(dialect="duckdb", pretty=True)
    return (
        f"-- {MARK} from {what} of plan.yml. Do not edit: change the plan, then run `make generate`.\n"
        f"{{{{ config(severity='{_SEVERITIES[severity]}') }}}}\n"
        f"{body}\n"
    )
