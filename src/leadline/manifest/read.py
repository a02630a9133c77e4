"""Reads semantic_manifest.json, as dbt writes it, into the dataclasses of `model`."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from leadline.errors import ManifestError
from leadline.grains import ORDER
from leadline.manifest.cursor import Cursor
from leadline.manifest.metrics import MetricReader
from leadline.manifest.model import (
    ENTITY_TYPES,
    Aggregation,
    Dimension,
    Entity,
    Manifest,
    Relation,
    SavedQuery,
    SemanticModel,
    TimeSpine,
)
from leadline.manifest.parts import read_aggregation, read_config, read_expr
from leadline.manifest.spread import many_valued, read_values


def load_manifest(path: str | Path) -> Manifest:
    """Read the file at `path`; raises ManifestError with every problem of it."""
    where = str(path)
    try:
        text = Path(path).read_bytes()
    except OSError as error:
        raise ManifestError(
            [f"the file can't be read ({error.strerror})"],
            where=where,
            fix="run `dbt parse` in the project; it writes target/semantic_manifest.json",
        ) from error
    try:
        document = json.loads(text)
    except ValueError as error:
        raise ManifestError(
            [f"it is not JSON ({error})"], where=where, fix="run `dbt parse` again"
        ) from error
    return read_manifest(document, where=where)


def read_manifest(document: Any, *, where: str = "semantic_manifest.json") -> Manifest:
    """Read a manifest that is already parsed JSON; raises ManifestError with every problem of it."""
    problems: list[str] = []
    if not isinstance(document, Mapping):
        raise ManifestError([f"expected an object, got {type(document).__name__} @ $"], where=where)
    root = Cursor(document, "$", problems)
    spines = _read_spines(root.child("project_configuration"))
    custom = {grain: spine for spine in spines for grain in spine.custom}
    models: dict[str, SemanticModel] = {}
    measures: dict[str, Aggregation] = {}
    reader = MetricReader(models, measures, custom)
    for at in root.children("semantic_models"):
        model = _read_model(at)
        if model.name in models:
            at.problem(f"semantic model {model.name!r} is defined twice", "name")
        models[model.name] = model
        for item in at.children("measures"):
            measure = _read_measure(item, model)
            if measure.name in measures:
                item.problem(f"measure {measure.name!r} is defined twice", "name")
            measures[measure.name] = measure
            if item.flag("create_metric"):
                reader.add_measure_metric(item, measure)
    metrics = reader.read_all(root)
    saved = {q.name: q for at in root.children("saved_queries") for q in [_read_saved_query(at, metrics)]}
    if problems:
        raise ManifestError(problems, where=where, fix="correct the YAML and run `dbt parse` again")
    many = many_valued(models, measures.values(), metrics.values())
    return Manifest(models, metrics, saved, spines, custom, _joinable(models), many)


def _joinable(models: Mapping[str, SemanticModel]) -> dict[str, tuple[SemanticModel, ...]]:
    owners: dict[str, list[SemanticModel]] = {}
    for model in models.values():
        for entity in model.entities.values():
            one_side = entity.type in ("primary", "unique")
            if one_side or (entity.type == "natural" and model.validity is not None):
                owners.setdefault(entity.name, []).append(model)
    return {name: tuple(found) for name, found in owners.items()}


def _read_relation(at: Cursor) -> Relation:
    return Relation(
        name=at.name("alias"),
        schema=at.text("schema_name") or "",
        database=at.text("database"),
        rendered=at.text("relation_name"),
    )


def _read_model(at: Cursor) -> SemanticModel:
    name = at.name()
    entities = {e.name: e for item in at.children("entities") for e in [_read_entity(item)]}
    dimensions: dict[str, Dimension] = {}
    for item in at.children("dimensions"):
        dimension = _read_dimension(item)
        if dimension.name in dimensions or dimension.name in entities:
            item.problem(f"{dimension.name!r} is defined twice in semantic model {name!r}", "name")
        dimensions[dimension.name] = dimension
    time_dimension = at.child("defaults").text("agg_time_dimension")
    if time_dimension and time_dimension not in dimensions:
        at.problem(f"agg_time_dimension {time_dimension!r} is not a dimension of {name!r}", "defaults")
    primary = at.text("primary_entity")
    if primary is None:
        primary = next((e.name for e in entities.values() if e.type == "primary"), None)
    links = {e.name for e in entities.values() if e.type != "foreign"}
    return SemanticModel(
        name=name,
        relation=_read_relation(at.child("node_relation")),
        entities=entities,
        dimensions=dimensions,
        primary_entity=primary,
        time_dimension=time_dimension,
        label=at.text("label"),
        description=at.text("description"),
        config=read_config(at),
        own_links=frozenset(links | ({primary} if primary else set())),
        validity=_validity(at, dimensions),
        partitions=tuple(d for d in dimensions.values() if d.is_partition),
    )


def _validity(at: Cursor, dimensions: Mapping[str, Dimension]) -> tuple[Dimension, Dimension] | None:
    starts = [d for d in dimensions.values() if d.validity == "start"]
    ends = [d for d in dimensions.values() if d.validity == "end"]
    if not starts and not ends:
        return None
    if len(starts) != 1 or len(ends) != 1:
        at.problem("a validity range needs exactly one start and one end", "dimensions")
        return None
    return starts[0], ends[0]


def _read_entity(at: Cursor) -> Entity:
    name = at.name()
    return Entity(
        name=name,
        type=at.choice("type", ENTITY_TYPES),
        expr=read_expr(at, name),
        description=at.text("description"),
        label=at.text("label"),
        config=read_config(at),
        values=read_values(at),
    )


def _read_dimension(at: Cursor) -> Dimension:
    name = at.name()
    kind = at.choice("type", ("categorical", "time"))
    params = at.child("type_params")
    grain = None
    if kind == "time":
        given = params.text("time_granularity")
        if given is None:
            params.problem(f"time dimension {name!r} needs a granularity", "time_granularity")
        grain = params.grain(given or "day", "time_granularity", {})
    range_at = params.child("validity_params")
    validity = "start" if range_at.flag("is_start") else "end" if range_at.flag("is_end") else None
    return Dimension(
        name=name,
        type=kind,
        expr=read_expr(at, name),
        grain=grain,
        is_partition=at.flag("is_partition"),
        validity=validity,
        description=at.text("description"),
        label=at.text("label"),
        config=read_config(at),
    )


def _read_measure(at: Cursor, model: SemanticModel) -> Aggregation:
    name = at.name()
    return read_aggregation(at, name, read_expr(at, name), model)


def _read_spines(at: Cursor) -> tuple[TimeSpine, ...]:
    found = []
    for item in at.children("time_spines"):
        column = item.child("primary_column")
        custom = {}
        for extra in item.children("custom_granularities"):
            name = extra.name()
            if name in ORDER:
                extra.problem(f"custom grain {name!r} has the name of a standard grain", "name")
            custom[name] = extra.text("column_name") or name
        grain = column.grain(column.text("time_granularity") or "", "time_granularity", {})
        found.append(TimeSpine(_read_relation(item.child("node_relation")), column.name(), grain, custom))
    if not found:
        found = [_read_old_spine(item) for item in at.children("time_spine_table_configurations")]
    return tuple(sorted(found, key=lambda spine: ORDER[spine.grain]))


def _read_old_spine(at: Cursor) -> TimeSpine:
    location = at.name("location")
    parts = [part.strip('"`') for part in location.split(".")]
    relation = Relation(parts[-1], parts[-2] if len(parts) > 1 else "", parts[-3] if len(parts) > 2 else None)
    return TimeSpine(relation, at.name("column_name"), at.grain(at.text("grain") or "day", "grain", {}))


def _read_saved_query(at: Cursor, metrics: Mapping[str, Any]) -> SavedQuery:
    params = at.child("query_params")
    return SavedQuery(
        name=at.name(),
        metrics=params.texts("metrics"),
        group_by=params.texts("group_by"),
        where=params.filters("where"),
        order_by=params.texts("order_by"),
        limit=params.number("limit"),
        label=at.text("label"),
        description=at.text("description"),
        exports=tuple(item.node for item in at.children("exports")),
        config=read_config(at),
    )
