"""Rules that landed files state themselves: their totals against the store's rows and the marts' figures."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.check.quality.rule import Rule
from leadline.land.store import ledger
from leadline.land.store.accounts import plain_account
from leadline.land.store.active import Days, active
from leadline.land.store.incoming import Stated
from leadline.land.store.layout import Layout
from leadline.land.store.ledger import Landed, Ledger, Part
from leadline.land.store.parts import day_in
from leadline.write.filled import as_text, filled
from leadline.write.left_out import left_out

_Table = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Mart:
    """The mart that shows a raw table's figures: its columns by raw column."""

    relation: str
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    """What one landed file put into one raw table, none of it replaced; `places` are files of the store."""

    landed: Landed
    totals: tuple[Stated, ...]
    parts: tuple[Part, ...]
    places: tuple[str, ...]


def footer_rules(
    store: Path, dbt_manifest: Mapping[str, Any], tables: Container[tuple[str, str]], views: str = ""
) -> list[Rule]:
    """Two rules for each raw table that files with totals filled, and one that says what is not compared.

    Args:
        store: the folder of landed files; without one there are no rules.
        dbt_manifest: target/manifest.json.
        tables: the (schema, table) pairs that the database has.
        views: the statements of its views; they and compiled models name the files that are in the build.
    """
    layout = Layout(store)
    current = layout.current()
    if current is None:
        return []
    files, skipped = _by_table(ledger.read(current))
    marts = _marts(dbt_manifest, tables)
    built = views + _built_from(dbt_manifest)
    rules = [
        rule
        for table, found in files.items()
        for rule in _rules(table, found, layout.raw, marts.get(table), built)
    ]
    return [*rules, *left_out("footers", "every total that a landed file states is compared", skipped)]


def _by_table(known: Ledger) -> tuple[dict[_Table, list[_File]], list[tuple[str, str]]]:
    """What can be compared, by raw table, and what cannot with the reason."""
    places, units, newest = _active(known)
    files: dict[_Table, list[_File]] = defaultdict(list)
    skipped: list[tuple[str, str]] = []
    for landed in known.files:
        by_table: dict[_Table | None, list[Stated]] = defaultdict(list)
        for one in landed.totals:
            by_table[one.raw[:2] if one.raw else None].append(one)
        for table, totals in by_table.items():
            if table is None:
                columns = ", ".join(dict.fromkeys(one.column for one in totals))
                skipped.append((landed.name, f"no raw column carries the plain sum of {columns}"))
                continue
            parts = tuple(part for part in landed.parts if (part.source, part.table) == table)
            reason = _reason(parts, places, units, newest)
            if reason:
                skipped.append((landed.name, f"{'.'.join(table)}: {reason}"))
            else:
                files[table].append(_File(landed, tuple(totals), parts, tuple(places[p.name] for p in parts)))
    return files, skipped


def _active(known: Ledger) -> tuple[dict[str, str], dict[str, int], set[str]]:
    """Of the parts that count: their place in the snapshot, their days that count, and which are newest."""
    places: dict[str, str] = {}
    units: dict[str, int] = {}
    newest: set[str] = set()
    for piece in active(known.parts()):
        place = piece.place(known.aliases)
        if isinstance(piece, Days):
            places[piece.part.name] = place
            units[piece.part.name] = len(piece.part.units if piece.units is None else piece.units)
        else:
            newest |= {part.name for part in piece.newest()}
            places |= {part.name: place for part in piece.parts}
    return places, units, newest


def _reason(
    parts: Sequence[Part], places: Mapping[str, str], units: Mapping[str, int], newest: Container[str]
) -> str | None:
    """Why a file's rows are no longer all that it stated; None where they are."""
    if not parts:
        return "its rows are no longer kept"
    daily = [part for part in parts if part.day]
    if not daily:
        of_newest = all(part.name in newest for part in parts)
        return None if of_newest else "later files may hold newer versions of its rows"
    stated, left = sum(len(part.units) for part in daily), sum(units.get(part.name, 0) for part in daily)
    if left < stated:
        return f"later exports replaced {stated - left:,} of its {stated:,} days"
    return None


def _rules(
    table: _Table, files: Sequence[_File], raw: Path, mart: _Mart | None, built: str
) -> Iterator[Rule]:
    in_build = {file.landed.sha256 for file in files if all(_name(p) in built for p in file.places)}
    shown = mart.columns if mart else {}
    days = [row for file in files if mart and file.landed.sha256 in in_build for row in _days(file)]
    values = {
        "stated": [_stated(file, one, shown, in_build) for file in files for one in file.totals],
        "raw_columns": sorted({one.raw[2] for file in files for one in file.totals if one.raw}),
        "places": sorted({as_text(str(raw / place)) for file in files for place in file.places}),
        "days": days,
        "marts": shown,
        "relation": mart.relation if mart else "",
        "platform": table[0],
    }
    name = ".".join(table)
    yield Rule(
        id=f"reconciliation.footers.{name}",
        group="reconciliation",
        severity="warning",
        relation=name,
        expected=f"totals that {len(files):,} landed files of {name} state are the sums of their rows",
        action="was the export filtered, or are lines in quarantine? Export it whole and land it again",
        query=filled("footers", of_mart=False, **values),
    )
    if mart and days:
        shows = mart.relation.replace('"', "")
        yield Rule(
            id=f"reconciliation.footers_in_mart.{name}",
            group="reconciliation",
            severity="critical",
            relation=mart.relation,
            expected=f"{shows} shows the totals that {len(in_build):,} landed files of {name} state",
            action="build again; if it stays, look for what its models drop, repeat or convert",
            query=filled("footers", of_mart=True, **values),
        )


def _name(place: str) -> str:
    return place.rsplit("/", 1)[-1]


def _stated(file: _File, one: Stated, shown: Container[str], in_build: Container[str]) -> list[str]:
    column = one.raw[2] if one.raw else ""
    in_mart = column in shown and file.landed.sha256 in in_build
    figures = (repr(one.stated), repr(one.factor), repr(one.tolerance), str(in_mart).lower())
    texts = (as_text(file.landed.name), as_text(file.landed.sha256), str(one.line), as_text(one.column))
    return [*texts, as_text(column), *figures]


def _days(file: _File) -> Iterator[list[str]]:
    """The file's days as stretches without a gap: file, account, first and last day."""
    by_account: dict[str, set[dt.date]] = defaultdict(set)
    for part in file.parts:
        by_account[plain_account(part.account)] |= {dt.date.fromisoformat(day_in(u)) for u in part.units}
    for account, days in by_account.items():
        for first, last in _stretches(days):
            yield [as_text(file.landed.sha256), as_text(account), f"date '{first}'", f"date '{last}'"]


def _stretches(days: Iterable[dt.date]) -> Iterator[tuple[dt.date, dt.date]]:
    first = last = None
    for day in sorted(days):
        if first is None or last is None:
            first = last = day
        elif day - last > dt.timedelta(days=1):
            yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _marts(dbt_manifest: Mapping[str, Any], tables: Container[tuple[str, str]]) -> dict[_Table, _Mart]:
    """Marts whose YAML says which raw columns their columns sum to (`config: meta: leadline: raw_totals`)."""
    found: dict[_Table, _Mart] = {}
    for node in dbt_manifest["nodes"].values():
        meta = (node.get("config", {}).get("meta") or {}).get("leadline") or {}
        if node["resource_type"] != "model" or (node["schema"], node["alias"]) not in tables:
            continue
        for raw, columns in (meta.get("raw_totals") or {}).items():
            source, _, table = raw.partition(".")
            found[source, table] = _Mart(f'{node["schema"]}."{node["alias"]}"', columns)
    return found


def _built_from(dbt_manifest: Mapping[str, Any]) -> str:
    """The SQL of all models that the build read raw files with: it names each of them."""
    compiled = (node.get("compiled_code") or "" for node in dbt_manifest["nodes"].values())
    return "\n".join(code for code in compiled if "read_parquet" in code)
