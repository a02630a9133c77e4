"""Days that were exported more than once, from raw files written here to facts: all figures worked by hand.

Saturday 1 March 2025 is the day of every trap: there is no exchange rate for it, and Friday's holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouses import dbt

RAW = {
    "google_ads/account_history.csv": """
        id,updated_at,currency_code,_fivetran_synced
        eur,2025-01-01 00:00:00,EUR,2025-01-01 00:00:00
        usd,2025-01-01 00:00:00,USD,2025-01-01 00:00:00
    """,
    "google_ads/campaign_history.csv": """
        id,updated_at,name,customer_id,advertising_channel_type,_fivetran_synced
        1,2025-01-01 00:00:00,Spring,eur,SEARCH,2025-01-01 00:00:00
        1,2025-02-01 00:00:00,Printemps,eur,SEARCH,2025-02-01 00:00:00
        1,2025-01-01 00:00:00,Printemps,usd,PERFORMANCE_MAX,2025-01-01 00:00:00
    """,
    # The first export holds a campaign (2) that the second no longer has; the second has a row twice,
    # and was loaded within 40 seconds. The dollar account was exported once, the Sunday only early.
    "google_ads/campaign_stats.csv": """
        _fivetran_id,customer_id,date,ad_network_type,device,id,impressions,clicks,cost_micros,conversions,conversions_value,_fivetran_synced
        a,eur,2025-03-01,SEARCH,MOBILE,1,100,10,5000000,1,20,2025-03-02 04:00:01
        b,eur,2025-03-01,SEARCH,MOBILE,2,300,30,9000000,3,90,2025-03-02 04:00:02
        a,eur,2025-03-01,SEARCH,MOBILE,1,100,10,5500000,2.25,45.5,2025-05-12 04:00:10
        c,eur,2025-03-01,CONTENT,MOBILE,1,40,1,250000,0,0,2025-05-12 04:00:20
        d,eur,2025-03-01,SEARCH,DESKTOP,1,50,2,1000000,0,0,2025-05-12 04:00:50
        d,eur,2025-03-01,SEARCH,DESKTOP,1,50,2,1000000,0,0,2025-05-12 04:00:50
        e,usd,2025-03-01,SEARCH,MOBILE,1,10,4,2000000,0.5,8,2025-03-02 04:00:03
        f,eur,2025-03-02,SEARCH,MOBILE,1,10,1,500000,0,0,2025-03-03 04:00:00
    """,
    "google_ads/campaign_conversion_stats.csv": """
        _fivetran_id,customer_id,date,id,conversion_action_name,conversion_action_category,conversions,_fivetran_synced
        a,eur,2025-03-01,1,Devis,SUBMIT_LEAD_FORM,7,2025-03-02 04:00:01
        a,eur,2025-03-01,1,Devis,SUBMIT_LEAD_FORM,8.5,2025-05-12 04:00:01
        b,eur,2025-03-01,1,Contact page,PAGE_VIEW,400,2025-05-12 04:00:01
        c,eur,2025-03-01,1,CRM,QUALIFIED_LEAD,3,2025-05-12 04:00:01
    """,
    "exchange_rates/rate.csv": """
        date,base_currency,currency,rate,_fivetran_synced
        2025-02-27,EUR,USD,1.10,2025-02-27 16:00:00
        2025-02-28,EUR,USD,1.25,2025-02-28 16:00:00
        2025-03-03,EUR,USD,1.60,2025-03-03 16:00:00
    """,
    # An early export with a part of the day, replaced; a row without an export time, older than any other.
    "search_console/site_report_by_site.csv": """
        date,site,country,device,search_type,clicks,impressions,ctr,position,_fivetran_synced
        2025-03-01,s,fra,MOBILE,WEB,6,60,0.1,3,2025-03-02 09:00:00
        2025-03-01,s,bel,MOBILE,WEB,1,5,0.2,9,2025-03-02 09:00:00
        2025-03-01,s,fra,MOBILE,WEB,10,100,0.1,2,2025-03-04 09:00:00
        2025-03-01,s,fra,DESKTOP,WEB,0,300,0,12,2025-03-04 09:00:00
        2025-03-02,s,fra,MOBILE,WEB,9,9,1,1,
        2025-03-02,s,fra,MOBILE,WEB,4,20,0.2,5,2025-03-05 09:00:00
    """,
}


@pytest.fixture(scope="module")
def restated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("restated")
    raw = folder / "raw"
    write(raw)
    run = dbt(
        folder,
        "build",
        "--select",
        "+fct_ad_performance",
        "+fct_search_performance",
        "--exclude",
        "test_type:unit",
        "--indirect-selection",
        "cautious",
        variables={"raw_from": "files", "raw_path": str(raw)},
    )
    assert run.returncode == 0, run.stdout[-4000:]
    connection = duckdb.connect(str(folder / "leadline.duckdb"), read_only=True)
    yield connection
    connection.close()


def write(raw: Path) -> None:
    for name, text in RAW.items():
        path = raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in text.strip().splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def test_a_restated_day_replaces_the_older_one_whole(restated: duckdb.DuckDBPyConnection) -> None:
    """Both exports added give 55 clicks; the latest row of each key alone would keep the removed campaign."""
    found = restated.execute(
        "select account_id, date_day::varchar, sum(clicks), sum(cost_original)::double, sum(conversions),"
        " sum(leads) from marts.fct_ad_performance group by all order by all"
    ).fetchall()
    assert found == [
        ("eur", "2025-03-01", 13, 6.75, 2.25, 8.5),
        ("eur", "2025-03-02", 1, 0.5, 0, None),
        ("usd", "2025-03-01", 4, 2.0, 0.5, None),
    ]


def test_devices_are_kept_and_networks_added(restated: duckdb.DuckDBPyConnection) -> None:
    found = restated.execute(
        "select device, impressions, clicks, cost::double, leads from marts.fct_ad_performance"
        " where account_id = 'eur' and date_day = '2025-03-01' order by device nulls last"
    ).fetchall()
    assert found == [
        ("desktop", 50, 2, 1.0, None),
        ("mobile", 140, 11, 5.75, None),
        (None, None, None, None, 8.5),
    ]


def test_a_saturday_has_the_rate_of_friday(restated: duckdb.DuckDBPyConnection) -> None:
    """2 dollars at 1.25 for a euro; unconverted they would be 2, at Monday's rate 1.25, inverted 2.5."""
    found = restated.execute(
        "select cost::double, revenue::double, cost_original::double, currency from marts.fct_ad_performance"
        " where account_id = 'usd'"
    ).fetchall()
    assert found == [(1.6, 6.4, 2.0, "USD")]


def test_one_id_in_two_accounts_is_two_campaigns(restated: duckdb.DuckDBPyConnection) -> None:
    """Both bear the name Printemps and the id 1; campaign 2 is in no export that counts."""
    found = restated.execute(
        "select account_id, campaign_id, campaign_name, previous_names, campaign_channel, reports_leads"
        " from marts.dim_campaign order by all"
    ).fetchall()
    assert found == [
        ("eur", "1", "Printemps", "Spring", "Paid Search", True),
        ("usd", "1", "Printemps", None, "Cross-network", False),
    ]


def test_search_positions_are_weighted_by_impressions(restated: duckdb.DuckDBPyConnection) -> None:
    """(2 x 100 + 12 x 300) / 400 = 9.5 on the first day; the plain average of the column would be 7."""
    found = restated.execute(
        "select date_day::varchar, sum(clicks), sum(impressions),"
        " sum(position_impressions) / sum(ranked_impressions)"
        " from marts.fct_search_performance group by 1 order by 1"
    ).fetchall()
    assert found == [("2025-03-01", 10, 400, 9.5), ("2025-03-02", 4, 20, 5.0)]
