"""Orders that are not paid yet, filtered by the month in which they were not paid.

Wrong: DuckDB folds `date_trunc('month', paid_on) <> date '2025-02-10'` to true, as no month begins on the
tenth, and so counts the order without a date (7); the same holds for `not (… = …)`. Right: an unknown month
is neither equal to anything nor different from it, as in any comparison with NULL (3).
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import ask, database, layer, model, simple

ROWS = [
    ("2025-01-01", "2025-01-05 10:20:00", 1),
    ("2025-01-02", "2025-02-10 23:59:59", 2),
    ("2025-01-03", None, 4),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"orders": ("ordered_on date, paid_at timestamp, value integer", ROWS)})


@pytest.fixture(scope="module")
def small() -> Layer:
    orders = model("orders", time="ordered_on", times={"paid_at": "second"}, primary="order_row")
    return layer([orders], [simple("value", "orders")])


def test_the_usual_filter_counts_what_has_no_date(con: duckdb.DuckDBPyConnection) -> None:
    wrong = "select sum(value) from orders where date_trunc('month', paid_at) <> date '2025-02-10'"
    assert con.execute(wrong).fetchall() == [(7,)]


@pytest.mark.parametrize(
    "condition",
    [
        "order_row__paid_at__month <> '2025-02-10'",
        "order_row__paid_at__month <> date '2025-02-10'",
        "not (order_row__paid_at__month = date '2025-02-10')",
        "not (order_row__paid_at__year = date '2025-02-10' or order_row__paid_at__month = date '2025-02-10')",
        "date_trunc('month', order_row__paid_at) <> date '2025-02-10'",
        "order_row__paid_at__hour <> timestamp '2025-02-10 23:30:00'",
        "{{ TimeDimension('order_row__paid_at', 'minute') }} <> cast('2025-02-10 23:30:01' as timestamp)",
        "case when order_row__paid_at__month = date '2025-02-10' then false "
        "else order_row__paid_at__month is not null end",
    ],
)
def test_what_has_no_date_is_not_different(
    small: Layer, con: duckdb.DuckDBPyConnection, condition: str
) -> None:
    assert ask(small, con, metrics=["value"], where=[condition]) == [(3,)]


def test_periods_that_are_named_by_their_first_day_are_left_out(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    assert ask(small, con, metrics=["value"], where=["order_row__paid_at__month <> '2025-02-01'"]) == [(1,)]
