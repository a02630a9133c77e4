"""The definitions that are measured: one company, as dbt's semantic manifest and as sidemantic's YAML.

Two facts (visits, orders), two dimension tables one behind the other (campaigns, accounts), and as many more
metrics, dimensions and models as a run asks for. The same requests are asked of a small and of a large
manifest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

CORE_MODELS = 4
MEASURES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "visits": (
        ("visits", "sum", "1"),
        ("visitors", "count_distinct", "visitor_id"),
        ("pages", "sum", "pages"),
    ),
    "orders": (
        ("orders", "sum", "1"),
        ("buyers", "count_distinct", "visitor_id"),
        ("revenue", "sum", "amount"),
    ),
}
TIMES = {"visits": "visited_on", "orders": "ordered_on"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request in dbt's names, and in sidemantic's where it can say it."""

    metrics: tuple[str, ...]
    group_by: tuple[str, ...]
    sidemantic_metrics: tuple[str, ...] = ()
    sidemantic_dimensions: tuple[str, ...] = ()


TEN = ("visits", "visitors", "pages", "orders", "buyers", "revenue", *(f"pages_{n}" for n in range(1, 5)))
REQUESTS: Mapping[str, Asked] = {
    "simple": Asked(
        ("visits",),
        ("metric_time__month", "visit__channel"),
        ("visits.visits",),
        ("visits.visited_on__month", "visits.channel"),
    ),
    "ratio": Asked(
        ("pages_per_visit",),
        ("metric_time__month", "visit__channel"),
        ("pages_per_visit",),
        ("visits.visited_on__month", "visits.channel"),
    ),
    "ratio, two hops": Asked(
        ("revenue_per_visit",),
        ("metric_time__month", "campaign__account__region"),
        ("revenue_per_visit",),
        ("visits.visited_on__month", "accounts.region"),
    ),
    "derived with offset": Asked(
        ("revenue_yoy",), ("metric_time__month",), ("revenue_yoy",), ("orders.ordered_on__month",)
    ),
    "trailing window": Asked(
        ("revenue_28d",), ("metric_time__day",), ("revenue_28d",), ("orders.ordered_on__day",)
    ),
    "conversion": Asked(("visit_to_order_7d",), ("metric_time__month",), ("visit_to_order_7d",), ()),
    "ten metrics by two dimensions": Asked(
        TEN,
        ("metric_time__month", "campaign__country"),
        tuple(f"{'orders' if n in ('orders', 'buyers', 'revenue') else 'visits'}.{n}" for n in TEN),
        ("visits.visited_on__month", "campaigns.country"),
    ),
}


@dataclass(slots=True)
class Definitions:
    """How large the definitions are: metrics in all, models in all, dimensions in each further model."""

    metrics: int = 100
    models: int = CORE_MODELS
    dimensions: int = 10
    database: str | None = None
    _extra: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._extra = [f"attribute_{n}" for n in range(self.models - CORE_MODELS)]

    def _fillers(self) -> list[str]:
        """Measures of pages under other names, as many as bring the metrics to the number asked."""
        return [f"pages_{n}" for n in range(1, max(5, self.metrics - len(_NAMED) + 1))]

    def manifest(self) -> Json:
        """The document that dbt writes as target/semantic_manifest.json."""
        fillers = self._fillers()
        extra = [self._extra_model(place) for place in range(len(self._extra))]
        measures = {"visits": [*MEASURES["visits"], *((name, "sum", "pages") for name in fillers)]}
        measures["orders"] = [*MEASURES["orders"]]
        facts = [
            _fact("visits", "visit", measures["visits"], ("channel", "device"), self.dimensions),
            _fact("orders", "order", measures["orders"], ("channel",), self.dimensions),
        ]
        foreign = ("account", *self._children(-1))
        dims = [
            _dim("campaigns", "campaign", foreign, ("country", "kind"), self.dimensions),
            _dim("accounts", "account", (), ("region",), self.dimensions),
        ]
        simple = [name for rows in measures.values() for name, _, _ in rows]
        metrics = [_metric(name, "simple", {"measure": _input(name)}) for name in simple]
        return {
            "semantic_models": [*facts, *dims, *extra],
            "metrics": [*metrics, *_spanning()],
            "project_configuration": {
                "time_spine_table_configurations": [],
                "metadata": None,
                "dsi_package_version": {"major_version": "0", "minor_version": "213", "patch_version": "0"},
                "time_spines": [
                    {
                        "node_relation": _relation("days"),
                        "primary_column": {"name": "date_day", "time_granularity": "day"},
                        "custom_granularities": [],
                    }
                ],
            },
            "saved_queries": [],
        }

    def _children(self, place: int) -> list[str]:
        """Each further model is reached from another: a tree whose nodes have six branches."""
        first = 6 * (place + 1)
        return self._extra[first : first + 6]

    def _extra_model(self, place: int) -> Json:
        name = self._extra[place]
        return _dim(f"dim_{name}", name, tuple(self._children(place)), (), self.dimensions)

    def sidemantic(self) -> Json:
        """The same definitions in sidemantic's own format."""
        fillers = [(name, "sum", "pages") for name in self._fillers()]
        visits = _side_fact("visits", "visit_id", [*MEASURES["visits"], *fillers], ("channel", "device"))
        visits["metrics"].append(_SIDE_CONVERSION)
        orders = _side_fact("orders", "order_id", [*MEASURES["orders"]], ("channel",))
        campaigns = _side_dim("campaigns", "campaign", ("country", "kind"), self.dimensions)
        campaigns["relationships"] = [_many_to_one("accounts", "account_id")]
        campaigns["relationships"] += [_many_to_one(f"dim_{c}", f"{c}_id") for c in self._children(-1)]
        models = [visits, orders, campaigns, _side_dim("accounts", "account", ("region",), self.dimensions)]
        for place, name in enumerate(self._extra):
            model = _side_dim(f"dim_{name}", name, (), self.dimensions)
            model["relationships"] = [_many_to_one(f"dim_{c}", f"{c}_id") for c in self._children(place)]
            models.append(model)
        return {"models": models, "metrics": [dict(item) for item in _SIDE_METRICS]}


_NAMED = (
    *(name for rows in MEASURES.values() for name, _, _ in rows),
    "pages_per_visit",
    "revenue_per_visit",
    "orders_per_visit",
    "visits_yoy",
    "revenue_yoy",
    "revenue_28d",
    "visits_28d",
    "visits_all_time",
    "visits_mtd",
    "visitors_7d",
    "visitors_28d",
    "visitors_all_time",
    "visit_to_order_7d",
)


def _relation(name: str) -> Json:
    return {"alias": name, "schema_name": "main", "database": None, "relation_name": f"main.{name}"}


def _entity(name: str, kind: str) -> Json:
    return {"name": name, "type": kind, "expr": f"{name}_id"}


def _categorical(name: str) -> Json:
    return {"name": name, "type": "categorical", "is_partition": False}


def _padded(name: str, own: tuple[str, ...], count: int) -> list[Json]:
    more = [f"{name}_{n}" for n in range(max(0, count - len(own)))]
    return [_categorical(item) for item in (*own, *more)]


def _fact(
    name: str, entity: str, measures: list[tuple[str, str, str]], own: tuple[str, ...], dimensions: int
) -> Json:
    time = TIMES[name]
    return {
        "name": name,
        "defaults": {"agg_time_dimension": time},
        "node_relation": _relation(name),
        "primary_entity": None,
        "entities": [
            _entity(entity, "primary"),
            _entity("visitor", "foreign"),
            _entity("campaign", "foreign"),
        ],
        "measures": [
            {"name": n, "agg": agg, "expr": expr, "create_metric": False} for n, agg, expr in measures
        ],
        "dimensions": [
            {
                "name": time,
                "type": "time",
                "is_partition": False,
                "type_params": {"time_granularity": "day"},
            },
            *_padded(name, own, dimensions - 1),
        ],
    }


def _dim(name: str, entity: str, foreign: tuple[str, ...], own: tuple[str, ...], dimensions: int) -> Json:
    return {
        "name": name,
        "defaults": None,
        "node_relation": _relation(name),
        "primary_entity": None,
        "entities": [_entity(entity, "primary"), *(_entity(other, "foreign") for other in foreign)],
        "measures": [],
        "dimensions": _padded(entity, own, dimensions),
    }


def _input(name: str, **more: Any) -> Json:
    return {"name": name, **more}


def _metric(name: str, kind: str, params: Json) -> Json:
    return {"name": name, "type": kind, "description": name.replace("_", " "), "type_params": params}


def _ratio(name: str, numerator: str, denominator: str) -> Json:
    return _metric(name, "ratio", {"numerator": _input(numerator), "denominator": _input(denominator)})


def _cumulative(name: str, measure: str, **how: Any) -> Json:
    params = {"period_agg": "last", **how}
    return _metric(name, "cumulative", {"measure": _input(measure), "cumulative_type_params": params})


def _days(count: int) -> Json:
    return {"count": count, "granularity": "day"}


def _yoy(metric: str) -> Json:
    before = _input(metric, alias=f"{metric}_before", offset_window={"count": 1, "granularity": "year"})
    return _metric(
        f"{metric}_yoy",
        "derived",
        {
            "expr": f"({metric} - {metric}_before) * 1.0 / nullif({metric}_before, 0)",
            "metrics": [_input(metric), before],
        },
    )


def _spanning() -> list[Json]:
    conversion = {
        "base_measure": _input("visits"),
        "conversion_measure": _input("orders"),
        "entity": "visitor",
        "calculation": "conversion_rate",
        "window": _days(7),
        "constant_properties": None,
    }
    return [
        _ratio("pages_per_visit", "pages", "visits"),
        _ratio("revenue_per_visit", "revenue", "visits"),
        _ratio("orders_per_visit", "orders", "visits"),
        _yoy("visits"),
        _yoy("revenue"),
        _cumulative("revenue_28d", "revenue", window=_days(28)),
        _cumulative("visits_28d", "visits", window=_days(28)),
        _cumulative("visits_all_time", "visits"),
        _cumulative("visits_mtd", "visits", grain_to_date="month"),
        _cumulative("visitors_7d", "visitors", window=_days(7)),
        _cumulative("visitors_28d", "visitors", window=_days(28)),
        _cumulative("visitors_all_time", "visitors"),
        _metric("visit_to_order_7d", "conversion", {"conversion_type_params": conversion}),
    ]


def _side_metric(name: str, agg: str, expr: str) -> Json:
    return {"name": name, "agg": agg, "sql": expr}


def _many_to_one(model: str, key: str) -> Json:
    return {"name": model, "type": "many_to_one", "foreign_key": key}


def _side_fact(
    name: str, key: str, measures: list[tuple[str, str, str]], dimensions: tuple[str, ...]
) -> Json:
    time = TIMES[name]
    # a funnel of sidemantic's takes its entity from the one model that has it
    own = ("visitor_id", *dimensions) if name == "visits" else dimensions
    return {
        "name": name,
        "table": name,
        "primary_key": key,
        "default_time_dimension": time,
        "relationships": [_many_to_one("campaigns", "campaign_id")],
        "dimensions": [
            {"name": time, "type": "time", "granularity": "day", "sql": time},
            *({"name": d, "type": "categorical", "sql": d} for d in own),
        ],
        "metrics": [_side_metric(*measure) for measure in measures],
    }


def _side_dim(name: str, entity: str, own: tuple[str, ...], dimensions: int) -> Json:
    return {
        "name": name,
        "table": name,
        "primary_key": f"{entity}_id",
        "dimensions": [
            {"name": item["name"], "type": "categorical", "sql": item["name"]}
            for item in _padded(entity, own, dimensions)
        ],
        "metrics": [],
    }


# sidemantic's funnels read one table of events, so its conversion is asked of visits alone
_SIDE_CONVERSION: Json = {
    "name": "visit_to_order_7d",
    "type": "conversion",
    "entity": "visitor_id",
    "base_event": "visit",
    "conversion_event": "order",
    "conversion_window": "7 days",
}
_SIDE_METRICS: tuple[Json, ...] = (
    {"name": "pages_per_visit", "type": "ratio", "numerator": "visits.pages", "denominator": "visits.visits"},
    {
        "name": "revenue_per_visit",
        "type": "ratio",
        "numerator": "orders.revenue",
        "denominator": "visits.visits",
    },
    {
        "name": "revenue_yoy",
        "type": "time_comparison",
        "base_metric": "orders.revenue",
        "comparison_type": "yoy",
        "calculation": "percent_change",
    },
    {"name": "revenue_28d", "type": "cumulative", "sql": "orders.revenue", "window": "28 days"},
)
