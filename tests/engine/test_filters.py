"""Filters: what they may say, and that nothing else gets through."""

from __future__ import annotations

import string

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlglot import exp, parse_one

from leadline import Layer, LeadlineError
from leadline.filters import parse_filter
from tests.engine.small import ask, database, layer, model, simple

PIECES = st.one_of(
    st.sampled_from(
        [
            "channel",
            "{{ Dimension('channel') }}",
            "{{",
            "}}",
            "'",
            '"',
            "(",
            ")",
            "--",
            "/*",
            "*/",
            ";",
            "and",
            "or",
        ]
    ),
    st.sampled_from(
        ["not", "in", "is null", "select", "from sales", "union", "=", ">", "case when", "end", "$1", "?"]
    ),
    st.text(string.printable, max_size=6),
    st.text(max_size=4),
)
REFUSED = [
    "",
    "   ",
    "channel = 'a'; drop table sales",
    "channel in (select channel from sales)",
    "(select 1) = 1",
    "exists (select 1)",
    "count(*) > 1",
    "sum(value) over () > 1",
    "sales.channel = 'a'",
    "channel = 'a', 1",
    "channel = $1",
    "channel = ?",
    "channel = 'a' --'; select",
    "getenv('HOME') = 'x'",
    "read_csv('/etc/passwd') = 'x'",
    "{{ Dimension('channel') }",
    "{{ Dimension(channel) }} = 'a'",
    "{{ __import__('os').getcwd() }} = 'a'",
    "{{ Dimension('channel').upper() }} = 'a'",
    "'{{ Dimension('channel') }}' = 'a'",
    "{% if true %} channel = 'a' {% endif %}",
    "leadline_reference_0 = 'a'",
    "(" * 5000,
    "not " * 5000 + "channel",
    "-" * 5000 + "1 = 1",
    "channel = 'a' or " * 5000 + "channel = 'b'",
]
VALUES = [
    "it's",
    "';drop table sales;--",
    '"',
    "/* */",
    "a\\",
    "é — 漢字 🙂",
    "{{ x }",
    "%",
    "x" * 10_000,
    "\n\t",
]


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    return layer([sales], [simple("revenue", "sales", expr="value")])


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    rows = [("2025-01-01", "a", 1), *(("2025-01-01", value, 10) for value in VALUES)]
    return database({"sales": ("sold_on date, channel varchar, value integer", rows)})


@pytest.mark.parametrize("text", REFUSED, ids=[text[:40] or "empty" for text in REFUSED])
def test_what_is_not_a_condition_over_names_is_refused(small: Layer, text: str) -> None:
    if text == "channel = 'a' --'; select":
        # a comment is not part of the condition, and does not reach the statement
        assert "--" not in small.sql(metrics=["revenue"], where=[text])
        return
    with pytest.raises(LeadlineError) as refused:
        small.sql(metrics=["revenue"], where=[text])
    assert len(str(refused.value)) < 2_000


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_any_value_is_a_literal(small: Layer, con: duckdb.DuckDBPyConnection, value: str) -> None:
    quoted = value.replace("'", "''")
    if "{{" in value:
        with pytest.raises(LeadlineError):
            small.sql(metrics=["revenue"], where=[f"channel = '{quoted}'"])
        return
    assert ask(small, con, metrics=["revenue"], where=[f"channel = '{quoted}'"]) == [(10,)]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("channel = 'a' and channel <> 'b' and (channel = 'c' and channel is null)", 4),
        ("channel = 'a' or channel = 'b'", 1),
        ("not (channel = 'a' and channel = 'b')", 1),
    ],
)
def test_conditions_are_split_at_the_outer_and(text: str, count: int) -> None:
    assert len(parse_filter(text)) == count


def test_plain_text_and_templates_say_the_same(small: Layer) -> None:
    plain = small.sql(metrics=["revenue"], where=["channel = 'a' and metric_time__day >= '2025-01-01'"])
    template = (
        "{{ Dimension('sale__channel') }} = 'a' and {{ TimeDimension('metric_time', 'DAY') }} >= '2025-01-01'"
    )
    assert small.sql(metrics=["revenue"], where=[template]) == plain


@given(st.lists(PIECES, max_size=12))
@settings(max_examples=400, deadline=None)
def test_whatever_is_written_is_refused_or_stays_one_condition(pieces: list[str]) -> None:
    text = " ".join(pieces)
    try:
        filters = parse_filter(text)
    except LeadlineError:
        return
    for item in filters:
        statement = f"select 1 from t where {item.tree.sql(dialect='duckdb')}"
        tree = parse_one(statement, dialect="duckdb")
        assert isinstance(tree, exp.Select)
        assert len(list(tree.find_all(exp.Select))) == 1
        assert len(item.references) == len(list(tree.find_all(exp.Placeholder, exp.Parameter)))
