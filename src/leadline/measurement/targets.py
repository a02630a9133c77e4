"""Targets as rows: actual against target, and the seed behind the mart fct_targets."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from typing import Any, Final

from leadline.catalog import label, text
from leadline.manifest import Manifest
from leadline.measurement import pace
from leadline.measurement.labels import why
from leadline.measurement.model import Kpi, Plan
from leadline.measurement.spans import Span, year_before
from leadline.measurement.standing import Standing, baseline_day, linear_at
from leadline.versions import known_version

SEED: Final = "seeds/reference/ref_targets.csv"
SEED_COLUMNS: Final = (
    "target_name",
    "objective",
    "target_role",
    "metric",
    "segment",
    "segment_filter",
    "target_owner",
    "target_kind",
    "target_path",
    "period_grain",
    "period_start",
    "period_end",
    "baseline_value",
    "expected_value",
    "target_value",
    "deadline",
    "last_year_start",
    "last_year_end",
)


def target_row(found: Standing, manifest: Manifest, lang: str) -> dict[str, Any]:
    """One KPI as `leadline targets` writes it; numbers are raw, in the metric's unit."""
    kpi, reading = found.kpi, found.reading
    metric = manifest.metrics.get(kpi.metric)
    return {
        "kpi": kpi.name,
        "label": label(metric, lang) if metric else kpi.metric,
        "objective": kpi.objective,
        "role": kpi.role,
        "segment": kpi.segment,
        "unit": text(metric, "unit") if metric else None,
        "period_start": found.start or (reading.span.start if reading.span else None),
        "period_end": found.as_of,
        "actual": found.actual.number,
        "expected": found.expected,
        "path": found.path.value,
        "target": kpi.target,
        "deadline": kpi.deadline,
        "status": found.status.value,
        "reason": why(found.actual.reason, lang) or None,
        "version": known_version(manifest, kpi.metric),
    }


def seed_text(plan: Plan) -> str:
    """The seed as CSV: one row a target and period, in the plan's order."""
    out = io.StringIO()
    writer = csv.DictWriter(out, SEED_COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row for kpi in plan.kpis for row in seed_rows(plan, kpi))
    return out.getvalue()


def seed_rows(plan: Plan, kpi: Kpi) -> Iterator[dict[str, Any]]:
    """A KPI's target in each period from its start to its deadline; none without target or deadline.

    `expected_value` is the path at the end of the period: of a level the value then, of a total the sum since
    its start. On a seasonal path it is the line that stands in where last year is not known; the mart has the
    shape from last year's days, `last_year_start` to `last_year_end`, which are empty on other paths.
    """
    if kpi.target is None or kpi.deadline is None:
        return
    base = {
        "target_name": kpi.name,
        "objective": kpi.objective,
        "target_role": kpi.role,
        "metric": kpi.metric,
        "segment": kpi.segment,
        "segment_filter": " and ".join(plan.where(kpi.segment)) or None,
        "target_owner": kpi.owner,
        "target_kind": kpi.kind,
        "target_path": "given" if kpi.periods else kpi.path,
        "baseline_value": _plain(kpi.baseline.value if kpi.baseline else None),
        "target_value": _plain(kpi.target),
        "deadline": kpi.deadline,
    }
    for span in _spans(plan, kpi, kpi.deadline):
        yield base | {
            "period_grain": span.grain,
            "period_start": span.start,
            "period_end": span.end,
            "expected_value": _plain(_expected(plan, kpi, span, kpi.deadline)),
            **_last_year(kpi, span, kpi.deadline),
        }


def _last_year(kpi: Kpi, span: Span, deadline: dt.date) -> dict[str, dt.date]:
    """The days of last year that a period of a seasonal path is measured by."""
    if kpi.path != "seasonal" or kpi.periods:
        return {}
    if kpi.kind == "total":
        first, last = year_before(span.start), year_before(min(span.end, deadline))
    else:
        before = span.year_before()
        first, last = before.start, before.end
    return {"last_year_start": first, "last_year_end": last}


def _spans(plan: Plan, kpi: Kpi, deadline: dt.date) -> Iterator[Span]:
    grain = kpi.cadence or "month"
    start = kpi.start or plan.start
    if kpi.kind == "level":
        start = max(plan.start, baseline_day(plan, kpi) + dt.timedelta(days=1))
    span = Span.at(start, grain)
    while span.start <= deadline:
        yield span
        span = Span.at(span.end + dt.timedelta(days=1), grain)


def _expected(plan: Plan, kpi: Kpi, span: Span, deadline: dt.date) -> float | None:
    if span.end >= deadline:
        return kpi.target
    if kpi.periods:
        if kpi.kind == "total":
            return pace.given_total(kpi.periods, span.end)
        given = pace.given_level(kpi.periods, span)
        return linear_at(plan, kpi, span.end) if given is None else given
    return linear_at(plan, kpi, span.end)


def _plain(value: float | None) -> str | None:
    # Ten digits are more than any target has, and hide what binary fractions add.
    return None if value is None else f"{value:.10g}"
