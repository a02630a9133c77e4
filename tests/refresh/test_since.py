"""What a refresh builds again: nothing that did not change, and everything that might have."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline.durable import swap_link
from leadline.refresh import dbt
from leadline.refresh.builds import Builds
from leadline.refresh.inputs import Inputs, read_inputs
from leadline.refresh.keys import changed_keys
from leadline.refresh.since import Since, since

Node = dict[str, Any]


def model(name: str, code: str, reads: tuple[str, ...] = (), **config: Any) -> tuple[str, Node]:
    return f"model.p.{name}", {
        "unique_id": f"model.p.{name}",
        "name": name,
        "alias": name,
        "schema": "marts",
        "relation_name": f'"main"."{name}"',
        "resource_type": "model",
        "raw_code": code,
        "config": {"materialized": "table", **config},
        "depends_on": {"nodes": [f"model.p.{read}" for read in reads], "macros": []},
        "original_file_path": f"models/{name}.sql",
    }


NODES = dict(
    [
        model("stg_orders", "select * from {{ raw('shop', 'order') }}", materialized="view"),
        model("stg_visits", "select * from {{ raw('web', 'visit') }}", materialized="view"),
        model("fct_orders", "select * from {{ ref('stg_orders') }}", ("stg_orders",)),
        model("fct_visits", "select * from {{ ref('stg_visits') }}", ("stg_visits",)),
        model("report", "select * from {{ ref('fct_orders') }}", ("fct_orders",)),
        model("weather", "select * from read_csv('weather.csv')"),
        model("calendar", "select range as day from range(10)"),
    ]
)
MACROS: dict[str, Node] = {}
RAW = {"shop.order": {"a": ["2026-01-01", "2026-01-02"]}, "web.visit": {"v": ["2026-01-01"]}}


@pytest.fixture
def published(tmp_path: Path) -> Callable[..., Builds]:
    def made(before: Inputs, macros: dict[str, Node] | None = None, **record: Any) -> Builds:
        builds = Builds(tmp_path / "builds")
        build = builds.begin()
        folder = builds.path(build.number)
        before.keep(folder)
        dbt.warehouse(folder).parent.mkdir()
        dbt.warehouse(folder).touch()
        dbt.target(folder).mkdir()
        manifest = {"nodes": NODES, "macros": macros or MACROS}
        (dbt.target(folder) / "manifest.json").write_text(json.dumps(manifest))
        builds.keep(replace(build, status="published", **record))
        swap_link(builds.folder / "current", "1")
        return builds

    return made


def roots(found: Since | str) -> set[str]:
    assert isinstance(found, Since), found
    return set(found.part.roots)


def test_only_what_reads_a_changed_table_is_built_again(published: Callable[..., Builds]) -> None:
    now = {**RAW, "shop.order": {**RAW["shop.order"], "b": ["2026-01-03"]}}
    found = since(published(Inputs("c", RAW)), Inputs("c", now))
    # What dbt reads past us may have changed at any time.
    assert roots(found) == {"stg_orders", "weather"}
    assert isinstance(found, Since)
    assert set(found.tables) == {("marts", n) for n in ("stg_orders", "fct_orders", "report", "weather")}
    assert found.days == {"shop.order": ("2026-01-03",)}


def test_a_day_exported_again_is_the_only_one_that_changed(published: Callable[..., Builds]) -> None:
    """A usual mistake takes all days of the older file for changed, as it lost one of them."""
    before = Inputs("c", {"web.visit": {"old": ["2026-01-01", "2026-01-02", "2026-01-03"]}})
    now = Inputs("c", {"web.visit": {"old": ["2026-01-01", "2026-01-03"], "new": ["2026-01-02"]}})
    found = since(published(before), now)
    assert isinstance(found, Since)
    assert found.days == {"web.visit": ("2026-01-02",)}


def test_a_table_that_is_gone_or_new_counts_as_changed(published: Callable[..., Builds]) -> None:
    found = since(published(Inputs("c", {"web.visit": {"v": []}})), Inputs("c", {"shop.order": {"a": []}}))
    assert roots(found) == {"stg_orders", "stg_visits", "weather"}


@pytest.mark.parametrize(
    ("before", "now", "record", "reason"),
    [
        (Inputs("c", RAW), Inputs("d", RAW), {}, "definitions, code or settings"),
        (Inputs("c", None), Inputs("c", None), {}, "raw data in a schema"),
        (Inputs("c", RAW), Inputs("c", RAW), {"forced": "the board waits"}, "in spite of its checks"),
        (Inputs("c", RAW), Inputs("c", {**RAW, "web.visit": {"w": [""]}}), {}, "without a day"),
    ],
)
def test_everything_is_built_where_it_cannot_be_told(
    published: Callable[..., Builds], before: Inputs, now: Inputs, record: dict[str, Any], reason: str
) -> None:
    found = since(published(before, **record), now)
    assert isinstance(found, str)
    assert reason in found


def test_a_warehouse_that_was_not_closed_is_no_base(published: Callable[..., Builds]) -> None:
    """Its last tables are in the log beside it, which a copy of the file lacks."""
    builds = published(Inputs("c", RAW))
    dbt.warehouse(builds.path(1)).with_name("leadline.duckdb.wal").touch()
    found = since(builds, Inputs("c", RAW))
    assert isinstance(found, str)
    assert "not whole" in found


def test_a_macro_that_reads_files_makes_its_models_uncertain(published: Callable[..., Builds]) -> None:
    macro = {
        "package_name": "p",
        "name": "weather_of",
        "macro_sql": "from read_parquet('x')",
        "depends_on": {"macros": []},
    }
    calls = {
        **macro,
        "name": "outer",
        "macro_sql": "weather_of()",
        "depends_on": {"macros": ["m.weather_of"]},
    }
    builds = published(Inputs("c", RAW), {"m.weather_of": macro, "m.outer": calls})
    manifest = dbt.target(builds.path(1)) / "manifest.json"
    described = json.loads(manifest.read_text())
    described["nodes"]["model.p.calendar"]["depends_on"]["macros"] = ["m.outer"]
    manifest.write_text(json.dumps(described))
    assert roots(since(builds, Inputs("c", RAW))) == {"weather", "calendar"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, content in {
        "dbt_project.yml": "name: p\nvars: {raw_from: seeds}\n",
        "models/a.sql": "select '{{ env_var(\"SALT\") }}' from {{ raw('shop', 'order') }}",
        "macros/m.sql": "{% macro m() %}1{% endmacro %}",
        "seeds/raw/raw_shop__order.csv": "id\n1\n",
        "seeds/reference/channels.csv": "id\n1\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return folder


@pytest.mark.parametrize("name", ["models/a.sql", "macros/m.sql", "seeds/reference/channels.csv"])
def test_any_file_that_dbt_reads_is_code(project: Path, name: str) -> None:
    before = read_inputs(project, {})
    (project / name).write_text((project / name).read_text() + "\n")
    now = read_inputs(project, {})
    assert (now.code != before.code, now.raw) == (True, before.raw)


def test_raw_seeds_are_data(project: Path) -> None:
    before = read_inputs(project, {})
    (project / "seeds/raw/raw_shop__order.csv").write_text("id\n1\n2\n")
    now = read_inputs(project, {})
    assert (now.code, set(now.raw or {})) == (before.code, {"shop.order"})
    assert now.raw != before.raw


def test_variables_and_the_environment_that_models_name_are_code(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_inputs(project, {}).code
    assert read_inputs(project, {"time_zone": "UTC"}).code != before
    monkeypatch.setenv("UNRELATED", "1")
    assert read_inputs(project, {}).code == before
    monkeypatch.setenv("SALT", "other")
    assert read_inputs(project, {}).code != before


def test_a_project_without_raw_tables_is_told_apart_by_its_code(project: Path) -> None:
    (project / "dbt_project.yml").write_text("name: p\n")
    assert read_inputs(project, {}).raw == {}
    assert read_inputs(project, {"raw_from": "schema"}).raw is None


def test_files_tell_by_their_content_that_they_changed(project: Path) -> None:
    export = project / "exports/ga4/events.csv"
    export.parent.mkdir(parents=True)
    export.write_text("a\n1\n")
    files = {"raw_from": "files", "raw_path": "exports"}
    before = read_inputs(project, files)
    export.write_text("a\n1\n2\n")
    now = read_inputs(project, files)
    assert (now.code, set(now.raw or {}), now.raw != before.raw) == (before.code, {"ga4.*"}, True)


def by_key(key: str, of: str, changed_by: dict[str, Any], of_key: str | None = None) -> dict[str, Any]:
    spec = {"key": key, "of": of, "of_key": of_key or key, "changed_by": changed_by}
    return {"materialized": "incremental", "meta": {"by_key": spec}}


def keys_of(nodes: dict[str, Node], name: str, affected: set[str], statements: str) -> set[Any]:
    """The keys that the query for a model gives over tables as they are now, and before."""
    found = changed_keys(nodes, {f"model.p.{n}" for n in affected}, {}, (), {})
    with duckdb.connect() as connection:
        connection.execute("attach ':memory:' as before; create schema before.marts; create schema changes;")
        connection.execute(statements)
        rows = connection.execute(f"select distinct * from ({found.queries[name]})").fetchall()
    return {key for (key,) in rows}


def test_a_change_reaches_the_keys_that_the_model_says() -> None:
    nodes = dict(
        [
            model("pages", "", columns=()),
            model("visits", "", **by_key("visit", "raw", {})),
            model(
                "facts",
                "",
                ("pages", "visits"),
                **by_key(
                    "visit",
                    "visits",
                    {
                        "visits": "visit",
                        "pages": {
                            "columns": ["page", "is_landing"],
                            "keys": "select visit from present where page in (select page from changed)",
                        },
                    },
                ),
            ),
        ]
    )
    statements = """
        create table pages as
            select * from (values ('x', true, 2), ('y', false, 9)) as t(page, is_landing, seen);
        create table before.marts.pages as
            select * from (values ('x', false, 1), ('y', false, 1)) as t(page, is_landing, seen);
        create table visits as select 1 as visit;
        create table changes.visits__rows as select unnest([7, 8]) as visit;
        create table facts as select * from (values (1, 'x'), (2, 'y'), (3, 'x')) as t(visit, page);
    """
    # Page y was seen again, which no visit shows; x became a landing page: visits 1 and 3.
    assert keys_of(nodes, "facts", {"visits", "facts", "pages"}, statements) == {1, 3, 7, 8}
    assert keys_of(nodes, "facts", {"visits", "facts"}, statements) == {7, 8}


def test_a_table_that_nothing_is_said_of_reaches_every_key_if_it_changed() -> None:
    nodes = dict(
        [
            model("rates", ""),
            model("orders", ""),
            model("facts", "", ("rates", "orders"), **by_key("id", "orders", {"orders": "id"}, "id")),
        ]
    )
    same = """
        create table rates as select 1 as rate; create table before.marts.rates as select 1 as rate;
        create table orders as select unnest([1, 2]) as id;
        create table before.marts.orders as select unnest([1, 2]) as id;
        create table facts as select unnest([1, 2, 3]) as id;
    """
    everything = {"rates", "orders", "facts"}
    assert keys_of(nodes, "facts", everything, same) == set()
    other = same.replace("create table rates as select 1", "create table rates as select 2")
    assert keys_of(nodes, "facts", everything, other) == {1, 2, 3}


def test_no_change_is_of_the_keys_own_type() -> None:
    """Texts cannot be compared with the NULL of no type, which is an integer."""
    nodes = dict([model("facts", "", **by_key("id", "orders", {}))])
    statements = "create table facts as select 'a' as id"
    assert keys_of(nodes, "facts", {"facts"}, statements) == set()
    query = changed_keys(nodes, {"model.p.facts"}, {}, (), {}).queries["facts"]
    with duckdb.connect() as connection:
        connection.execute(statements)
        assert connection.execute(f"select * from facts where id in ({query})").fetchall() == []


def test_a_model_whose_raw_days_are_not_known_is_made_whole() -> None:
    nodes = dict([model("events", "", **by_key("day", "web.visit", {"web.visit": "days"}))])
    raw = {"model.p.events": {"web.visit"}}
    known = changed_keys(nodes, {"model.p.events"}, raw, ("web.visit",), {"web.visit": ("2026-01-02",)})
    assert known.days == {"web.visit": ("2026-01-02", "20260102")}
    assert known.whole == ()
    unknown = changed_keys(nodes, {"model.p.events"}, raw, ("web.visit",), {})
    assert (unknown.whole, unknown.queries) == (("events",), {})
