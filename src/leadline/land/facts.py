"""What is known of a table beside its rows: from its preamble, its headers, its name, and the user."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import PurePath
from zoneinfo import ZoneInfo

from leadline.errors import RequestError
from leadline.land.format import Format
from leadline.land.headers import plain
from leadline.land.reading.tables import SourceTable
from leadline.land.recognise import Recognised
from leadline.land.values.dates import Order, moment
from leadline.land.values.numbers import currency_code

_OF_ROWS = ("account", "account_id", "account_name")


@dataclass(frozen=True, slots=True)
class Context:
    """What the user, or the program, says of a file.

    Args:
        file: sha256 of the file as it came, 64 hexadecimal digits.
        exported_at: when it was exported, UTC without zone.
        account, currency, time_zone: what they are where the file doesn't say (currency as ISO code).
        decimal, dates: `,` or `.`, and `dmy` or `mdy`, where the file's values leave it open.
        window: the attribution window to land of a file that has several.
        usual_zone: the zone of times where a format needs one and neither the file nor the user says it.
        unnamed: the account of a file that names none; without it such a file is refused.
        max_bad: the share of lines in quarantine above which the file is refused; one line may always be.
        keep_pii: whether personal data lands as it is.
        salt: of hashed personal data.
    """

    file: str
    exported_at: dt.datetime
    account: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    decimal: str | None = None
    dates: Order | None = None
    window: str | None = None
    usual_zone: str | None = None
    unnamed: str | None = None
    max_bad: float = 0.01
    keep_pii: bool = False
    salt: str = "leadline-demo"


@dataclass(frozen=True, slots=True)
class Said:
    """What preamble, header and name of a table say; `start` and `end` are texts, their order open."""

    account: str | None
    currency: str | None
    time_zone: str | None
    title: str | None
    start: str | None
    end: str | None
    window: str | None

    def period(self, order: Order | None) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that the file speaks of; with one text only, that day."""
        start, end = _day(self.start, order), _day(self.end, order)
        if start is None or (self.end is not None and end is None):
            return None
        last = end or start
        return (start, last) if start <= last else None


def said(table: SourceTable, recognised: Recognised, context: Context) -> Said:
    """What is known of a table: by its own lines, then those above earlier tables, its name, and the user."""
    found: dict[str, str] = {}
    for name, value in _spoken(table, recognised.format):
        found.setdefault(name, value.strip())
    for name, value in recognised.placeholders.items():
        found.setdefault(name, value)
    currency = found.get("currency") or context.currency
    rows_say = any(column.name in _OF_ROWS for column in recognised.columns.values())
    unnamed = None if rows_say or "account" not in recognised.format.needs else context.unnamed
    usual = context.usual_zone if "time_zone" in recognised.format.needs else None
    zone = found.get("time_zone") or recognised.format.time_zone or context.time_zone or usual
    return Said(
        account=found.get("account") or context.account or unnamed,
        currency=currency_code(currency) or context.currency if currency else None,
        time_zone=time_zone(zone) if zone else None,
        title=found.get("title"),
        start=found.get("start"),
        end=found.get("end"),
        window=found.get("window") or context.window,
    )


def time_zone(name: str) -> str | None:
    """The name of a time zone in the IANA database, or nothing where it is none.

    Offsets such as `GMT+1` say nothing of summer time and are taken for none.
    """
    bare = name.strip().strip("()")
    if plain(bare) in ("utc", "gmt", "z"):
        return "UTC"
    try:
        return ZoneInfo(bare.replace(" ", "_")).key
    except (KeyError, ValueError, OSError):
        return None


def checked(context: Context) -> Context:
    """The same context, once its words are known to be readable.

    Raises:
        RequestError: a currency, time zone, decimal sign or order of dates that is none.
    """
    wrong = [
        (context.currency and not currency_code(context.currency), "currency", context.currency, "EUR"),
        (
            context.time_zone and not time_zone(context.time_zone),
            "time zone",
            context.time_zone,
            "Europe/Paris",
        ),
        (context.decimal not in (None, ".", ","), "decimal sign", context.decimal, ", or ."),
        (context.dates not in (None, "dmy", "mdy"), "order of dates", context.dates, "dmy or mdy"),
    ]
    for is_wrong, what, given, example in wrong:
        if is_wrong:
            raise RequestError(f"“{given}” is no {what}", fix=f"write {example}")
    return context


def _spoken(table: SourceTable, format: Format) -> Iterator[tuple[str, str]]:
    for lines in (table.preamble, tuple(reversed(table.inherited))):
        for line in lines:
            for pattern in format.preamble:
                yield from _groups(pattern, line)
    for name in (table.member, PurePath(table.file).name):
        for pattern in format.file_names if name else ():
            yield from _groups(pattern, name or "")


def _groups(pattern: str, text: str) -> Iterator[tuple[str, str]]:
    found = _compiled(pattern).search(text) or _compiled(pattern).search(plain(text))
    if found:
        yield from ((name, value) for name, value in found.groupdict().items() if value)


@lru_cache(maxsize=2_000)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


def _day(text: str | None, order: Order | None) -> dt.date | None:
    if text is None:
        return None
    days = moment(text).days
    if len(set(days.values())) == 1:
        return next(iter(days.values()))
    return days.get(order) if order else None
