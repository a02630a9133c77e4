"""Leadline: every marketing KPI defined once, in dbt's semantic YAML, and the same number everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from leadline.layer import Layer

__all__ = ["Layer", "LeadlineError"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`Layer`, loaded when it is first used: the command line has commands that never need the engine."""
    if name == "Layer":
        from leadline.layer import Layer

        return Layer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
