"""Dates in every form seen in exports, each worked by hand, and which of day and month a file puts first."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from leadline.land.values.columns import flat
from leadline.land.values.dates import DatePlan, Order, moment, order_of, style_of, to_dates, to_timestamps

FIFTH = dt.date(2026, 2, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-05",
        "20260205",
        "2026/02/05",
        "5 Feb 2026",
        "Thu, 5 Feb 2026",
        "Feb 5, 2026",
        "February 5, 2026",
        "5 février 2026",
        "5 févr. 2026",
        "jeu. 5 févr. 2026",
        "jeudi 5 février 2026",
        "Thursday, February 5, 2026",
        "5-Feb-26",
        "5 de febrero de 2026",
        "5. Februar 2026",
        "2026-02-05T00:00:00+0100",
        "2026-02-05T23:30:00.000Z",
        "Feb 5, 2026 10:30 PM",
        "5 févr. 2026 à 10:30",
    ],
)
def test_a_day_is_read_as_it_is_written(text: str) -> None:
    assert set(moment(text).days.values()) == {FIFTH}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("30 déc. 2024", dt.date(2024, 12, 30)),
        ("1 sept. 2026", dt.date(2026, 9, 1)),
        ("1er août 2026", dt.date(2026, 8, 1)),
        ("29 Feb 2024", dt.date(2024, 2, 29)),
    ],
)
def test_months_of_several_languages(text: str, day: dt.date) -> None:
    assert set(moment(text).days.values()) == {day}


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "29 Feb 2026",
        "31/04/2026",
        "2026-13-01",
        "3026-01-01",
        "Feb 2026",
        "5 Feb",
        "week 5",
        "05/2026",
        "2026-02-05 25:00",
        "13:00 PM",
        "5 Foo 2026",
        "45000",
        "1.5",
        "٥ Feb 2026",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert not moment(text).days


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (["2/5/2026", "2/13/2026", "2/14/2026"], "mdy"),
        (["5/2/2026", "13/2/2026", "14/2/2026"], "dmy"),
        (["2/1/2026", "2/2/2026", "2/3/2026", "2/4/2026"], "mdy"),
        (["1/2/2026", "2/2/2026", "3/2/2026", "4/2/2026"], "dmy"),
        (["1/2/2026", "5/6/2026"], None),
        (["3/4/2026"], None),
        (["2026-02-05"], "dmy"),
        (["1/1/2026", "2/2/2026"], "dmy"),
        # One slip of the pen does not turn a month of days round.
        (["01/02/2026", "02/02/2026", "03/02/2026", "04/02/2026", "02/13/2026"], None),
        (["13/02/2026", "02/13/2026", "01/02/2026"], None),
    ],
)
def test_day_and_month_by_the_evidence_of_all_dates(texts: list[str], order: Order | None) -> None:
    assert order_of(texts) == order


def test_a_stated_period_settles_the_order() -> None:
    period = (dt.date(2026, 1, 1), dt.date(2026, 6, 30))
    assert order_of(["1/2/2026", "5/6/2026", "3/11/2026"], period) == "mdy"


def test_spreadsheets_count_days_and_ga4_counts_from_the_first() -> None:
    assert style_of(["46058", "46059.5", ""], "Day", None) == "serial"
    assert style_of(["0000", "0012"], "Nth day", FIFTH) == "nth"
    assert style_of(["2026-02-05", "46058"], "Day", None) == "text"
    serials = to_dates(flat(pa.array(["46058", "46059.75", "x"])), DatePlan("dmy", "serial"))
    assert serials.values.to_pylist() == [FIFTH, dt.date(2026, 2, 6), None]
    nth = to_dates(flat(pa.array(["0000", "0027"])), DatePlan("dmy", "nth", FIFTH))
    assert nth.values.to_pylist() == [FIFTH, dt.date(2026, 3, 4)]


def test_a_date_that_is_bad_in_the_order_of_the_file_is_no_date() -> None:
    found = to_dates(flat(pa.array(["05/02/2026", "02/13/2026", ""])), DatePlan("dmy"))
    assert found.values.to_pylist() == [FIFTH, None, None]
    assert found.bad.tolist() == [1]


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-02-05T10:00:00+01:00", None, dt.datetime(2026, 2, 5, 9)),
        ("2026-02-05T10:00:00-0800", "Europe/Paris", dt.datetime(2026, 2, 5, 18)),
        ("2026-02-05 10:00:00", "Europe/Paris", dt.datetime(2026, 2, 5, 9)),
        ("2026-07-05 10:00:00", "Europe/Paris", dt.datetime(2026, 7, 5, 8)),
        ("2026-02-05 10:00:00", None, dt.datetime(2026, 2, 5, 10)),
        ("05/02/2026 12:05 AM", None, dt.datetime(2026, 2, 5, 0, 5)),
        ("2026-02-05", "America/New_York", dt.datetime(2026, 2, 5, 5)),
        ("2026-02-05T10:00:00.123456Z", None, dt.datetime(2026, 2, 5, 10, 0, 0, 123456)),
    ],
)
def test_times_are_utc(text: str, zone: str | None, instant: dt.datetime) -> None:
    found = to_timestamps(flat(pa.array([text])), DatePlan("dmy", zone=zone))
    assert found.values.to_pylist() == [instant]
