"""Run the benchmarks: `python -m benchmarks.run`; `make bench` runs all and writes README.md again."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import report
from benchmarks.data import MEMORY, THREADS, Sizes
from benchmarks.generation import generate, whole_process
from benchmarks.measure import machine
from benchmarks.peers import PEERS, missing, versions
from benchmarks.running import run_all

HERE = Path(__file__).parent
RESULTS = HERE / "results"
PARTS = ("generation", "process", "execution")


def main(arguments: list[str] | None = None) -> None:
    """Measure what is asked for, keep it as JSON, and write the tables."""
    args = _arguments().parse_args(arguments)
    args.results.mkdir(parents=True, exist_ok=True)
    peers = [name for name in PEERS if name not in missing()]
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if "generation" in args.parts:
            _keep(args.results, "generation", {"milliseconds": generate(folder, peers, args.seconds)})
        if "process" in args.parts:
            _keep(args.results, "process", {"programs": whole_process(folder, peers, args.runs)})
        if "execution" in args.parts:
            for visits in args.visits:
                sizes = Sizes(visits, args.orders)
                cases = run_all(folder, sizes, args.runs, args.timeout, args.only)
                setting = {"visits": sizes.visits, "orders": sizes.orders, "threads": THREADS}
                _keep(
                    args.results,
                    f"execution_{visits}",
                    {**setting, "memory": MEMORY, "timeout_seconds": args.timeout, "cases": cases},
                )
    (args.readme or HERE / "README.md").write_text(report.readme(args.results), encoding="utf-8")


def _keep(results: Path, name: str, found: dict[str, Any]) -> None:
    """Write one part's results, so that a run that is stopped keeps what it has."""
    kept = {"date": dt.date.today().isoformat(), "versions": versions(), "machine": machine(), **found}
    path = results / f"{name}.json"
    path.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"{path}: written")


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    add = parser.add_argument
    add("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="what to measure")
    add("--visits", nargs="+", type=int, default=[5_000_000, 20_000_000], help="rows of visits")
    add("--orders", type=int, default=1_000_000, help="rows of orders")
    add("--runs", type=int, default=5, help="runs of a statement or a program")
    add("--seconds", type=float, default=1.0, help="how long a call in process is repeated")
    add("--timeout", type=float, default=120.0, help="seconds after which a statement is stopped")
    add("--only", default="", help="only execution cases whose name contains this")
    add("--folder", type=Path, help="keep the data here; it is made where it is not there yet")
    add("--results", type=Path, default=RESULTS, help="where the JSON goes")
    add("--readme", type=Path, help="where the tables go [benchmarks/README.md]")
    return parser


if __name__ == "__main__":
    main()
