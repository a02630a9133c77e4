"""The ads traps of the demonstration data: plain SQL finds the wrong number where it was planted, and the
right one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

One = Callable[[str], Any]
Table = Callable[[str], dict[Any, Any]]
Trap = Callable[[str], dict[str, Any]]

# Rates carried forward to every day.
RATES = """
select d.day, r.currency, r.rate
from (select unnest(generate_series(date '2025-09-01', date '2026-10-31', interval 1 day))::date as day) as d
asof join exchange_rates__rate as r on r.currency = 'USD' and d.day >= r.date
"""


def close(value: float) -> Any:
    return pytest.approx(value, abs=1e-6)


def test_restated_conversions_count_once(one: One, trap: Trap) -> None:
    planted = trap("restated_conversions")
    assert one("select sum(conversions) from google_ads__campaign_stats") == close(planted["wrong"])
    assert one("select sum(conversions) from google") == close(planted["right"])
    assert planted["wrong"] > planted["right"] * 1.05


def test_some_days_are_restated_after_a_month_and_up_to_73_days(one: One, trap: Trap) -> None:
    late = one(
        "select count(*) from (select date, customer_id, max(_fivetran_synced) as last from"
        " google_ads__campaign_stats"
        " where customer_id = '4821907733' group by all) where last > date + interval 31 day"
    )
    assert late == trap("restated_late")["right"] > 0
    ages = "select max(date_diff('day', date, _fivetran_synced)) from google_ads__campaign_stats"
    assert one(ages) == 74  # exported on the morning after the 73rd day


@pytest.mark.parametrize(
    ("name", "relation", "latest", "column"),
    [
        ("restated_spend_meta", "meta_ads__basic_ad", "meta", "spend"),
        (
            "restated_spend_linkedin",
            "linkedin_ads__ad_analytics_by_campaign",
            "linkedin",
            "cost_in_local_currency",
        ),
    ],
)
def test_restated_spend_counts_once(
    name: str, relation: str, latest: str, column: str, one: One, trap: Trap
) -> None:
    assert one(f"select sum({column}) from {relation}") == close(trap(name)["wrong"])
    assert one(f"select sum({column}) from {latest}") == close(trap(name)["right"])


def test_meta_spend_changes_for_at_most_four_days(one: One) -> None:
    changed = (
        "select max(date_diff('day', date, last)) from (select date, ad_id, max(_fivetran_synced) as last"
        " from meta_ads__basic_ad group by all having count(distinct spend) > 1)"
    )
    assert 1 < one(changed) <= 5


def test_rows_that_vanished_come_back_with_the_latest_row_of_each_campaign(one: One, trap: Trap) -> None:
    planted = trap("vanished_rows")
    per_row = (
        "select sum(cost_micros) / 1e6 from (select * from google_ads__campaign_stats where customer_id ="
        " '4821907733'"
        " qualify row_number() over (partition by id, date, device order by _fivetran_synced desc) = 1)"
    )
    assert one(per_row) == close(planted["wrong"])
    assert one("select sum(cost_micros) / 1e6 from google where customer_id = '4821907733'") == close(
        planted["right"]
    )
    assert one(f"select count(*) from google where id = '{planted['campaign_id']}'") == 0
    assert one(f"select count(*) from google_ads__campaign_stats where id = '{planted['campaign_id']}'") > 9


def test_micros_and_two_currencies(one: One, trap: Trap) -> None:
    assert one("select sum(cost_micros) from google") == trap("micros")["wrong"]
    euro = f"""
        select sum(g.cost_micros / 1e6 / case when a.currency_code = 'EUR' then 1 else r.rate end)
        from google as g
        join google_ads__account_history as a on a.id = g.customer_id
        left join ({RATES}) as r on r.day = g.date
    """
    assert one("select sum(cost_micros) / 1e6 from google") == close(trap("two_currencies")["wrong"])
    assert one(euro) == pytest.approx(trap("two_currencies")["right"], rel=1e-9)


def test_rates_are_missing_at_weekends(one: One, trap: Trap) -> None:
    lost = """
        select sum(g.cost_micros / 1e6 / case when a.currency_code = 'EUR' then 1 else r.rate end)
        from google as g
        join google_ads__account_history as a on a.id = g.customer_id
        left join exchange_rates__rate as r on r.date = g.date and r.currency = 'USD'
    """
    planted = trap("rates_missing_at_weekends")
    assert one(lost) == pytest.approx(planted["wrong"], rel=1e-9)
    assert planted["wrong"] < planted["right"]
    assert one("select count(*) from exchange_rates__rate where dayofweek(date) in (0, 6)") == 0


def test_campaigns_are_renamed_and_share_names(one: One, trap: Trap) -> None:
    every = """
        select id, name, updated_at as since from google_ads__campaign_history where status <> 'REMOVED'
        union all select id, name, updated_time from meta_ads__campaign_history
        union all select id, name, last_modified_time from linkedin_ads__campaign_history where name not like
        'Brouillon%'
    """
    latest = f"select * from ({every}) qualify row_number() over (partition by id order by since desc) = 1"
    assert one(f"select count(distinct (id, name)) from ({every})") == trap("renamed_campaigns")["wrong"]
    assert one(f"select count(distinct id) from ({every})") == trap("renamed_campaigns")["right"]
    assert one(f"select count(distinct name) from ({latest})") == trap("one_name_two_campaigns")["wrong"]


def test_meta_lists_a_purchase_twice_and_again_by_window(one: One, trap: Trap) -> None:
    planted = trap("pixel_and_standard_event")
    both = "action_type in ('purchase', 'offsite_conversion.fb_pixel_purchase')"
    assert one(f"select sum(value) from meta_actions where {both}") == close(planted["wrong"])
    assert one("select sum(value) from meta_actions where action_type = 'purchase'") == close(
        planted["right"]
    )
    windows = "select sum(value + coalesce(_7_d_click, 0) + coalesce(_1_d_view, 0)) from meta_actions"
    assert one(f"{windows} where action_type = 'purchase'") == close(trap("attribution_windows")["wrong"])
    leads = trap("pixel_and_standard_lead")
    assert one("select sum(value) from meta_actions where action_type like '%lead'") == close(leads["wrong"])
    assert one("select sum(value) from meta_actions where action_type = 'lead'") == close(leads["right"])


def test_conversions_are_fractions(one: One) -> None:
    assert one("select count(*) from google where conversions <> round(conversions)") > 50


def test_conversions_of_several_kinds_are_not_leads(one: One, trap: Trap) -> None:
    planted = trap("conversion_categories")
    assert one("select sum(conversions) from google_kinds") == close(planted["wrong"])
    right = "select sum(conversions) from google_kinds where conversion_action_category = 'SUBMIT_LEAD_FORM'"
    assert one(right) == close(planted["right"])


def test_meta_counts_all_clicks_beside_link_clicks(one: One, trap: Trap) -> None:
    assert one("select sum(clicks) from meta") == trap("clicks_of_all_kinds")["wrong"]
    assert one("select sum(inline_link_clicks) from meta") == trap("clicks_of_all_kinds")["right"]


def test_platforms_claim_more_than_was_sold(table: Table, trap: Trap) -> None:
    claimed = table("""
        select month(date), sum(value) from (
            select date, conversions_value as value from google
            union all select date, value from meta_values where action_type = 'purchase'
        ) group by 1
    """)
    months = trap("platforms_over_claim")["months"]
    for month, row in months.items():
        assert claimed[month] == close(row["claimed"])
    over = [m for m, row in months.items() if row["share"] > 1]
    assert over == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert all(1.065 < months[m]["share"] <= 1.24 for m in over)


def test_reach_does_not_add_up(one: One, trap: Trap) -> None:
    planted = trap("daily_reach_summed")
    first, last = planted["period"]
    assert one(f"select sum(reach) from meta where date between '{first}' and '{last}'") == planted["wrong"]
    month = f"select * from meta_ads__period_insights where date_start = '{first}' and date_stop = '{last}'"
    assert one(f"select reach from ({month}) where campaign_id is null") == planted["right"]
    assert (
        one(f"select sum(reach) from ({month}) where campaign_id is not null")
        == trap("reach_over_campaigns")["wrong"]
    )
    assert one("select bool_and(reach <= impressions) from meta_ads__period_insights")


def test_quality_score_is_weighted_where_there_is_one(one: One, trap: Trap) -> None:
    planted = trap("quality_score_missing")
    assert one("select avg(coalesce(quality_score, 0)) from google_keywords") == close(planted["wrong"])
    assert one("select avg(quality_score) from google_keywords") == close(planted["plain_average"])
    weighted = "select sum(quality_score * impressions) / sum(impressions) from google_keywords"
    assert one(f"{weighted} where quality_score is not null") == close(planted["right"])


def test_a_campaign_fails_and_one_works(one: One, truth: dict[str, Any]) -> None:
    failing = [t for t in truth["traps"] if t["name"] == "campaign_that_fails"]
    assert len(failing) == 2
    google, linkedin = failing
    assert one(f"select sum(conversions) from google where id = '{google['campaign_id']}'") == 0
    assert (
        one(f"select sum(one_click_leads) from linkedin where campaign_id = '{linkedin['campaign_id']}'") == 0
    )
    assert google["cost"] > 0
    assert one("select sum(conversions) from google where id = '21500000012'") > 5


def test_campaign_totals_are_the_ground_state(table: Table, truth: dict[str, Any]) -> None:
    """Cost, clicks and impressions of every campaign and month."""
    rows = {
        "google_ads": "select id as c, date as d, cost_micros / 1e6 as cost, clicks, impressions from google",
        "meta_ads": """
            select h.campaign_id as c, b.date as d, b.spend as cost, b.inline_link_clicks as clicks,
            b.impressions
            from meta as b join meta_ads__ad_history as h on h.id = b.ad_id
        """,
        "linkedin_ads": """
            select campaign_id as c, day::date as d, cost_in_local_currency as cost, landing_page_clicks as
            clicks,
            impressions from linkedin
        """,
    }
    for platform, sql in rows.items():
        found = table(
            f"select c || ' ' || month(d), (sum(cost), sum(clicks), sum(impressions)) from ({sql}) group by 1"
        )
        campaigns = truth["ads"][platform]
        expected = {
            f"{c} {m}": row for c, campaign in campaigns.items() for m, row in campaign["months"].items()
        }
        for key, row in expected.items():
            if row["impressions"]:
                cost, clicks, shown = found[key]
                assert (cost, clicks, shown) == (close(row["cost"]), row["clicks"], row["impressions"]), key


def test_cost_settles_before_conversions_do(one: One) -> None:
    """After eleven days no cost changes any more, while conversions still do."""
    versions = """
        select date, id, device, cost_micros, conversions, date_diff('day', date, _fivetran_synced) - 1 as
        age,
            max(_fivetran_synced) over (partition by customer_id, date, id, device) as last, _fivetran_synced
        from google_ads__campaign_stats
    """
    final = f"select * from ({versions}) where _fivetran_synced = last"
    pairs = f"""
        select v.cost_micros <> f.cost_micros as cost, v.conversions <> f.conversions as conversions
        from (select * from ({versions}) where age >= 11 and _fivetran_synced < last) as v
        join ({final}) as f using (date, id, device)
    """
    assert one(f"select count(*) from ({pairs})") > 50
    assert one(f"select count(*) from ({pairs}) where cost") == 0
    assert one(f"select count(*) from ({pairs}) where conversions") > 10
