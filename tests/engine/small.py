"""Small manifests and data for tests: definitions in a few words, tables from Python rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from leadline import Layer

Json = dict[str, Any]


def model(
    name: str,
    *,
    time: str | None = None,
    entities: Mapping[str, str] | None = None,
    dimensions: Sequence[str] = (),
    times: Mapping[str, str] | None = None,
    grain: str = "day",
    meta: Json | None = None,
    primary: str | None = None,
) -> Json:
    """A semantic model over the table of its name. `entities` maps names to types; names are columns."""
    all_times = {**({time: grain} if time else {}), **(times or {})}
    return {
        "name": name,
        "defaults": {"agg_time_dimension": time} if time else None,
        "node_relation": {"alias": name, "schema_name": "main", "relation_name": f"main.{name}"},
        "primary_entity": primary,
        "entities": [{"name": n, "type": kind} for n, kind in (entities or {}).items()],
        "dimensions": [
            *({"name": n, "type": "categorical"} for n in dimensions),
            *(
                {"name": n, "type": "time", "type_params": {"time_granularity": g}}
                for n, g in all_times.items()
            ),
        ],
        "config": {"meta": {"leadline": meta}} if meta else None,
    }


def simple(name: str, of: str, agg: str = "sum", expr: str | None = None, **more: Any) -> Json:
    """A metric over rows of the model `of`; more: where, fill, spine, non_additive, time, meta, params."""
    return {
        "name": name,
        "type": "simple",
        "type_params": {
            "metric_aggregation_params": {
                "semantic_model": of,
                "agg": agg,
                "agg_time_dimension": more.get("time"),
                "agg_params": more.get("params"),
                "non_additive_dimension": more.get("non_additive"),
            },
            "expr": expr or name,
            "fill_nulls_with": more.get("fill"),
            "join_to_timespine": more.get("spine", False),
        },
        "filter": where(more.get("where")),
        "config": {"meta": {"leadline": more["meta"]}} if "meta" in more else None,
    }


def where(condition: str | None) -> Json | None:
    """A filter block."""
    return {"where_filters": [{"where_sql_template": condition}]} if condition else None


def ratio(name: str, numerator: str, denominator: str) -> Json:
    """A ratio of two metrics."""
    params = {"numerator": {"name": numerator}, "denominator": {"name": denominator}}
    return {"name": name, "type": "ratio", "type_params": params}


def derived(name: str, expr: str, *inputs: str | Json) -> Json:
    """A metric calculated from others."""
    parts = [{"name": item} if isinstance(item, str) else item for item in inputs]
    return {"name": name, "type": "derived", "type_params": {"expr": expr, "metrics": parts}}


def cumulative(name: str, of: str, **how: Any) -> Json:
    """A metric accumulated over `window` (count, grain), from the start of `grain_to_date`, or all time."""
    window = how.pop("window", None)
    params = {"metric": {"name": of}, **how}
    if window:
        params["window"] = {"count": window[0], "granularity": window[1]}
    return {"name": name, "type": "cumulative", "type_params": {"cumulative_type_params": params}}


def offset(name: str, alias: str, count: int, grain: str) -> Json:
    """An input as it was `count` grains before."""
    return {"name": name, "alias": alias, "offset_window": {"count": count, "granularity": grain}}


def layer(models: list[Json], metrics: list[Json], saved: list[Json] | None = None) -> Layer:
    """A layer with a time spine by day in table `days`."""
    return Layer.from_document(document(models, metrics, saved))


def document(models: list[Json], metrics: list[Json], saved: list[Json] | None = None) -> Json:
    """A manifest with a time spine by day in table `days`."""
    spine = {
        "node_relation": {"alias": "days", "schema_name": "main", "relation_name": "main.days"},
        "primary_column": {"name": "day_start", "time_granularity": "day"},
    }
    return {
        "semantic_models": models,
        "metrics": metrics,
        "project_configuration": {"time_spines": [spine]},
        "saved_queries": saved or [],
    }


def database(tables: Mapping[str, tuple[str, Sequence[Sequence[Any]]]]) -> duckdb.DuckDBPyConnection:
    """Tables by name, each with its columns' types and its rows, and the time spine of 2023 to 2026."""
    con = duckdb.connect()
    con.execute(
        "create table days as select cast(range as date) as day_start "
        "from range(date '2023-01-01', date '2027-01-01', interval 1 day)"
    )
    for name, (columns, rows) in tables.items():
        con.execute(f"create table {name} ({columns})")
        if rows:
            con.executemany(f"insert into {name} values ({', '.join('?' * len(rows[0]))})", rows)
    return con


def ask(found: Layer, con: duckdb.DuckDBPyConnection, **request: Any) -> list[tuple[Any, ...]]:
    """The rows of a request, in a stable order; dates without their midnight."""
    rows = [
        tuple(_plain(v) for v in row.values()) for row in found.query(connection=con, **request).to_pylist()
    ]
    return sorted(rows, key=lambda row: tuple((value is None, str(value)) for value in row))


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        value = value.date()
    return value.isoformat() if isinstance(value, dt.date) else value
