"""Filters: dbt's templates or plain text, parsed into a tree whose names are placeholders.

A filter is a condition over dimensions, times, entities and metrics. Calls in braces are parsed on their own
and stand in the condition as identifiers that no writer can use; the condition is then parsed by sqlglot,
checked node by node, and its names become numbered placeholders that `sql` replaces with columns.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from leadline.errors import FilterError
from leadline.names import Reference, parse_call, parse_name

# what people write in a filter is far below these; what is above them is an attack on a recursive parser
MAX_TOKENS = 4_000
MAX_DEPTH = 60
# on garbage the compiled parser fails in its own code as well
_PARSER_ERRORS = (SqlglotError, TypeError, AttributeError, ValueError, IndexError, KeyError)
_STAND_IN = "leadline_reference_"
_DIALECT = DuckDB()
_REFUSED = (
    exp.Placeholder,
    exp.Query,
    exp.Command,
    exp.DDL,
    exp.DML,
    exp.Star,
    exp.Window,
    exp.AggFunc,
    exp.Lambda,
    exp.Parameter,
    exp.SessionParameter,
    exp.Table,
    exp.Alias,
    exp.PropertyEQ,
)

# what a filter of a request may call: plain functions of values; nothing reads files, settings or the network
_FUNCTIONS = (
    exp.Connector,
    exp.Case,
    exp.If,
    exp.Cast,
    exp.TryCast,
    exp.Coalesce,
    exp.Nullif,
    exp.Greatest,
    exp.Least,
    exp.Abs,
    exp.Round,
    exp.Floor,
    exp.Ceil,
    exp.Lower,
    exp.Upper,
    exp.Trim,
    exp.Length,
    exp.Substring,
    exp.Left,
    exp.Right,
    exp.Concat,
    exp.Replace,
    exp.StartsWith,
    exp.EndsWith,
    exp.Contains,
    exp.RegexpLike,
    exp.Extract,
    exp.TimestampTrunc,
    exp.DateTrunc,
    exp.DateAdd,
    exp.DateSub,
    exp.DateDiff,
    exp.Year,
    exp.Quarter,
    exp.Month,
    exp.Week,
    exp.Day,
    exp.DayOfWeek,
    exp.DayOfYear,
    exp.CurrentDate,
    exp.CurrentTimestamp,
    exp.Date,
    exp.ToDays,
    exp.TimeToStr,
    exp.StrPosition,
    exp.Array,
    exp.ArrayContains,
)


@dataclass(frozen=True, slots=True)
class Filter:
    """One condition. `tree` holds Placeholder nodes whose `this` is the place of a name in `references`."""

    text: str
    tree: exp.Expression
    references: tuple[Reference, ...]

    @property
    def key(self) -> str:
        """Equal for filters that say the same."""
        return f"{self.text} {self.references!r}"


@lru_cache(maxsize=4096)
def _parse_cached(text: str, trusted: bool, custom: frozenset[str]) -> tuple[Filter, ...]:
    return tuple(_parse(text, trusted, custom))


def parse_filter(
    text: str, *, trusted: bool = False, custom_grains: Container[str] = ()
) -> tuple[Filter, ...]:
    """The conditions that `text` joins with AND.

    Args:
        text: a condition in dbt's templates or in plain text (`campaign__country = 'FR'`).
        trusted: true for filters of definitions, which may call any function of the database.
        custom_grains: names of the custom grains of the time spine.

    Raises:
        FilterError: the text is not one condition, or does more than compare names with values.
    """
    if not isinstance(text, str) or not text.strip():
        raise FilterError(
            "an empty filter", fix="leave it out, or write a condition such as channel = 'email'"
        )
    names = custom_grains if isinstance(custom_grains, frozenset) else frozenset(_iterate(custom_grains))
    try:
        return _parse_cached(text, trusted, names)
    except RecursionError as error:
        raise FilterError(f"{_shown(text)} is nested too deeply", fix="write a shorter filter") from error


def _iterate(names: Container[str]) -> Iterator[str]:
    return iter(names)  # type: ignore[call-overload, no-any-return]


def _parse(text: str, trusted: bool, custom: frozenset[str]) -> list[Filter]:
    source, calls = _cut_templates(text, custom)
    tree = _parse_condition(source, text)
    _check_nodes(tree, text, trusted)
    found: list[Filter] = []
    used = 0
    for part in _conjuncts(tree):
        references: list[Reference] = []
        condition = part.transform(
            lambda node, refs=references: _stand_in(node, refs, calls, custom, text), copy=False
        )
        used += sum(1 for _ in references if _.kind != "any")
        found.append(Filter(condition.sql(dialect="duckdb"), condition, tuple(references)))
    if used < len(calls):
        raise FilterError(
            f"a call inside quotes is text, not a name, in {_shown(text)}", fix="take off the quotes"
        )
    return found


def _cut_templates(text: str, custom: frozenset[str]) -> tuple[str, list[Reference]]:
    """The text with an identifier in the place of each `{{ … }}`, and the calls in their order."""
    if _STAND_IN in text.lower():
        raise FilterError(f"the name {_STAND_IN}… is reserved, in {_shown(text)}")
    if "{%" in text or "{#" in text:
        raise FilterError(f"only {{{{ … }}}} may stand in a filter: {_shown(text)}")
    if "{{" not in text and "}}" not in text:
        return text, []
    pieces: list[str] = []
    calls: list[Reference] = []
    rest = text
    while "{{" in rest:
        before, rest = rest.split("{{", 1)
        inside, closed, rest = rest.partition("}}")
        if not closed:
            raise FilterError(f"a {{{{ without its }}}} in {_shown(text)}")
        pieces += [before, f" {_STAND_IN}{len(calls)} "]
        calls.append(parse_call(inside, custom))
    if "}}" in rest:
        raise FilterError(f"a }}}} without its {{{{ in {_shown(text)}")
    return "".join([*pieces, rest]), calls


def _parse_condition(source: str, text: str) -> exp.Expression:
    try:
        tokens = _DIALECT.tokenize(source)
        _check_size(tokens, text)
        trees = _DIALECT.parser().parse_into(exp.Condition, tokens, source)
    except _PARSER_ERRORS as error:
        reason = str(error).splitlines()[0] if str(error) else "syntax error"
        raise FilterError(
            f"{_shown(text)} is not a condition: {reason.replace(_STAND_IN, 'name ')}",
            fix="write a condition such as channel = 'email' and metric_time >= '2025-01-01'",
        ) from error
    if len(trees) != 1 or trees[0] is None:
        raise FilterError(
            f"{_shown(text)} is not one condition", fix="leave out semicolons; give one filter an item"
        )
    tree: exp.Expression = trees[0]
    return tree


def _check_size(tokens: list[Token], text: str) -> None:
    if len(tokens) > MAX_TOKENS:
        raise FilterError(f"the filter is too long ({len(tokens)} tokens; at most {MAX_TOKENS})")
    depth = run = 0
    for token in tokens:
        if token.token_type == TokenType.SEMICOLON:
            raise FilterError(f"a semicolon in {_shown(text)}", fix="give one condition an item")
        opens = token.token_type in (
            TokenType.L_PAREN,
            TokenType.L_BRACKET,
            TokenType.L_BRACE,
            TokenType.CASE,
        )
        closes = token.token_type in (
            TokenType.R_PAREN,
            TokenType.R_BRACKET,
            TokenType.R_BRACE,
            TokenType.END,
        )
        depth += opens - closes
        run = run + 1 if token.token_type in _PREFIXES else 0
        if depth > MAX_DEPTH or run > MAX_DEPTH:
            raise FilterError(f"{_shown(text)} is nested too deeply", fix="write a shorter filter")


_PREFIXES = {TokenType.NOT, TokenType.DASH, TokenType.PLUS, TokenType.TILDE}


def _check_nodes(tree: exp.Expression, text: str, trusted: bool) -> None:
    for node in tree.walk():
        node.pop_comments()
        incomplete = node.error_messages()
        if incomplete:
            # What stands for an operator (`@`) is read without its operand, and would be no SQL.
            raise FilterError(
                f"{_shown(text)} is not a condition: {incomplete[0]}",
                fix="write a condition such as channel = 'email' and metric_time >= '2025-01-01'",
            )
        if isinstance(node, _REFUSED):
            raise FilterError(
                f"{type(node).__name__.lower()} is not allowed in a filter: {_shown(text)}",
                fix="compare dimensions, entities, times and metrics with values",
            )
        if isinstance(node, exp.Func) and not isinstance(node, _FUNCTIONS) and not trusted:
            name = node.name if isinstance(node, exp.Anonymous) else node.sql_name().lower()
            raise FilterError(
                f"function {name!r} is not allowed in a filter: {_shown(text)}",
                fix="put it into a dimension of the project's YAML, and filter by that",
            )


def _stand_in(
    node: exp.Expression,
    references: list[Reference],
    calls: list[Reference],
    custom: frozenset[str],
    text: str,
) -> exp.Expression:
    if not isinstance(node, exp.Column):
        return node
    if node.args.get("table") is not None:
        raise FilterError(
            f"{node.sql()!r} has a table before its name, in {_shown(text)}",
            fix="write entity__dimension, with two underscores",
        )
    name = node.name
    if name.lower().startswith(_STAND_IN):
        reference = calls[int(name[len(_STAND_IN) :])]
    else:
        reference = Reference(parse_name(name, custom))
    references.append(reference)
    return exp.Placeholder(this=str(len(references) - 1))


def _conjuncts(tree: exp.Expression) -> list[exp.Expression]:
    """The conditions that the top of the tree joins with AND, from left to right, without recursion."""
    waiting = [tree]
    found: list[exp.Expression] = []
    while waiting:
        node = waiting.pop()
        while isinstance(node, exp.Paren) and isinstance(node.this, exp.And | exp.Paren):
            node = node.this
        if isinstance(node, exp.And):
            waiting += [node.expression, node.this]
        else:
            found.append(node.pop() if node.parent else node)
    return found


def _shown(text: str) -> str:
    one_line = " ".join(text.split())
    return repr(one_line if len(one_line) <= 200 else one_line[:200] + "…")
