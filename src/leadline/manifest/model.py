"""What a semantic manifest defines, as frozen dataclasses. Both shapes of dbt's spec end up the same here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadline.grains import ORDER, Window

AGGREGATIONS = (
    "sum",
    "min",
    "max",
    "count",
    "count_distinct",
    "sum_boolean",
    "average",
    "median",
    "percentile",
)
METRIC_TYPES = ("simple", "ratio", "derived", "cumulative", "conversion")
ENTITY_TYPES = ("primary", "foreign", "unique", "natural")


@dataclass(frozen=True, slots=True)
class Config:
    """The `config` block of a definition; `meta` is passed through untouched."""

    meta: Mapping[str, Any] = field(default_factory=dict)
    group: str | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view of the warehouse."""

    name: str
    schema: str
    database: str | None = None
    rendered: str | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A key of a semantic model; `expr` is SQL over its columns, `values` how many there are, if declared."""

    name: str
    type: str
    expr: str
    description: str | None = None
    label: str | None = None
    config: Config = field(default_factory=Config)
    values: str | None = None


@dataclass(frozen=True, slots=True)
class Dimension:
    """An attribute to group or filter by; `grain` is set for time dimensions only."""

    name: str
    type: str
    expr: str
    grain: str | None = None
    is_partition: bool = False
    validity: str | None = None
    description: str | None = None
    label: str | None = None
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True)
class NonAdditive:
    """A stock: only the rows at the first or last `dimension` of each period and grouping are counted.

    With `carry_forward` a grouping without rows in a period keeps its last value for that long.
    """

    dimension: str
    window_choice: str
    groupings: tuple[str, ...] = ()
    carry_forward: Window | None = None


@dataclass(frozen=True, slots=True)
class Aggregation:
    """What is aggregated, of which model, how, and along which time.

    `distinct_by` is a key whose value counts once in each group that what lies on its many side makes.
    """

    name: str
    model: str
    agg: str
    expr: str
    time_dimension: str
    percentile: float | None = None
    discrete: bool = False
    approximate: bool = False
    non_additive: NonAdditive | None = None
    distinct_by: str | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """An aggregation as a metric uses it: with its own filters, fill value and time spine join."""

    aggregation: Aggregation
    filters: tuple[str, ...] = ()
    fill_nulls_with: int | None = None
    join_to_timespine: bool = False


@dataclass(frozen=True, slots=True)
class MetricInput:
    """A metric as an input of another one."""

    name: str
    alias: str | None = None
    filters: tuple[str, ...] = ()
    offset_window: Window | None = None
    offset_to_grain: str | None = None

    @property
    def handle(self) -> str:
        """The name by which an expression refers to this input."""
        return self.alias or self.name


@dataclass(frozen=True, slots=True)
class Conversion:
    """How often a base event of an entity is followed by a conversion event."""

    base: Use
    conversion: Use
    entity: str
    calculation: str
    window: Window | None = None
    constant_properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric. `use` is set for simple and cumulative ones, `inputs` for ratio and derived ones."""

    name: str
    type: str
    label: str | None = None
    description: str | None = None
    config: Config = field(default_factory=Config)
    filters: tuple[str, ...] = ()
    time_granularity: str | None = None
    use: Use | None = None
    inputs: tuple[MetricInput, ...] = ()
    expr: str | None = None
    window: Window | None = None
    grain_to_date: str | None = None
    period_agg: str = "first"
    conversion: Conversion | None = None
    is_private: bool = False

    @property
    def meta(self) -> Mapping[str, Any]:
        """What this project keeps under `config: meta: leadline:`; empty where there is nothing."""
        found = self.config.meta.get("leadline")
        return found if isinstance(found, Mapping) else {}


@dataclass(frozen=True, slots=True)
class SemanticModel:
    """A fact or dimension table with its keys and attributes, by name."""

    name: str
    relation: Relation
    entities: Mapping[str, Entity]
    dimensions: Mapping[str, Dimension]
    primary_entity: str | None = None
    time_dimension: str | None = None
    label: str | None = None
    description: str | None = None
    config: Config = field(default_factory=Config)
    own_links: frozenset[str] = frozenset()
    validity: tuple[Dimension, Dimension] | None = None
    partitions: tuple[Dimension, ...] = ()


@dataclass(frozen=True, slots=True)
class TimeSpine:
    """A table with one row per period of `grain`; custom grains are further columns of it."""

    relation: Relation
    column: str
    grain: str
    custom: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A request that is kept under a name."""

    name: str
    metrics: tuple[str, ...] = ()
    group_by: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    label: str | None = None
    description: str | None = None
    exports: tuple[Mapping[str, Any], ...] = ()
    config: Config = field(default_factory=Config)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that is defined, each kind by name.

    `joinable` lists the models that own an entity, `many_valued` the entities that have many values.
    """

    models: Mapping[str, SemanticModel]
    metrics: Mapping[str, Metric]
    saved_queries: Mapping[str, SavedQuery]
    spines: tuple[TimeSpine, ...]
    custom_grains: Mapping[str, TimeSpine]
    joinable: Mapping[str, tuple[SemanticModel, ...]]
    many_valued: frozenset[str] = frozenset()

    def spine_for(self, grain: str) -> TimeSpine | None:
        """The time spine to read periods of `grain` from: the coarsest that is fine enough."""
        wanted = ORDER.get(grain, ORDER["day"])
        return next((s for s in reversed(self.spines) if ORDER[s.grain] <= wanted), None)
