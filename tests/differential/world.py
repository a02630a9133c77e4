"""The manifest and the tables as the naive evaluator sees them: both shapes of the spec, values, paths."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from tests.differential import calendar_rules as cal
from tests.differential.expressions import Atom, Node, as_time, parse

Json = dict[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True)
class Name:
    """A group-by: entities on the way, the element, and a grain or a date part."""

    path: tuple[str, ...]
    element: str
    grain: str | None = None
    part: str | None = None


def read_name(text: str) -> Name:
    """`a__b__created__month` and the like."""
    words = text.split("__")
    grain = part = None
    if len(words) > 1 and words[-1] in ("hour", *cal.GRAINS, cal.SEASON):
        grain = words.pop()
    elif len(words) > 1 and words[-1].startswith("extract_"):
        part = words.pop().removeprefix("extract_")
    return Name(tuple(words[:-1]), words[-1], grain, part)


@dataclass
class Measure:
    """What a simple metric aggregates, whichever shape of the spec declares it."""

    model: str
    agg: str
    expr: str
    time: str | None
    params: Json = field(default_factory=dict)
    non_additive: Json | None = None


@dataclass
class Use:
    """A measure with what the metric that uses it adds."""

    measure: Measure
    where: list[str]
    fill: Any = None
    spine: bool = False


class World:
    """Definitions by name, rows by table, the time spine by day and by hour, and its custom calendar."""

    def __init__(
        self, manifest: Json, tables: dict[str, list[Row]], seasons: dict[dt.datetime, str | None]
    ) -> None:
        days = sorted(seasons)
        self.seasons = seasons
        self.models = {model["name"]: model for model in manifest["semantic_models"]}
        self.metrics = {metric["name"]: metric for metric in manifest["metrics"]}
        self.tables = tables
        self.days = days
        self.measures = {
            measure["name"]: (model, measure)
            for model in self.models.values()
            for measure in model.get("measures") or []
        }
        self._parsed: dict[str, tuple[Node, frozenset[Atom]]] = {}

    def spine(self, grain: str) -> list[dt.datetime]:
        """The moments of the time spine by hour, or else by day."""
        if grain != "hour":
            return self.days
        return [day + dt.timedelta(hours=hour) for day in self.days for hour in range(24)]

    def time_value(self, value: Any, grain: str, part: str | None) -> Any:
        """A time cut to its grain, or its date part; what lies outside of the spine has no season."""
        if value is None:
            return None
        at = as_time(value)
        if grain == cal.SEASON and not part:
            return self.seasons.get(cal.start_of("day", at))
        return cal.part(part, at) if part else cal.start_of(grain, at)

    def grain_of(self, measure: Measure) -> str:
        """The declared grain of the time of a measure."""
        found = self.element(measure.model, measure.time or "")
        return str(found[1]["type_params"]["time_granularity"]) if found else "day"

    def parse(self, text: str) -> tuple[Node, frozenset[Atom]]:
        """The expression, parsed once."""
        if text not in self._parsed:
            self._parsed[text] = parse(text)
        return self._parsed[text]

    def rows(self, model: str) -> list[Row]:
        """The rows of a model's table."""
        return self.tables[self.models[model]["node_relation"]["alias"]]

    def column(self, row: Row, expr: str) -> Any:
        """An expression over the columns of a row."""
        return self.parse(expr)[0](lambda atom: row[atom.name])

    def use_of(self, metric: Json) -> Use:
        """What a simple metric aggregates."""
        params = metric["type_params"]
        if params.get("measure"):
            return self.use_of_measure(params["measure"])
        agg = params["metric_aggregation_params"]
        default = (self.models[agg["semantic_model"]].get("defaults") or {}).get("agg_time_dimension")
        measure = Measure(
            agg["semantic_model"],
            agg["agg"],
            params.get("expr") or metric["name"],
            agg.get("agg_time_dimension") or default,
            agg.get("agg_params") or {},
            agg.get("non_additive_dimension"),
        )
        return Use(measure, [], params.get("fill_nulls_with"), bool(params.get("join_to_timespine")))

    def use_of_measure(self, use: Json) -> Use:
        """What an input of the older spec aggregates."""
        model, measure = self.measures[use["name"]]
        default = (model.get("defaults") or {}).get("agg_time_dimension")
        found = Measure(
            model["name"],
            measure["agg"],
            measure.get("expr") or measure["name"],
            measure.get("agg_time_dimension") or default,
            measure.get("agg_params") or {},
            measure.get("non_additive_dimension"),
        )
        return Use(found, filters(use), use.get("fill_nulls_with"), bool(use.get("join_to_timespine")))

    def element(self, model: str, name: str) -> tuple[str, Json] | None:
        """A dimension or an entity that the model itself declares."""
        for kind in ("dimensions", "entities"):
            for item in self.models[model][kind]:
                if item["name"] == name:
                    return kind, item
        return None

    def keys(self, model: str) -> set[str]:
        """The entities that a row of the model is one of."""
        kinds = ("primary", "unique", "natural")
        found = {e["name"] for e in self.models[model]["entities"] if e["type"] in kinds}
        primary = self.models[model].get("primary_entity")
        return found | ({primary} if primary else set())

    def value(
        self,
        model: str,
        row: Row | None,
        name: Name,
        when: dt.datetime | None = None,
        way: tuple[tuple[str, Row | None], ...] = (),
    ) -> Any:
        """The value of a group-by on a row: its own, or of the one row that the entities lead to.

        `when` is the time of the fact, at which a row has to be valid; `way` are the rows passed so far.
        """
        if name.path and not self._is_local(model, name):
            way = (*way, (model, row))
            model, row = self._follow(model, row, name.path[0], when, way)
            rest = Name(name.path[1:], name.element, name.grain, name.part)
            return self.value(model, row, rest, when, way)
        found = self.element(model, name.element)
        assert found, f"{model} has no {name}"
        if row is None:
            return None
        kind, item = found
        value = self.column(row, item.get("expr") or item["name"])
        if kind == "dimensions" and item["type"] == "time":
            declared = item["type_params"]["time_granularity"]
            return self.time_value(value, name.grain or declared, name.part)
        return value

    def _is_local(self, model: str, name: Name) -> bool:
        return (
            len(name.path) == 1
            and name.path[0] in self.keys(model)
            and self.element(model, name.element) is not None
        )

    def _follow(
        self,
        model: str,
        row: Row | None,
        entity: str,
        when: dt.datetime | None,
        way: tuple[tuple[str, Row | None], ...],
    ) -> tuple[str, Row | None]:
        target = next(
            m for m in self.models if m != model and self._column_of(m, entity) and entity in self.keys(m)
        )
        column, other = self._column_of(model, entity), self._column_of(target, entity)
        assert column, f"{model} has no entity {entity}"
        assert other
        value = None if row is None else self.column(row, column)
        if value is None:
            return target, None
        for candidate in self.rows(target):
            if self.column(candidate, other) == value and self._meets(target, candidate, when, way):
                return target, candidate
        return target, None

    def _meets(
        self,
        target: str,
        row: Row,
        when: dt.datetime | None,
        way: tuple[tuple[str, Row | None], ...],
    ) -> bool:
        """Whether a row is valid at the time of the fact, and of the partition of the nearest row passed."""
        for item in self.models[target]["dimensions"]:
            params = item.get("type_params") or {}
            limits = params.get("validity_params") or {}
            if limits:
                limit = self.column(row, item.get("expr") or item["name"])
                if when is None or (limits["is_start"] and (limit is None or when < limit)):
                    return False
                if limits["is_end"] and limit is not None and when >= limit:
                    return False
            if item.get("is_partition"):
                theirs = self.column(row, item.get("expr") or item["name"])
                for model, passed in reversed(way):
                    own = self.element(model, item["name"])
                    if own is None or not own[1].get("is_partition"):
                        continue
                    ours = None if passed is None else self.column(passed, own[1].get("expr") or item["name"])
                    if ours is None or ours != theirs:
                        return False
                    break
        return True

    def _column_of(self, model: str, entity: str) -> str | None:
        for item in self.models[model]["entities"]:
            if item["name"] == entity:
                return str(item.get("expr") or entity)
        return None


def filters(holder: Json) -> list[str]:
    """The conditions of a metric, an input or a saved query."""
    found = holder.get("filter") or {}
    return [item["where_sql_template"] for item in found.get("where_filters") or []]
