"""What marketing cost, by channel and month, in euros: from the platforms' exports and the ledger."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from tests.by_hand.rows import Row, day, euros, latest_run, month, newest, number, raw

Cell = tuple[str | None, dt.date]
GOOGLE_CHANNELS = {
    "SEARCH": "Paid Search",
    "DISPLAY": "Display",
    "VIDEO": "Paid Video",
    "SHOPPING": "Paid Shopping",
    "PERFORMANCE_MAX": "Cross-network",
    "DEMAND_GEN": "Cross-network",
}


def google_spend() -> dict[Cell, float]:
    currency = newest(raw("google_ads", "account_history"), "id", "updated_at")
    campaign = newest(raw("google_ads", "campaign_history"), "id", "updated_at")
    total: dict[Cell, float] = defaultdict(float)
    for row in latest_run(raw("google_ads", "campaign_stats"), lambda r: (r["customer_id"], r["date"])):
        when = day(row["date"])
        kind = campaign[row["id"]]["advertising_channel_type"] if row["id"] in campaign else ""
        amount = euros(number(row["cost_micros"]) / 1e6, currency[row["customer_id"]]["currency_code"], when)
        total[GOOGLE_CHANNELS.get(kind, "Paid Other"), month(when)] += amount
    return total


def meta_spend() -> dict[Cell, float]:
    currency = newest(raw("meta_ads", "account_history"), "id")
    total: dict[Cell, float] = defaultdict(float)
    for row in latest_run(raw("meta_ads", "basic_ad"), lambda r: (r["account_id"], r["date"])):
        when = day(row["date"])
        total["Paid Social", month(when)] += euros(
            number(row["spend"]), currency[row["account_id"]]["currency"], when
        )
    return total


def linkedin_spend() -> dict[Cell, float]:
    campaign = newest(raw("linkedin_ads", "campaign_history"), "id", "last_modified_time")
    currency = newest(raw("linkedin_ads", "account_history"), "id", "last_modified_time")

    def account(row: Row) -> str:
        return campaign[row["campaign_id"]]["account_id"]

    total: dict[Cell, float] = defaultdict(float)
    rows = latest_run(raw("linkedin_ads", "ad_analytics_by_campaign"), lambda r: (account(r), day(r["day"])))
    for row in rows:
        when = day(row["day"])
        amount = euros(number(row["cost_in_local_currency"]), currency[account(row)]["currency"], when)
        total["Paid Social", month(when)] += amount
    return total


def other_costs() -> dict[Cell, float]:
    """A cost of a period is spread evenly over its days; without a channel it is for all, and stays apart."""
    total: dict[Cell, float] = defaultdict(float)
    for row in newest(raw("costs", "marketing_cost"), "id").values():
        start, end = day(row["period_start"]), day(row["period_end"])
        days = (end - start).days + 1
        for offset in range(days):
            when = start + dt.timedelta(days=offset)
            total[row["channel"] or None, month(when)] += euros(
                number(row["amount"]) / days, row["currency"], when
            )
    return total


def ad_spend() -> dict[Cell, float]:
    return added(google_spend(), meta_spend(), linkedin_spend())


def marketing_spend() -> dict[Cell, float]:
    return added(ad_spend(), other_costs())


def added(*parts: dict[Cell, float]) -> dict[Cell, float]:
    total: dict[Cell, float] = defaultdict(float)
    for part in parts:
        for cell, amount in part.items():
            total[cell] += amount
    return dict(total)
