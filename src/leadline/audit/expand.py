"""SQL text to a tree in which every column says of which relation it is: dbt's calls read, stars expanded."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from leadline.audit.facts import Facts, Table
from leadline.audit.terms import UndecidableError

_CALL: Final = re.compile(
    r"\{\{\s*(?:ref|source)\(\s*(?:['\"][\w.-]+['\"]\s*,\s*)?['\"]([\w.-]+)['\"][^}]*\)\s*\}\}"
)
_NOTHING: Final = re.compile(r"\{#.*?#\}|\{\{\s*config\(.*?\)\s*\}\}", re.DOTALL)
_TRIED: Final = ("duckdb", "snowflake", "bigquery", "databricks", "postgres", "tsql")
_NAMES: Final = {
    "iff": exp.If,
    "try_divide": exp.SafeDivide,
    "div0": exp.SafeDivide,
    "div0null": exp.SafeDivide,
    "countif": exp.CountIf,
    "count_if": exp.CountIf,
    "nullifzero": exp.Nullif,
    "zeroifnull": exp.Coalesce,
    "nvl": exp.Coalesce,
    "ifnull": exp.Coalesce,
    "isnull": exp.Coalesce,
}


def read(sql: str, dialect: str | None = None) -> exp.Query:
    """The one query of a text; `{{ ref('x') }}` is relation x. Raises UndecidableError."""
    text = _CALL.sub(r'"\1"', _NOTHING.sub(" ", sql))
    if "{{" in text or "{%" in text:
        raise UndecidableError("it holds Jinja other than ref, source and config: compile it first")
    reasons = []
    # Its formats are read where it is a function of the dialect; DuckDB has none of this name.
    usual = ("postgres", *_TRIED) if re.search(r"\bto_char\s*\(", text, re.IGNORECASE) else _TRIED
    for tried in (dialect,) if dialect else usual:
        try:
            found = [tree for tree in sqlglot.parse(text, dialect=tried) if tree is not None]
        except SqlglotError as error:
            reasons.append(" ".join(re.sub(r"\x1b\[\d*m", "", str(error)).split())[:160])
            continue
        queries = [q for q in map(_query, found) if q is not None]
        if len(queries) != 1 or len(found) != 1:
            raise UndecidableError(f"it has {len(found)} statements, {len(queries)} of them queries")
        return _plain(queries[0], dialect or tried)
    raise UndecidableError(f"it can't be parsed: {reasons[0]}")


def _query(tree: exp.Expr) -> exp.Query | None:
    if isinstance(tree, exp.Create | exp.Insert) and isinstance(tree.expression, exp.Query):
        return tree.expression
    if isinstance(tree, exp.Subquery):
        inner = tree.unnest()
        return inner if isinstance(inner, exp.Query) else None
    return tree if isinstance(tree, exp.Query) else None


def _plain(tree: exp.Query, dialect: str) -> exp.Query:
    """Functions that dialects call by names of their own, under one name."""
    for node in list(tree.find_all(exp.Anonymous)):
        name = node.name.lower()
        kind = _NAMES.get(name)
        given = node.expressions
        if kind is exp.If and len(given) == 3:
            new: exp.Expr = exp.If(this=given[0], true=given[1], false=given[2])
        elif kind is exp.SafeDivide and len(given) == 2:
            new = exp.SafeDivide(this=given[0], expression=given[1])
            if name.startswith("div0"):
                new = exp.Coalesce(this=new, expressions=[exp.Literal.number(0)])
        elif kind is exp.CountIf and len(given) == 1:
            new = _count_where(given[0])
        elif kind is exp.Nullif and len(given) == 1:
            new = exp.Nullif(this=given[0], expression=exp.Literal.number(0))
        elif kind is exp.Coalesce and len(given) == 1:
            new = exp.Coalesce(this=given[0], expressions=[exp.Literal.number(0)])
        elif kind is exp.Coalesce and len(given) == 2:
            new = exp.Coalesce(this=given[0], expressions=[given[1]])
        else:
            continue
        node.replace(new)
    for counted in list(tree.find_all(exp.CountIf)):
        # DuckDB's count_if is NULL where all conditions are, unlike that of others.
        if not isinstance(counted.this, exp.Distinct):
            counted.replace(_count_where(counted.this))
    for cast in tree.find_all(exp.Cast, exp.TryCast):
        # How many digits a platform keeps is no formula, and FLOAT is double in half of them.
        if cast.to.is_type(exp.DataType.Type.FLOAT):
            cast.set("to", exp.DataType.build("double"))
    for table in tree.find_all(exp.Table):
        # One relation has one name, whatever schema a text puts before it.
        table.set("db", None)
        table.set("catalog", None)
    tree.meta["dialect"] = dialect
    return tree


def _count_where(condition: exp.Expr) -> exp.Count:
    case = exp.Case(ifs=[exp.If(this=condition.copy(), true=exp.Literal.number(1))])
    return exp.Count(this=case, big_int=True)


# Which columns the base tables have, as far as the queries tell.


def learn(trees: Iterable[exp.Query], facts: Facts) -> Facts:
    """The facts with the columns that the queries read added, where a table's columns were not given."""
    found = facts.copy()
    scopes = [scope for tree in trees for scope in traverse_scope(tree)]
    for scope in scopes:
        for source in scope.sources.values():
            if isinstance(source, exp.Table) and _is_base(source):
                found.table(source.name)
        _need_using(scope, found)
    for is_sure in (True, False):
        for scope in scopes:
            for column in {id(c): c for c in (*scope.columns, *scope.find_all(exp.Column))}.values():
                if bool(column.table) is is_sure:
                    _need(scope, column, found)
    return found


def _need_using(scope: Scope, facts: Facts) -> None:
    """The columns of USING: the joined relation has them, and one of those before it."""
    before = [s for _, s in list(scope.selected_sources.values())[:1]]
    for join in scope.expression.args.get("joins") or ():
        source = scope.sources.get(join.alias_or_name)
        for column in join.args.get("using") or ():
            name = column.name.lower()
            if not any(_offers(s, name, facts) for s in before) and before:
                _need_of(before[0], name, facts)
            if source is not None:
                _need_of(source, name, facts)
        if source is not None:
            before.append(source)


def _need(scope: Scope, column: exp.Column, facts: Facts) -> None:
    name = column.name.lower()
    if isinstance(column.this, exp.Star) or name == "*":
        return
    if column.table:
        source = scope.sources.get(column.table)
        if source is not None:
            _need_of(source, name, facts)
        return
    if _is_alias(scope, column, facts):
        return
    sources = [s for _, s in scope.selected_sources.values()]
    if not sources or any(_offers(s, name, facts) for s in sources):
        return
    open_ones = [s for s in sources if _is_open(s, facts)] or [s for s in sources if _is_base(s)]
    if open_ones:
        _need_of(open_ones[0], name, facts)


def _is_alias(scope: Scope, column: exp.Column, facts: Facts) -> bool:
    """Whether a bare name is another output of the same query."""
    if not isinstance(scope.expression, exp.Select):
        return True
    own = column.find_ancestor(exp.Alias, exp.Select)
    name = column.name.lower()
    for item in scope.expression.selects:
        if isinstance(item, exp.Alias) and item.alias.lower() == name and item is not own:
            tables = [s for _, s in scope.selected_sources.values() if isinstance(s, exp.Table)]
            return not any(name in facts.table(t.name).columns for t in tables)
    return False


def _is_base(source: object) -> bool:
    return isinstance(source, exp.Table) and isinstance(source.this, exp.Identifier)


def _offers(source: exp.Table | Scope, name: str, facts: Facts) -> bool:
    if isinstance(source, exp.Table):
        return _is_base(source) and name in facts.table(source.name).columns
    tree = source.expression
    if not isinstance(tree, exp.Query):
        return False
    if name in (s.lower() for s in tree.named_selects):
        return True
    return _has_star(tree) and any(_offers(s, name, facts) for _, s in source.selected_sources.values())


def _is_open(source: exp.Table | Scope, facts: Facts) -> bool:
    if isinstance(source, exp.Table):
        return _is_base(source) and not facts.table(source.name).is_closed
    tree = source.expression
    return isinstance(tree, exp.Query) and _has_star(tree)


def _has_star(tree: exp.Query) -> bool:
    while isinstance(tree, exp.SetOperation):
        tree = tree.this
    return isinstance(tree, exp.Select) and tree.is_star


def _need_of(source: exp.Table | Scope, name: str, facts: Facts) -> None:
    if isinstance(source, exp.Table):
        if _is_base(source):
            # A schema that leaves out a column that is read is not whole; the column is there all the same.
            facts.table(source.name).columns.setdefault(name, None)
        return
    if source.set_operation_scopes:
        for branch in source.set_operation_scopes:
            _need_of(branch, name, facts)
        return
    tree = source.expression
    if not isinstance(tree, exp.Select) or name in (s.alias_or_name.lower() for s in tree.selects):
        return
    if tree.is_star:
        inner = [s for _, s in source.selected_sources.values()]
        if not any(_offers(s, name, facts) for s in inner):
            for one in [s for s in inner if _is_open(s, facts)][:1]:
                _need_of(one, name, facts)


def qualified(tree: exp.Query, facts: Facts) -> exp.Query:
    """The tree with every column's relation written, stars expanded and aliases resolved."""
    schema = {name: _columns(table) for name, table in facts.tables.items()}
    dialect = tree.meta.get("dialect", "duckdb")
    try:
        found = qualify(
            tree.copy(),
            dialect=dialect,
            schema={name: columns for name, columns in schema.items() if columns},
            validate_qualify_columns=False,
            quote_identifiers=False,
            identify=False,
        )
    except (SqlglotError, ValueError, KeyError) as error:
        raise UndecidableError(
            f"its columns can't be resolved: {' '.join(str(error).split())[:160]}"
        ) from error
    for node in found.find_all(exp.Identifier):
        node.set("this", node.name.lower())
    found.meta["dialect"] = dialect
    return found


def _columns(table: Table) -> dict[str, str]:
    return {name: kind or "unknown" for name, kind in table.columns.items()}


def origin(scope: Scope, column: exp.Column) -> tuple[str, str] | None:
    """The base table and column that a column is, where it is one; of stacked queries, the first's."""
    return next(_origins(scope, column, frozenset()), None)


def _origins(scope: Scope, column: exp.Column, seen: frozenset[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    source = scope.sources.get(column.table)
    if isinstance(source, exp.Table):
        if _is_base(source):
            yield source.name, column.name
    elif source is not None and isinstance(source.expression, exp.Query):
        names = source.expression.named_selects
        if column.name in names:
            yield from _output_origins(source, names.index(column.name), seen)


def _output_origins(scope: Scope, place: int, seen: frozenset[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    if (id(scope), place) in seen:
        # A query that recurs reads itself.
        return
    seen |= {(id(scope), place)}
    for branch in scope.set_operation_scopes:
        yield from _output_origins(branch, place, seen)
    select = scope.expression
    if isinstance(select, exp.Select) and place < len(select.selects):
        inner = select.selects[place].unalias()
        while isinstance(inner, _KEEPING):
            inner = inner.this
        if isinstance(inner, exp.Column):
            yield from _origins(scope, inner, seen)


_KEEPING: Final = (
    exp.Min, exp.Max, exp.Paren, exp.Cast, exp.Sum, exp.Coalesce, exp.Nullif, exp.ArgMax, exp.ArgMin,
)  # fmt: skip


def columns_with_origin(tree: exp.Query) -> Iterator[tuple[exp.Column, tuple[str, str]]]:
    """Each column of a qualified tree that is one of a base table, with the table and the name.

    A column of stacked queries is one of each.
    """
    for scope in traverse_scope(tree):
        for column in scope.columns:
            for found in _origins(scope, column, frozenset()):
                yield column, found


def row_keys(tree: exp.Query) -> frozenset[str]:
    """The base columns that name the rows of a result: what its last aggregation is grouped by."""
    scopes = traverse_scope(tree)
    return frozenset(_row_keys(scopes[-1])) if scopes else frozenset()


def _row_keys(scope: Scope) -> Iterator[str]:
    for branch in scope.set_operation_scopes:
        yield from _row_keys(branch)
    select = scope.expression
    if not isinstance(select, exp.Select):
        return
    group = select.args.get("group")
    if group is not None:
        for column in (c for key in group.expressions for c in key.find_all(exp.Column)):
            found = origin(scope, column)
            yield found[1] if found else column.name
    elif not any(a.parent_select is select for a in select.find_all(exp.AggFunc)):
        for _, source in scope.selected_sources.values():
            if isinstance(source, Scope):
                yield from _row_keys(source)
