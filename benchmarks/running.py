"""The statements of each engine over the same data: equal rows first, then times."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import statistics
import threading
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks.data import Sizes, connect, make
from benchmarks.definitions import Definitions
from benchmarks.execution import CASES, Case
from benchmarks.peers import Leadline, MetricFlow, missing

Rows = list[tuple[Any, ...]]

# seconds in which an engine has to give up once it is told to
GRACE = 30
# what takes less than this many seconds is run so many times as often, for a steady median
SHORT, OFTEN = 0.3, 5


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a statement: seconds by the clock, seconds of all cores, and rows or why there are none."""

    seconds: float
    cpu: float | None
    result: Rows | str


def run_all(folder: Path, sizes: Sizes, runs: int, timeout: float, only: str = "") -> dict[str, Any]:
    """For each case the median seconds of each engine, and whether its rows are those of the SQL by hand.

    The statements of a case are run in turn, so that whatever else the machine does meets all of them alike;
    seconds of the processor are what else the machine does leaves as they are.
    """
    path = folder / f"facts_{sizes.visits}_{sizes.orders}.duckdb"
    make(path, sizes)
    ours = Leadline(Definitions(), folder)
    theirs = MetricFlow(Definitions(), folder) if "metricflow" not in missing() else None
    found: dict[str, Any] = {}
    for case in CASES:
        if only not in case.name:
            continue
        statements = {"by hand": case.by_hand, "leadline": ours.sql(case.asked)}
        if theirs is not None:
            statements["metricflow"] = theirs.sql(case.asked)
        found[case.name] = _case(path, case, statements, runs, timeout)
    return found


def _case(path: Path, case: Case, statements: dict[str, str], runs: int, timeout: float) -> dict[str, Any]:
    kept: dict[str, list[Run]] = {name: [] for name in statements}
    failed: dict[str, str] = {}
    rows: dict[str, Rows] = {}
    engines = {name: Engine(path) for name in statements}
    rounds = runs + 1
    while rounds:
        rounds -= 1
        for name, statement in statements.items():
            # what takes long is run once, warm enough from the others
            if name in failed or (kept[name] and kept[name][0].seconds > timeout / 4):
                continue
            run = engines[name].run(statement, timeout)
            if isinstance(run.result, str):
                failed[name] = run.result
                continue
            if name in rows or run.seconds > timeout / 4:
                kept[name].append(run)
            elif name == "by hand" and run.seconds < SHORT:
                rounds = runs * OFTEN
            rows.setdefault(name, comparable(run.result))
    for engine in engines.values():
        engine.stop()
    return {
        name: {
            "seconds": _median([run.seconds for run in kept[name]]),
            "cpu_seconds": _median([run.cpu for run in kept[name] if run.cpu is not None]),
            "runs": len(kept[name]),
            "rows": len(rows[name]) if name in rows else None,
            "same_rows": rows.get(name) == rows.get("by hand") if name in rows else None,
            "failed": failed.get(name),
        }
        for name in statements
    }


def _median(values: list[float]) -> float | None:
    return round(statistics.median(values), 5) if values else None


class Engine:
    """A process of its own with a connection of its own: a statement that takes all memory ends only that."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, path), daemon=True)
        self._process.start()
        other.close()

    def run(self, statement: str, timeout: float) -> Run:
        """Run a statement there; it is stopped after `timeout` seconds."""
        begin = time.perf_counter()
        try:
            self._pipe.send((statement, timeout))
            if self._pipe.poll(timeout + GRACE):
                answer: Run = self._pipe.recv()
                return answer
            self._process.kill()
        except (EOFError, OSError):
            return Run(time.perf_counter() - begin, None, "the process was killed")
        return Run(time.perf_counter() - begin, None, f"stopped after {timeout:g} s")

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _serve(pipe: Any, path: Path) -> None:
    connection = connect(path)
    while True:
        statement, timeout = pipe.recv()
        pipe.send(timed(connection, statement, timeout))


def timed(connection: Any, statement: str, timeout: float) -> Run:
    """Run a statement in this process; a reason instead of rows is that time or memory ran out."""
    timer = threading.Timer(timeout, connection.interrupt)
    timer.start()
    begin, used = time.perf_counter(), time.process_time()
    try:
        result: Rows | str = connection.execute(statement).fetchall()
    except Exception as error:  # an engine that gives up is a result of the benchmark
        first = str(error).splitlines()[0] if str(error) else ""
        reason = f"stopped after {timeout:g} s" if "nterrupt" in f"{type(error).__name__}{first}" else first
        result = reason[:160]
    finally:
        timer.cancel()
    return Run(time.perf_counter() - begin, time.process_time() - used, result)


def comparable(rows: Rows) -> Rows:
    """Rows in an order of their own, with a midnight equal to its date and numbers to nine digits."""
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.9g}")
    return value
