"""The visits of the demonstration company, by plain Python over the rows of GA4's export."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.by_hand.rows import PARIS, raw

NESTED = (
    "event_params",
    "ecommerce",
    "items",
    "collected_traffic_source",
    "session_traffic_source_last_click",
)
CONTENT = ("/blogs/", "/pages/guide")
LANDING = ("/lp/",)
Session = tuple[str, str]


@dataclass(frozen=True)
class Event:
    """One event as a person would read it off its row."""

    name: str
    micros: int
    user: str | None
    session_id: str | None
    path: str
    engaged: bool
    seconds: float
    transaction: str | None
    products: tuple[str, ...]
    last_click: dict[str, Any]

    @property
    def session(self) -> Session | None:
        return (self.user, self.session_id) if self.user and self.session_id else None

    @property
    def day(self) -> dt.date:
        utc = dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=self.micros)
        return utc.astimezone(PARIS).date()


def parameters(text: str) -> dict[str, Any]:
    found = {}
    for entry in json.loads(text or "[]"):
        said = [value for value in entry["value"].values() if value is not None]
        found[entry["key"]] = said[0] if said else None
    return found


def path_of(address: str) -> str:
    path = "/" + address.split("://", 1)[-1].partition("/")[2]
    return path.split("?")[0].split("#")[0]


@cache
def events() -> tuple[Event, ...]:
    """Every event once: rows that are alike in every column are one event."""
    rows = {tuple(row.items()): row for row in raw("ga4", "events")}
    return tuple(sorted((read(row) for row in rows.values()), key=lambda e: e.micros))


def read(row: dict[str, str]) -> Event:
    said = parameters(row["event_params"])
    shop = json.loads(row["ecommerce"] or "null") or {}
    transaction = shop.get("transaction_id") or said.get("transaction_id")
    identifier = said.get("ga_session_id")
    return Event(
        name=row["event_name"],
        micros=int(row["event_timestamp"]),
        user=row["user_pseudo_id"] or None,
        session_id=str(identifier) if identifier else None,
        path=path_of(said.get("page_location") or ""),
        engaged=str(said.get("session_engaged")) == "1",
        seconds=(said.get("engagement_time_msec") or 0) / 1000,
        transaction=transaction if transaction != "(not set)" else None,
        products=tuple(item["item_id"] for item in json.loads(row["items"] or "null") or []),
        last_click=(json.loads(row["session_traffic_source_last_click"] or "null") or {}),
    )


@cache
def sessions() -> dict[Session, list[Event]]:
    """The events of every user's every session, in order of time."""
    found: dict[Session, list[Event]] = defaultdict(list)
    for event in events():
        if event.session:
            found[event.session].append(event)
    return found


def channel(session: Session) -> str | None:
    """The channel that GA4 wrote into the export itself."""
    for event in sessions()[session]:
        written = (event.last_click.get("cross_channel_campaign") or {}).get("default_channel_group")
        if written:
            return str(written)
    return None


def sessions_by_day_and_channel() -> Counter[tuple[dt.date, str | None]]:
    return Counter((found[0].day, channel(session)) for session, found in sessions().items())


def first_transactions() -> dict[str, Event]:
    """The event with which every transaction id came first."""
    found: dict[str, Event] = {}
    for event in events():
        if event.name == "purchase" and event.transaction:
            found.setdefault(event.transaction, event)
    return found


def bought(session: Session) -> bool:
    firsts = first_transactions()
    return any(
        e.name == "purchase" and (e.transaction is None or firsts[e.transaction] is e)
        for e in sessions()[session]
    )
