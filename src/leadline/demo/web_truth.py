"""What is true of the site and of search, and the traps in how GA4 and Search Console report them."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from leadline.demo import company, naive, search
from leadline.demo.count import NONE
from leadline.demo.ledger import Ledger
from leadline.demo.plan import DAY, Plan
from leadline.demo.traffic import Traffics


def totals(plan: Plan, ledger: Ledger, traffics: Traffics) -> dict[str, Any]:
    """Sessions, visitors, pages and goals; a session belongs to the local day on which it starts."""
    traffic = ledger.by_key("sessions_by_traffic")
    rows = [
        {
            "source": t.source,
            "medium": t.medium,
            "campaign": t.campaign,
            "channel": t.channel,
            "sessions": traffic[label],
        }
        for t, label in zip(traffics.rows, traffics.labels, strict=True)
        if label in traffic
    ]
    return {
        "sessions": _both(ledger, "sessions")
        | {
            "by_channel": ledger.by_key("sessions"),
            "by_month_and_channel": ledger.by_month_and_key("sessions"),
            "by_traffic": rows,
        },
        "engaged_sessions": _both(ledger, "engaged_sessions"),
        "single_page_sessions": _both(ledger, "single_page_sessions"),
        "engagement_seconds": ledger.total("engagement_msec") / 1000,
        "unique_visitors": {"total": ledger.totals["unique_visitors"]}
        | {"by_month": ledger.by_month("visitors_by_month")},
        "visitors_from_google": ledger.by_month("visitors_from_google_by_month"),
        "visitors_from_facebook": ledger.by_month("visitors_from_facebook_by_month"),
        "page_views": _both(ledger, "page_views")
        | {"without_consent": ledger.total("page_views_without_consent")},
        "content_page_views": ledger.total("content_page_views"),
        "landing_sessions": ledger.total("landing_sessions"),
        "landing_sessions_with_form": ledger.total("landing_sessions_with_form"),
        "cart_sessions": ledger.total("cart_sessions"),
        "cart_sessions_bought": ledger.total("cart_sessions_bought"),
        "product_view_sessions": ledger.by_key("product_view_sessions"),
        "product_sale_sessions": ledger.by_key("product_sale_sessions"),
        "organic_lead_events": ledger.total("organic_lead_events"),
        "organic_purchases": ledger.total("organic_purchases"),
        "events": {
            name: ledger.total(f"events_{name}")
            for name in ("form_submit", "lead", "file_download", "newsletter_signup")
        },
        "transactions": ledger.totals["transactions"],
        "search_clicks": _both(ledger, "search_clicks"),
        "search_impressions": _both(ledger, "search_impressions"),
        "keywords_at_month_ends": _keywords(plan),
    }


def _both(ledger: Ledger, name: str) -> dict[str, Any]:
    return {"total": ledger.total(name), "by_month": ledger.by_month(name)}


def _keywords(plan: Plan) -> dict[str, dict[str, int]]:
    """Keywords in the top 3 and 10 and tracked at all, on the last day of every month."""
    table = search.positions(plan)
    return {
        plan.months[i]: {
            "top_3": sum(1 for p in table[day] if p is not None and p <= 3),
            "top_10": sum(1 for p in table[day] if p is not None and p <= 10),
            "unranked": sum(1 for p in table[day] if p is None),
        }
        for i, day in enumerate(plan.month_ends)
    }


def traps(plan: Plan, ledger: Ledger, traffics: Traffics, sums: Counter[str]) -> None:
    """Record the traps of the site and of search."""
    _sessions(plan, ledger)
    _visitors(ledger)
    _events(ledger)
    _tags(plan, ledger)
    _sources(ledger, traffics)
    _days(plan, ledger)
    _search(plan, ledger, sums)


def _sessions(plan: Plan, ledger: Ledger) -> None:
    sessions = ledger.total("sessions")
    ledger.trap(
        "sessions_across_midnight",
        "Sessions that cross midnight counted on both days, when each day's sessions are added up.",
        ledger.total("sessions_seen_each_day"),
        sessions,
        table="ga4.events",
    )
    if plan.blocks == 1:
        ledger.trap(
            "session_id_shared",
            "ga_session_id taken as unique: it is the second in which a session began, and two people can"
            " share it.",
            ledger.totals["distinct_session_ids"],
            sessions,
            table="ga4.events",
        )
    ledger.trap(
        "two_bounce_rates",
        "Sessions with one page view, or sessions without engagement: two numbers that go by one name.",
        ledger.total("single_page_sessions"),
        sessions - ledger.total("engaged_sessions"),
        table="ga4.events",
    )


def _visitors(ledger: Ledger) -> None:
    months, daily = ledger.by_month("visitors_by_month"), ledger.by_month("visitors_by_day")
    month = max(months, key=lambda m: (daily[m] - months[m], m))
    ledger.trap(
        "daily_visitors_summed",
        f"Unique visitors of {month}: the days' visitors added up.",
        daily[month],
        months[month],
        table="ga4.events",
        month=month,
    )
    ledger.trap(
        "monthly_visitors_summed",
        "Unique visitors of the whole history: the months' visitors added up.",
        sum(months.values()),
        ledger.totals["unique_visitors"],
        table="ga4.events",
    )


def _events(ledger: Ledger) -> None:
    views = ledger.total("page_views")
    ledger.trap(
        "repeated_rows",
        "Page views whose row is in the export twice, alike in every column.",
        views + ledger.totals["page_views_repeated"],
        views,
        table="ga4.events",
        rows=ledger.totals["page_views_repeated"],
    )
    ledger.trap(
        "repeated_transactions",
        "Purchase events counted: some transaction ids were sent again on reload, a few with another value,"
        " and some purchases carry none.",
        ledger.totals["purchase_events"],
        ledger.totals["transactions"],
        table="ga4.events",
        repeated=ledger.totals["transactions_repeated"],
        conflicting=ledger.totals["transactions_conflicting"],
        unusable=ledger.totals["purchase_events_unusable"],
    )
    ledger.trap(
        "consent_denied",
        "Events of people who refused carry neither user_pseudo_id nor ga_session_id: they are page views,"
        " but no session; taken together they look like one endless session.",
        ledger.total("sessions") + 1,
        ledger.total("sessions"),
        table="ga4.events",
        page_views_without_consent=ledger.total("page_views_without_consent"),
    )


def _tags(plan: Plan, ledger: Ledger) -> None:
    """What the tags of the site should have sent."""
    missing = ledger.of("forms_without_id")[:, 0]
    days = np.flatnonzero(missing)
    if len(days):
        ledger.trap(
            "form_id_missing",
            "form_submit without form_id: one form lost its id when the site got a new footer.",
            0,
            int(missing.sum()),
            table="ga4.events",
            first_seen=str(plan.dates[int(days[0])]),
            form_name=company.FORMS[2][0],
        )


def _sources(ledger: Ledger, traffics: Traffics) -> None:
    exact = every = 0
    clicked = 0
    for t, label in zip(traffics.rows, traffics.labels, strict=True):
        count = ledger.by_key("sessions_by_traffic").get(label, 0)
        if t.source.lower() == "google" and t.medium == "cpc":
            every += count
            exact += count if t.source == "google" else 0
        if t.clicked and not t.is_tagged:
            clicked += count
    ledger.trap(
        "google_in_two_spellings",
        "Sessions of google / cpc where `GOOGLE` is another source.",
        exact,
        every,
        table="ga4.events",
    )
    ledger.trap(
        "click_id_without_tags",
        "Visits from Google Ads carry a click id and no UTM parameter: by `manual_source` they come from"
        " nowhere.",
        0,
        clicked,
        table="ga4.events",
    )
    hosts = sum(
        ledger.by_key("sessions_by_traffic").get(label, 0)
        for t, label in zip(traffics.rows, traffics.labels, strict=True)
        if t.source in ("facebook", "m.facebook.com", "l.facebook.com", "lm.facebook.com")
    )
    plain = sum(
        ledger.by_key("sessions_by_traffic").get(label, 0)
        for t, label in zip(traffics.rows, traffics.labels, strict=True)
        if t.source == "facebook"
    )
    ledger.trap(
        "facebook_hosts",
        "Sessions from Facebook: by the one source `facebook`, or by every host it has.",
        plain,
        hosts,
        table="ga4.events",
    )
    broken = ledger.by_key("sessions").get("Unassigned", 0)
    ledger.trap(
        "placeholders",
        "`(not set)` and `undefined` are no sources: such sessions are Unassigned, not Direct.",
        0,
        broken,
        table="ga4.events",
    )
    ledger.trap(
        "assistants",
        "Sessions from AI assistants, which older channel groupings call Referral.",
        0,
        ledger.by_key("sessions").get("AI Assistants", 0),
        table="ga4.events",
    )


def _days(plan: Plan, ledger: Ledger) -> None:
    lengths = np.diff(plan.midnights)
    changes = [plan.dates[int(d)] for d in np.flatnonzero(lengths != DAY)]
    sessions, views = ledger.of("sessions").sum(axis=1), ledger.of("page_views")[:, 0]
    ledger.trap(
        "clock_changes",
        "Days of 23 and 25 hours in Paris: a fixed offset from UTC puts their first or last hour on another"
        " day.",
        None,
        {str(d): int(sessions[plan.position(d)]) for d in changes},
        table="ga4.events",
        page_views={str(d): int(views[plan.position(d)]) for d in changes},
    )
    local, utc = ledger.of("orders")[:, 0], ledger.of("orders_by_utc_day")[:, 0]
    ledger.trap(
        "orders_by_utc_day",
        "Orders of the first two hours of a local day fall on the day before in UTC: days with another"
        " count.",
        int(np.count_nonzero(local != utc)),
        0,
        table="shopify.order",
        channel_of_orders=NONE,
    )


def _search(plan: Plan, ledger: Ledger, sums: Counter[str]) -> None:
    clicks = ledger.total("search_clicks")
    ledger.trap(
        "search_restated",
        "Every twentieth day of Search Console is there as first exported and as completed later.",
        naive.get(sums, "search_console.site_report_by_site.clicks"),
        clicks,
        table="search_console.site_report_by_site",
    )
    ledger.trap(
        "search_reports_do_not_add_up",
        "Clicks by query leave out rare queries, and clicks by page count a result with two pages twice:"
        " only the report by site is the total.",
        naive.get(sums, "search_console.keyword_site_report_by_site.clicks"),
        clicks,
        table="search_console.keyword_site_report_by_site",
        by_page=naive.get(sums, "search_console.page_report.clicks"),
    )
    missing = sum(1 for row in search.positions(plan).values() for p in row if p is None)
    ledger.trap(
        "unranked_keywords",
        "A keyword outside the hundred has no position; read as 0 it would be in the top 3.",
        missing,
        0,
        table="rank_tracker.position_tracking",
    )
