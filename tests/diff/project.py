"""A small shop as a dbt project in a git repository, and its database made by hand."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import duckdb

FILES = {
    "dbt_project.yml": (
        "name: shop\nversion: 1.0.0\nprofile: shop\nmodel-paths: [models, metrics]\n"
        "flags: {send_anonymous_usage_stats: false}\nvars: {tax: 20}\n"
    ),
    "profiles.yml": "shop: {target: dev, outputs: {dev: {type: duckdb, path: leadline.duckdb}}}\n",
    ".gitignore": "target/\nlogs/\n*.duckdb\n",
    "macros/net.sql": "{% macro net(amount) %}{{ amount }} / (1 + {{ var('tax') }} / 100.0){% endmacro %}\n",
    "models/dim_date.sql": "select cast('2026-01-01' as date) as date_day\n",
    "models/stg_orders.sql": (
        "select 1 as order_key, current_date as date_day, 'paid' as status, 'web' as channel,\n"
        "    {{ net('10') }} as amount\n"
    ),
    "models/fct_orders.sql": "select * from {{ ref('stg_orders') }}\n",
    "models/fct_visits.sql": "select 1 as visit_key, current_date as date_day\n",
    "models/models.yml": """models:
  - name: dim_date
    time_spine: {standard_granularity_column: date_day}
    columns:
      - {name: date_day, granularity: day}
  - name: fct_visits
    semantic_model: {name: visits}
    agg_time_dimension: date_day
    columns:
      - {name: visit_key, entity: {type: primary, name: visit}}
      - {name: date_day, granularity: day, dimension: {type: time}}
    metrics:
      - {name: visits, type: simple, agg: count, expr: visit_key, label: Visits}
  - name: fct_orders
    semantic_model: {name: orders}
    agg_time_dimension: date_day
    columns:
      - {name: order_key, entity: {type: primary, name: order}}
      - {name: date_day, granularity: day, dimension: {type: time}}
      - {name: status, dimension: {type: categorical}}
      - {name: channel, dimension: {type: categorical}}
    metrics:
      - name: orders
        type: simple
        agg: count
        expr: order_key
        label: Orders
        config: {meta: {leadline: {unit: count, stage: conversion, tier: lagging}}}
      - {name: sales, type: simple, agg: sum, expr: amount, label: Sales}
      - {name: refunds, type: simple, agg: sum, expr: refund, label: Refunds}
""",
    "metrics/rates.yml": """metrics:
  - name: order_rate
    type: ratio
    numerator: orders
    denominator: visits
    label: Order rate
    config: {meta: {leadline: {unit: ratio, stage: conversion, tier: leading,
      examples: [{given: {orders: 3, visits: 100}, expect: 0.03}]}}}
saved_queries:
  - name: overview
    query_params:
      metrics: [orders, order_rate]
      group_by: ["TimeDimension('metric_time', 'month')"]
    exports:
      - {name: overview, config: {export_as: table, schema: reports}}
exposures:
  - name: board
    type: dashboard
    owner: {name: Ada, email: ada@example.org}
    depends_on: ["metric('order_rate')"]
""",
    "plan.yml": """company: Shop
title: {en: Plan, fr: Plan}
start: 2026-01-01
end: 2026-12-31
north_star:
  metric: orders
  reason: {en: They pay., fr: Ils paient.}
  owner: Ada
  cadence: month
  target: 200
  deadline: 2026-12-31
objectives:
  - name: more
    title: {en: More, fr: Plus}
    owner: Ada
    kpis:
      - {metric: order_rate, cadence: month, target: 0.2, deadline: 2026-12-31}
alerts:
  - name: few_orders
    title: {en: Few orders, fr: Peu de commandes}
    metric: order_rate
    cadence: month
    when: {below: 0.05}
    severity: warning
    action: {en: Look., fr: Regarder.}
    owner: Ada
""",
}

# Ten orders in March, of which three are cancelled; five in April, all paid; visits: 100 and 50.
ORDERS = [(f"2026-03-0{n % 9 + 1}", "cancelled" if n < 3 else "paid") for n in range(10)]
ORDERS += [("2026-04-02", "paid")] * 5
VISITS = {"2026-03-05": 100, "2026-04-05": 50}


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files, by path."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def git(folder: Path, *words: str) -> str:
    """Run git as somebody, whatever this machine says of users and hooks."""
    alone = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{f"GIT_{who}_NAME": "Ada" for who in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{who}_EMAIL": "ada@example.org" for who in ("AUTHOR", "COMMITTER")},
    }
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **alone}, capture_output=True, text=True, check=True
    )
    return done.stdout


def database(path: Path, refund: str = ", refund double") -> Path:
    """The shop's tables, in the schema `main` that the profile names; the amount of each order is 10."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table dim_date as select cast(day as date) as date_day"
            " from range(date '2024-01-01', date '2027-01-01', interval 1 day) as days(day)"
        )
        connection.execute(
            "create table fct_orders (order_key integer, date_day date, status varchar, channel varchar,"
            f" amount double{refund})"
        )
        more = ", null" if refund else ""
        for number, (day, status) in enumerate(ORDERS):
            connection.execute(
                f"insert into fct_orders values (?, ?, ?, 'web', 10{more})", [number, day, status]
            )
        connection.execute("create table fct_visits (visit_key integer, date_day date)")
        for day, many in VISITS.items():
            connection.execute(
                "insert into fct_visits select range, cast(? as date) from range(?)", [day, many]
            )
    return path
