"""LinkedIn Ads as the connector lands it: cost in the account's currency and in dollars."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leadline.demo.ads import MICRO, AdDays, Version, campaigns, versions
from leadline.demo.meta_ads import periods
from leadline.demo.origins import LINKEDIN
from leadline.demo.piece import Piece, listing
from leadline.demo.plan import DAY, Plan, seconds
from leadline.demo.rates import per_euro
from leadline.demo.traffic import campaign_name

GROUP = "620000051"
AGES = (1, 3, 8)


def tables(plan: Plan, days: AdDays) -> Iterator[Piece]:
    """All tables of LinkedIn Ads."""
    opened = int(plan.midnights[0]) - 300 * DAY
    changed = int(plan.midnights[0]) - 10 * DAY
    yield listing(
        "linkedin_ads",
        "account_history",
        [
            {
                "id": LINKEDIN.id,
                "last_modified_time": changed + n * DAY,
                "created_time": opened,
                "name": name,
                "currency": LINKEDIN.currency,
                "version_tag": str(n + 1),
                "_fivetran_synced": changed + n * DAY + 3600,
            }
            for n, name in enumerate(("Maison Oriane Pro", LINKEDIN.name))
        ],
    )
    yield listing(
        "linkedin_ads",
        "campaign_group_history",
        [
            {
                "id": GROUP,
                "last_modified_time": changed,
                "account_id": LINKEDIN.id,
                "created_time": opened,
                "name": "Entreprises",
                "_fivetran_synced": plan.exported_at,
            }
        ],
    )
    yield listing(
        "linkedin_ads",
        "campaign_history",
        [
            {
                "id": o.campaign_id,
                "last_modified_time": changed + n * DAY,
                "account_id": LINKEDIN.id,
                "campaign_group_id": GROUP,
                "created_time": opened + DAY,
                "version_tag": str(n + 1),
                "name": campaign_name(o, plan) if n else f"Brouillon {o.campaign_id}",
                "_fivetran_synced": changed + n * DAY + 3600,
            }
            for _, o in campaigns("linkedin_ads")
            for n in (0, 1)
        ],
    )
    rows = [
        row
        for day in range(plan.days)
        for version in versions(plan, day, every=10, turn=4, ages=AGES)
        for row in _analytics(plan, days, day, version)
    ]
    yield listing("linkedin_ads", "ad_analytics_by_campaign", rows)
    yield listing("linkedin_ads", "ad_analytics_by_period", list(_periods(plan, days)))


def _analytics(plan: Plan, days: AdDays, day: int, version: Version) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    date = plan.dates[day]
    for i, o in campaigns("linkedin_ads"):
        if not days.runs[day, i]:
            continue
        cents = int(days.cost[day, i]) // 10_000
        if version.age is not None:
            cents = cents * 95 // 100
        leads, shown, clicked = (
            int(days.leads[day, i]),
            int(days.impressions[day, i]),
            int(days.clicks[day, i]),
        )
        rows.append(
            {
                "campaign_id": o.campaign_id,
                "day": seconds(date),
                "impressions": shown,
                "clicks": clicked + shown // 200,
                "landing_page_clicks": clicked,
                "cost_in_local_currency": cents / 100,
                "cost_in_usd": round(cents * per_euro(plan, "USD", date) / 1_000_000, 4),
                "external_website_conversions": leads % MICRO / MICRO,
                "conversion_value_in_local_currency": 0.0,
                "one_click_leads": leads // MICRO,
                "approximate_unique_impressions": shown * 83 // 100,
                "_fivetran_synced": version.synced + len(rows),
            }
        )
    return rows


def period_reach(days: AdDays, first: int, last: int, i: int | None) -> tuple[int, int]:
    """Impressions and people reached by a campaign (None: the account) from one day to another, both
    included."""
    chosen = [j for j, _ in campaigns("linkedin_ads") if i is None or j == i]
    table = days.impressions[first : last + 1][:, chosen]
    shown = int(table.sum())
    best = max((sum(int(n) * 83 // 100 for n in row) for row in table.tolist()), default=0)
    return shown, max(best, shown * 27 // 100 - (shown // 40 if i is None else 0))


def _periods(plan: Plan, days: AdDays) -> Iterator[dict[str, Any]]:
    for first, last, is_month in periods(plan):
        if not is_month:
            continue
        for i, campaign in [(None, None), *((i, o.campaign_id) for i, o in campaigns("linkedin_ads"))]:
            shown, reach = period_reach(days, first, last, i)
            if reach:
                yield {
                    "account_id": LINKEDIN.id,
                    "campaign_id": campaign,
                    "date_start": plan.dates[first],
                    "date_end": plan.dates[last],
                    "impressions": shown,
                    "approximate_unique_impressions": reach,
                    "_fivetran_synced": min(seconds(plan.dates[last], 24 * 4), plan.exported_at),
                }
