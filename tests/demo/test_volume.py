"""The same company as Parquet, at sizes that need more than one block of people, in flat memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.demo import write
from leadline.demo.plan import BLOCK, PEOPLE
from leadline.demo.schema import CONTRACT

MORE_THAN_A_BLOCK = 1.02 * BLOCK / PEOPLE


def relation(folder: Path, source: str, table: str) -> str:
    path = folder / source / table
    return f"read_parquet('{path}/**/*.parquet')" if path.is_dir() else f"read_parquet('{path}.parquet')"


def test_parquet_holds_the_same_rows_as_csv(tmp_path: Path, raw: duckdb.DuckDBPyConnection) -> None:
    summary = write(tmp_path, format="parquet")
    cursor = raw.cursor()
    for source, tables in CONTRACT.items():
        for table in tables:
            if (source, table) == ("ga4", "events"):
                continue
            columns = [r[0] for r in cursor.execute(f"describe {source}__{table}").fetchall()]
            picked = ", ".join(f'"{c}"' for c in columns)
            parquet = f"select {picked} from {relation(tmp_path, source, table)}"
            csv = f"select {picked} from {source}__{table}"
            assert (
                cursor.execute(
                    f"({parquet} except all {csv}) union all ({csv} except all {parquet})"
                ).fetchall()
                == []
            )
            assert cursor.execute(f"select count(*) from ({parquet})").fetchall() == [
                (summary.rows[f"{source}.{table}"],)
            ]


def test_nested_columns_are_nested_in_parquet_and_text_in_csv(
    tmp_path: Path, raw: duckdb.DuckDBPyConnection
) -> None:
    write(tmp_path, format="parquet")
    cursor = raw.cursor()
    nested = f"""
        select event_date, event_name, event_timestamp, user_id, user_pseudo_id, device.browser,
            list_transform(event_params, x -> x.key), list_filter(event_params, x -> x.key =
            'page_location')[1].value.string_value,
            session_traffic_source_last_click.cross_channel_campaign.source, items[1].item_id,
            ecommerce.purchase_revenue
        from {relation(tmp_path, "ga4", "events")}
    """
    text = """
        select event_date, event_name, event_timestamp, user_id, user_pseudo_id, device ->> '$.browser',
            from_json(event_params, '[{"key": "VARCHAR"}]').list_transform(x -> x.key),
            (select any_value(p.value ->> '$.string_value') from (select unnest(from_json(event_params,
            '[{"key": "VARCHAR", "value": "JSON"}]')) as p) where p.key = 'page_location'),
            session_traffic_source_last_click ->> '$.cross_channel_campaign.source', items ->> '$[0].item_id',
            cast(ecommerce ->> '$.purchase_revenue' as double)
        from ga4__events
    """
    assert (
        cursor.execute(f"({nested} except all {text}) union all ({text} except all {nested})").fetchall()
        == []
    )


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large")
    steps: list[tuple[int, int, str]] = []
    write(folder, scale=MORE_THAN_A_BLOCK, format="parquet", progress=lambda *step: steps.append(step))
    assert steps[-1][:2] == (3, 3)
    return folder


@pytest.mark.slow
def test_several_blocks_are_one_company(large: Path) -> None:
    truth: dict[str, Any] = json.loads((large / "truth.json").read_text(encoding="utf-8"))
    connection = duckdb.connect()

    def one(sql: str) -> Any:
        row = connection.execute(sql).fetchone()
        assert row is not None
        return row[0]

    order = relation(large, "shopify", "order")
    assert one(f"select count(*) - count(distinct id) from {order}") == 0
    assert one(f"select count(*) - count(distinct name) from {order}") == 0
    for source, table in (("shopify", "customer"), ("mailchimp", "member"), ("salesforce", "lead")):
        assert one(f"select count(*) - count(distinct id) from {relation(large, source, table)}") == 0
    valid = f"from {order} where cancelled_at is null and not test"
    assert one(f"select count(*) {valid}") == truth["sales"]["purchases"]["total"]
    assert (
        one(f"select round(sum(subtotal_price - total_tax), 2) {valid}")
        == truth["sales"]["order_value"]["total"]
    )
    events = relation(large, "ga4", "events")
    session = "list_filter(event_params, x -> x.key = 'ga_session_id')[1].value.int_value"
    assert (
        one(
            f"select count(distinct (user_pseudo_id, {session})) from {events} where user_pseudo_id is"
            f" not null"
        )
        == (truth["web"]["sessions"]["total"])
    )
    assert (
        one(f"select count(distinct user_pseudo_id) from {events}")
        == truth["web"]["unique_visitors"]["total"]
    )
    views = (
        f"select count(distinct (event_timestamp, user_pseudo_id, event_bundle_sequence_id)) from {events}"
    )
    assert one(f"{views} where event_name = 'page_view'") <= truth["web"]["page_views"]["total"]
    report = relation(large, "mailchimp", "campaign_report")
    assert one(f"select sum(emails_sent) from {report}") == truth["sales"]["email"]["newsletters"]["sent"]
    assert len(truth["people"]) == truth["identities"]["listed"] <= 5_000
    assert not truth["identities"]["is_everyone"]


@pytest.mark.slow
def test_large_tables_are_partitioned_by_local_month(large: Path) -> None:
    months = sorted(p.name for p in (large / "ga4" / "events").iterdir())
    assert months[0] == "month=2025-09"
    assert months[-1] == "month=2026-10"
    assert len(months) == 14
    wrong = duckdb.sql(
        f"select count(*) from read_parquet('{large}/ga4/events/**/*.parquet', hive_partitioning=true)"
        " where replace(month, '-', '') <> left(event_date, 6)"
    ).fetchall()
    assert wrong == [(0,)]


PEAK = """
import resource, sys
from leadline.demo import write
write(sys.argv[1], scale=float(sys.argv[2]), format="parquet")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(peak // 1024 if sys.platform == "darwin" else peak)
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_people(tmp_path: Path) -> None:
    """Four blocks of people take no more memory than one and a fraction."""
    peaks = []
    for scale in (0.99 * BLOCK / PEOPLE, 3.99 * BLOCK / PEOPLE):
        done = subprocess.run(
            [sys.executable, "-c", PEAK, str(tmp_path / f"{scale:.0f}"), str(scale)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        peaks.append(int(done.stdout))
    assert peaks[1] < 1.35 * peaks[0]
