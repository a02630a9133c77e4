"""Leadline: every marketing KPI defined once, in dbt's semantic YAML, and the same number everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from leadline.asking import Metric
    from leadline.layer import Layer

__all__ = ["Layer", "LeadlineError", "Metric"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """What needs the engine, loaded when it is first used: the command line has commands that never do."""
    if name == "Layer":
        from leadline.layer import Layer

        return Layer
    if name == "Metric":
        from leadline.asking import Metric

        return Metric
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
