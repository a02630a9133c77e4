"""The statements of each engine over the same data: equal rows first, then times."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import statistics
import threading
import time
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


def run_all(folder: Path, sizes: Sizes, runs: int, timeout: float, only: str = "") -> dict[str, Any]:
    """For each case the median seconds of each engine, and whether its rows are those of the SQL by hand.

    The statements of a case are run in turn, so that whatever else the machine does meets all of them alike.
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
    times: dict[str, list[float]] = {name: [] for name in statements}
    failed: dict[str, str] = {}
    rows: dict[str, Rows] = {}
    engines = {name: Engine(path) for name in statements}
    for run in range(runs + 1):
        for name, statement in statements.items():
            # what takes long is run once, warm enough from the others
            if name in failed or (times[name] and times[name][0] > timeout / 4):
                continue
            seconds, result = engines[name].run(statement, timeout)
            if isinstance(result, str):
                failed[name] = result
                continue
            if run or seconds > timeout / 4:
                times[name].append(seconds)
            rows.setdefault(name, comparable(result))
    for engine in engines.values():
        engine.stop()
    return {
        name: {
            "seconds": round(statistics.median(times[name]), 5) if times[name] else None,
            "runs": len(times[name]),
            "rows": len(rows[name]) if name in rows else None,
            "same_rows": rows.get(name) == rows.get("by hand") if name in rows else None,
            "failed": failed.get(name),
        }
        for name in statements
    }


class Engine:
    """A process of its own with a connection of its own: a statement that takes all memory ends only that."""

    def __init__(self, path: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, path), daemon=True)
        self._process.start()
        other.close()

    def run(self, statement: str, timeout: float) -> tuple[float, Rows | str]:
        """Seconds and rows, or seconds and why there are none."""
        begin = time.perf_counter()
        try:
            self._pipe.send((statement, timeout))
            if self._pipe.poll(timeout + GRACE):
                answer: tuple[float, Rows | str] = self._pipe.recv()
                return answer
            self._process.kill()
        except (EOFError, OSError):
            return time.perf_counter() - begin, "the process was killed"
        return time.perf_counter() - begin, f"stopped after {timeout:g} s"

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.join()


def _serve(pipe: Any, path: Path) -> None:
    connection = connect(path)
    while True:
        statement, timeout = pipe.recv()
        pipe.send(timed(connection, statement, timeout))


def timed(connection: Any, statement: str, timeout: float) -> tuple[float, Rows | str]:
    """Seconds and rows, or seconds and why there are none: time or memory ran out."""
    timer = threading.Timer(timeout, connection.interrupt)
    timer.start()
    begin = time.perf_counter()
    try:
        rows = connection.execute(statement).fetchall()
    except Exception as error:  # an engine that gives up is a result of the benchmark
        first = str(error).splitlines()[0] if str(error) else ""
        reason = f"stopped after {timeout:g} s" if "nterrupt" in f"{type(error).__name__}{first}" else first
        return time.perf_counter() - begin, reason[:160]
    finally:
        timer.cancel()
    return time.perf_counter() - begin, rows


def comparable(rows: Rows) -> Rows:
    """Rows in an order of their own, with a midnight equal to its date and numbers to nine digits."""
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return value.date() if value.time() == dt.time() else value
    if isinstance(value, int | float | Decimal):
        return float(f"{float(value):.9g}")
    return value
