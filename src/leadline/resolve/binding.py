"""Binds names to columns of one fact: its own, or those of what it joins from many to one."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.errors import FilterError, RefusedError, UnknownNameError
from leadline.filters import Filter
from leadline.grains import ORDER
from leadline.manifest import Aggregation, Dimension, Manifest, SemanticModel
from leadline.names import METRIC_TIME, Name, Reference
from leadline.resolve.joins import Found, Hop, Joins


@dataclass(frozen=True, slots=True)
class Column:
    """An expression of a model that the fact reaches along `path`; `on_time` marks the time of the metric."""

    path: tuple[Hop, ...]
    model: str
    expr: str
    grain: str | None = None
    part: str | None = None
    on_time: bool = False


@dataclass(frozen=True, slots=True)
class MetricColumn:
    """The value of a metric for the entity that a row belongs to."""

    metric: str
    group_by: str
    entity: Column

    on_time: bool = False

    @property
    def label(self) -> str:
        """A name for the value."""
        return f"{self.group_by.rsplit('__', 1)[-1]}__{self.metric}"


@dataclass(frozen=True, slots=True)
class Key:
    """A column to group by, and its name in the result."""

    label: str
    column: Column


@dataclass(frozen=True, slots=True)
class Condition:
    """A filter whose names are bound to columns of one fact."""

    filter: Filter
    columns: tuple[Column | MetricColumn, ...]

    @property
    def identity(self) -> tuple[object, ...]:
        """Equal for equal conditions, without comparing trees."""
        return (self.filter.text, self.columns)

    @property
    def on_time(self) -> bool:
        """True where it looks at the time of the metric."""
        return any(column.on_time for column in self.columns)

    @property
    def time_only(self) -> bool:
        """True where it looks at nothing but the time of the metric."""
        return bool(self.columns) and all(column.on_time for column in self.columns)


@dataclass(frozen=True, slots=True)
class Fact:
    """The rows that an aggregation reads, as names see them: a model and the time that counts."""

    model: SemanticModel
    time: Dimension | None
    asked_for: str
    default_grain: str = "day"
    distinct_by: str | None = None


class Binder:
    """Turns names into columns; refuses what has no column or a grain that the data does not have."""

    def __init__(self, manifest: Manifest, joins: Joins) -> None:
        self.manifest = manifest
        self.joins = joins

    def fact(self, aggregation: Aggregation, asked_for: str, default_grain: str) -> Fact:
        """The rows of an aggregation."""
        model = self.manifest.models[aggregation.model]
        time = model.dimensions[aggregation.time_dimension]
        return Fact(model, time, asked_for, default_grain, aggregation.distinct_by)

    def find(self, fact: Fact, name: Name) -> Found | None:
        """Where a name leads, None for metric_time."""
        if name.is_metric_time:
            return None
        return self._find(fact, name)

    def _find(self, fact: Fact, name: Name) -> Found:
        try:
            return self.joins.find(fact.model, name, fact.asked_for)
        except UnknownNameError:
            key = fact.distinct_by
            found = self.joins.find_fanned(fact.model, key, name) if key else None
            if found is None:
                raise
            return found

    def column(self, fact: Fact, name: Name) -> Column:
        """The column that a name means for a fact.

        Raises:
            UnknownNameError, AmbiguousNameError: see Joins.find.
            RefusedError: the grain is finer than the data, or the thing has no grain.
        """
        if name.is_metric_time:
            if fact.time is None:
                raise UnknownNameError(f"{METRIC_TIME} needs a metric", where=fact.model.name)
            grain = self._grain(name, fact.time, fact.default_grain)
            return Column((), fact.model.name, fact.time.expr, grain, name.part, True)
        found = self._find(fact, name)
        element = found.element
        if not isinstance(element, Dimension) or element.grain is None:
            if name.grain or name.part:
                raise RefusedError(
                    f"{found.full_name!r} is not a time, so it has no {name.grain or name.part}",
                    fix=f"ask for {found.full_name}",
                )
            return Column(found.path, found.model.name, element.expr)
        on_time = not found.path and fact.time is not None and element.name == fact.time.name
        grain = self._grain(name, element, element.grain)
        return Column(found.path, found.model.name, element.expr, grain, name.part, on_time)

    def _grain(self, name: Name, dimension: Dimension, default: str) -> str | None:
        if name.part:
            return None
        own = dimension.grain or "day"
        grain = name.grain or default
        needed = grain if grain in ORDER else self.manifest.custom_grains[grain].grain
        if ORDER[needed] >= ORDER[own]:
            return grain
        if name.grain is None:
            return own
        raise RefusedError(
            f"{name.base!r} by {grain} is finer than the data, which is by {own}",
            fix=f"ask for {name.base}__{own} or a coarser grain",
        )

    def condition(self, fact: Fact, item: Filter) -> Condition:
        """A filter with its names bound to columns of a fact."""
        return Condition(item, tuple(self._operand(fact, reference, item) for reference in item.references))

    def _operand(self, fact: Fact, reference: Reference, item: Filter) -> Column | MetricColumn:
        if reference.kind == "metric":
            return self._metric_column(fact, reference, item)
        try:
            return self.column(fact, reference.name)
        except UnknownNameError as error:
            raise UnknownNameError(
                error.what + " in a filter",
                where=f"{error.where}; filter {item.text!r}",
                nearest=error.nearest,
                fix=error.fix,
            ) from error

    def _metric_column(self, fact: Fact, reference: Reference, item: Filter) -> MetricColumn:
        metric = reference.name.base
        if metric not in self.manifest.metrics:
            raise UnknownNameError(f"metric {metric!r} in a filter is not defined", where=item.text)
        if len(reference.group_by) != 1:
            raise FilterError(
                f"Metric({metric!r}) in a filter has to be grouped by one entity",
                where=item.text,
                fix=f"write Metric({metric!r}, group_by=['entity'])",
            )
        group_by = reference.group_by[0]
        *links, element = group_by.split("__")
        last = Name(element)
        if last.element in fact.model.entities or not links:
            return MetricColumn(metric, group_by, self.column(fact, last))
        return MetricColumn(metric, group_by, self.column(fact, Name(element, tuple(links))))
