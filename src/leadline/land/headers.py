"""The texts of columns: when two are the same, and which ones the formats know."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from leadline.land.format import Column, Format

_APOSTROPHES = str.maketrans("’‘ʼ′`“”«»„", "'''''\"\"\"\"\"")
_REMEMBERED = 20_000
_PLACEHOLDER = re.compile(r"\\\{(currency|time_zone|window)\\\}")
CONNECTOR_MARKS = ("_fivetran_", "_airbyte_", "_sdc_")
_VALUES = {
    "currency": r"(?P<currency>[a-z]{3}|[€$£¥])",
    "time_zone": r"(?P<time_zone>[^()]+)",
    "window": r"(?P<window>.+)",
}


def _is_unseen(character: str) -> bool:
    """An accent, or a mark without width such as a stray byte order mark."""
    return bool(unicodedata.combining(character)) or unicodedata.category(character) == "Cf"


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A header without case, accents, kinds of apostrophes and spaces, and without a closing colon."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not _is_unseen(c))
    return " ".join(bare.translate(_APOSTROPHES).casefold().split()).rstrip(":").rstrip()


def of_connector(header: Iterable[str]) -> bool:
    """Whether a header has the columns that connectors add to every table."""
    return any(plain(text).startswith(CONNECTOR_MARKS) for text in header)


@dataclass(frozen=True, slots=True)
class Match:
    """A column that a header names, and what the header says beside (`{currency}` and the like)."""

    column: Column
    values: Mapping[str, str]


class Headers:
    """The headers of one format."""

    def __init__(self, format: Format) -> None:
        self.exact: dict[str, Column] = {}
        self.patterns: list[tuple[re.Pattern[str], Column]] = []
        for column in format.columns:
            for header in column.headers:
                if "{" in header:
                    self.patterns.append((_pattern(header), column))
                else:
                    self.exact.setdefault(plain(header), column)

    def match(self, header: str) -> Match | None:
        """The column of a header, or nothing."""
        text = plain(header)
        column = self.exact.get(text)
        if column is not None:
            return Match(column, {})
        for pattern, named in self.patterns:
            found = pattern.fullmatch(text)
            if found:
                return Match(named, _as_written(header, found.groupdict()))
        return None


class Known:
    """The headers of all formats together: enough to tell a header row from any other."""

    def __init__(self, formats: Sequence[Format]) -> None:
        self.of = {format.name: Headers(format) for format in formats}
        self.exact = frozenset(text for headers in self.of.values() for text in headers.exact)
        patterns = {p.pattern for h in self.of.values() for p, _ in h.patterns}
        # The names of groups repeat from header to header, which one pattern can't have.
        joined = "|".join(re.sub(r"\?P<\w+>", "?:", pattern) for pattern in sorted(patterns))
        self.pattern = re.compile(joined) if joined else None
        self._seen: dict[str, bool] = {}

    def count(self, cells: Iterable[str]) -> int:
        """How many different cells are headers of some format."""
        return sum(self.knows(text) for text in {plain(cell) for cell in cells if cell})

    def knows(self, text: str) -> bool:
        """Whether a plain text is a header of some format."""
        if not text or text in self.exact:
            return bool(text)
        if self.pattern is None:
            return False
        if len(self._seen) > _REMEMBERED:
            self._seen.clear()
        if text not in self._seen:
            self._seen[text] = self.pattern.fullmatch(text) is not None
        return self._seen[text]


_known: dict[tuple[int, ...], tuple[Known, tuple[Format, ...]]] = {}


def known(formats: Sequence[Format]) -> Known:
    """The headers of these formats, built once."""
    key = tuple(id(format) for format in formats)
    if key not in _known:
        _known[key] = (Known(formats), tuple(formats))  # the formats are held so that no id is given twice
    return _known[key][0]


def _pattern(header: str) -> re.Pattern[str]:
    escaped = re.escape(plain(header))
    return re.compile(_PLACEHOLDER.sub(lambda found: _VALUES[found[1]], escaped))


def _as_written(header: str, values: Mapping[str, str]) -> dict[str, str]:
    """The values as the header spells them: comparing has changed their case."""
    written = {}
    for name, value in values.items():
        found = re.search(re.escape(value), " ".join(header.split()), re.IGNORECASE)
        text = found[0] if found else value
        written[name] = text.upper() if name == "currency" else text
    return written
