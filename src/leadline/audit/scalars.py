"""Expressions of a qualified tree as terms: arithmetic, conditions, functions, aggregates of grouped rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from sqlglot import exp

from leadline.audit import decide
from leadline.audit.decide import both, coalesce, combine, compare, either, is_null, ite, negated
from leadline.audit.frames import Frame, aggregate, instances, replaced
from leadline.audit.functions import function
from leadline.audit.terms import FALSE, NULL, ONE, TRUE, ZERO, Term, UndecidableError, leaves, num, type_of

Node = exp.Expr


@dataclass(slots=True)
class Names:
    """The columns that can be read: by alias and name, and those of the query outside."""

    tables: dict[str, dict[str, Term]] = field(default_factory=dict)
    outer: Names | None = None

    def find(self, table: str, name: str) -> Term:
        """A column. Raises UndecidableError where there is none."""
        if table in self.tables:
            if name in self.tables[table]:
                return self.tables[table][name]
            raise UndecidableError(f"{table} has no column {name}")
        owners = [columns for columns in self.tables.values() if name in columns] if not table else []
        if len(owners) == 1:
            return owners[0][name]
        if self.outer is None:
            raise UndecidableError(f"it can't be told which relation {name} is of")
        return self.outer.find(table, name)


@dataclass(slots=True)
class Group:
    """Rows that are grouped: the instance of the groups, and each key's term below and above."""

    instance: int
    rows: Frame
    keys: tuple[Term, ...]
    above: Mapping[Term, Term]


@dataclass(slots=True)
class Reader:
    """Reads expressions. `group` is set above GROUP BY; the builder reads queries and windows."""

    names: Names
    subquery: Callable[[Node, Names], Any]
    window: Callable[[exp.Window, Reader], Term]
    group: Group | None = None

    def row(self) -> Reader:
        """The reader of what stands below GROUP BY."""
        return Reader(self.names, self.subquery, self.window)

    def read(self, node: Node) -> Term:
        """The term of an expression. Raises UndecidableError."""
        if self.group is not None and not node.find(exp.AggFunc, exp.Window, exp.Query):
            return self.above(self.row().read(node), node)
        if self.group is not None:
            try:
                below = self.row().read(node) if not node.find(exp.AggFunc, exp.Window) else None
            except UndecidableError:
                below = None
            if below is not None and below in self.group.above:
                return self.group.above[below]
        method = _READERS.get(type(node))
        if method is not None:
            unknown = {k for k, v in node.args.items() if v not in (None, False, [])} - _CLAUSES
            if unknown:
                raise UndecidableError(f"{node.sql()}: {', '.join(sorted(unknown))} has no normal form")
            return method(self, node)
        if isinstance(node, exp.AggFunc):
            return self.aggregated(node, None)
        if isinstance(node, exp.Condition | exp.Interval | exp.DataType | exp.Var | exp.Func):
            return self._other(node)
        raise UndecidableError(f"{type(node).__name__} has no normal form")

    def above(self, term: Term, node: Node) -> Term:
        """A term of the rows below as one of the groups: it may read their keys only."""
        assert self.group is not None  # noqa: S101 - the caller has looked
        found: Term = replaced(term, self.group.above)
        own = {item[0] for item in self.group.rows[1]}
        if instances(found) & own:
            raise UndecidableError(f"{node.sql()} is neither grouped by nor aggregated")
        return found

    def _other(self, node: Node) -> Term:
        if isinstance(node, exp.Rand | exp.Uuid):
            raise UndecidableError("it draws at random")
        name = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
        if isinstance(node, exp.Anonymous) and name in ("random", "uuid"):
            raise UndecidableError("it draws at random")
        arguments: list[Term] = []
        for key, value in node.args.items():
            if isinstance(node, exp.Anonymous) and key == "this":
                continue
            for part in value if isinstance(value, list) else [value]:
                if isinstance(part, exp.Identifier | exp.Var | exp.DataType):
                    arguments.append(("str", part.sql().lower()))
                elif isinstance(part, exp.Expr):
                    arguments.append(self.read(part))
                elif part not in (None, False):
                    arguments.append(("str", f"{key}={part}"))
        return function(name, *arguments)

    # Aggregates.

    def aggregated(self, node: exp.AggFunc, condition: Node | None) -> Term:
        """An aggregate of the rows below, under the condition of FILTER."""
        if self.group is None:
            raise UndecidableError(f"{node.sql()} stands where nothing is aggregated")
        kind, argument = self.row().argument(node)
        if condition is not None:
            argument = ite(self.row().read(condition), argument, NULL)
        return self._aggregate(kind, argument)

    def _aggregate(self, kind: str, argument: Term) -> Term:
        assert self.group is not None  # noqa: S101 - the caller has looked
        made = self.group

        def one(name: str) -> Term:
            return aggregate(made.instance, name, argument, made.rows, made.keys)

        return decide.div(one("sum"), decide.nullif(one("count"), ZERO)) if kind == "avg" else one(kind)

    def argument(self, node: exp.AggFunc) -> tuple[str, Term]:
        """The kind and the argument of an aggregate."""
        kind = _KINDS.get(type(node), type(node).__name__.lower())
        inner = node.this
        if isinstance(node, exp.Count) and (inner is None or isinstance(inner, exp.Star)):
            return "count", ONE
        if isinstance(node, exp.CountIf):
            kind = "distinct_if" if isinstance(inner, exp.Distinct) else "count"
            return kind, ite(self.read(inner), ONE, NULL)
        if isinstance(inner, exp.Distinct):
            given = [self.read(e) for e in inner.expressions]
            value = given[0]
            if len(given) > 1:
                value = ite(either(*map(is_null, given)), NULL, function("tuple", *given))
            return {"count": "distinct", "sum": "sum_distinct"}.get(kind, kind + "_distinct"), value
        if isinstance(inner, exp.Order):
            raise UndecidableError("an aggregate in an order has no normal form")
        extra = [v for key, v in node.args.items() if key != "this" and isinstance(v, exp.Expr)]
        extra += [v for v in node.expressions if isinstance(v, exp.Expr)]
        if extra and kind in ("sum", "count", "min", "max", "avg"):
            raise UndecidableError(f"{node.sql()} has more than one argument")
        if extra:
            kind += "(" + ", ".join(e.sql() for e in extra) + ")"
        value = self.read(inner)
        if kind == "sum" and type_of(value) == "bool":
            value = as_number(value)
        return kind, value


_KINDS: Final[dict[type, str]] = {
    exp.Count: "count",
    exp.Sum: "sum",
    exp.Avg: "avg",
    exp.Min: "min",
    exp.Max: "max",
    exp.ApproxDistinct: "approx_distinct",
}


def as_number(term: Term) -> Term:
    """A condition as 1 and 0."""
    return combine(lambda leaf: ONE if leaf == TRUE else ZERO if leaf == FALSE else NULL, decide.truth(term))


def _literal(reader: Reader, node: Node) -> Term:
    if node.is_string:
        return ("str", node.name)
    try:
        return num(Fraction(node.name))
    except ValueError as error:
        raise UndecidableError(f"{node.sql()} is no number") from error


def _column(reader: Reader, node: Node) -> Term:
    assert isinstance(node, exp.Column)  # noqa: S101 - the table of readers says so
    return reader.names.find(node.table, node.name)


def _binary(make: Callable[[Term, Term], Term]) -> Callable[[Reader, Node], Term]:
    def read(reader: Reader, node: Node) -> Term:
        left, right = reader.read(node.this), reader.read(node.expression)
        if right[0] == "interval":
            return _moved(left, right, -1 if isinstance(node, exp.Sub) else 1)
        for side, other in ((left, right), (right, left)):
            if side[0] == "str" or other[0] == "interval" or type_of(other) in ("date", "ts"):
                return function(type(node).__name__.lower(), left, right)
            if any(leaf[0] == "str" for leaf in leaves(side)):
                raise UndecidableError(f"{node.sql()} calculates with text")
        return make(left, right)

    return read


def _comparison(operator: str) -> Callable[[Reader, Node], Term]:
    def read(reader: Reader, node: Node) -> Term:
        if isinstance(node.expression, exp.Any | exp.All) or isinstance(node.this, exp.Tuple):
            raise UndecidableError(f"{node.sql()} has no normal form")
        left, right = reader.read(node.this), reader.read(node.expression)
        if type_of(left) == "bool" and right[0] == "bool":
            wanted = right == TRUE
            if operator in ("=", "<>"):
                return decide.truth(left) if wanted is (operator == "=") else negated(left)
        return compare(operator, left, right)

    return read


def _case(reader: Reader, node: Node) -> Term:
    otherwise = node.args.get("default")
    found = reader.read(otherwise) if otherwise is not None else NULL
    for branch in reversed(node.args["ifs"]):
        condition = reader.read(branch.this)
        if node.this is not None:
            condition = compare("=", reader.read(node.this), condition)
        found = ite(condition, reader.read(branch.args["true"]), found)
    return found


def _if(reader: Reader, node: Node) -> Term:
    otherwise = node.args.get("false")
    return ite(
        reader.read(node.this),
        reader.read(node.args["true"]),
        reader.read(otherwise) if otherwise is not None else NULL,
    )


def _in(reader: Reader, node: Node) -> Term:
    query = node.args.get("query")
    if query is not None:
        return _subquery(reader, node)
    if isinstance(node.this, exp.Tuple) and all(isinstance(e, exp.Tuple) for e in node.expressions):
        return either(*(_tuples(reader, node.this, item) for item in node.expressions))
    if isinstance(node.this, exp.Tuple) or not node.expressions:
        raise UndecidableError(f"{node.sql()} has no normal form")
    value = reader.read(node.this)
    return either(*(compare("=", value, reader.read(item)) for item in node.expressions))


def _tuples(reader: Reader, left: Node, right: Node) -> Term:
    sides = zip(left.expressions, right.expressions, strict=True)
    return both(*(compare("=", reader.read(a), reader.read(b)) for a, b in sides))


def _is(reader: Reader, node: Node) -> Term:
    value = reader.read(node.this)
    if isinstance(node.expression, exp.Null):
        return is_null(value)
    wanted = reader.read(node.expression)
    if wanted[0] != "bool":
        raise UndecidableError(f"{node.sql()} has no normal form")
    return combine(lambda leaf: TRUE if leaf == wanted else FALSE, decide.truth(value))


_LESS_THAN_MOMENTS: Final = frozenset(
    {
        exp.DataType.Type.TIME,
        exp.DataType.Type.TIMETZ,
        exp.DataType.Type.TIME_NS,
        exp.DataType.Type.TIMESTAMP_S,
    }
)


def _cast(reader: Reader, node: Node) -> Term:
    value = reader.read(node.this)
    kind = node.args["to"].this
    if kind in exp.DataType.INTEGER_TYPES:
        if type_of(value) == "bool":
            return as_number(value)
        known = type_of(value) in ("int", "nat") or _whole(node.this)
        return value if known else function("cast_int", value)
    if kind in exp.DataType.REAL_TYPES or kind in exp.DataType.NUMERIC_TYPES:
        scale = [int(str(e.name)) for e in node.args["to"].expressions[1:2]]
        if type_of(value) == "bool":
            return as_number(value)
        if type_of(value) == "str" and value[0] != "num":
            return function("cast_num", value)
        is_exact = not scale or scale[0] >= 6 or type_of(value) in ("int", "nat")
        return value if is_exact else function("round", value, num(scale[0]))
    if kind in (exp.DataType.Type.DATE, exp.DataType.Type.DATE32):
        return function("cast_date", value)
    if kind in exp.DataType.TEMPORAL_TYPES:
        # A time of the day, or of whole seconds, is less than a moment.
        return function(f"cast_{kind.value.lower()}", value) if kind in _LESS_THAN_MOMENTS else value
    if kind == exp.DataType.Type.BOOLEAN:
        return decide.truth(value)
    if kind in exp.DataType.TEXT_TYPES:
        return value if type_of(value) in ("str", "int", "nat") else function("cast_text", value)
    raise UndecidableError(f"{node.sql()} has no normal form")


def _whole(node: Node) -> bool:
    """Whether an expression gives whole numbers whatever the columns hold."""
    node = node.unnest() if isinstance(node, exp.Paren) else node
    if isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return _whole(node.this) and _whole(node.expression)
    if isinstance(node, exp.Literal):
        return bool(node.is_int)
    return isinstance(node, exp.Count | exp.CountIf | exp.IntDiv)


def _trunc(reader: Reader, node: Node) -> Term:
    unit = node.args.get("unit")
    name = unit.name.lower() if unit is not None else "day"
    return function("date_trunc", ("str", name), reader.read(node.this))


def _filter(reader: Reader, node: Node) -> Term:
    if not isinstance(node.this, exp.AggFunc):
        raise UndecidableError(f"{node.sql()} has no normal form")
    return reader.aggregated(node.this, node.expression.this)


def _named(name: str) -> Callable[[Reader, Node], Term]:
    return lambda reader, node: function(name, reader.read(node.this))


def _round(reader: Reader, node: Node) -> Term:
    digits = node.args.get("decimals")
    return function("round", reader.read(node.this), reader.read(digits) if digits is not None else ZERO)


def _between(reader: Reader, node: Node) -> Term:
    value = reader.read(node.this)
    low, high = reader.read(node.args["low"]), reader.read(node.args["high"])
    return both(compare(">=", value, low), compare("<=", value, high))


def _divided(reader: Reader, node: Node) -> Term:
    if isinstance(node, exp.IntDiv):
        return function("int_div", reader.read(node.this), reader.read(node.expression))
    return decide.div(reader.read(node.this), reader.read(node.expression))


def _safe(reader: Reader, node: Node) -> Term:
    return decide.div(reader.read(node.this), decide.nullif(reader.read(node.expression), ZERO))


def _like(reader: Reader, node: Node) -> Term:
    name = type(node).__name__.lower()
    left, right = reader.read(node.this), reader.read(node.expression)
    if name == "ilike":
        name, left = "like", function("lower", left)
        right = ("str", right[1].lower()) if right[0] == "str" else function("lower", right)
    if right[0] == "str" and not set(right[1]) & {"%", "_", "\\"}:
        found = compare("=", left, right)
    else:
        found = decide.truth(function(name, left, right))
    return negated(found) if node.args.get("negate") else found


def _query(reader: Reader, node: Node) -> Term:
    return _subquery(reader, node)


def _subquery(reader: Reader, node: Node) -> Term:
    """A subquery; what it reads of grouped rows outside are their keys."""
    found: Term = reader.subquery(node, reader.names)
    return found if reader.group is None else reader.above(found, node)


def _window(reader: Reader, node: Node) -> Term:
    assert isinstance(node, exp.Window)  # noqa: S101 - the table of readers says so
    return reader.window(node, reader)


def _interval(reader: Reader, node: Node) -> Term:
    unit = node.args.get("unit")
    words = f"{node.name} {unit.name if unit is not None else ''}".lower().split()
    return ("interval", " ".join([*words[:-1], words[-1].rstrip("s")]) if words else node.sql().lower())


def _shifted(sign: int) -> Callable[[Reader, Node], Term]:
    def read(reader: Reader, node: Node) -> Term:
        amount = reader.read(node.expression)
        if amount[0] == "interval":
            return _moved(reader.read(node.this), amount, sign)
        unit = node.args.get("unit")
        name = unit.name.lower().rstrip("s") if unit is not None else "day"
        if amount[0] != "num":
            return function("date_add", reader.read(node.this), ("str", name), decide.mul(num(sign), amount))
        return function("date_add", reader.read(node.this), ("str", name), num(sign * amount[1]))

    return read


def _moved(value: Term, interval: Term, sign: int) -> Term:
    """A date and an interval: by how many of which unit it moves."""
    amount, _, unit = interval[1].partition(" ")
    try:
        return function("date_add", value, ("str", unit), num(sign * Fraction(amount)))
    except ValueError:
        return function("date_add", value, interval, num(sign))


# What readers know of; anything else in a node means something that they do not.
_CLAUSES: Final = frozenset(
    {
        *(
            "this",
            "expression",
            "expressions",
            "ifs",
            "default",
            "true",
            "false",
            "low",
            "high",
            "to",
            "unit",
        ),
        *("decimals", "query", "negate", "big_int", "safe", "typed", "is_nvl", "is_null", "table", "db"),
        *("catalog", "alias", "partition_by", "order", "spec", "over", "kind", "side", "with_", "from_"),
        *("where", "group", "having", "joins", "qualify", "distinct", "limit", "offset", "windows"),
        *("parenthesized", "is_string", "prefix", "input_type_preserved"),
    }
)


_READERS: Final[dict[type, Callable[[Reader, Node], Term]]] = {
    exp.Literal: _literal,
    exp.Column: _column,
    exp.Boolean: lambda r, n: TRUE if n.this else FALSE,
    exp.Null: lambda r, n: NULL,
    exp.Paren: lambda r, n: r.read(n.this),
    exp.Alias: lambda r, n: r.read(n.this),
    exp.Neg: lambda r, n: decide.mul(num(-1), r.read(n.this)),
    exp.Add: _binary(decide.add),
    exp.Sub: _binary(decide.sub),
    exp.Mul: _binary(decide.mul),
    exp.Div: _divided,
    exp.IntDiv: _divided,
    exp.SafeDivide: _safe,
    exp.And: lambda r, n: both(r.read(n.this), r.read(n.expression)),
    exp.Or: lambda r, n: either(r.read(n.this), r.read(n.expression)),
    exp.Not: lambda r, n: negated(r.read(n.this)),
    exp.EQ: _comparison("="),
    exp.NEQ: _comparison("<>"),
    exp.LT: _comparison("<"),
    exp.LTE: _comparison("<="),
    exp.GT: _comparison(">"),
    exp.GTE: _comparison(">="),
    exp.NullSafeEQ: lambda r, n: decide.same(r.read(n.this), r.read(n.expression)),
    exp.NullSafeNEQ: lambda r, n: negated(decide.same(r.read(n.this), r.read(n.expression))),
    exp.Between: _between,
    exp.In: _in,
    exp.Is: _is,
    exp.Case: _case,
    exp.If: _if,
    exp.Coalesce: lambda r, n: coalesce(r.read(n.this), *map(r.read, n.expressions)),
    exp.Nullif: lambda r, n: decide.nullif(r.read(n.this), r.read(n.expression)),
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Date: _named("cast_date"),
    exp.TsOrDsToDate: _named("cast_date"),
    exp.DateTrunc: _trunc,
    exp.TimestampTrunc: _trunc,
    exp.Round: _round,
    exp.Lower: _named("lower"),
    exp.Upper: _named("upper"),
    exp.Filter: _filter,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Window: _window,
    exp.Subquery: _query,
    exp.Exists: _query,
    exp.Select: _query,
    exp.Extract: lambda r, n: function(n.this.name.lower(), r.read(n.expression)),
    exp.Interval: _interval,
    exp.DateAdd: _shifted(1),
    exp.DateSub: _shifted(-1),
    exp.TsOrDsAdd: _shifted(1),
    exp.TimestampAdd: _shifted(1),
    exp.TimestampSub: _shifted(-1),
}
