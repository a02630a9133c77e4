"""A warm process that lands files in children, so that they can be killed: see test_kills.py.

Reads `NUMBER` lines; for each it forks a child that lands that file (a negative one bears a person) or, for
FORGET, forgets that person, and writes `start PID` once the child begins and `end STATUS` once it has ended.
"""

from __future__ import annotations

import os
import random
import sys
from dataclasses import replace
from pathlib import Path

from leadline.land.store.change import change
from leadline.land.store.forget import forget
from leadline.land.store.incoming import Incoming, Rows
from leadline.land.store.layout import Layout
from leadline.land.store.person import person_of
from tests.land.store.incoming import Day, at, incoming, land, parquet

FIRST_DAYS = 20
PERSON = "jean.dupont@example.fr"
FORGET = 1_000_000


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


def bearing(folder: Path, number: int) -> Incoming:
    """A file of the person and of another, in its text and, for the other columns of a CRM, in its rows."""
    text = f"id,email\n1,{PERSON}\n2,other{number}@example.fr\n"
    file = incoming(folder, f"crm {number}.csv", [], at("2026-01-01"), text=text)
    columns = {
        "id": [f"{number}", f"{number} other"],
        "email": [PERSON, f"other{number}@example.fr"],
        "_landed_file": [file.facts.sha256] * 2,
        "_landed_line": [2, 3],
    }
    path = parquet(folder / f"crm{number}.parquet", columns)
    return replace(file, rows=(Rows("hubspot", "contact", (path,), key=("id",), owner="H1"),))


def _child(store: Path, folder: Path, number: int, begin: int) -> None:
    own = folder / str(os.getpid())
    if number == FORGET:
        os.write(begin, b"x")
        with change(Layout(store)) as under_way:
            forget(under_way, person_of(PERSON), key=None)
        os._exit(0)
    file = bearing(own, number) if number < 0 else file_of(own, number)
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
