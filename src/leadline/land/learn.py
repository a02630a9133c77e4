"""A mapping file proposed from an export that no format fits: the user checks it, and puts it in place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, Final

import yaml

from leadline.errors import RequestError
from leadline.land.format import Column, Format, Kind
from leadline.land.headers import plain
from leadline.land.mapping import SCHEMA, Contract
from leadline.land.reading.read import ReadOptions, read_file
from leadline.land.reading.tables import SourceTable
from leadline.land.recognise import Candidate, candidates
from leadline.land.values.dates import moment
from leadline.land.values.numbers import NUMERIC, shape_of

_HEAD: Final = 50
_ALIKE: Final = 0.6
_COSTS: Final = "costs.marketing_cost"
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_COUNT: Final = re.compile(r"\d[\d\s\xa0\u202f]*")
_DATES: Final[frozenset[Kind]] = frozenset({"date", "timestamp"})
# What a column is for, by words of its header in English and French, where its values leave it open.
_MONEY: Final = (
    "cost",
    "cout",
    "spend",
    "spent",
    "depens",
    "amount",
    "montant",
    "budget",
    "revenue",
    "chiffre",
)
_MEANT: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("date", ("date", "day", "jour", "journee")),
    ("campaign", ("campaign", "campagne", "operation")),
    ("cost", _MONEY[:5]),
    ("amount", ("amount", "montant", "total", "somme")),
    ("clicks", ("click", "clic")),
    ("impressions", ("impr", "affichage", "vues", "views", "diffusion")),
    ("conversions", ("conversion", "resultat", "leads")),
    ("currency", ("currency", "devise")),
    ("account", ("account", "compte", "client")),
    ("email", ("mail", "courriel")),
    ("supplier", ("supplier", "fournisseur", "vendor")),
    ("description", ("description", "libelle", "label", "objet")),
)


@dataclass(frozen=True, slots=True)
class Learned:
    """The proposed file's text, and a preview of how the export would be read."""

    text: str
    preview: str


@dataclass(frozen=True, slots=True)
class _Seen:
    """A column of the file: its place, header, guessed kind and first values."""

    at: int
    header: str
    kind: Kind
    values: tuple[str, ...]


def learn(path: Path, formats: Sequence[Format], contract: Contract) -> Learned:
    """Propose a mapping for an export.

    Args:
        formats: the known ones, of which the nearest is extended where it has enough in common.
        contract: the columns of each raw table, of which the nearest is filled otherwise.

    Raises:
        RequestError: the export is known already.
        Refusal: the file cannot be read.
    """
    table = max(read_file(path, ReadOptions(), formats), key=lambda one: len(one.header))
    seen = _seen(table)
    ranked = candidates(table, formats)
    known = next((one for one in ranked if not one.missing), None)
    if known is not None:
        raise RequestError(
            f"this export is known: {known.format.name} ({known.format.title})",
            where=str(path),
            fix=f"land it: leadline land {path}",
        )
    name = re.sub(r"[^a-z0-9]+", "_", plain(path.stem)).strip("_") or "export"
    name = name if name[0].isalpha() else f"export_{name}"
    best = max(ranked, key=lambda one: (len(one.columns), one.score[2], one.score), default=None)
    if best is not None and len(best.columns) * 2 >= len([one for one in seen if one.header]):
        chosen = _headers(best, seen)
        body = {"name": name, "title": f"{best.format.title}, as {path.stem}", "like": best.format.name}
        claimed = {best.columns[at].name: one.header for one in seen if (at := one.at) in best.columns}
        text = _written(path, {**body, "headers": chosen}, best, chosen)
        return Learned(text, _preview(seen, {**claimed, **chosen}))
    table_name, filled = _nearest_table(seen, contract)
    return Learned(_own(path, name, seen, table_name, filled), _preview(seen, _names(seen)))


def _seen(table: SourceTable) -> list[_Seen]:
    rows = table.head(_HEAD)
    found = []
    for at, header in enumerate(table.header):
        values = [row[at].strip() for row in rows if row[at].strip()]
        found.append(_Seen(at, header, _kind(header, values), tuple(values[:3])))
    return found


def _kind(header: str, values: Sequence[str]) -> Kind:
    """What most of a column's first values are."""
    words = plain(header)
    if not values:
        return "text"
    if _most(bool(_ADDRESS.fullmatch(value)) for value in values):
        return "email"
    if _most(value.startswith(("http://", "https://")) for value in values):
        return "url"
    shapes = [shape_of(value) for value in values]
    if _most(bool(shape.readings) or shape.nothing or shape.bound for shape in shapes):
        if any(shape.percent for shape in shapes):
            return "percent"
        if any(shape.currency for shape in shapes) or any(word in words for word in _MONEY):
            return "money"
        return "integer" if all(_COUNT.fullmatch(value) for value in values) else "decimal"
    if _most(bool(moment(value).days) for value in values):
        return "timestamp" if any(moment(value).time for value in values) else "date"
    return "text"


def _most(truths: Iterable[bool]) -> bool:
    found = list(truths)
    return sum(found) * 10 >= len(found) * 9


def _headers(best: Candidate, seen: Sequence[_Seen]) -> dict[str, str]:
    """Headers for the columns that the nearest format lacks, by likeness of names and by kind."""
    free = [one for one in seen if one.header and one.at not in best.columns]
    names = {column.name for column in best.columns.values()}
    absent = [column for column in best.format.columns if column.name not in names]
    absent.sort(key=lambda column: column not in best.missing)
    found: dict[str, str] = {}
    for column in absent:
        fitting = [one for one in free if _fits(one.kind, column.kind)]
        ranked = sorted(((_likeness(one.header, column), one) for one in fitting), key=lambda pair: -pair[0])
        alone = column in best.missing and len(fitting) == 1 and column.kind not in ("text", "integer")
        if ranked and (ranked[0][0] >= _ALIKE or alone):
            found[column.name] = ranked[0][1].header
            free.remove(ranked[0][1])
    for column in best.missing:
        found.setdefault(column.name, "")
    return found


def _fits(seen: Kind, wanted: Kind) -> bool:
    if wanted in NUMERIC:
        return seen in NUMERIC and (wanted == "percent") >= (seen == "percent")
    return seen in _DATES if wanted in _DATES else seen not in _DATES


def _likeness(header: str, column: Column) -> float:
    """How much a header resembles the known ones of a column, or means the same by its words."""
    text = plain(header)
    meant = next((name for name, words in _MEANT if any(word in text for word in words)), None)
    if meant == column.name or (meant == "date" and column.name == "day"):
        return 0.9
    known = [plain(re.sub(r"\s*\(?\{\w+\}\)?", "", one)) for one in column.headers]
    return max((SequenceMatcher(None, text, one).ratio() for one in known), default=0.0)


def _written(path: Path, body: Mapping[str, Any], best: Candidate, chosen: Mapping[str, str]) -> str:
    open_ = [name for name, header in chosen.items() if not header]
    lines = [*_head(path), _yaml(body).rstrip("\n")]
    if open_:
        lines.append(f"# Still open: the headers of {', '.join(open_)}; without them the file cannot land.")
    return "\n".join(lines) + "\n"


def _own(path: Path, name: str, seen: Sequence[_Seen], table: str, filled: Mapping[str, str]) -> str:
    """A format of its own, into the raw table that is nearest."""
    columns: dict[str, Any] = {
        column: {"header": one.header, "kind": one.kind} if one.kind != "text" else one.header
        for column, one in zip(_names(seen), [one for one in seen if one.header], strict=True)
    }
    into: dict[str, Any] = {"table": table, "columns": dict(filled)}
    if table == _COSTS:
        # Costs of other suppliers on the same days are not this export's to replace.
        into |= {"scope": ["supplier"]}
    day = next((raw for raw, column in filled.items() if _kind_of(columns.get(column)) == "date"), None)
    if day:
        into["day"] = day
        for raw, column in filled.items():
            if raw == day:
                columns[column]["required"] = True
    body: dict[str, Any] = {
        "name": name,
        "title": path.stem,
        "grain": "day" if day else "entity",
        "columns": columns,
    }
    body |= {"needs": ["currency"]} if table == _COSTS else {}
    note = "# Check `into`: the raw table, and what fills its columns (DuckDB expressions over those above)."
    return "\n".join([*_head(path), _yaml({**body, "into": [into]}).rstrip("\n"), note]) + "\n"


def _kind_of(column: Any) -> str:
    return str(column.get("kind", "text")) if isinstance(column, dict) else "text"


def _names(seen: Sequence[_Seen]) -> dict[str, str]:
    """A name for each column with a header: what it means where its words say so, else its words."""
    found: dict[str, str] = {}
    for one in seen:
        if not one.header:
            continue
        text = plain(one.header)
        meant = next((name for name, words in _MEANT if any(word in text for word in words)), None)
        slug = meant or re.sub(r"[^a-z0-9]+", "_", text).strip("_") or f"column_{one.at + 1}"
        slug = slug if slug[0].isalpha() else f"column_{slug}"
        number = 1
        base = slug
        while slug in found:
            number += 1
            slug = f"{base}_{number}"
        found[slug] = one.header
    return found


def _nearest_table(seen: Sequence[_Seen], contract: Contract) -> tuple[str, dict[str, str]]:
    """The raw table that the columns fill best, and what fills what; money by day is a marketing cost."""
    names = list(_names(seen))
    amount = next((name for name in ("cost", "amount") if name in names), None)
    if amount and "date" in names and _COSTS in contract:
        return _COSTS, {
            "id": "stable_key(_file, _line)",
            "period_start": "date",
            "cost_type": "'other'",
            "supplier": "supplier" if "supplier" in names else "'name of the supplier'",
            "description": next((name for name in ("description", "campaign") if name in names), "null"),
            "amount": amount,
            "currency": "_currency",
        }
    scored = []
    for table, columns in contract.items():
        filled = dict(_filled(names, columns))
        share = len(filled) / max(1, len([c for c in columns if not c.startswith("_")]))
        scored.append((len(filled), share, table, filled))
    if not scored or max(scored)[0] == 0:
        return "source.table", {name: name for name in names}
    _, _, table, filled = max(scored, key=lambda one: (one[0], one[1]))
    return table, filled


def _filled(names: Sequence[str], columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    for raw in sorted(columns):
        same = {
            raw,
            raw.removesuffix("_id"),
            raw.removesuffix("_micros"),
            raw.removeprefix("campaign_"),
        } | ({"date"} if raw in ("period_start", "day") else set())
        fitting = [name for name in names if name in same]
        if fitting:
            yield raw, f"micros({fitting[0]})" if raw.endswith("_micros") else fitting[0]


def _head(path: Path) -> list[str]:
    return [
        f"# yaml-language-server: $schema=../src/leadline/schemas/{SCHEMA}",
        f"# Proposed from {path.name}. Check each line, then put this into the folder landing/.",
    ]


def _yaml(body: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(body), sort_keys=False, allow_unicode=True, width=110))


def _preview(seen: Sequence[_Seen], names: Mapping[str, str]) -> str:
    """Header, what it would be, kind and first values, aligned."""
    of = {header: name for name, header in names.items() if header}
    rows = [("header", "column", "kind", "first values")]
    rows += [
        (one.header, of.get(one.header, "(left out)"), one.kind, " | ".join(one.values))
        for one in seen
        if one.header
    ]
    widths = [max(len(row[place]) for row in rows) for place in range(3)]
    return "\n".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]).rstrip()
        for row in rows
    )
