"""The day of an instant, at midnight and where the clocks change.

Wrong: the day in UTC, or UTC plus the one hour that Paris is ahead in winter: an order of 00:30 in July falls
on the day before. Right: the wall clock of the reporting time zone, which the marts' macro gives; it is held
here to Python's zoneinfo over every quarter of an hour around both changes and over a year of midnights.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import duckdb
import jinja2
import pytest

MACROS = Path(__file__).resolve().parents[2] / "macros"
ZONES = ("Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe")
QUARTER = dt.timedelta(minutes=15)


def macro(name: str, expression: str, zone: str) -> str:
    """The SQL that a macro gives for DuckDB, by the macro's own file."""
    text = "".join(
        (MACROS / f"{n}.sql").read_text(encoding="utf-8") for n in ("local_timestamp", "local_date")
    )
    found: dict[str, object] = {}
    context = {
        "var": lambda _: zone,
        "return": lambda value: value,
        "adapter": SimpleNamespace(dispatch=lambda n: getattr(found["module"], f"default__{n}")),
    }
    template = jinja2.Environment(autoescape=False).from_string(text, globals=context)  # noqa: S701  it is SQL
    found["module"] = template.module
    return str(getattr(template.module, name)(expression)).strip()


def instants() -> Iterator[dt.datetime]:
    for first in (dt.datetime(2025, 3, 29), dt.datetime(2025, 10, 25), dt.datetime(2024, 2, 28)):
        yield from (first + QUARTER * n for n in range(4 * 72))
    yield from (
        dt.datetime(2025, 1, 1, 22) + dt.timedelta(days=n, minutes=m)
        for n in range(365)
        for m in (0, 59, 60, 120)
    )


@pytest.mark.parametrize("zone", ZONES)
def test_the_macros_give_the_wall_clock_of_the_zone(zone: str) -> None:
    asked = sorted(set(instants()))
    with duckdb.connect() as con:
        con.execute("create table instants (seen timestamp)")
        con.executemany("insert into instants values (?)", [(at,) for at in asked])
        both = [macro(name, "seen", zone) for name in ("local_timestamp", "local_date")]
        rows = con.execute(f"select seen, {', '.join(both)} from instants").fetchall()
    assert len(rows) == len(asked)
    for at, clock, day in rows:
        wanted = at.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert (clock, day) == (wanted, wanted.date())


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2025-07-01 22:30", "2025-07-02"),  # 00:30 in Paris, where it is summer
        ("2025-01-01 22:30", "2025-01-01"),  # 23:30 in winter
        ("2025-03-29 22:59", "2025-03-29"),  # the last winter midnight
        ("2025-03-29 23:00", "2025-03-30"),
        ("2025-03-30 22:00", "2025-03-31"),  # the day of 23 hours is over
        ("2025-10-25 22:00", "2025-10-26"),
        ("2025-10-26 22:59", "2025-10-26"),  # the day of 25 hours is not
        ("2025-10-26 23:00", "2025-10-27"),
    ],
)
def test_days_in_paris_by_hand(utc: str, day: str) -> None:
    expression = f"timestamp '{utc}'"
    sql = f"select cast({macro('local_date', expression, 'Europe/Paris')} as varchar)"
    assert duckdb.sql(sql).fetchall() == [(day,)]


def test_the_day_in_utc_is_another_one() -> None:
    assert duckdb.sql("select cast(cast(timestamp '2025-07-01 22:30' as date) as varchar)").fetchall() == [
        ("2025-07-01",)
    ]
