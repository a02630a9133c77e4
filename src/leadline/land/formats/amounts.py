"""Amounts of deals and orders: a row may have a currency of its own; none may be without any."""

from __future__ import annotations

from leadline.land.refusals import Check, Refusal, Rows

CURRENCY = "coalesce(upper(nullif(trim(currency_code), '')), _currency)"


def currency_known(amount: str) -> Check:
    """Refuses amounts whose currency neither the row (`currency_code`), nor the file, nor the user says.

    Args:
        amount: the column of amounts; rows without one need no currency.
    """

    def check(rows: Rows) -> Refusal | None:
        own = " and nullif(trim(currency_code), '') is null" if rows.has("currency_code") else ""
        unknown = rows.count(f"{amount} is not null and _currency is null{own}")
        if not unknown:
            return None
        return Refusal(
            "no-currency",
            f"nothing in the file says in which currency its amounts are ({unknown:,} rows)",
            expected=("a column of currencies",),
            fix="say it with --currency EUR, or export the currency too",
        )

    return check
