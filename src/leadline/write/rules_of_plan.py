"""Rules that the measurement plan states, and what platforms claim beside what the shop sold."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from leadline import dialects
from leadline.check.quality.rule import Rule
from leadline.write.conventions import (
    EVENTS,
    PARAMETERS,
    TAGS,
    Days,
    over,
    tracking_statement,
    utm_statement,
)

if TYPE_CHECKING:
    from leadline.measurement.model import Plan

_MARTS: Final = "marts"
_SHOP: Final = "fct_orders"
_CLAIMED: Final = {"fct_ad_performance": "revenue", "fct_email_campaigns": "claimed_revenue"}
_CLAIMS: Final = """
with claims as (
    {claims}
),
months as (
    select month_start, sum(claimed) as claimed_revenue,
        string_agg(platform, ', ' order by platform) as platforms
    from claims
    where claimed > 0
    group by month_start
),
sales as (
    select date_trunc('month', date_day) as month_start, sum(revenue) as shop_revenue
    from marts.fct_orders
    where is_valid
    group by 1
)
select cast(month_start as date) as month_start, claimed_revenue, shop_revenue, platforms
from months
inner join sales using (month_start)
where claimed_revenue > shop_revenue
order by month_start desc
"""


def plan_rules(plan: Plan | None, tables: Container[str]) -> list[Rule]:
    """The UTM convention and the tracking plan over the last 90 days; platforms' claims by month.

    `tables` are the names of those that there are: what reads others is left out.
    """
    found = _claims(tables)
    if plan and plan.utm and TAGS in tables:
        found.append(
            Rule(
                id="conventions.utm",
                group="conventions",
                severity="warning",
                relation=f"{_MARTS}.{TAGS}",
                expected="every tag keeps the plan's UTM convention",
                action="`leadline utm check` gives the nearest valid value of each; correct the links",
                owner="campaign managers",
                query=_text(utm_statement(plan.utm, Days())),
            )
        )
    if plan and plan.tracking and EVENTS in tables:
        found.append(
            Rule(
                id="conventions.tracking",
                group="conventions",
                severity="warning",
                relation=f"{_MARTS}.{EVENTS}",
                expected="the events received are those of the tracking plan, with their parameters",
                action="`leadline tracking check` names each; correct the tag manager or the plan",
                owner="web developers",
                query=_text(tracking_statement(plan.tracking, Days())),
            )
        )
    return found


def _text(statement: exp.Query) -> str:
    tables: Mapping[str, exp.Table] = {name: exp.table_(name, _MARTS) for name in (EVENTS, PARAMETERS, TAGS)}
    return dialects.to_text(over(statement, tables), "duckdb")


def _claims(tables: Container[str]) -> list[Rule]:
    """What ads and e-mails claim, where there are both claims and a shop."""
    claims = [
        f"select date_trunc('month', date_day) as month_start, platform, sum({column}) as claimed "  # noqa: S608
        f"from {_MARTS}.{table} group by all"
        for table, column in _CLAIMED.items()
        if table in tables
    ]
    if not claims or _SHOP not in tables:
        return []
    return [
        Rule(
            id="reconciliation.claimed_revenue",
            group="reconciliation",
            severity="warning",
            relation=f"{_MARTS}.{next(table for table in _CLAIMED if table in tables)}",
            expected="platforms together claim no more revenue than the shop made in that month",
            action="do not report the platforms' revenue as sales; compare their attribution windows",
            query=_CLAIMS.format(claims=" union all ".join(claims)).strip(),
        )
    ]
