"""SQL by hand over the raw exports: no dbt, no macro, no model of ours.

`relations/` holds what several KPIs start from (orders that count, visits, leads), one table a file; `sql/`
one statement a KPI, which gives its value from `getvariable('first')` to `getvariable('last')`. Both read the
exports as committed, in schemas by source: `shopify.refund` is seeds/raw/shopify/raw_shopify__refund.csv.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds" / "raw"
# A device's name is two numbers with a point between, and no decimal number: its last digits would be lost.
DEVICE_COLUMNS = {"user_pseudo_id", "property_ga_client_id", "ga_client_id_c"}
STATEMENTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((HERE / "sql").glob("*.sql"))}


def exports() -> duckdb.DuckDBPyConnection:
    """A database in memory with every raw export, and the relations by hand in the order of their numbers."""
    connection = duckdb.connect()
    for path in sorted(SEEDS.rglob("*.csv")):
        source, _, table = path.stem.removeprefix("raw_").partition("__")
        header = path.open(encoding="utf-8").readline().strip().split(",")
        devices = dict.fromkeys(DEVICE_COLUMNS & set(header), "varchar")
        types = f", types = {devices}" if devices else ""
        connection.execute(f"create schema if not exists {source}")
        connection.execute(
            f'create table {source}."{table}" as '
            f"select * from read_csv('{path}', header = true, sample_size = -1{types})"
        )
    for path in sorted((HERE / "relations").glob("*.sql")):
        connection.execute(path.read_text(encoding="utf-8"))
    return connection


def by_hand(connection: duckdb.DuckDBPyConnection, kpi: str, first: dt.date, last: dt.date) -> float | None:
    """The KPI's value over these days, both counted."""
    connection.execute(f"set variable first = date '{first}'")
    connection.execute(f"set variable last = date '{last}'")
    rows = connection.execute(STATEMENTS[kpi]).fetchall()
    assert len(rows) == 1, f"{kpi}: one number is wanted, {len(rows)} rows came"
    value = rows[0][0]
    return None if value is None else float(value)
