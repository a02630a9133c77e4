"""Shopify's real connector files: orders, lines and refunds against plain SQL over the CSVs."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb


def file(connector_dir: Path, table: str) -> str:
    path = connector_dir / "shopify" / f"fivetran_shopify_{table}_data.csv"
    return f"read_csv('{path}', all_varchar = true, header = true)"


def one(answer: duckdb.DuckDBPyRelation) -> tuple[object, ...]:
    row = answer.fetchone()
    assert row is not None
    return row


def test_orders_and_their_net_amounts(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    """Prices include tax in this file: forgetting to take it off gives another total."""
    orders = file(connector_dir, "order")
    wanted = duckdb.sql(
        "select currency, count(*), sum(subtotal_price::decimal(18, 2) - total_tax::decimal(18, 2))"
        f" from {orders} group by currency order by currency"
    ).fetchall()
    gross = one(duckdb.sql(f"select sum(subtotal_price::decimal(18, 2)) from {orders}"))[0]
    found = real_build.sql(
        "select currency, count(*), sum(gross_revenue_original) from marts.fct_orders"
        " group by currency order by currency"
    ).fetchall()
    assert found == wanted
    assert sum(amount for _, _, amount in wanted) != gross, "the file no longer shows the trap"


def test_revenue_is_known_where_a_rate_is(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    """Reported in dollars without any exchange rate, pounds have no value; they are not added as dollars."""
    wanted = one(duckdb.sql(
        "select sum(subtotal_price::decimal(18, 2) - total_tax::decimal(18, 2))"
        f" from {file(connector_dir, 'order')} where currency = 'USD'"
        " and lower(test) = 'false' and cancelled_at is null"
    ))  # fmt: skip
    assert one(real_build.sql("select sum(revenue) from marts.fct_orders where is_valid")) == wanted
    assert one(real_build.sql("select count(revenue) from marts.fct_orders where currency <> 'USD'")) == (0,)


def test_lines_are_parts_of_their_orders(real_build: duckdb.DuckDBPyConnection, connector_dir: Path) -> None:
    """One order's discount stands on the order alone: its line's own amount is 5.60, the order's 2.80."""
    lines, orders = file(connector_dir, "order_line"), file(connector_dir, "order")
    wanted = one(duckdb.sql(
        f"select count(*), sum(line.quantity::int) from {lines} as line"
        f" where line.order_id in (select id from {orders})"
    ))  # fmt: skip
    net = one(duckdb.sql(
        f"select sum(subtotal_price::decimal(18, 2) - total_tax::decimal(18, 2)) from {orders}"
        f" where id in (select order_id from {lines})"
    ))[0]  # fmt: skip
    own = one(duckdb.sql(f"select sum(price::decimal(18, 2) * quantity::int) from {lines}"))[0]
    assert one(real_build.sql("select count(*), sum(quantity) from marts.fct_order_lines")) == wanted
    revenue = one(real_build.sql("select sum(revenue_original) from marts.fct_order_lines"))[0]
    assert revenue == net == Decimal("10.00")
    assert own != net, "the file no longer shows the trap"


def test_refunds_of_unknown_orders_touch_nothing(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    known = one(duckdb.sql(
        f"select count(*) from {file(connector_dir, 'order_line_refund')} as line_refund"
        f" inner join {file(connector_dir, 'refund')} as refund on line_refund.refund_id = refund.id"
        f" where refund.order_id in (select id from {file(connector_dir, 'order')})"
    ))  # fmt: skip
    assert one(real_build.sql("select count(*) from staging.stg_shopify__order_line_refunds")) == one(
        duckdb.sql(f"select count(*) from {file(connector_dir, 'order_line_refund')}")
    )
    assert one(real_build.sql("select count(*) from intermediate.int_orders__refunds")) == known
    assert one(real_build.sql("select sum(refunded_amount_original) from marts.fct_orders")) == (0,)


def test_one_address_in_two_accounts_is_one_person(
    real_build: duckdb.DuckDBPyConnection, connector_dir: Path
) -> None:
    """The file has two customer accounts with one address."""
    wanted = one(duckdb.sql(f"select count(distinct email) from {file(connector_dir, 'order')}"))
    assert one(real_build.sql("select count(distinct person_key) from marts.fct_orders")) == wanted
