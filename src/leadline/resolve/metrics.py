"""Metrics, taken apart: what has to be aggregated (leaves) and how a metric is calculated from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from leadline.errors import AmbiguousNameError, UnknownNameError, nearest
from leadline.filters import Filter, parse_filter
from leadline.grains import ORDER, Window, coarsest
from leadline.manifest import Aggregation, Conversion, Manifest, Metric, MetricInput, Use


@dataclass(frozen=True, slots=True)
class Accumulation:
    """How far back a cumulative metric reads: a window, to the start of a grain, or all time (neither)."""

    window: Window | None
    grain_to_date: str | None
    period_agg: str

    @property
    def is_all_time(self) -> bool:
        """True where everything since the beginning counts."""
        return self.window is None and self.grain_to_date is None


@dataclass(frozen=True, slots=True)
class Shape:
    """How an aggregation lies in time: offsets, the outermost first, and what it accumulates."""

    offsets: tuple[Window | str, ...] = ()
    accumulation: Accumulation | None = None

    @property
    def is_plain(self) -> bool:
        """True where rows count in the period in which they lie."""
        return not self.offsets and self.accumulation is None


@dataclass(frozen=True, slots=True)
class Leaf:
    """One aggregation to compute. `conversion` is set where it counts conversions instead of rows.

    `own` are those of its filters that belong to the definition of the aggregated metric itself.
    """

    metric: str
    use: Use
    filters: tuple[Filter, ...]
    shape: Shape
    conversion: Conversion | None = None
    own: frozenset[str] = frozenset()

    @property
    def aggregation(self) -> Aggregation:
        """What is aggregated."""
        return self.use.aggregation


@dataclass(frozen=True, slots=True)
class Value:
    """A calculation: the value of leaf number `leaf`."""

    leaf: int


@dataclass(frozen=True, slots=True)
class Ratio:
    """A calculation: numerator over denominator, NULL where the denominator is zero."""

    numerator: Calculation
    denominator: Calculation


@dataclass(frozen=True, slots=True)
class Formula:
    """A calculation: an expression over inputs by their names in it."""

    expr: str
    inputs: Mapping[str, Calculation]


Calculation = Value | Ratio | Formula


def parts_of(calculation: Calculation) -> tuple[Calculation, ...]:
    """The calculations that a calculation is made of."""
    if isinstance(calculation, Ratio):
        return (calculation.numerator, calculation.denominator)
    if isinstance(calculation, Formula):
        return tuple(calculation.inputs.values())
    return ()


def leaves_of(calculation: Calculation) -> set[int]:
    """The places of the leaves under a calculation."""
    if isinstance(calculation, Value):
        return {calculation.leaf}
    return {leaf for part in parts_of(calculation) for leaf in leaves_of(part)}


@dataclass(slots=True)
class Leaves:
    """The leaves of a request; equal ones are kept once."""

    manifest: Manifest
    extra: tuple[Filter, ...] = ()
    items: list[Leaf] = field(default_factory=list)
    _places: dict[tuple[object, ...], int] = field(default_factory=dict)

    def expand(self, name: str) -> Calculation:
        """The calculation of the metric called `name`; its leaves are added to `items`."""
        return self._expand(find_metric(self.manifest, name), (), ())

    def _expand(
        self, metric: Metric, filters: tuple[Filter, ...], offsets: tuple[Window | str, ...]
    ) -> Calculation:
        own = self._parse(metric.filters)
        outer, filters = filters, (*filters, *own)
        if metric.type == "conversion" and metric.conversion is not None:
            return self._conversion(metric, metric.conversion, filters, offsets)
        if metric.use is not None:
            shape = Shape(offsets, _accumulation(metric))
            return self._leaf(metric.name, metric.use, outer, shape, own=own)
        parts = [(item, self._input(item, filters, offsets)) for item in metric.inputs]
        if metric.type == "ratio":
            return Ratio(parts[0][1], parts[1][1])
        return Formula(metric.expr or "", {item.handle: part for item, part in parts})

    def _input(
        self, item: MetricInput, filters: tuple[Filter, ...], offsets: tuple[Window | str, ...]
    ) -> Calculation:
        offset = item.offset_window or item.offset_to_grain
        inner = (*offsets, offset) if offset else offsets
        metric = find_metric(self.manifest, item.name)
        return self._expand(metric, (*filters, *self._parse(item.filters)), inner)

    def _conversion(
        self,
        metric: Metric,
        conversion: Conversion,
        filters: tuple[Filter, ...],
        offsets: tuple[Window | str, ...],
    ) -> Calculation:
        shape = Shape(offsets)
        converted = self._leaf(metric.name, conversion.conversion, filters, shape, conversion)
        base = self._leaf(f"{metric.name}_base", conversion.base, filters, shape)
        if conversion.calculation == "conversions":
            # the base is an input as well, because a group without conversions is a group with none of them
            return Formula("conversions", {"conversions": converted, "base_events": base})
        return Ratio(converted, base)

    def _leaf(
        self,
        name: str,
        use: Use,
        filters: tuple[Filter, ...],
        shape: Shape,
        conversion: Conversion | None = None,
        own: tuple[Filter, ...] = (),
    ) -> Value:
        # the filters of a conversion event are its own; those of the metric are over the base event
        own = own if conversion else (*self._parse(use.filters), *own)
        unique = {item.key: item for item in (*own, *filters, *self.extra)}
        aggregation = use.aggregation
        key = (
            aggregation.model,
            aggregation.name,
            frozenset(unique),
            shape,
            use.fill_nulls_with,
            use.join_to_timespine,
            id(conversion) if conversion else None,
        )
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = len(self.items)
            mine = frozenset(item.key for item in own)
            self.items.append(Leaf(name, use, tuple(unique.values()), shape, conversion, mine))
        return Value(place)

    def _parse(self, texts: tuple[str, ...]) -> tuple[Filter, ...]:
        custom = frozenset(self.manifest.custom_grains)
        return tuple(f for text in texts for f in parse_filter(text, trusted=True, custom_grains=custom))


def find_metric(manifest: Manifest, name: str) -> Metric:
    """The metric called `name`; raises UnknownNameError with the nearest names."""
    metric = manifest.metrics.get(name)
    if metric is None:
        bearers = _bearers(manifest, name)
        if len(bearers) > 1:
            choices = [f"{item.name}  ({item.description or item.label or item.type})" for item in bearers]
            raise AmbiguousNameError(
                f"{name!r} has several meanings, each with a name of its own", choices=choices
            )
        raise UnknownNameError(
            f"metric {name!r} is not defined",
            nearest=[*(item.name for item in bearers), *nearest(name, manifest.metrics)],
            fix="`leadline list` prints every metric",
        )
    return metric


def _bearers(manifest: Manifest, name: str) -> list[Metric]:
    """The metrics that go by a name: as a synonym, or as the beginning of a longer one."""
    return [
        metric
        for metric in manifest.metrics.values()
        if metric.name.startswith(f"{name}_by_") or name in (metric.meta.get("synonyms") or ())
    ]


def _accumulation(metric: Metric) -> Accumulation | None:
    if metric.type != "cumulative":
        return None
    return Accumulation(metric.window, metric.grain_to_date, metric.period_agg)


def time_grain(manifest: Manifest, aggregation: Aggregation) -> str:
    """The declared grain of the time that an aggregation runs along."""
    dimension = manifest.models[aggregation.model].dimensions[aggregation.time_dimension]
    return dimension.grain or "day"


def default_grain(manifest: Manifest, name: str) -> str:
    """The grain of `metric_time` where a request names none: the metric's own, that of its data, or day."""
    metric = find_metric(manifest, name)
    if metric.time_granularity:
        return metric.time_granularity
    grains = [time_grain(manifest, use.aggregation) for use in uses(manifest, metric)]
    found = coarsest(grains) or "day"
    return found if ORDER[found] > ORDER["day"] else "day"


def uses(manifest: Manifest, metric: Metric) -> list[Use]:
    """Every aggregation that a metric is made of, through all its inputs."""
    if metric.conversion is not None:
        return [metric.conversion.base, metric.conversion.conversion]
    if metric.use is not None:
        return [metric.use]
    return [use for item in metric.inputs for use in uses(manifest, find_metric(manifest, item.name))]
