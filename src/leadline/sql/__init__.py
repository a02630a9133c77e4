"""Steps → one sqlglot tree. Text is made of it once, in `dialects`."""

from sqlglot import exp

from leadline.manifest import Manifest
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
    PickPeriod,
    Plan,
    Select,
    Step,
    Totals,
)
from leadline.sql.accumulated import render_accumulated
from leadline.sql.conversions import render_convert
from leadline.sql.funnels import render_funnel
from leadline.sql.nodes import identifier
from leadline.sql.results import (
    render_combine,
    render_extremes,
    render_last_data,
    render_select,
    render_totals,
)
from leadline.sql.scans import render_aggregate, render_distinct, render_events, render_moved
from leadline.sql.spines import render_fill_time, render_over_time, render_pick_period
from leadline.sql.stocks import render_carry_forward

__all__ = ["render"]


def render(plan: Plan, manifest: Manifest) -> exp.Query:
    """The statement of a plan: each step a common table expression, the last one the statement itself."""
    parts = [part for step in plan.steps for part in _render_step(step, manifest)]
    *steps, (_, body) = parts
    if steps:
        ctes = [exp.CTE(this=query, alias=exp.TableAlias(this=identifier(name))) for name, query in steps]
        body.set("with_", exp.With(expressions=ctes))
    return body


def _render_step(step: Step, manifest: Manifest) -> list[tuple[str, exp.Query]]:
    match step:
        case Aggregate():
            return list(render_aggregate(step, manifest))
        case CarryForward():
            return list(render_carry_forward(step, manifest))
        case Moved():
            return [(step.name, render_moved(step))]
        case OverTime() if step.how != "join":
            return render_accumulated(step, manifest)
        case OverTime():
            return list(render_over_time(step, manifest))
        case PickPeriod():
            return list(render_pick_period(step))
        case FillTime():
            return list(render_fill_time(step, manifest))
        case LastData():
            return render_last_data(step)
        case Events():
            return list(render_events(step, manifest))
        case Convert():
            return render_convert(step)
        case Funnel():
            return render_funnel(step)
        case Combine():
            return render_combine(step)
        case Select():
            return render_select(step)
        case Totals():
            return render_totals(step)
        case Distinct():
            return list(render_distinct(step, manifest))
        case Extremes():
            return render_extremes(step)
