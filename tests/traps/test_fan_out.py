"""An order's value by the category of its lines.

Wrong: joining lines repeats each order once a line (600 instead of 400) and drops orders without lines.
Right: refused, with the path that was tried; what lies on the many-to-one side works.
"""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask, database, layer, model, simple

ORDERS = [("2025-01-01", "o1", "c1", 100), ("2025-01-01", "o2", "c2", 200), ("2025-01-02", "o3", None, 100)]
LINES = [("o1", "shoes"), ("o1", "hats"), ("o2", "shoes"), ("o2", "shoes")]
CUSTOMERS = [("c1", "FR"), ("c2", "DE")]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "orders": ("ordered_on date, order_id varchar, customer varchar, value integer", ORDERS),
            "order_lines": ("order_id varchar, category varchar", LINES),
            "customers": ("customer varchar, country varchar", CUSTOMERS),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    models = [
        model("orders", time="ordered_on", entities={"order_id": "primary", "customer": "foreign"}),
        model("order_lines", entities={"order_id": "foreign"}, dimensions=["category"], primary="order_line"),
        model("customers", entities={"customer": "primary"}, dimensions=["country"]),
    ]
    return layer(models, [simple("order_value", "orders", expr="value")])


def test_the_usual_join_multiplies(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute("select sum(value) from orders join order_lines using (order_id)").fetchall()
    assert wrong == [(600,)]


@pytest.mark.parametrize("name", ["order_id__category", "category"])
def test_the_many_side_is_refused_with_the_path_tried(small: Layer, name: str) -> None:
    with pytest.raises(LeadlineError, match=r"orders -\(order_id\)-> order_lines"):
        small.sql(metrics=["order_value"], group_by=[name])
    with pytest.raises(LeadlineError, match="order_lines"):
        small.sql(metrics=["order_value"], where=["{{ Dimension('order_id__category') }} = 'shoes'"])


def test_the_one_side_keeps_every_order(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert ask(small, con, metrics=["order_value"], group_by=["customer__country"]) == [
        ("DE", 200),
        ("FR", 100),
        (None, 100),
    ]
