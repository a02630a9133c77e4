"""Visits of the demonstration company, against the generator's truth and plain Python over the export."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from tests.by_hand import web
from tests.by_hand.rows import raw
from tests.warehouses import ROOT, dbt

Connection = duckdb.DuckDBPyConnection
Truth = dict[str, Any]


def one(build: Connection, query: str) -> Any:
    row = build.sql(query).fetchone()
    assert row is not None
    return row[0] if len(row) == 1 else row


def table(build: Connection, query: str) -> dict[Any, Any]:
    rows = build.sql(query).fetchall()
    return {row[0] if len(row) == 2 else row[:-1]: row[-1] for row in rows}


def by_month(build: Connection, expression: str, relation: str, where: str = "true") -> dict[str, int]:
    query = f"select strftime(date_day, '%Y-%m'), {expression} from marts.{relation} where {where} group by 1"
    return table(build, query)


def without_zeros(counts: dict[str, int]) -> dict[str, int]:
    return {key: number for key, number in counts.items() if number}


@pytest.mark.parametrize(
    ("name", "expression"),
    [
        ("sessions", "count(*)"),
        ("engaged_sessions", "count(*) filter (where is_engaged)"),
        ("single_page_sessions", "count(*) filter (where is_single_page)"),
        ("unique_visitors", "count(distinct user_pseudo_id)"),
    ],
)
def test_visits_by_month_are_the_generators(
    demo_build: Connection, truth: Truth, name: str, expression: str
) -> None:
    assert one(demo_build, f"select {expression} from marts.fct_sessions") == truth["web"][name]["total"]
    assert by_month(demo_build, expression, "fct_sessions") == without_zeros(truth["web"][name]["by_month"])


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("visitors_from_google", "source = 'google'"),
        ("visitors_from_facebook", "source_platform = 'facebook'"),
    ],
)
def test_visitors_of_a_platform(demo_build: Connection, truth: Truth, name: str, where: str) -> None:
    found = by_month(demo_build, "count(distinct user_pseudo_id)", "fct_sessions", where)
    assert found == without_zeros(truth["web"][name])


def test_sessions_by_channel_are_the_generators(demo_build: Connection, truth: Truth) -> None:
    found = table(demo_build, "select channel, count(*) from marts.fct_sessions group by 1")
    assert found == truth["web"]["sessions"]["by_channel"]


def test_sessions_by_day_and_channel_are_those_that_ga4_wrote(demo_build: Connection) -> None:
    """Our channel is computed from source, medium and campaign; the export carries GA4's own beside them."""
    found = table(demo_build, "select date_day, channel, count(*) from marts.fct_sessions group by all")
    assert found == dict(web.sessions_by_day_and_channel())


def test_a_session_across_midnight_counts_once(demo_build: Connection) -> None:
    crossing = [found for found in web.sessions().values() if found[0].day != found[-1].day]
    assert crossing, "the demonstration no longer has a session across midnight"
    days = Counter(event.day for found in web.sessions().values() for event in found[:1])
    assert table(demo_build, "select date_day, count(*) from marts.fct_sessions group by 1") == dict(days)


def test_one_session_id_of_two_users_is_two_sessions(demo_build: Connection) -> None:
    identifiers = {identifier for _, identifier in web.sessions()}
    assert len(identifiers) < len(web.sessions()), "the demonstration no longer has a shared ga_session_id"
    assert one(demo_build, "select count(*) from marts.fct_sessions") == len(web.sessions())


def test_page_views_count_without_consent_but_make_no_session(demo_build: Connection, truth: Truth) -> None:
    views = [event for event in web.events() if event.name == "page_view"]
    silent = sum(event.session is None for event in views)
    assert silent, "the demonstration no longer has a visit without consent"
    found = one(
        demo_build,
        "select count(*), count(*) - count(session_key), count(user_pseudo_id) from marts.fct_page_views",
    )
    assert found == (len(views), silent, len(views) - silent)
    assert by_month(demo_build, "count(*)", "fct_page_views") == without_zeros(
        truth["web"]["page_views"]["by_month"]
    )


def test_a_row_exported_twice_counts_once(demo_build: Connection) -> None:
    rows = raw("ga4", "events")
    assert len(rows) > len(web.events()), "the demonstration no longer has a repeated row"
    assert one(demo_build, "select count(*) from staging.stg_ga4__events") == len(web.events())


def test_engagement_and_content(demo_build: Connection, truth: Truth) -> None:
    seconds = one(demo_build, "select sum(engagement_seconds) from marts.fct_sessions")
    assert float(seconds) == pytest.approx(truth["web"]["engagement_seconds"], abs=1e-6)
    content = one(demo_build, "select count(*) from marts.fct_page_views where is_content_page")
    assert content == truth["web"]["content_page_views"]
    goals = table(
        demo_build,
        "select event_name, count(*) from marts.fct_key_events where event_name <> 'purchase' group by 1",
    )
    assert goals == without_zeros(truth["web"]["events"])


def test_landing_pages_and_carts(demo_build: Connection, truth: Truth) -> None:
    found = one(
        demo_build,
        """
        select
            count(*) filter (where entered_on_landing_page),
            count(*) filter (where entered_on_landing_page and (has_form_submit or has_lead)),
            count(*) filter (where has_add_to_cart),
            count(*) filter (where has_add_to_cart and has_purchase)
        from marts.fct_sessions
        """,
    )
    names = ("landing_sessions", "landing_sessions_with_form", "cart_sessions", "cart_sessions_bought")
    assert found == tuple(truth["web"][name] for name in names)


def test_a_transaction_counts_once_where_it_was_sent_first(demo_build: Connection, truth: Truth) -> None:
    firsts = web.first_transactions()
    sent = [event for event in web.events() if event.name == "purchase" and event.transaction]
    assert len(sent) > len(firsts) == truth["web"]["transactions"]
    times = table(
        demo_build, "select transaction_id, times_sent from intermediate.int_ga4_purchases__deduplicated"
    )
    assert times == dict(Counter(event.transaction for event in sent))
    inside = sum(event.session is not None for event in firsts.values())
    unusable = sum(e.name == "purchase" and not e.transaction and e.session is not None for e in web.events())
    totals = one(demo_build, "select sum(transactions), sum(unusable_transactions) from marts.fct_sessions")
    assert totals == (inside, unusable)


def test_organic_conversions(demo_build: Connection, truth: Truth) -> None:
    found = one(
        demo_build,
        "select count(*) from marts.fct_key_events"
        " where channel = 'Organic Search' and key_event_type in ('lead', 'purchase')",
    )
    assert found == truth["web"]["organic_lead_events"] + truth["web"]["organic_purchases"]


def test_products_viewed_and_bought(demo_build: Connection, truth: Truth) -> None:
    for name, flag in (("product_view_sessions", "is_viewed"), ("product_sale_sessions", "is_bought")):
        found = table(
            demo_build, f"select product_id, count(*) from marts.fct_product_sessions where {flag} group by 1"
        )
        assert found == truth["web"][name], name


def test_nothing_falls_off_between_sessions_and_views(demo_build: Connection) -> None:
    inside, total = one(
        demo_build,
        "select (select sum(page_views) from marts.fct_sessions), count(session_key)"
        " from marts.fct_page_views",
    )
    assert inside == total


# ---------------------------------------------------------------- one export, three formats


def small_export() -> list[dict[str, Any]]:
    """The first events of the demonstration, nested as they are in Parquet and JSON; one row twice."""
    plain = ("event_date", "event_name", "user_pseudo_id", "user_id", "stream_id", "platform")
    rows = []
    for row in raw("ga4", "events")[:60]:
        read: dict[str, Any] = {name: row[name] or None for name in plain}
        read["event_timestamp"] = int(row["event_timestamp"])
        read |= {name: json.loads(row[name] or "null") for name in web.NESTED}
        rows.append(read)
    return [*rows, rows[-1]]


def write_csv(rows: list[dict[str, Any]], folder: Path) -> None:
    texts = [{k: json.dumps(v) if isinstance(v, list | dict) else v for k, v in row.items()} for row in rows]
    names = list(texts[0])
    pa_csv.write_csv(pa.table({n: pa.array([r[n] for r in texts]) for n in names}), folder / "events.csv")


def write_json(rows: list[dict[str, Any]], folder: Path) -> None:
    lines = [json.dumps({k: v for k, v in row.items() if v is not None}) for row in rows]
    (folder / "ga4_events.jsonl").write_text("\n".join(lines), encoding="utf-8")


def write_parquet(rows: list[dict[str, Any]], folder: Path) -> None:
    (folder / "events").mkdir()
    pq.write_table(pa.Table.from_pylist(rows[:30]), folder / "events" / "one.parquet")
    pq.write_table(pa.Table.from_pylist(rows[30:]), folder / "events" / "two.parquet")


def staged(folder: Path, model: str = "stg_ga4__events", columns: str = "*") -> list[tuple[Any, ...]]:
    """Builds the staged events from the files in `folder` and reads them back."""
    variables = {"raw_from": "files", "raw_path": str(folder / "raw")}
    run = dbt(folder, "run", "--select", model, variables=variables)
    assert run.returncode == 0, run.stdout[-3000:]
    with duckdb.connect(str(folder / "leadline.duckdb"), read_only=True) as connection:
        return connection.sql(f"select {columns} from staging.{model} order by event_key").fetchall()


def test_csv_json_and_parquet_give_the_same_events(tmp_path: Path) -> None:
    rows = small_export()
    found = []
    for write in (write_csv, write_json, write_parquet):
        folder = tmp_path / write.__name__
        (folder / "raw" / "ga4").mkdir(parents=True)
        write(rows, folder / "raw" / "ga4")
        found.append(staged(folder))
    distinct = {json.dumps(row, sort_keys=True) for row in rows}
    assert len(found[0]) == len(distinct) == len(rows) - 1
    assert found[0] == found[1] == found[2]


def test_an_event_exported_again_keeps_its_attribution(tmp_path: Path) -> None:
    """Google fills in the source up to three days later: the fuller row replaces the earlier one."""
    late = next(row for row in small_export() if row["session_traffic_source_last_click"])
    early = late | {"session_traffic_source_last_click": None}
    (tmp_path / "raw" / "ga4").mkdir(parents=True)
    write_json([early, late], tmp_path / "raw" / "ga4")
    found = staged(tmp_path)
    assert len(found) == 1
    source = late["session_traffic_source_last_click"]["cross_channel_campaign"]["source"]
    assert source in found[0]


FLATTENED = """\
_fivetran_id,_fivetran_synced,name,timestamp,user_pseudo_id,param_ga_session_id,is_intraday,bundle_sequence_id,\
geo_city,param_session_engaged,ecommerce_transaction_id
1,2026-07-10 23:00:00,purchase,2026-07-10 22:30:00,u1,7,true,1,early,,
2,2026-07-11 09:00:00,purchase,2026-07-10 22:30:00,u1,7,false,1,final,true,
3,2026-07-11 09:00:00,purchase,2026-07-10 22:30:00,u2,7,false,1,other,1,(not set)
4,2026-07-11 09:00:00,page_view,2026-01-10 22:30:00,,,false,2,none,0,
"""


def test_the_final_row_of_a_flattened_event_replaces_the_intraday_one(tmp_path: Path) -> None:
    """Two users at one moment are two events; a placeholder is no id; 22:30 UTC in July is tomorrow here."""
    (tmp_path / "raw" / "ga4").mkdir(parents=True)
    (tmp_path / "raw" / "ga4" / "fivetran_event_data.csv").write_text(FLATTENED, encoding="utf-8")
    columns = "city, date_day, session_key is null, is_session_engaged, transaction_id"
    summer, winter = dt.date(2026, 7, 11), dt.date(2026, 1, 10)
    assert set(staged(tmp_path, "stg_ga4__events_flattened", columns)) == {
        ("final", summer, False, True, None),
        ("other", summer, False, True, None),
        ("none", winter, True, False, None),
    }


def test_the_reference_lists_facebooks_hosts() -> None:
    listed = (ROOT / "seeds" / "reference" / "ref_source_categories.csv").read_text(encoding="utf-8")
    for host in ("facebook.com", "m.facebook.com", "l.facebook.com", "lm.facebook.com", "fb"):
        assert f"\n{host},social,facebook\n" in listed, host
