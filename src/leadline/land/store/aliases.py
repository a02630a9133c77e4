"""Renamed campaigns whose key is their name: found in what landed, proposed, and applied only when told to.

Where an export has no ids, the key of a thing is made from platform, account and name, so that a renamed
thing looks like a new one. If a newer export shows figures under a new name that equal, day by day, what an
older one showed under a name that is gone, the two are proposed as one. `aliases.yml` says which are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from leadline.errors import RequestError, nearest
from leadline.land.store import engine
from leadline.land.store.change import Change
from leadline.land.store.engine import name, scan
from leadline.land.store.ledger import Ledger, Part
from leadline.land.store.parts import day_of

_STABLE: Final = re.compile(r"[0-9a-f]{32}")
_NUMBERS: Final = ("INT", "DOUBLE", "FLOAT", "DECIMAL")
# Fewer equal days than these may be chance.
LEAST_DAYS: Final = 3
_FORM: Final = "aliases: [{source: google_ads, name: New name, was: Old name}]"

_Figures = dict[str, dict[str, tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Named:
    """Something whose key was made from its name."""

    source: str
    account: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two names that may be one thing: equal figures on `days` days, from `first` to `last`."""

    source: str
    account: str
    name: str
    was: str
    key: str
    was_key: str
    table: str
    days: int
    first: dt.date
    last: dt.date

    def entry(self) -> str:
        """The line for aliases.yml."""
        import yaml

        fields = {"source": self.source, "account": self.account, "name": self.name, "was": self.was}
        text = yaml.safe_dump(
            fields, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000
        )
        return f"- {text.strip()}"


def named(known: Ledger, parts: Path) -> list[Named]:
    """Everything that landed under a key made from its name: tables of entities with `id` and `name`."""
    connection = engine.connect()
    found: dict[tuple[str, str, str], Named] = {}
    for _, part in sorted(known.parts(), key=lambda pair: pair[0].order):
        path = parts / part.name
        if part.day or not {"id", "name"} <= set(engine.columns(connection, [path])):
            continue
        sql = f"select distinct cast(id as varchar), cast(name as varchar) from {scan([path])} order by all"
        for key, text in engine.rows(connection, sql, [path]):
            if key and text and _STABLE.fullmatch(key):
                found[part.source, part.account, key] = Named(part.source, part.account, key, text)
    connection.close()
    return list(found.values())


def proposals(known: Ledger, parts: Path) -> list[Proposal]:
    """Renames that the figures show, without those that aliases.yml has already.

    Raises:
        StoreError: a part is damaged.
    """
    names = {(one.source, one.key): one for one in named(known, parts)}
    groups: dict[tuple[str, str, str], list[Part]] = defaultdict(list)
    for _, part in sorted(known.parts(), key=lambda pair: pair[0].order):
        if part.day:
            groups[part.source, part.table, part.account].append(part)
    connection = engine.connect()
    found: dict[tuple[str, str], Proposal] = {}
    for (source, table, account), members in sorted(groups.items()):
        keys = {key: one.name for (its, key), one in names.items() if its == source}
        figures = [figs for part in members if (figs := _figures(connection, parts / part.name, part, keys))]
        for older, newer in _pairs(figures):
            for was_key, key, days in _renames(older, newer):
                if was_key in known.aliases or key in known.aliases:
                    continue
                found.setdefault(
                    (was_key, key),
                    Proposal(source, account, keys[key], keys[was_key], key, was_key, table, len(days),
                             dt.date.fromisoformat(days[0]), dt.date.fromisoformat(days[-1])),
                )  # fmt: skip
    connection.close()
    return list(found.values())


def _pairs(figures: Sequence[_Figures]) -> Iterable[tuple[_Figures, _Figures]]:
    """Each export with each later one."""
    for place, older in enumerate(figures):
        for newer in figures[place + 1 :]:
            yield older, newer


def _figures(connection: Any, path: Path, part: Part, keys: Mapping[str, str]) -> _Figures:
    """Sums of all numbers by key and day; empty where the table has no column of such keys."""
    kinds = engine.columns(connection, [path])
    columns = [c for c in ("campaign_id", "id", "ad_id", "ad_group_id") if kinds.get(c) == "VARCHAR"]
    numeric = [c for c, kind in kinds.items() if any(w in kind for w in _NUMBERS) and not c.startswith("_")]
    if not columns or not numeric or part.day is None:
        return {}
    column = columns[0]
    sums = ", ".join(f"sum({name(c)})" for c in numeric)
    sql = (
        f"select {name(column)}, {day_of(part.day)}, {sums} from {scan([path])} "
        f"where regexp_full_match({name(column)}, '[0-9a-f]{{32}}') group by 1, 2"
    )
    found: _Figures = defaultdict(dict)
    for key, day, *values in engine.rows(connection, sql, [path]):
        if key in keys:
            found[key][day] = tuple(values)
    return dict(found)


def _renames(older: _Figures, newer: _Figures) -> Iterable[tuple[str, str, list[str]]]:
    """Keys that are gone and keys that are new, with equal figures on every day that both exports cover."""
    shared = {day for days in older.values() for day in days} & {d for days in newer.values() for d in days}
    gone = {key: _on(older[key], shared) for key in older.keys() - newer.keys()}
    fresh = {key: _on(newer[key], shared) for key in newer.keys() - older.keys()}
    for was_key, before in sorted(gone.items()):
        telling = [day for day, values in before.items() if any(values)]
        same = [key for key, after in sorted(fresh.items()) if after == before]
        also = [key for key, other in gone.items() if other == before]
        if len(telling) >= LEAST_DAYS and len(same) == 1 and len(also) == 1:
            yield was_key, same[0], sorted(telling)


def _on(days: Mapping[str, tuple[Any, ...]], shared: set[str]) -> dict[str, tuple[Any, ...]]:
    return {day: values for day, values in days.items() if day in shared}


def read_aliases(path: Path, known: Iterable[Named]) -> dict[str, str]:
    """The keys that stand for others: key of the later name → key of the first, from aliases.yml.

    Raises:
        RequestError: the file has another form, or a name in it never landed.
    """
    import yaml

    if not path.is_file():
        return {}
    try:
        read = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RequestError(
            "aliases cannot be read", where=str(path), fix=" ".join(str(error).split())
        ) from error
    entries = (read or {}).get("aliases", []) if isinstance(read or {}, dict) else None
    if not isinstance(entries, list):
        raise _malformed(path)
    there = list(known)
    found: dict[str, str] = {}
    for entry in entries or []:
        if not isinstance(entry, dict) or not {"source", "name", "was"} <= set(entry):
            raise _malformed(path)
        for key, was_key in _keys(entry, there, path):
            found[key] = was_key
    return {key: _first(found, key, path) for key in found}


def _keys(entry: Mapping[str, Any], there: Sequence[Named], path: Path) -> list[tuple[str, str]]:
    """The keys of both names, in each account that has both."""
    own = [
        one
        for one in there
        if one.source == entry["source"] and str(entry.get("account", one.account)) == one.account
    ]
    after = {one.account: one.key for one in own if one.name == str(entry["name"])}
    before = {one.account: one.key for one in own if one.name == str(entry["was"])}
    for field, found in (("name", after), ("was", before)):
        if not found:
            raise RequestError(
                f"{entry['source']} has nothing without an id that is called “{entry[field]}”",
                where=str(path),
                nearest=nearest(str(entry[field]), [one.name for one in own]),
                fix="`leadline land --aliases` proposes entries as they have to stand",
            )
    return [(after[account], before[account]) for account in after.keys() & before.keys()]


def _first(found: Mapping[str, str], key: str, path: Path) -> str:
    """The first name of a chain of renames."""
    seen = [key]
    while (key := found.get(key, "")) != "":
        if key in seen:
            raise RequestError("aliases go in a circle", where=str(path), fix="remove one of them")
        seen.append(key)
    return seen[-1]


def apply_aliases(change: Change) -> bool:
    """Make aliases.yml count; whether that changed anything.

    Raises:
        RequestError: as read_aliases.
    """
    found = read_aliases(change.layout.aliases, named(change.ledger, change.layout.parts))
    if found == dict(change.ledger.aliases):
        return False
    change.commit(replace(change.ledger, aliases=found))
    return True


def _malformed(path: Path) -> RequestError:
    return RequestError("aliases have another form", where=str(path), fix=f"write {_FORM}")
