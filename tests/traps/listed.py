"""The traps as data: a question, the SQL of the usual mistake, and what the engine answers instead.

One small company holds them all; `python -m tests.traps.listed` writes docs/traps.md, and test_listed.py runs
every line of it. The right values are worked out by hand from the rows below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from leadline import Layer
from tests.engine.small import Json, database, derived, layer, model, offset, ratio, simple

PAGE = Path(__file__).resolve().parents[2] / "docs" / "traps.md"
TABLES: dict[str, tuple[str, list[Any]]] = {
    "ads": (
        "spent_on date, channel varchar, campaign varchar, cost integer",
        [
            ("2025-01-05", "search", "c1", 100),
            ("2025-01-20", "search", "c2", 50),
            ("2025-01-31", "social", "c3", 30),
            ("2025-03-10", "search", "c1", 200),
            ("2025-03-11", None, "c4", 20),
        ],
    ),
    "leads": (
        "made_on date, channel varchar",
        [
            ("2025-01-06", "search"),
            ("2025-01-07", "search"),
            ("2025-01-08", None),
            ("2025-03-12", "search"),
            ("2025-03-12", "email"),
        ],
    ),
    "campaigns": (
        "campaign varchar, country varchar",
        [("c1", "fr"), ("c1", "de"), ("c2", "fr"), ("c3", "fr")],
    ),
    "orders": (
        "ordered_on date, paid_on date, order_id varchar, value integer",
        [
            ("2025-01-01", "2025-01-05", "o1", 100),
            ("2025-01-02", "2025-02-10", "o2", 200),
            ("2025-02-02", None, "o3", 100),
        ],
    ),
    "order_lines": (
        "order_id varchar, category varchar",
        [("o1", "shoes"), ("o1", "hats"), ("o2", "shoes"), ("o2", "shoes")],
    ),
    "accounts": (
        "seen_on date, account varchar, followers integer",
        [("2025-01-30", "ig", 50), ("2025-01-30", "fb", 100), ("2025-01-31", "fb", 110)],
    ),
    "reached": (
        "starts_on date, ends_on date, period varchar, people integer",
        [
            ("2025-01-01", "2025-01-01", "day", 70),
            ("2025-01-02", "2025-01-02", "day", 60),
            ("2025-01-01", "2025-01-31", "month", 90),
        ],
    ),
    "visits": (
        "visited_on date, person varchar, pages integer",
        [
            ("2025-01-01", "p1", 1),
            ("2025-01-03", "p1", 9),
            ("2025-01-03", "p2", 2),
            ("2025-01-20", "p3", 4),
        ],
    ),
    "sales": (
        "sold_on date, person varchar",
        [("2025-01-04", "p1"), ("2025-01-02", "p2"), ("2025-02-20", "p3")],
    ),
    "users": ("user_id varchar, country varchar", [("u1", "fr")]),
    "tickets": (
        "opened_on date, owner varchar, reporter varchar",
        [("2025-01-01", "u1", "u1")],
    ),
}


@dataclass(frozen=True)
class Trap:
    """One line of the page; `says` is part of the refusal where no right number exists."""

    file: str
    question: str
    mistake: str
    sql: str
    wrong: Any
    request: Json = field(default_factory=dict)
    right: Any = None
    says: str = ""


def _prior(**more: Any) -> Json:
    return {"metrics": ["spend__prior_month"], "group_by": ["metric_time__month"], **more}


MARCH = {"start": "2025-03-01", "end": "2025-03-31"}
FEBRUARY = {"start": "2025-02-01", "end": "2025-02-28"}
TRAPS = (
    Trap(
        "facts_are_combined_not_joined",
        "Spend in all, beside the number of leads",
        "the two facts joined by channel",
        "select sum(cost) from ads join leads using (channel)",
        1050,
        {"metrics": ["spend", "leads"]},
        (400, 5),
    ),
    Trap(
        "facts_are_combined_not_joined",
        "Spend of rows without a channel, beside leads without one",
        "groups joined by `=`, which never finds NULL",
        "select sum(a.cost) from (select channel, sum(cost) as cost from ads group by 1) as a "
        "join (select distinct channel from leads) as l on a.channel = l.channel where a.channel is null",
        None,
        {"metrics": ["spend", "leads"], "group_by": ["channel"], "where": ["channel is null"]},
        (None, 20, 1),
    ),
    Trap(
        "zero_denominators",
        "Cost per lead of social, which has no leads",
        "a missing denominator made 0, and the quotient as well",
        "select coalesce(sum(cost) / nullif((select count(*) from leads where channel = 'social'), 0), 0) "
        "from ads where channel = 'social'",
        0,
        {"metrics": ["cost_per_lead"], "group_by": ["channel"], "where": ["channel = 'social'"]},
        ("social", None),
    ),
    Trap(
        "fan_out",
        "Order value by category of the lines, in all",
        "orders joined to their lines",
        "select sum(value) from orders join order_lines using (order_id)",
        600,
        {"metrics": ["undeclared_value"], "group_by": ["order_line__category"]},
        says="can't be reached",
    ),
    Trap(
        "distinct_by_key",
        "Value of orders with shoes, where the definition says distinct_by",
        "orders joined to their lines",
        "select sum(value) from orders join order_lines using (order_id) where category = 'shoes'",
        500,
        {
            "metrics": ["order_value"],
            "group_by": ["order_line__category"],
            "where": ["order_line__category = 'shoes'"],
        },
        ("shoes", 300),
    ),
    Trap(
        "distinct_by_key",
        "Share of each category in order value",
        "shares of groups that overlap",
        "select sum(value) * 1.0 / 400 from (select distinct order_id, value, category "
        "from orders join order_lines using (order_id))",
        1.0,
        {"metrics": ["order_value__share"], "group_by": ["order_line__category"]},
        says="a share of groups that overlap",
    ),
    Trap(
        "duplicate_keys",
        "Spend in all, where a campaign stands twice in its table",
        "the table joined though nothing of it is asked",
        "select sum(cost) from ads left join campaigns using (campaign)",
        700,
        {"metrics": ["spend"]},
        (400,),
    ),
    Trap(
        "reach_and_stocks",
        "Followers at the end of January",
        "readings of the month added up",
        "select sum(followers) from accounts",
        260,
        {"metrics": ["followers"], "group_by": ["metric_time__month"]},
        ("2025-01-01", 160),
    ),
    Trap(
        "stocks_carried_forward",
        "Followers on 31 January, when instagram reported nothing",
        "only rows of the day",
        "select sum(followers) from accounts where seen_on = '2025-01-31'",
        110,
        {
            "metrics": ["followers"],
            "group_by": ["metric_time__day"],
            "start": "2025-01-31",
            "end": "2025-01-31",
        },
        ("2025-01-31", 160),
    ),
    Trap(
        "stocks_carried_forward",
        "Followers over trailing 28 days",
        "a stock added up over time",
        "select sum(followers) from accounts where seen_on > date '2025-01-31' - 28",
        260,
        {"metrics": ["followers__trailing_28d"], "group_by": ["metric_time__day"]},
        says="is a stock",
    ),
    Trap(
        "reach_and_stocks",
        "Reach of January",
        "reach of days added up",
        "select sum(people) from reached where period = 'day'",
        130,
        {"metrics": ["reach"], "group_by": ["metric_time__month"]},
        ("2025-01-01", 90),
    ),
    Trap(
        "reach_and_stocks",
        "Reach of the first quarter, which no platform reported",
        "reach of its parts added up",
        "select sum(people) from reached",
        220,
        {"metrics": ["reach"]},
        says="never adds up over time",
    ),
    Trap(
        "prior_periods",
        "Spend of the month before March (February has none)",
        "`lag()` over the months there are",
        "select lag(v) over (order by m) from (select date_trunc('month', spent_on) as m, sum(cost) as v "
        "from ads group by 1) order by m desc limit 1",
        180,
        {"metrics": ["spend", "spend__prior_month"], "group_by": ["metric_time__month"], **MARCH},
        ("2025-03-01", 220, None),
    ),
    Trap(
        "prior_periods",
        "Spend of the month before February",
        "each day compared with its number a month before, so 31 January is lost",
        "select sum(cost) from ads join days on spent_on = cast(day_start - interval 1 month as date) "
        "where day_start between '2025-02-01' and '2025-02-28'",
        150,
        _prior(**FEBRUARY),
        ("2025-02-01", 180),
    ),
    Trap(
        "prior_periods",
        "The same, asked from February on",
        "rows before `start` left out first",
        "select sum(cost) from ads where spent_on >= '2025-02-01' and spent_on < '2025-02-01'",
        None,
        {"metrics": ["before_declared"], "group_by": ["metric_time__month"], **FEBRUARY},
        ("2025-02-01", 180),
    ),
    Trap(
        "views_end_with_the_data",
        "The last month of spend with its month before",
        "months moved forward reach past the data",
        "select cast(max(date_trunc('month', spent_on) + interval 1 month) as varchar) from ads",
        "2025-04-01 00:00:00",
        _prior(order_by=["-metric_time__month"], limit=1),
        ("2025-02-01", 180),
    ),
    Trap(
        "windows_over_gaps",
        "Spend of the three days up to 11 March",
        "three rows for three days",
        "select sum(cost) over (order by spent_on rows between 2 preceding and current row) from ads "
        "order by spent_on desc limit 1",
        250,
        {
            "metrics": ["spend__trailing_3d"],
            "group_by": ["metric_time__day"],
            "start": "2025-03-11",
            "end": "2025-03-11",
        },
        ("2025-03-11", 220),
    ),
    Trap(
        "windows_over_gaps",
        "Spend of the year up to 10 March, shown from March on",
        "rows before `start` left out first",
        "select sum(cost) from ads where spent_on between '2025-03-01' and '2025-03-10'",
        200,
        {
            "metrics": ["spend__ytd"],
            "group_by": ["metric_time__day"],
            "start": "2025-03-10",
            "end": "2025-03-10",
        },
        ("2025-03-10", 380),
    ),
    Trap(
        "conversions",
        "Visits that led to a sale within seven days",
        "each sale joined to every visit of its person",
        "select count(*) from visits join sales using (person)",
        4,
        {"metrics": ["visits_sold"]},
        (1,),
    ),
    Trap(
        "conversions_over_time",
        "Share of visits so far that sold, on 20 January",
        "sales of the day over the visits so far",
        "select (select count(*) from sales where sold_on = '2025-01-20') * 1.0 / count(*) from visits",
        0.0,
        {
            "metrics": ["visit_rate__cumulative"],
            "group_by": ["metric_time__day"],
            "start": "2025-01-20",
            "end": "2025-01-20",
        },
        ("2025-01-20", 0.25),
    ),
    Trap(
        "averages_and_distinct_counts",
        "Pages a visit in January",
        "the average of the days' averages",
        "select round(avg(a), 2) from (select avg(pages) as a from visits group by visited_on)",
        3.5,
        {"metrics": ["mean_pages"], "group_by": ["metric_time__month"]},
        ("2025-01-01", 4.0),
    ),
    Trap(
        "averages_and_distinct_counts",
        "Visitors of January",
        "visitors of its days added up",
        "select sum(n) from (select count(distinct person) as n from visits group by visited_on)",
        4,
        {"metrics": ["visitors"], "group_by": ["metric_time__month"]},
        ("2025-01-01", 3),
    ),
    Trap(
        "averages_and_distinct_counts",
        "Spend less lead costs of 10 each, on 11 March, a day without leads",
        "the missing input made 0",
        "select sum(cost) - coalesce((select 10 * count(*) from leads where made_on = '2025-03-11'), 0) "
        "from ads where spent_on = '2025-03-11'",
        20,
        {
            "metrics": ["spend_after_leads"],
            "group_by": ["metric_time__day"],
            "start": "2025-03-11",
            "end": "2025-03-11",
        },
        ("2025-03-11", None),
    ),
    Trap(
        "averages_and_distinct_counts",
        "Tickets by country, of the owner or of the reporter",
        "one of two ways picked in silence",
        "select count(*) from tickets join users on owner = user_id where country = 'fr'",
        1,
        {"metrics": ["tickets"], "group_by": ["country"]},
        says="in several ways",
    ),
    Trap(
        "unknown_times",
        "Value of orders that were not paid in the month of 10 February",
        "`date_trunc(…) <> …`, which DuckDB takes for true of NULL",
        "select sum(value) from orders where date_trunc('month', paid_on) <> date '2025-02-10'",
        400,
        {"metrics": ["undeclared_value"], "where": ["order_id__paid_on__month <> date '2025-02-10'"]},
        (300,),
    ),
    Trap(
        "funnels",
        "People who visit and then buy within seven days",
        "people with both, in whatever order and whenever",
        "select count(distinct person) from visits semi join sales using (person)",
        3,
        {"steps": ["visits", "sales"], "within": "7 days"},
        ("visits", 3, "sales", 1),
    ),
    Trap(
        "local_days",
        "The day of an order of 00:30 on 1 July in Paris",
        "the day in UTC",
        "select cast(cast(timestamp '2025-06-30 22:30' as date) as varchar)",
        "2025-06-30",
        {"utc": "2025-06-30 22:30:00"},
        ("2025-07-01",),
    ),
)


def company() -> Layer:
    """Everything that the questions are about."""
    last = {"name": "seen_on", "window_choice": "max", "window_groupings": ["account"]}
    reported = {"reported_period": {"start": "starts_on", "end": "ends_on", "grain": "period"}}
    channel, person = {"channel": "foreign"}, {"person": "foreign"}
    models = [
        model("ads", time="spent_on", entities={**channel, "campaign": "foreign"}, primary="ad_row"),
        model("leads", time="made_on", entities=channel, primary="lead"),
        model("campaigns", entities={"campaign": "primary"}, dimensions=["country"]),
        model("orders", time="ordered_on", times={"paid_on": "day"}, entities={"order_id": "primary"}),
        model("order_lines", entities={"order_id": "foreign"}, dimensions=["category"], primary="order_line"),
        model("accounts", time="seen_on", entities={"account": "foreign"}, primary="account_day"),
        model(
            "reached",
            time="starts_on",
            times={"ends_on": "day"},
            dimensions=["period"],
            primary="reach_row",
            meta=reported,
        ),
        model("visits", time="visited_on", entities=person, primary="visit"),
        model("sales", time="sold_on", entities=person, primary="sale"),
        _users("owners", "owner"),
        _users("reporters", "reporter"),
        model(
            "tickets",
            time="opened_on",
            entities={"owner": "foreign", "reporter": "foreign"},
            primary="ticket",
        ),
    ]
    metrics = [
        simple("spend", "ads", expr="cost"),
        simple("leads", "leads", "count", expr="1"),
        ratio("cost_per_lead", "spend", "leads"),
        derived("spend_after_leads", "spend - 10 * leads", "spend", "leads"),
        derived("before_declared", "before", offset("spend", "before", 1, "month")),
        simple("order_value", "orders", expr="value", meta={"distinct_by": "order_id"}),
        simple("undeclared_value", "orders", expr="value"),
        simple(
            "followers", "accounts", non_additive=last, meta={"carry_forward": "7 days", "adds": "time:last"}
        ),
        simple("reach", "reached", expr="people", meta={"adds": "time:never"}),
        simple("visits", "visits", "count", expr="1"),
        simple("mean_pages", "visits", "average", expr="pages"),
        simple("visitors", "visits", "count_distinct", expr="person"),
        simple("sales", "sales", "count", expr="1"),
        simple("tickets", "tickets", "count", expr="1"),
    ]
    for name, calculation in (("visits_sold", "conversions"), ("visit_rate", "conversion_rate")):
        params = {
            "base_metric": {"name": "visits"},
            "conversion_metric": {"name": "sales"},
            "entity": "person",
            "calculation": calculation,
            "window": {"count": 7, "granularity": "day"},
        }
        metrics.append(
            {"name": name, "type": "conversion", "type_params": {"conversion_type_params": params}}
        )
    return layer(models, metrics)


def _users(name: str, key: str) -> Json:
    found = model(name, entities={key: "primary"}, dimensions=["country"])
    found["node_relation"] = {"alias": "users", "schema_name": "main", "relation_name": "main.users"}
    found["entities"][0]["expr"] = "user_id"
    return found


def rows() -> duckdb.DuckDBPyConnection:
    """The tables."""
    return database(TABLES)


def page() -> str:
    """The list as Markdown."""
    lines = [
        "# Traps",
        "",
        "Questions to which the usual SQL gives a wrong number: what it gives, and what Leadline says. Every",
        "line is run by `tests/traps/test_listed.py` over a company of a few rows (`tests/traps/listed.py`);",
        "each file named has more of the kind. Written by `python -m tests.traps.listed`.",
        "",
        "| question | the usual mistake | gives | right | tests/traps/ |",
        "|---|---|---|---|---|",
    ]
    for trap in TRAPS:
        right = f"refused: “{trap.says}”" if trap.says else _shown(trap.right)
        cells = (trap.question, trap.mistake, _shown((trap.wrong,)), right, f"test_{trap.file}.py")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _shown(values: tuple[Any, ...]) -> str:
    return ", ".join("NULL" if value is None else str(value) for value in values)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
