"""Synthetic facts for the execution benchmark, made by DuckDB itself; the same rows from the same sizes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST_DAY = "2024-01-01"
DAYS = 731
SPINE_DAYS = 1096
THREADS = 2
MEMORY = "12GB"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Rows of the two facts; visitors are a fifth of the visits, so most of them come back."""

    visits: int = 5_000_000
    orders: int = 1_000_000

    @property
    def visitors(self) -> int:
        """How many people there are."""
        return max(1, self.visits // 5)


def connect(path: Path, *, read_only: bool = True) -> Any:
    """A connection with the threads and the memory that every engine gets."""
    import duckdb

    return duckdb.connect(str(path), read_only=read_only, config={"threads": THREADS, "memory_limit": MEMORY})


def make(path: Path, sizes: Sizes) -> None:
    """Write the tables to a DuckDB file, unless it is there already.

    Facts come in the order of their days; the calendar reaches a year beyond them, as calendars do.
    """
    if path.is_file():
        return
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    connection = connect(unfinished, read_only=False)
    for statement in _statements(sizes):
        connection.execute(statement)
    connection.close()
    unfinished.rename(path)


def _statements(sizes: Sizes) -> list[str]:
    return [
        f"""
        create table days as
        select cast(date '{FIRST_DAY}' + cast(i as integer) as date) as date_day
        from range({SPINE_DAYS}) as r(i)
        """,
        """
        create table accounts as
        select i as account_id, 'region ' || (i % 5) as region from range(20) as r(i)
        """,
        """
        create table campaigns as
        select i as campaign_id, i % 20 as account_id, 'country ' || (i % 12) as country, 'kind ' || (i % 4)
        as kind
        from range(200) as r(i)
        """,
        # a square makes some visitors come far more often than others; one visit in 23 has no campaign
        f"""
        create table visits as
        select
            i as visit_id,
            cast(pow(hash(i) % 1000003 / 1000003.0, 2) * {sizes.visitors} as integer) as visitor_id,
            case when hash(i + 7) % 23 <> 0 then cast(hash(i + 1) % 200 as integer) end as campaign_id,
            cast(date '{FIRST_DAY}' + cast(i * {DAYS} // {sizes.visits} as integer) as date) as visited_on,
            'channel ' || (hash(i + 2) % 8) as channel,
            'device ' || (hash(i + 3) % 3) as device,
            cast(1 + hash(i + 4) % 9 as integer) as pages
        from range({sizes.visits}) as r(i)
        """,
        f"""
        create table orders as
        select
            i as order_id,
            cast(pow(hash(i + 11) % 1000003 / 1000003.0, 2) * {sizes.visitors} as integer) as visitor_id,
            case when hash(i + 12) % 23 <> 0 then cast(hash(i + 13) % 200 as integer) end as campaign_id,
            cast(date '{FIRST_DAY}' + cast(i * {DAYS} // {sizes.orders} as integer) as date) as ordered_on,
            'channel ' || (hash(i + 14) % 8) as channel,
            cast((hash(i + 15) % 20000) / 100.0 as decimal(12, 2)) as amount
        from range({sizes.orders}) as r(i)
        """,
    ]
