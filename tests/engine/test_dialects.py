"""Each dialect: sqlglot's parser of it reads the statement, and it says the same where engines differ."""

from __future__ import annotations

from typing import Any

import pytest
import sqlglot

from leadline import Layer, LeadlineError
from leadline.dialects import SUPPORTED
from tests.engine.small import cumulative, derived, layer, model, offset, ratio, simple

REQUESTS: dict[str, dict[str, Any]] = {
    "simple": {"metrics": ["revenue"], "group_by": ["metric_time__month"]},
    "ratio over two facts": {"metrics": ["cost_per_order"], "group_by": ["metric_time__week", "channel"]},
    "filtered beside unfiltered": {
        "metrics": ["orders", "online_orders", "online_buyers"],
        "group_by": ["channel"],
    },
    "offset": {"metrics": ["revenue_month_ago"], "group_by": ["metric_time__day"]},
    "trailing": {"metrics": ["revenue_28_days"], "group_by": ["metric_time__month"], "start": "2025-01-01"},
    "parts of dates": {"metrics": ["revenue"], "group_by": ["metric_time__extract_dow"]},
    "conversion": {"metrics": ["conversion_rate"], "group_by": ["channel"]},
    "stock": {"metrics": ["followers"], "group_by": ["metric_time__month"]},
    "having, order and limit": {
        "metrics": ["revenue"],
        "group_by": ["channel"],
        "where": ["revenue > 10"],
        "order_by": ["-revenue"],
        "limit": 5,
    },
}
DIFFERENCES = [
    ("bigquery", "simple", "TIMESTAMP_TRUNC(sold_on, MONTH)"),
    ("bigquery", "ratio over two facts", "ISOWEEK"),
    ("bigquery", "filtered beside unfiltered", "IF(is_online = TRUE, "),
    ("snowflake", "filtered beside unfiltered", "IFF(is_online = TRUE, "),
    ("redshift", "filtered beside unfiltered", "CASE WHEN is_online = TRUE THEN"),
    ("spark", "filtered beside unfiltered", "FILTER(WHERE"),
    ("trino", "simple", "DATE_TRUNC('MONTH', sold_on)"),
    ("postgres", "simple", "DATE_TRUNC('MONTH', CAST(sold_on AS TIMESTAMP))"),
    ("postgres", "ratio over two facts", "CAST(cost AS DOUBLE PRECISION) / NULLIF(orders, 0)"),
    ("postgres", "offset", "INTERVAL '1 MONTH'"),
    ("snowflake", "offset", "INTERVAL '1 MONTH'"),
    ("spark", "offset", "INTERVAL '1' MONTH"),
    ("duckdb", "parts of dates", "EXTRACT(ISODOW FROM sold_on)"),
    ("redshift", "parts of dates", "EXTRACT(DOW FROM sold_on) + 6"),
    ("spark", "parts of dates", "EXTRACT(DAYOFWEEK FROM sold_on) + 5"),
    ("snowflake", "parts of dates", "DAYOFWEEKISO"),
    ("trino", "parts of dates", "DAY_OF_WEEK"),
    ("clickhouse", "parts of dates", "toDayOfWeek(sold_on)"),
    ("clickhouse", "ratio over two facts", "join_use_nulls = 1"),
    ("postgres", "having, order and limit", "DESC NULLS LAST"),
]


@pytest.fixture(scope="module")
def small() -> Layer:
    channel = {"channel": "foreign", "person": "foreign"}
    models = [
        model("sales", time="sold_on", entities=channel, dimensions=["is_online"], primary="sale"),
        model("costs", time="paid_on", entities={"channel": "foreign"}, primary="cost_row"),
        model("visits", time="seen_on", entities=channel, primary="visit"),
        model("accounts", time="counted_on", entities={"account": "foreign"}, primary="account_day"),
    ]
    conversion = {
        "base_metric": {"name": "visits"},
        "conversion_metric": {"name": "orders"},
        "entity": "person",
        "window": {"count": 7, "granularity": "day"},
    }
    last = {"name": "counted_on", "window_choice": "max", "window_groupings": ["account"]}
    online = "{{ Dimension('is_online') }} = true"
    metrics = [
        simple("revenue", "sales", expr="value"),
        simple("orders", "sales", "count", expr="1"),
        simple("online_orders", "sales", "count", expr="1", where=online),
        simple("online_buyers", "sales", "count_distinct", expr="person", where=online),
        simple("median_value", "sales", "median", expr="value"),
        simple("cost", "costs"),
        simple("visits", "visits", "count", expr="1"),
        simple("followers", "accounts", non_additive=last),
        ratio("cost_per_order", "cost", "orders"),
        derived("revenue_month_ago", "ago", offset("revenue", "ago", 1, "month")),
        cumulative("revenue_28_days", "revenue", window=(28, "day"), period_agg="last"),
        {
            "name": "conversion_rate",
            "type": "conversion",
            "type_params": {"conversion_type_params": conversion},
        },
    ]
    return layer(models, metrics)


@pytest.mark.parametrize("dialect", SUPPORTED)
@pytest.mark.parametrize("name", REQUESTS)
def test_the_statement_is_one_that_the_dialect_reads(small: Layer, name: str, dialect: str) -> None:
    sql = small.sql(dialect=dialect, **REQUESTS[name])
    assert len(sqlglot.parse(sql, dialect=dialect)) == 1


@pytest.mark.parametrize(("dialect", "name", "text"), DIFFERENCES)
def test_differences(small: Layer, dialect: str, name: str, text: str) -> None:
    sql = " ".join(small.sql(dialect=dialect, **REQUESTS[name]).split()).replace("( ", "(").replace(" )", ")")
    assert text in sql


@pytest.mark.parametrize(
    ("dialect", "text"),
    [
        ("duckdb", "QUANTILE_CONT(value, 0.5 ORDER BY"),
        ("postgres", "PERCENTILE_CONT(0.5) WITHIN GROUP"),
        ("snowflake", "PERCENTILE_CONT(0.5) WITHIN GROUP"),
        ("spark", "PERCENTILE(value, 0.5)"),
        ("clickhouse", "quantileExactInclusive(0.5)(value)"),
    ],
)
def test_a_median_is_exact(small: Layer, dialect: str, text: str) -> None:
    assert text in " ".join(small.sql(metrics=["median_value"], dialect=dialect).split())


@pytest.mark.parametrize("dialect", ["bigquery", "trino"])
def test_an_engine_without_an_exact_median_refuses(small: Layer, dialect: str) -> None:
    with pytest.raises(LeadlineError, match="no exact continuous percentile"):
        small.sql(metrics=["median_value"], dialect=dialect)


def test_the_text_is_the_same_every_time(small: Layer) -> None:
    request = REQUESTS["ratio over two facts"]
    assert len({small.sql(**request) for _ in range(3)}) == 1
