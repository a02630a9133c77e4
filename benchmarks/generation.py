"""How long each engine takes from a request to its SQL, in process and as a whole program."""

from __future__ import annotations

import compileall
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import leadline
from benchmarks.definitions import CORE_MODELS, REQUESTS, Definitions
from benchmarks.measure import median_ms
from benchmarks.peers import PEERS, write_manifest, write_sidemantic

SIZES: dict[str, Definitions] = {
    "100 metrics": Definitions(metrics=100, models=CORE_MODELS),
    "2,000 dimensions in 200 models": Definitions(metrics=100, models=200, dimensions=10),
}


def generate(folder: Path, peers: Iterable[str], seconds: float) -> dict[str, Any]:
    """Median milliseconds to load the definitions and to write the SQL of each request, warm, per engine.

    What an engine can't say is there with the first line of its error instead of a time.
    """
    found: dict[str, Any] = {}
    for size, definitions in SIZES.items():
        found[size] = {name: _peer(name, definitions, folder, seconds) for name in peers}
    return found


def _peer(name: str, definitions: Definitions, folder: Path, seconds: float) -> dict[str, Any]:
    kind = PEERS[name]
    load = median_ms(lambda: kind(definitions, folder), seconds=seconds, least=2)
    engine = kind(definitions, folder)
    times: dict[str, Any] = {"load": load}
    for request, asked in REQUESTS.items():
        try:
            engine.sql(asked)
        except Exception as error:  # a peer raises what it likes; it is shown, not hidden
            first = str(error).splitlines()[0] if str(error) else ""
            times[request] = f"{type(error).__name__}: {first}"[:160]
            continue
        times[request] = median_ms(lambda asked=asked: engine.sql(asked), seconds=seconds)
    return times


_METRICFLOW = """
from pathlib import Path
from benchmarks.definitions import REQUESTS, Definitions
from benchmarks.peers import MetricFlow
print(MetricFlow(Definitions(), Path({folder!r})).sql(REQUESTS["simple"]))
"""


def whole_process(folder: Path, peers: Iterable[str], runs: int) -> dict[str, dict[str, float]]:
    """Median seconds from the shell: start, load 100 metrics, print the SQL of the simple request, end.

    Programs are run in turn. MetricFlow's own command line loads dbt as well; here a script of a few lines
    does no more than needed.
    """
    # pip compiles what it installs, as it did the peers; this repository is installed as it lies here
    compileall.compile_dir(Path(leadline.__file__).parent, quiet=1)
    manifest = write_manifest(Definitions(), folder)
    models = write_sidemantic(Definitions(), folder).parent
    bin_folder = Path(sys.executable).parent
    commands = {
        "leadline": [
            str(bin_folder / "leadline"),
            *("sql", "visits", "--grain", "month", "--by", "visit__channel", "--manifest", str(manifest)),
        ],
        "metricflow": [sys.executable, "-c", _METRICFLOW.format(folder=str(folder))],
        "sidemantic": [
            str(bin_folder / "sidemantic"),
            *("query", "--dry-run", "--models", str(models), "--metric", "visits.visits"),
            *("--dimension", "visits.visited_on__month", "--dimension", "visits.channel"),
        ],
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in peers}
    for turn in range(runs + 1):
        for name, kept in times.items():
            begin, used = time.perf_counter(), _used()
            _run(commands[name])
            if turn:
                kept.append((time.perf_counter() - begin, _used() - used))
    return {
        name: {
            "seconds": round(statistics.median(wall for wall, _ in kept), 3),
            "cpu_seconds": round(statistics.median(cpu for _, cpu in kept), 3),
        }
        for name, kept in times.items()
    }


def _used() -> float:
    """Seconds of the processor that programs started here have taken so far."""
    found = resource.getrusage(resource.RUSAGE_CHILDREN)
    return found.ru_utime + found.ru_stime


def _run(command: list[str]) -> str:
    root = Path(__file__).parent.parent
    environment = {**os.environ, "PYTHONPATH": str(root), "DO_NOT_TRACK": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root, env=environment)
    if done.returncode != 0 or "select" not in done.stdout.lower():
        raise RuntimeError(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-400:]}")
    return done.stdout
