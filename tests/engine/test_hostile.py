"""Hostile names, values and definitions: an error that says so, or a literal; never SQL."""

from __future__ import annotations

import string
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse

from leadline import Layer, LeadlineError, Metric
from leadline.dialects import SUPPORTED
from tests.engine.small import database, derived, layer, model, simple

HOSTILE = [
    "'; drop table sales; --",
    '"; drop table sales; --',
    "revenue; select 1",
    "(select max(value) from sales)",
    "revenue /* */ union select 1",
    "revenue\x00",
    "é漢🙂'\"",
    "x" * 10_000,
    "__",
    "__month",
    "metric_time__month__month",
    "{{ Dimension('channel') }} union select 1",
    "Dimension('channel') or __import__('os')",
    "-" * 500,
    "(" * 500,
    "@",
    "\n",
]
PLACES = (
    "metrics",
    "group_by",
    "order_by",
    "where",
    "having",
    "start",
    "end",
    "saved_query",
    "dialect",
    "limit",
)


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    return layer([sales], [simple("revenue", "sales", expr="value")])


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"sales": ("sold_on date, channel varchar, value integer", [("2025-01-01", "a", 1)])})


def asked(place: str, text: str) -> dict[str, Any]:
    """A request with the text in one place."""
    request: dict[str, Any] = {"metrics": ["revenue"], "group_by": ["channel"]}
    listed = ("metrics", "group_by", "order_by", "where", "having")
    return {**request, place: [text] if place in listed else text}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "text", HOSTILE, ids=[text[:20].encode("unicode_escape").decode() for text in HOSTILE]
)
def test_what_is_no_name_is_refused_wherever_it_stands(small: Layer, place: str, text: str) -> None:
    with pytest.raises(LeadlineError) as refused:
        small.sql(**asked(place, text))
    assert len(str(refused.value)) < 30_000


@pytest.mark.parametrize(
    "text", [text for text in HOSTILE if text.strip() and "\x00" not in text and len(text) < 500]
)
@pytest.mark.parametrize("dialect", SUPPORTED)
def test_an_alias_is_a_column_whatever_it_says(
    small: Layer, con: duckdb.DuckDBPyConnection, text: str, dialect: str
) -> None:
    request = {"metrics": [Metric("revenue").named(text)], "having": [Metric(text) > 0]}
    sql = small.sql(**request, dialect=dialect)
    found = parse(sql, dialect=dialect)
    assert len(found) == 1
    assert isinstance(found[0], exp.Select)
    if dialect == "duckdb":
        assert small.query(connection=con, **request).to_pylist() == [{text: 1}]
        assert con.execute("select count(*) from sales").fetchall() == [(1,)]


@pytest.mark.parametrize(
    "expression",
    ["value); drop table sales; --", "value; select 1", "value) from sales union select (1", "", "(" * 400],
)
def test_an_expression_of_a_definition_is_one_expression(expression: str) -> None:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    metrics = [simple("a", "sales", expr="value"), derived("b", expression, "a")]
    with pytest.raises(LeadlineError):
        layer([sales], metrics).sql(metrics=["b"])


def test_names_of_definitions_are_quoted(con: duckdb.DuckDBPyConnection) -> None:
    name = 'odd "name"; drop table sales'
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    sales["node_relation"] = {"alias": name, "schema_name": "main", "relation_name": "unused"}
    quoted = name.replace('"', '""')
    con.execute(f'create or replace table "{quoted}" as from sales')
    found = layer([sales], [simple("revenue", "sales", expr="value")])
    assert found.query(connection=con, metrics=["revenue"]).to_pylist() == [{"revenue": 1}]
    assert con.execute("select count(*) from sales").fetchall() == [(1,)]


@given(
    place=st.sampled_from(PLACES),
    text=st.text(string.printable, max_size=30) | st.sampled_from(HOSTILE) | st.text(max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_anything_is_answered_by_one_statement_or_an_error(place: str, text: str) -> None:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    found = layer([sales], [simple("revenue", "sales", expr="value")])
    try:
        sql = found.sql(**asked(place, text))
    except LeadlineError:
        return
    statements = parse(sql, dialect=text if place == "dialect" else "duckdb")
    assert len(statements) == 1
    assert isinstance(statements[0], exp.Select)
