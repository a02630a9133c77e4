"""A fact is aggregated by a key of few values before what stands behind it is joined; rows stay the same."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from tests.engine.small import layer, model, ratio, simple


def shop(values: str | None = None, grain: str = "hour") -> Layer:
    keys = {"visit": "primary", "campaign": "foreign", "visitor": "foreign"}
    campaigns = model(
        "campaigns", entities={"campaign": "primary", "account": "foreign"}, dimensions=["country"]
    )
    if values is not None:
        campaigns["entities"][0]["config"] = {"meta": {"leadline": {"values": values}}}
    models = [
        model(
            "visits", time="seen_at", grain=grain, entities=keys, dimensions=["channel", "device", "pages"]
        ),
        campaigns,
        model("accounts", entities={"account": "primary"}, dimensions=["region"]),
        model("visitors", entities={"visitor": "primary"}, dimensions=["segment"]),
    ]
    metrics = [
        simple("visits", "visits", expr="1"),
        simple("known_visits", "visits", "count", expr="pages"),
        simple("long_visits", "visits", "count", expr="1", where="{{ Dimension('visit__pages') }} > 2"),
        simple("pages", "visits"),
        simple("fewest", "visits", "min", expr="pages"),
        simple("most", "visits", "max", expr="pages"),
        simple("deep", "visits", "sum_boolean", expr="pages > 1"),
        simple("average_pages", "visits", "average", expr="pages"),
        simple("visitors", "visits", "count_distinct", expr="visitor"),
        ratio("pages_per_visit", "pages", "visits"),
        {
            "name": "visits_so_far",
            "type": "cumulative",
            "type_params": {"cumulative_type_params": {"metric": {"name": "visits"}}},
        },
    ]
    return layer(models, metrics)


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    # a campaign without an account, one that no table has, none at all, and one that is twice in its table
    connection.execute(
        """
        create table days as select cast(d as date) as day_start
            from range(date '2025-01-01', date '2025-03-01', interval 1 day) as r(d);
        create table visits as select * from (values
            (1, 1, 7, timestamp '2025-01-01 10:00', 'a', 'x', 3),
            (2, 1, 8, timestamp '2025-01-02 11:00', 'a', 'x', 1),
            (3, 2, 8, timestamp '2025-01-02 11:00', 'b', 'x', null),
            (4, 3, 9, timestamp '2025-02-03 12:00', 'a', 'y', 5),
            (5, 9, 9, timestamp '2025-02-03 12:00', 'a', 'x', 2),
            (6, null, 7, timestamp '2025-02-04 13:00', 'b', 'y', 4),
            (7, 4, 7, timestamp '2025-02-04 13:00', 'b', 'y', 6),
            (8, 4, 7, timestamp '2025-02-04 14:00', 'b', 'y', 1)
        ) as v(visit, campaign, visitor, seen_at, channel, device, pages);
        create table campaigns as select * from (values
            (1, 10, 'fr'), (2, 20, 'de'), (3, null, 'fr'), (4, 10, 'it'), (4, 20, 'it')
        ) as v(campaign, account, country);
        create table accounts as select * from (values (10, 'north'), (20, 'south')) as v(account, region);
        create table visitors as select * from (values (7, 'new'), (8, 'old')) as v(visitor, segment);
        """
    )
    return connection


EVERY = ["visits", "known_visits", "long_visits", "pages", "fewest", "most", "deep", "pages_per_visit"]
# visits 7 and 8 belong to campaign 4, which is in its table twice, so that a join counts them twice
JOINED = """
    select {keys}, count(*), count(v.pages),
        case when count(*) filter (where v.pages > 2) > 0 then count(*) filter (where v.pages > 2) end,
        sum(v.pages), min(v.pages), max(v.pages), sum(case when v.pages > 1 then 1 else 0 end),
        sum(v.pages)::double / count(*)
    from visits as v left join campaigns as c on v.campaign = c.campaign
    left join accounts as a on c.account = a.account
    group by all
"""


@pytest.mark.parametrize(
    ("group_by", "keys"),
    [
        (["campaign__account__region"], "a.region"),
        (["metric_time__month", "campaign__account__region"], "date_trunc('month', v.seen_at), a.region"),
        (["metric_time__day", "campaign__country"], "date_trunc('day', v.seen_at), c.country"),
        (["visit__channel", "campaign__account__region"], "v.channel, a.region"),
        (["campaign", "campaign__country"], "v.campaign, c.country"),
    ],
)
def test_rows_are_those_of_a_join_before(
    con: duckdb.DuckDBPyConnection, group_by: list[str], keys: str
) -> None:
    asked = shop()
    assert _joined_after(asked, metrics=EVERY, group_by=group_by)
    rows = con.execute(asked.sql(metrics=EVERY, group_by=group_by)).fetchall()
    assert _sorted(rows) == _sorted(con.execute(JOINED.format(keys=keys)).fetchall())


@pytest.mark.parametrize(
    "group_by",
    [
        ["visit__channel", "campaign__country", "campaign__account__region"],
        ["campaign", "metric_time__day", "visit__channel", "visit__device", "campaign__account__region"],
        ["metric_time__extract_dow", "campaign__country"],
    ],
)
def test_rows_are_those_of_the_other_plan(con: duckdb.DuckDBPyConnection, group_by: list[str]) -> None:
    few, many = shop("few"), shop("many")
    assert _joined_after(few, metrics=EVERY, group_by=group_by)
    assert not _joined_after(many, metrics=EVERY, group_by=group_by)
    rows = [con.execute(one.sql(metrics=EVERY, group_by=group_by)).fetchall() for one in (few, many)]
    assert _sorted(rows[0]) == _sorted(rows[1])


def test_a_running_sum_is_aggregated_by_the_key_too(con: duckdb.DuckDBPyConnection) -> None:
    asked: dict[str, Any] = {
        "metrics": ["visits_so_far"],
        "group_by": ["metric_time__day", "campaign__country"],
    }
    sql = shop(grain="day").sql(**asked, where=["{{ TimeDimension('metric_time', 'day') }} = '2025-02-04'"])
    # by hand: 2 of campaign 1 and 1 of 3; 1 of 2; 2 of 4, twice; 1 of an unknown campaign and 1 without any
    found = {country: count for _, country, count in con.execute(sql).fetchall()}
    assert found == {"fr": 3, "de": 1, "it": 4, None: 2}
    assert "_by_campaign" in sql


@pytest.mark.parametrize(
    "asked",
    [
        # many values: what is counted distinct
        {"metrics": ["visits"], "group_by": ["visitor__segment"]},
        # what filters is joined before, so that fewer rows are aggregated
        {
            "metrics": ["visits"],
            "group_by": ["campaign__country"],
            "where": ["{{ Dimension('campaign__country') }} = 'fr'"],
        },
        # no parts to put together again
        {"metrics": ["visitors"], "group_by": ["campaign__country"]},
        {"metrics": ["visits", "average_pages"], "group_by": ["campaign__country"]},
        # groups about as many as rows
        {"metrics": ["visits"], "group_by": ["metric_time__hour", "campaign__country"]},
        {"metrics": ["visits"], "group_by": ["metric_time__day", "visit__channel", "campaign__country"]},
        {"metrics": ["visits"], "group_by": ["visit__channel", "visit__device", "campaign__country"]},
        # two keys
        {"metrics": ["visits"], "group_by": ["visitor__segment", "campaign__country"]},
    ],
)
def test_a_join_of_rows_is_kept_where_the_other_would_be_more_work(asked: dict[str, Any]) -> None:
    assert not _joined_after(shop(), **asked)


def test_an_entity_can_say_how_many_values_it_has() -> None:
    asked: dict[str, Any] = {"metrics": ["visits"], "group_by": ["campaign__country"]}
    assert _joined_after(shop(), **asked)
    assert not _joined_after(shop("many"), **asked)
    assert _joined_after(shop("few"), **asked)
    with pytest.raises(
        LeadlineError, match=r"'lots' is not one of few, many.*config\.meta\.leadline\.values"
    ):
        shop("lots")


def test_the_plan_says_what_is_joined_when() -> None:
    told = str(shop().explain(metrics=["visits"], group_by=["campaign__country"]))
    assert "joined after: aggregation by campaign" in told


def _joined_after(asked: Layer, **request: Any) -> bool:
    steps = asked.explain(**request).steps
    return any(step.get("joined after") for step in steps)


def _sorted(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(map(_plain, row)) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, int | float) else str(value)[:10]
