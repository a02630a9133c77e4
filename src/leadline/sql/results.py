"""Steps that put aggregates together: stacking and folding, and the result itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from leadline.errors import LeadlineError, nearest
from leadline.plan.steps import Combine, Extremes, LastData, Select, Totals
from leadline.resolve.calculations import Calculation, Formula, Ratio, Share, Value, leaves_of
from leadline.sql.nodes import (
    Node,
    all_of,
    any_of,
    case,
    column,
    double,
    named,
    null,
    number,
    parsed,
    select,
    step_table,
    window,
)


def render_combine(step: Combine) -> list[tuple[str, exp.Query]]:
    """Aggregates stacked and folded; a NULL key is a group like any other."""
    stacked = f"{step.name}_rows"
    values = [value for source in step.sources for value in source.values]
    markers = [source.marker for source in step.sources if source.marker]
    branches: list[exp.Query] = []
    for source in step.sources:
        columns: list[Node] = [column(key) for key in step.keys]
        columns += [column(v) if v in source.values else named(null(), v) for v in values]
        columns += [named(number(1) if m == source.marker else null(), m) for m in markers]
        branches.append(select(columns, step_table(source.step)))
    values += markers
    union: exp.Query = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    folded = select(
        [*(column(key) for key in step.keys), *(named(exp.Max(this=column(v)), v) for v in values)],
        step_table(stacked),
        group=len(step.keys),
    )
    return [(stacked, union), (step.name, folded)]


def render_select(step: Select) -> list[tuple[str, exp.Query]]:
    """The result; conditions on metrics stand on a step of their own, where the metrics have names."""
    columns: list[Node] = [column(key) for key in step.keys]
    columns += [named(calculated(item.calculation, step), item.label) for item in step.shown]
    body = select(columns, step_table(step.source))
    found: list[tuple[str, exp.Query]] = []
    if step.having:
        inner = f"{step.name or 'result'}_unfiltered"
        found.append((inner, body))
        labels: list[Node] = [column(label) for label in (*step.keys, *(item.label for item in step.shown))]
        conditions = [_having(item.tree, names) for item, names in step.having]
        body = select(labels, step_table(inner), where=all_of(conditions))
    if step.order:
        order = [exp.Ordered(this=column(label), desc=down, nulls_first=False) for label, down in step.order]
        body.set("order", exp.Order(expressions=order))
    if step.limit is not None:
        body.set("limit", exp.Limit(expression=exp.Literal.number(step.limit)))
    return [*found, (step.name or "", body)]


def _having(tree: Node, names: tuple[str, ...]) -> Node:
    def replaced(node: Node) -> Node:
        return column(names[int(node.name)]) if isinstance(node, exp.Placeholder) else node

    return tree.copy().transform(replaced, copy=False)


def render_totals(step: Totals) -> list[tuple[str, exp.Query]]:
    """The levels under each other; a key left out is NULL there, and `rolled_up` tells how many are."""
    branches: list[exp.Query] = []
    for name, kept in step.levels:
        columns: list[Node] = [column(key) if key in kept else named(null(), key) for key in step.keys]
        columns += [column(metric) for metric in step.metrics]
        columns.append(named(number(len(step.keys) - len(kept)), "rolled_up"))
        branches.append(select(columns, step_table(name)))
    union: exp.Query = branches[0]
    for branch in branches[1:]:
        union = exp.Union(this=union, expression=branch, distinct=False)
    columns = [column(label) for label in (*step.keys, *step.metrics, "rolled_up")]
    stacked = "all_levels"
    body = select(columns, step_table(stacked))
    if step.order:
        order = [exp.Ordered(this=column(label), desc=down, nulls_first=False) for label, down in step.order]
        body.set("order", exp.Order(expressions=order))
    if step.limit is not None:
        body.set("limit", exp.Limit(expression=exp.Literal.number(step.limit)))
    return [(stacked, union), ("", body)]


def render_extremes(step: Extremes) -> list[tuple[str, exp.Query]]:
    """The smallest and the largest value."""
    low = named(exp.Min(this=column(step.key)), f"{step.key}__min")
    high = named(exp.Max(this=column(step.key)), f"{step.key}__max")
    return [("", select([low, high], step_table(step.source)))]


def render_last_data(step: LastData) -> list[tuple[str, exp.Query]]:
    """One row: the last time that any source has."""
    sources: list[exp.Query] = [select([column(step.label)], step_table(name)) for name in step.sources]
    last = named(exp.Max(this=column(step.label)), "last_")
    if len(sources) == 1:
        return [(step.name, select([last], step_table(step.sources[0])))]
    stacked = f"{step.name}_rows"
    union = sources[0]
    for source in sources[1:]:
        union = exp.Union(this=union, expression=source, distinct=False)
    return [(stacked, union), (step.name, select([last], step_table(stacked)))]


def calculated(calculation: Calculation, step: Select) -> Node:
    """A calculation over the columns of leaf values."""
    match calculation:
        case Value(leaf):
            value = step.values[leaf]
            node = column(value.label)
            return node if value.fill is None else exp.Coalesce(this=node, expressions=[number(value.fill)])
        case Ratio(numerator, denominator):
            top, bottom = calculated(numerator, step), calculated(denominator, step)
            found: Node = quotient(top, bottom)
        case Formula(expr, inputs):
            found = substituted(expr, {name: calculated(inner, step) for name, inner in inputs.items()})
        case Share(part):
            whole = calculated(part, step)
            total = window(exp.Sum(this=whole.copy()), [column(key) for key in step.time_keys], [])
            found = exp.Div(this=double(whole), expression=exp.Nullif(this=total, expression=number(0)))
    return _where_present(calculation, step, found)


def _where_present(calculation: Calculation, step: Select, node: Node) -> Node:
    """NULL where only other metrics have a row: a fill value stands for an input, not for the metric."""
    leaves = leaves_of(calculation)
    if not step.markers or all(step.values[leaf].fill is None for leaf in leaves):
        return node
    own = {step.values[leaf].source for leaf in leaves}
    if own == {value.source for value in step.values}:
        return node
    rows: list[Node] = [
        exp.EQ(this=column(m), expression=number(1)) for source, m in step.markers if source in own
    ]
    present = any_of(rows)
    return node if present is None else case(present, node)


def quotient(top: Node, bottom: Node) -> Node:
    """A ratio: NULL where the denominator is zero or NULL."""
    return exp.Div(this=double(top), expression=exp.Nullif(this=bottom, expression=number(0)))


def substituted(expr: str, parts: Mapping[str, Node]) -> Node:
    """A metric's expression with a node in the place of each of its inputs; a quotient over zero is NULL.

    Raises:
        LeadlineError: the expression names what is not an input.
    """
    tree = exp.Paren(this=parsed(expr).copy())
    for node in list(tree.find_all(exp.Column)):
        inner = parts.get(node.name)
        if inner is None:
            raise LeadlineError(
                f"the expression {expr!r} uses {node.name!r}, which is not one of its inputs",
                nearest=nearest(node.name, parts),
                fix="name the inputs of the metric, or their aliases",
            )
        found = inner.copy()
        bare = isinstance(found, exp.Column | exp.Func) or node.parent is tree
        node.replace(found if bare else exp.Paren(this=found))
    for division in list(tree.find_all(exp.Div)):
        _guard(division)
    formula: Node = tree.this.pop()
    return formula


def _guard(division: exp.Div) -> None:
    """A quotient over zero is NULL in every engine."""
    below = division.expression
    literal = isinstance(below, exp.Literal) and not below.is_string and float(below.this) != 0
    if not literal and not isinstance(below, exp.Nullif):
        division.set("expression", exp.Nullif(this=below.unnest(), expression=number(0)))
