"""Strategies for tables: small, with NULLs, ties, orphans, empty tables and awkward days."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

Row = dict[str, Any]
DAY = dt.timedelta(days=1)
PARTITIONS = (dt.datetime(2024, 1, 1), dt.datetime(2024, 1, 2))
KEYS = ("k1", "k2", "k3", "k4")
PEOPLE = ("p1", "p2", "p3", None)
WORDS = ("x", "y", "it's", "", None)
HOURLY = (dt.datetime(2024, 2, 27), dt.datetime(2024, 3, 2))
SPINES = (
    (dt.datetime(2023, 12, 18), dt.datetime(2024, 3, 17)),
    (dt.datetime(2024, 2, 20), dt.datetime(2024, 5, 5)),
    (dt.datetime(2024, 10, 25), dt.datetime(2025, 3, 4)),
    (dt.datetime(2024, 1, 1), dt.datetime(2025, 3, 31)),
)
AWKWARD = tuple(
    dt.datetime.fromisoformat(day)
    for day in (
        *("2023-12-30", "2023-12-31", "2024-01-01", "2024-01-30", "2024-01-31", "2024-02-01", "2024-02-28"),
        *("2024-02-29", "2024-03-01", "2024-03-30", "2024-03-31", "2024-04-30", "2024-11-30", "2024-12-29"),
        *("2024-12-30", "2024-12-31", "2025-01-01", "2025-01-31", "2025-02-28", "2025-03-01"),
    )
)


@dataclass(frozen=True)
class Table:
    """Columns with their SQL types, and rows."""

    columns: dict[str, str]
    rows: list[Row]


def days_of(spine: tuple[dt.datetime, dt.datetime]) -> list[dt.datetime]:
    """Every day of the spine."""
    return [spine[0] + DAY * i for i in range((spine[1] - spine[0]).days + 1)]


@st.composite
def seasons(draw: st.DrawFn, spine: tuple[dt.datetime, dt.datetime]) -> dict[dt.datetime, str | None]:
    """The custom calendar: each day's period, of any length; some days lie in none."""
    found: dict[dt.datetime, str | None] = {}
    number = left = 0
    for day in days_of(spine):
        if not left:
            left, number = draw(st.sampled_from((1, 2, 5, 9, 20, 40))), number + 1
            name = f"s{number:03d}" if draw(st.integers(0, 5)) else None
        left -= 1
        found[day] = name
    return found


def moments(spine: tuple[dt.datetime, dt.datetime]) -> st.SearchStrategy[dt.datetime]:
    """Days within the spine, the awkward ones often."""
    days = days_of(spine)
    awkward = [day for day in AWKWARD if spine[0] <= day <= spine[1]]
    early = days[:60]
    return st.sampled_from(awkward + early[::3] + days[:: max(len(days) // 20, 1)])


@st.composite
def dimension_table(draw: st.DrawFn, name: str, spine: tuple[dt.datetime, dt.datetime]) -> Table:
    """Rows that facts point to; their keys are not repeated. `_unique` may be NULL, also more than once."""
    kept = draw(st.sets(st.sampled_from(KEYS)))
    rows = []
    for key in sorted(kept):
        day = draw(st.one_of(st.none(), moments(spine)))
        rows.append(
            {
                f"{name}_key": key,
                f"{name}_unique": draw(st.sampled_from((key.upper(), key.upper(), None))),
                f"{name}_next": draw(st.sampled_from((*KEYS, "orphan", None))),
                f"{name}_c": draw(st.sampled_from(WORDS)),
                f"{name}_n": draw(st.sampled_from((0, 1, 2, 3, None))),
                f"{name}_on": day,
            }
        )
    types = ("varchar", "varchar", "varchar", "varchar", "integer", "date")
    names = ("key", "unique", "next", "c", "n", "on")
    return Table({f"{name}_{n}": t for n, t in zip(names, types, strict=True)}, rows)


@st.composite
def partitioned(draw: st.DrawFn, table: Table, name: str) -> Table:
    """Each row in one or two partitions, its values changed in the second."""
    rows = []
    for row in table.rows:
        parts = draw(st.sampled_from((PARTITIONS[:1], PARTITIONS[1:], PARTITIONS)))
        for part in parts:
            changed = {f"{name}_c": draw(st.sampled_from(WORDS))} if part != parts[0] else {}
            rows.append({**row, **changed, "part": part})
    return Table({**table.columns, "part": "date"}, rows)


@st.composite
def changing_table(draw: st.DrawFn, spine: tuple[dt.datetime, dt.datetime]) -> Table:
    """Rows that are valid for a while: of each key spans that do not overlap, the last one open or not."""
    rows: list[Row] = []
    for key in sorted(draw(st.sets(st.sampled_from(KEYS)))):
        limits = sorted(draw(st.sets(moments(spine), min_size=1, max_size=4)))
        for place, start in enumerate(limits):
            end = (
                limits[place + 1]
                if place + 1 < len(limits)
                else draw(st.sampled_from((None, start + 9 * DAY)))
            )
            if draw(st.integers(0, 4)):
                rows.append({"s_key": key, "s_c": draw(st.sampled_from(WORDS)), "s_from": start, "s_to": end})
    return Table({"s_key": "varchar", "s_c": "varchar", "s_from": "date", "s_to": "date"}, rows)


@st.composite
def fact_table(
    draw: st.DrawFn,
    name: str,
    spine: tuple[dt.datetime, dt.datetime],
    keys: list[str],
    by_hour: bool = False,
) -> Table:
    """Rows with keys into dimensions (NULL and orphans too), a person, amounts and two times."""
    clock = by_hour or draw(st.booleans())
    count = draw(st.integers(0, 16))
    when = moments(spine)
    rows: list[Row] = []
    for number in range(count):
        made = draw(st.one_of(when, when, when, when, st.none()))
        if clock and made is not None:
            made += dt.timedelta(hours=draw(st.sampled_from((0, 0, 13, 23))))
        rows.append(
            {
                f"{name}_key": f"{name}{number}",
                "a_id": draw(st.sampled_from((*KEYS, "orphan", None))),
                "s_id": draw(st.sampled_from((*KEYS, None))),
                "part": draw(st.sampled_from((*PARTITIONS, None))),
                "b_id": draw(st.sampled_from((*(key.upper() for key in KEYS), "orphan", None))),
                "parent_id": draw(st.sampled_from((*keys, "orphan", None))),
                "u": draw(st.sampled_from(PEOPLE)),
                f"{name}_c": draw(st.sampled_from(WORDS)),
                "ok": draw(st.sampled_from((True, False, None))),
                "q": draw(st.sampled_from((-1, 0, 1, 2, 3, 5, None))),
                "v": draw(st.sampled_from((0.0, 0.5, 1.5, 2.5, 10.0, None))),
                "made": made,
                "paid": draw(st.one_of(st.none(), when, when)),
            }
        )
    types = (
        ["varchar"] * 2
        + ["varchar", "date"]
        + ["varchar"] * 4
        + ["boolean", "integer", "double", "timestamp" if clock else "date", "date"]
    )
    names = (
        f"{name}_key",
        "a_id",
        "s_id",
        "part",
        "b_id",
        "parent_id",
        "u",
        f"{name}_c",
        "ok",
        "q",
        "v",
        "made",
        "paid",
    )
    return Table(dict(zip(names, types, strict=True)), rows)


@st.composite
def event_table(draw: st.DrawFn, name: str, spine: tuple[dt.datetime, dt.datetime]) -> Table:
    """Events of persons, at most one of a person and day, so that the last one before is one."""
    when = moments(spine)
    pairs = draw(st.lists(st.tuples(st.sampled_from(PEOPLE), when), unique_by=lambda pair: pair, max_size=12))
    rows = [
        {
            f"{name}_key": f"{name}{number}",
            "person": person,
            f"{name}_c": draw(st.sampled_from(WORDS)),
            "w": draw(st.sampled_from((0, 1, 2, None))),
            "happened": at,
        }
        for number, (person, at) in enumerate(pairs)
    ]
    types = ("varchar", "varchar", "varchar", "integer", "date")
    return Table(dict(zip((f"{name}_key", "person", f"{name}_c", "w", "happened"), types, strict=True)), rows)
