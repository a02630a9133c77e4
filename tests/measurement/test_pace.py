"""Pace and status, worked by hand. The numbers are those of docs/plan.md."""

from __future__ import annotations

import datetime as dt

import pytest

from leadline.errors import RequestError
from leadline.measurement import pace
from leadline.measurement.pace import Status
from leadline.measurement.spans import Span, day_label, last_span, span_of

DAY = dt.date.fromisoformat


def test_a_linear_level_makes_the_same_step_every_day() -> None:
    # 31 + 28 + 31 + 30 + 31 + 30 = 181 days of 365, at a tenth a day.
    found = pace.linear_level(100, DAY("2025-12-31"), 136.5, DAY("2026-12-31"), DAY("2026-06-30"))
    assert found == pytest.approx(118.1)


def test_a_linear_level_goes_down_where_less_is_asked() -> None:
    # From 40 at the end of October 2025 to 14 fourteen months (426 days) later, after 365 of them.
    found = pace.linear_level(40, DAY("2025-10-31"), 14, DAY("2026-12-31"), DAY("2026-10-31"))
    assert found == pytest.approx(40 - 26 * 365 / 426)


@pytest.mark.parametrize(("day", "expected"), [("2025-06-01", 10.0), ("2027-06-01", 20.0)])
def test_a_path_does_not_go_beyond_its_ends(day: str, expected: float) -> None:
    assert pace.linear_level(10, DAY("2025-12-31"), 20, DAY("2026-12-31"), DAY(day)) == expected


def test_a_linear_total_counts_both_its_first_and_its_last_day() -> None:
    # October to December has 92 days, so 92 make one a day: 31 by the evening of 31 October.
    start, end = DAY("2026-10-01"), DAY("2026-12-31")
    assert pace.linear_total(92, start, end, DAY("2026-10-31")) == pytest.approx(31)
    assert pace.linear_total(92, start, end, DAY("2026-12-31")) == 92
    assert pace.linear_total(92, start, end, DAY("2026-09-30")) == 0


def test_seasonal_paths_have_last_years_shape() -> None:
    assert pace.seasonal_level(30, 11, 25) == pytest.approx(13.2)
    assert pace.seasonal_total(50, 15, 43) == pytest.approx(17.441860465)


@pytest.mark.parametrize(("now", "then"), [(None, 5.0), (5.0, None), (5.0, 0.0)])
def test_without_last_year_there_is_no_seasonal_path(now: float | None, then: float | None) -> None:
    assert pace.seasonal_level(30, now, then) is None
    assert pace.seasonal_total(30, now, then) is None


def test_a_given_level_is_the_periods_own_or_the_latest_before_it() -> None:
    periods = {"2026-10": 9.0, "2026-12": 12.0}
    assert pace.given_level(periods, span_of("2026-10")) == 9
    assert pace.given_level(periods, span_of("2026-11")) == 9
    assert pace.given_level(periods, span_of("2026-12")) == 12
    assert pace.given_level(periods, span_of("2026-09")) is None
    # A month inside a given quarter has the quarter's level.
    assert pace.given_level({"2026-Q4": 7.0}, span_of("2026-11")) == 7


def test_a_given_total_adds_periods_and_shares_the_one_that_has_begun() -> None:
    # All of October's 31, and 10 of November's 30 days.
    assert pace.given_total({"2026-10": 31.0, "2026-11": 60.0}, DAY("2026-11-10")) == pytest.approx(51)


@pytest.mark.parametrize(
    ("actual", "better", "expected"),
    [
        (100.0, "up", Status.REACHED),
        (96.0, "up", Status.ON_TRACK),
        (85.5, "up", Status.ON_TRACK),  # 5 % below the pace of 90
        (85.4, "up", Status.BEHIND),
        (100.0, "down", Status.REACHED),
        (105.0, "down", Status.BEHIND),  # 94.5 would be on track towards 100 from above only if the pace were
        (None, "up", Status.NO_DATA),
    ],
)
def test_a_status_is_the_pace_within_the_tolerance(
    actual: float | None, better: str, expected: Status
) -> None:
    found = pace.status(actual=actual, expected=90, target=100, better=better, tolerance=0.05)
    assert found is expected


def test_where_less_is_better_the_tolerance_lies_above_the_pace() -> None:
    def status(actual: float) -> Status:
        return pace.status(actual=actual, expected=20, target=14, better="down", tolerance=0.05)

    assert [status(14), status(21), status(21.1)] == [Status.REACHED, Status.ON_TRACK, Status.BEHIND]


def test_a_ceiling_is_not_won_before_its_time_is_over() -> None:
    def status(is_open: bool) -> Status:
        return pace.status(
            actual=10, expected=30, target=100, better="down", tolerance=0, is_open_total=is_open
        )

    assert [status(True), status(False)] == [Status.ON_TRACK, Status.REACHED]


def test_without_a_target_there_is_no_judgement() -> None:
    found = pace.status(actual=1, expected=None, target=None, better="up", tolerance=0)
    assert found is Status.NO_TARGET


@pytest.mark.parametrize(
    ("name", "start", "end"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2028-02", "2028-02-01", "2028-02-29"),
        ("2026-W01", "2025-12-29", "2026-01-04"),
        ("2026-11-05", "2026-11-05", "2026-11-05"),
    ],
)
def test_a_period_has_its_first_and_last_day(name: str, start: str, end: str) -> None:
    found = span_of(name)
    assert (found.start, found.end) == (DAY(start), DAY(end))


@pytest.mark.parametrize("name", ["2026-13", "2025-W53", "2026-02-30", "now"])
def test_what_is_not_in_the_calendar_is_refused(name: str) -> None:
    with pytest.raises(RequestError, match="is not a period"):
        span_of(name)


def test_the_last_period_is_complete_on_its_last_evening_and_not_before() -> None:
    assert last_span(DAY("2026-10-31"), "month") == span_of("2026-10")
    assert last_span(DAY("2026-10-30"), "month") == span_of("2026-09")
    assert span_of("2026-03").year_before() == span_of("2025-03")
    # A week is compared with the one 52 weeks before: Monday with Monday.
    assert span_of("2026-W46").year_before().start == DAY("2025-11-10")
    assert Span.at(DAY("2026-11-22"), "quarter").before() == span_of("2026-Q3")


def test_periods_are_named_as_people_name_them() -> None:
    assert [span_of("2026-Q4").label(lang) for lang in ("en", "fr")] == ["Q4 2026", "T4 2026"]
    assert [span_of("2026-10").label(lang) for lang in ("en", "fr")] == ["October 2026", "octobre 2026"]
    assert [day_label(DAY("2026-05-01"), lang) for lang in ("en", "fr")] == ["1 May 2026", "1er mai 2026"]
