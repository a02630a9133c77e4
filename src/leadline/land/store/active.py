"""Which rows count: the newest export of each account's day, and the newest version of each entity.

An export that is newer (by its time of export; of two of one time, the one that landed later) replaces the
days that it has rows for, whole. Days that it has no rows for stay as they were.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from leadline.land.store.accounts import plain_account
from leadline.land.store.ledger import Landed, Part

Order = tuple[dt.datetime, int]
_Group = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Days:
    """What counts of a part of daily rows: all of it, or some units only."""

    part: Part
    units: frozenset[str] | None = None

    def place(self, aliases: Mapping[str, str]) -> str:
        """The path in a snapshot; equal paths mean equal content."""
        if self.units is None and not aliases:
            return f"{_home(self.part)}/{self.part.name}"
        return f"{_home(self.part)}/{_mark([self.part.name, sorted(self.units or ())], aliases)}.parquet"


@dataclass(frozen=True, slots=True)
class Entities:
    """The newest version of each entity, from parts in the order of age, oldest first."""

    parts: tuple[Part, ...]
    ages: tuple[int, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that tell entities apart: those of the newest part."""
        return self.parts[-1].key

    def place(self, aliases: Mapping[str, str]) -> str:
        """The path in a snapshot; equal paths mean equal content."""
        if len(self.parts) == 1 and not aliases:
            return f"{_home(self.parts[0])}/{self.parts[0].name}"
        listed = [[part.name for part in self.parts], list(self.ages), list(self.key)]
        return f"{_home(self.parts[-1])}/{_mark(listed, aliases)}.parquet"

    def before(self) -> Entities | None:
        """What counted before the newest file landed."""
        older = [place for place, age in enumerate(self.ages) if age < self.ages[-1]]
        if not older:
            return None
        return Entities(tuple(self.parts[p] for p in older), tuple(self.ages[p] for p in older))

    def newest(self) -> tuple[Part, ...]:
        """The parts of the newest file."""
        return tuple(part for part, age in zip(self.parts, self.ages, strict=True) if age == self.ages[-1])


Piece = Days | Entities


def _home(part: Part) -> str:
    folders = [part.source, part.table, f"account={_folder(part.account)}"]
    return "/".join([*folders, *([f"month={part.month}"] if part.month else [])])


def _mark(chosen: object, aliases: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps([chosen, sorted(aliases.items())]).encode()).hexdigest()[:32]


def _folder(account: str) -> str:
    """An account as a folder's name."""
    safe = quote(account, safe=" -_.@") or "none"
    return safe if len(safe) <= 100 else hashlib.sha256(account.encode()).hexdigest()[:32]


def active(parts: Iterable[tuple[Landed, Part]]) -> list[Piece]:
    """What counts of all parts, in a fixed order."""
    groups: dict[_Group, list[tuple[Order, Part]]] = defaultdict(list)
    for file, part in parts:
        # One account goes by several spellings: 123-456-7890 and 1234567890.
        groups[part.source, part.table, plain_account(part.account)].append((file.order, part))
    pieces: list[Piece] = []
    for group in sorted(groups):
        members = sorted(groups[group], key=lambda member: (member[0], member[1].name))
        pieces += _days([member for member in members if member[1].day])
        pieces += _entities([member for member in members if not member[1].day])
    return pieces


def _days(members: list[tuple[Order, Part]]) -> list[Piece]:
    winner = {unit: order for order, part in members for unit in part.units}
    pieces: list[Piece] = []
    for order, part in members:
        kept = frozenset(unit for unit in part.units if winner[unit] == order)
        if kept:
            pieces.append(Days(part, None if len(kept) == len(part.units) else kept))
    return pieces


def _entities(members: list[tuple[Order, Part]]) -> list[Piece]:
    if not members:
        return []
    newest_order, newest = members[-1]
    if not newest.key:
        # Without a key versions cannot be told apart: the newest file is all there is.
        members = [member for member in members if member[0] == newest_order]
    orders = sorted({order for order, _ in members})
    ages = tuple(orders.index(order) for order, _ in members)
    return [Entities(tuple(part for _, part in members), ages)]
