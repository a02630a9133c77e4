"""The list of traps on PostgreSQL: the same right numbers, from the statement in its dialect."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from leadline import Layer
from tests import postgres
from tests.traps.listed import TRAPS, Trap, company, rows

pytestmark = pytest.mark.skipif(not postgres.is_installed(), reason="PostgreSQL is not installed")
ASKED = [trap for trap in TRAPS if not trap.says and "metrics" in trap.request]


@pytest.fixture(scope="module")
def server() -> Iterator[psycopg.Connection]:
    with postgres.server() as con:
        postgres.copy_tables(rows(), con)
        yield con


@pytest.fixture(scope="module")
def small() -> Layer:
    return company()


@pytest.mark.parametrize("trap", ASKED, ids=[trap.question for trap in ASKED])
def test_the_right_number(trap: Trap, small: Layer, server: psycopg.Connection) -> None:
    found = server.execute(small.sql(**trap.request, dialect="postgres")).fetchall()
    assert [tuple(map(plain, row)) for row in found] == [trap.right]


def plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()[:10]
    return float(value) if isinstance(value, decimal.Decimal) else value
