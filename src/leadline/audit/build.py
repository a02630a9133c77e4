"""A qualified query as a frame of rows and a term for each output: CTEs and subqueries put in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlglot import exp

from leadline.audit import decide
from leadline.audit.decide import both, conjuncts, either, is_null, ite
from leadline.audit.facts import Facts, family
from leadline.audit.frames import (
    Frame,
    Item,
    atom,
    exists,
    frame,
    groups,
    new_instance,
    replaced,
)
from leadline.audit.lookups import MARK, simplified
from leadline.audit.pushing import pushed_down
from leadline.audit.scalars import Group, Names, Node, Reader
from leadline.audit.terms import (
    FALSE,
    NULL,
    ONE,
    TRUE,
    Term,
    UndecidableError,
    is_const,
    nullable,
    type_of,
)
from leadline.audit.windows import extent, over


@dataclass(frozen=True, slots=True)
class Rows:
    """What a query gives: a frame, and each output by name."""

    frame: Frame
    outputs: tuple[tuple[str, Term], ...]


@dataclass(slots=True)
class Builder:
    """Builds queries. `ctes` are those in reach; each use of one is built anew, with instances of its own."""

    facts: Facts
    ctes: dict[str, tuple[exp.Query, dict[str, Any]]] = field(default_factory=dict)

    def query(self, tree: Node, outer: Names | None = None) -> Rows:
        """The rows of a query. Raises UndecidableError."""
        if isinstance(tree, exp.Subquery):
            if any(tree.args.get(k) for k in ("limit", "order", "with_")):
                raise UndecidableError("a subquery with clauses of its own has no normal form")
            return self.query(tree.this, outer)
        if not isinstance(tree, exp.Query):
            raise UndecidableError(f"{type(tree).__name__} is not a query")
        inner = self._with(tree)
        if isinstance(tree, exp.SetOperation):
            found = inner._union(tree, outer)
        elif isinstance(tree, exp.Select):
            found = inner._select(tree, outer)
        else:
            raise UndecidableError(f"{type(tree).__name__} has no normal form")
        return inner._limited(tree, found)

    def _with(self, tree: exp.Query) -> Builder:
        clause = tree.args.get("with_")
        if clause is None:
            return self
        if clause.args.get("recursive"):
            raise UndecidableError("a recursive query has no normal form")
        made = Builder(self.facts, dict(self.ctes))
        for cte in clause.expressions:
            made.ctes[cte.alias] = (cte.this, dict(made.ctes))
        return made

    def _limited(self, tree: exp.Query, found: Rows) -> Rows:
        clause = [tree.args[k].sql() for k in ("limit", "offset") if tree.args.get(k)]
        if not clause:
            return found
        order = tree.args.get("order")
        instance = new_instance()
        text = (order.sql() if order else "", *clause)
        source = ("limit", found.frame, tuple(t for _, t in found.outputs), ("str", " ".join(text)))
        columns = tuple((name, _column(instance, str(i), t)) for i, (name, t) in enumerate(found.outputs))
        return Rows(frame(((instance, source, "inner", ()),)), columns)

    # UNION and its like.

    def _union(self, tree: exp.SetOperation, outer: Names | None) -> Rows:
        _only(tree, {"this", "expression", "distinct", "by_name", "with_", "order", "limit", "offset"})
        left, right = self.query(tree.this, outer), self.query(tree.expression, outer)
        if tree.args.get("by_name"):
            by_name = dict(right.outputs)
            if set(by_name) != {name for name, _ in left.outputs}:
                raise UndecidableError("UNION BY NAME of other columns has no normal form")
            right = replace(right, outputs=tuple((name, by_name[name]) for name, _ in left.outputs))
        if len(left.outputs) != len(right.outputs):
            raise UndecidableError("the parts of a UNION have other numbers of columns")
        instance = new_instance()
        parts = [(rows.frame, tuple(t for _, t in rows.outputs)) for rows in (left, right)]
        if isinstance(tree, exp.Union):
            branches = tuple(b for part in parts for b in _branches(part))
            source: Term = ("union", branches)
        else:
            source = (type(tree).__name__.lower(), *parts, ("str", str(tree.args.get("distinct"))))
        columns = tuple(
            (name, _column(instance, str(i), a, b))
            for i, ((name, a), (_, b)) in enumerate(zip(left.outputs, right.outputs, strict=True))
        )
        rows = Rows(frame(((instance, source, "inner", ()),)), columns)
        is_distinct = isinstance(tree, exp.Union) and tree.args.get("distinct")
        return self._distinct(rows) if is_distinct else rows

    @staticmethod
    def _distinct(found: Rows) -> Rows:
        keys = tuple(t for _, t in found.outputs)
        instance = new_instance()
        source = groups(found.frame, keys)
        columns = tuple((name, _key(instance, i, t)) for i, (name, t) in enumerate(found.outputs))
        return Rows(frame(((instance, source, "inner", ()),)), columns)

    # SELECT.

    def _select(self, tree: exp.Select, outer: Names | None) -> Rows:
        _only(tree, _OF_SELECT)
        names, rows = self._from(tree, outer)
        reader = self._reader(names, rows)
        where = tree.args.get("where")
        if where is not None:
            conditions = tuple(c for part in _split(where.this) for c in conjuncts(reader.read(part)))
            rows = ("frame", rows[1], (*rows[2], *conditions))
        simple = simplified(rows, self.facts)
        rows = simple.rows
        names = Names(
            {a: {c: simple.apply(t) for c, t in columns.items()} for a, columns in names.tables.items()},
            outer,
        )
        reader = self._reader(names, rows)
        if _is_grouped(tree):
            reader, rows = self._grouped(tree, reader, rows)
        outputs = tuple((item.alias_or_name, reader.read(item.unalias())) for item in tree.selects)
        qualify = tree.args.get("qualify")
        if qualify is not None:
            rows = ("frame", rows[1], (*rows[2], *conjuncts(reader.read(qualify.this))))
        settled = simplified(rows, self.facts)
        made = tuple(settled.apply(t) for _, t in outputs)
        rows, made = pushed_down(settled.rows, made)
        found = Rows(rows, tuple(zip((n for n, _ in outputs), made, strict=True)))
        distinct = tree.args.get("distinct")
        if distinct is not None:
            if distinct.args.get("on"):
                raise UndecidableError("DISTINCT ON has no normal form")
            return self._distinct(found)
        return found

    def _reader(self, names: Names, rows: Frame, group: Group | None = None) -> Reader:
        return Reader(names, self._subquery, lambda node, reader: self._window(node, reader, rows), group)

    def _grouped(self, tree: exp.Select, reader: Reader, rows: Frame) -> tuple[Reader, Frame]:
        clause = tree.args.get("group")
        nodes = list(clause.expressions) if clause is not None else []
        if clause is not None:
            if clause.args.get("all"):
                nodes = [s.unalias() for s in tree.selects if not s.find(exp.AggFunc)]
            elif any(clause.args.get(k) for k in ("cube", "rollup", "grouping_sets")):
                raise UndecidableError("ROLLUP, CUBE and GROUPING SETS have no normal form")
        keys = tuple(dict.fromkeys(t for t in map(reader.read, nodes) if not is_const(t)))
        instance = new_instance()
        above = {key: _key(instance, place, key) for place, key in enumerate(keys)}
        having = tree.args.get("having")
        source = groups(rows, keys)
        grouped: Frame = frame(((instance, source, "inner", ()),))
        made = Group(instance, rows, keys, above)
        conditions: tuple[Term, ...] = ()
        if having is not None:
            plain = self._reader(reader.names, grouped, made)
            conditions = tuple(c for part in _split(having.this) for c in conjuncts(plain.read(part)))
        grouped = frame(grouped[1], conditions)
        return self._reader(reader.names, grouped, made), grouped

    # FROM.

    def _from(self, tree: exp.Select, outer: Names | None) -> tuple[Names, Frame]:
        names = Names(outer=outer)
        rows = frame(())
        first = tree.args.get("from_")
        if first is None:
            return names, rows
        rows = self._joined(first.this, None, names, rows)
        for join in tree.args.get("joins") or ():
            rows = self._joined(join.this, join, names, rows)
        return names, rows

    def _joined(self, source: Node, join: exp.Join | None, names: Names, rows: Frame) -> Frame:
        side = (join.side or "").lower() if join is not None else ""
        kind = (join.kind or "").lower() if join is not None else ""
        if join is not None:
            _only(join, {"this", "on", "using", "side", "kind"})
        if kind in ("semi", "anti", "asof", "positional") or (join is not None and join.method):
            raise UndecidableError(f"{kind or 'NATURAL'} JOIN has no normal form")
        alias = source.alias_or_name
        items, conditions, columns = self._source(source, names)
        on: tuple[Term, ...] = ()
        if side == "right":
            return self._right(join, alias, items, conditions, columns, names, rows)
        if side in ("left", "full"):
            items, conditions, columns, on = _outer_side(items, conditions, columns)
        if side == "full":
            for known, terms in names.tables.items():
                names.tables[known] = {c: _loose_null(t, rows) for c, t in terms.items()}
        names.tables[alias] = columns
        if join is not None and join.args.get("on") is not None:
            reader = self._reader(names, rows)
            on = (*on, *(c for part in _split(join.args["on"]) for c in conjuncts(reader.read(part))))
        if side in ("left", "full"):
            joined = tuple((i, s, side, on) for i, s, _, _ in items)
            return frame((*rows[1], *joined), (*rows[2], *conditions))
        return frame((*rows[1], *items), (*rows[2], *conditions, *on))

    def _right(
        self,
        join: exp.Join | None,
        alias: str,
        items: tuple[Item, ...],
        conditions: tuple[Term, ...],
        columns: dict[str, Term],
        names: Names,
        rows: Frame,
    ) -> Frame:
        """a RIGHT JOIN b is b LEFT JOIN a, where a is one relation."""
        if len(names.tables) != 1 or join is None:
            raise UndecidableError("a RIGHT JOIN of several relations has no normal form")
        (known, terms), *_ = names.tables.items()
        left_items, left_conditions, left_columns, on = _outer_side(rows[1], rows[2], terms)
        names.tables[known] = left_columns
        names.tables[alias] = columns
        if join.args.get("on") is not None:
            reader = self._reader(names, rows)
            on = (*on, *(c for part in _split(join.args["on"]) for c in conjuncts(reader.read(part))))
        joined = tuple((i, s, "left", on) for i, s, _, _ in left_items)
        return frame((*items, *joined), (*conditions, *left_conditions))

    def _source(
        self, source: Node, names: Names
    ) -> tuple[tuple[Item, ...], tuple[Term, ...], dict[str, Term]]:
        if source.args.get("pivots") or source.args.get("sample"):
            raise UndecidableError("PIVOT and samples have no normal form")
        if isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier):
            _only(source, {"this", "alias", "db", "catalog"})
            if source.name in self.ctes:
                tree, reach = self.ctes[source.name]
                return self._derived(Builder(self.facts, reach).query(tree), source)
            return self._table(source.name)
        if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Query):
            return self._derived(self.query(source.this, names.outer), source)
        if isinstance(source, exp.Values):
            instance = new_instance()
            made = tuple(c.name for c in source.args["alias"].columns) if source.args.get("alias") else ()
            item = (
                instance,
                ("values", ("str", source.this.sql() if source.this else source.sql())),
                "inner",
                (),
            )
            return (item,), (), {c: ("col", instance, c, True, None) for c in made}
        raise UndecidableError(f"{type(source).__name__} in FROM has no normal form")

    def _table(self, name: str) -> tuple[tuple[Item, ...], tuple[Term, ...], dict[str, Term]]:
        table = self.facts.table(name)
        instance = new_instance()
        columns: dict[str, Term] = {
            c: ("col", instance, c, table.is_nullable(c), family(kind)) for c, kind in table.columns.items()
        }
        return ((instance, ("table", name, table.keys), "inner", ()),), (), columns

    @staticmethod
    def _derived(rows: Rows, source: Node) -> tuple[tuple[Item, ...], tuple[Term, ...], dict[str, Term]]:
        renamed = [c.name for c in (source.args["alias"].columns if source.args.get("alias") else ())]
        names = [*renamed, *(n for n, _ in rows.outputs[len(renamed) :])]
        columns = {name: term for name, (_, term) in zip(names, rows.outputs, strict=True)}
        return rows.frame[1], rows.frame[2], columns

    # Subqueries in expressions.

    def _subquery(self, node: Node, names: Names) -> Term:
        if isinstance(node, exp.Exists):
            found = self.query(node.this, names)
            return exists(found.frame) if found.frame[1] else both(TRUE, *found.frame[2])
        if isinstance(node, exp.In):
            return self._in(node, names)
        found = self.query(node, names)
        if len(found.outputs) != 1:
            raise UndecidableError("a subquery of several columns has no normal form")
        value = found.outputs[0][1]
        if not found.frame[1]:
            return ite(both(*found.frame[2]), value, NULL) if found.frame[2] else value
        return atom("single", value, found.frame)

    def _in(self, node: exp.In, names: Names) -> Term:
        found = self.query(node.args["query"], names)
        value = self._reader(names, frame(())).read(node.this)
        element = found.outputs[0][1]
        alike = conjuncts(decide.equals(element, value))
        matching = simplified(("frame", found.frame[1], (*found.frame[2], *alike)), self.facts).rows
        match = exists(matching) if matching[1] else both(*matching[2])
        unknown = FALSE
        if nullable(element):
            unknown = exists(found.frame, is_null(element))
        if nullable(value):
            unknown = either(unknown, both(is_null(value), exists(found.frame)))
        return ite(match, TRUE, ite(unknown, NULL, FALSE))

    # Windows.

    def _window(self, node: exp.Window, reader: Reader, rows: Frame) -> Term:
        _only(node, {"this", "partition_by", "order", "spec", "over"})
        call, condition = node.this, None
        if isinstance(call, exp.Filter):
            call, condition = call.this, call.expression.this
        partition = tuple(map(reader.read, node.args.get("partition_by") or ()))
        order = node.args.get("order")
        spec = node.args.get("spec")
        plain = isinstance(call, exp.AggFunc) and order is None and spec is None
        if plain and isinstance(call, exp.Sum | exp.Count | exp.Min | exp.Max | exp.Avg):
            kind, argument = reader.argument(call)
            if condition is not None:
                argument = ite(reader.read(condition), argument, NULL)
            return over(kind, argument, partition, rows)
        if isinstance(call, exp.IgnoreNulls | exp.RespectNulls):
            raise UndecidableError("IGNORE NULLS has no normal form")
        given = [v for k, v in call.args.items() if isinstance(v, exp.Expr)]
        arguments = [ONE if isinstance(v, exp.Star) else reader.read(v) for v in given]
        if condition is not None:
            arguments.append(reader.read(condition))
        ordered = tuple(
            (reader.read(o.this), ("str", f"{bool(o.args.get('desc'))} {o.args.get('nulls_first')}"))
            for o in (order.expressions if order is not None else ())
        )
        name = {"rownumber": "row_number", "denserank": "dense_rank"}.get(
            type(call).__name__.lower(), type(call).__name__.lower()
        )
        partition = tuple(sorted(set(partition), key=repr))
        text = ("str", extent(spec.sql() if spec is not None else "", partition, ordered, rows))
        return ("win", name, tuple(arguments), partition, ordered, text, rows)


def _column(instance: int, name: str, *origins: Term) -> Term:
    types = {type_of(t) for t in origins if t != NULL}
    return ("col", instance, name, any(map(nullable, origins)), types.pop() if len(types) == 1 else None)


def _key(instance: int, place: int, term: Term) -> Term:
    if is_const(term):
        return term
    return ("key", instance, place, nullable(term), type_of(term))


_OF_SELECT: Final = frozenset(
    {
        *(
            "with_",
            "expressions",
            "from_",
            "joins",
            "where",
            "group",
            "having",
            "qualify",
            "distinct",
            "order",
        ),
        *("limit", "offset", "windows", "hint"),
    }
)


def _only(node: Node, known: Iterable[str]) -> None:
    """Refuse clauses that would be read past."""
    unknown = {k for k, v in node.args.items() if v not in (None, False, [], "")} - set(known)
    if unknown:
        raise UndecidableError(f"{', '.join(sorted(unknown))} of {type(node).__name__} has no normal form")


def _branches(part: tuple[Frame, tuple[Term, ...]]) -> tuple[Any, ...]:
    """The branches of a UNION ALL that is a branch itself."""
    rows, outputs = part
    if len(rows[1]) == 1 and rows[1][0][1][0] == "union" and not rows[2]:
        instance = rows[1][0][0]
        if all(t[:2] == ("col", instance) for t in outputs):
            return tuple((f, tuple(o[int(t[2])] for t in outputs)) for f, o in rows[1][0][1][1])
    return (part,)


def _split(node: Node) -> list[Node]:
    while isinstance(node, exp.Paren):
        node = node.this
    return [*_split(node.this), *_split(node.expression)] if isinstance(node, exp.And) else [node]


def _is_grouped(tree: exp.Select) -> bool:
    if tree.args.get("group") is not None:
        return True
    return any(_aggregates(n) for n in (*tree.selects, tree.args.get("having")) if n is not None)


def _aggregates(node: Node) -> bool:
    """Whether an expression aggregates, windows and subqueries aside."""
    if isinstance(node, exp.Query):
        return False
    if isinstance(node, exp.Window):
        inner = [v for v in node.this.args.values() if isinstance(v, exp.Expr)]
        more = [
            *(node.args.get("partition_by") or ()),
            *([node.args["order"]] if node.args.get("order") else []),
        ]
        return any(map(_aggregates, [*inner, *more]))
    if isinstance(node, exp.AggFunc):
        return True
    children = [v for value in node.args.values() for v in (value if isinstance(value, list) else [value])]
    return any(_aggregates(v) for v in children if isinstance(v, exp.Expr))


def _outer_side(
    items: tuple[Item, ...], conditions: tuple[Term, ...], columns: dict[str, Term]
) -> tuple[tuple[Item, ...], tuple[Term, ...], dict[str, Term], tuple[Term, ...]]:
    """What is joined by an outer join: its conditions go to ON, its columns may be NULL."""
    if not items:
        if conditions:
            raise UndecidableError("an outer join of one conditional row has no normal form")
        return items, (), columns, ()
    if len(items) > 1 or items[0][2] != "inner":
        instance = new_instance()
        source = ("sub", ("frame", items, conditions), tuple(columns.values()))
        made = {c: ("col", instance, str(i), True, type_of(t)) for i, (c, t) in enumerate(columns.items())}
        return ((instance, source, "inner", ()),), (), made, ()
    rows: Frame = ("frame", items, conditions)
    instance = items[0][0]
    mark: Term = ("col", instance, MARK, True, "bool")
    loose = {}
    for name, term in columns.items():
        found = _loose_null(term, rows)
        if term[0] not in ("col", "key", "agg") or nullable(found) is False:
            found = ite(is_null(mark), NULL, found)
        loose[name] = found
    return items, (), loose, tuple(_loose_null(c, rows) for c in conditions)


def _loose_null(term: Any, rows: Frame) -> Any:
    """A term whose columns may be NULL because an outer join may find no row."""
    own = {item[0] for item in rows[1]}
    found = {t: (*t[:3], True, t[4]) for t in _columns_in(term) if t[1] in own and not t[3]}
    return replaced(term, found)


def _columns_in(term: Any) -> set[Term]:
    if not isinstance(term, tuple) or not term:
        return set()
    if term[0] in ("col", "key"):
        return {term}
    return {found for part in term if isinstance(part, tuple) for found in _columns_in(part)}
