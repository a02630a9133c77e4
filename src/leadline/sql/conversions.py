"""Conversions: base events and conversion events on one time line, with no range join between them."""

from __future__ import annotations

from sqlglot import exp

from leadline.grains import Window
from leadline.plan.steps import Convert
from leadline.sql.aggregates import aggregate
from leadline.sql.nodes import (
    Node,
    all_of,
    column,
    earlier,
    epoch,
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
    With a window, base events without any conversion of their entity near them are left out before they are
    sorted.
    """
    shared = ["entity_", *(f"property_{place + 1}_" for place in range(step.properties))]
    touches, line, matched = (f"{step.name}_{name}" for name in ("touches", "timeline", "matched"))
    found, base = _candidates(step, shared)
    if step.grains is not None:
        return [
            *found,
            (line, _timeline(step, shared, base, column("happened_at_"), _known(shared))),
            (matched, _matched(shared, line)),
            (step.name, _converted_by_period(step, step.grains, matched)),
        ]
    return [
        *found,
        (touches, _touches(step, shared, base)),
        (line, _timeline(step, shared, touches, column("touch_"), [])),
        (matched, _matched(shared, line)),
        (step.name, _converted(step, shared, touches, matched)),
    ]


def _candidates(step: Convert, shared: list[str]) -> tuple[list[tuple[str, exp.Query]], str]:
    """The base events that a conversion can belong to, and the name of the step that holds them.

    Time is cut into stretches of as many days as a window has at most, so the window lies in the stretch of
    the conversion and the one before. An event in neither, for any conversion of its entity, is of no use.
    One with a conversion in both is there twice, which gives no other last touch.
    """
    days = _most_days(step.window)
    if step.window is None or days is None:
        return [], step.base
    stretches, near, candidates = (f"{step.name}_{name}" for name in ("stretches", "near", "candidates"))
    own = named(_stretch(column("happened_at_"), days), "stretch_")
    distinct = select([column("entity_"), own], step_table(step.conversion), distinct=True)
    before = exp.Sub(this=column("stretch_"), expression=number(1))
    both = [
        select([column("entity_"), named(stretch, "stretch_")], step_table(stretches))
        for stretch in (column("stretch_"), before)
    ]
    keys = _carried(step) if step.grains is None else ()
    on: list[Node] = [
        exp.EQ(this=column("entity_", step.base), expression=column("entity_", near)),
        exp.EQ(this=_stretch(column("happened_at_", step.base), days), expression=column("stretch_", near)),
    ]
    kept = select(
        [column(name, step.base) for name in (*shared, "happened_at_", *keys)],
        step_table(step.base),
        joins=[join(step_table(near), all_of(on), "INNER")],
    )
    union = exp.Union(this=both[0], expression=both[1], distinct=False)
    return [(stretches, distinct), (near, union), (candidates, kept)], candidates


# the most days of a unit, and the longest stretch that still leaves enough out
_MOST = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}
_LONGEST = 366


def _most_days(width: Window | None) -> int | None:
    """How many days a window has at most; None where it is endless, too long, or of another calendar."""
    if width is None or width.grain not in _MOST:
        return None
    days = width.count * _MOST[width.grain]
    return days if days <= _LONGEST else None


def _stretch(time: Node, days: int) -> Node:
    """The number of the stretch of days in which a time lies: whole numbers hash and compare fast."""
    since = exp.DateDiff(this=time, expression=epoch(), unit=exp.Var(this="DAY"))
    return exp.IntDiv(this=since, expression=number(days))


def _carried(step: Convert) -> tuple[str, ...]:
    return step.keys if step.flag is None else (*step.keys, step.flag)


def _known(names: list[str]) -> list[Node]:
    return [exp.Not(this=exp.Is(this=column(name), expression=exp.Null())) for name in names]


def _touches(step: Convert, shared: list[str], base: str) -> exp.Select:
    touch = window(exp.RowNumber(), [column(name) for name in shared], [column("happened_at_")])
    for key in step.keys:
        touch.args["order"].append("expressions", exp.Ordered(this=column(key), desc=True, nulls_first=True))
    columns: list[Node] = [*map(column, shared), column("happened_at_"), *map(column, _carried(step))]
    return select([*columns, named(touch, "touch_")], step_table(base), where=all_of(_known(shared)))


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
    if step.flag is not None:
        where.append(exp.EQ(this=column(step.flag, touches), expression=number(1)))
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
