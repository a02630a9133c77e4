"""Dates and times as exports write them, and which of day and month comes first in a file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from babel import Locale

from leadline.land.headers import plain
from leadline.land.values.columns import NONE_BAD, NOTHING, Typed, by_value

Order = Literal["dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("dmy", "mdy")
_LOCALES = ("en", "en_GB", "en_AU", "fr", "fr_CA", "fr_CH", "de", "es", "it", "nl", "pt")
_EXCEL_ZERO = dt.date(1899, 12, 30)
_FIRST, _LAST = dt.date(1990, 1, 1), dt.date(2100, 1, 1)
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})")
_DIGITS = re.compile(r"[0-9]{8}")
_DAY_NAME_YEAR = re.compile(
    r"([0-9]{1,2})(?:st|nd|rd|th|er|º|\.)?(?: (?:de|of)(?= ))?[ .\-/]*"
    r"([^\W\d_]+)\.?,?(?: de(?= ))?[ .\-/]*([0-9]{4}|[0-9]{2})"
)
_NAME_DAY_YEAR = re.compile(r"([^\W\d_]+)\.?[ .\-/]*([0-9]{1,2})(?:st|nd|rd|th)?,?[ .\-/]+([0-9]{4})")
_WEEKDAY = re.compile(r"([^\W\d_]+)\.?,? +(?=.*[0-9]{4})")
_TIME = re.compile(
    r"(?P<date>.*?[0-9])(?:t| at | a |,? +)(?P<h>[0-9]{1,2})[:h](?P<m>[0-9]{2})"
    r"(?::(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r" ?(?P<half>[ap]\.?m\.?)? ?(?P<zone>z|utc|gmt|[+-][0-9]{2}(?::?[0-9]{2})?)?(?: utc| gmt)?"
)
_SERIAL = re.compile(r"[2-7][0-9]{4}(\.[0-9]+)?")
_NTH = re.compile(r"[0-9]{1,4}")


@dataclass(frozen=True, slots=True)
class Moment:
    """What a text says: a day (two where day and month can be exchanged), a time, and the zone's offset.

    `days` has an entry for each order under which the text is a date; texts that need no order have both.
    """

    days: dict[Order, dt.date]
    time: dt.time | None = None
    offset: dt.timedelta | None = None
    nothing: bool = False

    @property
    def decided(self) -> Order | None:
        """The order that the text proves."""
        return next(iter(self.days)) if len(self.days) == 1 else None

    @property
    def doubtful(self) -> bool:
        """Whether it is two different days under the two orders."""
        return len(self.days) == 2 and self.days["dmy"] != self.days["mdy"]


@lru_cache(maxsize=100_000)
def moment(text: str) -> Moment:
    """What a text says of a day and a time."""
    bare = plain(text)
    if bare in NOTHING:
        return Moment({}, nothing=True)
    found = _TIME.fullmatch(bare)
    time, offset = (None, None) if found is None else _clock(found)
    if found is not None and time is None:
        return Moment({})
    date = bare if found is None else found["date"].rstrip(" ,")
    return Moment(_days(date), time, offset)


def _clock(found: re.Match[str]) -> tuple[dt.time | None, dt.timedelta | None]:
    hour, minute, second = int(found["h"]), int(found["m"]), int(found["s"] or 0)
    half = (found["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None, None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    micro = int(((found["f"] or "") + "000000")[:6])
    if hour > 23 or minute > 59 or second > 59:
        return None, None
    return dt.time(hour, minute, second, micro), _offset(found["zone"])


def _offset(zone: str | None) -> dt.timedelta | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return dt.timedelta(0)
    digits = zone[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return dt.timedelta(minutes=-minutes if zone[0] == "-" else minutes)


def _days(text: str) -> dict[Order, dt.date]:
    if found := _YEAR_FIRST.fullmatch(text):
        return _both(_date(found[1], found[3], found[4]))
    if _DIGITS.fullmatch(text):
        return _both(_date(text[:4], text[4:6], text[6:]))
    if found := _YEAR_LAST.fullmatch(text):
        first, second, year = found[1], found[3], found[4]
        tried = {"dmy": _date(year, second, first), "mdy": _date(year, first, second)}
        return {order: day for order in ORDERS if (day := tried[order]) is not None}
    return _both(_named(text) or _named(_WEEKDAY.sub("", text, count=1) if _weekday(text) else ""))


def _named(text: str) -> dt.date | None:
    if found := _DAY_NAME_YEAR.fullmatch(text):
        month = _names()[0].get(found[2])
        return _date(found[3], month, found[1]) if month else None
    if found := _NAME_DAY_YEAR.fullmatch(text):
        month = _names()[0].get(found[1])
        return _date(found[3], month, found[2]) if month else None
    return None


def _weekday(text: str) -> bool:
    found = _WEEKDAY.match(text)
    return found is not None and found[1] in _names()[1]


@lru_cache(maxsize=1)
def _names() -> tuple[dict[str, str], frozenset[str]]:
    """Months by their names, and names of weekdays, as CLDR writes them, without accents and points."""
    months: dict[str, str] = {}
    weekdays: set[str] = set()
    for code in _LOCALES:
        locale = Locale.parse(code)
        for use in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[use][width].items():
                    months.setdefault(plain(name).rstrip("."), str(number))
                weekdays |= {plain(name).rstrip(".") for name in locale.days[use][width].values()}
    return months, frozenset(weekdays)


def _date(year: str, month: str, day: str) -> dt.date | None:
    full = int(year) + (2000 if len(year) == 2 else 0)
    try:
        found = dt.date(full, int(month), int(day))
    except ValueError:
        return None
    return found if _FIRST <= found < _LAST else None


def _both(day: dt.date | None) -> dict[Order, dt.date]:
    return {} if day is None else dict.fromkeys(ORDERS, day)


@dataclass(frozen=True, slots=True)
class DatePlan:
    """How the dates of one column are read.

    `style` is `text`, `serial` (days since 1899-12-30, as spreadsheets count) or `nth` (days since `start`).
    `zone` is the zone of times that name none.
    """

    order: Order
    style: Literal["text", "serial", "nth"] = "text"
    start: dt.date | None = None
    zone: str | None = None


def style_of(texts: Iterable[str], header: str, start: dt.date | None) -> Literal["text", "serial", "nth"]:
    """Whether the values of a column are dates, a spreadsheet's numbers of days, or GA4's `Nth day`."""
    filled = [text.strip() for text in texts if plain(text) not in NOTHING]
    if filled and start is not None and re.search(r"\bnth\b|eme\b", plain(header)):
        return "nth" if all(_NTH.fullmatch(text) for text in filled) else "text"
    return "serial" if filled and all(_SERIAL.fullmatch(text) for text in filled) else "text"


def order_of(texts: Sequence[str], period: tuple[dt.date, dt.date] | None = None) -> Order | None:
    """Which of day and month comes first, by all distinct texts of a file; nothing where they don't say.

    A day above 12 proves it. Otherwise the reading counts that keeps all days within `period`, or in which
    they follow one another without a gap, where the other reading does not.
    """
    moments = [moment(text) for text in texts]
    proofs = {order: sum(1 for m in moments if m.decided == order) for order in ORDERS}
    doubtful = [m.days for m in moments if m.doubtful]
    if not doubtful:
        return "mdy" if proofs["mdy"] > proofs["dmy"] else "dmy"
    few, many = sorted(ORDERS, key=lambda order: proofs[order])
    if proofs[many] > 1 and proofs[few] * 20 <= proofs[many]:
        return many
    if proofs[many] and proofs[few]:
        return None
    fits = [order for order in ORDERS if period and all(period[0] <= d[order] <= period[1] for d in doubtful)]
    if len(fits) == 1 and not proofs[few]:
        return fits[0] if not proofs[many] or fits[0] == many else None
    span = {order: _spread([*(d[order] for d in doubtful), *_sure(moments, order)]) for order in ORDERS}
    if proofs[many]:
        # One single proof may be a slip of the pen: the days must be of one month with it, or lie no further
        # apart for it.
        days = [*(d[many] for d in doubtful), *_sure(moments, many)]
        is_one_month = len({(day.year, day.month) for day in days}) == 1
        return many if is_one_month or span[many] <= span[few] else None
    return _unbroken(doubtful, moments)


def _sure(moments: Iterable[Moment], order: Order) -> list[dt.date]:
    return [m.days[order] for m in moments if order in m.days and not m.doubtful]


def _spread(days: Sequence[dt.date]) -> int:
    return (max(days) - min(days)).days


def _unbroken(doubtful: Sequence[dict[Order, dt.date]], moments: Sequence[Moment]) -> Order | None:
    whole = []
    for order in ORDERS:
        days = {d[order] for d in doubtful} | set(_sure(moments, order))
        if len(days) > 2 and _spread(sorted(days)) == len(days) - 1:
            whole.append(order)
    return whole[0] if len(whole) == 1 else None


def to_dates(array: pa.StringArray, plan: DatePlan) -> Typed:
    """A flat column of text as days, as they are written (an offset does not move them)."""
    which, texts = by_value(array)
    days = [_day(text, plan) for text in texts]
    return _taken(which, texts, days, pa.date32(), "is no date")


def _day(text: str, plan: DatePlan) -> dt.date | None:
    if plan.style == "text":
        return moment(text).days.get(plan.order)
    bare = text.strip()
    if plan.style == "serial":
        return _EXCEL_ZERO + dt.timedelta(days=int(float(bare))) if _SERIAL.fullmatch(bare) else None
    return plan.start + dt.timedelta(days=int(bare)) if plan.start and _NTH.fullmatch(bare) else None


def to_timestamps(array: pa.StringArray, plan: DatePlan) -> Typed:
    """A flat column of text as UTC timestamps without zone; a day alone is its first instant."""
    which, texts = by_value(array)
    instants = [_instant(text, plan) for text in texts]
    return _taken(which, texts, instants, pa.timestamp("us"), "is no date and time")


def _instant(text: str, plan: DatePlan) -> dt.datetime | None:
    if plan.style == "serial":
        bare = text.strip()
        if not _SERIAL.fullmatch(bare):
            return None
        midnight = dt.datetime.combine(_EXCEL_ZERO, dt.time())
        return _utc(midnight + dt.timedelta(seconds=round(float(bare) * 86_400)), None, plan)
    said = moment(text)
    day = said.days.get(plan.order)
    if day is None:
        return None
    return _utc(dt.datetime.combine(day, said.time or dt.time()), said.offset, plan)


def _utc(local: dt.datetime, offset: dt.timedelta | None, plan: DatePlan) -> dt.datetime:
    if offset is not None:
        return local - offset
    if plan.zone is None:
        return local
    return local.replace(tzinfo=ZoneInfo(plan.zone)).astimezone(dt.UTC).replace(tzinfo=None)


def _taken(
    which: np.ndarray, texts: Sequence[str], values: Sequence[object], kind: pa.DataType, reason: str
) -> Typed:
    wrong = [i for i, text in enumerate(texts) if values[i] is None and plain(text) not in NOTHING]
    bad = np.flatnonzero(np.isin(which, wrong)) if wrong else NONE_BAD
    column = pc.take(pa.array(values, kind), pa.array(which)) if texts else pa.nulls(len(which), kind)
    return Typed(column, bad, [reason] * len(bad))
