"""What is run over data: each request, and the best SQL for it that we could write by hand."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.definitions import Asked


@dataclass(frozen=True, slots=True)
class Case:
    """A request, and the statement by hand that gives the same rows."""

    name: str
    asked: Asked
    by_hand: str


def _trailing(days: int) -> str:
    # a visit counts its visitor until the visitor's next one, or until it leaves the window
    return f"""
        with stays as (
            select
                visited_on,
                visitor_id,
                least(
                    coalesce(lead(visited_on) over (partition by visitor_id order by visited_on), date
                    '9999-12-31'),
                    cast(visited_on + interval {days} day as date)
                ) as until
            from (select distinct visited_on, visitor_id from visits)
        ),
        spans as (select visited_on, until, count(*) as n from stays group by all),
        changes as (
            select visited_on as day, n from spans
            union all
            select until, -n from spans
        ),
        daily as (select day, sum(n) as n from changes group by day)
        select date_day, sum(coalesce(n, 0)) over (order by date_day) as visitors
        from days left join daily on day = date_day
        qualify visitors > 0
    """


_DAILY = "daily as (select visited_on, count(*) as n from visits group by visited_on)"

CASES: tuple[Case, ...] = (
    Case(
        "simple",
        Asked(("visits",), ("metric_time__month", "visit__channel")),
        "select date_trunc('month', visited_on), channel, count(*) from visits group by all",
    ),
    Case(
        "count-distinct",
        Asked(("visitors",), ("metric_time__month", "visit__channel")),
        "select date_trunc('month', visited_on), channel, count(distinct visitor_id) from visits group by"
        " all",
    ),
    Case(
        "ratio",
        Asked(("revenue_per_visit",), ("metric_time__day",)),
        """
        with
            v as (select visited_on as day, count(*) as n from visits group by visited_on),
            o as (select ordered_on as day, sum(amount) as n from orders group by ordered_on)
        select coalesce(v.day, o.day), cast(o.n as double) / v.n from v full join o on v.day = o.day
        """,
    ),
    Case(
        "multi-hop",
        Asked(("pages_per_visit",), ("metric_time__month", "campaign__account__region")),
        """
        with by_campaign as (
            select date_trunc('month', visited_on) as month, campaign_id, sum(pages) as pages, count(*) as
            visits
            from visits group by all
        )
        select month, region, cast(sum(pages) as double) / sum(visits)
        from by_campaign left join campaigns using (campaign_id) left join accounts using (account_id)
        group by all
        """,
    ),
    Case(
        "year on year",
        Asked(("visits_yoy",), ("metric_time__month",)),
        """
        with monthly as (select date_trunc('month', visited_on) as month, count(*) as n from visits group by
        month),
        both_years as (
            select month, n, null as before from monthly
            union all
            select month + interval 1 year, null, n from monthly
        )
        select month, (max(n) - max(before)) * 1.0 / max(before) from both_years group by month
        """,
    ),
    Case(
        "trailing 28 days",
        Asked(("visits_28d",), ("metric_time__day",)),
        f"""
        with {_DAILY}
        select
            date_day,
            sum(n) over (order by date_day range between interval 27 day preceding and current row) as visits
        from days left join daily on visited_on = date_day
        qualify visits > 0
        """,
    ),
    Case(
        "all time",
        Asked(("visits_all_time",), ("metric_time__day",)),
        f"""
        with {_DAILY}
        select date_day, sum(n) over (order by date_day) from days left join daily on visited_on = date_day
        """,
    ),
    Case(
        "month to date",
        Asked(("visits_mtd",), ("metric_time__day",)),
        f"""
        with {_DAILY}
        select
            date_day,
            sum(n) over (partition by date_trunc('month', date_day) order by date_day) as visits
        from days left join daily on visited_on = date_day
        qualify visits > 0
        """,
    ),
    Case("trailing 7-day visitors", Asked(("visitors_7d",), ("metric_time__day",)), _trailing(7)),
    Case("trailing 28-day visitors", Asked(("visitors_28d",), ("metric_time__day",)), _trailing(28)),
    Case(
        "all-time visitors",
        Asked(("visitors_all_time",), ("metric_time__day",)),
        """
        with first_seen as (select visitor_id, min(visited_on) as day from visits group by visitor_id),
        daily as (select day, count(*) as n from first_seen group by day)
        select date_day, sum(coalesce(n, 0)) over (order by date_day) from days left join daily on day =
        date_day
        """,
    ),
    Case(
        "7-day conversion",
        Asked(("visit_to_order_7d",), ("metric_time__month",)),
        """
        with
        opportunities as (select date_trunc('month', visited_on) as month, count(*) as n from visits group by
        month),
        matched as (
            select v.visited_on
            from orders as o asof join visits as v
                on o.visitor_id = v.visitor_id and o.ordered_on >= v.visited_on
            where v.visited_on > o.ordered_on - interval 7 day
        ),
        conversions as (select date_trunc('month', visited_on) as month, count(*) as n from matched group by
        month)
        select month, cast(conversions.n as double) / opportunities.n
        from opportunities left join conversions using (month)
        """,
    ),
)
