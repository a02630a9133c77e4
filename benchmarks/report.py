"""Results → README.md. Nothing in it is typed by hand but its words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_INTRODUCTION = """\
# Benchmarks

How fast Leadline is, beside the engines that a project would use in its place and beside SQL written by hand.
`make bench` measures everything again (about half an hour) and writes this file from `results/*.json`;
`python -m benchmarks.run --help` lists smaller runs. Absolute times belong to the machine that gave them;
compare within one table, whose rows were measured in one run, statement by statement in turn.

Peers: MetricFlow (dbt's own engine, read from the same semantic manifest, its command line left out because
loading dbt would only make it slower) and sidemantic (its Python engine, the same definitions in its own
format). What a peer can't express or finish is shown as such. Definitions are in `definitions.py`, data in
`data.py`, the SQL by hand in `execution.py`: the fastest statement that we found for each request, free to
use what only a person knows of the data (such as how few campaigns there are).
"""


def readme(results: Path) -> str:
    """The whole file, from the results that are there."""
    parts = [_INTRODUCTION, *_generation(results), *_process(results)]
    for path in sorted(results.glob("execution_*.json"), key=lambda found: int(found.stem.split("_")[1])):
        parts += _execution(json.loads(path.read_text()))
    for path in sorted(results.glob("landing_*.json"), key=lambda found: int(found.stem.split("_")[1])):
        parts += _landing(json.loads(path.read_text()))
    for path in sorted(results.glob("checks_*.json"), key=lambda found: int(found.stem.split("_")[1])):
        parts += _checks(json.loads(path.read_text()))
    return "\n".join(parts)


def _read(results: Path, name: str) -> dict[str, Any] | None:
    path = results / f"{name}.json"
    return json.loads(path.read_text()) if path.is_file() else None


def _measured(found: dict[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    machine = found["machine"]
    load = "/".join(str(value) for value in machine["load_average"])
    return f"Measured {found['date']} on {machine['cores']} cores, load average {load}; {versions}.\n"


def _table(headings: list[str], rows: list[list[str]]) -> str:
    rule = ["---", *["---:"] * (len(headings) - 1)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in (headings, rule, *rows))


def _generation(results: Path) -> list[str]:
    found = _read(results, "generation")
    if found is None:
        return []
    words = "Medians of the processor's time: one thread computes, so it is the clock's on an idle machine.\n"
    parts = ["## From a request to its SQL, in process and warm (ms)\n", words, _measured(found)]
    for size, engines in found["milliseconds"].items():
        requests = list(next(iter(engines.values())))
        rows = [[request, *(_ms(engines[name][request]) for name in engines)] for request in requests]
        parts += [f"### {size}\n", _table(["Request", *engines], rows)]
    return parts


def _ms(value: float | str) -> str:
    if isinstance(value, str):
        return "can't"
    return f"{value:.2f}" if value < 10 else f"{value:,.0f}"


def _process(results: Path) -> list[str]:
    found = _read(results, "process")
    if found is None:
        return []
    rows = [
        [name, f"{one['seconds']:.2f}", f"{one['cpu_seconds']:.2f}"]
        for name, one in found["programs"].items()
    ]
    words = "Start, load 100 metrics, print the SQL of one request, end.\n"
    return [
        "## The whole program, from the shell (s)\n",
        words,
        _measured(found),
        _table(["Engine", "Seconds", "of the processor"], rows),
    ]


def _execution(found: dict[str, Any]) -> list[str]:
    rows = []
    for name, engines in found["cases"].items():
        hand = engines["by hand"]
        cells = [name, _seconds(hand)]
        for engine in ("leadline", "metricflow"):
            one = engines.get(engine)
            if one is None:
                cells += ["not installed", "", ""]
            else:
                cells += [_seconds(one), _ratio(one, hand, "seconds"), _ratio(one, hand, "cpu_seconds")]
        rows.append(cells)
    compared = ["× by hand", "CPU × by hand"]
    return [
        f"## Execution over {found['visits']:,} visits and {found['orders']:,} orders (ms)\n",
        f"DuckDB with {found['threads']} threads and {found['memory']}; medians, each engine's statement in "
        "turn. Rows are compared first: a time stands only where they are those of the SQL by hand. CPU is "
        "the time of all cores in the statement's process, which other work on the machine changes less.\n",
        _measured(found),
        _table(["Request", "by hand", "leadline", *compared, "metricflow", *compared], rows),
    ]


_PEERS = ("read", "copy")
_JOBS = {
    "read": "DuckDB `read_csv`, every value",
    "copy": "DuckDB `read_csv` to Parquet",
    "land": "`leadline land`: typed, checked, accounted for, three raw tables",
}


def _landing(found: dict[str, Any]) -> list[str]:
    jobs, size = found["jobs"], found["bytes"]
    rows = [
        [
            words,
            f"{jobs[name]['seconds']:.1f}",
            f"{jobs[name]['processor_seconds']:.1f}",
            *(
                f"{jobs[name]['processor_seconds'] / jobs[peer]['processor_seconds']:.2f}"
                for peer in ("read", "copy")
            ),
            f"{size / jobs[name]['processor_seconds'] / 1e6:,.0f}",
            f"{jobs[name]['memory_mb']:,.0f}",
        ]
        for name, words in _JOBS.items()
    ]
    headings = [
        "Job",
        "s",
        "Processor s",
        "× read",
        "× to Parquet",
        "MB a processor second",
        "Most memory (MB)",
    ]
    return [
        f"## Landing a CSV of {size / 1e9:,.1f} GB\n",
        "Each job in a process of its own, in turn; medians; rows and sums are the same in all. On a machine "
        "that others use, processor time compares and time on the clock does not.\n",
        _measured(found),
        _table(headings, rows),
    ]


def _seconds(one: dict[str, Any]) -> str:
    if one["failed"]:
        return one["failed"].replace("|", "/")
    if not one["same_rows"]:
        return "other rows"
    return f"{one['seconds'] * 1000:,.0f}" if one["seconds"] >= 0.0995 else f"{one['seconds'] * 1000:.1f}"


def _ratio(one: dict[str, Any], hand: dict[str, Any], key: str) -> str:
    if one["failed"] or not one["same_rows"] or not one[key] or not hand[key]:
        return ""
    ratio = one[key] / hand[key]
    return f"{ratio:.2f}" if ratio < 10 else f"{ratio:,.0f}"


def _checks(found: dict[str, Any]) -> list[str]:
    machine_ = found["machine"]
    load = "/".join(str(value) for value in machine_["load_average"])
    hand = found["ways"]["one statement by hand"]
    rows = [
        [
            name,
            f"{way['seconds']:.2f}",
            f"{way['cpu_seconds']:.2f}",
            f"{way['cpu_seconds'] / hand['cpu_seconds']:.2f}",
            "yes" if way["same"] else "NO",
        ]
        for name, way in found["ways"].items()
    ]
    return [
        f"## {found['rules']} checks over {found['rows']:,} rows (s)\n",
        "Great Expectations' own import is left out. Alone, it scans the table once for each expectation.\n",
        f"Measured {found['date']} on {machine_['cores']} cores, load average {load}; "
        f"medians of {found['runs']} runs.\n",
        _table(["Way", "Seconds", "CPU seconds", "CPU × by hand", "Same rows found"], rows),
    ]
