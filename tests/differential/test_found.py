"""What the differential test found, each as a case with its value worked out by hand."""

from __future__ import annotations

import duckdb
import pytest

from leadline import Layer
from tests.engine.small import Json, ask, database, derived, layer, model, offset, ratio, simple

ORDERS = [
    ("2026-10-30", "k1", 1, True, "x"),
    ("2026-11-02", "gone", 2, None, "x"),
    ("2026-12-20", None, 4, None, "y"),
    (None, "k1", 8, False, "y"),
]


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return database(
        {
            "orders": ("ordered_on date, shop varchar, value integer, paid boolean, kind varchar", ORDERS),
            "shops": ("shop varchar, size integer", [("k1", 3)]),
            "visits": (
                "visited_on date, person varchar, page varchar",
                [("2025-01-01", "p1", "home"), ("2025-01-02", "p2", "price")],
            ),
            "sales": ("sold_on date, person varchar", [("2025-01-03", "p1"), ("2025-01-03", "p2")]),
        }
    )


@pytest.fixture(scope="module")
def small() -> Layer:
    orders = model(
        "orders", time="ordered_on", entities={"shop": "foreign"}, dimensions=["kind"], primary="order_row"
    )
    shops = model("shops", entities={"shop": "primary"}, dimensions=["bigness"])
    shops["dimensions"][0]["expr"] = "case when size > 2 then 'big' else 'small' end"
    metrics = [
        simple("value", "orders"),
        simple("paid", "orders", "sum_boolean", expr="paid"),
        simple(
            "value_of_known", "orders", expr="value", where="{{ Dimension('shop__bigness') }} is not null"
        ),
        ratio("share_of_known", "value_of_known", "value"),
        derived("week_before", "before", offset("value", "before", 7, "day")),
        derived("year_before", "before", offset("value", "before", 1, "year")),
    ]
    return layer([orders, shops], metrics)


def test_a_row_that_joins_nothing_has_no_value_of_an_expression(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    """Wrong: `case` over the empty side of the join gives 'small' to orders of no shop (2 + 4)."""
    rows = ask(small, con, metrics=["value"], group_by=["shop__bigness"])
    assert rows == [("big", 9), (None, 6)]
    assert ask(small, con, metrics=["value_of_known", "share_of_known"]) == [(9, 0.6)]


def test_rows_whose_condition_is_unknown_count_as_not_true(
    small: Layer, con: duckdb.DuckDBPyConnection
) -> None:
    """dbt sums `case when paid then 1 else 0 end`. Wrong: NULL where every row of a group is unknown."""
    rows = ask(small, con, metrics=["paid"], group_by=["shop"])
    assert rows == [("gone", 0), ("k1", 1), (None, 0)]


def test_what_has_no_time_has_no_time_a_week_later(small: Layer, con: duckdb.DuckDBPyConnection) -> None:
    """dbt joins what is moved to the time spine. Wrong: a group without a time, with the 8 of no day."""
    rows = ask(small, con, metrics=["week_before"], group_by=["metric_time__day"])
    assert rows == [("2026-11-06", 1), ("2026-11-09", 2), ("2026-12-27", 4)]


def test_nothing_is_moved_past_the_end_of_the_time_spine(small: Layer) -> None:
    """The spine ends on 31 December: an order of the 28th has no day a week later, one of the 20th has."""
    other = database(
        {
            "orders": (
                "ordered_on date, shop varchar, value integer, paid boolean, kind varchar",
                [("2026-12-20", None, 4, None, None), ("2026-12-28", None, 16, None, None)],
            )
        }
    )
    rows = ask(small, other, metrics=["week_before"], group_by=["metric_time__day"])
    assert rows == [("2026-12-27", 4)]


def test_a_year_of_which_the_spine_has_a_part_is_compared_with_the_whole_year_before(small: Layer) -> None:
    """Wrong: only rows whose own day a year later is in the spine, so 1 of the 17."""
    other = database(
        {
            "orders": (
                "ordered_on date, shop varchar, value integer, paid boolean, kind varchar",
                [("2025-02-01", None, 1, None, None), ("2025-11-01", None, 16, None, None)],
            )
        }
    )
    other.execute("delete from days where day_start > date '2026-06-30'")
    rows = ask(small, other, metrics=["year_before"], group_by=["metric_time__year"])
    assert rows == [("2026-01-01", 17)]


@pytest.mark.parametrize(("calculation", "right"), [("conversions", 1), ("conversion_rate", 1.0)])
def test_only_base_events_that_meet_the_filter_of_the_base_convert(
    con: duckdb.DuckDBPyConnection, calculation: str, right: float
) -> None:
    """One visit to the price page, and its visitor buys. Wrong: both visits convert, so the rate is 2."""
    people: Json = {"entities": {"person": "foreign"}}
    models = [
        model("visits", time="visited_on", dimensions=["page"], primary="visit", **people),
        model("sales", time="sold_on", primary="sale", **people),
    ]
    base = {
        "name": "visits",
        "filter": {"where_filters": [{"where_sql_template": "{{ Dimension('visit__page') }} = 'price'"}]},
    }
    params = {
        "base_metric": base,
        "conversion_metric": {"name": "sales"},
        "entity": "person",
        "calculation": calculation,
    }
    metrics = [
        simple("visits", "visits", "count", expr="1"),
        simple("sales", "sales", "count", expr="1"),
        {"name": "bought", "type": "conversion", "type_params": {"conversion_type_params": params}},
    ]
    assert ask(layer(models, metrics), con, metrics=["bought"]) == [(right,)]


def test_a_fill_value_stands_for_an_input_not_for_what_is_calculated_from_it(
    con: duckdb.DuckDBPyConnection,
) -> None:
    """No order of kind x lies in December, so nothing is calculated from them there. Wrong: 0 * 100 = 0."""
    orders = model("orders", time="ordered_on", dimensions=["kind"], primary="order_row")
    metrics = [
        simple("value", "orders"),
        simple(
            "value_of_x", "orders", expr="value", fill=0, where="{{ Dimension('order_row__kind') }} = 'x'"
        ),
        derived("hundredfold", "value_of_x * 100", "value_of_x"),
    ]
    rows = ask(
        layer([orders], metrics),
        con,
        metrics=["value", "hundredfold", "value_of_x"],
        group_by=["metric_time__month"],
    )
    assert rows == [
        ("2026-10-01", 1, 100, 1),
        ("2026-11-01", 2, 200, 2),
        ("2026-12-01", 4, None, 0),
        (None, 8, None, 0),
    ]


def test_a_custom_calendar_is_filled_from_its_own_time_spine() -> None:
    """Logins are by hour, and the spine by hour has one day. Wrong: only that day's campaign is shown."""
    logins = model("logins", time="seen_at", primary="login", grain="hour")
    counted = simple("logins", "logins", "count", expr="1", spine=True)
    document: Json = {
        "semantic_models": [logins],
        "metrics": [counted],
        "project_configuration": {
            "time_spines": [
                _spine("hours", "hour_start", "hour"),
                _spine("days", "day_start", "day") | {"custom_granularities": [{"name": "campaign"}]},
            ]
        },
        "saved_queries": [],
    }
    con = database({"logins": ("seen_at timestamp", [("2025-03-05 10:00:00",), ("2025-03-05 11:00:00",)])})
    con.execute(
        "create table hours as select timestamp '2025-03-05' + interval 1 hour * h as hour_start "
        "from range(24) t(h)"
    )
    con.execute("alter table days add column campaign varchar")
    con.execute("update days set campaign = 'spring' where day_start between '2025-03-01' and '2025-03-31'")
    con.execute("update days set campaign = 'autumn' where day_start between '2025-09-01' and '2025-09-30'")
    rows = ask(Layer.from_document(document), con, metrics=["logins"], group_by=["metric_time__campaign"])
    assert rows == [("autumn", None), ("spring", 2), (None, None)]
    years = ["TimeDimension('metric_time').date_part('year')"]
    rows = ask(Layer.from_document(document), con, metrics=["logins"], group_by=years)
    assert rows == [(2023, None), (2024, None), (2025, 2), (2026, None)]


def _spine(table: str, column: str, grain: str) -> Json:
    return {
        "node_relation": {"alias": table, "schema_name": "main", "relation_name": f"main.{table}"},
        "primary_column": {"name": column, "time_granularity": grain},
    }


def test_a_name_in_full_keeps_its_name_without_a_metric() -> None:
    """Wrong: a longer way to the region, through the shop that names it, renames the column."""
    shops = model("shops", entities={"shop": "primary", "region": "foreign"}, dimensions=["size"])
    regions = model("regions", entities={"region": "primary"}, dimensions=["area"])
    tables = {
        "shops": ("shop varchar, region varchar, size integer", [("s", "r", 1)]),
        "regions": ("region varchar, area varchar", [("r", "north")]),
    }
    found = layer([shops, regions], []).query(
        connection=database(tables), group_by=["region__area", "shop__size"]
    )
    assert found.to_pylist() == [{"region__area": "north", "shop__size": 1}]


SEASONS = [
    ("2025-03-01", 1),
    ("2025-03-02", 10),
    ("2025-03-31", 100),
    ("2025-09-01", 1000),
    ("2025-09-02", 10_000),
]


@pytest.fixture(scope="module")
def seasons() -> duckdb.DuckDBPyConnection:
    """March is spring and September is autumn, the rest of the year nothing."""
    con = database({"orders": ("ordered_on date, value integer", SEASONS)})
    con.execute("alter table days add column season date")
    for month in (3, 9):
        con.execute(
            f"update days set season = date '2025-{month:02d}-01' where year(day_start) = 2025 "
            f"and month(day_start) = {month}"
        )
    return con


@pytest.fixture(scope="module")
def seasonal() -> Layer:
    orders = model("orders", time="ordered_on", primary="order_row")
    metrics = [
        simple("value", "orders"),
        derived("season_before", "before", offset("value", "before", 1, "season")),
        derived("month_before", "before", offset("value", "before", 1, "month")),
    ]
    spine = _spine("days", "day_start", "day") | {"custom_granularities": [{"name": "season"}]}
    return Layer.from_document(
        {
            "semantic_models": [orders],
            "metrics": metrics,
            "project_configuration": {"time_spines": [spine]},
            "saved_queries": [],
        }
    )


def test_a_part_of_a_custom_period_is_compared_with_the_same_days_of_the_one_before(
    seasonal: Layer, seasons: duckdb.DuckDBPyConnection
) -> None:
    """Its first two days: 11. Wrong: an error; or all of spring (111) beside two days of autumn."""
    names = ["value", "season_before"]
    part = {"start": "2025-09-01", "end": "2025-09-02"}
    rows = ask(seasonal, seasons, metrics=names, group_by=["metric_time__season"], **part)
    assert rows == [("2025-09-01", 11_000, 11)]
    whole = ask(seasonal, seasons, metrics=names, group_by=["metric_time__season"])
    assert whole == [("2025-03-01", 111, None), ("2025-09-01", 11_000, 111)]


def test_a_month_before_by_what_is_made_of_days_is_that_of_each_day(
    seasonal: Layer, seasons: duckdb.DuckDBPyConnection
) -> None:
    """Each day shows the day of its number a month before: 30 April 30 March, and nothing 31 March."""
    by_part = ask(
        seasonal,
        seasons,
        metrics=["month_before"],
        group_by=["TimeDimension('metric_time').date_part('day')"],
    )
    assert by_part == [(1, 1001), (2, 10_010)]
    by_season = ask(seasonal, seasons, metrics=["month_before"], group_by=["metric_time__season"])
    assert by_season == [(None, 11_011)]
    both = ["metric_time__season", "metric_time__month"]
    rows = ask(seasonal, seasons, metrics=["month_before"], group_by=both)
    assert rows == [(None, "2025-04-01", 111), (None, "2025-10-01", 11_000)]


def test_without_a_metric_only_the_first_table_meets_the_time_spine() -> None:
    """dbt crosses orders with the spine, then joins shops fully: a shop without orders has no time."""
    models = [
        model(
            "orders",
            time="ordered_on",
            entities={"shop": "foreign"},
            dimensions=["kind"],
            primary="order_row",
        ),
        model("shops", entities={"shop": "primary"}, dimensions=["size"]),
    ]
    con = database(
        {
            "orders": ("ordered_on date, shop varchar, kind varchar", [("2025-01-01", "s1", "x")]),
            "shops": ("shop varchar, size integer", [("s1", 1), ("s2", 2)]),
        }
    )
    con.execute("delete from days where day_start > date '2024-12-31'")
    names = ["order_row__kind", "shop__size", "metric_time__year"]
    assert ask(layer(models, []), con, group_by=names) == [
        ("x", 1, "2023-01-01"),
        ("x", 1, "2024-01-01"),
        (None, 2, None),
    ]


def test_start_and_end_are_whole_periods_of_the_coarser_side_of_a_conversion() -> None:
    """Sales are by month, so the month of the end is shown whole: both visits. Wrong: one of two visits."""
    people: Json = {"entities": {"person": "foreign"}}
    models = [
        model("visits", time="visited_on", primary="visit", **people),
        model("sales", time="sold_in", grain="month", primary="sale", **people),
    ]
    params = {
        "base_metric": {"name": "visits"},
        "conversion_metric": {"name": "sales"},
        "entity": "person",
        "calculation": "conversion_rate",
    }
    metrics = [
        simple("visits", "visits", "count", expr="1"),
        simple("sales", "sales", "count", expr="1"),
        {"name": "bought", "type": "conversion", "type_params": {"conversion_type_params": params}},
    ]
    con = database(
        {
            "visits": ("visited_on date, person varchar", [("2025-01-10", "p1"), ("2025-01-20", "p2")]),
            "sales": ("sold_in date, person varchar", [("2025-02-01", "p1")]),
        }
    )
    assert ask(layer(models, metrics), con, metrics=["bought"], start="2025-01-05", end="2025-01-15") == [
        (0.5,)
    ]


def test_without_a_metric_the_table_read_first_has_what_filters_look_up() -> None:
    """Shops with more than one order of one person. Wrong: a refusal, as shops know nothing of persons."""
    models = [
        model(
            "orders",
            time="ordered_on",
            entities={"shop": "foreign", "person": "foreign"},
            primary="order_row",
        ),
        model("shops", entities={"shop": "primary"}, dimensions=["size"]),
    ]
    rows = [("2025-01-01", "s1", "p1"), ("2025-01-02", "s1", "p1"), ("2025-01-03", "s2", "p2")]
    con = database(
        {
            "orders": ("ordered_on date, shop varchar, person varchar", rows),
            "shops": ("shop varchar, size integer", [("s1", 1), ("s2", 2)]),
        }
    )
    found = layer(models, [simple("orders", "orders", "count", expr="1")])
    where = ["{{ Metric('orders', group_by=['person']) }} > 1"]
    assert ask(found, con, group_by=["shop__size"], where=where) == [(1,)]


def test_a_month_before_by_week_is_that_of_its_days(
    seasonal: Layer, seasons: duckdb.DuckDBPyConnection
) -> None:
    """31 March has no day in April. Wrong: its 100 is moved to 30 April, and a week is more than its days."""
    by_week = ask(seasonal, seasons, metrics=["month_before"], group_by=["metric_time__week"])
    by_day = ask(seasonal, seasons, metrics=["month_before"], group_by=["metric_time__day"])
    assert by_day == [("2025-04-01", 1), ("2025-04-02", 10), ("2025-10-01", 1000), ("2025-10-02", 10_000)]
    assert by_week == [("2025-03-31", 11), ("2025-09-29", 11_000)]
