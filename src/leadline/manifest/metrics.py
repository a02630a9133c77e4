"""Reads metrics of both shapes: those over measures, and those that carry their own aggregation."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leadline.errors import nearest
from leadline.manifest.cursor import Cursor
from leadline.manifest.declared import as_declared
from leadline.manifest.model import (
    METRIC_TYPES,
    Aggregation,
    Conversion,
    Metric,
    MetricInput,
    SemanticModel,
    Use,
)
from leadline.manifest.parts import read_aggregation, read_config

_PERIOD_AGGS = ("first", "last", "average")
_CALCULATIONS = ("conversion_rate", "conversions")


class MetricReader:
    """Collects the metrics of a manifest; an input may be defined after the metric that uses it."""

    def __init__(
        self,
        models: Mapping[str, SemanticModel],
        measures: Mapping[str, Aggregation],
        custom: Mapping[str, Any],
    ) -> None:
        self._models = models
        self._measures = measures
        self._custom = custom
        self._of_measures: dict[str, tuple[Cursor, Aggregation]] = {}
        self._nodes: dict[str, Cursor] = {}

    def add_measure_metric(self, at: Cursor, measure: Aggregation) -> None:
        """A measure with `create_metric: true` is a metric of the same name."""
        self._of_measures[measure.name] = (at, measure)

    def read_all(self, root: Cursor) -> dict[str, Metric]:
        """Every metric by name, with references checked and cycles reported."""
        nodes = list(root.children("metrics"))
        for at in nodes:
            name = at.name()
            if name in self._nodes:
                at.problem(f"metric {name!r} is defined twice", "name")
            self._nodes.setdefault(name, at)
        # a second definition of a name is read as well, for its problems
        metrics = {metric.name: metric for at in reversed(nodes) for metric in [self._read(at)]}
        metrics = {name: metrics[name] for name in self._nodes}
        for name, (at, measure) in self._of_measures.items():
            if name not in metrics:
                metrics[name] = Metric(
                    name=name,
                    type="simple",
                    label=at.text("label"),
                    description=at.text("description"),
                    config=read_config(at),
                    use=Use(measure),
                )
        self._check_cycles(metrics)
        return metrics

    def _read(self, at: Cursor) -> Metric:
        kind = at.choice("type", METRIC_TYPES)
        params = at.child("type_params")
        cumulative = params.child("cumulative_type_params")
        granularity = at.text("time_granularity")
        return Metric(
            name=at.name(),
            type=kind,
            label=at.text("label"),
            description=at.text("description"),
            config=read_config(at),
            filters=at.filters(),
            time_granularity=at.grain(granularity, "time_granularity", self._custom) if granularity else None,
            use=self._use(at, params, kind),
            inputs=self._inputs(params, kind),
            expr=self._derived_expr(params) if kind == "derived" else None,
            window=cumulative.window("window", self._custom) or params.window("window", self._custom),
            grain_to_date=self._grain_to_date(cumulative) or self._grain_to_date(params),
            period_agg=cumulative.choice("period_agg", _PERIOD_AGGS, "first"),
            conversion=self._conversion(params) if kind == "conversion" else None,
            is_private=params.flag("is_private"),
        )

    def _grain_to_date(self, at: Cursor) -> str | None:
        given = at.text("grain_to_date")
        return at.grain(given, "grain_to_date", self._custom) if given else None

    @staticmethod
    def _derived_expr(params: Cursor) -> str | None:
        expr = params.text("expr")
        if not expr:
            params.problem("a derived metric needs an expression", "expr")
        return expr

    def _use(self, at: Cursor, params: Cursor, kind: str) -> Use | None:
        if kind == "simple":
            return self._simple_use(at, params)
        if kind != "cumulative":
            return None
        inner = params.child("cumulative_type_params")
        if inner.has("metric"):
            return self._metric_use(inner.child("metric"))
        return self._measure_use(params, "measure")

    def _simple_use(self, at: Cursor, params: Cursor) -> Use | None:
        use = self._spec_use(at, params)
        if use is None:
            return None
        model = self._models[use.aggregation.model]
        return replace(use, aggregation=as_declared(at, use.aggregation, model))

    def _spec_use(self, at: Cursor, params: Cursor) -> Use | None:
        if params.has("measure"):
            return self._measure_use(params, "measure")
        if not params.has("metric_aggregation_params"):
            params.problem(f"simple metric {at.name()!r} needs a measure or metric_aggregation_params")
            return None
        inner = params.child("metric_aggregation_params")
        model = self._models.get(inner.name("semantic_model"))
        if model is None:
            self._unknown(inner, "semantic_model", "semantic model", self._models)
            return None
        name = at.name()
        expr = params.node.get("expr")
        return Use(
            aggregation=read_aggregation(inner, name, name if expr is None else str(expr), model),
            fill_nulls_with=params.number("fill_nulls_with"),
            join_to_timespine=params.flag("join_to_timespine"),
        )

    def _measure_use(self, params: Cursor, key: str) -> Use | None:
        if not params.has(key):
            params.problem("a measure is required", key)
            return None
        at = (
            params.child(key)
            if not isinstance(params.node[key], str)
            else Cursor({"name": params.node[key]}, f"{params.path}.{key}", params.problems)
        )
        measure = self._measures.get(at.name())
        if measure is None:
            self._unknown(at, "name", "measure", self._measures)
            return None
        return Use(
            aggregation=measure,
            filters=at.filters(),
            fill_nulls_with=at.number("fill_nulls_with"),
            join_to_timespine=at.flag("join_to_timespine"),
        )

    def _metric_use(self, at: Cursor) -> Use | None:
        """The aggregation behind a simple metric that is the input of a cumulative or conversion one."""
        name = at.name()
        node = self._nodes.get(name)
        if node is None:
            if name in self._of_measures:
                return Use(self._of_measures[name][1], filters=at.filters())
            self._unknown(at, "name", "metric", {**self._nodes, **self._of_measures})
            return None
        if node.node.get("type") != "simple":
            at.problem(f"{name!r} is a {node.node.get('type')} metric; a simple one is required here", "name")
            return None
        # problems of the input itself are reported where it is read
        quiet = Cursor(node.node, node.path, [])
        use = self._simple_use(quiet, quiet.child("type_params"))
        if use is None:
            return None
        return Use(
            aggregation=use.aggregation,
            filters=(*use.filters, *quiet.filters(), *at.filters()),
            fill_nulls_with=use.fill_nulls_with,
            join_to_timespine=use.join_to_timespine,
        )

    def _inputs(self, params: Cursor, kind: str) -> tuple[MetricInput, ...]:
        if kind == "ratio":
            found = []
            for key in ("numerator", "denominator"):
                if params.has(key):
                    found.append(self._input(params.child(key)))
                else:
                    params.problem(f"a ratio metric needs a {key}", key)
            return tuple(found)
        if kind != "derived":
            return ()
        inputs = tuple(self._input(at) for at in params.children("metrics"))
        if not inputs:
            params.problem("a derived metric needs input metrics", "metrics")
        return inputs

    def _input(self, at: Cursor) -> MetricInput:
        name = at.name()
        if name not in self._nodes and name not in self._of_measures:
            self._unknown(at, "name", "metric", {**self._nodes, **self._of_measures})
        to_grain = at.text("offset_to_grain")
        if to_grain and at.has("offset_window"):
            at.problem("offset_window and offset_to_grain exclude each other", "offset_to_grain")
        return MetricInput(
            name=name,
            alias=at.text("alias"),
            filters=at.filters(),
            offset_window=at.window("offset_window", self._custom),
            offset_to_grain=at.grain(to_grain, "offset_to_grain", self._custom) if to_grain else None,
        )

    def _conversion(self, params: Cursor) -> Conversion | None:
        at = params.child("conversion_type_params")
        base = self._event(at, "base")
        conversion = self._event(at, "conversion")
        entity = at.name("entity")
        for use in (base, conversion):
            if use is not None and entity not in self._models[use.aggregation.model].entities:
                at.problem(f"{entity!r} is not an entity of {use.aggregation.model!r}", "entity")
        calculation = at.choice("calculation", _CALCULATIONS, "conversion_rate")
        window = at.window("window", self._custom)
        constants = tuple(
            (item.name("base_property"), item.name("conversion_property"))
            for item in at.children("constant_properties")
        )
        if base is None or conversion is None:
            return None
        return Conversion(base, conversion, entity, calculation, window, constants)

    def _event(self, at: Cursor, side: str) -> Use | None:
        if at.has(f"{side}_metric"):
            return self._metric_use(at.child(f"{side}_metric"))
        return self._measure_use(at, f"{side}_measure")

    @staticmethod
    def _unknown(at: Cursor, key: str, kind: str, known: Mapping[str, Any]) -> None:
        name = at.node.get(key)
        hint = nearest(str(name), known, 3)
        near = f"; nearest: {', '.join(hint)}" if hint else ""
        at.problem(f"{kind} {name!r} is not defined{near}", key)

    def _check_cycles(self, metrics: Mapping[str, Metric]) -> None:
        done: set[str] = set()

        def visit(name: str, trail: tuple[str, ...]) -> None:
            if name in trail:
                cycle = " -> ".join([*trail[trail.index(name) :], name])
                self._nodes[name].problem(f"metric {name!r} is defined by itself: {cycle}", "type_params")
                return
            if name in done or name not in metrics:
                return
            for item in metrics[name].inputs:
                visit(item.name, (*trail, name))
            done.add(name)

        for name in metrics:
            visit(name, ())
