"""What planning asks of a fact: its grain, its time and its own columns."""

from collections.abc import Callable

from leadline.errors import RefusedError
from leadline.plan.steps import Lookup
from leadline.resolve.binding import Column, Condition, Fact

LookupPlanner = Callable[[tuple[Condition, ...]], tuple[Lookup, ...]]


def fact_grain(fact: Fact) -> str:
    """The grain of the time that counts."""
    return (fact.time.grain if fact.time else None) or "day"


def time_column(fact: Fact) -> Column:
    """The time that counts, as it lies in the table."""
    expr = fact.time.expr if fact.time else ""
    return Column((), fact.model.name, expr, fact_grain(fact), None, True)


def own_column(fact: Fact, name: str) -> Column:
    """An entity or dimension of the fact itself."""
    item = fact.model.entities.get(name) or fact.model.dimensions.get(name)
    if item is None:
        raise RefusedError(f"{name!r} is neither an entity nor a dimension of {fact.model.name!r}")
    return Column((), fact.model.name, item.expr)
