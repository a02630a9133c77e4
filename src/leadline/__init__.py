"""Leadline: every marketing KPI defined once, in dbt's semantic YAML, and the same number everywhere."""

from leadline.errors import LeadlineError
from leadline.layer import Layer

__all__ = ["Layer", "LeadlineError"]
__version__ = "0.1.0"
