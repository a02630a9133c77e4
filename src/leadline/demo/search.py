"""Search Console, whose three reports do not add up to one another, and the rank tracker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from leadline.demo.company import DOMAIN, SITE
from leadline.demo.draw import Draw, Ints
from leadline.demo.ledger import Ledger
from leadline.demo.piece import Piece, listing
from leadline.demo.plan import Plan, seconds

PROPERTY = f"sc-domain:{DOMAIN}"
# Query, tenths of its position, impressions a day at scale 1, weight in the clicks.
QUERIES = (
    ("maison oriane", 11, 6, 9),
    ("the vert sencha", 74, 14, 3),
    ("coffret the cadeau", 96, 11, 2),
    ("theiere en fonte", 128, 9, 1),
)
PAGES = (
    ("/", 31, 11, 6),
    ("/collections/thes-verts", 82, 13, 3),
    ("/blogs/journal/temperature-de-l-eau", 64, 16, 5),
)
DEVICES = (("MOBILE", 6), ("DESKTOP", 4))
# Keyword, position on the first day, steps that it gains over the history, monthly searches.
TRACKED = (
    ("sencha bio", 14, 9, 1900),
    ("the en vrac", 9, 4, 5400),
    ("coffret the", 6, 4, 8100),
    ("the de noel", 22, 20, 2900),
    ("theiere fonte", 31, 12, 6600),
    ("rooibos vanille", 4, 2, 1300),
    ("the bureau entreprise", 48, 39, 320),
    ("earl grey", 60, 8, 12100),
    ("gaiwan", 3, 1, 2400),
    ("infusion verveine", 105, 40, 3600),
)
UNRANKED = 100


def tables(plan: Plan, ledger: Ledger) -> Iterator[Piece]:
    """All tables of Search Console."""
    visits = ledger.of("organic_visits")[:, 0]
    sites: list[dict[str, Any]] = []
    queries: list[dict[str, Any]] = []
    pages: list[dict[str, Any]] = []
    draw = plan.draw("search")
    for day, date in enumerate(plan.dates):
        synced = min(seconds(date, 24 * 3), plan.exported_at)
        clicked = draw.near(int(visits[day]) * 150, 15) // 100 + draw.one(2)
        position = 142 - 30 * day // plan.days + draw.one(25)
        shown = max(draw.near(round(70 * plan.scale), 25), clicked)
        # Every twentieth day is still in the raw table as it was first exported, with a part of the clicks.
        for synced_at, percent in (
            ((seconds(date, 24 + 9), 60), (synced, 100)) if day % 20 == 7 else ((synced, 100),)
        ):
            sites += _by_device(date, clicked * percent // 100, shown * percent // 100, position, synced_at)
        queries += _share(day, QUERIES, "keyword", clicked * 45, draw, plan, synced)
        pages += _share(day, PAGES, "page", clicked * 104, draw, plan, synced)
        ledger.add("search_clicks", _day(day), amounts=_day(clicked))
        ledger.add("search_impressions", _day(day), amounts=_day(shown))
    yield listing("search_console", "site_report_by_site", sites)
    yield listing("search_console", "keyword_site_report_by_site", queries)
    yield listing("search_console", "page_report", pages)


def _day(number: int) -> Ints:
    return np.array([number], np.int64)


def _row(date: Any, device: str, clicks: int, shown: int, position: int, synced: int) -> dict[str, Any]:
    return {
        "date": date,
        "site": PROPERTY,
        "country": "fra",
        "device": device,
        "search_type": "WEB",
        "clicks": clicks,
        "impressions": shown,
        "ctr": round(clicks / shown, 6),
        "position": position / 10,
        "_fivetran_synced": synced,
    }


def _by_device(date: Any, clicked: int, shown: int, position: int, synced: int) -> list[dict[str, Any]]:
    rows = []
    for n, (device, share) in enumerate(DEVICES):
        part = shown * share // 10 if n == 0 else shown - shown * DEVICES[0][1] // 10
        hits = clicked * share // 10 if n == 0 else clicked - clicked * DEVICES[0][1] // 10
        if part:
            rows.append(_row(date, device, min(hits, part), part, position + 9 * n, synced))
    return rows


def _share(
    day: int,
    table: tuple[tuple[str, int, int, int], ...],
    column: str,
    clicked: int,
    draw: Draw,
    plan: Plan,
    synced: int,
) -> list[dict[str, Any]]:
    """Every second query or page of a day, with its part of `clicked` hundredths of clicks."""
    rows = []
    turn = [row for n, row in enumerate(table) if (day + n) % 2 == 0]
    total = sum(row[3] for row in turn)
    for name, position, daily, weight in turn:
        hits = (clicked * weight // total + draw.one(100)) // 100
        shown = max(draw.near(round(daily * plan.scale), 40), hits, 1)
        value = name if column == "keyword" else f"{SITE}{name}"
        row = _row(plan.dates[day], "MOBILE", hits, shown, position + draw.one(20), synced)
        rows.append(row | {column: value})
    return rows


def tracked_days(plan: Plan) -> list[int]:
    """Mondays and the last days of months."""
    ends = set(plan.month_ends)
    return [i for i, d in enumerate(plan.dates) if d.weekday() == 0 or i in ends]


def positions(plan: Plan) -> dict[int, list[int | None]]:
    """Position of every tracked keyword on every tracked day; None beyond the hundredth place."""
    draw = plan.draw("rank")
    answer: dict[int, list[int | None]] = {}
    for day in tracked_days(plan):
        row: list[int | None] = []
        for _, start, gain, _ in TRACKED:
            place = max(1, start - gain * day // max(1, plan.days - 1) + draw.one(5) - 2)
            row.append(place if place <= UNRANKED else None)
        answer[day] = row
    return answer


def ranks(plan: Plan) -> Iterator[Piece]:
    yield listing(
        "rank_tracker",
        "position_tracking",
        [
            {
                "date": plan.dates[day],
                "domain": DOMAIN,
                "keyword": keyword,
                "position": place,
                "url": f"{SITE}/" if place else None,
                "search_volume": volume,
                "location": "France",
                "device": "mobile",
                "_fivetran_synced": seconds(plan.dates[day], 26),
            }
            for day, row in positions(plan).items()
            for (keyword, _, _, volume), place in zip(TRACKED, row, strict=True)
        ],
    )
