"""What is true of the advertising, and the traps in how the platforms report it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from leadline.demo import google_ads, linkedin_ads, meta_ads, naive
from leadline.demo.ads import MICRO, AdDays, campaigns, claim_of, versions
from leadline.demo.ledger import Ledger
from leadline.demo.origins import GOOGLE_EUR, Origin
from leadline.demo.plan import Plan
from leadline.demo.rates import is_published, to_euro

PLATFORMS = ("google_ads", "meta_ads", "linkedin_ads")
FAILING = ("google_display", "linkedin_brand")
CENTS = 10_000  # micros in a cent


def totals(plan: Plan, days: AdDays) -> dict[str, Any]:
    """By platform, campaign and month: counts, cost in the account's currency and in euro at each day's
    rate."""
    answer: dict[str, Any] = {}
    for platform in PLATFORMS:
        answer[platform] = {
            str(o.campaign_id): {
                "account": o.account.id if o.account else None,
                "currency": o.account.currency if o.account else None,
                "months": _months(plan, days, i, o),
            }
            for i, o in campaigns(platform)
        }
    return answer


def cost_micros(days: AdDays, day: int, i: int, o: Origin) -> int:
    """What a campaign cost on a day, as finely as its platform tells it."""
    cost = int(days.cost[day, i])
    is_google = o.account is not None and o.account.platform == "google_ads"
    return cost if is_google else cost // CENTS * CENTS


def _months(plan: Plan, days: AdDays, i: int, o: Origin) -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for m, month in enumerate(plan.months):
        chosen = [int(d) for d in np.flatnonzero(plan.month_of_day == m) if days.runs[d, i]]
        if not chosen:
            continue
        costs = {d: cost_micros(days, d, i, o) for d in chosen}
        currency = o.account.currency if o.account else "EUR"
        answer[month] = {
            "impressions": int(days.impressions[chosen, i].sum()),
            "clicks": int(days.clicks[chosen, i].sum()),
            "cost": sum(costs.values()) / MICRO,
            "cost_eur": sum(to_euro(plan, c, currency, plan.dates[d]) for d, c in costs.items()) / MICRO,
            "purchases": int(days.purchases[chosen, i].sum()) / MICRO,
            "purchase_value": int(days.value[chosen, i].sum()) / 100,
            "leads": _leads(days, chosen, i, o),
        }
    return answer


def _leads(days: AdDays, chosen: list[int], i: int, o: Origin) -> float:
    """Leads that the platform claims; LinkedIn counts whole forms, the others attribute fractions."""
    if o.account is not None and o.account.platform == "linkedin_ads":
        return float(sum(int(days.leads[d, i]) // MICRO for d in chosen))
    return int(days.leads[chosen, i].sum()) / MICRO


def spend(plan: Plan, days: AdDays, platform: str) -> tuple[int, float]:
    """Micros spent on a platform, all currencies added up; and in euro."""
    raw, euro = 0, 0.0
    for i, o in campaigns(platform):
        currency = o.account.currency if o.account else "EUR"
        for day in range(plan.days):
            cost = cost_micros(days, day, i, o)
            raw += cost
            euro += to_euro(plan, cost, currency, plan.dates[day]) / MICRO
    return raw, euro


def reach(plan: Plan, days: AdDays) -> dict[str, Any]:
    """People reached by period, account (`account`) or campaign; periods by their first and last day."""
    answer: dict[str, Any] = {}
    for name, module in (("meta_ads", meta_ads), ("linkedin_ads", linkedin_ads)):
        rows: dict[str, Any] = {}
        for first, last, is_month in meta_ads.periods(plan):
            if not is_month:
                continue
            period = f"{plan.dates[first]}/{plan.dates[last]}"
            row = {"account": module.period_reach(days, first, last, None)[1]}
            row |= {
                str(o.campaign_id): module.period_reach(days, first, last, i)[1] for i, o in campaigns(name)
            }
            rows[period] = {k: n for k, n in row.items() if n}
        answer[name] = {period: row for period, row in rows.items() if row}
    return answer


def traps(plan: Plan, ledger: Ledger, days: AdDays, sums: Counter[str]) -> None:
    """Record the traps of advertising."""
    _restated(plan, ledger, days, sums)
    _currencies(plan, ledger, days)
    _names(ledger)
    _results(plan, ledger, days)
    _claims(plan, ledger, days)
    _reached(plan, ledger, days)
    _quality(plan, ledger, days)
    _failures(plan, ledger, days)


def _failures(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    """Campaigns that cost money and brought nothing."""
    asked = ledger.of("requests_by_origin")
    for platform in PLATFORMS:
        for i, o in campaigns(platform):
            cost = sum(cost_micros(days, d, i, o) for d in range(plan.days)) / MICRO
            if o.key not in FAILING or not cost:
                continue
            ledger.trap(
                "campaign_that_fails",
                "Spend and not one lead or sale: its cost per lead is unknown, not 0.",
                0,
                None,
                campaign_id=o.campaign_id,
                cost=cost,
                leads=int(asked[:, i].sum()),
            )


def _restated(plan: Plan, ledger: Ledger, days: AdDays, sums: Counter[str]) -> None:
    google = [i for i, _ in campaigns("google_ads")]
    conversions = int((days.purchases[:, google] + days.leads[:, google]).sum()) / MICRO
    ledger.trap(
        "restated_conversions",
        "Google Ads conversions of every sixth day are there two or three times, as first exported and as"
        " restated up to 73 days later; only the last export of an account's day counts.",
        naive.get(sums, "google_ads.campaign_stats.conversions"),
        conversions,
        table="google_ads.campaign_stats",
    )
    late = sum(1 for d in range(plan.days) if _age(plan, d) > 30)
    ledger.trap(
        "restated_late",
        "Days of Google Ads whose last export came more than 30 days after them: a look-back of 30 days"
        " keeps the older one.",
        0,
        late,
        table="google_ads.campaign_stats",
    )
    meta, linkedin = spend(plan, days, "meta_ads")[0], spend(plan, days, "linkedin_ads")[0]
    ledger.trap(
        "restated_spend_meta",
        "Meta spend of every ninth day was exported twice; the first said less.",
        naive.get(sums, "meta_ads.basic_ad.spend"),
        meta / MICRO,
        table="meta_ads.basic_ad",
    )
    ledger.trap(
        "restated_spend_linkedin",
        "LinkedIn cost of every tenth day was exported twice; the first said less.",
        naive.get(sums, "linkedin_ads.ad_analytics_by_campaign.cost_in_local_currency"),
        linkedin / MICRO,
        table="linkedin_ads.ad_analytics_by_campaign",
    )
    euro_account = sum(
        cost_micros(days, d, i, o)
        for i, o in campaigns("google_ads")
        if o.account == GOOGLE_EUR
        for d in range(plan.days)
    )
    strange = ledger.totals["stranger_rows"] * google_ads.STRANGER_COST
    ledger.trap(
        "vanished_rows",
        "Another client's campaign was imported and later removed: its rows are in older exports of some"
        " days only. The latest row of each campaign and day keeps them; the latest export of each day does"
        " not.",
        (euro_account + strange) / MICRO,
        euro_account / MICRO,
        table="google_ads.campaign_stats",
        campaign_id=google_ads.STRANGER[0],
        rows=ledger.totals["stranger_rows"],
    )


def _age(plan: Plan, day: int) -> int:
    """Days between a day and its last export."""
    last = versions(plan, day, every=google_ads.EVERY, turn=google_ads.TURN, ages=google_ads.AGES)[-1].synced
    return (last - int(plan.midnights[day])) // 86_400


def _currencies(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    raw, euro = spend(plan, days, "google_ads")
    ledger.trap(
        "micros",
        "Google Ads gives cost in micros: millionths of a unit.",
        raw,
        raw / MICRO,
        table="google_ads.campaign_stats",
    )
    ledger.trap(
        "two_currencies",
        "One Google Ads account is in dollars, the other in euro: added up, or converted.",
        raw / MICRO,
        euro,
        table="google_ads.campaign_stats",
    )
    kept = 0.0
    for i, o in campaigns("google_ads"):
        for day, date in enumerate(plan.dates):
            currency = o.account.currency if o.account else "EUR"
            if currency == "EUR" or is_published(date):
                kept += to_euro(plan, int(days.cost[day, i]), currency, date) / MICRO
    ledger.trap(
        "rates_missing_at_weekends",
        "No rate is published at weekends and on holidays: joined on the day alone, their dollars are lost;"
        " the last published rate holds until the next.",
        kept,
        euro,
        table="exchange_rates.rate",
    )


def _names(ledger: Ledger) -> None:
    renamed = [o for p in PLATFORMS for _, o in campaigns(p) if o.former]
    count = sum(1 for p in PLATFORMS for _, o in campaigns(p))
    ledger.trap(
        "renamed_campaigns",
        "Campaigns were renamed: counted by every name that they had, or by id.",
        count + len(renamed),
        count,
        campaign_ids=[o.campaign_id for o in renamed],
    )
    twins = [o for p in PLATFORMS for _, o in campaigns(p) if o.namesake]
    ledger.trap(
        "one_name_two_campaigns",
        "Two Meta campaigns bear one name: counted by latest name, or by id.",
        count - len(twins),
        count,
        campaign_ids=[o.campaign_id for o in twins],
    )


def _results(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    meta = [i for i, _ in campaigns("meta_ads")]
    bought, led = int(days.purchases[:, meta].sum()) / MICRO, int(days.leads[:, meta].sum()) / MICRO
    ledger.trap(
        "pixel_and_standard_event",
        "Meta lists a purchase as `purchase` and as the pixel's own event: twice the truth.",
        2 * bought,
        bought,
        table="meta_ads.basic_ad_actions",
    )
    ledger.trap(
        "pixel_and_standard_lead",
        "Meta lists a lead as `lead` and as the pixel's own event.",
        2 * led,
        led,
        table="meta_ads.basic_ad_actions",
    )
    ledger.trap(
        "attribution_windows",
        "`value` is the sum of its attribution windows, whose columns stand beside it: added up, twice the"
        " truth.",
        2 * bought,
        bought,
        table="meta_ads.basic_ad_actions",
    )
    chosen = [(i, o) for i, o in campaigns("google_ads")]
    leads = sum(int(days.leads[:, i].sum()) for i, _ in chosen) / MICRO
    sold = sum(int(days.purchases[:, i].sum()) for i, _ in chosen) / MICRO
    views = sum(int(days.clicks[:, i].sum()) * google_ads.PAGE_VIEW for i, o in chosen if o.leads) / MICRO
    ledger.trap(
        "conversion_categories",
        "Google's conversions of all kinds added up as leads: purchases and page views too.",
        leads + sold + views,
        leads,
        table="google_ads.campaign_conversion_stats",
    )
    clicks = int(days.clicks[:, meta].sum())
    shown = days.impressions[:, meta]
    every = clicks + sum(
        n // 60
        for d in range(plan.days)
        for i, o in campaigns("meta_ads")
        if days.runs[d, i]
        for n in meta_ads.split_ads(int(days.impressions[d, i]), o)
    )
    ledger.trap(
        "clicks_of_all_kinds",
        "Meta's `clicks` counts every click on an ad, `inline_link_clicks` those that lead to the site.",
        every,
        clicks,
        table="meta_ads.basic_ad",
        impressions=int(shown.sum()),
    )


def _claims(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    sold = ledger.by_month("order_value")
    months: dict[str, Any] = {}
    for m, month in enumerate(plan.months):
        chosen = plan.month_of_day == m
        claimed = int(days.value[chosen].sum())
        if sold[month]:
            months[month] = {
                "claimed": claimed / 100,
                "sold": sold[month] / 100,
                "share": round(claimed / sold[month], 4),
            }
    over = {k: v for k, v in months.items() if v["share"] > 1}
    ledger.trap(
        "platforms_over_claim",
        "Google and Meta each claim sales; together more than the shop sold, four months running.",
        sum(v["claimed"] for v in over.values()),
        sum(v["sold"] for v in over.values()),
        months=months,
        per_mille={m: claim_of(m) for m in range(1, 13)},
    )


def _reached(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    month = next(((f, e) for f, e, is_month in meta_ads.periods(plan) if is_month), None)
    if month is None:
        return
    first, last = month
    added = sum(
        meta_ads.daily_reach(n)
        for d in range(first, last + 1)
        for i, o in campaigns("meta_ads")
        if days.runs[d, i]
        for n in meta_ads.split_ads(int(days.impressions[d, i]), o)
    )
    ledger.trap(
        "daily_reach_summed",
        "People reached in a month: the days' reaches added up, or as reported for the month.",
        added,
        meta_ads.period_reach(days, first, last, None)[1],
        table="meta_ads.period_insights",
        period=[str(plan.dates[first]), str(plan.dates[last])],
    )
    campaigns_sum = sum(meta_ads.period_reach(days, first, last, i)[1] for i, _ in campaigns("meta_ads"))
    ledger.trap(
        "reach_over_campaigns",
        "The campaigns' reaches of a month added up, or the account's.",
        campaigns_sum,
        meta_ads.period_reach(days, first, last, None)[1],
        table="meta_ads.period_insights",
    )


def _quality(plan: Plan, ledger: Ledger, days: AdDays) -> None:
    scored, weight, rows, plain, zeros = 0, 0, 0, 0, 0
    for day in range(plan.days):
        for place, (i, o) in enumerate(campaigns("google_ads")):
            for n, shown in enumerate(google_ads.keyword_impressions(days, day, i, o)):
                score = google_ads.quality(place, n)
                if shown == 0:
                    continue
                rows += 1
                if score is None:
                    zeros += 1
                    continue
                scored, weight, plain = scored + score * shown, weight + shown, plain + score
    if weight:
        ledger.trap(
            "quality_score_missing",
            "A missing quality score read as 0 in a plain average; right: weighted by impressions over"
            " keywords that have one.",
            plain / rows,
            scored / weight,
            table="google_ads.keyword_stats",
            rows_without_score=zeros,
            plain_average=plain / (rows - zeros),
        )
