"""GA4: reports below blocks of # lines, and files of the BigQuery export."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leadline.land.refusals import Refusal
from tests.land.formats.landing import landed, landed_all

ENGLISH = """# ----------------------------------------
# Reports snapshot
# Account: Demo
# Property: Shop
# ----------------------------------------
#
# All Users
# Start date: 20251015
# End date: 20251016
Nth day,Active users,New users
0000,1234,12
0001,1200,9

# Start date: 20251015
# End date: 20251016
Session primary channel group,Sessions,Engagement rate
Direct,2345,51.5%
Organic Search,56,7.25%

# Start date: 20251015
# End date: 20251016
Active users
1234
"""
FRENCH = """# ----------------------------------------
# Acquisition de trafic
# Compte : Démo
# Propriété : Boutique
# ----------------------------------------
#
# Tous les utilisateurs
# Date de début : 20251015
# Date de fin : 20251016
Date,Sessions,Revenu total
20251015,120,"1\u202f234,56"
20251016,80,"10,00"
"""


def test_every_table_of_a_snapshot_lands_whole() -> None:
    result = landed_all(ENGLISH)
    rows = result.table("ga4_reports.report_row", "_landed_line", "metric")
    assert {(r["property"], r["date_start"], r["date_end"]) for r in rows} == {
        ("Shop", dt.date(2025, 10, 15), dt.date(2025, 10, 16))
    }
    assert [
        (r["date"], r["dimension_names"], r["dimension_values"], r["metric"], r["value"]) for r in rows
    ] == [
        (dt.date(2025, 10, 15), "Nth day", "0000", "Active users", 1234.0),
        (dt.date(2025, 10, 15), "Nth day", "0000", "New users", 12.0),
        (dt.date(2025, 10, 16), "Nth day", "0001", "Active users", 1200.0),
        (dt.date(2025, 10, 16), "Nth day", "0001", "New users", 9.0),
        (None, "Session primary channel group", "Direct", "Engagement rate", 0.515),
        (None, "Session primary channel group", "Direct", "Sessions", 2345.0),
        (None, "Session primary channel group", "Organic Search", "Engagement rate", 0.0725),
        (None, "Session primary channel group", "Organic Search", "Sessions", 56.0),
        (None, None, None, "Active users", 1234.0),
    ]
    result.accounted(lines=23, accepted=5)


def test_french_reports_and_their_days() -> None:
    result = landed_all(FRENCH)
    rows = result.table("ga4_reports.report_row", "metric", "date")
    assert [(r["property"], r["date"], r["metric"], r["value"]) for r in rows] == [
        ("Boutique", dt.date(2025, 10, 15), "Revenu total", 1234.56),
        ("Boutique", dt.date(2025, 10, 16), "Revenu total", 10.0),
        ("Boutique", dt.date(2025, 10, 15), "Sessions", 120.0),
        ("Boutique", dt.date(2025, 10, 16), "Sessions", 80.0),
    ]


EVENT = {
    "event_date": "20260901",
    "event_timestamp": 1788220800000000,
    "event_name": "purchase",
    "event_params": [{"key": "ga_session_id", "value": {"string_value": None, "int_value": 77}}],
    "user_pseudo_id": "u.1",
    "device": {"category": "mobile"},
    "ecommerce": {"transaction_id": "T1", "purchase_revenue": 12.5},
    "stream_id": "9",
    "platform": "WEB",
}


def check(row: dict[str, object]) -> None:
    assert (row["event_date"], row["event_name"], row["user_pseudo_id"]) == ("20260901", "purchase", "u.1")
    assert row["event_timestamp"] == 1788220800000000

    def nested(name: str) -> object:
        value = row[name]
        return json.loads(value) if isinstance(value, str) else value

    assert nested("device")["category"] == "mobile"  # type: ignore[index]
    assert nested("ecommerce")["transaction_id"] == "T1"  # type: ignore[index]
    params = nested("event_params")
    assert params[0]["key"] == "ga_session_id"  # type: ignore[index]
    assert params[0]["value"]["int_value"] == 77  # type: ignore[index]


def test_events_as_json_lines() -> None:
    result = landed(json.dumps(EVENT) + "\n", name="events_20260901.jsonl")
    assert result.format == "ga4_events"
    (row,) = result.table("ga4.events")
    check(row)


def test_events_as_csv_with_json_text() -> None:
    flat = {k: json.dumps(v) if isinstance(v, list | dict) else str(v) for k, v in EVENT.items()}
    cells = ['"' + value.replace('"', '""') + '"' for value in flat.values()]
    result = landed(",".join(flat) + "\n" + ",".join(cells) + "\n", name="events_20260901.csv")
    (row,) = result.table("ga4.events")
    check(row)
    result.accounted(lines=2, accepted=1)


def test_events_as_parquet(tmp_path: Path) -> None:
    path = tmp_path / "events_20260901.parquet"
    pq.write_table(pa.Table.from_pylist([EVENT]), path)
    (row,) = landed(path).table("ga4.events")
    check(row)


def test_a_report_without_its_block_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        landed("Session primary channel group,Sessions\nDirect,12\n")
    assert refused.value.code in ("unrecognised", "missing-columns")


def test_an_exploration_says_its_days_in_one_line_and_its_total_behind_the_figures() -> None:
    text = """# ----------------------------------------
# Exploration
# Free form 1
# 20260901-20260907
# ----------------------------------------

Session source,Active users,Sessions
,1234,1500,Grand total
google,1000,1200
(direct),234,300
"""
    result = landed(text, account="Shop")
    rows = result.table("ga4_reports.report_row", "metric", "value")
    assert [
        (r["date_start"], r["date_end"], r["dimension_values"], r["metric"], r["value"]) for r in rows
    ] == [
        (dt.date(2026, 9, 1), dt.date(2026, 9, 7), "(direct)", "Active users", 234.0),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 7), "google", "Active users", 1000.0),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 7), "(direct)", "Sessions", 300.0),
        (dt.date(2026, 9, 1), dt.date(2026, 9, 7), "google", "Sessions", 1200.0),
    ]
    result.accounted(lines=10, accepted=2, totals=1)
