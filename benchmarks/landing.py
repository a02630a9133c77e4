"""Landing a large CSV beside DuckDB's own read_csv of the same file: time, processor time and memory.

`python -m benchmarks.landing --megabytes 5000` writes a report of campaigns by day as Google Ads gives it,
then takes turns, each in a process of its own: DuckDB reading every value (`read`), DuckDB writing it as
Parquet (`copy`), and landing, which decides encoding, delimiter, header, number and date formats on
evidence of the file, accounts for every line, checks every value, and writes the rows of three raw tables.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measure import machine

HERE = Path(__file__).parent
HEADER = b"Day,Campaign,Campaign ID,Currency code,Impr.,Clicks,Cost,Conversions,Conv. value,Avg. CPC\n"
CAMPAIGNS, DAYS, BLOCK = 400, 730, 200_000
JOBS = ("read", "copy", "land")


def write(path: Path, megabytes: int) -> int:
    """A report of about that size; gives its rows. The same size gives the same bytes."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    draw = np.random.default_rng(1)
    names = np.array([f"FR | Search | Brand {i} - exact" for i in range(CAMPAIGNS)])
    days = np.array([str(np.datetime64("2024-01-01") + i) for i in range(DAYS)])
    rows = 0
    with path.open("wb") as target:
        target.write(HEADER)
        while target.tell() < megabytes * 1_000_000:
            campaign = draw.integers(0, CAMPAIGNS, BLOCK)
            clicks, cost = draw.integers(0, 900, BLOCK), np.round(draw.random(BLOCK) * 500, 2)
            columns = {
                "day": days[draw.integers(0, DAYS, BLOCK)],
                "campaign": names[campaign],
                "id": (campaign + 20_000_000_000).astype(str),
                "currency": np.full(BLOCK, "EUR"),
                "impressions": draw.integers(0, 90_000, BLOCK),
                "clicks": clicks,
                "cost": cost,
                "conversions": np.round(draw.random(BLOCK) * 5, 6),
                "value": np.round(draw.random(BLOCK) * 900, 2),
                "cpc": np.round(cost / np.maximum(clicks, 1), 2),
            }
            options = csv.WriteOptions(include_header=False, quoting_style="none")
            csv.write_csv(pa.table(columns), target, options)
            rows += BLOCK
    return rows


def job(name: str, path: Path, folder: Path) -> dict[str, Any]:
    """One job in this process: rows, sums, seconds, processor seconds and the most memory, in MB."""
    begin, before = time.perf_counter(), _processor()
    found = {"read": _read, "copy": _copy, "land": _land}[name](path, folder)
    return {
        **found,
        "seconds": time.perf_counter() - begin,
        "processor_seconds": _processor() - before,
        "memory_mb": _most_memory(),
    }


def _most_memory() -> float:
    """The most that this program held, in MB; ru_maxrss would count what its parent held at its start."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("the system does not say how much memory a program held at most")


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _read(path: Path, folder: Path) -> dict[str, Any]:
    import duckdb

    # A sum of hashes needs every value as its type; count(*) alone would let DuckDB skip most of them.
    columns = duckdb.connect().execute(f"describe select * from read_csv('{path}')").fetchall()
    hashes = ", ".join(f'max(hash("{row[0]}"))' for row in columns)
    row = duckdb.connect().execute(f"select count(*), sum(Cost), {hashes} from read_csv('{path}')").fetchone()
    assert row is not None
    return {"rows": row[0], "cost": round(row[1], 2)}


def _copy(path: Path, folder: Path) -> dict[str, Any]:
    import duckdb

    made = folder / "copied.parquet"
    duckdb.connect().execute(f"copy (select * from read_csv('{path}')) to '{made}' (format parquet)")
    row = duckdb.connect().execute(f"select count(*), sum(Cost) from '{made}'").fetchone()
    assert row is not None
    return {"rows": row[0], "cost": round(row[1], 2)}


def _land(path: Path, folder: Path) -> dict[str, Any]:
    import duckdb

    from leadline.land.convert import Context, convert
    from leadline.land.formats import FORMATS
    from leadline.land.reading import ReadOptions, read_file
    from leadline.land.recognise import recognise

    (table,) = read_file(path, ReadOptions(), FORMATS)
    context = Context(file="0" * 64, exported_at=dt.datetime(2026, 11, 1), account="1")
    made = convert(table, recognise(table, FORMATS), context, folder)
    assert made.accounting.exact
    stats = next(one for one in made.targets if one.table == "campaign_stats")
    row = duckdb.connect().execute(f"select count(*), sum(cost_micros) from '{stats.path}'").fetchone()
    assert row is not None
    return {"rows": row[0], "cost": round(row[1] / 1e6, 2), "lines": made.accounting.lines}


def measure(path: Path, runs: int) -> dict[str, list[dict[str, Any]]]:
    """Every job so many times, in turn, each in a process of its own and an empty folder."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in JOBS}
    for _ in range(runs):
        for name in JOBS:
            with tempfile.TemporaryDirectory(dir=path.parent) as folder:
                command = [sys.executable, "-m", "benchmarks.landing", "--job", name, "--file", str(path)]
                done = subprocess.run(
                    [*command, "--folder", folder],
                    check=True,
                    capture_output=True,
                    text=True,
                    cwd=HERE.parent,
                )
            found[name].append(json.loads(done.stdout))
            print(name, done.stdout.strip(), file=sys.stderr)
    return found


def summary(found: dict[str, list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Medians of a job's runs; rows and sums must agree between all."""
    said = {(run["rows"], run["cost"]) for runs in found.values() for run in runs}
    assert len(said) == 1, said
    keys = ("seconds", "processor_seconds", "memory_mb")
    return {
        name: {key: statistics.median(run[key] for run in runs) for key in keys}
        for name, runs in found.items()
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure, and keep what was found as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.landing", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200, help="size of the file")
    parser.add_argument("--runs", type=int, default=3, help="how often each job runs")
    parser.add_argument("--folder", type=Path, help="where the file is written (kept there for the next run)")
    parser.add_argument("--results", type=Path, default=HERE / "results", help="where results are kept")
    parser.add_argument("--job", choices=JOBS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args(arguments)
    if args.job:
        print(json.dumps(job(args.job, args.file, args.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"landing_{args.megabytes}.csv"
        if not path.is_file():
            write(path, args.megabytes)
        found = summary(measure(path, args.runs))
        kept = {
            "date": dt.date.today().isoformat(),
            "versions": _versions(),
            "machine": machine(),
            "bytes": path.stat().st_size,
            "runs": args.runs,
            "jobs": found,
        }
    args.results.mkdir(parents=True, exist_ok=True)
    target = args.results / f"landing_{args.megabytes}.json"
    target.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"{target}: written")


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("leadline", "duckdb", "pyarrow")}


if __name__ == "__main__":
    main()
