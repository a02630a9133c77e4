"""The document beside the data: what is true of the company, trap by trap and total by total."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from leadline.demo import ad_truth, identities, sales_truth, web_truth
from leadline.demo.ads import AdDays
from leadline.demo.ledger import Ledger
from leadline.demo.plan import Plan
from leadline.demo.traffic import Traffics

DEFINITIONS = {
    "day": "a local day in Europe/Paris; months and days below are local",
    "order_value": "sum of lines (price x quantity - discount) without tax and shipping; no tests, no"
    " cancelled orders",
    "refunds": "what was given back without tax, on the day of the ORDER",
    "revenue": "order_value - refunds",
    "new_customers": "people by the local day of their first valid order or won deal",
    "customers_lost": "people on the 180th day after their last order or won deal, if none followed until"
    " then",
    "sessions": "distinct (user_pseudo_id, ga_session_id), on the local day of the first event",
    "leads": "people by the local day on which they first became a lead in any CRM",
    "cost_eur": "cost at the rate of its day, the last published one where there is none; not rounded",
    "groups": "a person's identifiers, grouped by what some system holds together: what stitching can find"
    " at best",
}


def document(
    plan: Plan, ledger: Ledger, traffics: Traffics, days: AdDays, sums: Counter[str], rows: Counter[str]
) -> dict[str, Any]:
    """Everything that is true, as plain values."""
    ad_truth.traps(plan, ledger, days, sums)
    web_truth.traps(plan, ledger, traffics, sums)
    sales_truth.traps(plan, ledger, traffics, sums)
    ads = ad_truth.totals(plan, days)
    return {
        "plan": {
            "days": plan.days,
            "scale": plan.scale,
            "seed": plan.seed,
            "start": str(plan.start),
            "end": str(plan.end),
            "people": plan.people,
        },
        "definitions": DEFINITIONS,
        "rows": dict(sorted(rows.items())),
        "ads": ads,
        "ad_spend_eur": _by_month(plan, ads, "cost_eur"),
        "ad_clicks": _by_month(plan, ads, "clicks"),
        "ad_impressions": _by_month(plan, ads, "impressions"),
        "ad_leads": _by_month(plan, ads, "leads"),
        "reach": ad_truth.reach(plan, days),
        "web": web_truth.totals(plan, ledger, traffics),
        "sales": sales_truth.totals(plan, ledger, traffics),
        "identities": identities.summary(ledger.people)
        | {
            "listed": len(ledger.people),
            "is_everyone": plan.blocks == 1 and plan.people <= identities.MAPPED,
        },
        "traps": ledger.traps,
        "people": ledger.people,
    }


def _by_month(plan: Plan, ads: dict[str, Any], name: str) -> dict[str, float]:
    months: dict[str, float] = dict.fromkeys(plan.months, 0)
    for platform in ads.values():
        for campaign in platform.values():
            for month, row in campaign["months"].items():
                months[month] += row[name]
    return months


def write(path: Path, content: dict[str, Any]) -> None:
    """One line a person, so that the document stays readable; decimals to nine places."""
    people = content.pop("people")
    text = json.dumps(_rounded(content), ensure_ascii=False, indent=1)
    lines = ",\n  ".join(json.dumps(p, ensure_ascii=False, separators=(",", ":")) for p in people)
    path.write_text(f'{text[:-2]},\n "people": [\n  {lines}\n ]\n}}\n', encoding="utf-8")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {str(k): _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value
