"""A warm process that lands files in children, so that they can be killed: see test_kills.py.

Reads `NUMBER` lines; for each it forks a child that lands that file, and writes `start PID` once the child
begins and `end STATUS` once it has ended.
"""

from __future__ import annotations

import os
import random
import sys
from pathlib import Path

from leadline.land.store.incoming import Incoming
from leadline.land.store.layout import Layout
from tests.land.store.incoming import Day, at, incoming, land

FIRST_DAYS = 20


def days_of(number: int) -> list[Day]:
    """Six days from a random one of twenty, over the end of a month, each with two campaigns."""
    draw = random.Random(number)  # noqa: S311 - equal numbers give equal files
    first = draw.randrange(FIRST_DAYS)
    dates = [f"2026-01-{day:02}" if day <= 31 else f"2026-02-{day - 31:02}" for day in range(18, 60)]
    return [
        (day, campaign, number * 100 + place)
        for place, day in enumerate(dates[first : first + 6])
        for campaign in ("1", "2")
    ]


def exported(number: int) -> str:
    """A time of export in no order of landing, now and then the same."""
    return f"2026-03-{1 + number * 7 % 19:02}"


def file_of(folder: Path, number: int) -> Incoming:
    """The file of that number."""
    names = {"1": f"first of {number}", "2": "second"}
    return incoming(folder, f"{number}.csv", days_of(number), at(exported(number)), names=names)


def _child(store: Path, folder: Path, number: int, begin: int) -> None:
    file = file_of(folder / str(os.getpid()), number)
    os.write(begin, b"x")
    land(Layout(store), file)
    os._exit(0)


def main(store: Path, folder: Path) -> None:
    """Land what is asked until the input ends."""
    # Once here, so that children find everything loaded.
    land(Layout(folder / "warm" / "store"), file_of(folder / "warm", 0))
    for line in sys.stdin:
        begin_read, begin_write = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                _child(store, folder, int(line), begin_write)
            except BaseException as error:
                print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
                os._exit(1)
        os.read(begin_read, 1)
        print(f"start {child}", flush=True)
        print(f"end {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}", flush=True)
        os.close(begin_read)
        os.close(begin_write)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
