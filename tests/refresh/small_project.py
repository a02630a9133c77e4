"""A dbt project of one fact over one CSV export: real dbt, and quick enough to be run many times."""

from __future__ import annotations

from pathlib import Path

FILES = {
    "dbt_project.yml": """
name: small
version: "1.0"
profile: small
model-paths: ["models"]
test-paths: ["data_tests"]
models: {small: {+schema: marts, +materialized: table}}
""",
    "profiles.yml": """
small:
  target: dev
  outputs: {dev: {type: duckdb, path: "{{ env_var('LEADLINE_DATABASE') }}", threads: 1}}
""",
    "macros/generate_schema_name.sql": (
        "{% macro generate_schema_name(name, node) %}{{ name or target.schema }}{% endmacro %}"
    ),
    "models/fct_orders.sql": """
select order_id, cast(ordered_on as date) as date_day, cast(amount as double) as amount
from read_csv('{{ var("orders") }}', header = true, all_varchar = true)
""",
    "models/dim_date.sql": """
select cast(range as date) as date_day from range(date '2026-01-01', date '2026-12-31', interval 1 day)
""",
    "models/models.yml": """
models:
  - name: dim_date
    description: Days of the year.
    time_spine: {standard_granularity_column: date_day}
    columns:
      - {name: date_day, granularity: day, description: The day.}
  - name: fct_orders
    description: Orders of the shop.
    semantic_model: {name: orders}
    agg_time_dimension: date_day
    columns:
      - {name: order_id, description: The order., entity: {type: primary, name: order}}
      - {name: date_day, granularity: day, dimension: {type: time}, description: Its day.}
      - {name: amount, description: What it brought in.}
    metrics:
      - {name: revenue, type: simple, agg: sum, expr: amount}
      - {name: orders, type: simple, agg: count, expr: order_id}
      - {name: average_order, type: ratio, numerator: revenue, denominator: orders}
""",
    "data_tests/amounts_are_positive.sql": "select * from {{ ref('fct_orders') }} where amount < 0",
}


def write_project(folder: Path) -> Path:
    """The project's files, and an export with two orders; gives the export's path."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    export = folder / "orders.csv"
    export.write_text("order_id,ordered_on,amount\n1,2026-09-01,10\n2,2026-09-02,30\n", encoding="utf-8")
    return export
