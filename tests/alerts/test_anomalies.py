"""Anomalies: planted ones are found, normal days left alone, and what cannot be judged is said to be so."""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path

import duckdb
import numpy as np
import pytest

from leadline.check.alarm import Outcome
from leadline.check.alerts_anomalies import anomaly_findings
from leadline.check.anomalies import (
    FEWEST,
    HISTORY,
    LONGEST,
    SHORTEST,
    Judged,
    Scale,
    Unfit,
    is_additive,
    judge,
    scale_of,
    walk,
)
from leadline.demo import write
from leadline.layer import Layer
from tests.alerts.conftest import MakeBench
from tests.cli.conftest import MINI

LAST = dt.date(2026, 10, 31)
METRICS = Layer.load(MINI / "semantic_manifest.json").metrics
WEEK = (1.0, 1.1, 1.2, 1.1, 1.0, 0.6, 0.5)


def days(count: int) -> list[dt.date]:
    return [LAST - dt.timedelta(days=count - 1 - n) for n in range(count)]


def visits(count: int, level: float = 80, seed: int = 1) -> dict[dt.date, float | None]:
    """Counts with a weekday pattern and a slow rise, drawn from a Poisson distribution."""
    draw = np.random.default_rng(seed)
    rising = (level * WEEK[day.weekday()] * (1 + 0.3 * n / count) for n, day in enumerate(days(count)))
    return dict(zip(days(count), (float(draw.poisson(mean)) for mean in rising), strict=True))


def judged(series: dict[dt.date, float | None], metric: str = "clicks") -> Judged:
    found = judge(series, LAST, METRICS[metric])
    assert isinstance(found, Judged)
    return found


@pytest.mark.parametrize("seed", range(10))
def test_a_normal_day_is_left_alone_and_its_range_holds_it(seed: int) -> None:
    found = judged(visits(300, seed=seed))
    assert not found.is_anomaly
    assert found.low < found.value < found.high
    assert found.low < found.expected < found.high


@pytest.mark.parametrize("factor", [0.0, 0.2, 2.5])
@pytest.mark.parametrize("seed", range(5))
def test_a_planted_anomaly_is_found(factor: float, seed: int) -> None:
    series = visits(300, seed=seed)
    series[LAST] = round(80 * WEEK[LAST.weekday()] * 1.3 * factor)
    found = judged(series)
    assert found.is_anomaly
    assert (found.value < found.low) if factor < 1 else (found.value > found.high)


def test_the_expected_value_is_that_of_the_weekday() -> None:
    # 31 October 2026 is a Saturday: 0.6 of a weekday's 104, and no noise.
    series = {day: 104 * WEEK[day.weekday()] for day in days(250)}
    found = judged(dict(series))
    assert found.expected == pytest.approx(62.4, rel=0.01)
    assert not found.is_anomaly


def test_a_monday_on_a_saturday_is_an_anomaly() -> None:
    series = visits(300, level=400)
    series[LAST] = 400 * 1.3
    assert judged(series).is_anomaly


def test_the_days_after_an_anomaly_are_normal_again() -> None:
    series = visits(300)
    at = LAST - dt.timedelta(days=3)
    series[at] = 900.0
    found = walk(list(series.values()), Scale.ROOT, list(series))
    assert [j.day for j in found if j and j.is_anomaly] == [at]


def test_a_new_level_is_told_twice_and_then_is_the_level() -> None:
    series = visits(300, level=200)
    for day in days(20):
        series[day] = (series[day] or 0) * 0.4
    found = walk(list(series.values()), Scale.ROOT, list(series))
    assert [j.day for j in found if j and j.is_anomaly] == days(20)[:2]
    assert not judged(series).is_anomaly


def test_a_day_is_judged_by_those_before_it_alone() -> None:
    series = visits(300)
    before = [j for j in walk(list(series.values()), Scale.ROOT, list(series)) if j]
    series[LAST] = 5000.0
    after = [j for j in walk(list(series.values()), Scale.ROOT, list(series)) if j]
    assert before[:-1] == after[:-1]


@pytest.mark.parametrize(("count", "is_short"), [(SHORTEST - 1, True), (SHORTEST, False)])
def test_too_short_a_series_is_said_to_be_so(count: int, is_short: bool) -> None:
    assert SHORTEST == HISTORY + FEWEST + 1
    assert (judge(visits(count), LAST, METRICS["clicks"]) is Unfit.SHORT) is is_short


def test_too_sparse_a_series_is_said_to_be_so() -> None:
    series = {day: value if day.toordinal() % 3 == 0 else 0.0 for day, value in visits(250).items()}
    assert judge(series, LAST, METRICS["clicks"]) is Unfit.SPARSE


def test_days_without_rows_are_zero_for_a_count_and_unknown_for_a_ratio() -> None:
    series = visits(250)
    del series[LAST]
    found = judged(series)
    assert (found.value, found.is_anomaly) == (0.0, True)
    rates: dict[dt.date, float | None] = dict.fromkeys(series, 0.03)
    assert judge(rates, LAST, METRICS["ctr"]) is Unfit.ABSENT


@pytest.mark.parametrize(
    ("metric", "additive", "scale"),
    [
        ("clicks", True, Scale.ROOT),
        ("ad_spend", True, Scale.ROOT),
        ("ctr", False, Scale.LINEAR),
        ("cost_per_lead", False, Scale.LOG),
        ("audience_size", False, Scale.LOG),  # a stock: days without rows are not worth 0
    ],
)
def test_each_metric_on_its_scale(metric: str, additive: bool, scale: Scale) -> None:
    assert is_additive(METRICS[metric]) is additive
    assert scale_of(METRICS[metric], [1.0, 2.0]) is scale


def test_the_plans_kpis_are_judged_and_the_others_say_why_not(
    bench: MakeBench, database: duckdb.DuckDBPyConnection
) -> None:
    found = anomaly_findings(bench())
    assert found.alarms == []
    assert [(q.key, q.outcome) for q in found.quiets] == [("anomaly/leads", Outcome.NO_VALUE)]
    assert "too short" in found.quiets[0].detail
    database.execute("update dim_source set first_day = '2025-01-01'")
    database.execute(
        "insert into fct_leads select 'x' || day || n, 'Paid Search', cast(day as date) "
        "from range(date '2025-03-01', date '2026-02-28', interval 1 day) as days(day), range(20) as leads(n)"
    )
    quiet = anomaly_findings(bench(day="2026-02-27"))
    assert (quiet.alarms, [q.outcome for q in quiet.quiets]) == ([], [Outcome.FINE])
    # On the last day of February there are none after 20 or more a day.
    alarms = anomaly_findings(bench(day="2026-03-01")).alarms
    assert [(a.key, a.value, a.severity) for a in alarms] == [("anomaly/leads", 0.0, "warning")]
    assert alarms[0].low is not None
    assert 15 < alarms[0].low < 20.5
    assert "expected" in alarms[0].message.en
    assert "attendu de" in alarms[0].message.fr


# KPI-days of the demonstration company by plain SQL over its raw exports: name, scale, query.
EVENTS = (
    "select strptime(event_date, '%Y%m%d')::date, {0} from read_parquet('{1}/ga4/events/**/*.parquet') {2} "
    "group by 1"
)
ADS = "select date, {0} from read_parquet('{1}/google_ads/campaign_stats.parquet') group by 1"
ORDERS = "select created_at::date, {0} from read_parquet('{1}/shopify/order/**/*.parquet') group by 1"
SEARCH = "select date, {0} from read_parquet('{1}/search_console/site_report_by_site.parquet') group by 1"
DAILY = (
    ("visits", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'session_start'"),
    ("page_views", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'page_view'"),
    ("new_visitors", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'first_visit'"),
    ("carts", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'add_to_cart'"),
    ("leads", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'lead'"),
    ("sign_ups", Scale.ROOT, EVENTS, "count(*)", "where event_name = 'newsletter_signup'"),
    (
        "pages_per_visit",
        Scale.LOG,
        EVENTS,
        "count(*) filter (event_name = 'page_view') / count(*) filter (event_name = 'session_start')",
        "",
    ),
    ("orders", Scale.ROOT, ORDERS, "count(*)", ""),
    ("revenue", Scale.ROOT, ORDERS, "sum(total_price)", ""),
    ("basket", Scale.LOG, ORDERS, "avg(total_price)", ""),
    ("ad_spend", Scale.ROOT, ADS, "sum(cost_micros) / 1e6", ""),
    ("ad_clicks", Scale.ROOT, ADS, "sum(clicks)", ""),
    ("ctr", Scale.LINEAR, ADS, "sum(clicks) / sum(impressions)", ""),
    ("cpc", Scale.LOG, ADS, "sum(cost_micros) / 1e6 / nullif(sum(clicks), 0)", ""),
    ("search_clicks", Scale.ROOT, SEARCH, "sum(clicks)", ""),
)
YEARS = 730
MOST = 0.01


@pytest.fixture(scope="module")
def two_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration company over two years, thirty times the people of the seeds: 50 visits a day."""
    folder = tmp_path_factory.mktemp("two-years")
    write(folder, days=YEARS, scale=30, format="parquet", end=LAST)
    return folder


@pytest.mark.slow
def test_at_most_one_normal_kpi_day_in_a_hundred_is_a_false_alarm(two_years: Path) -> None:
    told, false = 0, {}
    for name, scale, query, value, where in DAILY:
        rows = dict(duckdb.sql(query.format(value, two_years, where)).fetchall())
        values = [None if rows.get(day) is None else float(rows[day]) for day in days(YEARS)]
        found = [j for j in walk(values, scale, days(YEARS)) if j]
        told += len(found)
        false[name] = [j.day for j in found if j.is_anomaly]
    assert told > 0.95 * len(DAILY) * (YEARS - HISTORY - FEWEST)
    print(f"{sum(map(len, false.values()))} of {told} KPI-days")
    assert sum(map(len, false.values())) <= MOST * told, {name: len(alarms) for name, alarms in false.items()}


@pytest.mark.slow
def test_a_tenth_of_the_visits_or_four_times_the_orders_is_found_among_them(two_years: Path) -> None:
    for name, factor in (("visits", 0.1), ("orders", 4.0)):
        _, scale, query, value, where = next(kpi for kpi in DAILY if kpi[0] == name)
        rows = dict(duckdb.sql(query.format(value, two_years, where)).fetchall())
        for last in (LAST, dt.date(2026, 5, 12), dt.date(2026, 1, 20)):
            window = [last - dt.timedelta(days=n) for n in range(LONGEST)][::-1]
            values = [float(rows.get(day) or 0) for day in window]
            values[-1] *= factor
            found = walk(values, scale, window)[-1]
            assert found is not None
            assert found.is_anomaly, (name, last)
            assert not math.isnan(found.expected)
