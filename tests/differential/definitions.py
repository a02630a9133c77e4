"""Strategies for manifests: semantic models over the tables of data.py, and metrics of every type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Json = dict[str, Any]
HOURLY_WINDOWS = ((1, "hour"), (6, "hour"), (1, "day"), (2, "day"))
WINDOWS = (
    (1, "day"),
    (2, "day"),
    (7, "day"),
    (1, "week"),
    (1, "month"),
    (2, "month"),
    (1, "quarter"),
    (1, "year"),
)
EXPRESSIONS = {
    "sum": ("q", "v", "q * 2", "case when ok then q else 0 end", "coalesce(q, 1) + 1"),
    "min": ("q", "v"),
    "max": ("q", "v"),
    "count": ("1", "u", "q"),
    "count_distinct": ("u", "q"),
    "average": ("v", "q"),
    "median": ("v", "q"),
    "percentile": ("v", "q"),
    "sum_boolean": ("ok", "q > 1"),
}


@dataclass
class Model:
    """A semantic model and what can be asked of it: names with their types."""

    document: Json
    names: dict[str, str]
    facts: bool = False


@dataclass
class Defined:
    """A metric: the facts whose names it can be cut by, and whether it means anything without time.

    `by_season` where it is compared with an earlier period of the custom calendar, `to_start` where with the
    start of one, `distinct` where its conversions are things that count once.
    """

    name: str
    models: tuple[str, ...]
    needs_time: bool = False
    shifted: bool = False
    simple: bool = False
    by_season: bool = False
    to_start: bool = False
    distinct: bool = False


@dataclass
class Definitions:
    """The manifest in the making."""

    newer: bool
    by_hour: bool = False
    models: dict[str, Model] = field(default_factory=dict)
    metrics: dict[str, Defined] = field(default_factory=dict)
    documents: list[Json] = field(default_factory=list)

    def manifest(self) -> Json:
        """As dbt writes it."""
        spines: list[Json] = [
            {
                "node_relation": {"alias": f"{g}s", "schema_name": "main", "relation_name": f"main.{g}s"},
                "primary_column": {"name": f"{g}_start", "time_granularity": g},
            }
            for g in (("day", "hour") if self.by_hour else ("day",))
        ]
        spines[0]["custom_granularities"] = [{"name": "season", "column_name": None}]
        return {
            "semantic_models": [model.document for model in self.models.values()],
            "metrics": self.documents,
            "project_configuration": {"time_spines": spines},
            "saved_queries": [],
        }


def filter_of(conditions: list[str]) -> Json | None:
    """A filter block of conditions."""
    return {"where_filters": [{"where_sql_template": text} for text in conditions]} if conditions else None


def semantic_model(
    name: str, entities: list[tuple[str, str, str]], dimensions: list[tuple[str, str, str]], time: str | None
) -> Json:
    """A model of (name, type, expression) triples."""
    return {
        "name": name,
        "defaults": {"agg_time_dimension": time} if time else None,
        "node_relation": {"alias": name, "schema_name": "main", "relation_name": f"main.{name}"},
        "primary_entity": None,
        "entities": [{"name": n, "type": t, "expr": e} for n, t, e in entities],
        "dimensions": [
            {
                "name": n,
                "type": t,
                "expr": None if e == n else e,
                "type_params": {"time_granularity": "day"} if t == "time" else None,
            }
            for n, t, e in dimensions
        ],
        "measures": [],
    }


def changing_model() -> Model:
    """A dimension whose rows are valid from a day to before another; reached by its natural key."""
    model = semantic_model(
        "s",
        [("s", "natural", "s_key")],
        [("s_c", "categorical", "s_c"), ("s_from", "time", "s_from"), ("s_to", "time", "s_to")],
        None,
    )
    for place, end in ((1, "is_start"), (2, "is_end")):
        params = model["dimensions"][place]["type_params"]
        params["validity_params"] = {"is_start": False, "is_end": False, end: True}
    return Model(model, {"s__s_c": "text"})


def partition(model: Model) -> None:
    """Give a model a partition; joins of two that have it stay within it."""
    part = {"name": "part", "type": "time", "expr": None, "is_partition": True}
    model.document["dimensions"].append({**part, "type_params": {"time_granularity": "day"}})


def dimension_model(name: str, unique: bool, onward: str | None) -> Model:
    """A dimension; reached by its primary key, or by a unique one beside it."""
    entities = [(name, "primary", f"{name}_key")]
    if unique:
        entities = [(f"{name}_main", "primary", f"{name}_key"), (name, "unique", f"{name}_unique")]
    if onward:
        entities.append((onward, "foreign", f"{name}_next"))
    dimensions = [
        (f"{name}_c", "categorical", f"{name}_c"),
        (f"{name}_size", "categorical", f"case when {name}_n > 1 then 'big' else 'small' end"),
        (f"{name}_n", "categorical", f"{name}_n"),
        (f"{name}_on", "time", f"{name}_on"),
    ]
    types = {"c": "text", "size": "text", "n": "int", "on": "time"}
    names = {f"{name}__{name}_{n}": t for n, t in types.items()}
    if onward:
        names[f"{name}__{onward}"] = "key"
    return Model(semantic_model(name, entities, dimensions, None), names)


def fact_model(name: str, others: dict[str, Model], parent: str | None, by_hour: bool = False) -> Model:
    """A fact with foreign keys to the dimensions, and to another fact, its parent."""
    entities = [(name, "primary", f"{name}_key"), ("u", "foreign", "u")]
    names = {"u": "key"}
    for other in others:
        entities.append((other, "foreign", f"{other}_id"))
        names[other] = "key"
        names |= others[other].names
        if "a__b" in others[other].names and "b" in others:
            names |= {f"a__{text}": kind for text, kind in others["b"].names.items()}
    dimensions = [
        (f"{name}_c", "categorical", f"{name}_c"),
        (f"{name}_upper", "categorical", f"upper({name}_c)"),
        (f"{name}_ok", "categorical", "ok"),
        (f"{name}_q", "categorical", "q"),
        ("made", "time", "made"),
        ("paid", "time", "paid"),
    ]
    kinds = {
        f"{name}_c": "text",
        f"{name}_upper": "text",
        f"{name}_ok": "bool",
        f"{name}_q": "int",
        "paid": "time",
    }
    names |= {f"{name}__{n}": t for n, t in kinds.items()}
    if parent:
        entities.append((parent, "foreign", "parent_id"))
        names |= {f"{parent}__{parent}_{n}": t for n, t in (("c", "text"), ("ok", "bool"))}
        names[f"{parent}__paid"] = "time"
    found = semantic_model(name, entities, dimensions, "made")
    if by_hour:
        found["dimensions"][-2]["type_params"] = {"time_granularity": "hour"}
    return Model(found, names, facts=True)


def event_model(name: str) -> Model:
    """Events of persons, for conversions."""
    entities = [(name, "primary", f"{name}_key"), ("person", "foreign", "person")]
    dimensions = [(f"{name}_c", "categorical", f"{name}_c"), ("happened", "time", "happened")]
    return Model(
        semantic_model(name, entities, dimensions, "happened"), {f"{name}__{name}_c": "text", "person": "key"}
    )


@dataclass
class Simple:
    """A simple metric before it is written in either shape."""

    name: str
    model: str
    agg: str
    expr: str
    time: str | None = None
    params: Json | None = None
    non_additive: Json | None = None
    where: list[str] = field(default_factory=list)
    fill: int | None = None
    spine: bool = False


def add_simple(found: Definitions, one: Simple) -> None:
    """Write it as a metric with its aggregation, or as a measure and a metric over it."""
    use = {"fill_nulls_with": one.fill, "join_to_timespine": one.spine}
    rule = {"agg": one.agg, "agg_params": one.params, "non_additive_dimension": one.non_additive}
    document: Json = {"name": one.name, "type": "simple", "filter": filter_of(one.where)}
    if found.newer:
        rule |= {"semantic_model": one.model, "agg_time_dimension": one.time}
        document["type_params"] = {"metric_aggregation_params": rule, "expr": one.expr, **use}
    else:
        measure = {"name": f"{one.name}_measure", "expr": one.expr, "agg_time_dimension": one.time, **rule}
        found.models[one.model].document["measures"].append(measure)
        document["type_params"] = {"measure": {"name": f"{one.name}_measure", "filter": None, **use}}
    found.documents.append(document)
    found.metrics[one.name] = Defined(one.name, (one.model,), simple=True)


@st.composite
def simple_metric(
    draw: st.DrawFn,
    name: str,
    model: Model,
    conditions: st.SearchStrategy[str],
    stocks: bool,
    by_hour: bool = False,
) -> Simple:
    """Any aggregation, with a filter, an own time, a fill, the spine or (among `stocks`) a snapshot at
    times."""
    agg = draw(st.sampled_from((*EXPRESSIONS, "sum", "sum", "count")))
    one = Simple(name, model.document["name"], agg, draw(st.sampled_from(EXPRESSIONS[agg])))
    if agg == "percentile":
        share = draw(st.sampled_from((0.1, 0.25, 0.5, 0.9)))
        one.params = {"percentile": share, "use_discrete_percentile": draw(st.booleans())}
        one.params["use_approximate_percentile"] = False
    if draw(st.integers(0, 2)) == 0:
        one.where = [draw(conditions)]
    if not by_hour and draw(st.integers(0, 5)) == 0:
        one.time = "paid"
    if draw(st.integers(0, 3)) == 0:
        one.fill = draw(st.sampled_from((0, 0, 7)))
    one.spine = draw(st.integers(0, 3)) == 0
    if stocks and draw(st.integers(0, 5)) == 0:
        one.non_additive = {
            "name": one.time or "made",
            "window_choice": draw(st.sampled_from(("min", "max"))),
            "window_groupings": draw(st.sampled_from(([], ["u"]))),
        }
        one.spine = False
    return one


def input_of(found: Definitions, name: str, where: list[str] | None = None) -> Json:
    """A metric, or in the older shape its measure, as the input of a cumulative or conversion metric."""
    return {"name": name if found.newer else f"{name}_measure", "filter": filter_of(where or [])}


@st.composite
def ratio_metric(draw: st.DrawFn, found: Definitions, name: str, conditions: st.SearchStrategy[str]) -> Json:
    """Two metrics, each with a filter of its own at times."""
    sides = {}
    models: tuple[str, ...] = ()
    for side in ("numerator", "denominator"):
        of = draw(st.sampled_from([m for m in found.metrics.values() if m.simple]))
        where = [draw(conditions)] if draw(st.booleans()) and _takes_filters(found, of) else []
        sides[side] = {"name": of.name, "filter": filter_of(where), "alias": None}
        models += of.models
    found.metrics[name] = Defined(name, tuple(dict.fromkeys(models)))
    return {"name": name, "type": "ratio", "type_params": sides}


def _takes_filters(found: Definitions, metric: Defined) -> bool:
    return metric.models == ("f0",) and not metric.needs_time


@st.composite
def derived_metric(draw: st.DrawFn, found: Definitions, name: str, shifts: bool) -> Json:
    """Arithmetic over one to three metrics, some of them as they were before."""
    inputs: list[Json] = []
    bases = []
    for place in range(draw(st.integers(1, 3))):
        of = draw(st.sampled_from(list(found.metrics.values())))
        item: Json = {"name": of.name, "alias": f"i{place}", "filter": None}
        how = draw(st.sampled_from(("now", "now", "window", "to_start", "season"))) if shifts else "now"
        if of.by_season:
            how = "now"
        if how == "window":
            count, grain = draw(st.sampled_from(HOURLY_WINDOWS if found.by_hour else WINDOWS))
            item["offset_window"] = {"count": count, "granularity": grain}
        if how == "season" and of.simple and not found.by_hour:
            item["offset_window"] = {"count": draw(st.integers(1, 2)), "granularity": "season"}
        if how == "to_start" and of.simple:
            grains = ("day", "month") if found.by_hour else ("week", "month", "quarter", "year")
            item["offset_to_grain"] = draw(st.sampled_from(grains))
        inputs.append(item)
        bases.append(of)
    names = [item["alias"] for item in inputs]
    exprs = [
        " + ".join(names),
        " - ".join(names),
        f"{names[0]} * 100",
        f"coalesce({names[-1]}, 0) - {names[0]}",
    ]
    exprs.append(f"({names[0]} - {names[-1]}) * 1.0 / nullif({names[-1]}, 0)")
    moved = any("offset_window" in i or "offset_to_grain" in i for i in inputs)
    by_season = any(i.get("offset_window", {}).get("granularity") == "season" for i in inputs)
    models = tuple(dict.fromkeys(model for base in bases for model in base.models))
    needs_time = moved or any(base.needs_time for base in bases)
    found.metrics[name] = Defined(
        name,
        models,
        needs_time,
        moved or any(base.shifted for base in bases),
        by_season=by_season or any(base.by_season for base in bases),
        to_start=any("offset_to_grain" in i for i in inputs) or any(base.to_start for base in bases),
        distinct=moved and any(base.distinct for base in bases),
    )
    params = {"expr": draw(st.sampled_from(exprs)), "metrics": inputs}
    return {"name": name, "type": "derived", "type_params": params}


@st.composite
def cumulative_metric(draw: st.DrawFn, found: Definitions, name: str) -> Json:
    """Over a window, from the start of a grain, or since ever."""
    of = draw(st.sampled_from([m for m in found.metrics.values() if m.simple]))
    inner: Json = {"period_agg": draw(st.sampled_from(("first", "last", "average")))}
    how = draw(st.sampled_from(("window", "to_date", "ever")))
    if how == "window":
        count, grain = draw(st.sampled_from(HOURLY_WINDOWS if found.by_hour else WINDOWS))
        inner["window"] = {"count": count, "granularity": grain}
    if how == "to_date":
        grains = ("day", "month") if found.by_hour else ("week", "month", "quarter", "year")
        inner["grain_to_date"] = draw(st.sampled_from(grains))
    params: Json = {"cumulative_type_params": inner}
    if found.newer:
        inner["metric"] = input_of(found, of.name)
    else:
        params["measure"] = input_of(found, of.name)
    found.metrics[name] = Defined(name, of.models, how != "ever")
    return {"name": name, "type": "cumulative", "type_params": params}


@st.composite
def conversion_metrics(draw: st.DrawFn, found: Definitions) -> list[Json]:
    """Visits that lead to purchases: their number and their share."""
    agg, expr = draw(st.sampled_from((("count", "1"), ("count_distinct", "person"))))
    add_simple(found, Simple("visits", "v", agg, expr))
    agg, expr = draw(st.sampled_from((("count", "1"), ("sum", "1"), ("count_distinct", "person"))))
    add_simple(found, Simple("purchases", "p", agg, expr))
    where = draw(st.sampled_from(([], [], ["{{ Dimension('v__v_c') }} = 'x'"])))
    params: Json = {"entity": "person"}
    if draw(st.booleans()):
        count, grain = draw(st.sampled_from(WINDOWS))
        params["window"] = {"count": count, "granularity": grain}
    if draw(st.booleans()):
        params["constant_properties"] = [{"base_property": "v_c", "conversion_property": "p_c"}]
    kind = "metric" if found.newer else "measure"
    params[f"base_{kind}"] = input_of(found, "visits", where)
    params[f"conversion_{kind}"] = input_of(found, "purchases")
    documents = []
    for name, calculation in (("converted", "conversions"), ("conversion_rate", "conversion_rate")):
        found.metrics[name] = Defined(name, ("v",), distinct=agg == "count_distinct")
        inner = {"conversion_type_params": {**params, "calculation": calculation}}
        documents.append({"name": name, "type": "conversion", "type_params": inner})
    return documents
