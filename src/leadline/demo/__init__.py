"""The demonstration company: every raw table that Leadline reads, for one consistent synthetic shop, and its
truth."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from leadline.demo import truth
from leadline.demo.build import run
from leadline.demo.plan import DAYS, LAST_DAY, SEED, Plan
from leadline.demo.sink import CsvSink, ParquetSink
from leadline.errors import LeadlineError, nearest

FORMATS, LAYOUTS = ("csv", "parquet"), ("folders", "seeds")
SHORTEST, LONGEST, LARGEST = 30, 3660, 1_000_000

__all__ = ["Summary", "write"]


@dataclass(frozen=True)
class Summary:
    """What was written: rows of every raw table (`source.table`), and where the truth about them is."""

    rows: dict[str, int]
    truth: Path

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def write(
    out: str | Path,
    days: int = DAYS,
    scale: float = 1.0,
    seed: int = SEED,
    format: str = "csv",  # the command's own word for it
    layout: str = "folders",
    end: dt.date = LAST_DAY,
    progress: Callable[[int, int, str], None] | None = None,
) -> Summary:
    """Write the demonstration company's raw tables and `truth.json` into a directory.

    Args:
        out: the directory; made if missing. Files of an earlier run that bear the same names are replaced.
        days: length of the history, in local days up to `end`.
        scale: people per people of the committed seeds (590 over 426 days): 1 gives about 20 thousand rows.
        seed: the same seed, days, scale and end give the same bytes.
        format: `csv` (nested columns as JSON text) or `parquet` (nested; large tables partitioned by month).
        layout: `folders` (`<source>/<table>`) or `seeds` (`<source>/raw_<source>__<table>.csv`, as dbt
        seeds).
        end: the last day.
        progress: called with steps done, steps in all, and a word for what is being made.

    Raises:
        LeadlineError: an argument is out of range, or the directory cannot be written.
    """
    _check(days, scale, seed, format, layout)
    plan = Plan(days=days, scale=scale, seed=seed, end=end)
    folder = Path(out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        sink = (
            ParquetSink(folder, plan) if format == "parquet" else CsvSink(folder, as_seeds=layout == "seeds")
        )
        known = run(plan, sink, progress)
        sink.close()
        truth.write(folder / "truth.json", known)
    except OSError as error:
        raise LeadlineError(
            f"The demonstration data can't be written: {error.strerror}.",
            where=str(error.filename or folder),
            fix="name a directory that you may write to, on a disk with room, with --out",
        ) from error
    return Summary(dict(sink.rows), folder / "truth.json")


def _check(days: int, scale: float, seed: int, kind: str, layout: str) -> None:
    for name, value, choices in (("--format", kind, FORMATS), ("--layout", layout, LAYOUTS)):
        if value not in choices:
            raise LeadlineError(
                f"{value!r} is not a {name[2:]} of the demonstration data.",
                where=name,
                nearest=nearest(value, choices),
                fix=f"use {' or '.join(choices)}",
            )
    if layout == "seeds" and kind != "csv":
        raise LeadlineError(
            "dbt seeds are CSV files, so the layout `seeds` can't be Parquet.",
            where="--layout",
            fix="use --format csv, or --layout folders",
        )
    if not SHORTEST <= days <= LONGEST:
        raise LeadlineError(
            f"A history of {days} days can't be made.",
            where="--days",
            fix=f"use {SHORTEST} to {LONGEST} days",
        )
    if not 0 < scale <= LARGEST:
        raise LeadlineError(
            f"A scale of {scale:g} can't be made.",
            where="--scale",
            fix=f"use a number above 0, up to {LARGEST:,}",
        )
    if seed < 0:
        raise LeadlineError(
            f"A seed of {seed} can't be used.", where="--seed", fix="use 0 or a larger whole number"
        )
