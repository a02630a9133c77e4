"""The engine's side of a comparison: tables in DuckDB, rows in plain values, both answers as text."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import math
from pathlib import Path
from typing import Any

import duckdb

from leadline import Layer
from tests.differential.data import Table
from tests.differential.naive import Naive
from tests.differential.requests import Case

Json = dict[str, Any]


def fill(con: duckdb.DuckDBPyConnection, case: Case) -> None:
    """Make the tables anew, and the time spines."""
    days = [{"day_start": day, "season": season} for day, season in case.seasons.items()]
    hours = [
        {"hour_start": day + dt.timedelta(hours=hour)}
        for day in (case.seasons if case.by_hour else ())
        for hour in range(24)
    ]
    everything = {
        "days": Table({"day_start": "date", "season": "varchar"}, days),
        "hours": Table({"hour_start": "timestamp"}, hours),
        **case.tables,
    }
    for name, table in everything.items():
        columns = ", ".join(f"{column} {kind}" for column, kind in table.columns.items())
        con.execute(f"create or replace table {name} ({columns})")
        rows = [f"({', '.join(literal(row[column]) for column in table.columns)})" for row in table.rows]
        if rows:
            con.execute(f"insert into {name} values {', '.join(rows)}")


def literal(value: Any) -> str:
    """A value as DuckDB reads it."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"timestamp '{value}'" if isinstance(value, dt.datetime) else str(value)


def plain(value: Any) -> Any:
    """Decimals as floats, dates as their midnight."""
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime(value.year, value.month, value.day)
    return value


def order(row: tuple[Any, ...]) -> list[tuple[int, Any]]:
    """A key that sorts NULL, numbers, times and text."""
    found: list[tuple[int, Any]] = []
    for value in row:
        if value is None:
            found.append((0, 0))
        elif isinstance(value, bool | int | float):
            found.append((1, round(float(value), 6)))
        else:
            found.append((2, str(value)))
    return found


def agree(left: list[tuple[Any, ...]], right: list[tuple[Any, ...]], ordered: bool) -> bool:
    """Whether the rows are the same; as a multiset unless they are ordered."""
    if len(left) != len(right):
        return False
    if not ordered:
        left, right = sorted(left, key=order), sorted(right, key=order)
    return all(
        len(a) == len(b) and all(same(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(left, right, strict=True)
    )


def same(left: Any, right: Any) -> bool:
    """Equal values; floats to 1e-9."""
    numbers = (bool, int, float)
    if isinstance(left, numbers) and isinstance(right, numbers):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return bool(left == right)


def check(case: Case, con: duckdb.DuckDBPyConnection, work: Path) -> int:
    """Put every request of a case to both; the number of requests. `work` is where the manifest is
    written."""
    fill(con, case)
    work.write_text(json.dumps(case.manifest), encoding="utf-8")
    layer = Layer.load(work)
    naive = Naive(case.manifest, {name: table.rows for name, table in case.tables.items()}, case.seasons)
    for request in case.requests:
        right = naive.answer(request)
        sql = ""
        try:
            sql = layer.sql(**request)
            found = con.execute(sql)
            columns = [item[0] for item in found.description or ()]
            rows: Any = [tuple(plain(value) for value in row) for row in found.fetchall()]
        except Exception as error:  # whatever the engine raises is a finding, and is shown with its case
            raise AssertionError(
                report(case, request, sql, f"{type(error).__name__}: {error}", right)
            ) from error
        assert columns == _columns(request), columns
        if not agree(rows, right, "order_by" in request):
            raise AssertionError(report(case, request, sql, rows, right))
    return len(case.requests)


def _columns(request: Json) -> list[str]:
    names = [*request["group_by"], *request["metrics"]]
    return [f"{names[0]}__min", f"{names[0]}__max"] if request.get("min_max_only") else names


def report(case: Case, request: Json, sql: str, rows: Any, right: Any) -> str:
    """The case in full, without what the request does not touch."""
    used = _reached(case.manifest, request)
    lines = ["engine and naive evaluator disagree", f"request = {request!r}", "metrics:"]
    lines += [f"  {_short(m)}" for m in case.manifest["metrics"] if m["name"] in used]
    lines += ["models:", *(f"  {_short(m)}" for m in case.manifest["semantic_models"])]
    days = list(case.seasons)
    seasons = {s: min(d for d in days if case.seasons[d] == s) for s in case.seasons.values() if s}
    lines.append(f"spine: {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}, seasons from {seasons}")
    for name, table in case.tables.items():
        lines.append(f"table {name} ({', '.join(table.columns)}):")
        lines += [
            f"  {tuple(str(v) if isinstance(v, dt.date) else v for v in r.values())}" for r in table.rows
        ]
    lines += ["sql:", sql, "engine:", *_listed(rows), "naive:", *_listed(right)]
    return "\n".join(lines)


def _listed(rows: Any) -> list[str]:
    if isinstance(rows, str):
        return [f"  {rows}"]
    shown = [tuple(str(v) if isinstance(v, dt.date) else v for v in row) for row in sorted(rows, key=order)]
    return [f"  {row}" for row in shown[:80]] or ["  (no rows)"]


def _short(document: Any) -> Any:
    if isinstance(document, dict):
        return {
            k: _short(v)
            for k, v in document.items()
            if v is not None and v is not False and v != [] and k != "node_relation"
        }
    return [_short(item) for item in document] if isinstance(document, list) else document


def _reached(manifest: Json, request: Json) -> set[str]:
    text = {m["name"]: json.dumps(m) for m in manifest["metrics"]}
    found: set[str] = set()
    waiting = [*request["metrics"], *(n for n in text if f"'{n}'" in " ".join(request["where"]))]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [n for n in text if f'"{n}"' in text[name] or f'"{n}_measure"' in text[name]]
    return found
