"""The published file in the hands of BI tools: clients of other versions, and other ways in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import adbc_driver_duckdb
import pytest
import sqlalchemy as sa
from adbc_driver_manager import dbapi

OLD_CLIENTS = ("1.1.3", "1.3.2")
ASKED = "select kpi.ctr(1200, 40000), (select count(*) from kpi.ctr_by('month', 'channel')) > 0"
READ = f"""
import json, sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
row = connection.execute({ASKED!r}).fetchone()
names = connection.execute(
    "select function_name from duckdb_functions() where schema_name = 'kpi' and function_type = 'table_macro'"
).fetchall()
counts = [connection.execute(f"select count(*) from kpi.{{name}}('month', '')").fetchone() for name, in names]
described = connection.execute(
    "select count(*) from duckdb_columns() where schema_name = 'marts' and comment is null"
).fetchone()
print(json.dumps([duckdb.__version__, list(row), len(counts), described[0]]))
"""


@pytest.mark.parametrize("version", OLD_CLIENTS)
def test_an_old_client_reads_every_table_and_every_kpi(
    published_file: Path, tmp_path: Path, version: str
) -> None:
    fetched = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"),
            *("--no-deps", "--only-binary", ":all:", "--dest", str(tmp_path), f"duckdb=={version}"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode != 0:
        pytest.skip(f"pip cannot fetch duckdb {version} here: {fetched.stderr.strip()[-200:]}")
    client = tmp_path / "client"
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        wheel.extractall(client)
    run = subprocess.run(
        [sys.executable, "-S", "-c", READ, str(published_file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(client)},
    )
    assert run.returncode == 0, run.stderr
    used, row, macros, undescribed = json.loads(run.stdout)
    assert (used, row, undescribed) == (version, [0.03, True], 0)
    assert macros >= 90


def test_sqlalchemy_reads_it(published_file: Path) -> None:
    engine = sa.create_engine(f"duckdb:///{published_file}", connect_args={"read_only": True})
    with engine.connect() as connection:
        assert connection.execute(sa.text(ASKED)).fetchall() == [(0.03, True)]
    found = sa.inspect(engine)
    assert "fct_orders" in found.get_table_names(schema="marts")
    assert "Orders of the shop" in str(found.get_table_comment("fct_orders", schema="marts")["text"])
    engine.dispose()


def test_adbc_reads_it(published_file: Path) -> None:
    opened = dbapi.connect(
        driver=adbc_driver_duckdb.driver_path(),
        entrypoint="duckdb_adbc_init",
        db_kwargs={"path": str(published_file), "access_mode": "READ_ONLY"},
    )
    with opened as connection, connection.cursor() as cursor:
        cursor.execute(ASKED)
        assert cursor.fetchall() == [(0.03, True)]
