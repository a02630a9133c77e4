"""A resolved request → a handful of frozen steps."""

from leadline.plan.build import Planner
from leadline.plan.steps import Plan

__all__ = ["Plan", "Planner"]
