"""The semantic manifest: what is defined (`model`) and how it is read (`read`)."""

from leadline.manifest.model import (
    Aggregation,
    Conversion,
    Dimension,
    Entity,
    Manifest,
    Metric,
    MetricInput,
    NonAdditive,
    Relation,
    SavedQuery,
    SemanticModel,
    TimeSpine,
    Use,
)
from leadline.manifest.read import load_manifest, read_manifest

__all__ = [
    "Aggregation",
    "Conversion",
    "Dimension",
    "Entity",
    "Manifest",
    "Metric",
    "MetricInput",
    "NonAdditive",
    "Relation",
    "SavedQuery",
    "SemanticModel",
    "TimeSpine",
    "Use",
    "load_manifest",
    "read_manifest",
]
