"""What is handed to the store: the rows of one file, already in the raw contract, and what is known of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Keep = Literal["plain", "encrypted", "none"]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one raw table, as Parquet with the columns `_landed_file` and `_landed_line`.

    `day`, `key`, `account` and `scope` are those of the format's target; rows of a table whose target names
    no account column are of `owner`, the file's account.
    """

    source: str
    table: str
    paths: tuple[Path, ...]
    day: str | None = None
    key: tuple[str, ...] = ()
    account: str | None = None
    scope: tuple[str, ...] = ()
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A total that a line of a file states.

    `column` is the file's own header, `summed` what its accepted rows sum to, `tolerance` how far rounding
    lets both be apart. `raw` is the raw column (source, table, column) whose sum is `factor` times as much;
    None where no raw column carries it.
    """

    line: int
    column: str
    stated: float
    summed: float
    tolerance: float
    raw: tuple[str, str, str] | None = None
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a landed file, apart from who landed it and when.

    `exported_at` is UTC without a zone, and `exported_from` says how it is known (option, file, name or
    modified). `counts` is the accounting: lines, accepted, quarantined, totals, blanks and other. `totals`
    are those that the file states.
    """

    sha256: str
    name: str
    size: int
    recognised: tuple[str, ...]
    exported_at: dt.datetime
    exported_from: str
    language: str | None = None
    period_start: dt.date | None = None
    period_end: dt.date | None = None
    accounts: tuple[str, ...] = ()
    currency: str | None = None
    time_zone: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    totals: tuple[Stated, ...] = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """One file ready to be kept. `original` is the file as it came, and `keep` how to keep it."""

    facts: Facts
    rows: tuple[Rows, ...]
    original: Path
    keep: Keep = "plain"
    quarantine: Path | None = None
