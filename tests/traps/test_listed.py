"""Every line of docs/traps.md: the mistake gives the wrong number, the engine the right one or a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import ask
from tests.traps.listed import PAGE, TRAPS, Trap, company, page, rows
from tests.traps.test_local_days import macro


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    con = rows()
    yield con
    con.close()


@pytest.fixture(scope="module")
def small() -> Layer:
    return company()


@pytest.mark.parametrize("trap", TRAPS, ids=[trap.question for trap in TRAPS])
def test_the_mistake_and_the_answer(trap: Trap, small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute(trap.sql).fetchall() == [(trap.wrong,)]
    if trap.says:
        with pytest.raises(LeadlineError, match=trap.says):
            small.sql(**trap.request)
    elif "steps" in trap.request:
        found = small.funnel(connection=con, **trap.request).to_pylist()
        assert tuple(value for row in found for value in (row["name"], row["people"])) == trap.right
    elif "utc" in trap.request:
        day = macro("local_date", f"timestamp '{trap.request['utc']}'", "Europe/Paris")
        assert con.execute(f"select cast({day} as varchar)").fetchall() == [trap.right]
    else:
        assert ask(small, con, **trap.request) == [trap.right]
    assert trap.says or trap.wrong not in trap.right[-1:]


def test_the_page_is_the_list() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m tests.traps.listed"


def test_every_file_of_traps_is_on_the_page() -> None:
    files = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert files - {"listed", "postgres"} == {trap.file for trap in TRAPS}
