"""Small builders of sqlglot nodes; everything that renders steps is made of these."""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.errors import SqlglotError

from leadline.errors import LeadlineError
from leadline.grains import MONTHS, Window
from leadline.manifest import Relation
from leadline.plan.steps import Until

Node = exp.Expr

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)
# words that some engine does not take as a bare name; anything else that is lower case stays unquoted
_RESERVED = frozenset(
    """
    all analyse analyze and any array as asc asymmetric at authorization between binary both by case
    cast check collate column concurrently constraint create cross cube current current_catalog
    current_date current_role current_schema current_time current_timestamp current_user date day
    default deferrable desc describe distinct do else end except exclude exists extract false fetch
    filter final following for foreign freeze from full function glob grant group grouping having hour
    ilike in initially inner insert intersect interval into is isnull join key lateral leading left like
    limit localtime localtimestamp minute month natural new not notnull null nulls of off offset old on
    only or order outer over overlaps partition pivot placing preceding primary qualify quarter range
    references returning right row rows second select session session_user set show similar some struct
    summarize symmetric table tablesample then time timestamp to trailing true unbounded union unique
    unnest unpivot user using values variadic verbose view when where window with week year
    """.split()  # noqa: SIM905  one word a line would fill two screens
)
_DUCKDB = DuckDB()


def identifier(name: str) -> exp.Identifier:
    """A name, quoted where it has to be."""
    return exp.Identifier(this=name, quoted=_needs_quotes(name))


@lru_cache(maxsize=8192)
def _needs_quotes(name: str) -> bool:
    return _PLAIN.fullmatch(name) is None or name in _RESERVED


def column(name: str, table: str | None = None) -> exp.Column:
    """A column, of a table or alias where one is given."""
    if table is None:
        return exp.Column(this=identifier(name))
    return exp.Column(this=identifier(name), table=identifier(table))


def table(relation: Relation, alias: str | None = None) -> exp.Table:
    """A table of the warehouse."""
    found = exp.Table(this=identifier(relation.name))
    if relation.schema:
        found.set("db", identifier(relation.schema))
    if relation.database:
        found.set("catalog", identifier(relation.database))
    return _aliased_table(found, alias)


def step_table(name: str, alias: str | None = None) -> exp.Table:
    """A common table expression as a table."""
    return _aliased_table(exp.Table(this=identifier(name)), alias)


def _aliased_table(found: exp.Table, alias: str | None) -> exp.Table:
    if alias is not None:
        found.set("alias", exp.TableAlias(this=identifier(alias)))
    return found


def named(node: Node, name: str) -> Node:
    """The expression under a name; a column that bears it already stays as it is."""
    if isinstance(node, exp.Column) and node.name == name:
        return node
    return exp.Alias(this=node, alias=identifier(name))


def number(value: float) -> Node:
    """A number as a literal."""
    if value < 0:
        return exp.Neg(this=exp.Literal.number(-value))
    return exp.Literal.number(value)


def null() -> Node:
    """NULL."""
    return exp.Null()


def moment(at: dt.datetime) -> Node:
    """A point in time as a literal: a date where it is midnight."""
    if at.time() == dt.time():
        return exp.Cast(this=exp.Literal.string(at.date().isoformat()), to=exp.DataType(this=exp.DType.DATE))
    return exp.Cast(this=exp.Literal.string(at.isoformat(sep=" ")), to=exp.DataType(this=exp.DType.TIMESTAMP))


def epoch() -> Node:
    """A day to count from, the same in every engine."""
    return moment(dt.datetime(1970, 1, 1))


def not_after(time: Node, until: Until) -> Node:
    """Whether the period in which a time lies is not after the last one."""
    last = exp.Subquery(this=select([column("last_")], step_table(until.step)))
    return exp.LTE(this=truncated(time, until.grain), expression=last)


def double(node: Node) -> Node:
    """The expression as a double."""
    return exp.Cast(this=node, to=exp.DataType(this=exp.DType.DOUBLE))


def truncated(node: Node, grain: str) -> Node:
    """The start of the period of `grain` in which a time lies."""
    if grain == "day":
        # a date for every engine, and where the column is one already nothing is computed for each row
        return exp.Cast(this=node, to=exp.DataType(this=exp.DType.DATE))
    if grain == "nanosecond":
        # no engine keeps more than that, and few can be asked to leave nothing out
        return node
    return exp.TimestampTrunc(this=node, unit=exp.Var(this=grain.upper()))


def date_part(node: Node, part: str) -> Node:
    """A part of a date as a number; days of the week run from 1, Monday, to 7."""
    unit = {"dow": "ISODOW"}.get(part, part.upper())
    return exp.Extract(this=exp.Var(this=unit), expression=node)


def interval(window: Window) -> Node:
    """A span of time; quarters are written as months, which every engine knows."""
    count, unit = window.count, window.grain
    if unit == "quarter":
        count, unit = count * MONTHS["quarter"], "month"
    return exp.Interval(this=exp.Literal.string(str(count)), unit=exp.Var(this=unit.upper()))


def earlier(node: Node, window: Window) -> Node:
    """A time, moved back."""
    return exp.Sub(this=_wrapped(node), expression=interval(window))


def later(node: Node, window: Window) -> Node:
    """A time, moved forward."""
    return exp.Add(this=_wrapped(node), expression=interval(window))


def _wrapped(node: Node) -> Node:
    return exp.Paren(this=node) if isinstance(node, exp.Binary) else node


def all_of(conditions: list[Node]) -> Node | None:
    """The conditions joined with AND; None where there is none."""
    return _joined(exp.And, conditions, (exp.Or,))


def any_of(conditions: list[Node]) -> Node | None:
    """The conditions joined with OR; None where there is none."""
    return _joined(exp.Or, conditions, (exp.And,))


def _joined(kind: type[exp.Connector], conditions: list[Node], wrap: tuple[type[Node], ...]) -> Node | None:
    if not conditions:
        return None
    if len(conditions) == 1:
        return conditions[0]
    parts = [exp.Paren(this=c) if isinstance(c, wrap) else c for c in conditions]
    joined: Node = parts[0]
    for part in parts[1:]:
        joined = kind(this=joined, expression=part)
    return joined


def case(condition: Node, then: Node, otherwise: Node | None = None) -> Node:
    """CASE WHEN condition THEN then ELSE otherwise END."""
    return exp.Case(ifs=[exp.If(this=condition, true=then)], default=otherwise)


def select(
    columns: list[Node],
    source: Node | None,
    *,
    joins: list[exp.Join] | None = None,
    where: Node | None = None,
    group: int = 0,
    distinct: bool = False,
) -> exp.Select:
    """A SELECT; `group` is the number of leading columns to group by."""
    found = exp.Select(expressions=columns)
    if source is not None:
        found.set("from_", exp.From(this=source))
    if joins:
        found.set("joins", joins)
    if where is not None:
        found.set("where", exp.Where(this=where))
    if group:
        places: list[Node] = [exp.Literal.number(place + 1) for place in range(group)]
        found.set("group", exp.Group(expressions=places))
    if distinct:
        found.set("distinct", exp.Distinct())
    return found


def join(source: Node, on: Node | None, side: str = "LEFT") -> exp.Join:
    """A join; side is LEFT, FULL, INNER or CROSS."""
    found = exp.Join(this=source)
    if side in ("LEFT", "FULL"):
        found.set("side", side)
    else:
        found.set("kind", side)
    if on is not None:
        found.set("on", on)
    return found


def window(function: Node, partition: list[Node], order: list[Node], rows: bool = False) -> exp.Window:
    """A window function; `rows` adds the frame of all rows up to the current one."""
    found = exp.Window(this=function, partition_by=partition)
    if order:
        found.set(
            "order", exp.Order(expressions=[exp.Ordered(this=item, nulls_first=False) for item in order])
        )
    if rows:
        frame = exp.WindowSpec(kind="ROWS", start="UNBOUNDED", start_side="PRECEDING", end="CURRENT ROW")
        found.set("spec", frame)
    return found


@lru_cache(maxsize=8192)
def parsed(text: str) -> Node:
    """An expression of a definition, parsed once; copy it before use."""
    try:
        trees = _DUCKDB.parser().parse_into(exp.Condition, _DUCKDB.tokenize(text), text)
    except (SqlglotError, RecursionError, TypeError, AttributeError) as error:
        raise LeadlineError(
            f"the expression {text!r} can't be read as SQL", fix="correct it in the project's YAML"
        ) from error
    if len(trees) != 1 or trees[0] is None:
        raise LeadlineError(
            f"the expression {text!r} is not one expression", fix="correct it in the project's YAML"
        )
    for node in trees[0].walk():
        node.pop_comments()
    tree: Node = trees[0]
    return tree


def expression(text: str, alias: str | None = None) -> Node:
    """An expression of a definition over the columns of one model, qualified with its alias."""
    if _PLAIN.fullmatch(text) and text not in _RESERVED:
        return column(text, alias)
    tree = parsed(text).copy()
    if alias is None:
        return tree
    for node in list(tree.find_all(exp.Column)):
        if node.args.get("table") is None:
            node.set("table", identifier(alias))
    return tree
