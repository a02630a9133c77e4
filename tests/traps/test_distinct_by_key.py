"""An order's value by the category of its lines, as the definition allows it: each order once a category.

Wrong: the join repeats an order once a line, so shoes get 500 and the sum is 600; an inner join drops the
order without lines. Right: shoes 300, hats 100 and 100 without a category; groups overlap (500), the total
is 400.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, simple

ORDERS = [("2025-01-01", "o1", "web", 100), ("2025-01-01", "o2", "web", 200), ("2025-02-02", "o3", None, 100)]
LINES = [
    ("o1", "p1", "shoes", 60),
    ("o1", "p2", "hats", 40),
    ("o2", "p1", "shoes", 150),
    ("o2", "p3", "shoes", 50),
]
PRODUCTS = [("p1", "acme"), ("p2", "acme"), ("p3", "bolt")]
NOTES = [("o1", "gift"), ("o1", "late")]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "orders": ("ordered_on date, order_id varchar, channel varchar, value integer", ORDERS),
            "order_lines": ("order_id varchar, product varchar, category varchar, line_value integer", LINES),
            "products": ("product varchar, brand varchar", PRODUCTS),
            "notes": ("order_id varchar, topic varchar", NOTES),
        }
    )


def defined(key: str = "order_id", **more: object) -> Layer:
    lines = {"order_id": "foreign", "product": "foreign"}
    models = [
        model("orders", time="ordered_on", entities={"order_id": "primary"}, dimensions=["channel"]),
        model("order_lines", entities=lines, dimensions=["category"], primary="order_line"),
        model("products", entities={"product": "primary"}, dimensions=["brand"]),
        model("notes", entities={"order_id": "foreign"}, dimensions=["topic"], primary="note"),
    ]
    metrics = [
        simple("order_value", "orders", expr="value", meta={"distinct_by": key}, **more),
        simple("mean_value", "orders", "average", expr="value", meta={"distinct_by": key}),
        simple("undeclared", "orders", expr="value"),
    ]
    return layer(models, metrics)


@pytest.fixture(scope="module")
def small() -> Layer:
    return defined()


def test_the_usual_joins_multiply_and_drop(con: duckdb.DuckDBPyConnection) -> None:
    wrong = "select category, sum(value) from orders join order_lines using (order_id) group by 1 order by 1"
    assert con.execute(wrong).fetchall() == [("hats", 100), ("shoes", 500)]


def test_each_order_counts_once_in_each_category(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["order_value", "mean_value"], group_by=["category"])
    assert rows == [("hats", 100, 100.0), ("shoes", 300, 150.0), (None, 100, 100.0)]


def test_on_its_own_level_nothing_is_joined(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["order_value"]) == [(400,)]
    assert ask(small, con, metrics=["order_value"], group_by=["channel"]) == [("web", 300), (None, 100)]
    assert "order_lines" not in small.sql(metrics=["order_value"], group_by=["channel"])


def test_behind_the_many_side_and_with_time(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    rows = ask(small, con, metrics=["order_value"], group_by=["metric_time__month", "product__brand"])
    assert rows == [("2025-01-01", "acme", 300), ("2025-01-01", "bolt", 200), ("2025-02-01", None, 100)]
    later = ask(small, con, metrics=["order_value__prior_month"], group_by=["metric_time__month", "category"])
    assert later == [("2025-02-01", "hats", 100), ("2025-02-01", "shoes", 300)]


def test_a_filter_on_the_many_side_keeps_each_order_once(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    assert ask(small, con, metrics=["order_value"], where=["category = 'shoes'"]) == [(300,)]
    assert ask(small, con, metrics=["order_value"], where=["category in ('shoes', 'hats')"]) == [(300,)]


def test_totals_are_computed_from_orders_not_from_groups(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    rows = ask(small, con, metrics=["order_value"], group_by=["category"], totals=True)
    assert (None, 400, 1) in rows


def test_the_plan_says_that_groups_overlap(small: Layer) -> None:
    told = str(small.explain(metrics=["order_value"], group_by=["category"]))
    assert "need not add up to the total: each order_id counts once in each" in told
    assert "overlap" not in str(small.explain(metrics=["order_value"], group_by=["channel"]))


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"metrics": ["undeclared"], "group_by": ["category"]}, "can't be reached"),
        ({"metrics": ["order_value", "undeclared"], "group_by": ["category"]}, "can't be reached"),
        ({"metrics": ["order_value__share"], "group_by": ["category"]}, "groups that overlap"),
        ({"metrics": ["order_value"], "group_by": ["category", "topic"]}, "at once"),
        ({"metrics": ["order_value__cumulative"], "group_by": ["metric_time__day", "category"]}, "many side"),
    ],
)
def test_what_has_no_right_number_is_refused(small: Layer, request_: dict[str, list[str]], says: str) -> None:
    with pytest.raises(LeadlineError, match=says):
        small.sql(**request_)


def test_the_key_has_to_be_the_facts_own() -> None:
    with pytest.raises(LeadlineError, match=r"'product' is not a primary entity of 'orders'.*distinct_by"):
        defined("product")


def test_names_of_the_many_side_are_listed_with_a_word_of_caution(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    listed = {item.name: item.overlaps for item in small.dimensions(["order_value"])}
    many = ["note__topic", "order_line__category", "product", "product__brand"]
    assert sorted(name for name, overlaps in listed.items() if overlaps) == many
    assert listed["order_id__channel"] is False
    for name in listed:
        assert small.query(connection=con, metrics=["order_value"], group_by=[name]).num_rows > 0
    both = small.dimensions(["order_value", "undeclared"])
    assert not any(item.overlaps for item in both)
    assert not any(item.overlaps for item in small.dimensions(["order_value__cumulative"]))
