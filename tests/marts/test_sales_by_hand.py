# ruff: noqa: E501 -- the raw rows are as long as exports are
"""Leads, deals and orders from raw files written here: few rows, every trap, all figures worked by hand.

Saturday 1 March 2025 has no exchange rate, and Friday's holds. Web analytics and the upsell tool are not
connected.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.warehouses import dbt

LEAD = "property_hs_lifecyclestage_lead_date"
MQL = "property_hs_lifecyclestage_marketingqualifiedlead_date"

RAW = {
    # 1 was exported twice and 2 is the same address; 3 was merged into 4; 5 only subscribed; 6 has sent a form and
    # has no lifecycle date; 7 was deleted since; 8 is an MQL whose day as a lead the CRM does not know.
    "hubspot/contact.csv": f"""
        id,_fivetran_deleted,property_email,property_createdate,property_first_conversion_date,{LEAD},{MQL},property_hs_analytics_source,property_hs_merged_object_ids,_fivetran_synced
        1,false,a@x.example,2025-01-10 08:00:00,,2025-01-10 08:00:00,,DIRECT_TRAFFIC,,2025-01-10 12:00:00
        1,false,a@x.example,2025-01-10 08:00:00,,2025-01-12 10:00:00,2025-01-15 10:00:00,ORGANIC_SEARCH,,2025-03-10 12:00:00
        2,false, A@X.Example ,2025-01-20 08:00:00,,2025-01-20 08:00:00,2025-01-21 08:00:00,PAID_SOCIAL,,2025-03-10 12:00:00
        3,false,old@x.example,2024-12-01 08:00:00,,2024-12-01 08:00:00,,DIRECT_TRAFFIC,,2025-03-10 12:00:00
        4,false,b@x.example,2025-01-31 23:30:00,,2025-01-31 23:30:00,,,3;,2025-03-10 12:00:00
        5,false,c@x.example,2025-02-01 08:00:00,,,,DIRECT_TRAFFIC,,2025-03-10 12:00:00
        6,false,d@x.example,2025-02-02 08:00:00,2025-02-02 08:00:00,,,EMAIL_MARKETING,,2025-03-10 12:00:00
        7,false,e@x.example,2025-02-03 08:00:00,,2025-02-03 08:00:00,,DIRECT_TRAFFIC,,2025-02-03 12:00:00
        7,true,e@x.example,2025-02-03 08:00:00,,2025-02-03 08:00:00,,DIRECT_TRAFFIC,,2025-03-10 12:00:00
        8,false,f@x.example,2025-02-04 08:00:00,2025-02-04 08:00:00,,2025-02-05 08:00:00,REFERRALS,,2025-03-10 12:00:00
    """,
    # The person of HubSpot's 1 and 2 was here first, and that is where they came from.
    "salesforce/lead.csv": """
        id,email,lead_source,created_date,is_converted,converted_contact_id,is_deleted,_fivetran_synced
        S1,A@x.example,Paid Search,2025-01-11 10:00:00,true,C1,false,2025-03-10 12:00:00
        S2,g@x.example,Paid Search,2025-01-11 10:00:00,false,,true,2025-03-10 12:00:00
    """,
    "hubspot/deal_pipeline_stage.csv": """
        stage_id,pipeline_id,label,closed_won,is_closed,_fivetran_synced
        won,p,Won,true,true,2025-03-10 12:00:00
        open,p,Open,false,false,2025-03-10 12:00:00
    """,
    "hubspot/deal.csv": """
        deal_id,is_deleted,deal_pipeline_id,deal_pipeline_stage_id,property_amount,property_deal_currency_code,property_closedate,property_createdate,_fivetran_synced
        D1,false,p,open,90,USD,2025-06-01 09:00:00,2025-01-25 09:00:00,2025-02-10 12:00:00
        D1,false,p,won,100,USD,2025-02-28 23:30:00,2025-01-25 09:00:00,2025-03-10 12:00:00
        D2,true,p,won,100,USD,2025-03-01 09:00:00,2025-01-25 09:00:00,2025-03-10 12:00:00
        D3,false,p,won,100,USD,2025-03-01 09:00:00,2025-01-25 09:00:00,2025-03-10 12:00:00
    """,
    "hubspot/merged_deal.csv": """
        deal_id,merged_deal_id,_fivetran_synced
        D1,D3,2025-03-10 12:00:00
    """,
    "hubspot/deal_contact.csv": """
        contact_id,deal_id,type_id,category,_fivetran_synced
        2,D1,3,HUBSPOT_DEFINED,2025-03-10 12:00:00
        2,D1,4,HUBSPOT_DEFINED,2025-03-10 12:00:00
        8,D1,3,HUBSPOT_DEFINED,2025-03-10 12:00:00
    """,
    "salesforce/opportunity.csv": """
        id,contact_id,amount,currency_iso_code,created_date,close_date,is_closed,is_won,is_deleted,_fivetran_synced
        O1,C1,50,EUR,2025-02-01 10:00:00,2025-03-03 00:00:00,true,true,false,2025-03-10 12:00:00
    """,
    # 1 was exported before and after it was edited; 3 was cancelled, 4 is a test, 5 has no lines and fell on
    # 1 April here; 6 is in a currency without a rate.
    "shopify/order.csv": """
        id,name,email,customer_id,created_at,processed_at,cancelled_at,currency,subtotal_price,total_tax,total_price,taxes_included,test,_fivetran_synced
        1,#1001,a@x.example,77,2025-03-01 10:00:00,2025-03-01 10:00:00,,EUR,240,40,245,true,false,2025-03-01 12:00:00
        1,#1001,a@x.example,77,2025-03-01 10:00:00,2025-03-01 10:00:00,,EUR,120,20,125,true,false,2025-03-02 12:00:00
        2,#1002,z@x.example,78,2025-03-01 12:00:00,2025-03-01 12:00:00,,USD,125,25,160,false,false,2025-03-02 12:00:00
        3,#1003,a@x.example,77,2025-02-01 10:00:00,2025-02-01 10:00:00,2025-02-02 10:00:00,EUR,60,10,60,true,false,2025-03-02 12:00:00
        4,#1004,a@x.example,77,2025-02-02 10:00:00,2025-02-02 10:00:00,,EUR,60,10,60,true,true,2025-03-02 12:00:00
        5,#1005,A@X.example,,2025-03-31 22:30:00,2025-03-31 22:30:00,,EUR,36,6,36,true,false,2025-04-02 12:00:00
        6,#1006,y@x.example,79,2025-03-05 10:00:00,2025-03-05 10:00:00,,XTS,10,0,10,true,false,2025-04-02 12:00:00
    """,
    "shopify/order_line.csv": """
        order_id,id,product_id,variant_id,title,sku,price,quantity,total_discount,gift_card,index,_fivetran_synced
        1,11,P1,V1,Pot,pot,60,1,0,false,1,2025-03-02 12:00:00
        1,12,P2,V2,Cup,cup,60,1,0,false,2,2025-03-02 12:00:00
        2,21,P1,V1,Pot,pot,25,5,0,false,1,2025-03-02 12:00:00
        3,31,P1,V1,Pot,pot,60,1,0,false,1,2025-03-02 12:00:00
    """,
    "shopify/refund.csv": """
        id,order_id,created_at,processed_at,_fivetran_synced
        R2,2,2025-04-02 10:00:00,2025-04-02 10:00:00,2025-04-03 12:00:00
    """,
    "shopify/order_line_refund.csv": """
        id,refund_id,order_line_id,quantity,subtotal,total_tax,_fivetran_synced
        1,R2,21,1,25,5,2025-04-03 12:00:00
        1,R2,21,1,25,5,2025-04-04 12:00:00
    """,
    "shopify/product_variant.csv": """
        id,product_id,sku,price,inventory_item_id,_fivetran_synced
        V1,P1,pot,60,I1,2025-03-02 12:00:00
        V2,P2,cup,60,I2,2025-03-02 12:00:00
    """,
    "shopify/inventory_item.csv": """
        id,sku,cost,currency_code,_fivetran_synced
        I1,pot,10,EUR,2025-03-02 12:00:00
        I2,cup,,EUR,2025-03-02 12:00:00
    """,
    "exchange_rates/rate.csv": """
        date,base_currency,currency,rate,_fivetran_synced
        2025-02-28,EUR,USD,1.25,2025-02-28 16:00:00
        2025-03-03,EUR,USD,1.60,2025-03-03 16:00:00
        2025-04-02,EUR,USD,1.00,2025-04-02 16:00:00
    """,
}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("sales")
    for name, text in RAW.items():
        path = folder / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in text.strip().splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    chosen = ["+fct_deals", "+fct_order_lines", "+fct_offers"]
    run = dbt(
        folder, "build", "--select", *chosen, "--exclude", "test_type:unit", "--indirect-selection", "cautious",
        variables={"raw_from": "files", "raw_path": str(folder / "raw")},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-4000:]
    connection = duckdb.connect(str(folder / "leadline.duckdb"), read_only=True)
    yield connection
    connection.close()


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.sql(query).fetchall()


def test_leads(by_hand: duckdb.DuckDBPyConnection) -> None:
    """Three people became leads: naive counting finds nine records with a lead date or a form."""
    assert rows(
        by_hand,
        "select source_system, record_id, record_count, cast(lead_day as varchar), cast(mql_day as varchar), channel"
        " from marts.fct_leads order by lead_day nulls last",
    ) == [
        ("salesforce", "S1", 3, "2025-01-11", "2025-01-15", "Paid Search"),
        ("hubspot", "4", 1, "2025-02-01", None, None),
        ("hubspot", "6", 1, "2025-02-02", None, "Email"),
        ("hubspot", "8", 1, None, "2025-02-05", "Referral"),
    ]


def test_deals(by_hand: duckdb.DuckDBPyConnection) -> None:
    """D1 was won on Saturday here, at Friday's 1.25 dollars; 11 January was 49 days before, and 51 before O1."""
    assert rows(
        by_hand,
        "select deal_id, is_won, cast(won_day as varchar), amount, amount_original, currency, sales_cycle_days"
        " from marts.fct_deals order by deal_id",
    ) == [
        ("D1", True, "2025-03-01", Decimal(80), Decimal(100), "USD", 49),
        ("O1", True, "2025-03-03", Decimal(50), Decimal(50), "EUR", 51),
    ]


def test_orders(by_hand: duckdb.DuckDBPyConnection) -> None:
    """The refund of April is worth what the order's dollars were worth in March: 20, not 25."""
    assert rows(
        by_hand,
        "select order_name, cast(date_day as varchar), is_valid, gross_revenue, refunded_amount, revenue, cost_of_goods,"
        " cast(last_refund_day as varchar), channel from marts.fct_orders order by order_name",
    ) == [
        ("#1001", "2025-03-01", True, Decimal(100), Decimal(0), Decimal(100), None, None, None),
        ("#1002", "2025-03-01", True, Decimal(100), Decimal(20), Decimal(80), Decimal(40), "2025-04-02", None),
        ("#1003", "2025-02-01", False, Decimal(50), Decimal(0), Decimal(50), Decimal(10), None, None),
        ("#1004", "2025-02-02", False, Decimal(50), Decimal(0), Decimal(50), None, None, None),
        ("#1005", "2025-04-01", True, Decimal(30), Decimal(0), Decimal(30), None, None, None),
        ("#1006", "2025-03-05", True, None, Decimal(0), None, None, None, None),
    ]


def test_a_cancelled_order_is_nobodys_first(by_hand: duckdb.DuckDBPyConnection) -> None:
    """1005 has no customer account: its address makes it the second order of 1001's buyer."""
    assert rows(
        by_hand,
        "select order_name, order_number, is_first_order from marts.fct_orders"
        " where person_key = (select person_key from marts.fct_orders where order_name = '#1001')"
        " order by order_name",
    ) == [
        ("#1001", 1, True), ("#1003", None, None), ("#1004", None, None), ("#1005", 2, False),
    ]  # fmt: skip


def test_a_customers_origin_is_the_earliest_record(by_hand: duckdb.DuckDBPyConnection) -> None:
    """HubSpot created the contact on 10 January, a day before Salesforce: they came by organic search."""
    assert rows(
        by_hand, "select original_channel, is_marketing_originated from marts.fct_orders where order_name = '#1001'"
    ) == [("Organic Search", True)]


def test_lines(by_hand: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        by_hand,
        "select order_line_id, quantity, refunded_quantity, revenue, cost_of_goods, is_valid"
        " from marts.fct_order_lines order by order_line_id",
    ) == [
        ("11", 1, 0, Decimal(50), Decimal(10), True),
        ("12", 1, 0, Decimal(50), None, True),
        ("21", 5, 1, Decimal(80), Decimal(40), True),
        ("31", 1, 0, Decimal(50), Decimal(10), False),
    ]


def test_a_source_not_connected_is_an_empty_typed_relation(by_hand: duckdb.DuckDBPyConnection) -> None:
    assert rows(by_hand, "select count(*) from marts.fct_offers") == [(0,)]
    kinds = dict(rows(by_hand, "select column_name, column_type from (describe marts.fct_offers)"))
    assert kinds["amount"] == "DECIMAL(18,6)"
    assert kinds["date_day"] == "DATE"
    assert kinds["is_accepted"] == "BOOLEAN"


def test_no_address_or_name_reaches_a_mart(by_hand: duckdb.DuckDBPyConnection) -> None:
    columns = rows(
        by_hand,
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema in ('staging', 'intermediate', 'marts') and data_type = 'VARCHAR'",
    )
    for schema, table, column in columns:
        seen = rows(by_hand, f'select count(*) from {schema}.{table} where "{column}" ilike \'%@x.example%\'')
        assert seen == [(0,)], (schema, table, column)
