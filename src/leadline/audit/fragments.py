"""What two queries have written that the other has not: words where normal forms read alike or are none."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from sqlglot import exp

_UNITS: Final = (
    exp.Predicate,
    exp.Func,
    exp.Window,
    exp.Limit,
    exp.Offset,
    exp.Join,
    exp.Ordered,
    exp.Binary,
)
_LINKS: Final = (exp.And, exp.Or, exp.Select, exp.Query)
_MOST: Final = 2
_LONGEST: Final = 120
_ORDER: Final = (
    "the same parts, put together in another order: one filters, joins or groups before the other does"
)
_TWICE: Final = re.compile(r"(?:one is )?(.+?)(?:; the other(?: has|'s is| is)?|, the other) (.+)")


def says_nothing(reason: str) -> bool:
    """Whether a reason shows both sides in the same words, or no side at all."""
    found = _TWICE.fullmatch(reason)
    return reason == "the values differ" or (found is not None and found[1] == found[2])


def written_apart(left: exp.Query, right: exp.Query) -> list[str]:
    """The smallest parts of each query that the other does not have, as one reason or none."""
    one, two = _units(left), _units(right)
    mine, others = (_smallest(a, b) for a, b in ((one, two), (two, one)))
    if mine and others:
        return [f"{' and '.join(mine)}; the other has {' and '.join(others)}"]
    if mine:
        return [f"{' and '.join(mine)}, which the other does not have"]
    return [f"without {' and '.join(others)}"] if others else [_ORDER]


def _units(tree: exp.Query) -> list[tuple[str, exp.Expr]]:
    """Parts of a query with their SQL, tables left out, for the relations may have other names."""
    plain = tree.copy()
    for column in plain.find_all(exp.Column):
        column.set("table", None)
    return [
        (node.sql(dialect="duckdb"), node)
        for node in plain.walk()
        if isinstance(node, _UNITS) and not isinstance(node, _LINKS)
    ]


def _smallest(mine: Sequence[tuple[str, exp.Expr]], others: Sequence[tuple[str, exp.Expr]]) -> list[str]:
    extra = Counter(text for text, _ in mine) - Counter(text for text, _ in others)
    nodes = [(text, node) for text, node in mine if text in extra and len(text) <= _LONGEST]
    above = {id(parent) for _, node in nodes for parent in _parents(node)}
    found = list(dict.fromkeys(text for text, node in nodes if id(node) not in above))
    return found if len(found) <= _MOST else []


def _parents(node: exp.Expr) -> list[exp.Expr]:
    found = []
    above = node.parent
    while above is not None:
        found.append(above)
        above = above.parent
    return found
