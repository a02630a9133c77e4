"""Exports spoilt in ways whose effect is known, and what an independent reader makes of a cell."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252")
GARBAGE: tuple[Callable[[str], str], ...] = (
    lambda n: n + "x",
    lambda n: "x" + n,
    lambda n: n[:1] + "O" + n[1:],
    lambda n: "--" + n,
    lambda n: n + ".1.2",
    lambda n: n + ",1,2",
    lambda n: n + "..5",
    lambda n: "0" + n + "0.0.0",
    lambda n: n + " 5",
    lambda n: n + "²",
    lambda n: "=" + n,
    lambda n: n + "-",
)


@dataclass(frozen=True)
class Export:
    """An export that lands as it is: its text, delimiter, line of the header, and where its numbers stand."""

    name: str
    text: str
    delimiter: str
    header_line: int
    numbers: tuple[int, ...]
    rows: tuple[int, ...]
    single: bool
    has_totals: bool
    reshaped: bool


@dataclass(frozen=True)
class Mutant:
    """A spoilt export. `same`: its rows must be those of the original; `spoilt`: the line that must go."""

    kind: str
    content: bytes
    same: bool = False
    spoilt: int | None = None


def cut(export: Export, draw: random.Random) -> Mutant:
    """The file ends somewhere."""
    content = export.text.encode()
    return Mutant("cut", content[: draw.randrange(len(content))])


def encoded(export: Export, draw: random.Random) -> Mutant:
    """Another encoding, where it has all the characters."""
    encoding = draw.choice(ENCODINGS)
    text = export.text.lstrip("\ufeff")
    try:
        return Mutant("encoded", text.encode(encoding), same=True)
    except UnicodeEncodeError:
        return Mutant("encoded", text.encode("utf-16"), same=True)


def shuffled(export: Export, draw: random.Random) -> Mutant:
    """The columns in another order; the first stays where totals are told by it."""
    records = _records(export)
    if records is None:
        return encoded(export, draw)
    above, rows = records
    order = list(range(len(rows[0])))
    fixed = 1 if export.has_totals else 0
    moved = order[fixed:]
    draw.shuffle(moved)
    order[fixed:] = moved
    target = io.StringIO()
    writer = csv.writer(target, delimiter=export.delimiter, lineterminator="\n")
    writer.writerows([[row[i] for i in order] for row in rows])
    return Mutant("shuffled", (above + target.getvalue()).encode(), same=True)


def mangled(export: Export, draw: random.Random) -> Mutant:
    """One number is none any more: its row must not be landed."""
    records = _records(export)
    if records is None or not export.numbers or not export.rows:
        return flipped(export, draw)
    above, rows = records
    line = draw.choice(export.rows)
    column = draw.choice(export.numbers)
    row = rows[line - export.header_line]
    if not re.search(r"[0-9]", row[column]):
        return flipped(export, draw)
    row[column] = draw.choice(GARBAGE)(row[column])
    target = io.StringIO()
    csv.writer(target, delimiter=export.delimiter, lineterminator="\n").writerows(rows)
    return Mutant("mangled", (above + target.getvalue()).encode(), spoilt=line)


def flipped(export: Export, draw: random.Random) -> Mutant:
    """A few bytes are others."""
    content = bytearray(export.text.encode())
    for _ in range(draw.choice((1, 1, 1, 2, 5))):
        at = draw.randrange(len(content))
        content[at] = content[at] ^ (1 << draw.randrange(8)) if draw.random() < 0.7 else draw.randrange(256)
    return Mutant("flipped", bytes(content))


MUTATIONS: tuple[Callable[[Export, random.Random], Mutant], ...] = (cut, encoded, shuffled, mangled, flipped)


def _records(export: Export) -> tuple[str, list[list[str]]] | None:
    """What is above the header, and all records as cells; nothing where one has several lines."""
    if not export.single:
        return None
    lines = export.text.split("\n")
    above = "".join(line + "\n" for line in lines[: export.header_line - 1])
    rows = [
        next(csv.reader([line], delimiter=export.delimiter), []) for line in lines[export.header_line - 1 :]
    ]
    rows = rows[:-1] if not rows[-1] else rows
    widths = {len(row) for row in rows}
    return (above, rows) if len(widths) == 1 else None


def record_at(lines: list[str], line: int) -> str:
    """The lines of the record that begins on a line, quotes paired."""
    text = lines[line - 1]
    for more in lines[line : line + 50]:
        if text.count('"') % 2 == 0:
            break
        text += "\n" + more
    return text


def worth(text: str) -> set[float]:
    """What a text may be worth as a number, as a person would read it under either decimal sign."""
    bare = re.sub(r"[\s\u00a0\u202f\u2009'’€$£%]|[A-Z]{3}", "", text).replace("−", "-")
    if re.fullmatch(r"\(.*\)", bare):
        bare = "-" + bare[1:-1]
    found: set[float] = set()
    for mark, other in ((".", ","), (",", ".")):
        plain = bare.replace(other, "").replace(mark, ".")
        if re.fullmatch(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", plain):
            found |= {float(plain), float(plain) / 100}
    return found
