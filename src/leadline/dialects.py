"""What engines do differently, as a table of rewrites; and the one place where a tree becomes text.

sqlglot writes most differences itself: names of types and functions, FILTER where an engine has none, the
order of DATE_TRUNC's arguments, intervals, casts before a division. The rest is rewritten here, on the tree.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import ErrorLevel, UnsupportedError

from leadline.errors import RequestError, nearest
from leadline.errors import UnsupportedError as RefusedDialectError

Rewrite = Callable[[exp.Query], None]


def _type_nulls(tree: exp.Query) -> None:
    """Give NULLs of a stack's first branch the type of the branch that has values.

    PostgreSQL decides the types of a UNION from left to right, and makes text of two NULLs.
    """
    for union in list(tree.find_all(exp.Union)):
        if isinstance(union.parent, exp.Union):
            continue
        branches = _branches(union)
        for place, column in enumerate(branches[0].expressions):
            typed = next((b for b in branches[1:] if not _is_null(b.expressions[place])), None)
            if _is_null(column) and typed is not None:
                source = typed.args["from_"].this.copy()
                value = exp.Select(expressions=[typed.expressions[place].unalias().copy()])
                value.set("from_", exp.From(this=source))
                value.set("limit", exp.Limit(expression=exp.Literal.number(0)))
                column.set("this", exp.Subquery(this=value))


def _branches(union: exp.Expr) -> list[exp.Select]:
    if isinstance(union, exp.Union):
        return [*_branches(union.this), *_branches(union.expression)]
    return [union] if isinstance(union, exp.Select) else []


def _is_null(column: exp.Expr) -> bool:
    return isinstance(column, exp.Alias) and isinstance(column.this, exp.Null)


def _exact_percentiles(tree: exp.Query) -> None:
    """Exact percentiles where an engine has no approximate ones."""
    for node in list(tree.find_all(exp.ApproxQuantile)):
        order = exp.Order(expressions=[exp.Ordered(this=node.this.copy(), nulls_first=False)])
        function = exp.PercentileCont(this=node.args["quantile"].copy())
        node.replace(exp.WithinGroup(this=function, expression=order))


def _truncate_timestamps(tree: exp.Query) -> None:
    """PostgreSQL makes a time with a zone of a truncated date, so dates are made timestamps first."""
    for node in list(tree.find_all(exp.TimestampTrunc)):
        node.set("this", exp.Cast(this=node.this, to=exp.DataType(this=exp.DType.TIMESTAMP)))


def _joins_in_a_row(tree: exp.Query) -> None:
    """ClickHouse joins no parenthesised joins; a chain of left joins is the same one after the other."""
    for query in list(tree.find_all(exp.Select)):
        found: list[exp.Join] = []
        for join in query.args.get("joins") or []:
            inner = join.this.this if isinstance(join.this, exp.Subquery) else None
            found.append(join)
            if isinstance(inner, exp.Table):
                found += inner.args.get("joins") or []
                inner.set("joins", None)
                join.set("this", inner)
        if found:
            query.set("joins", found)


def _weeks_from_monday(tree: exp.Query) -> None:
    """Weeks begin on Monday everywhere; BigQuery's WEEK begins on Sunday."""
    for node in tree.find_all(exp.TimestampTrunc):
        if node.unit and node.unit.name.upper() == "WEEK":
            node.set("unit", exp.Var(this="ISOWEEK"))


def _iso_days(tree: exp.Query) -> list[exp.Extract]:
    return [node for node in tree.find_all(exp.Extract) if node.this.name.upper() == "ISODOW"]


def _unit_of_days(name: str) -> Rewrite:
    """The engine's own name for days of the week from 1, Monday, to 7."""

    def rewrite(tree: exp.Query) -> None:
        for node in _iso_days(tree):
            node.set("this", exp.Var(this=name))

    return rewrite


def _counted_days(name: str, shift: int) -> Rewrite:
    """Days of the week from 1, Monday, to 7, where an engine counts from Sunday."""

    def rewrite(tree: exp.Query) -> None:
        for node in _iso_days(tree):
            day = exp.Extract(this=exp.Var(this=name), expression=node.expression.copy())
            moved = exp.Paren(this=exp.Add(this=day, expression=exp.Literal.number(shift)))
            week = exp.Mod(this=moved, expression=exp.Literal.number(7))
            node.replace(exp.Paren(this=exp.Add(this=week, expression=exp.Literal.number(1))))

    return rewrite


def _day_function(name: str) -> Rewrite:
    """A function that counts days of the week from 1, Monday, to 7."""

    def rewrite(tree: exp.Query) -> None:
        for node in _iso_days(tree):
            node.replace(exp.Anonymous(this=name, expressions=[node.expression.copy()]))

    return rewrite


def _percentiles(continuous: str | None, discrete: str | None) -> Rewrite:
    """Exact percentiles as `function(value, share)`; a refusal where an engine has none."""

    def rewrite(tree: exp.Query) -> None:
        for node in list(tree.find_all(exp.WithinGroup)):
            is_continuous = isinstance(node.this, exp.PercentileCont)
            function = continuous if is_continuous else discrete
            if function is None:
                kind = "continuous" if is_continuous else "discrete"
                raise UnsupportedError(f"it has no exact {kind} percentile as an aggregation")
            value = node.expression.expressions[0].this.copy()
            share = node.this.this.copy()
            if function == "within group":
                inner = exp.Anonymous(this="PERCENTILE_DISC", expressions=[share])
                node.set("this", inner)
                node.expression.expressions[0].set("nulls_first", True)
            elif function.startswith("quantile"):
                node.replace(exp.ParameterizedAgg(this=function, expressions=[share], params=[value]))
            else:
                node.replace(exp.Anonymous(this=function, expressions=[value, share]))

    return rewrite


def _missing_is_null(tree: exp.Query) -> None:
    """ClickHouse fills what a join or an aggregation does not find with zeros, unless it is told not to."""
    settings = ("join_use_nulls", "aggregate_functions_null_for_empty")
    tree.set(
        "settings",
        [exp.EQ(this=exp.Var(this=name), expression=exp.Literal.number(1)) for name in settings],
    )


def _cases_for_filters(tree: exp.Query) -> None:
    """Aggregations over a CASE where an engine has no FILTER; NULLs do not count in any of them."""
    for node in list(tree.find_all(exp.Filter)):
        condition, function = node.expression.this, node.this
        holder, key = _argument(function)
        value = holder.args[key]
        if isinstance(value, list):
            holder.set(key, [_kept(item, condition) for item in value])
        else:
            holder.set(key, _kept(value, condition))
        node.replace(function)


def _argument(function: exp.Expr) -> tuple[exp.Expr, str]:
    """The node, and the key in it, that hold what an aggregation is over."""
    if isinstance(function, exp.WithinGroup):
        return function.expression.expressions[0], "this"
    if isinstance(function.this, exp.Distinct):
        return function.this, "expressions"
    return function, "this"


def _kept(value: exp.Expr, condition: exp.Expr) -> exp.Expr:
    value = exp.Literal.number(1) if isinstance(value, exp.Star) else value
    return exp.Case(ifs=[exp.If(this=condition.copy(), true=value)])


def _own_order_of_nulls(tree: exp.Query) -> None:
    """BigQuery can't say where NULLs come in a window; those of ours order by what is never NULL."""
    for node in tree.find_all(exp.Window):
        order = node.args.get("order")
        for item in order.expressions if order is not None else ():
            item.set("nulls_first", not item.args.get("desc"))


_REWRITES: dict[str, tuple[Rewrite, ...]] = {
    "duckdb": (),
    "postgres": (_type_nulls, _exact_percentiles, _truncate_timestamps),
    "redshift": (
        _type_nulls,
        _exact_percentiles,
        _cases_for_filters,
        _truncate_timestamps,
        _counted_days("DOW", 6),
    ),
    "spark": (_percentiles("PERCENTILE", "within group"), _counted_days("DAYOFWEEK", 5)),
    "databricks": (_percentiles("PERCENTILE", "within group"), _counted_days("DAYOFWEEK", 5)),
    "bigquery": (
        _percentiles(None, None),
        _weeks_from_monday,
        _counted_days("DAYOFWEEK", 5),
        _own_order_of_nulls,
    ),
    "snowflake": (_unit_of_days("DAYOFWEEKISO"),),
    "trino": (_percentiles(None, None), _unit_of_days("DAY_OF_WEEK")),
    "clickhouse": (
        _exact_percentiles,
        _percentiles("quantileExactInclusive", "quantileExact"),
        _day_function("toDayOfWeek"),
        _joins_in_a_row,
        _missing_is_null,
    ),
}
SUPPORTED = tuple(_REWRITES)


def to_text(tree: exp.Query, dialect: str = "duckdb") -> str:
    """The statement in the SQL of an engine.

    Raises:
        RequestError: the dialect is not known.
        UnsupportedError: the engine has no way to say it.
    """
    if dialect not in _REWRITES:
        raise RequestError(
            f"dialect {dialect!r} is not supported",
            where="dialect",
            nearest=nearest(dialect, SUPPORTED),
            fix=f"use one of {', '.join(SUPPORTED)}",
        )
    writer = Dialect.get_or_raise(dialect)
    try:
        for rewrite in _REWRITES[dialect]:
            rewrite(tree)
        return writer.generate(
            tree, copy=False, pretty=True, normalize_functions=False, unsupported_level=ErrorLevel.RAISE
        )
    except UnsupportedError as error:
        raise RefusedDialectError(
            f"{dialect} has no way to say what the request needs: {error}",
            fix="ask for it in another dialect, or without that metric",
        ) from error
