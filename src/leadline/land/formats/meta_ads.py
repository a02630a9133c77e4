"""Meta Ads Manager: reports by day or of a whole period, with or without breakdowns (EN, FR).

Days go to the daily tables; rows of a whole period (Reporting starts before Reporting ends) carry reach,
which does not add up over days, and go to the insights of periods.
"""

from __future__ import annotations

from leadline.land.format import Column, Footer, Format, Target
from leadline.land.formats import meta_ads_columns as shared
from leadline.land.formats.expressions import first_known, own_id
from leadline.land.refusals import Refusal, Rows, one_window, with_indicator

REMEDY = "in Ads Manager open Breakdown > By time > Day, and export again"
DATE = "coalesce(day, case when starts = ends then starts end)"
IS_DAY = f"({DATE}) is not null"
FINER = ("ad_set", "ad_set_id", "ad", "ad_id", *(column.name for column in shared.BREAKDOWNS))
IS_PERIOD = "day is null and starts < ends and " + " and ".join(f"{column} is null" for column in FINER)

# An id bears the prefix act_ in some exports, and in connectors never.
ACCOUNT_ID = "regexp_replace(_account, '^act_', '')"
CAMPAIGN = own_id("campaign_id", "meta_ads", "campaign", account=ACCOUNT_ID)
HAS_CAMPAIGN = f"{first_known('campaign', 'campaign_id')} is not null"
AD_SET = own_id("ad_set_id", "meta_ads", "campaign", "ad_set", account=ACCOUNT_ID)
# One row of a report above the level of ads is all ads of a campaign or ad set: it stands for one ad.
AD = own_id("ad_id", "meta_ads", "campaign", "campaign_id", "ad_set", "ad_set_id", "ad", account=ACCOUNT_ID)
RESULT_TYPE = shared.result_type()


def _told_twice() -> str:
    """SQL: the row's result is also in a column of its own, such as Purchases: not to be there twice."""
    return " or ".join(
        f"({name} is not null and {RESULT_TYPE} = '{kind}')"
        for name, kind in (("link_clicks", "link_click"), *((n, k) for n, (k, _) in shared.ACTIONS.items()))
    )


def _actions(
    name: str, kind: str, value: str, table: str = "basic_ad_actions", where: str | None = None
) -> Target:
    """Rows of one column of actions, with those of its attribution windows."""
    kept = ("_7_d_click", "_1_d_view")
    windows = {window: name + window for window in kept} if name in shared.WINDOWED else {}
    columns = {"account_id": ACCOUNT_ID, "ad_id": AD, "date": DATE, "action_type": kind, "value": value}
    return Target(
        "meta_ads",
        table,
        {**columns, **windows},
        day="date",
        where=f"{IS_DAY} and {where or f'({value}) is not null'}",
        account="account_id",
        sums=("value", *windows),
        requires=(name, *(name + window for window in shared.WINDOWS if windows)),
    )


def _days(table: str) -> Target:
    """A row without a value for each day: an export without purchases replaces the day here too."""
    return Target(
        "meta_ads",
        table,
        {
            "account_id": ACCOUNT_ID,
            "ad_id": "'(none)'",
            "date": DATE,
            "action_type": "'(none)'",
            "value": "cast(null as double)",
        },
        day="date",
        where=IS_DAY,
        account="account_id",
        distinct=True,
    )


AD_DAYS = Target(
    "meta_ads",
    "basic_ad",
    {
        "ad_id": AD,
        "date": DATE,
        "account_id": ACCOUNT_ID,
        "impressions": "impressions",
        "inline_link_clicks": "link_clicks",
        "clicks": "clicks",
        "spend": "spend",
        "reach": "reach",
    },
    day="date",
    where=IS_DAY,
    account="account_id",
    sums=("impressions", "inline_link_clicks", "clicks", "spend"),
    alone=("reach",),
)
ACTIONS = (
    _days("basic_ad_actions"),
    _days("basic_ad_action_values"),
    _actions("link_clicks", "'link_click'", "cast(link_clicks as double)"),
    *(_actions(name, f"'{kind}'", shared.in_window(name)) for name, (kind, _) in shared.ACTIONS.items()),
    _actions(
        "results",
        RESULT_TYPE,
        "results",
        where=f"results is not null and result_indicator is not null and not ({_told_twice()})",
    ),
    *(
        _actions(name, f"'{kind}'", shared.in_window(name), "basic_ad_action_values")
        for name, (kind, _) in shared.AMOUNTS.items()
    ),
)
PERIODS = Target(
    "meta_ads",
    "period_insights",
    {
        "account_id": ACCOUNT_ID,
        "campaign_id": f"case when {HAS_CAMPAIGN} then {CAMPAIGN} end",
        "date_start": "starts",
        "date_stop": "ends",
        "impressions": "impressions",
        "reach": "reach",
        "frequency": "frequency",
        "spend": "spend",
        "estimated_ad_recallers": "ad_recallers",
    },
    day="date_stop",
    where=IS_PERIOD,
    account="account_id",
    scope=("date_start",),
)
ADS = Target(
    "meta_ads",
    "ad_history",
    {
        "id": AD,
        "account_id": ACCOUNT_ID,
        "ad_set_id": f"case when {first_known('ad_set', 'ad_set_id')} is not null then {AD_SET} end",
        "campaign_id": f"case when {HAS_CAMPAIGN} then {CAMPAIGN} end",
        "name": first_known("ad", "ad_set", "campaign"),
        "updated_time": "_exported_at",
    },
    key=("id",),
    where=IS_DAY,
    distinct=True,
    account="account_id",
)
CAMPAIGNS = Target(
    "meta_ads",
    "campaign_history",
    {
        "id": CAMPAIGN,
        "account_id": ACCOUNT_ID,
        "name": "campaign",
        "updated_time": "_exported_at",
        "objective": "nullif(objective, '--')",
    },
    key=("account_id", "id", "name"),
    where=HAS_CAMPAIGN,
    distinct=True,
    account="account_id",
)
ACCOUNTS = Target(
    "meta_ads",
    "account_history",
    {
        "id": ACCOUNT_ID,
        "name": "coalesce(account_name, _account)",
        "currency": "_currency",
        "timezone_name": "_time_zone",
    },
    key=("id",),
    distinct=True,
    account="id",
)
TARGETS = (AD_DAYS, *ACTIONS, PERIODS, ADS, CAMPAIGNS, ACCOUNTS)
NO_DATA = Footer(r"^(no data available\.?|aucune donn[ée]e disponible\.?)$")
RESULTS_OF = Footer(
    r"^(total|(total )?(results? from|r[ée]sultats? (de|pour)) \d.*)$", sums=("spend", "impressions")
)


def placed(rows: Rows) -> Refusal | None:
    """Refuses rows of several days, but for campaigns with their reach: the insights of periods take them."""
    if rows.has("day"):
        return None
    if not (rows.has("starts") and rows.has("ends")):
        return Refusal(
            "whole-period",
            "nothing says which days these rows cover",
            expected=("Day", "Reporting starts", "Reporting ends"),
            fix=REMEDY,
        )
    finer = [f"{column} is not null" for column in FINER if rows.has(column)]
    useless = "reach is null" if rows.has("reach") else "true"
    many = rows.count(f"starts < ends and ({' or '.join([useless, *finer])})")
    if not many:
        return None
    return Refusal(
        "whole-period",
        f"{many:,} rows cover several days each, and days are needed (of a period, only reach is kept)",
        found=rows.values("starts || ' to ' || ends")[:5],
        fix=REMEDY,
    )


def _columns(entities: tuple[Column, ...]) -> tuple[Column, ...]:
    return (
        *shared.PERIOD,
        *shared.ACCOUNT,
        *entities,
        *shared.BREAKDOWNS,
        *shared.FIGURES,
        *shared.RESULTS,
        *shared.action_columns(),
        Column("cost_per_result", ("Cost per result", "Cost per results", "Coût par résultat"), "money"),
    )


APART = (
    *(column.name for column in (*shared.PERIOD, *shared.ENTITIES, *shared.BREAKDOWNS)),
    "account",
    "account_name",
)


def one_of_windows(rows: Rows) -> Refusal | None:
    """Refuses figures of several attribution windows without the one that counts."""
    for name in shared.WINDOWED:
        found = [texts[0] for window, texts in shared.WINDOWS.items() if rows.has(name + window)]
        if len(found) > 1 and not rows.has(name) and rows.count("_window is null"):
            return Refusal(
                "several-windows",
                f"{name.replace('_', ' ')} stand in {len(found)} attribution windows, which overlap",
                found=found,
                fix="say which one to land with --window, or export the column without a window too",
            )
    return None


CHECKS = (placed, one_window(*APART), one_of_windows, with_indicator())


def _of(name: str, title: str, named: str | None) -> Format:
    """The report whose rows are named by a column; a row without that name is the sum of the account."""
    unnamed = (Footer(r"^\s*$", column=named, sums=("spend", "impressions")),) if named else ()
    return Format(
        name=name,
        title=title,
        source="meta_ads",
        columns=_columns(shared.ENTITIES),
        targets=TARGETS,
        signature=(named or "impressions", "spend"),
        languages=("en", "fr"),
        footers=(NO_DATA, *unnamed, RESULTS_OF),
        needs=("account", "currency"),
        checks=CHECKS,
    )


# The first that fits counts: campaigns, with or without their ad sets and ads; those alone; the account.
FORMATS = (
    _of("meta_ads_manager", "Meta Ads Manager report", "campaign"),
    _of("meta_ads_sets", "Meta Ads Manager report of ad sets", "ad_set"),
    _of("meta_ads_ads", "Meta Ads Manager report of ads", "ad"),
    _of("meta_ads_account", "Meta Ads Manager report of an account", None),
)
