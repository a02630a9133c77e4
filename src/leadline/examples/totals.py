"""From totals of simple metrics to rows that have them: templates of rows, and how much of each.

A template is a row that one metric counts, or whose value it adds up. Templates may count in other metrics
too (a single-page session is a session), so how many rows of each are needed is a system of linear equations.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from leadline.examples.read import Number
from leadline.examples.solve import (
    SOME,
    UNIQUE,
    UnsolvableError,
    Values,
    assign,
    counted,
    merged,
    present,
    satisfy,
)
from leadline.filters import Filter, parse_filter
from leadline.manifest import Manifest, SemanticModel, Use
from leadline.resolve.metrics import Leaves, find_metric
from leadline.sql.nodes import parsed

if TYPE_CHECKING:
    import numpy as np

_COUNTS: Final = ("count", "count_distinct", "sum_boolean")
_MOST_ROWS: Final = 100_000

# Gives each metric's total over each template: rows in, one mapping a row out.
Measure = Callable[[SemanticModel, Sequence["Wanted"], Sequence[Values]], list[dict[str, float]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A simple metric with the total that it must have; `key` is the key column of its model's rows."""

    name: str
    use: Use
    conditions: tuple[exp.Expr, ...]
    total: Number
    key: str | None = None

    @property
    def counts(self) -> bool:
        """True if it counts rows, false if it adds up a value of theirs."""
        expr = parsed(self.use.aggregation.expr)
        return self.use.aggregation.agg in _COUNTS or counted(expr) is not None

    def template(self, value: float = 1) -> Values:
        """A row that counts in it: once, or with `value`."""
        expr = parsed(self.use.aggregation.expr)
        own = merged(*(satisfy(c) for c in self.conditions))
        if not self.counts:
            return merged(own, assign(expr, value))
        condition = counted(expr)
        if condition is None and self.use.aggregation.agg == "sum_boolean":
            condition = expr
        # What is counted is a row of its own: a single-page session is a session too.
        keyed: Values = {self.key: UNIQUE} if self.key else {}
        return merged(keyed, own, satisfy(condition) if condition is not None else present(expr))


def wanted_of(manifest: Manifest, metric: str, given: Mapping[str, Number]) -> list[Wanted]:
    """The given metrics as the definition uses them, with its own filters on them."""
    leaves = Leaves(manifest)
    leaves.expand(metric)
    used = {leaf.metric: leaf for leaf in reversed(leaves.items)}
    found = []
    for name, total in given.items():
        alone = find_metric(manifest, name).use
        assert alone is not None  # noqa: S101 - examples give totals of simple metrics only
        leaf = used.get(name)
        filters = leaf.filters if leaf else _parsed(find_metric(manifest, name).filters)
        model = manifest.models[alone.aggregation.model]
        conditions = tuple(condition(model, item) for item in filters)
        found.append(Wanted(name, alone, conditions, total, _key(model)))
    return found


def _key(model: SemanticModel) -> str | None:
    """The column that tells the model's rows apart, where one column does."""
    keys = [entity.expr for entity in model.entities.values() if entity.type == "primary"]
    tree = parsed(keys[0]) if len(keys) == 1 else None
    return tree.name if isinstance(tree, exp.Column) else None


def _parsed(texts: Sequence[str]) -> tuple[Filter, ...]:
    return tuple(item for text in texts for item in parse_filter(text, trusted=True))


def condition(model: SemanticModel, item: Filter) -> exp.Expr:
    """A filter as a condition over the model's own columns; raises UnsolvableError if it needs others."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Placeholder):
            return node
        name = item.references[int(node.name)].name
        element = model.dimensions.get(name.element) or model.entities.get(name.element)
        if element is None or name.links not in ((), (model.primary_entity,)):
            raise UnsolvableError(f"the filter {item.text!r} is over another table than {model.name}")
        return parsed(element.expr).copy()

    return item.tree.copy().transform(replaced, copy=False)


def rows_of(model: SemanticModel, wanted: Sequence[Wanted], measure: Measure) -> list[Values]:
    """Rows of one model over which each metric has its total; none where all totals are NULL.

    Raises:
        UnsolvableError: no number of rows gives these totals together.
    """
    known = [item for item in wanted if item.total is not None]
    if not known:
        return []
    once = [item.template() for item in known]
    twice = [once[place] if item.counts else item.template(2) for place, item in enumerate(known)]
    amounts = _amounts(model, known, once, twice, measure)
    rows: list[Values] = []
    for item, amount, row in zip(known, amounts, once, strict=True):
        rows += [row] * _times(item, amount) if item.counts else [item.template(amount)]
    # A total of zero is that of rows that do not count; over no rows at all a sum has no value.
    return rows or [merged(*(satisfy(c) for item in known for c in item.conditions))]


def _amounts(
    model: SemanticModel,
    wanted: Sequence[Wanted],
    once: Sequence[Values],
    twice: Sequence[Values],
    measure: Measure,
) -> list[float]:
    """How many rows of each template, or which value in its one row."""
    if len(wanted) == 1:
        return [float(item.total or 0) for item in wanted]
    measured = measure(model, wanted, [*once, *twice])
    return _solved(wanted, measured[: len(once)], measured[len(once) :])


def _solved(
    wanted: Sequence[Wanted], once: Sequence[Mapping[str, float]], twice: Sequence[Mapping[str, float]]
) -> list[float]:
    import numpy as np

    slopes = np.zeros((len(wanted), len(wanted)))
    fixed = np.zeros(len(wanted))
    for column, item in enumerate(wanted):
        for line, other in enumerate(wanted):
            first, second = once[column][other.name], twice[column][other.name]
            slopes[line, column] = first if item.counts else second - first
            fixed[line] += 0 if item.counts else 2 * first - second
    totals = np.array([float(item.total or 0) for item in wanted]) - fixed
    try:
        found: np.ndarray = np.linalg.solve(slopes, totals)
    except np.linalg.LinAlgError as error:
        names = ", ".join(item.name for item in wanted)
        raise UnsolvableError(f"the totals of {names} cannot be told apart") from error
    return [round(float(value), 9) for value in found]


def _times(item: Wanted, amount: float) -> int:
    if amount < 0 or amount != int(amount) or amount > _MOST_ROWS:
        raise UnsolvableError(f"{item.name} would need {amount:g} rows")
    return int(amount)


def filled(rows: Sequence[Values], kinds: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with a value of its own wherever any would do; `kinds` are those of the columns."""
    return [
        {name: _any(value, kinds.get(name, "text"), place) for name, value in row.items()}
        for place, row in enumerate(rows, start=1)
    ]


def _any(value: Any, kind: str, place: int) -> Any:
    if value is SOME:
        return {"number": 0, "flag": False}.get(kind, "some")
    if value is UNIQUE:
        return f"row {place}" if kind == "text" else 0
    return value
