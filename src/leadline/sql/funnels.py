"""Funnels on one time line a person: windows carry the first event along, and nothing is range joined.

In order: with each event of a step goes the latest first event from which the steps up to it were gone
through; the latest is the one that the window forgives longest. In any order: each first event looks ahead to
the next event of every other step. Where events lie at one instant, those of earlier steps come first; only
a step that repeats an earlier one has to lie later than the step before it, or one event would be both.
"""

from __future__ import annotations

from sqlglot import exp

from leadline.plan.steps import Funnel
from leadline.sql.nodes import (
    Node,
    all_of,
    case,
    column,
    double,
    earlier,
    join,
    named,
    number,
    select,
    step_table,
    window,
)

_ENTITY, _AT, _STEP = "entity_", "happened_at_", "step_"
_Parts = list[tuple[str, exp.Query]]


def render_funnel(step: Funnel) -> _Parts:
    """One row a step (and group): its number and name, the people who reach it, and two conversions."""
    line, people, groups = (f"{step.name}_{part}" for part in ("timeline", "people", "groups"))
    found: _Parts = []
    if step.keys:
        persons = f"{step.name}_persons"
        keys: list[Node] = [column(_ENTITY), *map(column, step.keys)]
        found.append((persons, select(keys, step_table(step.events[0]), distinct=True)))
        found.append((line, _timeline(step, persons)))
    else:
        found.append((line, _timeline(step, None)))
    source = line
    if step.ordered:
        for place in range(1, len(step.events)):
            name = f"{step.name}_through_step_{place + 1}"
            found.append((name, _through(step, place, source)))
            source = name
    else:
        source = f"{step.name}_ahead"
        found.append((source, _ahead(step, line)))
    found.append((people, _people(step, source)))
    found.append((groups, _groups(step, people)))
    return [*found, *_rows(step, groups)]


def _timeline(step: Funnel, persons: str | None) -> exp.Query:
    """The events of all steps; where groups are asked, later events stand in each group of their person."""
    union: exp.Query | None = None
    for place, name in enumerate(step.events):
        known = exp.Not(this=exp.Is(this=column(_ENTITY, name), expression=exp.Null()))
        columns: list[Node] = [column(_ENTITY, name)]
        joins = []
        if persons is not None and place:
            columns += [column(key, persons) for key in step.keys]
            on = exp.EQ(this=column(_ENTITY, name), expression=column(_ENTITY, persons))
            joins.append(join(step_table(persons), on, "INNER"))
        else:
            columns += [column(key, name) for key in step.keys if not place]
        columns += [column(_AT, name), named(number(place), _STEP)]
        if step.ordered:
            start: Node = column(_AT, name) if not place else exp.Null()
            columns.append(named(start.copy(), _start(0)))
        branch = select(columns, step_table(name), joins=joins, where=known)
        union = branch if union is None else exp.Union(this=union, expression=branch, distinct=False)
    assert union is not None  # noqa: S101  a funnel has steps
    return union


def _start(place: int) -> str:
    return f"start_{place + 1}_"


def _person(step: Funnel) -> list[Node]:
    return [column(_ENTITY), *map(column, step.keys)]


def _through(step: Funnel, place: int, source: str) -> exp.Select:
    """For events of a step, the latest first event from which the step before was reached by then."""
    columns: list[Node] = [*_person(step), column(_AT), column(_STEP)]
    columns += [column(_start(n)) for n in range(place)]
    running = window(exp.Max(this=column(_start(place - 1))), _person(step), [column(_AT)], rows=True)
    later_only = place in step.repeated
    order = exp.Ordered(this=column(_STEP), desc=later_only, nulls_first=False)
    running.args["order"].append("expressions", order)
    is_step = exp.EQ(this=column(_STEP), expression=number(place))
    return select([*columns, named(case(is_step, running), _start(place))], step_table(source))


def _ahead(step: Funnel, line: str) -> exp.Select:
    """For first events, when each of the other steps comes next."""
    columns: list[Node] = [*_person(step), column(_AT), column(_STEP)]
    for place in range(1, len(step.events)):
        is_step = exp.EQ(this=column(_STEP), expression=number(place))
        following = window(
            exp.Min(this=case(is_step, column(_AT))), _person(step), [column(_AT), column(_STEP)]
        )
        frame = exp.WindowSpec(kind="ROWS", start="CURRENT ROW", end="UNBOUNDED", end_side="FOLLOWING")
        following.set("spec", frame)
        columns.append(named(following, f"next_{place + 1}_"))
    return select(columns, step_table(line))


def _reached(step: Funnel, place: int) -> Node:
    """Whether a row shows that its person reaches a step within the window."""
    first = exp.EQ(this=column(_STEP), expression=number(0))
    if not place:
        return first
    if step.ordered:
        opens = earlier(column(_AT), step.within)
        return exp.GT(this=column(_start(place)), expression=opens)
    conditions: list[Node] = [first]
    for other in range(1, place + 1):
        opens = earlier(column(f"next_{other + 1}_"), step.within)
        conditions.append(exp.GT(this=column(_AT), expression=opens))
    found = all_of(conditions)
    assert found is not None  # noqa: S101  there is at least the first
    return found


def _people(step: Funnel, source: str) -> exp.Select:
    columns: list[Node] = [*_person(step)]
    for place in range(len(step.events)):
        flag = case(_reached(step, place), number(1), number(0))
        columns.append(named(exp.Max(this=flag), f"reached_{place + 1}_"))
    return select(columns, step_table(source), group=1 + len(step.keys))


def _groups(step: Funnel, people: str) -> exp.Select:
    columns: list[Node] = [*map(column, step.keys)]
    for place in range(len(step.events)):
        total = exp.Sum(this=column(f"reached_{place + 1}_"))
        columns.append(named(exp.Coalesce(this=total, expressions=[number(0)]), f"people_{place + 1}_"))
    return select(columns, step_table(people), group=len(step.keys))


def _rows(step: Funnel, groups: str) -> _Parts:
    rows = f"{step.name}_rows"
    union: exp.Query | None = None
    for place, title in enumerate(step.titles):
        people = column(f"people_{place + 1}_")
        columns: list[Node] = [*map(column, step.keys), named(number(place + 1), "step")]
        columns.append(named(exp.Literal.string(title), "name"))
        columns.append(named(exp.Cast(this=people, to=exp.DataType(this=exp.DType.BIGINT)), "people"))
        for name, before in (("first", 0), ("previous", max(place - 1, 0))):
            below = exp.Nullif(this=column(f"people_{before + 1}_"), expression=number(0))
            columns.append(
                named(exp.Div(this=double(people.copy()), expression=below), f"conversion_from_{name}")
            )
        branch = select(columns, step_table(groups))
        union = branch if union is None else exp.Union(this=union, expression=branch, distinct=False)
    assert union is not None  # noqa: S101  a funnel has steps
    shown = [*step.keys, "step", "name", "people", "conversion_from_first", "conversion_from_previous"]
    body = select([*map(column, shown)], step_table(rows))
    order = [exp.Ordered(this=column(name), nulls_first=False) for name in (*step.keys, "step")]
    body.set("order", exp.Order(expressions=order))
    return [(rows, union), ("", body)]
