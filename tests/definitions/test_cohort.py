"""The cohort rate of leads against plain SQL over the facts, which follows the people."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from leadline import Layer

FOLLOWED = """
select
    cast(date_trunc('month', lead_day) as date) as month,
    count(distinct lead_key) filter (where customers.customer_key is not null) / count(distinct lead_key)
from marts.fct_leads as leads
left join marts.fct_customers as customers
    on customers.person_key = leads.person_key and customers.date_day >= leads.lead_day
where is_lead
group by month
order by month
"""


def test_the_leads_of_a_month_are_followed_until_today(
    project: Layer, demo_build: duckdb.DuckDBPyConnection
) -> None:
    month = "metric_time__month"
    rows = project.query(
        connection=demo_build, metrics=["lead_to_customer_rate_cohort"], group_by=[month], order_by=[month]
    ).to_pylist()
    ours = {row[month]: row["lead_to_customer_rate_cohort"] or 0 for row in rows}
    ours = {day.date() if isinstance(day, dt.datetime) else day: rate for day, rate in ours.items()}
    wanted = dict(demo_build.execute(FOLLOWED).fetchall())
    assert sum(rate > 0 for rate in wanted.values()) >= 5
    assert ours == pytest.approx(wanted)
