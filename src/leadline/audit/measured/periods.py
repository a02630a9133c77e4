"""An output of a query by period: one more key of every level below, and the only one of the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

PERIOD: Final = "period__"
VALUE: Final = "value__"
# From the finest.
GRAINS: Final = ("day", "week", "month", "quarter", "year")
_TRUNCATED: Final = (exp.DateTrunc, exp.TimestampTrunc, exp.DatetimeTrunc)
_ASIDE: Final = ("order", "limit", "offset", "distinct")


class UncutError(Exception):
    """A query can't be cut by period; the message says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """The days from `start` to before `end`."""

    start: dt.date
    end: dt.date


@dataclass(slots=True)
class Cutter:
    """Cuts queries by the time column that `times` gives for each base table."""

    times: Mapping[str, str]
    grain: str = "month"
    span: Span | None = None
    _done: dict[int, exp.Expr | None] = field(default_factory=dict)

    def by_period(self, tree: exp.Query, place: int) -> exp.Query:
        """`period__, value__` of an output, for each period. Raises UncutError."""
        copy, scope = self._scoped(tree)
        select = self._outermost(scope)
        period = self._period(scope)
        if period is None:
            raise UncutError("no time of the definition is among what it reads")
        value = select.selects[place].unalias().copy()
        is_aggregated = _is_aggregated(select)
        select.set("expressions", [exp.alias_(period.copy(), PERIOD), exp.alias_(value, VALUE)])
        if is_aggregated:
            select.set("group", exp.Group(expressions=[period.copy()]))
        return copy

    def whole(self, tree: exp.Query, place: int) -> exp.Query:
        """`value__` of an output over all rows, or over those of the span. Raises UncutError."""
        copy, scope = self._scoped(tree)
        select = self._outermost(scope)
        if self.span is not None and self._period(scope) is None:
            raise UncutError("no time of the definition is among what it reads")
        select.set("expressions", [exp.alias_(select.selects[place].unalias().copy(), VALUE)])
        if _is_aggregated(select):
            select.set("group", None)
        return copy

    def _scoped(self, tree: exp.Query) -> tuple[exp.Query, Scope]:
        copy = tree.copy()
        scope = build_scope(copy)
        if scope is None:
            raise UncutError("it can't be read as a query")
        return copy, scope

    def _selected(self, scope: Scope) -> exp.Select:
        if not isinstance(scope.expression, exp.Select):
            raise UncutError("it stacks several queries")
        return scope.expression

    def _outermost(self, scope: Scope) -> exp.Select:
        select = self._selected(scope)
        for clause in _ASIDE:
            select.set(clause, None)
        return select

    # The period of a level: as an expression there, with all that it reads cut alike.

    def _period(self, scope: Scope) -> exp.Expr | None:
        select = scope.expression
        if id(select) not in self._done:
            self._done[id(select)] = None
            self._done[id(select)] = self._found(scope)
        return self._done[id(select)]

    def _found(self, scope: Scope) -> exp.Expr | None:
        _refuse(scope)
        for inner in scope.subquery_scopes:
            if inner.expression.find(exp.AggFunc) is not None and not _is_test(inner.expression):
                raise UncutError("a subquery within it is over all periods")
        first: exp.Expr | None = None
        for alias, (_, source) in scope.selected_sources.items():
            if isinstance(source, exp.Table):
                column = self.times.get(source.name.lower())
                if column is not None and first is None:
                    first = self._of_table(scope, alias, column)
            elif self._exported(source):
                below = exp.column(PERIOD, table=alias)
                if first is None:
                    first = below
                else:
                    _link(scope, alias, exp.NullSafeEQ(this=first.copy(), expression=below))
        return first

    def _of_table(self, scope: Scope, alias: str, column: str) -> exp.Expr:
        day = exp.cast(exp.column(column, table=alias), "date")
        if self.span is not None:
            bounds = [
                exp.cast(exp.Literal.string(d.isoformat()), "date") for d in (self.span.start, self.span.end)
            ]
            self._selected(scope).where(
                exp.and_(
                    exp.GTE(this=day.copy(), expression=bounds[0]),
                    exp.LT(this=day.copy(), expression=bounds[1]),
                ),
                copy=False,
            )
            return exp.cast(exp.Literal.string("0001-01-01"), "date")
        cut = exp.TimestampTrunc(this=day, unit=exp.var(self.grain.upper()))
        return exp.cast(cut, "date")

    def _exported(self, scope: Scope) -> bool:
        """Whether a level below has a period, which is then one of its columns and keys."""
        branches = scope.set_operation_scopes or [scope]
        found = [self._branch(branch) for branch in branches]
        if any(found) and not all(found):
            raise UncutError("some of the queries that it stacks have no time of the definition")
        return all(found)

    def _branch(self, scope: Scope) -> bool:
        if scope.set_operation_scopes:
            return self._exported(scope)
        select = scope.expression
        if not isinstance(select, exp.Select):
            return False
        if PERIOD in select.named_selects:
            return True
        period = self._period(scope)
        if period is None:
            return False
        is_aggregated = _is_aggregated(select)
        if select.args.get("limit") is not None:
            raise UncutError("it takes only some rows (LIMIT)")
        group = select.args.get("group")
        # GROUP BY ALL has the period as it has whatever is selected.
        if is_aggregated and not (group is not None and group.args.get("all")):
            keys = [*(group.expressions if group is not None else ()), period.copy()]
            select.set("group", exp.Group(expressions=keys))
        select.set("expressions", [*select.selects, exp.alias_(period.copy(), PERIOD)])
        return True


def _refuse(scope: Scope) -> None:
    select = scope.expression
    if not isinstance(select, exp.Select):
        raise UncutError("it stacks several queries")
    if select.find(exp.Window) is not None and any(
        w.parent_select is select for w in select.find_all(exp.Window)
    ):
        raise UncutError("it has window functions")
    group = select.args.get("group")
    if group is not None and any(group.args.get(k) for k in ("cube", "rollup", "grouping_sets")):
        raise UncutError("it groups by several sets of keys")


def _is_aggregated(select: exp.Select) -> bool:
    if select.args.get("group") is not None:
        return True
    return any(
        found.parent_select is select for item in select.selects for found in item.find_all(exp.AggFunc)
    )


def _is_test(query: exp.Expr) -> bool:
    """Whether a subquery only tests rows: EXISTS, IN."""
    above = query.parent
    while isinstance(above, exp.Subquery | exp.Paren):
        above = above.parent
    return isinstance(above, exp.Exists | exp.In)


def _link(scope: Scope, alias: str, condition: exp.Expr) -> None:
    """One more condition on a joined relation."""
    for join in scope.expression.args.get("joins") or ():
        if join.alias_or_name == alias:
            if join.kind == "CROSS":
                join.set("kind", "INNER")
            join.on(condition, copy=False)
            return
    raise UncutError("its relations are joined in another way than by JOIN")


# The grain of a query's own: what its first time is cut to.


def own_grain(tree: exp.Query, place: int, times: Mapping[str, str]) -> str | None:
    """The grain of the time that is among the outputs; None where there is none, or none that is known."""
    scope = build_scope(tree.copy())
    if scope is None or not isinstance(scope.expression, exp.Select):
        return None
    others = (item for n, item in enumerate(scope.expression.selects) if n != place)
    found = [grain for item in others if (grain := _grain(scope, item.unalias(), times))]
    return min(found, key=GRAINS.index, default=None)


def _grain(scope: Scope, node: exp.Expr, times: Mapping[str, str]) -> str | None:
    while isinstance(node, exp.Cast | exp.TryCast | exp.Paren | exp.TsOrDsToDate | exp.Date):
        node = node.this
    if isinstance(node, _TRUNCATED):
        unit = str(node.args["unit"].name).lower()
        inner = _grain(scope, node.this, times)
        return max((unit, inner), key=GRAINS.index) if inner and unit in GRAINS else None
    if not isinstance(node, exp.Column):
        return None
    source = scope.sources.get(node.table)
    if isinstance(source, exp.Table):
        return "day" if times.get(source.name.lower()) == node.name.lower() else None
    return next((g for g in _below(source, node.name, times) if g), None) if source is not None else None


def _below(scope: Scope, name: str, times: Mapping[str, str]) -> Iterator[str | None]:
    for branch in scope.set_operation_scopes or [scope]:
        if isinstance(branch.expression, exp.Select):
            for item in branch.expression.selects:
                if item.alias_or_name == name:
                    yield _grain(branch, item.unalias(), times)
