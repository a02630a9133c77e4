"""Rewrites a manifest of the older spec (measures) into the newer one (metrics with their aggregation)."""

from __future__ import annotations

import copy
from typing import Any

Json = dict[str, Any]


def to_newer_spec(document: Json) -> Json:
    """The same definitions without a single measure; what used a measure uses a metric."""
    found = copy.deepcopy(document)
    writer = _Writer(found)
    for model in found["semantic_models"]:
        for measure in model.get("measures") or []:
            writer.add_measure(model, measure)
        model["measures"] = []
    metrics = [writer.rewrite(metric) for metric in found["metrics"]]
    named = {metric["name"] for metric in metrics}
    found["metrics"] = metrics + [m for name, m in writer.private.items() if name not in named]
    return found


class _Writer:
    def __init__(self, document: Json) -> None:
        self.taken = {metric["name"] for metric in document["metrics"]}
        self.measures: dict[str, tuple[Json, Json]] = {}
        self.private: dict[str, Json] = {}

    def add_measure(self, model: Json, measure: Json) -> None:
        self.measures[measure["name"]] = (model, measure)
        if measure.get("create_metric") and measure["name"] not in self.taken:
            self.private[measure["name"]] = self._simple(measure["name"], {"name": measure["name"]})

    def rewrite(self, metric: Json) -> Json:
        params = metric["type_params"]
        if metric["type"] == "simple":
            made = self._simple(metric["name"], params["measure"])
            made["filter"] = _both(made["filter"], metric.get("filter"))
            return {**metric, **{key: made[key] for key in ("type_params", "filter")}}
        if metric["type"] == "cumulative":
            inner = dict(params.get("cumulative_type_params") or {})
            inner["window"] = inner.get("window") or params.get("window")
            inner["grain_to_date"] = inner.get("grain_to_date") or params.get("grain_to_date")
            inner["metric"] = self._input(params["measure"])
            kept = {"cumulative_type_params": inner, "measure": None, "window": None, "grain_to_date": None}
            return {**metric, "type_params": {**params, **kept}}
        if metric["type"] == "conversion":
            inner = dict(params["conversion_type_params"])
            for side in ("base", "conversion"):
                inner[f"{side}_metric"] = self._input(inner.pop(f"{side}_measure"))
            return {**metric, "type_params": {**params, "conversion_type_params": inner}}
        return metric

    def _simple(self, name: str, use: Json) -> Json:
        model, measure = self.measures[use["name"]]
        keys = ("agg", "agg_params", "non_additive_dimension")
        time = measure.get("agg_time_dimension") or model["defaults"]["agg_time_dimension"]
        return {
            "name": name,
            "type": "simple",
            "type_params": {
                "metric_aggregation_params": {
                    "semantic_model": model["name"],
                    "agg_time_dimension": time,
                    **{key: measure.get(key) for key in keys},
                },
                "expr": measure.get("expr") or measure["name"],
                "join_to_timespine": use.get("join_to_timespine") or False,
                "fill_nulls_with": use.get("fill_nulls_with"),
            },
            "filter": use.get("filter"),
        }

    def _input(self, use: Json) -> Json:
        """A metric that is what the measure was, without the filter, which stays with the input."""
        plain = {**use, "filter": None}
        fill, spine = use.get("fill_nulls_with"), use.get("join_to_timespine")
        name = (
            f"{use['name']}_input"
            + (f"_filled_{fill}" if fill is not None else "")
            + ("_spine" if spine else "")
        )
        self.private.setdefault(name, self._simple(name, plain))
        return {"name": name, "filter": use.get("filter"), "alias": use.get("alias")}


def _both(first: Json | None, second: Json | None) -> Json | None:
    filters = [item for side in (first, second) if side for item in side["where_filters"]]
    return {"where_filters": filters} if filters else None
