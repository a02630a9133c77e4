"""A small company for the command line: a manifest as dbt wrote it, and a database made by hand."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from leadline.cli.main import main

MINI = Path(__file__).parent / "mini"

TABLES = """
create table fct_ad_performance (
    ad_key varchar, channel varchar, date_day date, device varchar, clicks bigint, impressions bigint,
    cost decimal(18, 6)
);
insert into fct_ad_performance values
    ('a1', 'Paid Search', '2026-01-05', 'mobile', 100, 4000, 50),
    ('a2', 'Paid Search', '2026-01-20', 'desktop', 20, 1000, 30),
    ('a3', 'Paid Social', '2026-01-10', 'mobile', 30, 3000, 1160.5),
    ('a4', 'Paid Search', '2026-02-03', 'mobile', 60, 2000, 40),
    ('a5', null, '2026-02-04', 'mobile', 5, 100, 10);
create table fct_leads (lead_key varchar, channel varchar, date_day date);
insert into fct_leads values
    ('l1', 'Paid Search', '2026-01-06'), ('l2', 'Paid Search', '2026-01-07'),
    ('l3', 'Paid Search', '2026-01-21'), ('l4', 'Paid Search', '2026-01-31'),
    ('l5', null, '2026-02-10'), ('l6', null, '2026-02-11');
create table fct_reviews (review_id varchar, date_day date, kind varchar, size bigint);
create table dim_channel (channel varchar, channel_type varchar);
insert into dim_channel values ('Paid Search', 'paid'), ('Paid Social', 'paid'), ('Email', 'owned');
create table dim_date as
    select cast(day as date) as date_day
    from range(date '2025-01-01', date '2027-01-01', interval 1 day) as days(day);
create table dim_source (
    source varchar, is_connected boolean, tables_present varchar, row_count bigint,
    first_day date, last_day date, exported_at timestamp
);
insert into dim_source values
    ('google_ads', true, 'campaign_stats', 5, '2026-01-05', '2026-02-28', '2026-03-01 04:00:00'),
    ('meta_ads', false, null, 0, null, null, null),
    ('hubspot', true, 'contact', 6, '2026-01-06', '2026-02-20', '2026-02-28 04:00:00'),
    ('salesforce', false, null, 0, null, null, null),
    ('reviews', false, null, 0, null, null, null);
"""


@pytest.fixture(scope="session")
def mini_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # The stem is the catalog that the manifest names.
    path = tmp_path_factory.mktemp("mini") / "leadline.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(TABLES)
    return path


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str


Leadline = Callable[..., Run]


@pytest.fixture
def leadline(
    mini_database: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Leadline:
    """Runs the program in this process, on the small company."""
    for name in ("LEADLINE_LANG", "LEADLINE_DEBUG", "LEADLINE_CURRENCY", "DBT_TARGET_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADLINE_MANIFEST", str(MINI / "semantic_manifest.json"))
    monkeypatch.setenv("LEADLINE_DATABASE", str(mini_database))

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["leadline", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        written = capsys.readouterr()
        code = stopped.value.code
        return Run(int(code) if code is not None else 0, written.out, written.err)

    return run
