"""SQL expressions of definitions and filters for the naive evaluator: a small parser and three-valued logic.

Grammar: or, and, not, comparisons, in, between, is null, like, + - * /, case, coalesce, nullif, upper, date
literals, columns, and dbt's templates as atoms. A node is a function from a lookup to a value; NULL is None.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Lookup = Callable[["Atom"], Any]
Node = Callable[[Lookup], Any]

TOKEN = re.compile(
    r"\s*(?:(?P<template>\{\{.*?\}\})|(?P<number>\d+(?:\.\d+)?)|(?P<text>'(?:[^']|'')*')"
    r"|(?P<word>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign><=|>=|<>|!=|[-+*/(),=<>]))"
)
CALL = re.compile(r"\{\{\s*(\w+)\(\s*'([^']+)'(.*?)\)\s*\}\}")


@dataclass(frozen=True)
class Atom:
    """What a filter or an expression names: a column or input, a dimension or entity, a metric by
    entities."""

    kind: str
    name: str
    by: tuple[str, ...] = ()


def parse(text: str) -> tuple[Node, frozenset[Atom]]:
    """The expression as a function, and what it names."""
    reader = _Reader(text)
    node = reader.any_of()
    assert reader.peek() is None, f"{text!r}: {reader.peek()} is left over"
    return node, frozenset(reader.atoms)


def as_time(value: Any) -> dt.datetime:
    """A date, a timestamp or ISO text as a timestamp."""
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime(value.year, value.month, value.day)
    return dt.datetime.fromisoformat(value)


def conjuncts(text: str) -> list[str]:
    """The conditions that `and` joins at the top of a condition: each of them has to hold."""
    text = text.strip()
    depth, quoted, between, start, found = 0, False, False, 0, []
    for match in re.finditer(r"'|[()]|\b(?:and|or|between)\b", text, re.IGNORECASE):
        word = match[0].lower()
        if word == "'":
            quoted = not quoted
        elif quoted:
            continue
        elif word in "()":
            depth += 1 if word == "(" else -1
        elif depth == 0 and word == "or":
            return [text]
        elif depth == 0 and word == "between":
            between = True
        elif depth == 0 and between:
            between = False
        elif depth == 0:
            found.append(text[start : match.start()])
            start = match.end()
    return [part.strip() for part in (*found, text[start:])]


class _Reader:
    def __init__(self, text: str) -> None:
        self.atoms: set[Atom] = set()
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            match = TOKEN.match(text, place)
            assert match, f"{text!r} at {place}"
            assert match.lastgroup
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            place = match.end()
        self.place = 0

    def peek(self, ahead: int = 0) -> str | None:
        at = self.place + ahead
        if at >= len(self.tokens):
            return None
        kind, text = self.tokens[at]
        return text.lower() if kind in ("word", "sign") else kind

    def take(self, *words: str) -> bool:
        if all(self.peek(i) == word for i, word in enumerate(words)):
            self.place += len(words)
            return True
        return False

    def need(self, word: str) -> None:
        assert self.take(word), f"{word} expected, found {self.peek()}"

    def any_of(self) -> Node:
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else lambda look: _or([part(look) for part in parts])

    def all_of(self) -> Node:
        parts = [self.negation()]
        while self.take("and"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else lambda look: _and([part(look) for part in parts])

    def negation(self) -> Node:
        if self.take("not"):
            inner = self.negation()
            return lambda look: _not(inner(look))
        return self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        for sign in ("=", "<>", "!=", "<=", ">=", "<", ">"):
            if self.take(sign):
                right = self.sum()
                return lambda look: compare(sign, left(look), right(look))
        if self.take("is"):
            wanted = not self.take("not")
            self.need("null")
            return lambda look: (left(look) is None) is wanted
        negated = self.take("not")
        node = self._membership(left)
        if node is None:
            return left
        return (lambda look: _not(node(look))) if negated else node

    def _membership(self, left: Node) -> Node | None:
        if self.take("in"):
            self.need("(")
            choices = self.listed()
            return lambda look: _or([compare("=", left(look), choice(look)) for choice in choices])
        if self.take("between"):
            low = self.sum()
            self.need("and")
            high = self.sum()
            return lambda look: _and(
                [compare(">=", left(look), low(look)), compare("<=", left(look), high(look))]
            )
        if self.take("like"):
            pattern = self.sum()
            return lambda look: _like(left(look), pattern(look))
        return None

    def listed(self) -> list[Node]:
        found = [self.any_of()]
        while self.take(","):
            found.append(self.any_of())
        self.need(")")
        return found

    def sum(self) -> Node:
        node = self.product()
        while self.peek() in ("+", "-"):
            node = _arithmetic(self.tokens[self.place][1], node, self._after(self.product))
        return node

    def product(self) -> Node:
        node = self.unary()
        while self.peek() in ("*", "/"):
            node = _arithmetic(self.tokens[self.place][1], node, self._after(self.unary))
        return node

    def _after(self, rule: Callable[[], Node]) -> Node:
        self.place += 1
        return rule()

    def unary(self) -> Node:
        if self.take("-"):
            inner = self.unary()
            return _arithmetic("-", lambda look: 0, inner)
        return self.atom()

    def atom(self) -> Node:
        kind, text = self.tokens[self.place]
        self.place += 1
        if kind == "sign":
            assert text == "(", f"{text} begins nothing"
            return self.listed()[0]
        if kind == "template":
            return self._named(template(text))
        if kind == "number":
            number = float(text) if "." in text else int(text)
            return lambda look: number
        if kind == "text":
            return lambda look: text[1:-1].replace("''", "'")
        return self._word(text)

    def _word(self, text: str) -> Node:
        word = text.lower()
        if word in ("true", "false", "null"):
            value = {"true": True, "false": False, "null": None}[word]
            return lambda look: value
        if word == "case":
            return self._case()
        if word == "cast":
            return self._cast()
        if word in ("date", "timestamp") and self.peek() == "text":
            inner = self.atom()
            return lambda look: as_time(inner(look))
        if self.take("("):
            return _call(word, self.listed())
        return self._named(Atom("column", text))

    def _named(self, atom: Atom) -> Node:
        self.atoms.add(atom)
        return lambda look: look(atom)

    def _case(self) -> Node:
        branches, default = [], None
        while self.take("when"):
            condition = self.any_of()
            self.need("then")
            branches.append((condition, self.any_of()))
        if self.take("else"):
            default = self.any_of()
        self.need("end")

        def choose(look: Lookup) -> Any:
            for condition, value in branches:
                if condition(look):
                    return value(look)
            return default(look) if default else None

        return choose

    def _cast(self) -> Node:
        self.need("(")
        inner = self.any_of()
        self.need("as")
        kind = self.tokens[self.place][1].lower()
        assert kind in ("timestamp", "date"), kind
        self.place += 1
        self.need(")")
        return lambda look: None if inner(look) is None else as_time(inner(look))


def template(text: str) -> Atom:
    """dbt's Dimension, TimeDimension, Entity or Metric, as what it names."""
    match = CALL.fullmatch(text)
    assert match, text
    kind, name, rest = match.groups()
    others = re.findall(r"'([^']+)'", rest)
    if kind == "Metric":
        return Atom("metric", name, tuple(others))
    return Atom("element", f"{name}__{others[0]}" if kind == "TimeDimension" and others else name)


def _and(values: list[Any]) -> Any:
    return False if any(v is False for v in values) else None if None in values else True


def _or(values: list[Any]) -> Any:
    return True if any(v is True for v in values) else None if None in values else False


def _not(value: Any) -> Any:
    return None if value is None else not value


def compare(sign: str, left: Any, right: Any) -> Any:
    """SQL's comparison: NULL with anything is NULL; text beside a time is read as one."""
    if left is None or right is None:
        return None
    if isinstance(left, dt.date) or isinstance(right, dt.date):
        left, right = as_time(left), as_time(right)
    if sign == "=":
        return left == right
    if sign in ("<>", "!="):
        return left != right
    if sign == "<":
        return left < right
    if sign == "<=":
        return left <= right
    return left > right if sign == ">" else left >= right


def _like(value: Any, pattern: Any) -> Any:
    if value is None or pattern is None:
        return None
    wanted = "".join({"%": ".*", "_": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wanted, value, re.DOTALL) is not None


def _arithmetic(sign: str, left: Node, right: Node) -> Node:
    def compute(look: Lookup) -> Any:
        a, b = left(look), right(look)
        if a is None or b is None:
            return None
        if sign == "/":
            return a / b
        return a + b if sign == "+" else a - b if sign == "-" else a * b

    return compute


def _call(name: str, arguments: list[Node]) -> Node:
    if name == "coalesce":
        return lambda look: next((v for v in (a(look) for a in arguments) if v is not None), None)
    if name == "nullif":
        first, second = arguments
        return lambda look: None if compare("=", first(look), second(look)) else first(look)
    assert name == "upper", name
    only = arguments[0]
    return lambda look: None if only(look) is None else only(look).upper()
