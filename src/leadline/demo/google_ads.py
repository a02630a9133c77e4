"""Google Ads as the connector lands it: micros, two accounts, renamed campaigns, days exported more than
once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from leadline.demo.ads import MICRO, AdDays, Version, campaigns, split, versions
from leadline.demo.draw import short_id
from leadline.demo.ledger import Ledger
from leadline.demo.origins import ACCOUNTS, GOOGLE_EUR, NETWORKS, Origin
from leadline.demo.piece import Piece, listing
from leadline.demo.plan import DAY, Plan
from leadline.demo.traffic import campaign_name, renamed_on

# Conversions were seen to change for up to 73 days.
AGES = (2, 5, 9, 12, 17, 26, 38, 53, 73)
SETTLED = 11  # days after which cost no longer changes
COST, RESULTS, VALUE = {1: 96}, {1: 72, SETTLED: 91}, {1: 70, SETTLED: 90}  # per cent, by age of the export
EVERY, TURN = 6, 2
STRANGER = ("21500000099", "Soldes - autre client")  # imported by mistake, removed by a later export
STRANGER_COST = 6_400_000
PAGE_VIEW = 350_000  # visits of the contact page for a click, in millionths
DEVICES = {"SEARCH": (("MOBILE", 6), ("DESKTOP", 4))}
BID_IDS = 700_000_000


def tables(plan: Plan, ledger: Ledger, days: AdDays) -> Iterator[Piece]:
    """All tables of Google Ads."""
    yield listing(
        "google_ads",
        "account_history",
        [
            {
                "id": a.id,
                "updated_at": int(plan.midnights[0]) - 90 * DAY,
                "currency_code": a.currency,
                "descriptive_name": a.name,
                "time_zone": a.time_zone,
                "_fivetran_synced": plan.exported_at,
            }
            for a in ACCOUNTS
            if a.platform == "google_ads"
        ],
    )
    yield listing("google_ads", "campaign_history", _history(plan))
    stats, conversions, keywords = [], [], []
    for day in range(plan.days):
        for version in versions(plan, day, every=EVERY, turn=TURN, ages=AGES, settled=SETTLED):
            rows = _stats(plan, ledger, days, day, version)
            stats += rows
            conversions += _conversions(plan, days, day, version)
            keywords += _keywords(plan, days, day, version)
    yield listing("google_ads", "campaign_stats", stats)
    yield listing("google_ads", "campaign_conversion_stats", conversions)
    yield listing("google_ads", "keyword_stats", keywords)


def _history(plan: Plan) -> list[dict[str, Any]]:
    opened = int(plan.midnights[0]) - 20 * DAY
    rows = []
    for _, o in campaigns("google_ads"):
        first = next((d for d in plan.dates if d.month in o.months), None)
        name = campaign_name(o, plan)
        base = {
            "id": o.campaign_id,
            "customer_id": o.account.id if o.account else None,
            "advertising_channel_type": o.kind,
            "advertising_channel_subtype": "UNSPECIFIED",
            "start_date": first or plan.start,
            "serving_status": "SERVING",
            "status": "ENABLED",
        }
        if o.former:
            rows.append(base | {"name": o.former, "updated_at": opened, "_fivetran_synced": opened + 3600})
            opened_again = int(plan.midnights[renamed_on(plan)]) + 9 * 3600
            rows.append(
                base | {"name": name, "updated_at": opened_again, "_fivetran_synced": plan.exported_at}
            )
        else:
            rows.append(base | {"name": name, "updated_at": opened, "_fivetran_synced": plan.exported_at})
    rows.append(
        {
            "id": STRANGER[0],
            "name": STRANGER[1],
            "customer_id": GOOGLE_EUR.id,
            "updated_at": opened + DAY,
            "advertising_channel_type": "SEARCH",
            "advertising_channel_subtype": "UNSPECIFIED",
            "start_date": plan.start,
            "serving_status": "ENDED",
            "status": "REMOVED",
            "_fivetran_synced": opened + 2 * DAY,
        }
    )
    return rows


def _early(amount: int, version: Version, percents: dict[int, int]) -> int:
    """What an early export said: less than the last one."""
    return amount if version.age is None else amount * percents.get(version.age, 100) // 100


def _stats(plan: Plan, ledger: Ledger, days: AdDays, day: int, version: Version) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for i, o in campaigns("google_ads"):
        if not days.runs[day, i] or o.account is None:
            continue
        shares = DEVICES.get(o.kind or "", (("MOBILE", 1),))
        totals = {
            "impressions": int(days.impressions[day, i]),
            "clicks": int(days.clicks[day, i]),
            "cost_micros": _early(int(days.cost[day, i]), version, COST),
            "conversions": _early(int(days.purchases[day, i] + days.leads[day, i]), version, RESULTS),
            "conversions_value": _early(int(days.value[day, i]), version, VALUE),
        }
        if 0 in split(totals["impressions"], tuple(w for _, w in shares)):
            # Too few impressions for two devices: all of it happened on the first.
            shares = shares[:1]
        weights = tuple(w for _, w in shares)
        parts = {name: split(total, weights) for name, total in totals.items()}
        for n, (device, _) in enumerate(shares):
            row = {name: values[n] for name, values in parts.items()}
            if any(row.values()):
                rows.append(_stat_row(plan, o, day, device, row, version, len(rows)))
    if version.age == 1 and day % 4 == 0:
        rows.append(_stranger(plan, day, version, len(rows)))
        ledger.count("stranger_rows", 1)
    return rows


def _stat_row(
    plan: Plan, o: Origin, day: int, device: str, row: dict[str, int], version: Version, nth: int
) -> dict[str, Any]:
    account = o.account.id if o.account else ""
    return {
        "_fivetran_id": short_id(account, day, o.campaign_id, device),
        "customer_id": account,
        "date": plan.dates[day],
        "ad_network_type": NETWORKS[o.kind or ""],
        "device": device,
        "id": o.campaign_id,
        "impressions": row["impressions"],
        "clicks": row["clicks"],
        "interactions": row["clicks"],
        "cost_micros": row["cost_micros"],
        "conversions": row["conversions"] / MICRO,
        "conversions_value": row["conversions_value"] / 100,
        "view_through_conversions": 0,
        "_fivetran_synced": version.synced + nth,
    }


def _stranger(plan: Plan, day: int, version: Version, nth: int) -> dict[str, Any]:
    return {
        "_fivetran_id": short_id("stranger", day),
        "customer_id": GOOGLE_EUR.id,
        "date": plan.dates[day],
        "ad_network_type": "SEARCH",
        "device": "MOBILE",
        "id": STRANGER[0],
        "impressions": 190,
        "clicks": 7,
        "interactions": 7,
        "cost_micros": STRANGER_COST,
        "conversions": 1.5,
        "conversions_value": 96.0,
        "view_through_conversions": 0,
        "_fivetran_synced": version.synced + nth,
    }


def _conversions(plan: Plan, days: AdDays, day: int, version: Version) -> list[dict[str, Any]]:
    """One row a campaign and kind of conversion; visits of a page are counted beside leads and purchases."""
    rows: list[dict[str, Any]] = []
    for i, o in campaigns("google_ads"):
        if not days.runs[day, i]:
            continue
        kinds = (
            ("Achat", "PURCHASE", int(days.purchases[day, i]), int(days.value[day, i])),
            ("Demande de devis", "SUBMIT_LEAD_FORM", int(days.leads[day, i]), 0),
            (
                "Vue de la page contact",
                "PAGE_VIEW",
                int(days.clicks[day, i]) * PAGE_VIEW if o.leads else 0,
                0,
            ),
        )
        for name, category, number, value in kinds:
            number, value = _early(number, version, RESULTS), _early(value, version, VALUE)
            if number:
                rows.append(
                    {
                        "_fivetran_id": short_id(o.campaign_id, day, category),
                        "customer_id": o.account.id if o.account else None,
                        "date": plan.dates[day],
                        "id": o.campaign_id,
                        "conversion_action_name": name,
                        "conversion_action_category": category,
                        "conversions": number / MICRO,
                        "conversions_value": value / 100,
                        "_fivetran_synced": version.synced + len(rows),
                    }
                )
    return rows


def quality(campaign: int, keyword: int) -> int | None:
    """A keyword's quality score; Google gives none to every fourth."""
    number = campaign * 3 + keyword
    return None if number % 4 == 2 else 4 + number * 5 % 7


def keyword_impressions(days: AdDays, day: int, i: int, o: Origin) -> list[int]:
    """Impressions of a campaign's keywords on a day; none without clicks. A fifth is not reported by
    keyword."""
    if not o.keywords or not days.runs[day, i] or days.clicks[day, i] == 0:
        return []
    return split(int(days.impressions[day, i]) * 4 // 5, tuple(range(len(o.keywords) + 1, 1, -1)))


def _keywords(plan: Plan, days: AdDays, day: int, version: Version) -> list[dict[str, Any]]:
    """Search campaigns by keyword, on days with clicks."""
    rows: list[dict[str, Any]] = []
    for place, (i, o) in enumerate(campaigns("google_ads")):
        if not o.keywords or not days.runs[day, i] or days.clicks[day, i] == 0:
            continue
        weights = tuple(range(len(o.keywords) + 1, 1, -1))
        shown = keyword_impressions(days, day, i, o)
        clicked = split(int(days.clicks[day, i]) * 4 // 5, weights)
        paid = split(_early(int(days.cost[day, i]) * 4 // 5, version, COST), weights)
        for n, text in enumerate(o.keywords):
            if shown[n] == 0:
                continue
            rows.append(
                {
                    "_fivetran_id": short_id("kw", o.campaign_id, day, n),
                    "customer_id": o.account.id if o.account else None,
                    "date": plan.dates[day],
                    "campaign_id": o.campaign_id,
                    "ad_group_id": f"{o.campaign_id}1"[-11:],
                    "ad_group_criterion_criterion_id": str(BID_IDS + place * 10 + n),
                    "keyword_text": text,
                    "ad_network_type": "SEARCH",
                    "device": "MOBILE",
                    "impressions": shown[n],
                    "clicks": clicked[n],
                    "cost_micros": paid[n],
                    "conversions": 0.0,
                    "conversions_value": 0.0,
                    "quality_score": quality(place, n),
                    "_fivetran_synced": version.synced + len(rows),
                }
            )
    return rows
