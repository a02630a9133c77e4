"""Meta Ads as the connector lands it: results in long form, one name on two campaigns, reach by reported
period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from leadline.demo.ads import MICRO, AdDays, Version, campaigns, split, versions
from leadline.demo.draw import short_id
from leadline.demo.origins import META, Origin
from leadline.demo.piece import Piece, listing
from leadline.demo.plan import DAY, Plan, seconds
from leadline.demo.traffic import campaign_name, renamed_on

AGES = (1, 2, 3, 4)  # days for which Meta's spend was seen to change
TWO_ADS = ("meta_prospecting",)


def ads_of(o: Origin) -> tuple[tuple[str, int], ...]:
    """A campaign's ads and their share of it."""
    base = f"{o.campaign_id}"[:-3] + "5"
    last = f"{o.campaign_id}"[-2:]
    if o.key in TWO_ADS:
        return ((f"{base}{last}1", 6), (f"{base}{last}2", 4))
    return ((f"{base}{last}1", 1),)


def tables(plan: Plan, days: AdDays) -> Iterator[Piece]:
    """All tables of Meta Ads."""
    yield listing(
        "meta_ads",
        "account_history",
        [
            {
                "id": META.id,
                "name": META.name,
                "currency": META.currency,
                "timezone_name": META.time_zone,
                "_fivetran_synced": plan.exported_at,
            }
        ],
    )
    yield listing("meta_ads", "campaign_history", _campaigns(plan))
    yield listing("meta_ads", "ad_history", _ads(plan))
    basic, actions, values = [], [], []
    for day in range(plan.days):
        for version in versions(plan, day, every=9, turn=3, ages=AGES):
            for i, o in campaigns("meta_ads"):
                if days.runs[day, i]:
                    basic += _basic(plan, days, day, i, o, version)
                    actions += _actions(plan, days, day, i, o, version)
                    values += _values(plan, days, day, i, o, version)
    yield listing("meta_ads", "basic_ad", basic)
    yield listing("meta_ads", "basic_ad_actions", actions)
    yield listing("meta_ads", "basic_ad_action_values", values)
    yield listing("meta_ads", "period_insights", list(_periods(plan, days)))


def _campaigns(plan: Plan) -> list[dict[str, Any]]:
    opened = int(plan.midnights[0]) - 15 * DAY
    rows = []
    for _, o in campaigns("meta_ads"):
        base = {"id": o.campaign_id, "account_id": META.id, "objective": o.kind}
        name = campaign_name(o, plan)
        if o.former:
            rows.append(base | {"name": o.former, "updated_time": opened, "_fivetran_synced": opened + 3600})
            later = int(plan.midnights[renamed_on(plan)]) + 10 * 3600
            rows.append(base | {"name": name, "updated_time": later, "_fivetran_synced": plan.exported_at})
        else:
            rows.append(base | {"name": name, "updated_time": opened, "_fivetran_synced": plan.exported_at})
    return rows


def _ads(plan: Plan) -> list[dict[str, Any]]:
    opened = int(plan.midnights[0]) - 15 * DAY
    return [
        {
            "id": ad,
            "account_id": META.id,
            "ad_set_id": f"{ad[:-4]}7{ad[-3:]}",
            "campaign_id": o.campaign_id,
            "name": f"{'video' if o.key == 'meta_twin' else 'image'}-{'ab'[n]}",
            "updated_time": opened,
            "_fivetran_synced": plan.exported_at,
        }
        for _, o in campaigns("meta_ads")
        for n, (ad, _) in enumerate(ads_of(o))
    ]


def split_ads(amount: int, o: Origin) -> list[int]:
    """A campaign's amount by its ads."""
    return split(amount, tuple(w for _, w in ads_of(o)))


def daily_reach(impressions: int) -> int:
    return impressions * 71 // 100


def spend(days: AdDays, day: int, i: int) -> int:
    """Cents spent by a campaign on a day."""
    return int(days.cost[day, i]) // 10_000


def _early(amount: int, version: Version, percent: int) -> int:
    return amount if version.age is None else amount * percent // 100


def _basic(plan: Plan, days: AdDays, day: int, i: int, o: Origin, version: Version) -> list[dict[str, Any]]:
    ads = ads_of(o)
    weights = tuple(w for _, w in ads)
    shown = split(int(days.impressions[day, i]), weights)
    clicked = split(int(days.clicks[day, i]), weights)
    paid = split(_early(spend(days, day, i), version, 97), weights)
    return [
        {
            "ad_id": ad,
            "date": plan.dates[day],
            "account_id": META.id,
            "impressions": shown[n],
            "inline_link_clicks": clicked[n],
            "clicks": clicked[n] + shown[n] // 60,
            "spend": paid[n] / 100,
            "reach": daily_reach(shown[n]),
            "_fivetran_synced": version.synced + n,
        }
        for n, (ad, _) in enumerate(ads)
    ]


def _results(days: AdDays, day: int, i: int, o: Origin, version: Version) -> list[tuple[int, str, int, int]]:
    """Ad number, kind, results in millionths, their value in cents."""
    answer = []
    ads = ads_of(o)
    weights = tuple(w for _, w in ads)
    bought = split(_early(int(days.purchases[day, i]), version, 80), weights)
    value = split(_early(int(days.value[day, i]), version, 80), weights)
    led = split(_early(int(days.leads[day, i]), version, 80), weights)
    clicked = split(int(days.clicks[day, i]), weights)
    for n in range(len(ads)):
        answer.append((n, "link_click", clicked[n] * MICRO, 0))
        if bought[n]:
            answer += [
                (n, "purchase", bought[n], value[n]),
                (n, "offsite_conversion.fb_pixel_purchase", bought[n], value[n]),
            ]
        if led[n]:
            answer += [(n, "lead", led[n], 0), (n, "offsite_conversion.fb_pixel_lead", led[n], 0)]
    return [a for a in answer if a[2]]


def _actions(plan: Plan, days: AdDays, day: int, i: int, o: Origin, version: Version) -> list[dict[str, Any]]:
    """Results in long form: the standard event and the pixel's own both, each again by attribution window."""
    rows = []
    for index, (n, kind, number, _) in enumerate(_results(days, day, i, o, version)):
        viewed = 0 if kind == "link_click" else number // 5
        ad = ads_of(o)[n][0]
        rows.append(
            {
                "_fivetran_id": short_id("act", ad, day),
                "ad_id": ad,
                "date": plan.dates[day],
                "index": index,
                "action_type": kind,
                "value": number / MICRO,
                "_7_d_click": (number - viewed) / MICRO,
                "_1_d_view": viewed / MICRO if viewed else None,
                "_fivetran_synced": version.synced,
            }
        )
    return rows


def _values(plan: Plan, days: AdDays, day: int, i: int, o: Origin, version: Version) -> list[dict[str, Any]]:
    rows = []
    with_value = [r for r in _results(days, day, i, o, version) if r[3]]
    for index, (n, kind, _, value) in enumerate(with_value):
        viewed = value // 5
        ad = ads_of(o)[n][0]
        rows.append(
            {
                "_fivetran_id": short_id("val", ad, day),
                "ad_id": ad,
                "date": plan.dates[day],
                "index": index,
                "action_type": kind,
                "value": value / 100,
                "_7_d_click": (value - viewed) / 100,
                "_1_d_view": viewed / 100,
                "_fivetran_synced": version.synced,
            }
        )
    return rows


def period_reach(days: AdDays, first: int, last: int, i: int | None) -> tuple[int, int]:
    """Impressions and people reached by a campaign (None: the account) from one day to another, both
    included.

    People see an ad on several days, so this is far below the days' reaches added up, and never below the
    best day's.
    """
    chosen = [j for j, _ in campaigns("meta_ads") if i is None or j == i]
    table = days.impressions[first : last + 1][:, chosen]
    shown = int(table.sum())
    if shown == 0:
        return 0, 0
    best = max(sum(daily_reach(int(n)) for n in row) for row in table.tolist())
    length = last - first + 1
    percent = 44 if length <= 7 else 23
    return shown, max(best, shown * percent // 100 - (shown // 50 if i is None else 0))


def _periods(plan: Plan, days: AdDays) -> Iterator[dict[str, Any]]:
    """Months (account and campaigns) and weeks from Monday (account only) that lie wholly in the plan."""
    for first, last, is_month in periods(plan):
        chosen: list[tuple[int | None, str | None]] = [(None, None)]
        if is_month:
            chosen += [(i, o.campaign_id) for i, o in campaigns("meta_ads")]
        for i, campaign in chosen:
            shown, reach = period_reach(days, first, last, i)
            if reach == 0:
                continue
            paid = sum(
                spend(days, d, j)
                for d in range(first, last + 1)
                for j, _ in campaigns("meta_ads")
                if i in (None, j)
            )
            yield {
                "account_id": META.id,
                "campaign_id": campaign,
                "date_start": plan.dates[first],
                "date_stop": plan.dates[last],
                "impressions": shown,
                "reach": reach,
                "frequency": round(shown / reach, 4),
                "spend": paid / 100,
                "estimated_ad_recallers": reach * 6 // 100,
                "_fivetran_synced": min(seconds(plan.dates[last], 24 * 6), plan.exported_at),
            }


def periods(plan: Plan) -> list[tuple[int, int, bool]]:
    """First day, last day and whether it is a month: whole calendar months, then whole weeks."""
    answer = []
    for last in plan.month_ends:
        first = plan.position(plan.dates[last].replace(day=1))
        if first >= 0 and (plan.dates[last] + dt.timedelta(days=1)).day == 1:
            answer.append((first, last, True))
    for first in range(plan.days - 6):
        if plan.dates[first].weekday() == 0:
            answer.append((first, first + 6, False))
    return answer
