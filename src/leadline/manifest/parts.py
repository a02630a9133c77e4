"""The parts that models and metrics have in common: config, expressions, aggregations."""

from collections.abc import Mapping

from leadline.manifest.cursor import Cursor
from leadline.manifest.model import AGGREGATIONS, Aggregation, Config, NonAdditive, SemanticModel


def read_config(at: Cursor) -> Config:
    """The `config` block of a definition."""
    raw = at.node.get("config")
    if not isinstance(raw, Mapping):
        return Config()
    meta = raw.get("meta")
    return Config(
        meta=meta if isinstance(meta, Mapping) else {},
        group=raw.get("group"),
        enabled=raw.get("enabled") is not False,
    )


def read_expr(at: Cursor, default: str) -> str:
    """The SQL of a definition; its own name where it gives none."""
    # dbt writes numbers such as `expr: 1` as text or as numbers, depending on the version of the spec
    found = at.node.get("expr")
    return default if found is None else str(found)


def read_aggregation(at: Cursor, name: str, expr: str, model: SemanticModel) -> Aggregation:
    """An aggregation: a measure of the older spec, or the aggregation parameters of a metric."""
    time_dimension = at.text("agg_time_dimension") or model.time_dimension
    if time_dimension is None:
        at.problem(
            f"{name!r} needs an agg_time_dimension; {model.name!r} has no default", "agg_time_dimension"
        )
    elif model.dimensions.get(time_dimension) is None or model.dimensions[time_dimension].grain is None:
        at.problem(f"{time_dimension!r} is not a time dimension of {model.name!r}", "agg_time_dimension")
    params = at.child("agg_params")
    agg = at.choice("agg", AGGREGATIONS)
    percentile = params.number("percentile")
    if agg == "percentile" and (percentile is None or not 0 <= percentile <= 1):
        params.problem("a percentile between 0 and 1 is required", "percentile")
    return Aggregation(
        name=name,
        model=model.name,
        agg=agg,
        expr=expr,
        time_dimension=time_dimension or "",
        percentile=0.5 if agg == "median" else percentile,
        discrete=params.flag("use_discrete_percentile"),
        approximate=params.flag("use_approximate_percentile"),
        non_additive=_read_non_additive(at, model),
    )


def _read_non_additive(at: Cursor, model: SemanticModel) -> NonAdditive | None:
    if not at.has("non_additive_dimension"):
        return None
    inner = at.child("non_additive_dimension")
    name = inner.name()
    if model.dimensions.get(name) is None or model.dimensions[name].grain is None:
        inner.problem(f"{name!r} is not a time dimension of {model.name!r}", "name")
    groupings = inner.texts("window_groupings")
    for entity in groupings:
        if entity not in model.entities and entity not in model.dimensions:
            inner.problem(f"{entity!r} is not an entity of {model.name!r}", "window_groupings")
    return NonAdditive(name, inner.choice("window_choice", ("min", "max"), "min"), groupings)
