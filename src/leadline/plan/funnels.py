"""The steps of a funnel's plan: the events of each step, and the people who go through them."""

from __future__ import annotations

from leadline.grains import ORDER, coarsest
from leadline.plan.facts import LookupPlanner, fact_grain, own_column, time_column
from leadline.plan.naming import Names
from leadline.plan.period import shown_period
from leadline.plan.steps import Events, Funnel, Period
from leadline.resolve.funnels import ResolvedFunnel


def funnel_steps(funnel: ResolvedFunnel, names: Names, lookup: LookupPlanner) -> list[Events | Funnel]:
    """Events a step, then the funnel over them; only first events have to lie in the period asked for."""
    grain = coarsest([fact_grain(step.fact) for step in funnel.steps]) or "day"
    grain = grain if ORDER[grain] > ORDER["second"] else "second"
    period = shown_period(funnel.start, funnel.end, (), grain)
    events = []
    for place, step in enumerate(funnel.steps):
        events.append(
            Events(
                name=names.take("step", str(place + 1), "events"),
                model=step.fact.model,
                time=time_column(step.fact),
                grain=grain,
                entity=own_column(step.fact, funnel.person),
                properties=(),
                keys=step.keys,
                aggregation=None,
                where=(*step.conditions, *step.asked),
                period=Period(period.start, period.end if place == 0 else None),
                lookups=lookup((*step.conditions, *step.asked)),
            )
        )
    seen: list[object] = []
    repeated = []
    for place, step in enumerate(funnel.steps):
        if step.identity in seen:
            repeated.append(place)
        seen.append(step.identity)
    found = Funnel(
        name=names.take("funnel"),
        events=tuple(item.name for item in events),
        titles=tuple(step.name for step in funnel.steps),
        keys=tuple(key.label for key in funnel.steps[0].keys),
        within=funnel.within,
        ordered=funnel.ordered,
        repeated=tuple(repeated),
    )
    return [*events, found]
