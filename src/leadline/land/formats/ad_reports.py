"""What reports of ad platforms have in common: the accounts and campaigns they name, and whose they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from leadline.land.format import Target
from leadline.land.headers import plain

if TYPE_CHECKING:
    from leadline.land.reading.tables import SourceTable


def accounts(source: str) -> Target:
    """A platform's raw table of accounts, one row an account and export."""
    return Target(
        source,
        "account",
        {
            "id": "_account",
            "name": "coalesce(account_name, _account)",
            "currency": "_currency",
            "time_zone": "_time_zone",
            "updated_at": "_exported_at",
        },
        key=("id",),
        distinct=True,
        account="id",
    )


def campaigns(source: str, campaign: str, more: Mapping[str, str]) -> Target:
    """A platform's raw table of campaigns: `campaign` is the expression of the id, `more` its own columns."""
    return Target(
        source,
        "campaign",
        {
            "id": campaign,
            "account_id": "_account",
            "name": "campaign",
            **more,
            "updated_at": "_exported_at",
        },
        key=("account_id", "id", "name"),
        distinct=True,
        account="account_id",
    )


def headers(*names: str) -> frozenset[str]:
    """Headers as they are compared."""
    return frozenset(plain(name) for name in names)


def has_any(table: SourceTable, own: frozenset[str]) -> bool:
    """Whether a column has one of these headers. Day, campaign and cost are in many platforms' reports."""
    return any(plain(header) in own for header in table.header)
