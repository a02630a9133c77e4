"""A plan in words and as plain data: which facts are read, through which joins, at which grain."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from leadline.grains import Window
from leadline.plan.steps import (
    Aggregate,
    CarryForward,
    Combine,
    Convert,
    Distinct,
    Events,
    Extremes,
    FillTime,
    Funnel,
    LastData,
    Moved,
    OverTime,
    Period,
    PickPeriod,
    Plan,
    Select,
    Step,
    Totals,
)
from leadline.resolve.binding import Column, Condition, Key, MetricColumn


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a request would do. `refused` is the reason where no plan gives a right number.

    `versions` are those of the definitions that the answer's metrics have: see versions.definition_version.
    """

    plan: Plan
    refused: str | None = None
    steps: tuple[dict[str, Any], ...] = field(default=())
    versions: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The steps as a tree: each with what it reads below it, the result at the top."""
        if self.refused is not None:
            return f"refused: {self.refused}"
        by_name = {step["name"]: step for step in self.steps}
        last = self.steps[-1]
        return "\n".join(_tree(last, by_name, ""))


def explain(plan: Plan) -> Explanation:
    """The plan as data, a dictionary a step."""
    return Explanation(plan, None, tuple(_told(step) for step in plan.steps))


def _tree(step: dict[str, Any], by_name: dict[str, dict[str, Any]], indent: str) -> list[str]:
    lines = [f"{indent}{step['name']}: {step['kind']}"]
    for key, value in step.items():
        if key in ("name", "kind", "reads") or not value:
            continue
        shown = ", ".join(map(str, value)) if isinstance(value, list) else value
        lines.append(f"{indent}  {key}: {shown}")
    for source in step["reads"]:
        lines += _tree(by_name[source], by_name, indent + "    ") if source in by_name else []
    return lines


def _told(step: Step) -> dict[str, Any]:
    match step:
        case Aggregate():
            return _aggregate(step)
        case CarryForward():
            return _carried(step)
        case Moved():
            moved = [f"{window} later" for window in step.shift]
            return {**_step(step.name, "moved in time", [step.source]), "moved": moved}
        case OverTime():
            read = [_offset(offset) for offset in step.offsets]
            if step.accumulation is not None:
                read.append(_accumulated(step.accumulation.window, step.accumulation.grain_to_date))
            found = _step(step.name, "read over time", [step.source])
            return {**found, "grain": step.grain, "values at": read, "shown": _period(step.period)}
        case PickPeriod():
            return {
                **_step(step.name, f"{step.how} value of each period", [step.source]),
                "keys": list(step.keys),
            }
        case FillTime():
            return {
                **_step(step.name, "every period of the time spine", [step.source]),
                "keys": _keys(step.keys),
            }
        case LastData():
            return _step(step.name, "the last period with data", list(step.sources))
        case Events():
            found = _step(step.name, "events", [lookup.step for lookup in step.lookups])
            return {
                **found,
                "fact": step.model.name,
                "joins": _joins(step.keys, step.where),
                "where": _where(step.where),
            }
        case Convert():
            window = f"within {step.window}" if step.window else "at any time after"
            return {
                **_step(step.name, f"conversions {window}", [step.base, step.conversion]),
                "keys": list(step.keys),
            }
        case Funnel():
            order = "in order" if step.ordered else "in any order"
            kind = f"people who go through the steps {order} within {step.within} of the first"
            return {**_step(step.name, kind, list(step.events)), "keys": list(step.keys)}
        case _:
            return _told_result(step)


def _told_result(step: Combine | Select | Totals | Distinct | Extremes) -> dict[str, Any]:
    """Steps that put others together, and those of dimensions without metrics."""
    match step:
        case Combine():
            return {
                **_step(step.name, "stack and fold", [s.step for s in step.sources]),
                "keys": list(step.keys),
            }
        case Select():
            shown = [item.label for item in step.shown]
            having = [item.text for item, _ in step.having]
            found = _step(step.name or "result", "result", [step.source])
            return {**found, "keys": list(step.keys), "metrics": shown, "having": having, "limit": step.limit}
        case Totals():
            found = _step("result", "details and totals", [name for name, _ in step.levels])
            return {**found, "keys": list(step.keys), "metrics": list(step.metrics), "limit": step.limit}
        case Distinct():
            found = _step(step.name, "values of dimensions", [lookup.step for lookup in step.lookups])
            fact = step.model.name if step.model else "time spine"
            return {**found, "fact": fact, "keys": _keys(step.keys), "joins": _joins(step.keys, step.where)}
        case Extremes():
            return {**_step("result", "smallest and largest value", [step.source]), "keys": [step.key]}


def _step(name: str, kind: str, reads: list[str]) -> dict[str, Any]:
    return {"name": name, "kind": kind, "reads": reads}


def _aggregate(step: Aggregate) -> dict[str, Any]:
    conditions = (*step.where, *(c for m in step.measures for c in m.conditions))
    found = _step(step.name, "one scan of a fact, aggregated", [lookup.step for lookup in step.lookups])
    return {
        **found,
        "fact": step.model.name,
        "keys": _keys(step.keys),
        "measures": [f"{m.label} = {m.aggregation.agg}({m.aggregation.expr})" for m in step.measures],
        "joins": _joins(step.keys, conditions),
        "joined after": f"aggregation by {step.first_by.column.expr}" if step.first_by else None,
        "where": _where(step.where),
        "moved": [str(window) for window in step.shift],
        "only": f"the {step.latest.window_choice} {step.latest.dimension} of each period"
        if step.latest
        else None,
        "groups": _overlap(step),
        "shown": _period(step.period),
    }


def _overlap(step: Aggregate) -> str | None:
    if step.distinct_by is None:
        return None
    return f"overlap, and need not add up to the total: each {step.distinct_by.expr} counts once in each"


def _carried(step: CarryForward) -> dict[str, Any]:
    found = _step(step.name, "a stock at the end of each period", [lookup.step for lookup in step.lookups])
    return {
        **found,
        "fact": step.model.name,
        "keys": _keys(step.keys),
        "measures": [f"{m.label} = {m.aggregation.agg}({m.aggregation.expr})" for m in step.measures],
        "joins": _joins(step.keys, step.where),
        "where": _where((*step.where, *step.shown)),
        "moved": [str(window) for window in step.shift],
        "only": f"the last value of each {', '.join(step.stock.groupings) or 'period'}, "
        f"carried forward {step.stock.carry_forward}",
        "shown": _period(step.period),
    }


def _keys(keys: tuple[Key, ...]) -> list[str]:
    return [key.label for key in keys]


def _joins(keys: tuple[Key, ...], conditions: tuple[Condition, ...]) -> list[str]:
    columns: list[Column | MetricColumn] = [key.column for key in keys]
    columns += [column for condition in conditions for column in condition.columns]
    found: dict[str, None] = {}
    for column in columns:
        path = column.entity.path if isinstance(column, MetricColumn) else column.path
        if path:
            found[path[0].left + "".join(f" -({hop.entity})-> {hop.right}" for hop in path)] = None
    return list(found)


def _where(conditions: tuple[Condition, ...]) -> list[str]:
    told = []
    for condition in conditions:
        text = condition.filter.text
        for place, reference in enumerate(condition.filter.references):
            text = text.replace(f"${place}", str(reference.name))
        told.append(text)
    return told


def _offset(offset: Window | str) -> str:
    return f"the start of the {offset}" if isinstance(offset, str) else f"{offset} earlier"


def _accumulated(window: Window | None, grain_to_date: str | None) -> str:
    if window is not None:
        return f"the last {window}"
    return f"the {grain_to_date} to date" if grain_to_date else "everything before"


def _period(period: Period) -> str | None:
    if period.start is None and period.end is None:
        return None
    return f"from {period.start or 'the beginning'} until before {period.end or 'the end'}"
