"""Metrics, views and conditions as objects: the same request as the names with their suffixes."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

import leadline
from leadline import Layer, LeadlineError, Metric
from tests.engine.small import ask, database, document, layer, model, simple

revenue = Metric("revenue")
VIEWS = [
    (revenue, "revenue"),
    (revenue.prior(), "revenue__prior_month"),
    (revenue.prior("week", 2), "revenue__prior_2_weeks"),
    (revenue.change("month"), "revenue__mom"),
    (revenue.mom(), "revenue__mom"),
    (revenue.change("day"), "revenue__dod"),
    (revenue.change("week"), "revenue__wow"),
    (revenue.change("quarter"), "revenue__qoq"),
    (revenue.yoy(), "revenue__yoy"),
    (revenue.share(), "revenue__share"),
    (revenue.cumulative(), "revenue__cumulative"),
    (revenue.to_date(), "revenue__mtd"),
    (revenue.to_date("year"), "revenue__ytd"),
    (revenue.trailing(28), "revenue__trailing_28d"),
    (revenue.trailing(28, "day"), "revenue__trailing_28d"),
    (revenue.trailing(3, "month"), "revenue__trailing_3_months"),
    (revenue.trailing(1, "month"), "revenue__trailing_month"),
    (revenue.trailing(7).yoy(), "revenue__trailing_7d__yoy"),
    (revenue.prior("year").share(), "revenue__prior_year__share"),
]


ROWS = [
    ("2024-03-05", "a", 100),
    ("2025-02-05", "a", 50),
    ("2025-03-05", "a", 150),
    ("2025-03-06", "b", 10),
    ("2025-03-07", None, None),
]
COLUMNS = "sold_on date, channel varchar, value integer"


@pytest.fixture(scope="module")
def small() -> Layer:
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    return layer(
        [sales], [simple("revenue", "sales", expr="value"), simple("sales", "sales", "count", expr="1")]
    )


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database({"sales": (COLUMNS, ROWS)})


@pytest.mark.parametrize(("view", "name"), VIEWS, ids=[name for _, name in VIEWS])
def test_an_object_asks_what_its_name_asks(small: Layer, view: Metric, name: str) -> None:
    request: dict[str, Any] = {"group_by": ["metric_time__month", "channel"]}
    assert str(view) == name
    assert small.sql(metrics=[view], order_by=[view], **request) == small.sql(
        metrics=[name], order_by=[name], **request
    )


def test_values_by_hand(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    metrics = [revenue, revenue.prior().named("before"), revenue.mom(), revenue.yoy(), revenue.trailing(31)]
    rows = ask(small, con, metrics=metrics, group_by=["metric_time__month"], start="2025-03-01")
    assert rows == [("2025-03-01", 160, 50, 2.2, 0.6, 160)]
    columns = small.query(connection=con, metrics=metrics, group_by=["metric_time__month"]).column_names
    assert columns[1:] == ["revenue", "before", "revenue__mom", "revenue__yoy", "revenue__trailing_31d"]


@pytest.mark.parametrize(
    ("having", "channels"),
    [
        (revenue > 100, ["a"]),
        (revenue >= Decimal("10"), ["a", "b"]),
        (revenue < 10.5, ["b"]),
        (revenue <= -1, []),
        (revenue.equals(10), ["b"]),
        (revenue.is_null(), [None]),
        (~revenue.is_null(), ["a", "b"]),
        ((revenue > 100) | revenue.is_null(), ["a", None]),
        ((revenue > 5) & ~(revenue > 100), ["b"]),
        (Metric("sales") >= revenue, []),
        (revenue > Metric("sales"), ["a", "b"]),
        ("revenue > 100", ["a"]),
        (["revenue > 5", "revenue < 100"], ["b"]),
        (["revenue > 5 and channel <> 'a'", Metric("sales").equals(1)], ["b"]),
    ],
)
def test_results_can_be_filtered(
    small: Layer, con: duckdb.DuckDBPyConnection, having: Any, channels: list[str | None]
) -> None:
    """Revenue of a is 300 in four years, of b 10, of no channel NULL; sales are 3, 1 and 1."""
    rows = ask(small, con, metrics=["revenue", "sales"], group_by=["channel"], having=having)
    assert [row[0] for row in rows] == channels


def test_a_condition_names_a_column_by_its_alias(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    money = revenue.named("money")
    assert ask(small, con, metrics=[money], group_by=["channel"], having=[money > 100]) == [("a", 300)]


@pytest.mark.parametrize(
    ("ask_for", "says"),
    [
        (lambda: revenue.prior("moon"), "'moon' is not a grain of time"),
        (lambda: revenue.change("months"), "'months' is not a grain of time"),
        (lambda: revenue.to_date("day"), "'day' is not a grain of time"),
        (lambda: revenue.trailing(0), "a whole number of grains above zero"),
        (lambda: revenue.trailing(True), "a whole number of grains above zero"),
        (lambda: revenue.prior("day", 10**6), "a whole number of grains above zero"),
        (lambda: revenue > "100; drop table sales", "compared with a number or another metric"),
        (lambda: revenue > float("nan"), "compared with a number or another metric"),
        (lambda: revenue > float("inf"), "compared with a number or another metric"),
        (lambda: revenue > True, "compared with a number or another metric"),
        (lambda: revenue > dt.date(2025, 1, 1), "compared with a number or another metric"),
        (lambda: (revenue > 1) and (revenue < 3), "neither true nor false"),
        (lambda: (revenue > 1) & "revenue < 3", "is not a condition on a metric"),
    ],
)
def test_what_makes_no_request_is_refused_where_it_is_written(ask_for: Any, says: str) -> None:
    with pytest.raises(LeadlineError, match=says):
        ask_for()


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"metrics": ["sales"], "having": [revenue > 1]}, "'revenue' is not in the result"),
        ({"metrics": ["sales"], "where": [Metric("sales") > 1]}, "give it to having"),
        ({"group_by": ["channel"], "having": [revenue > 1]}, "none is asked"),
        ({"metrics": ["sales"], "having": ["{{ Metric('sales') }} > 1"]}, "write its name alone"),
        ({"metrics": ["sales"], "having": ["sum(sales) > 1"]}, "not allowed in a filter"),
        ({"metrics": ["sales"], "having": [""]}, "not a name"),
        ({"metrics": [Metric("sale")]}, "metric 'sale' is not defined"),
        ({"metrics": [Metric("sales").named("x"), Metric("revenue").named("x")]}, "would be called 'x'"),
    ],
)
def test_a_request_that_makes_no_sense_says_so(small: Layer, request_: dict[str, Any], says: str) -> None:
    with pytest.raises(LeadlineError, match=says):
        small.sql(**request_)


def test_the_public_names() -> None:
    assert sorted(leadline.__all__) == ["Layer", "LeadlineError", "Metric"]
    assert all(hasattr(leadline, name) for name in leadline.__all__)


def test_the_example_of_the_documentation_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """February grew from nothing, which is no growth; March is 160 after 50."""
    page = Path(__file__).resolve().parents[2] / "docs" / "engine.md"
    text = page.read_text(encoding="utf-8").partition("## In Python\n")[2].partition("\n## ")[0]
    code = textwrap.dedent("".join(f"{line}\n" for line in text.split("\n") if line.startswith("    ")))
    sales = model("sales", time="sold_on", dimensions=["channel"], primary="sale")
    monkeypatch.chdir(tmp_path)
    Path("target").mkdir()
    manifest = document([sales], [simple("revenue", "sales", expr="value")])
    Path("target/semantic_manifest.json").write_text(json.dumps(manifest))
    con = database({"sales": (COLUMNS, ROWS)})
    con.execute("attach 'leadline.duckdb' as made")
    con.execute("create table made.sales as from sales")
    con.execute("create table made.days as from days")
    con.close()
    found: dict[str, Any] = {}
    exec(code, found)  # noqa: S102  the page's own example
    march = dt.datetime(2025, 3, 1)  # 5 February lies before the 28 days that end on 31 March
    assert [tuple(row.values()) for row in found["rows"].to_pylist()] == [(march, 160, 50, 2.2, 160)]
    found["con"].close()
