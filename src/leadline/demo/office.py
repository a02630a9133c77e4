"""What no platform reports: marketing costs, mentions of the brand, and the sizes of retargeting
audiences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from leadline.demo.origins import GOOGLE_EUR, META
from leadline.demo.piece import Piece, listing
from leadline.demo.plan import Plan, seconds

# Kind, supplier, description, channel, cents a month at scale 1, currency.
MONTHLY = (
    ("salaries", None, "Responsable marketing, part du mois", None, 12_000, "EUR"),
    ("tools", "Mailchimp", "Abonnement", "Email", 1_900, "USD"),
    ("tools", "Semrush", "Abonnement", "Organic Search", 1_500, "EUR"),
    ("agency", "Studio Tilleul", "Gestion des campagnes", "Paid Search", 6_000, "EUR"),
)
# Kind, supplier, description, channel, cents, currency, first day and length in days from the start of a
# month.
ONCE = (
    (10, "events", "Salon de l'hôtellerie", "Stand", None, 24_000, "EUR", 6, 4),
    (3, "events", "Salon des métiers de bouche", "Stand", None, 18_000, "EUR", 19, 3),
    (1, "content", "Atelier Lumière", "Photographies des coffrets", None, 9_500, "EUR", 12, 20),
    (5, "content", "Plume & Cie", "Articles du journal", "Organic Search", 4_900, "EUR", 4, 40),
)
NETWORKS = ("instagram", "facebook", "blog", "forum", "presse")
WORDS = {
    "positive": "Une belle adresse pour le thé en vrac",
    "neutral": "Maison Oriane ouvre le dimanche en décembre",
    "negative": "Colis arrivé en retard",
}
AUDIENCES = (
    ("google_ads", GOOGLE_EUR.id, "aud-901", "Visiteurs 30 jours", True, 320),
    ("meta_ads", META.id, "aud-902", "Paniers abandonnés 14 jours", True, 90),
    ("meta_ads", META.id, "aud-903", "Semblables aux clients 1 %", False, 4200),
)


def costs(plan: Plan) -> list[dict[str, Any]]:
    """Costs with their period; the amount is `amount_cents` of `currency`."""
    factor = max(1, round(plan.scale))
    rows: list[dict[str, Any]] = []
    for last in plan.month_ends:
        first = plan.dates[last].replace(day=1)
        following = (first + dt.timedelta(days=32)).replace(day=1)
        end = following - dt.timedelta(days=1)
        for kind, supplier, text, channel, cents, currency in MONTHLY:
            rows.append(_cost(len(rows), first, end, kind, supplier, text, channel, cents * factor, currency))
        for month, kind, supplier, text, channel, cents, currency, start, length in ONCE:
            if first.month == month:
                day = first + dt.timedelta(days=start)
                until = day + dt.timedelta(days=length - 1)
                rows.append(
                    _cost(len(rows), day, until, kind, supplier, text, channel, cents * factor, currency)
                )
    return rows


def _cost(
    number: int,
    first: dt.date,
    last: dt.date,
    kind: str,
    supplier: str | None,
    text: str,
    channel: str | None,
    cents: int,
    currency: str,
) -> dict[str, Any]:
    return {
        "id": f"cost-{number + 1:04d}",
        "period_start": first,
        "period_end": last,
        "cost_type": kind,
        "supplier": supplier,
        "description": text,
        "channel": channel,
        "amount_cents": cents,
        "currency": currency,
    }


def mentions(plan: Plan) -> list[dict[str, Any]]:
    """Mentions of the brand, two a week or so."""
    draw = plan.draw("mentions")
    rows: list[dict[str, Any]] = []
    for date in plan.dates:
        if draw.one(100) >= 26:
            continue
        mood = ("positive", "positive", "positive", "neutral", "neutral", "negative")[draw.one(6)]
        network = NETWORKS[draw.one(5)]
        rows.append(
            {
                "id": f"m{len(rows) + 1:05d}",
                "published_at": seconds(date, draw.one(24), draw.one(60)),
                "network": network,
                "author": f"lecteur{draw.one(900):03d}",
                "url": f"https://{network}.example/p/{len(rows) + 1}",
                "content": WORDS[mood],
                "sentiment": mood,
                "reach": draw.near(400, 60),
                "_fivetran_synced": plan.exported_at,
            }
        )
    return rows


def audiences(plan: Plan) -> list[dict[str, Any]]:
    """Sizes on Mondays and on the last days of months."""
    draw = plan.draw("audiences")
    factor = max(1, round(plan.scale))
    ends = set(plan.month_ends)
    return [
        {
            "date": date,
            "platform": platform,
            "account_id": account,
            "audience_id": number,
            "audience_name": name,
            "is_retargeting": again,
            "size": draw.near(size * factor, 20),
            "_fivetran_synced": seconds(date, 27),
        }
        for day, date in enumerate(plan.dates)
        if date.weekday() == 0 or day in ends
        for platform, account, number, name, again, size in AUDIENCES
    ]


def tables(plan: Plan) -> Iterator[Piece]:
    spent = []
    for cost in costs(plan):
        row = {k: v for k, v in cost.items() if k != "amount_cents"}
        spent.append(row | {"amount": cost["amount_cents"] / 100, "_fivetran_synced": plan.exported_at})
    yield listing("costs", "marketing_cost", spent)
    yield listing("listening", "mention", mentions(plan))
    yield listing("audiences", "audience_size", audiences(plan))
