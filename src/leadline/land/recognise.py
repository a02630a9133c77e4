"""Which format a table is, by its headers; or what is missing, and which names come nearest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from leadline.errors import nearest
from leadline.land.format import Column, Format
from leadline.land.headers import Headers, Match, known, of_connector, plain
from leadline.land.reading.encoding import MARK
from leadline.land.reading.records import NOT_TEXT
from leadline.land.reading.tables import SourceTable
from leadline.land.refusals import Refusal

# Words of headers that only one language has: enough to name the language, which decides nothing.
_WORDS = {
    "fr": "jour date de du des la le les par nom cout clics depense montant campagne devise couverture"
    " requetes pays appareils debut fin semaine mois valeur compte taux creation prenom adresse titre statut"
    " etape resultats",
    "en": "day name of the by cost clicks spent amount campaign currency reach queries countries devices"
    " start end week month value account rate created first last email title status stage results per"
    " date primary followers organic",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A format that a table may be.

    `table` is the table as the format reshapes it, `columns` the columns found, by position; `missing` the
    required or signature columns that the table lacks; `score` is higher the better: complete first, then by
    how much of the table is understood.
    """

    format: Format
    table: SourceTable
    columns: Mapping[int, Column]
    placeholders: Mapping[str, str]
    missing: tuple[Column, ...]
    score: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """A table whose format is known.

    `table` is what its rows are to be read from: the table given, or as the format reshapes it. `columns` are
    the format's columns by position in its header, a repeated header counting once (the further positions are
    in `repeated`). `extra` are headers that no column claims, `absent` columns that the file lacks.
    """

    format: Format
    table: SourceTable
    columns: Mapping[int, Column]
    language: str
    placeholders: Mapping[str, str]
    extra: tuple[str, ...] = ()
    absent: tuple[Column, ...] = ()
    repeated: Mapping[int, Column] = field(default_factory=dict)

    def position(self, name: str) -> int | None:
        """Where a column of the format stands in the header."""
        return next((at for at, column in self.columns.items() if column.name == name), None)


def candidates(table: SourceTable, formats: Sequence[Format]) -> list[Candidate]:
    """The formats that share at least one header with the table, best first."""
    headers = known(formats).of
    if of_connector(table.header):
        formats = [format for format in formats if format.of_connector]
    found = [_candidate(table, format, headers[format.name]) for format in formats]
    return sorted((one for one in found if one.columns), key=lambda one: one.score, reverse=True)


def recognise(table: SourceTable, formats: Sequence[Format], name: str | None = None) -> Recognised:
    """The format of a table.

    Args:
        name: the format that the user says it is.

    Raises:
        Refusal: no format fits (it names the nearest and what that lacks), or `name` is unknown.
    """
    if any(MARK in header for header in table.header):
        raise Refusal(
            "unreadable",
            f"a header holds {NOT_TEXT} ({table.encoding})",
            where=table.where,
            found=[header.replace(MARK, "\ufffd") for header in table.header],
            fix="say the encoding with --encoding, or export the file again",
        )
    if name is not None:
        formats = [format for format in formats if format.name == name] or _unknown(name, formats)
    ranked = candidates(table, formats)
    if not ranked:
        raise _unlike_any(table)
    best = ranked[0]
    if best.missing:
        raise _lacking(table, best)
    _one_currency(best, known(formats).of[best.format.name])
    return _recognised(table, best)


def _recognised(original: SourceTable, best: Candidate) -> Recognised:
    table = best.table
    repeated = {}
    taken: dict[str, int] = {}
    for at, column in best.columns.items():
        if taken.setdefault(column.name, at) != at:
            repeated[at] = column
    columns = {at: column for at, column in best.columns.items() if at not in repeated}
    names = {column.name for column in columns.values()}
    said = [table.header[at] for at in columns]
    if table is not original:
        said = [*original.header, *original.preamble, *original.inherited]
    return Recognised(
        format=best.format,
        table=table,
        columns=columns,
        language=_language(said, best.format),
        placeholders=best.placeholders,
        extra=tuple(text for at, text in enumerate(table.header) if text and at not in best.columns),
        absent=tuple(column for column in best.format.columns if column.name not in names),
        repeated=repeated,
    )


def _unlike_any(table: SourceTable) -> Refusal:
    if of_connector(table.header):
        what = "no model reads this connector table: no raw table has its name, or nearly all of its columns"
        fix = "leave it out; `leadline land --formats`, inside the dbt project, lists the tables read"
    else:
        what = "no export format is known that has any of these columns"
        fix = "name its columns in a mapping file: `leadline land --learn` proposes one"
    return Refusal("unrecognised", what, where=table.where, found=table.header, fix=fix)


def _unknown(name: str, formats: Sequence[Format]) -> list[Format]:
    names = [format.name for format in formats]
    raise Refusal(
        "unrecognised", f"no export format is called “{name}”", nearest=nearest(name, names) or names
    )


def _candidate(table: SourceTable, format: Format, headers: Headers) -> Candidate:
    matches: dict[int, Match] = {}
    reshaped = cast("SourceTable | None", format.reshape(table)) if format.reshape else table
    for at, header in enumerate(reshaped.header if reshaped else ()):
        match = headers.match(header) if header else None
        if match is not None:
            matches[at] = match
    columns = {at: match.column for at, match in matches.items()}
    names = {column.name for column in columns.values()}
    needed = [c for c in format.columns if (c.required or c.name in format.signature) and c.name not in names]
    placeholders = {key: value for match in matches.values() for key, value in match.values.items()}
    signed = sum(1 for name in format.signature if name in names)
    named = _named(table, format) if columns else 0.0
    score = (
        float(not needed),
        signed / max(1, len(format.signature)) if needed else 1.0,
        named,
        float(len(names)),
        float(len(format.signature)),
        -float(len(format.columns)),
    )
    return Candidate(format, reshaped or table, columns, placeholders, tuple(needed), score)


def _named(table: SourceTable, format: Format) -> float:
    """Whether the file's name or title says the format: it decides between formats that fit alike."""
    names = [name for name in (table.file.rsplit("/", 1)[-1], table.member) if name]
    said = any(re.search(p, name, re.IGNORECASE) for p in format.file_names for name in names)
    title = any(
        re.search(p, line, re.IGNORECASE)
        for p in format.preamble
        if "?P<title>" in p
        for line in table.preamble
    )
    return float(said or title)


def _one_currency(best: Candidate, headers: Headers) -> None:
    """Refuses a table whose headers name two currencies: `Amount spent (EUR)`, `Amount spent (USD)`."""
    texts = [best.table.header[at] for at in best.columns]
    matches = [match for text in texts if (match := headers.match(text)) is not None]
    found = sorted({match.values["currency"] for match in matches if "currency" in match.values})
    if len(found) > 1:
        raise Refusal(
            "two-currencies",
            f"the headers name {len(found)} currencies, whose amounts can't be added up",
            where=best.table.where,
            found=found,
            fix="export one currency at a time",
        )


def _lacking(table: SourceTable, best: Candidate) -> Refusal:
    absent = [next((h for h in c.headers if "{" not in h), c.headers[0]) for c in best.missing]
    wanted = {plain(header): header for column in best.missing for header in column.headers}
    unclaimed = [text for at, text in enumerate(table.header) if text and at not in best.columns]
    near = [
        wanted[found] for text in unclaimed for found in nearest(plain(text), wanted, 1) if found in wanted
    ]
    days = [column for column in best.missing if column.kind == "date"]
    title = best.format.title
    if days and best.format.grain == "day" and len(days) == len(best.missing):
        return Refusal(
            "whole-period",
            f"the rows speak of the whole period: this {title} has no column of days",
            where=table.where,
            found=table.header,
            expected=absent,
            nearest=near,
            fix="export again with the rows broken down by day",
        )
    return Refusal(
        "missing-columns",
        f"columns are missing; the nearest format is {best.format.name} ({title})",
        where=table.where,
        found=table.header,
        expected=absent,
        nearest=near,
        fix="export again with these columns, or name the file's own in a mapping (`leadline land --learn`)",
    )


def _language(headers: Sequence[str], format: Format) -> str:
    words = {word for header in headers for word in re.findall(r"\w+", plain(header))}
    counts = {name: len(words & _LANGUAGES.get(name, frozenset())) for name in format.languages}
    return max(counts, key=lambda name: counts[name], default="en")
