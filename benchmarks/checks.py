"""Checks over millions of rows: ours, one statement by hand, and Great Expectations alone.

`python -m benchmarks.checks --rows 10000000` keeps results/checks_<rows>.json and writes README.md again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import report
from benchmarks.measure import machine
from leadline.check.quality.measure import measure
from leadline.check.quality.rule import Rule
from leadline.check.quality.suite import validate

HERE = Path(__file__).parent
RELATION = "marts.ads"
# What each rule forbids; as many as the pass by hand that the aim was measured with.
CONDITIONS = {
    "day_is_there": "date_day is null",
    "day_is_past": "date_day > date '2026-12-31'",
    "platform_is_known": "platform not in ('google_ads', 'meta_ads', 'linkedin_ads')",
    "account_is_there": "account_id is null",
    "campaign_is_there": "campaign_key is null",
    "campaign_is_a_key": "not regexp_full_match(campaign_key, '[0-9a-f]{32}')",
    "impressions_are_counts": "impressions < 0",
    "clicks_are_counts": "clicks < 0",
    "clicks_of_impressions": "clicks > impressions",
    "cost_is_positive": "cost < 0",
    "cost_has_clicks": "cost > 0 and impressions = 0",
    "conversions_are_positive": "conversions < 0",
    "no_address": "regexp_matches(campaign_name, '[A-Za-z0-9._+-]+@[A-Za-z0-9-]+[.][A-Za-z]{2,}')",
}


def main(arguments: list[str] | None = None) -> None:
    """Measure in turns, compare what was found, keep medians."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.checks", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--results", type=Path, default=HERE / "results")
    parser.add_argument("--readme", type=Path, default=HERE / "README.md")
    parser.add_argument("--without-native", action="store_true", help="leave out a scan an expectation")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = run(Path(folder), args.rows, args.runs, native=not args.without_native)
    args.results.mkdir(parents=True, exist_ok=True)
    kept = {"date": dt.date.today().isoformat(), "machine": machine(), "rows": args.rows, **found}
    (args.results / f"checks_{args.rows}.json").write_text(json.dumps(kept, indent=1) + "\n")
    args.readme.write_text(report.readme(args.results), encoding="utf-8")


def run(folder: Path, rows: int, runs: int, *, native: bool) -> dict[str, Any]:
    """Seconds of the clock and of the processor for each way, medians; all must find the same rows wrong."""
    file = folder / "leadline.duckdb"
    _data(file, rows)
    import great_expectations  # noqa: F401 - loading it is measured by nobody here: it is the same for all

    ways: dict[str, Callable[[], list[int]]] = {
        "one statement by hand": lambda: _by_hand(file),
        "leadline, counts only": lambda: _ours(file, folder, validated=False),
        "leadline, as results of Great Expectations": lambda: _ours(file, folder, validated=True),
    }
    if native:
        # A copy: it leaves its connection open, and DuckDB lets one file have one configuration.
        copy = Path(shutil.copyfile(file, folder / "alone.duckdb"))
        ways["Great Expectations alone"] = lambda: _native(copy)
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    answers: dict[str, list[int]] = {}
    for _ in range(runs):
        for name, way in ways.items():
            clock, processor = time.perf_counter(), time.process_time()
            answers[name] = way()
            times[name].append((time.perf_counter() - clock, time.process_time() - processor))
    expected = answers["one statement by hand"]
    return {
        "rules": len(CONDITIONS),
        "runs": runs,
        "ways": {
            name: {
                "seconds": round(statistics.median(t[0] for t in pairs), 3),
                "cpu_seconds": round(statistics.median(t[1] for t in pairs), 3),
                "same": answers[name] == expected,
            }
            for name, pairs in times.items()
        },
    }


def _data(file: Path, rows: int) -> None:
    with duckdb.connect(str(file), config={"threads": 2}) as connection:
        connection.execute("create schema marts")
        connection.execute(
            f"""
            create table {RELATION} as
            select
                date '2024-01-01' + cast(i % 730 as integer) as date_day,
                ['google_ads', 'meta_ads', 'linkedin_ads'][i % 3 + 1] as platform,
                'account ' || (i % 7) as account_id,
                md5('campaign ' || (i % 400)) as campaign_key,
                'Campaign ' || (i % 400) || case when i = 77 then ' for ana@example.com' else '' end
                    as campaign_name,
                i % 1000 as impressions,
                case when i = 5 then 2000 else (i % 1000) // 20 end as clicks,
                (i % 1000) / 40.0 as cost,
                (i % 1000) / 500.0 as conversions
            from range({rows}) as t (i)
            """
        )


def _rules() -> list[Rule]:
    return [
        Rule(f"bench.{name}", "validity", "critical", RELATION, name, "look", failing=condition)
        for name, condition in CONDITIONS.items()
    ]


def _by_hand(file: Path) -> list[int]:
    counts = ", ".join(f"count(*) filter (where {condition})" for condition in CONDITIONS.values())
    with duckdb.connect(str(file), read_only=True, config={"threads": 2}) as connection:
        row = connection.execute(f"select {counts} from {RELATION}").fetchone()
    return list(row or ())


def _ours(file: Path, folder: Path, *, validated: bool) -> list[int]:
    with duckdb.connect(str(file), read_only=True, config={"threads": 2}) as connection:
        checked = measure(connection, _rules())
    if not validated:
        return [one.failing for one in checked]
    results = validate(checked, folder)["results"]
    found = {
        one["expectation_config"]["kwargs"]["column"]: one["result"]["observed_value"] for one in results
    }
    return [int(found[f"bench.{name}"]) for name in CONDITIONS]


def _native(file: Path) -> list[int]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        engine = {"isolation_level": "AUTOCOMMIT", "pool_reset_on_return": None}
        source = context.data_sources.add_sql(
            "bench",
            connection_string=f"duckdb:///{file}",
            kwargs={**engine, "skip_autocommit_rollback": True, "connect_args": {"read_only": True}},
        )
        asset = source.add_table_asset(name="ads", table_name="ads", schema_name="marts")
        batch = asset.add_batch_definition_whole_table("all")
        suite = gx.ExpectationSuite(
            name="bench",
            expectations=[
                gx.expectations.UnexpectedRowsExpectation(
                    # Great Expectations fills in braces, so those of a pattern are doubled.
                    unexpected_rows_query="select * from {batch} where "
                    + condition.replace("{", "{{").replace("}", "}}")
                )
                for condition in CONDITIONS.values()
            ],
        )
        context.suites.add(suite)
        definition = gx.ValidationDefinition(name="bench", data=batch, suite=suite)
        context.validation_definitions.add(definition)
        results = definition.run().to_json_dict()["results"]
    return [int(one["result"]["observed_value"]) for one in results]


if __name__ == "__main__":
    main()
