"""KPIs of a plan on data written by hand: the values are counted there, not taken from the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from leadline.measurement.pace import Status
from leadline.measurement.standing import Path, Standing, standings
from leadline.measurement.values import Gauge, Missing
from tests.measurement.conftest import GOOD, plan_from


def by_name(gauge: Gauge, text: str = GOOD) -> dict[str, Standing]:
    return {found.kpi.name: found for found in standings(plan_from(text), gauge)}


def test_a_level_is_that_of_the_last_complete_month(gauge: Gauge) -> None:
    found = by_name(gauge)["cost_per_lead"]
    # October: (200 + 40) / 12. November is not over, and its exports end on the 10th.
    assert found.reading.current.number == pytest.approx(20)
    assert found.reading.previous.number == pytest.approx(30)  # 270 / 9
    assert found.reading.last_year.number == pytest.approx(40)  # 600 / 15
    assert found.as_of == dt.date(2026, 10, 31)
    assert found.expected == pytest.approx(40 - 26 * 365 / 426)  # 17.72
    assert (found.path, found.status) == (Path.LINEAR, Status.BEHIND)


def test_a_total_adds_up_from_its_start_and_follows_last_years_shape(gauge: Gauge) -> None:
    found = by_name(gauge)["leads"]
    assert found.actual.number == 12
    assert found.expected == pytest.approx(50 * 15 / 43)
    assert (found.path, found.status) == (Path.SEASONAL, Status.BEHIND)


def test_a_segment_is_cut_out_and_a_given_period_is_the_pace(gauge: Gauge) -> None:
    found = by_name(gauge)["ctr_paid_search"]
    assert found.actual.number == pytest.approx(250 / 9000)
    assert (found.expected, found.path) == (0.0275, Path.GIVEN)


def test_what_has_no_data_says_why(gauge: Gauge) -> None:
    found = by_name(gauge)
    reviews, mail = found["reviews"], found["clicks_email"]
    assert (reviews.status, mail.status) == (Status.NO_DATA, Status.NO_DATA)
    assert reviews.actual.reason is not None
    assert mail.actual.reason is not None
    assert reviews.actual.reason.why is Missing.NOT_CONNECTED
    assert mail.actual.reason.why is Missing.NO_ROWS


def test_a_ratio_whose_part_is_missing_cannot_be_computed(gauge: Gauge) -> None:
    # August 2026: four leads and no spend.
    reading = gauge.read("cost_per_lead", (), "month")
    august = reading.by_start[dt.date(2026, 8, 1)]
    assert august.number is None
    assert august.reason is not None
    assert august.reason.why is Missing.NOT_COMPUTABLE


def test_days_before_the_data_are_no_comparison(gauge: Gauge) -> None:
    # The sources begin on 1 June 2024: all of 2024 is known in part only.
    found = gauge.total("leads", (), dt.date(2024, 1, 1), dt.date(2024, 12, 31))
    assert found.number is None
    assert found.reason is not None
    assert (found.reason.why, found.reason.day) == (Missing.BEFORE_DATA, dt.date(2024, 6, 1))


def test_an_earlier_day_sees_the_earlier_month(gauge_on: Callable[[dt.date], Gauge]) -> None:
    found = by_name(gauge_on(dt.date(2026, 10, 31)))
    # On 31 October the month's last evening is still to come.
    assert found["cost_per_lead"].reading.current.number == pytest.approx(30)
    assert found["leads"].reading.span is not None
    assert found["leads"].reading.span.start == dt.date(2026, 9, 1)


def test_a_season_that_last_year_does_not_cover_becomes_linear_and_says_so(gauge: Gauge) -> None:
    text = GOOD.replace("deadline: 2026-12-31\n  action", "deadline: 2027-12-31\n  action", 1)
    found = by_name(gauge, text)["leads"]
    # The year before runs to 31 December 2026, which is not over. 31 of 457 days have gone.
    assert (found.path, found.has_no_season) == (Path.LINEAR, True)
    assert found.expected == pytest.approx(50 * 31 / 457)
