"""Metrics, taken apart: what has to be aggregated (leaves) and how a metric is calculated from it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leadline.errors import AmbiguousNameError, RefusedError, UnknownNameError, nearest
from leadline.filters import Filter, parse_filter
from leadline.grains import ORDER, coarsest
from leadline.manifest import Aggregation, Conversion, Manifest, Metric, MetricInput, Use
from leadline.meanings import meanings, misaggregated, synonym_of
from leadline.resolve.calculations import Calculation, Formula, Ratio, Share, Value
from leadline.resolve.shapes import Accumulation, Shape
from leadline.resolve.views import EXAMPLES, parse_view


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


PLAIN = Shape()
_ADDITIVE = frozenset({"sum", "count", "sum_boolean"})


@dataclass(slots=True)
class Leaves:
    """The leaves of a request; equal ones are kept once."""

    manifest: Manifest
    extra: tuple[Filter, ...] = ()
    items: list[Leaf] = field(default_factory=list)
    _places: dict[tuple[object, ...], int] = field(default_factory=dict)

    def expand(self, name: str, lens: Shape = PLAIN) -> Calculation:
        """The calculation of a metric, or of a view of one; its leaves are added to `items`."""
        metric = self.manifest.metrics.get(name)
        if metric is not None:
            return self._expand(metric, (), lens)
        inner, _, suffix = name.rpartition("__")
        view = parse_view(suffix) if inner else None
        if view is None:
            return self._expand(find_metric(self.manifest, name), (), lens)
        if view.is_share:
            check_additive(self.manifest, inner)
            return Share(self.expand(inner, lens))
        if view.accumulation is not None:
            accumulated = self._accumulated(lens, view.accumulation, name)
            return self.expand(inner, replace(accumulated, is_view=True))
        offsets = (*lens.offsets, view.offset) if view.offset else lens.offsets
        before = self.expand(inner, replace(lens, offsets=offsets, is_view=True))
        if not view.is_growth:
            return before
        return Formula("(now - before) / before", {"now": self.expand(inner, lens), "before": before})

    @staticmethod
    def _accumulated(lens: Shape, accumulation: Accumulation, name: str) -> Shape:
        if lens.accumulation is not None:
            raise RefusedError(f"{name!r} accumulates what is accumulated already", fix="use one of the two")
        return replace(lens, accumulation=accumulation)

    def _expand(self, metric: Metric, filters: tuple[Filter, ...], lens: Shape) -> Calculation:
        own = self._parse(metric.filters)
        outer, filters = filters, (*filters, *own)
        if metric.type == "conversion" and metric.conversion is not None:
            return self._conversion(metric, metric.conversion, filters, lens)
        if metric.use is not None:
            declared = _accumulation(metric)
            shape = self._accumulated(lens, declared, metric.name) if declared else lens
            return self._leaf(metric.name, metric.use, outer, shape, own=own)
        parts = [(item, self._input(item, filters, lens)) for item in metric.inputs]
        if metric.type == "ratio":
            return Ratio(parts[0][1], parts[1][1])
        return Formula(metric.expr or "", {item.handle: part for item, part in parts})

    def _input(self, item: MetricInput, filters: tuple[Filter, ...], lens: Shape) -> Calculation:
        offset = item.offset_window or item.offset_to_grain
        inner = replace(lens, offsets=(*lens.offsets, offset)) if offset else lens
        metric = find_metric(self.manifest, item.name)
        return self._expand(metric, (*filters, *self._parse(item.filters)), inner)

    def _conversion(
        self,
        metric: Metric,
        conversion: Conversion,
        filters: tuple[Filter, ...],
        shape: Shape,
    ) -> Calculation:
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
        # a conversion event has filters of its own; those of the metric and its base are over the base event
        own = (*self._parse((conversion.base if conversion else use).filters), *own)
        unique = {item.key: item for item in (*own, *filters, *self.extra)}
        aggregation = use.aggregation
        key = (
            aggregation.model,
            aggregation.name,
            aggregation.non_additive,
            aggregation.distinct_by,
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


def base_metric(manifest: Manifest, name: str) -> Metric:
    """The metric called `name`, or the one that it is a view of."""
    while name not in manifest.metrics:
        inner, _, suffix = name.rpartition("__")
        if not inner or parse_view(suffix) is None:
            break
        name = inner
    return find_metric(manifest, name)


def check_additive(manifest: Manifest, name: str) -> None:
    """Refuse a share of what does not add up over groups; the shares would not add up to one."""
    metric = base_metric(manifest, name)
    adds = metric.meta.get("adds")
    simple = metric.type in ("simple", "cumulative") and metric.use is not None
    additive = simple and metric.use is not None and metric.use.aggregation.agg in _ADDITIVE
    if adds == "no" or (adds is None and not additive):
        raise RefusedError(
            f"a share of {name!r} is refused: it does not add up over groups, nor would its shares",
            fix="ask for the share of its numerator or denominator",
        )


def find_metric(manifest: Manifest, name: str) -> Metric:
    """The metric called `name`.

    Raises:
        AmbiguousNameError: the name means several metrics.
        RefusedError: it asks the mean or sum of a metric where that is another number.
        UnknownNameError: it means none; with the nearest names.
    """
    metric = manifest.metrics.get(name)
    if metric is None:
        choices = meanings(manifest, name)
        if choices:
            raise AmbiguousNameError(
                f"{name!r} has several meanings, each with a name of its own",
                choices=[choice.line() for choice in choices],
            )
        known = synonym_of(manifest, name)
        wrong = misaggregated(manifest, name) if known is None else None
        if wrong is not None:
            right, kind = wrong
            raise RefusedError(
                f"{name!r} is refused: the {kind} of {right.name} over groups or periods is another number",
                fix=f"ask {right.name} for all that it should cover: it is computed again from the rows",
            )
        raise UnknownNameError(
            f"metric {name!r} is not defined",
            nearest=list(dict.fromkeys([*([known.name] if known else []), *nearest(name, manifest.metrics)])),
            fix="`leadline list` prints every metric; a metric may be followed by "
            f"{', '.join('__' + example for example in EXAMPLES[:4])}, …",
        )
    return metric


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
    metric = base_metric(manifest, name)
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
