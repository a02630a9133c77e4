"""The published file: what it carries, what it must not, and that its macros give the defined numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from leadline import Layer, LeadlineError
from leadline.examples import examples_of
from leadline.refresh.published import write_published

ADDRESS = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
PHONE = r"\+\d{2,3}[ .-]?\d[\d .-]{7,}"


@pytest.fixture(scope="module")
def layer(manifest_path: Path) -> Layer:
    return Layer.load(manifest_path)


@pytest.fixture(scope="module")
def published(published_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published_file), read_only=True) as connection:
        yield connection


def test_it_holds_marts_reports_and_kpi_and_nothing_else(published: duckdb.DuckDBPyConnection) -> None:
    schemas = published.sql("select distinct schema_name from duckdb_tables() order by all").fetchall()
    assert schemas == [("kpi",), ("marts",), ("reports",)]


def test_old_clients_can_read_its_storage(published: duckdb.DuckDBPyConnection) -> None:
    tags = published.sql("select tags from duckdb_databases() where not internal").fetchone()
    assert tags is not None
    assert tags[0]["storage_version"].startswith("v1.0.0")


def test_every_table_and_column_is_described(published: duckdb.DuckDBPyConnection) -> None:
    assert not published.sql("select schema_name, table_name from duckdb_tables() where comment is null")
    assert not published.sql(
        "select table_name, column_name from duckdb_columns() where comment is null and not internal"
    )


def test_rows_are_those_of_the_build(
    published: duckdb.DuckDBPyConnection, demo_build: duckdb.DuckDBPyConnection
) -> None:
    tables = published.sql(
        "select schema_name || '.' || table_name from duckdb_tables() where schema_name <> 'kpi'"
    ).fetchall()
    assert len(tables) > 40
    for (name,) in tables:
        count = f"select count(*), bit_xor(hash(t)) from {name} as t"
        assert published.sql(count).fetchall() == demo_build.sql(count).fetchall(), name


def test_no_address_and_no_phone_number_is_in_it(published: duckdb.DuckDBPyConnection) -> None:
    columns = published.sql(
        "select schema_name || '.' || table_name, column_name from duckdb_columns()"
        " where data_type = 'VARCHAR' and not internal"
    ).fetchall()
    assert len(columns) > 100
    for table, column in columns:
        found = published.execute(
            f'select "{column}" from {table} where regexp_matches("{column}", $1)'
            f' or regexp_matches("{column}", $2) limit 1',
            [ADDRESS, PHONE],
        ).fetchall()
        assert not found, (table, column)


def _value(
    connection: duckdb.DuckDBPyConnection, layer: Layer, metric: str, given: Mapping[str, Any]
) -> float | None:
    """A metric by its macro, its inputs by theirs, down to the totals given. Raises KeyError without them."""
    if metric in given:
        return given[metric]
    definition = layer.metrics[metric]
    if not definition.inputs:
        raise KeyError(metric)
    arguments = [_value(connection, layer, used.name, given) for used in definition.inputs]
    marks = ", ".join(f"${place + 1}::double" for place in range(len(arguments)))
    row = connection.execute(f"select kpi.{metric}({marks})", arguments).fetchone()
    assert row is not None
    return row[0]


def test_macros_give_what_the_worked_examples_say(published: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    tried = 0
    for metric in layer.metrics.values():
        for example in examples_of(layer.manifest, metric):
            if metric.type not in ("ratio", "derived") or example.rows:
                continue
            try:
                value = _value(published, layer, metric.name, example.given)
            except KeyError:
                continue
            tried += 1
            expected = None if example.expect is None else pytest.approx(example.expect, rel=1e-9)
            assert value == expected, (metric.name, example.words)
    assert tried >= 100


def test_a_ratio_over_zero_has_no_value(published: duckdb.DuckDBPyConnection) -> None:
    assert published.sql("select kpi.ctr(1200, 40000), kpi.ctr(3, 0), kpi.ctr(null, 10)").fetchall() == [
        (0.03, None, None)
    ]


@pytest.mark.parametrize(
    ("metric", "grain", "dimension", "by_hand"),
    [
        (
            "ctr",
            "month",
            "channel",
            "select date_trunc('month', date_day), channel, sum(clicks) / nullif(sum(impressions), 0)"
            " from marts.fct_ad_performance group by all",
        ),
        (
            "revenue",
            "quarter",
            "",
            "select date_trunc('quarter', date_day), null, sum(revenue) from marts.fct_orders"
            " where is_valid group by all",
        ),
        (
            # Reach never adds up over time: a month has the rows that were reported for a month.
            "reach",
            "month",
            "",
            "select period_start, null, sum(reach) from marts.fct_ad_reach"
            " where reach_level = 'account' and period_grain = 'month' group by all",
        ),
        (
            "sessions",
            "day",
            "",
            "select date_day, null, count(*) from marts.fct_sessions group by all",
        ),
    ],
)
def test_table_macros_give_what_sql_by_hand_gives(
    published: duckdb.DuckDBPyConnection, metric: str, grain: str, dimension: str, by_hand: str
) -> None:
    macro = f"select period::date, group_value, value from kpi.{metric}_by('{grain}', '{dimension}')"
    rows = published.sql(f"{macro} order by all").fetchall()
    expected = published.sql(
        f"select a::date, b::varchar, c::double from ({by_hand}) as t (a, b, c) order by all"
    ).fetchall()
    assert len(rows) > 2
    assert [row[:2] for row in rows] == [row[:2] for row in expected]
    assert [row[2] for row in rows] == pytest.approx([row[2] for row in expected], rel=1e-9)


def test_what_a_macro_does_not_know_is_an_error_that_lists_the_choices(
    published: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(duckdb.Error, match=r"kpi\.ctr_by: grain is one of day, week.*dimension is one of ''"):
        published.sql("from kpi.ctr_by('month', 'chanel')").fetchall()


def test_definitions_carry_their_version(published: duckdb.DuckDBPyConnection, layer: Layer) -> None:
    public = [m.name for m in layer.metrics.values() if not m.is_private]
    rows = published.sql("select metric, version from kpi.definitions").fetchall()
    assert sorted(name for name, _ in rows) == sorted(public)
    assert len({version for _, version in rows}) == len(public)


def test_nothing_is_left_of_a_file_that_could_not_be_written(
    tmp_path: Path, manifest_path: Path, layer: Layer
) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"not a database")
    out = tmp_path / "leadline.duckdb"
    with pytest.raises(LeadlineError, match="refused a statement"):
        write_published(broken, out, layer, manifest_path.parent / "manifest.json")
    assert list(tmp_path.iterdir()) == [broken]


def test_a_file_that_is_there_is_not_overwritten(
    tmp_path: Path, database_path: Path, manifest_path: Path, layer: Layer
) -> None:
    out = tmp_path / "leadline.duckdb"
    out.write_bytes(b"mine")
    with pytest.raises(LeadlineError, match="exists already"):
        write_published(database_path, out, layer, manifest_path.parent / "manifest.json")
    assert out.read_bytes() == b"mine"


def _edited(manifest_path: Path, metric: str, **changes: Any) -> Layer:
    document = json.loads(manifest_path.read_text(encoding="utf-8"))
    for found in document["metrics"]:
        if found["name"] == metric:
            for key, value in changes.items():
                if key == "expr":
                    found["type_params"]["expr"] = value
                else:
                    found[key] = value
    return Layer.from_document(document)


def test_reports_and_macros_say_the_version_of_their_definitions(
    published: duckdb.DuckDBPyConnection, layer: Layer
) -> None:
    from leadline.versions import definition_version

    version = definition_version(layer.manifest, "romi")
    told = f"Version of the definition: {version}."
    rows = published.sql(
        "select column_name, comment from duckdb_columns()"
        " where schema_name = 'reports' and table_name = 'executive_overview'"
    ).fetchall()
    comments = dict(rows)
    assert comments["romi"].endswith(told)
    assert "Version of" not in comments["metric_time__month"]
    macros = published.sql(
        "select function_name, comment from duckdb_functions()"
        " where schema_name = 'kpi' and function_name in ('romi', 'romi_by')"
    ).fetchall()
    assert {name for name, _ in macros} == {"romi", "romi_by"}
    assert all(told in comment for _, comment in macros)


def test_a_version_follows_the_formula_and_not_the_words(manifest_path: Path, layer: Layer) -> None:
    from leadline.versions import definition_version

    before = definition_version(layer.manifest, "romi")
    words = _edited(manifest_path, "romi", description="Other words.", label="Other")
    assert definition_version(words.manifest, "romi") == before
    expr = layer.metrics["romi"].expr
    formula = _edited(manifest_path, "romi", expr=f"2 * ({expr})")
    assert definition_version(formula.manifest, "romi") != before
    assert definition_version(formula.manifest, "revenue") == definition_version(layer.manifest, "revenue")
