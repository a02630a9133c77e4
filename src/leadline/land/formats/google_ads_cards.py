"""Google Ads: what the cards of the overview page download, comparisons beside the figures (EN, FR).

Only the card of time by day holds days. Campaigns of a whole period and weeks are refused by the daily model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from leadline.land.format import Column, Format, Target
from leadline.land.formats import google_ads_columns as shared
from leadline.land.formats.expressions import own_id
from leadline.land.headers import plain
from leadline.land.refusals import Refusal

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable

WHOLE_ACCOUNT = "'(all campaigns)'"
NAME = f"coalesce(campaign, {WHOLE_ACCOUNT})"
CAMPAIGN_KEY = own_id("campaign_id", "google_ads", NAME, account=shared.ACCOUNT_ID)


def _compared(column: Column) -> Column:
    """The column of the earlier period beside a figure, recognised so as never to be taken for it."""
    headers = tuple(
        f"{header} ({word})"
        for header in column.headers
        if "{" not in header
        for word in ("Comparison", "Comparaison")
    )
    return Column(f"{column.name}_compared", headers, column.kind)


FIGURES = tuple(
    Column(c.name, c.headers, c.kind) for c in shared.FIGURES if c.name not in ("view_through_conversions",)
)

CARD_DAYS = Target(
    "google_ads",
    "campaign_stats",
    {
        "_fivetran_id": "_row",
        "customer_id": shared.ACCOUNT_ID,
        "date": f"coalesce(day, {shared.ONE_DAY})",
        "device": shared.DEVICE,
        "id": CAMPAIGN_KEY,
        "impressions": "impressions",
        "clicks": "clicks",
        "interactions": "interactions",
        "cost_micros": "micros(cost)",
        "conversions": "conversions",
        "conversions_value": "conversion_value",
    },
    day="date",
    account="customer_id",
)
CARD_CAMPAIGNS = Target(
    "google_ads",
    "campaign_history",
    {"id": CAMPAIGN_KEY, "updated_at": "_exported_at", "name": NAME, "customer_id": shared.ACCOUNT_ID},
    key=("customer_id", "id", "name"),
    distinct=True,
    account="customer_id",
)
CARD_ACCOUNTS = Target(
    "google_ads",
    "account_history",
    {
        "id": shared.ACCOUNT_ID,
        "updated_at": "_exported_at",
        "currency_code": "_currency",
        "descriptive_name": "_account",
        "time_zone": "_time_zone",
    },
    key=("id",),
    distinct=True,
    account="id",
)

NAMED = r"\((?P<start>\d{4}[.-]\d{2}[.-]\d{2})[-_–](?P<end>\d{4}[.-]\d{2}[.-]\d{2})\)"
COLUMNS = (
    shared.DAY,
    *shared.COARSE_PERIODS,
    Column("campaign", shared.CAMPAIGN.headers),
    shared.CAMPAIGN_ID,
    Column("device", ("Device", "Devices", "Appareil", "Appareils")),
    *FIGURES,
    *(_compared(c) for c in FIGURES),
)
DAYS = frozenset(plain(header) for header in shared.DAY.headers)
WEEK = re.compile(r"\s*(week of|week from|semaine du|semaine de)\b", re.IGNORECASE)
WORDS = frozenset(plain(header) for column in COLUMNS for header in column.headers)


def of_the_overview(table: SourceTable) -> SourceTable | None:
    """The table, where its name, a comparison, or the want of any other column says that it is a card."""
    texts = [plain(header) for header in table.header]
    compared = any(text.endswith(("(comparison)", "(comparaison)")) for text in texts)
    named = re.search(NAMED, table.member or PurePath(table.file).name)
    if not (compared or named or (len(texts) > 2 and WORDS.issuperset(texts))):
        return None
    _no_weeks(table, texts)
    return table


def _no_weeks(table: SourceTable, texts: Sequence[str]) -> None:
    """Refuses a card whose rows are weeks, as the overview cuts longer periods."""
    at = next((i for i, text in enumerate(texts) if text in DAYS), None)
    weeks = [row[at] for row in table.head(5) if WEEK.match(row[at])] if at is not None else []
    if weeks:
        raise Refusal(
            "whole-period",
            "the rows are weeks, and days are needed: a week can't be divided among its days",
            where=table.where,
            found=weeks,
            fix="choose a shorter period, or export the report of campaigns with Segment > Time > Day",
        )


FORMAT = Format(
    name="google_ads_cards",
    title="Google Ads overview card",
    source="google_ads",
    columns=COLUMNS,
    targets=(CARD_DAYS, CARD_CAMPAIGNS, CARD_ACCOUNTS),
    signature=("cost",),
    languages=("en", "fr"),
    preamble=shared.PREAMBLE,
    file_names=(NAMED,),
    needs=("account", "currency"),
    checks=(shared.BY_DAY,),
    shape="cards",
    reshape=of_the_overview,
)
