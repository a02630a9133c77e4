"""Values for columns, so that an expression has a wanted value or a condition holds.

Definitions are small: cases over flags, comparisons with literals, sums of columns. What is beyond that is
not guessed: `UnsolvableError` asks for rows in place of totals.
"""

from __future__ import annotations

from typing import Any, Final

from sqlglot import exp

from leadline.errors import LeadlineError

Values = dict[str, Any]

# Stands for a value that differs in every row, and for any value that is not NULL.
UNIQUE: Final = object()
SOME: Final = object()


class UnsolvableError(LeadlineError):
    """No rows are known that give the total."""


def satisfy(node: exp.Expr, wanted: bool = True) -> Values:
    """Values under which a condition holds, or does not where `wanted` is false."""
    match node:
        case exp.Paren():
            return satisfy(node.this, wanted)
        case exp.Not():
            return satisfy(node.this, not wanted)
        case exp.And() | exp.Or():
            if isinstance(node, exp.And) == wanted:
                return merged(satisfy(node.this, wanted), satisfy(node.expression, wanted))
            return satisfy(node.this, wanted)
        case exp.Column():
            return {node.name: wanted}
        case exp.Boolean():
            if bool(node.this) != wanted:
                raise _unsolvable(node)
            return {}
        case exp.Is():
            return _is(node, wanted)
        case exp.In():
            return _equal(node.this, node.expressions[0], wanted, node)
        case exp.NEQ():
            return _equal(node.this, node.expression, not wanted, node)
        case exp.EQ():
            return _equal(node.this, node.expression, wanted, node)
        case exp.GT() | exp.GTE() | exp.LT() | exp.LTE():
            up = isinstance(node, exp.GT | exp.GTE) == wanted
            return {_column(node.this, node): _literal(node.expression, node) + (1 if up else -1)}
    raise _unsolvable(node)


def _is(node: exp.Is, wanted: bool) -> Values:
    name = _column(node.this, node)
    if isinstance(node.expression, exp.Null):
        return {name: None if wanted else SOME}
    return {name: bool(node.expression.this) == wanted}


def _equal(left: exp.Expr, right: exp.Expr, wanted: bool, node: exp.Expr) -> Values:
    value = _literal(right, node)
    if wanted:
        return {_column(left, node): value}
    other = (
        (not value) if isinstance(value, bool) else f"not {value}" if isinstance(value, str) else value + 1
    )
    return {_column(left, node): other}


def assign(node: exp.Expr, value: float) -> Values:
    """Values under which an expression is `value`."""
    match node:
        case exp.Paren() | exp.Cast():
            return assign(node.this, value)
        case exp.Coalesce():
            return assign(node.this, value)
        case exp.Column():
            return {node.name: value}
        case exp.Case():
            branch = node.args["ifs"][0]
            return merged(satisfy(branch.this), assign(branch.args["true"], value))
        case exp.Mul():
            return merged(assign(node.this, value), assign(node.expression, 1))
        case exp.Sub():
            return merged(assign(node.this, 0), assign(node.expression, -value))
        case exp.Add():
            return merged(assign(node.this, value), assign(node.expression, 0))
    raise _unsolvable(node)


def present(node: exp.Expr) -> Values:
    """Values under which an expression is not NULL, and differs from row to row where it is a bare column."""
    match node:
        case exp.Paren() | exp.Cast():
            return present(node.this)
        case exp.Column():
            return {node.name: UNIQUE}
        case exp.Literal():
            return {}
        case exp.Case():
            branch = node.args["ifs"][0]
            return merged(satisfy(branch.this), present(branch.args["true"]))
    raise _unsolvable(node)


def counted(node: exp.Expr) -> exp.Expr | None:
    """The condition of `case when … then 1 …`: a sum of it counts rows. None for any other expression."""
    if not isinstance(node, exp.Case) or len(node.args["ifs"]) != 1:
        return None
    branch = node.args["ifs"][0]
    yes, no = branch.args["true"], node.args.get("default")
    ones = isinstance(yes, exp.Literal) and yes.this == "1"
    zeros = no is None or (isinstance(no, exp.Literal) and no.this == "0")
    return branch.this if ones and zeros else None


def merged(*parts: Values) -> Values:
    """All values together; raises UnsolvableError where two want different ones of a column."""
    found: Values = {}
    for part in parts:
        for name, value in part.items():
            if name not in found or found[name] is SOME:
                found[name] = value
            elif value is not SOME and found[name] != value:
                raise UnsolvableError(f"column {name!r} would have to have two values at once")
    return found


def _column(node: exp.Expr, whole: exp.Expr) -> str:
    if not isinstance(node, exp.Column):
        raise _unsolvable(whole)
    return node.name


def _literal(node: exp.Expr, whole: exp.Expr) -> Any:
    if isinstance(node, exp.Boolean):
        return bool(node.this)
    if isinstance(node, exp.Literal):
        return node.this if node.is_string else float(node.this) if "." in node.this else int(node.this)
    raise _unsolvable(whole)


def _unsolvable(node: exp.Expr) -> UnsolvableError:
    return UnsolvableError(f"no values are known for {node.sql('duckdb')}")
