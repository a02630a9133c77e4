"""Verdicts without a proof: what data has to have shown, and that it shows what ordinary data does not."""

from __future__ import annotations

import duckdb
import pytest

from leadline.audit import compare_queries, read_facts
from leadline.audit.expand import learn, qualified, read
from leadline.audit.facts import Facts
from leadline.audit.mutants import mutants

SCHEMA = read_facts(
    {
        "tables": {
            "orders": {
                "columns": {
                    "order_id": "integer",
                    "customer_id": "integer",
                    "ordered_at": "timestamp",
                    "order_day": "date",
                    "net": "double",
                },
                "primary_key": ["order_id"],
                "not_null": ["net", "order_day"],
            },
            "ads": {"columns": {"channel": "varchar", "campaign": "varchar", "clicks": "integer"}},
        }
    }
)
# Each pair differs at one edge that ordinary data of a few rows does not come to.
EDGES = {
    "days_within": (
        "select count(*) as n from orders a join orders b on b.customer_id = a.customer_id "
        "where date_diff('day', a.order_day, b.order_day) between 0 and 45",
        "select count(*) as n from orders a join orders b on b.customer_id = a.customer_id "
        "where b.order_day >= a.order_day and b.order_day < a.order_day + interval 45 day",
    ),
    "rows_of_a_group": (
        "select count(*) as n from (select channel from ads group by channel having count(*) >= 40) t",
        "select count(*) as n from (select channel, count(*) k from ads group by channel) t where k > 40",
    ),
    "rows_of_a_frame": (
        "select order_id, sum(net) over (order by order_id rows between 24 preceding and current row) as v "
        "from orders",
        "select order_id, sum(net) over (order by order_id rows between 25 preceding and current row) as v "
        "from orders",
    ),
    "arithmetic": (
        "select count(*) as n from ads where clicks * 7 > 1000",
        "select count(*) as n from ads where clicks * 7 > 1001",
    ),
    "last_second": (
        "select count(*) as n from orders where ordered_at < timestamp '2026-04-01'",
        "select count(*) as n from orders where ordered_at <= timestamp '2026-03-31 23:59:59'",
    ),
    "joined_texts": (
        "select count(distinct channel || campaign) as n from ads",
        "select count(*) as n from (select distinct channel, campaign from ads "
        "where channel is not null and campaign is not null) t",
    ),
    "cut_texts": (
        "select count(distinct left(campaign, 17)) as n from ads",
        "select count(distinct campaign) as n from ads",
    ),
}
# Written in ways that share no normal form.
EQUALS = {
    "month": (
        "select sum(net) as v from orders where year(order_day) = 2026 and month(order_day) = 3",
        "select sum(net) as v from orders where order_day between date '2026-03-01' and date '2026-03-31'",
    ),
    "running": (
        "select order_id, sum(net) over (order by order_id) as v from orders",
        "select a.order_id, sum(b.net) as v from orders a join orders b on b.order_id <= a.order_id "
        "group by a.order_id",
    ),
}


@pytest.mark.parametrize("name", EDGES)
def test_an_edge_is_found(name: str) -> None:
    found = compare_queries(*EDGES[name], SCHEMA).overall
    assert found.verdict == "different"
    assert found.witness is not None
    assert found.witness.left != found.witness.right


@pytest.mark.parametrize("name", EQUALS)
def test_what_is_equal_is_the_same_without_a_proof(name: str) -> None:
    found = compare_queries(*EQUALS[name], SCHEMA).overall
    assert (found.verdict, found.is_proven) == ("same", False)
    assert "not proven" in found.reasons[0]


def test_data_that_is_blind_gives_no_verdict() -> None:
    # No database here has four thousand rows; the sum differs where one has.
    found = compare_queries(
        "select sum(net) as v from orders",
        "select sum(net) as v from orders having count(*) < 4000",
        SCHEMA,
    ).overall
    assert found.verdict == "undecidable"
    assert any("would not show" in reason for reason in found.reasons)


def test_the_first_of_many_rows_are_not_the_last() -> None:
    text = "select channel, count(*) as n from ads group by channel order by n {}, channel limit 100"
    found = compare_queries(text.format("desc"), text.format("asc"), SCHEMA).overall
    assert found.verdict in ("different", "undecidable")


def test_what_depends_on_how_rows_are_stored_gives_no_verdict() -> None:
    one = "select sum(clicks) as v from (select clicks from ads limit 3) t"
    two = "select sum(clicks) as v from (select clicks from (select * from ads) u limit 3 offset 0) t"
    found = compare_queries(one, two, SCHEMA).overall
    assert found.verdict == "undecidable"
    assert any("how they are stored" in reason for reason in found.reasons)


def test_a_recursion_that_a_change_makes_endless_ends() -> None:
    one = "with recursive d(n) as (select 1 union all select n + 1 from d where n < 5) select n from d"
    two = "select n from generate_series(1, 5) t(n)"
    assert compare_queries(one, two, SCHEMA).overall.verdict in ("same", "undecidable")


def test_the_changes_of_a_query_are_of_one_place_each() -> None:
    sql = (
        "select channel, sum(case when clicks >= 3 then clicks end) as v from ads "
        "where campaign in ('a', 'b') group by channel having count(*) > 1"
    )
    tree = read(sql)
    changed = [m.what for m in mutants(qualified(tree, learn([tree], Facts())))]
    assert "ads.clicks >= 3 → ads.clicks > 3" in changed
    assert "COUNT(*) > 1 → COUNT(*) >= 1" in changed
    assert "ads.campaign IN ('a', 'b') → ads.campaign IN ('b')" in changed
    assert "ads.clicks >= 3 → true" in changed
    assert "3 → 4" in changed
    assert len(set(changed)) == len(changed)


def test_a_changed_key_is_changed_where_it_is_grouped_by() -> None:
    tree = read("select date_trunc('month', order_day) as m, count(*) as n from orders group by 1")
    known = learn([tree], SCHEMA)
    connection = duckdb.connect()
    connection.execute("create table orders (order_day date)")
    connection.execute("insert into orders values ('2026-01-01'), ('2026-01-31')")
    texts = [m.tree.sql(dialect="duckdb") for m in mutants(qualified(tree, known)) if "'MONTH'" in m.what]
    assert texts
    assert {len(connection.execute(text).fetchall()) for text in texts} == {2}
