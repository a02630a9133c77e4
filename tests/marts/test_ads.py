"""Ads, search, audiences and costs of the demonstration company, against plain Python over its raw CSVs."""

from __future__ import annotations

import bisect
import csv
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

Row = dict[str, str]


def read(seeds_dir: Path, source: str, table: str) -> list[Row]:
    with (seeds_dir / source / f"raw_{source}__{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def latest(rows: list[Row], *partition: str) -> list[Row]:
    """The rows of the newest hour of export, per partition."""
    newest: dict[tuple[str, ...], str] = {}
    for row in rows:
        key = tuple(row[column] for column in partition)
        newest[key] = max(newest.get(key, ""), row["_fivetran_synced"][:13])
    return [row for row in rows if row["_fivetran_synced"][:13] == newest[tuple(row[c] for c in partition)]]


class Rates:
    """Units of a currency for one euro, the last published on or before a day."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.by_currency: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        for row in sorted(rows, key=lambda r: r["date"]):
            self.by_currency[row["currency"]].append((row["date"], Decimal(row["rate"])))

    def euros(self, amount: Decimal, currency: str, day: str) -> Decimal:
        if currency == "EUR":
            return amount
        table = self.by_currency[currency]
        place = bisect.bisect_right(table, (day, Decimal("Infinity"))) - 1
        assert place >= 0, f"no rate of {currency} on or before {day}"
        return amount / table[place][1]


@pytest.fixture(scope="module")
def rates(seeds_dir: Path) -> Rates:
    return Rates(read(seeds_dir, "exchange_rates", "rate"))


def month_sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, float]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for day, amount in pairs:
        sums[day[:7]] += amount
    return {month: float(amount) for month, amount in sums.items()}


def by_month(build: duckdb.DuckDBPyConnection, expression: str, relation: str) -> dict[str, float]:
    rows = build.execute(
        f"select strftime(date_day, '%Y-%m'), ({expression})::double from {relation}"
        f" group by 1 having {expression} is not null"
    ).fetchall()
    return dict(rows)


def one(build: duckdb.DuckDBPyConnection, sql: str) -> tuple[object, ...]:
    row = build.execute(sql).fetchone()
    assert row is not None
    return row


def test_google_spend_is_in_euros_of_the_day_and_counts_restated_days_once(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path, rates: Rates
) -> None:
    raw = read(seeds_dir, "google_ads", "campaign_stats")
    currency = {row["id"]: row["currency_code"] for row in read(seeds_dir, "google_ads", "account_history")}
    kept = latest(raw, "customer_id", "date")
    expected = month_sums(
        (
            row["date"],
            rates.euros(Decimal(row["cost_micros"]) / 1_000_000, currency[row["customer_id"]], row["date"]),
        )
        for row in kept
    )
    found = by_month(demo_build, "sum(cost)", "marts.fct_ad_performance where platform = 'google_ads'")
    assert found == pytest.approx(expected, rel=1e-6)
    assert len(raw) > len(kept), "no day is restated any more"
    assert len(set(currency.values())) > 1, "all accounts share a currency"


def test_meta_counts_each_purchase_and_each_lead_once(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    actions = latest(read(seeds_dir, "meta_ads", "basic_ad_actions"), "date")
    values = latest(read(seeds_dir, "meta_ads", "basic_ad_action_values"), "date")

    def total(rows: list[Row], *kinds: str) -> float:
        return float(sum(Decimal(row["value"]) for row in rows if row["action_type"] in kinds))

    found = one(
        demo_build,
        "select sum(conversions), sum(leads), sum(revenue)::double from marts.fct_ad_performance"
        " where platform = 'meta_ads'",
    )
    expected = (total(actions, "purchase"), total(actions, "lead"), total(values, "purchase"))
    assert found == pytest.approx(expected)
    both = total(actions, "purchase", "offsite_conversion.fb_pixel_purchase")
    assert both == pytest.approx(2 * expected[0]), "the pixel's own event is no longer in the export"


def test_meta_and_linkedin_spend_and_clicks(demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path) -> None:
    meta = latest(read(seeds_dir, "meta_ads", "basic_ad"), "account_id", "date")
    linkedin = latest(read(seeds_dir, "linkedin_ads", "ad_analytics_by_campaign"), "day")
    sql = (
        "select sum(impressions), sum(clicks), sum(cost_original)::double from marts.fct_ad_performance"
        " where platform = '{}'"
    )
    assert one(demo_build, sql.format("meta_ads")) == pytest.approx((
        sum(int(r["impressions"]) for r in meta),
        sum(int(r["inline_link_clicks"]) for r in meta),
        float(sum(Decimal(r["spend"]) for r in meta)),
    ))  # fmt: skip
    assert one(demo_build, sql.format("linkedin_ads")) == pytest.approx((
        sum(int(r["impressions"]) for r in linkedin),
        sum(int(r["clicks"]) for r in linkedin),
        float(sum(Decimal(r["cost_in_local_currency"]) for r in linkedin)),
    ))  # fmt: skip


def test_google_leads_are_forms_and_not_page_views(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    rows = latest(read(seeds_dir, "google_ads", "campaign_conversion_stats"), "customer_id", "date")
    forms = sum(
        Decimal(r["conversions"]) for r in rows if r["conversion_action_category"] == "SUBMIT_LEAD_FORM"
    )
    assert one(
        demo_build, "select sum(leads) from marts.fct_ad_performance where platform = 'google_ads'"
    ) == pytest.approx((float(forms),))


def test_cost_per_lead_leaves_out_campaigns_that_report_none(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    rows = read(seeds_dir, "google_ads", "campaign_conversion_stats")
    reporting = {r["id"] for r in rows if r["conversion_action_category"] == "SUBMIT_LEAD_FORM"}
    everyone = {r["id"] for r in read(seeds_dir, "google_ads", "campaign_stats")}
    found = demo_build.execute(
        "select campaign_id from marts.dim_campaign where platform = 'google_ads' and reports_leads"
    ).fetchall()
    assert {row[0] for row in found} == reporting
    assert reporting < everyone


def test_reach_is_only_what_was_reported(demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path) -> None:
    """The month of an account has the reach reported for it, far below its days' reaches added up."""
    insights = read(seeds_dir, "meta_ads", "period_insights")
    accounts = {
        (r["date_start"], r["date_stop"]): int(r["reach"])
        for r in latest(insights, "account_id", "date_start", "date_stop")
        if not r["campaign_id"] and (dt.date.fromisoformat(r["date_stop"]) + dt.timedelta(1)).day == 1
        and r["date_start"].endswith("-01")
    }  # fmt: skip
    found = demo_build.execute(
        "select period_start::varchar, period_end::varchar, reach from marts.fct_ad_reach"
        " where platform = 'meta_ads' and reach_level = 'account' and period_grain = 'month'"
    ).fetchall()
    assert {(a, b): reach for a, b, reach in found} == accounts
    assert len(accounts) >= 12
    added_up = one(
        demo_build,
        "select sum(reach) from marts.fct_ad_reach where platform = 'meta_ads' and reach_level = 'ad'",
    )[0]
    assert isinstance(added_up, int)
    assert added_up > 1.5 * sum(accounts.values())


def test_the_quality_score_is_weighted_and_skips_keywords_without_one(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    rows = latest(read(seeds_dir, "google_ads", "keyword_stats"), "customer_id", "date")
    scored = [(int(r["quality_score"]), int(r["impressions"])) for r in rows if r["quality_score"]]
    expected = sum(score * shown for score, shown in scored) / sum(shown for _, shown in scored)
    found = one(
        demo_build,
        "select sum(weighted_quality_score) / sum(scored_impressions) from marts.fct_keyword_quality",
    )
    assert found == pytest.approx((expected,))
    plain = sum(score for score, _ in scored) / len(scored)
    with_zeros = sum(score * shown for score, shown in scored) / sum(int(r["impressions"]) for r in rows)
    assert abs(plain - expected) > 0.01
    assert abs(with_zeros - expected) > 0.1


@pytest.mark.parametrize(
    ("table", "fact"),
    [
        ("site_report_by_site", "fct_search_performance"),
        ("keyword_site_report_by_site", "fct_search_queries"),
        ("page_report", "fct_search_pages"),
    ],
)
def test_search_clicks_and_positions(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path, table: str, fact: str
) -> None:
    rows = latest(read(seeds_dir, "search_console", table), "site", "date")
    clicks, shown = sum(int(r["clicks"]) for r in rows), sum(int(r["impressions"]) for r in rows)
    position = sum(float(r["position"]) * int(r["impressions"]) for r in rows) / shown
    found = one(
        demo_build,
        "select sum(clicks), sum(impressions), sum(position_impressions) / sum(ranked_impressions)"
        f" from marts.{fact}",
    )
    assert found == pytest.approx((clicks, shown, position))


def test_the_three_search_reports_differ(demo_build: duckdb.DuckDBPyConnection) -> None:
    """Whoever adds queries or pages up gets another site: they are facts of their own."""
    facts = ("fct_search_performance", "fct_search_queries", "fct_search_pages")
    clicks = {one(demo_build, f"select sum(clicks) from marts.{fact}")[0] for fact in facts}
    assert len(clicks) == 3


def test_keywords_in_the_top_on_the_last_day_of_each_month(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    rows = latest(read(seeds_dir, "rank_tracker", "position_tracking"), "domain", "date")
    last: dict[str, str] = {}
    for row in rows:
        last[row["date"][:7]] = max(last.get(row["date"][:7], ""), row["date"])

    def top(day: str, places: int) -> int:
        ranked = [r for r in rows if r["date"] == day and r["position"]]
        return len({r["keyword"] for r in ranked if int(r["position"]) <= places})

    expected = {month: (top(day, 3), top(day, 10)) for month, day in last.items()}
    found = demo_build.execute(
        """
        select strftime(date_day, '%Y-%m'), count(distinct case when is_top_3 then keyword end),
            count(distinct case when is_top_10 then keyword end)
        from marts.fct_keyword_positions
        where date_day in (
            select max(date_day) from marts.fct_keyword_positions group by date_trunc('month', date_day)
        )
        group by 1
        """
    ).fetchall()
    assert {month: (three, ten) for month, three, ten in found} == expected


def test_retargeting_is_a_stock_of_retargeting_lists(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    rows = read(seeds_dir, "audiences", "audience_size")
    last = max(r["date"] for r in rows)
    expected = sum(
        int(r["size"]) for r in rows if r["date"] == last and r["is_retargeting"].lower() == "true"
    )
    found = one(
        demo_build,
        f"select sum(audience_size) from marts.fct_audiences where is_retargeting and date_day = '{last}'",
    )
    assert found == (expected,)


def test_marketing_costs_fall_on_their_days(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path, rates: Rates
) -> None:
    """A cost that covers two months is shared by days; taken on its first day, both months would be wrong."""
    pairs: list[tuple[str, Decimal]] = []
    for row in read(seeds_dir, "costs", "marketing_cost"):
        first, last = dt.date.fromisoformat(row["period_start"]), dt.date.fromisoformat(row["period_end"])
        days = [(first + dt.timedelta(n)).isoformat() for n in range((last - first).days + 1)]
        share = Decimal(row["amount"]) / len(days)
        pairs += [(day, rates.euros(share, row["currency"], day)) for day in days]
    found = by_month(demo_build, "sum(cost)", "marts.fct_marketing_costs")
    assert found == pytest.approx(month_sums(pairs), abs=0.001)


def test_spend_by_any_dimension_sums_to_the_total(demo_build: duckdb.DuckDBPyConnection) -> None:
    total = one(demo_build, "select sum(cost) from marts.fct_ad_performance")
    for dimension in ("channel", "device", "campaign_key", "reports_leads", "platform"):
        groups = one(
            demo_build,
            "select sum(part) from"
            f" (select sum(cost) as part from marts.fct_ad_performance group by {dimension})",
        )
        assert groups == total, dimension
    joined = one(
        demo_build,
        "select sum(cost) from marts.fct_ad_performance left join marts.dim_campaign using (campaign_key)",
    )
    assert joined == total


def test_campaigns_are_told_apart_by_id_and_keep_their_names(
    demo_build: duckdb.DuckDBPyConnection, seeds_dir: Path
) -> None:
    history = read(seeds_dir, "google_ads", "campaign_history")
    names: dict[str, list[str]] = defaultdict(list)
    for row in sorted(history, key=lambda r: r["updated_at"]):
        names[row["id"]].append(row["name"])
    found = demo_build.execute(
        "select campaign_id, campaign_name, previous_names from marts.dim_campaign"
        " where platform = 'google_ads'"
    ).fetchall()
    assert {row[0]: row[1] for row in found} == {
        campaign: versions[-1] for campaign, versions in names.items()
    }
    renamed = {campaign: versions[:-1] for campaign, versions in names.items() if len(versions) > 1}
    assert {row[0]: row[2].split(" | ") for row in found if row[2]} == renamed
    assert renamed, "no campaign is renamed any more"
