"""What `config: meta: leadline: adds` says about time: numbers that a sum over time would get wrong.

`time:never` (reach): people counted in a period are not the sum of those counted in its parts, so only rows
whose own reported period is the period asked for may be used. `time:last` and `time:first` (stocks): a sum
over time is refused unless the definition says which rows count.
"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from leadline.errors import RefusedError
from leadline.filters import Filter
from leadline.grains import ORDER, finest
from leadline.manifest import SemanticModel
from leadline.names import METRIC_TIME, Name, Reference
from leadline.request import Moment
from leadline.resolve.binding import Binder, Column, Condition
from leadline.resolve.calculations import Calculation, Share, leaves_of, parts_of
from leadline.resolve.leaves import BoundLeaf, Output

_STOCKS = ("time:last", "time:first")


def apply_rules(binder: Binder, bound: BoundLeaf, start: Moment | None, end: Moment | None) -> BoundLeaf:
    """The leaf with the conditions that make its number right.

    Raises:
        RefusedError: no rows give that number; the message has the reason and the choices.
    """
    metric = binder.manifest.metrics.get(bound.leaf.metric)
    adds = metric.meta.get("adds") if metric is not None else None
    if adds == "time:never":
        return _reported(bound, start, end)
    if (
        adds in _STOCKS
        and bound.leaf.aggregation.non_additive is None
        and bound.leaf.aggregation.agg == "sum"
    ):
        _check_stock(bound)
    return bound


def check_groups_add_up(outputs: tuple[Output, ...], bound: tuple[BoundLeaf, ...]) -> None:
    """Refuse shares of groups that overlap, and groups of two many sides at once, which no row relates."""
    for item in bound:
        if len(item.fans) > 1:
            raise RefusedError(
                f"metric {item.leaf.metric!r} is cut by {' and '.join(sorted(item.fans))} at once, "
                "and no row says which of one belongs to which of the other",
                fix="ask for one at a time",
            )
    for output in outputs:
        if any(bound[leaf].fans for leaf in _shared(output.calculation)):
            raise RefusedError(
                f"{output.label!r} is a share of groups that overlap: their sum is more than the total",
                fix="ask for the value by group, and for the total without groups",
            )


def _shared(calculation: Calculation) -> set[int]:
    if isinstance(calculation, Share):
        return leaves_of(calculation)
    return {leaf for part in parts_of(calculation) for leaf in _shared(part)}


def _check_stock(bound: BoundLeaf) -> None:
    own = (bound.fact.time.grain if bound.fact.time else None) or "day"
    asked = finest([key.column.grain for key in bound.keys if key.column.on_time and key.column.grain])
    if asked != own:
        raise RefusedError(
            f"metric {bound.leaf.metric!r} is a stock: adding it over time counts the same things again",
            fix=f"ask for it by {METRIC_TIME}__{own}, or give its definition a non_additive_dimension, "
            "which says whether the first or the last value of a period counts",
        )


def _reported(bound: BoundLeaf, start: Moment | None, end: Moment | None) -> BoundLeaf:
    if bound.leaf.shape.accumulation is not None:
        raise _never(bound, "it can't be accumulated over time")
    keys = [key.column for key in bound.keys if key.column.on_time]
    asked = finest([column.grain for column in keys if column.grain])
    if keys and asked is None:
        raise _never(bound, "it has no value by a custom grain or a part of a date")
    period = _reported_period(bound.fact.model)
    if period is None:
        own = (bound.fact.time.grain if bound.fact.time else None) or "day"
        if asked == own:
            return bound
        raise _never(bound, f"its rows are reported by {own}", own)
    if asked is not None:
        wanted: list[Condition] = [_equals(bound, period["grain"], asked)]
    elif start is not None and end is not None:
        wanted = [_on_day(bound, period["start"], start), _on_day(bound, period["end"], end)]
    else:
        raise _never(bound, "no period is asked for")
    return replace(bound, conditions=(*bound.conditions, *wanted))


def _reported_period(model: SemanticModel) -> dict[str, str] | None:
    """The dimensions that hold a row's own period: first day, last day (included) and grain."""
    meta = model.config.meta.get("leadline")
    found = meta.get("reported_period") if isinstance(meta, dict) else None
    if not isinstance(found, dict):
        return None
    for part in ("start", "end", "grain"):
        if found.get(part) not in model.dimensions:
            raise RefusedError(
                f"reported_period of semantic model {model.name!r} names no dimension for its {part}",
                where=f"config.meta.leadline of {model.name}",
                fix="give start, end and grain, each the name of a dimension of the model",
            )
    return found


def _equals(bound: BoundLeaf, dimension: str, value: str) -> Condition:
    return _condition(bound, dimension, exp.Literal.string(value), value)


def _on_day(bound: BoundLeaf, dimension: str, moment: Moment) -> Condition:
    day = moment.at.date().isoformat()
    literal = exp.Cast(this=exp.Literal.string(day), to=exp.DataType(this=exp.DType.DATE))
    return _condition(bound, dimension, literal, day)


def _condition(bound: BoundLeaf, dimension: str, value: exp.Expr, text: str) -> Condition:
    model = bound.fact.model
    tree = exp.EQ(this=exp.Placeholder(this="0"), expression=value)
    item = Filter(f"$0 = '{text}'", tree, (Reference(Name(dimension), "dimension"),))
    return Condition(item, (Column((), model.name, model.dimensions[dimension].expr),))


def _never(bound: BoundLeaf, why: str, own: str | None = None) -> RefusedError:
    grains = [own] if own else [grain for grain in ORDER if ORDER[grain] >= ORDER["day"]]
    asked = ", ".join(f"{METRIC_TIME}__{grain}" for grain in grains)
    other = "" if own else ", or give the start and end of one reported period"
    return RefusedError(
        f"metric {bound.leaf.metric!r} never adds up over time, since one may count in many periods: {why}",
        where=f"semantic model {bound.fact.model.name}",
        fix=f"ask for it by {asked}, which shows the periods that were reported as such{other}",
    )
