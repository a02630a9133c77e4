"""Orders at the edges: without lines, and last in their block."""

from __future__ import annotations

import numpy as np
import pytest

from leadline.demo import build, orders, people
from leadline.demo.ga4_table import Words
from leadline.demo.ledger import Ledger
from leadline.demo.orders import Orders
from leadline.demo.plan import Plan
from leadline.demo.traffic import Traffics


def some(lines: list[int]) -> Orders:
    """Two orders, with lines that belong to these; each of two boxes of the first product, a euro off."""
    count = len(lines)
    zeros = np.zeros(2, np.int64)
    return Orders(
        person=zeros,
        nth=np.arange(2),
        at=zeros,
        day=zeros,
        number=np.array([10_001, 10_002]),
        web=np.ones(2, np.bool_),
        cancelled_at=np.full(2, -1),
        test=np.zeros(2, np.bool_),
        shipping=zeros,
        line_order=np.array(lines, np.int64),
        product=np.zeros(count, np.int64),
        quantity=np.full(count, 2),
        discount=np.full(count, 100),
        refunded_at=np.array([-1, 5]),
        refunded_quantity=np.array([0, 1]),
    )


def test_value_tax_and_refund_of_an_order() -> None:
    """Two boxes at 12.50 less 1.00 are 24.00; the tax inside at 5.5 % is 1.25; one box back is half of
    both."""
    made = some([0, 1])
    assert made.subtotal.tolist() == [2400, 2400]
    assert made.tax.tolist() == [125, 125]
    assert made.net.tolist() == [2275, 2275]
    assert made.refund_value.tolist() == [0, 1200]
    assert made.refund_tax.tolist() == [0, 62]


@pytest.mark.parametrize("lines", [[0], [1], []])
def test_orders_without_lines_have_no_value_wherever_they_stand(lines: list[int]) -> None:
    made = some(lines)
    assert made.subtotal.tolist() == [2400 * lines.count(0), 2400 * lines.count(1)]
    assert len(made.first_product) == 2


def test_a_block_may_end_with_an_order_without_lines() -> None:
    """The 125th block of a large company does: all its tables are made all the same."""
    plan, block = Plan(scale=13_000), 124
    made = orders.make(plan, block, people.make(plan, block))
    assert made.line_order[-1] < made.size - 1
    traffics = Traffics(plan)
    rows = {
        f"{source}.{table}": data.num_rows
        for source, table, data, _ in build.pieces_of(
            plan, block, traffics, Words(plan, traffics), Ledger(plan)
        )
    }
    assert rows["shopify.order"] == made.size
    assert rows["shopify.order_line"] == len(made.line_order)
