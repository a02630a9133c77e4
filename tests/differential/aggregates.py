"""dbt's aggregations over plain Python values; NULLs are left out, and nothing at all gives NULL."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Any


def aggregate(kind: str, values: Sequence[Any], params: dict[str, Any] | None = None) -> Any:
    """One value of the rows' values. dbt makes `count` and `sum_boolean` sums of 0 and 1: NULL over no
    rows."""
    known = [value for value in values if value is not None]
    if kind == "count":
        return len(known) if values else None
    if kind == "count_distinct":
        return len(set(known))
    if kind == "sum_boolean":
        return sum(1 for value in known if value) if values else None
    if not known:
        return None
    if kind == "sum":
        return sum(known)
    if kind in ("min", "max"):
        return (min if kind == "min" else max)(known)
    if kind == "average":
        return sum(known) / len(known)
    if kind == "median":
        return statistics.median(known)
    assert kind == "percentile", kind
    return percentile(sorted(known), params or {})


def percentile(ordered: Sequence[Any], params: dict[str, Any]) -> Any:
    """Discrete: the least value with that share of rows at or below it; continuous: between the two
    nearest."""
    share = params["percentile"]
    if params.get("use_discrete_percentile"):
        return ordered[max(math.ceil(share * len(ordered) - 1e-9), 1) - 1]
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
