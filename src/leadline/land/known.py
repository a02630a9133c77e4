"""Whose rows these are, in which money and days: found in the rows themselves, or asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.numbers import get_currency_symbol

from leadline.land.engine import Typed
from leadline.land.format import Format, Need
from leadline.land.reading.records import Chunk
from leadline.land.recognise import Recognised
from leadline.land.refusals import Code, Refusal
from leadline.land.values.columns import flat
from leadline.land.values.numbers import counted, currency_code, shape_of

_ASKED: dict[Need, tuple[Code, str, str]] = {
    "account": ("no-account", "nothing in the file says which account it is of", "--account ID"),
    "currency": (
        "no-currency",
        "nothing in the file says in which currency its amounts are",
        "--currency EUR",
    ),
    "time_zone": (
        "no-time-zone",
        "nothing in the file says in which time zone it is",
        "--time-zone Europe/Paris",
    ),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the rows say; `days` are the first and the last day of their date columns."""

    accounts: tuple[str, ...]
    currencies: tuple[str, ...]
    time_zones: tuple[str, ...]
    days: tuple[dt.date, dt.date] | None


def known(typed: Typed, format: Format, where: str) -> Known:
    """Accounts, currencies, time zones and days of the rows.

    Raises:
        Refusal: something that the format needs is said nowhere, or one account has two currencies.
    """
    dates = [f'"{name}"' for name, kind in typed.found.items() if kind == "date"]
    days = (
        f"least({', '.join(f'min({d})' for d in dates)}), greatest({', '.join(f'max({d})' for d in dates)})"
    )
    rows = typed.rows(
        "select _account, list(distinct _currency), list(distinct _time_zone), count(*), count(_currency), "
        f"count(_time_zone), {days if dates else 'null, null'} from typed group by _account"
    )
    _all_said(rows, format, where)
    for row in rows:
        _one_currency(row[0], row[1] or [], where)
    found = [row for row in rows if row[6] is not None]
    return Known(
        accounts=tuple(sorted({str(row[0]) for row in rows if row[0] is not None})),
        currencies=tuple(sorted({c for row in rows for c in row[1] or [] if c is not None})),
        time_zones=tuple(sorted({z for row in rows for z in row[2] or [] if z is not None})),
        days=(min(row[6] for row in found), max(row[7] for row in found)) if found else None,
    )


def _all_said(rows: list[tuple[object, ...]], format: Format, where: str) -> None:
    lacking: dict[Need, bool] = {
        "account": any(row[0] is None for row in rows),
        "currency": any(row[3] != row[4] for row in rows),
        "time_zone": any(row[3] != row[5] for row in rows),
    }
    for need in format.needs:
        if lacking[need]:
            code, what, option = _ASKED[need]
            raise Refusal(code, what, where=where, fix=f"say it with {option}")


def _one_currency(account: object, found: list[str | None], where: str) -> None:
    currencies = sorted(c for c in found if c)
    if len(currencies) < 2:
        return
    of = f" of account {account}" if account else ""
    raise Refusal(
        "two-currencies",
        f"the amounts{of} are in {len(currencies)} currencies, which can't be added up",
        where=where,
        found=currencies,
        fix="export one currency at a time",
    )


def currency_beside(recognised: Recognised, chunk: Chunk, where: str, said: str | None = None) -> str | None:
    """The currency that stands beside the amounts themselves (`12,50 €`).

    Args:
        said: the currency that the file or the user says; a sign that several share (`$`) must be one of it.

    Raises:
        Refusal: there are several, or the sign is of another currency than the one said.
    """
    signs: dict[str, str | None] = {}
    for position, column in recognised.columns.items():
        if column.kind == "money":
            for text in counted(flat(chunk.table[str(position)])):
                sign = shape_of(text).currency
                if sign:
                    signs[sign] = currency_code(sign)
    distinct = {code or sign for sign, code in signs.items()}
    if len(distinct) > 1:
        raise Refusal(
            "two-currencies",
            f"amounts are in {len(distinct)} currencies, which can't be added up",
            where=where,
            found=sorted(distinct),
            fix="export one currency at a time",
        )
    unknown = next((sign for sign, code in signs.items() if code is None), None)
    if unknown and said and unknown not in get_currency_symbol(said, locale="en"):
        raise Refusal(
            "two-currencies",
            f"amounts are written with “{unknown}”, and {said} is not",
            where=where,
            found=[unknown, said],
            fix="say the currency of the amounts with --currency",
        )
    return next((code for code in signs.values() if code), None)
