"""The constants of two queries, wherever they stand: what directed data lies near."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlglot import exp

MOST_ROWS: Final = 130
_FIRST_YEAR: Final = 1990
_LAST_YEAR: Final = 2100
_UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_REGULAR: Final = (exp.RegexpLike, exp.RegexpILike, exp.RegexpExtract, exp.RegexpReplace)


@dataclass(frozen=True, slots=True)
class Constants:
    """`sizes` are numbers of rows that a query may count up to; `spans` are what units its times move by."""

    numbers: tuple[float, ...] = ()
    sizes: tuple[int, ...] = ()
    days: tuple[date, ...] = ()
    texts: tuple[str, ...] = ()
    spans: frozenset[str] = frozenset()
    reads_length: bool = False


def constants_of(trees: Iterable[exp.Query]) -> Constants:
    """The constants of qualified trees."""
    numbers: set[float] = set()
    texts: set[str] = set()
    spans: set[str] = set()
    reads_length = False
    for tree in trees:
        for literal in tree.find_all(exp.Literal):
            number = _number(literal)
            if number is not None:
                numbers.add(number)
            elif literal.is_string:
                texts |= _texts(literal)
        spans |= {unit for node in tree.find_all(exp.Var, exp.Literal) if (unit := _unit(node.name))}
        reads_length |= tree.find(exp.Length, exp.Left, exp.Right, exp.Substring) is not None
    days = {day for text in texts if (day := day_of(text))} | _months(numbers)
    known = {text for text in texts if not _DAY.match(text) and not _unit(text)}
    sizes = sorted({int(n) for n in numbers if n == int(n) and 2 < n <= MOST_ROWS})
    return Constants(
        tuple(sorted(numbers)),
        tuple(sizes),
        tuple(sorted(days)),
        tuple(sorted(known)),
        frozenset(spans),
        reads_length,
    )


def _number(literal: exp.Literal) -> float | None:
    try:
        return float(literal.name) if not literal.is_string or _is_interval(literal) else None
    except ValueError:
        return None


def _is_interval(literal: exp.Literal) -> bool:
    return isinstance(literal.parent, exp.Interval)


def _unit(name: str) -> str:
    word = name.lower().removesuffix("s")
    return word if word in _UNITS else ""


def day_of(text: str) -> date | None:
    """The day that a text begins with, if it is one that data may have: not one that stands for never."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _months(numbers: Iterable[float]) -> set[date]:
    """The firsts of the months that a query may name by numbers of their own."""
    known = list(numbers)
    years = [int(n) for n in known if _FIRST_YEAR <= n <= _LAST_YEAR and n == int(n)]
    months = [int(n) for n in known if 1 <= n <= 12 and n == int(n)]
    return {date(year, month, 1) for year in years for month in months or (1, 7)}


def _texts(literal: exp.Literal) -> set[str]:
    text = literal.name
    if literal.find_ancestor(*_REGULAR) is None:
        return {text}
    return set(_examples(text))


def _examples(pattern: str) -> list[str]:
    """Texts that a simple regular expression finds."""
    found = []
    for part in re.split(r"\|", pattern.replace("(?i)", "").replace("(?:", "(")):
        plain = re.sub(r"\\d|\[0-9\]", "7", part)
        plain = re.sub(r"\\w|\[[a-zA-Z][^\]]*\]|(?<!\\)\.", "k", plain)
        plain = re.sub(r"\[\^?([^\]])[^\]]*\]", r"\1", plain)
        plain = re.sub(r"\{\d+(,\d*)?\}|(?<!\\)[\^$()*+?]", "", plain)
        found.append(plain.replace("\\s", " ").replace("\\", ""))
    return found
