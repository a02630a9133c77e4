"""Spend, customers, orders and revenue."""

from __future__ import annotations

import json

import pytest

from tests.catalogue_traps.conftest import HISTORY, OCTOBER, Asked, Company, differ

GOOGLE = "from google_days"


def google_spend(leadline: Asked) -> float:
    asked = leadline("query", "ad_spend", "--where", "platform = 'google_ads'", "--format", "json").out
    return float(json.loads(asked)[0]["ad_spend"])


def test_trap_of_ad_spend__micros_read_as_units(company: Company, leadline: Asked) -> None:
    wrong, right = company.planted("micros")
    raw = company.wrong(
        """
        select sum(cost_micros) from (
            select * from google_ads.campaign_stats
            qualify _fivetran_synced
                >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
        )
        """
    )
    assert raw == pytest.approx(wrong)
    assert wrong == pytest.approx(1_000_000 * right)
    company.right("ad_spend", HISTORY)
    assert google_spend(leadline) < right  # part of it is dollars, and those are fewer euros
    assert "micros" in leadline("show", "ad_spend").out


def test_trap_of_ad_spend__two_currencies_added(company: Company, leadline: Asked) -> None:
    wrong, right = company.planted("two_currencies")
    assert differ(wrong, right)
    assert google_spend(leadline) == pytest.approx(right, rel=1e-5)
    assert company.wrong("select sum(spend) from google_days") == pytest.approx(right)

    refused = leadline("query", "spend", "--by", "platform")
    assert refused.code == 2
    assert " ad_spend (cost of ads only)" in refused.err
    assert "reporting currency" in leadline("show", "ad_spend").out


def test_trap_of_cpa__taken_for_cac(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select sum(spend) / sum(conversions) from ads where day >= '2026-10-01'")
    right = company.right("cac")
    assert wrong == pytest.approx(company.right("cpa"))
    assert wrong < right / 4

    own = leadline("query", "cpa", "--grain", "month", "--last", "1")
    assert own.code == 0
    assert "cpa is ad spend per conversion that the ad platforms claim" in own.out
    assert "cac (all marketing spend per new customer)" in own.out
    for name in ("cost_per_acquisition", "coût d'acquisition"):
        refused = leadline("query", name)
        assert refused.code == 2
        for choice in ("cpa", "cac", "cac_paid"):
            assert f" {choice} (" in refused.err


def test_trap_of_quality_score__plain_mean(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select avg(quality_score) from google_ads.keyword_stats")
    right = company.right("quality_score", HISTORY)
    assert wrong == pytest.approx(
        next(t["plain_average"] for t in company.truth["traps"] if t["name"] == "quality_score_missing"),
        rel=0.02,
    )
    assert differ(wrong, right)
    refused = leadline("query", "average_quality_score", "--grain", "month")
    assert refused.code == 2
    assert "the mean of quality_score over groups or periods is another number" in refused.err


def test_trap_of_quality_score__missing_read_as_zero(company: Company, leadline: Asked) -> None:
    latest = """
        from (
            select * from google_ads.keyword_stats
            qualify _fivetran_synced
                >= date_trunc('hour', max(_fivetran_synced) over (partition by customer_id, date))
        )
    """
    wrong = company.wrong(f"select sum(coalesce(quality_score, 0) * impressions) / sum(impressions) {latest}")
    plain = company.wrong(f"select avg(coalesce(quality_score, 0)) {latest}")
    right = company.right("quality_score", HISTORY)
    assert [plain, right] == pytest.approx(company.planted("quality_score_missing"), rel=1e-5)
    assert differ(wrong, right)
    assert "keywords that have one" in leadline("show", "quality_score").out


def test_trap_of_cac_paid__quoted_as_cac(company: Company, leadline: Asked) -> None:
    right = company.right("cac")
    wrong = company.wrong("select sum(spend) / new_customers_asked() from ads where asked(day)")
    assert wrong == pytest.approx(company.right("cac_paid"))
    assert wrong < right / 3

    own = leadline("query", "cac_paid", "--grain", "month", "--last", "1")
    assert "cac (all marketing spend per new customer)" in own.out
    assert " cac_paid (ad spend per new customer)" in leadline("query", "coût par acquisition").err


def test_trap_of_cac_paid__divided_by_all_orders(company: Company, leadline: Asked) -> None:
    company.right("cac_paid")  # sets the days asked
    wrong = company.wrong(
        "select sum(spend) / (select count(*) from orders where asked(day)) from ads where asked(day)"
    )
    right = company.right("cac_paid")
    assert differ(wrong, right)

    # The one who asks for customers gets the choices: those with an order are not those who are new.
    refused = leadline("query", "customers", "--grain", "month")
    assert refused.code == 2
    assert " new_customers (customers by their first purchase)" in refused.err
    assert " active_customers (persons with an order in the period)" in refused.err


def test_trap_of_purchases__a_transaction_sent_twice(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select count(*) from events where name = 'purchase'")
    once = company.wrong("select count(*) from web_sales where transaction_id is not null")
    assert (wrong, once) == company.planted("repeated_transactions") == (81, 74)
    # The shop's own orders are the purchases, those without a visit included.
    right = company.right("purchases", HISTORY)
    assert right == 199

    # What GA4 saw of them, each once; without consent there is no visit to count it in.
    seen = company.wrong("select count(transaction_id) from web_sales where visitor is not null")
    web = json.loads(leadline("query", "web_transactions", "purchases", "--format", "json").out)[0]
    assert (web["web_transactions"], web["purchases"]) == (seen, right)
    refused = leadline("query", "conversions")
    assert refused.code == 2
    assert " purchases (valid orders of the shop)" in refused.err


def test_trap_of_average_order_value__orders_joined_to_their_lines(company: Company, leadline: Asked) -> None:
    wrong = company.wrong(
        """
        select sum(revenue) / count(distinct orders.id)
        from orders
        join shopify.order_line as line on line.order_id = orders.id
        where day between '2026-10-01' and '2026-10-31'
        """
    )
    right = company.right("average_order_value")
    assert wrong > 1.3 * right

    # Asked by product, where an order would count once a line, it is refused with what can be had.
    refused = leadline("query", "average_order_value", "--by", "product")
    assert refused.code == 2
    assert "count rows twice" in refused.err
    assert "Panier moyen" in leadline("query", "average_order_value", "--lang", "fr").out


def test_trap_of_romi__mixed_up_with_roas(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select sum(claimed) / sum(spend) from ads where day >= '2026-10-01'")
    right = company.right("romi")
    assert wrong == pytest.approx(company.right("roas"))
    assert wrong > 3  # "every euro brings three"
    assert right < 0  # and marketing did not even earn what it cost

    own = leadline("query", "roas", "--grain", "month", "--last", "1")
    assert "romi (the shop's revenue less all marketing spend, per unit of it)" in own.out
    for name in ("roi", "retour sur investissement"):
        refused = leadline("query", name)
        assert refused.code == 2
        for choice in ("roas", "romi"):
            assert f" {choice} (" in refused.err


def test_trap_of_email_revenue__the_tools_own_claim(company: Company, leadline: Asked) -> None:
    wrong = company.wrong("select sum(ecommerce_total_revenue) from mailchimp.campaign_report")
    right = company.right("email_revenue", HISTORY)
    assert [wrong, right] == pytest.approx(company.planted("email_revenue_claimed"))
    assert company.right("email_revenue", OCTOBER) <= right

    refused = leadline("query", "revenu", "--lang", "fr")
    assert refused.code == 2
    assert "email_revenue (chiffre d'affaires de la boutique venu des visites du canal email)" in refused.err
    unknown = leadline("query", "claimed_revenue")
    assert unknown.code == 2
    assert "email_revenue" in unknown.err
