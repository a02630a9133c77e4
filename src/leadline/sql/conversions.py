"""Conversions: base events and conversion events on one time line, with no range join between them."""

from __future__ import annotations

from sqlglot import exp

from leadline.plan.steps import Convert
from leadline.sql.aggregates import aggregate
from leadline.sql.nodes import (
    Node,
    all_of,
    column,
    earlier,
    join,
    named,
    null,
    number,
    select,
    step_table,
    truncated,
    window,
)


def render_convert(step: Convert) -> list[tuple[str, exp.Query]]:
    """Each conversion goes to the last base event of its entity before it; no range join is needed for that.

    Base events are numbered; on one time line with the conversions the highest number so far is the last
    touch. Of base events at one time the one with the smallest keys counts, so row order makes no difference.
    Where the time of a base event tells its keys, that time is the touch, and nothing is looked up again.
    """
    shared = ["entity_", *(f"property_{place + 1}_" for place in range(step.properties))]
    touches, line, matched = (f"{step.name}_{name}" for name in ("touches", "timeline", "matched"))
    if step.grains is not None:
        return [
            (line, _timeline(step, shared, step.base, column("happened_at_"), _known(shared))),
            (matched, _matched(shared, line)),
            (step.name, _converted_by_period(step, step.grains, matched)),
        ]
    return [
        (touches, _touches(step, shared)),
        (line, _timeline(step, shared, touches, column("touch_"), [])),
        (matched, _matched(shared, line)),
        (step.name, _converted(step, shared, touches, matched)),
    ]


def _known(names: list[str]) -> list[Node]:
    return [exp.Not(this=exp.Is(this=column(name), expression=exp.Null())) for name in names]


def _touches(step: Convert, shared: list[str]) -> exp.Select:
    touch = window(exp.RowNumber(), [column(name) for name in shared], [column("happened_at_")])
    for key in step.keys:
        touch.args["order"].append("expressions", exp.Ordered(this=column(key), desc=True, nulls_first=True))
    columns: list[Node] = [*map(column, shared), column("happened_at_"), *map(column, step.keys)]
    return select([*columns, named(touch, "touch_")], step_table(step.base), where=all_of(_known(shared)))


def _timeline(step: Convert, shared: list[str], bases: str, touch: Node, known: list[Node]) -> exp.Union:
    def side(value: list[Node], kind: int, source: str, where: list[Node]) -> exp.Select:
        columns: list[Node] = [*map(column, shared), column("happened_at_"), *value]
        return select(
            [*columns, named(number(kind), "is_conversion_")], step_table(source), where=all_of(where)
        )

    touched = side([named(touch, "touch_"), named(null(), "event_value_")], 0, bases, known)
    events = side([named(null(), "touch_"), column("event_value_")], 1, step.conversion, [])
    return exp.Union(this=touched, expression=events, distinct=False)


def _matched(shared: list[str], line: str) -> exp.Select:
    partition: list[Node] = [*map(column, shared)]
    order: list[Node] = [column("happened_at_"), column("is_conversion_")]
    last = window(exp.Max(this=column("touch_")), partition, order, rows=True)
    columns: list[Node] = [
        *map(column, shared),
        *map(column, ("happened_at_", "event_value_", "is_conversion_")),
    ]
    return select([*columns, named(last, "last_touch_")], step_table(line))


def _converted(step: Convert, shared: list[str], touches: str, matched: str) -> exp.Select:
    on: list[Node] = [exp.EQ(this=column(n, touches), expression=column(n, matched)) for n in shared]
    on.append(exp.EQ(this=column("touch_", touches), expression=column("last_touch_", matched)))
    where: list[Node] = [exp.EQ(this=column("is_conversion_", matched), expression=number(1))]
    if step.window is not None:
        opens = earlier(column("happened_at_", matched), step.window)
        where.append(exp.GT(this=column("happened_at_", touches), expression=opens))
    value = aggregate(step.measure.aggregation, column("event_value_", matched), None, bool(step.keys))
    return select(
        [*(column(key, touches) for key in step.keys), named(value, step.measure.label)],
        step_table(matched),
        joins=[join(step_table(touches), all_of(on), "INNER")],
        where=all_of(where),
        group=len(step.keys),
    )


def _converted_by_period(step: Convert, grains: tuple[str, ...], matched: str) -> exp.Select:
    touch = column("last_touch_")
    where: list[Node] = [exp.EQ(this=column("is_conversion_"), expression=number(1))]
    if step.window is not None:
        opens = earlier(column("happened_at_"), step.window)
        where.append(exp.GT(this=touch, expression=opens))
    else:
        where += _known(["last_touch_"])
    value = aggregate(step.measure.aggregation, column("event_value_"), None, bool(step.keys))
    keys = [named(truncated(touch.copy(), grain), key) for key, grain in zip(step.keys, grains, strict=True)]
    return select(
        [*keys, named(value, step.measure.label)],
        step_table(matched),
        where=all_of(where),
        group=len(keys),
    )
