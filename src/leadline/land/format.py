"""What an export format is written with: columns in every language, totals, and the raw tables it fills."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal[
    "text",
    "integer",
    "decimal",
    "money",
    "percent",
    "date",
    "timestamp",
    "boolean",
    "currency",
    "url",
    "json",
    "email",
    "phone",
    "person_name",
]
Need = Literal["account", "currency", "time_zone"]
PERSONAL: frozenset[Kind] = frozenset({"email", "phone", "person_name"})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an export. `headers` are compared without case, accents and kinds of apostrophe or space.

    A header may hold a placeholder that the file fills in: `{currency}`, `{time_zone}` or `{window}`.
    """

    name: str
    headers: tuple[str, ...]
    kind: Kind = "text"
    required: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """Rows of one raw table, made from the typed rows of an export.

    `columns` gives a DuckDB expression for each raw column, over the names of the format's columns and the
    context (`_account`, `_currency`, `_time_zone`, `_exported_at`, `_file`, `_line`, `_period_start`,
    `_period_end`). `day` names the raw column whose days a newer export replaces whole; without it the rows
    are entities, and the newest of each `key` counts. `distinct` is for entities that repeat through a file.
    `account` names the raw column that tells accounts apart, for files that may hold several; without it all
    rows are of the file's account. A newer export replaces the days of its account; `scope` names further raw
    columns that part what one export speaks of (the report of a GA4 file, the first day of a period).
    `sums` are raw columns to add up where rows agree in all the others: a raw table whose key is an ad and a
    day takes one row of a day that the export splits by age or placement. `alone` are figures that do not add
    up, such as reach: kept where a row stands alone, NULL where several were added up. `requires` names
    columns of the format: a file that has none of them has no rows for the target.
    """

    source: str
    table: str
    columns: Mapping[str, str]
    day: str | None = None
    key: tuple[str, ...] = ()
    where: str | None = None
    distinct: bool = False
    account: str | None = None
    scope: tuple[str, ...] = ()
    sums: tuple[str, ...] = ()
    alone: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footer:
    """Lines that are totals, not rows: a pattern of one cell, and the columns whose sum the line states."""

    pattern: str
    column: str | None = None
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of file that a platform gives.

    `signature` are the columns that make the format certain; `preamble` are patterns over the lines above the
    header with the named groups start, end, account, currency, time_zone and title; `needs` is asked of the
    user where neither a column nor the preamble says it. `checks` are refusals of its own. `reshape` turns a
    table whose headers hold data (a day, a metric) into rows, and gives None for a table of another kind.
    `of_connector` formats are tables that a connector made, and nothing else is (`_fivetran_synced`).
    `time_zone` is the zone of times without one that the platform always writes, whatever the user says.
    `dates` is the order of day and month that the platform writes; a file that shows another counts.
    """

    name: str
    title: str
    source: str
    columns: tuple[Column, ...]
    targets: tuple[Target, ...]
    signature: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)
    grain: Literal["day", "period", "entity", "event"] = "day"
    footers: tuple[Footer, ...] = ()
    preamble: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    needs: tuple[Need, ...] = ()
    checks: tuple[Callable[..., object], ...] = field(default=())
    shape: Literal["table", "cards", "blocks"] = "table"
    reshape: Callable[..., object] | None = None
    time_zone: str | None = None
    of_connector: bool = False
    dates: Literal["dmy", "mdy"] | None = None
