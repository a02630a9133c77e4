"""`leadline demo`: the raw exports of a synthetic company."""

from __future__ import annotations

import datetime as dt
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class DemoFormat(StrEnum):
    """How the exports are written."""

    CSV = "csv"
    PARQUET = "parquet"


class Layout(StrEnum):
    """Under which names: a folder a source, which raw_from: files reads, or dbt's seeds."""

    FOLDERS = "folders"
    SEEDS = "seeds"


def demo(
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.")],
    days: Annotated[
        int | None, typer.Option("--days", help="Days of history [as the committed seeds].")
    ] = None,
    scale: Annotated[float, typer.Option("--scale", help="How many times the people of the seeds.")] = 1.0,
    seed: Annotated[int | None, typer.Option("--seed", help="Equal seeds give equal files.")] = None,
    form: Annotated[DemoFormat, typer.Option("--format", help="How it is written.")] = DemoFormat.CSV,
    layout: Annotated[
        Layout, typer.Option("--layout", help="Names for raw_from: files, or for seeds.")
    ] = Layout.FOLDERS,
    end: Annotated[str | None, typer.Option("--end", help="Last day of data, YYYY-MM-DD.")] = None,
) -> None:
    """Write a synthetic company's raw exports."""
    given: dict[str, Any] = {"days": days, "seed": seed, "end": _day(end)}
    from leadline.demo import write

    summary = write(
        out,
        scale=scale,
        format=form.value,
        layout=layout.value,
        progress=_progress if sys.stderr.isatty() else None,
        **{name: value for name, value in given.items() if value is not None},
    )
    for table, rows in sorted(summary.rows.items()):
        print(f"{rows:>12,}  {table}")
    print(f"{summary.total:>12,}  rows in {len(summary.rows)} tables; what is true of them: {summary.truth}")


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not a day: write YYYY-MM-DD", param_hint="--end") from error


def _progress(done: int, steps: int, what: str) -> None:
    end = "\r\x1b[K" if done == steps else ""
    sys.stderr.write(f"\r\x1b[K{100 * done // steps:3d} % {what}{end}")
    sys.stderr.flush()
