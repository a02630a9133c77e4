"""Files as the store receives them, made by hand: a few rows of a table of days and one of entities."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.land.store.change import change
from leadline.land.store.incoming import Facts, Incoming, Keep, Rows
from leadline.land.store.keeping import keep
from leadline.land.store.layout import Layout
from leadline.land.store.ledger import Landed

Day = tuple[str, str, int]
AT = dt.datetime(2026, 2, 1, 9)


def at(day: str) -> dt.datetime:
    return dt.datetime.fromisoformat(day)


def parquet(path: Path, columns: dict[str, list[Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path)
    return path


def incoming(
    folder: Path,
    name: str,
    days: Sequence[Day],
    exported_at: dt.datetime = AT,
    *,
    account: str = "A1",
    names: dict[str, str] | None = None,
    keep_as: Keep = "plain",
    quarantine: Sequence[str] = (),
    text: str | None = None,
) -> Incoming:
    """A file of (day, campaign id, clicks) and, for each id of `names`, an entity."""
    content = text or f"{name}\n" + "\n".join(f"{day},{campaign},{clicks}" for day, campaign, clicks in days)
    folder.mkdir(parents=True, exist_ok=True)
    original = folder / name
    original.write_text(content)
    sha = hashlib.sha256(content.encode()).hexdigest()
    lines = range(2, 2 + len(days))
    stats = {
        "customer_id": [account for _ in days],
        "date": [dt.date.fromisoformat(day) for day, _, _ in days],
        "id": [campaign for _, campaign, _ in days],
        "clicks": [clicks for _, _, clicks in days],
        "_fivetran_synced": [exported_at for _ in days],
        "_landed_file": [sha for _ in days],
        "_landed_line": list(lines),
    }
    rows = [
        Rows(
            "google_ads",
            "campaign_stats",
            (parquet(folder / f"{sha}.stats.parquet", stats),),
            day="date",
            account="customer_id",
        )
    ]
    if names:
        entities = {
            "id": list(names),
            "name": list(names.values()),
            "_landed_file": [sha] * len(names),
            "_landed_line": [2] * len(names),
        }
        path = parquet(folder / f"{sha}.names.parquet", entities)
        rows.append(Rows("google_ads", "campaign_history", (path,), key=("id",), owner=account))
    bad = None
    if quarantine:
        bad = parquet(
            folder / f"{sha}.bad.parquet", {"line": [9] * len(quarantine), "value": list(quarantine)}
        )
    facts = Facts(
        sha256=sha,
        name=name,
        size=len(content),
        recognised=("google_ads_report",),
        exported_at=exported_at,
        exported_from="option",
        accounts=(account,),
        counts={"lines": len(days) + 1, "accepted": len(days), "quarantined": len(quarantine)},
    )
    return Incoming(facts, tuple(rows), original, keep_as, bad)


def land(layout: Layout, file: Incoming, *, by: str = "tester", key: bytes | None = None) -> Landed | None:
    """Land it, unless it is there already."""
    with change(layout) as under_way:
        known = under_way.ledger.find(file.facts.sha256)
        return None if known else keep(under_way, file, by=by, key=key)


def clicks(layout: Layout, table: str = "campaign_stats") -> dict[tuple[str, str], int]:
    """What dbt would read: clicks of each day and campaign, read by PyArrow alone; a double is an error."""
    found: dict[tuple[str, str], int] = {}
    folder = layout.raw / "google_ads" / table
    for path in sorted(folder.glob("**/*.parquet")):
        for row in pq.ParquetFile(path).read().to_pylist():
            place = (row["date"].isoformat(), row["id"])
            assert place not in found, f"{place} is there twice"
            found[place] = row["clicks"]
    return found
