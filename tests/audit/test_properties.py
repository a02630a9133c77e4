"""Random queries: written in another way they are the same; changed in meaning they never are."""

from __future__ import annotations

import random

import duckdb
import pytest

from leadline.audit import compare_queries, read_facts
from tests.audit.queries import SCHEMA, changed, draw, written

FACTS = read_facts(SCHEMA)


@pytest.mark.parametrize("seed", range(24))
def test_a_query_written_in_another_way_is_the_same(seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - test data, not a secret
    query = draw(rng)
    one, two = written(query, rng), written(query, rng)
    assert compare_queries(one, two, FACTS).overall.verdict == "same", (one, two)


def rows_of(sql: str, seed: int) -> list[str]:
    """The rows of a query over a table of random rows, made without the code that is tested."""
    rng = random.Random(seed)  # noqa: S311 - test data, not a secret
    connection = duckdb.connect()
    for table, body in SCHEMA["tables"].items():
        columns = ", ".join(f"{name} {kind}" for name, kind in body["columns"].items())
        connection.execute(f"create table {table} ({columns})")
    for number in (1, 2, 3):
        connection.execute("insert into dim values (?, 'x')", [number])
    for _ in range(60):
        row = [
            f"2026-01-0{rng.randint(1, 3)}",
            rng.choice(("Search", "Social", "Email", None)),
            rng.choice(("a", "b", None)),
            rng.choice((1, 2, 3, 4, 5, None)),
            rng.choice((0, 1, 2, 3, 4, 9, None)),
            rng.choice((0, 1, 5, 7, None)),
            rng.choice((0.5, 1, 3, 5, 8, None)),
            rng.choice((True, False, None)),
        ]
        connection.execute("insert into ads values (?, ?, ?, ?, ?, ?, ?, ?)", row)
    return sorted(map(repr, connection.execute(sql).fetchall()))


@pytest.mark.parametrize("seed", range(36))
def test_a_query_with_another_meaning_is_not_the_same(seed: int) -> None:
    rng = random.Random(1000 + seed)  # noqa: S311 - test data, not a secret
    query = draw(rng)
    one, two = written(query, rng), written(changed(query, rng), rng)
    found = compare_queries(one, two, FACTS).overall
    if any(rows_of(one, data) != rows_of(two, data) for data in range(3)):
        assert found.verdict != "same", (one, two)
    if found.verdict == "different":
        assert found.witness is not None
        assert found.witness.left != found.witness.right
