"""A refresh of what changed gives what a whole build gives, in every table, row by row."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pytest

from leadline import Layer
from leadline.durable import swap_link
from leadline.refresh import dbt
from leadline.refresh.builds import Builds
from leadline.refresh.inputs import read_inputs
from leadline.refresh.published import update_published, write_published
from leadline.refresh.since import Since, _roots, since
from tests import warehouses
from tests.refresh import scenarios

LAST = dt.date(2026, 10, 31)
SCHEMAS = "('staging', 'intermediate', 'marts', 'reports')"


@dataclass(frozen=True)
class Builds3:
    """A build of the exports before, its refresh with those of a day more, and a whole build of both."""

    before: Path
    refreshed: Path
    whole: Path
    since: Since


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Builds3:
    folder = tmp_path_factory.mktemp("incremental")
    exports = folder / "exports"
    leadline("demo", "--out", exports, "--scale", 2, "--days", 90, "--end", LAST, "--format", "parquet")
    scenarios.write(exports, folder / "base", folder / "day", LAST)
    variables = {"raw_from": "landed", "raw_store": str(folder / "store")}
    kept = Builds(folder / "builds")
    land(folder, "base")
    first = kept.path(kept.begin().number)
    read_inputs(warehouses.ROOT, variables).keep(first)
    build(first / "warehouse", variables)
    (first / "target").symlink_to("warehouse/target")
    kept.keep(replace(kept.read(1), status="published"))
    swap_link(kept.folder / "current", "1")
    land(folder, "day")
    changed = since(kept, read_inputs(warehouses.ROOT, variables))
    assert isinstance(changed, Since), changed
    second = kept.path(kept.begin().number)
    wrong = [one for one in dbt.build(warehouses.ROOT, second, variables, changed.part) if one.is_critical]
    assert wrong == []
    build(folder / "whole", variables)
    return Builds3(dbt.warehouse(first), dbt.warehouse(second), folder / "whole" / "leadline.duckdb", changed)


def leadline(*arguments: object) -> None:
    command = [sys.executable, "-m", "leadline.cli", *map(str, arguments)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def land(folder: Path, name: str) -> None:
    leadline("land", folder / name, "--store", folder / "store")


def build(folder: Path, variables: dict[str, object]) -> None:
    folder.mkdir()
    run = warehouses.dbt(folder, "build", *warehouses.WITHOUT_TESTS, variables=variables)
    assert run.returncode == 0, run.stdout[-4000:]
    # A forked dbt ends before DuckDB has put its log into the file.
    duckdb.connect(str(folder / "leadline.duckdb")).close()


def differences(left: Path, right: Path, schemas: str = SCHEMAS) -> Iterator[tuple[str, int, int]]:
    """Tables with rows that only one of two files has, and how many; sums of doubles to nine decimals."""
    with duckdb.connect() as connection:
        for name, path in (("l", left), ("r", right)):
            connection.execute(f"attach '{path}' as {name} (read_only)")
        for schema, table in connection.execute(
            "select distinct schema_name, table_name from duckdb_tables() "
            f"where database_name in ('l', 'r') and schema_name in {schemas} order by all"
        ).fetchall():
            rows = {
                side: f'select {shown(connection, schema, table)} from {side}.{schema}."{table}"'
                for side in "lr"
            }
            only = [
                connection.execute(f"select count(*) from ({rows[a]} except all {rows[b]})").fetchall()[0][0]
                for a, b in ("lr", "rl")
            ]
            if any(only):
                yield f"{schema}.{table}", *only


def shown(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> str:
    columns = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = 'l' and schema_name = ? and table_name = ? order by column_index",
        [schema, table],
    ).fetchall()
    return ", ".join(f'round("{name}", 9)' if kind == "DOUBLE" else f'"{name}"' for name, kind in columns)


def test_every_table_equals_that_of_a_whole_build(builds: Builds3) -> None:
    assert list(differences(builds.refreshed, builds.whole)) == []


def test_the_change_touches_every_model_that_is_made_by_key(builds: Builds3) -> None:
    """Else the equality above says nothing of it; and rows that no change reaches are left alone."""
    with duckdb.connect(str(builds.refreshed), read_only=True) as connection:
        changed = {
            name: connection.execute(f'select count(*) from changes."{name}__rows"').fetchall()[0][0]
            for name in builds.since.part.keys.queries
        }
        keys, events = connection.execute(
            "select (select count(*) from changes.int_ga4_sessions__built__keys), "
            "(select count(*) from intermediate.int_ga4_sessions__built)"
        ).fetchall()[0]
    assert len(changed) >= 11
    assert [name for name, rows in changed.items() if not rows] == []
    assert keys < events / 5


def test_days_long_past_are_read_again_and_no_others(builds: Builds3) -> None:
    assert builds.since.days["ga4.events"] == tuple(
        str(LAST - dt.timedelta(days=days)) for days in (40, 1, 0)
    )


def test_the_file_to_publish_takes_over_what_did_not_change(builds: Builds3, tmp_path: Path) -> None:
    target = builds.before.parent.parent / "target"
    layer = Layer.load(target / "semantic_manifest.json")
    before, after = tmp_path / "before.duckdb", tmp_path / "after.duckdb"
    write_published(builds.before, before, layer, target / "manifest.json")
    update_published(builds.refreshed, before, after, builds.since.tables)
    assert list(differences(after, builds.whole, "('marts', 'reports')")) == []
    comments = (
        "select schema_name, table_name, comment from duckdb_tables() where comment is not null order by all"
    )
    macros = "select distinct function_name from duckdb_functions() where schema_name = 'kpi' order by all"
    with (
        duckdb.connect(str(before), read_only=True) as old,
        duckdb.connect(str(after), read_only=True) as new,
    ):
        for query in (comments, macros):
            assert new.execute(query).fetchall() == old.execute(query).fetchall()


def test_where_nothing_changed_nothing_is_built(builds: Builds3) -> None:
    """A word in a macro that looks like reading past dbt would make its models, and their readers, again."""
    manifest = json.loads((builds.before.parent / "target" / "manifest.json").read_text(encoding="utf-8"))
    unread: dict[str, set[str]] = {key: set() for key in manifest["nodes"]}
    assert _roots(manifest["nodes"], manifest["macros"], unread, frozenset()) == set()
