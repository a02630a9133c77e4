"""Last year's values behind the plan's seasonal targets, as a dbt model. Nothing is written here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from leadline import dialects
from leadline.catalog import facts
from leadline.measurement.model import Kpi, Plan
from leadline.measurement.spans import Span, year_before
from leadline.sql import render
from leadline.write.reports import over_refs
from leadline.write.sync import MARK

if TYPE_CHECKING:
    from leadline.availability import FactSources
    from leadline.layer import Layer

FOLDER: Final = "models/marts"
MODEL: Final = "fct_target_seasons"
_COLUMNS: Final = {
    "target_name": "text",
    "season_day": "date",
    "season_value": "decimal",
    "is_reference": "boolean",
    "season_from": "date",
    "season_until": "date",
}
_COVERED: Final = {"known_from": "first_day", "known_until": "last_day"}


def season_files(layer: Layer, plan: Plan, sources: FactSources) -> dict[str, str]:
    """The model by file name: a row for each seasonal target and day or period of last year.

    A total has the values of days from a year before its start to a year before its deadline; a level those
    of the periods, of which the deadline's is the reference. `season_from` and `season_until` are the days
    that were asked, `known_from` and `known_until` those between which all of the metric's facts have data.

    Raises LeadlineError where a target's metric cannot be had so.
    """
    seasonal = [k for k in plan.kpis if k.path == "seasonal" and k.deadline and k.target is not None]
    parts = [_season(layer, plan, kpi) for kpi in seasonal]
    known = [part for kpi in seasonal for part in _known(layer, kpi, sources)]
    values = _union(parts or [_nothing(_COLUMNS)])
    days = _union(known or [_nothing({"target_name": "text"} | dict.fromkeys(_COVERED.values(), "date"))])
    final = (
        exp.select("season_values.*", "coverage.known_from", "coverage.known_until")
        .from_("season_values")
        .join("coverage", on="season_values.target_name = coverage.target_name", join_type="left")
    )
    # A metric is known from the last of its facts' first days to the first of their last ones.
    coverage = (
        exp.select("target_name", "max(first_day) as known_from", "min(last_day) as known_until")
        .from_("facts")
        .group_by("target_name")
    )
    statement = (
        exp.select("*")
        .from_("final")
        .with_("season_values", as_=values)
        .with_("facts", as_=days)
        .with_("coverage", as_=coverage)
        .with_("final", as_=final)
    )
    head = f"-- {MARK} from the seasonal targets of plan.yml.\n"
    head += "-- Do not edit: change the plan, then run `make generate`.\n"
    return {f"{MODEL}.sql": head + dialects.to_text(statement, "duckdb") + "\n"}


def season_days(plan: Plan, kpi: Kpi) -> tuple[dt.date, dt.date]:
    """The days of last year that have the shape: of a total its whole span, of a level whole periods."""
    start, deadline = kpi.start or plan.start, kpi.deadline or plan.end
    if kpi.kind == "total":
        return year_before(start), year_before(deadline)
    grain = kpi.cadence or "month"
    return Span.at(start, grain).year_before().start, Span.at(deadline, grain).year_before().end


def _season(layer: Layer, plan: Plan, kpi: Kpi) -> exp.Query:
    first, last = season_days(plan, kpi)
    grain = "day" if kpi.kind == "total" else kpi.cadence or "month"
    time = f"metric_time__{grain}"
    asked = layer.plan(
        metrics=[kpi.metric],
        group_by=[time],
        where=list(plan.where(kpi.segment)),
        start=first.isoformat(),
        end=last.isoformat(),
    )
    inner = over_refs(layer.manifest, render(asked, layer.manifest))
    day = exp.cast(exp.column(time), "date")
    reference = Span.at(last, grain).start
    is_reference: exp.Expr = exp.false()
    if kpi.kind == "level":
        is_reference = exp.EQ(this=day.copy(), expression=_date(reference))
    return exp.select(
        exp.alias_(exp.Literal.string(kpi.name), "target_name"),
        exp.alias_(day, "season_day"),
        exp.alias_(exp.column(kpi.metric), "season_value"),
        exp.alias_(is_reference, "is_reference"),
        exp.alias_(_date(first), "season_from"),
        exp.alias_(_date(last), "season_until"),
    ).from_(inner.subquery("season"))


def _date(day: dt.date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")


def _known(layer: Layer, kpi: Kpi, sources: FactSources) -> Iterator[exp.Query]:
    """The days that each fact of a KPI's metric has data of, as its connected sources tell them."""
    for fact in facts(layer.manifest, kpi.metric):
        names = [exp.Literal.string(name) for name in sources.of(fact)]
        yield (
            exp.select(
                exp.alias_(exp.Literal.string(kpi.name), "target_name"),
                "min(first_day) as first_day",
                "max(last_day) as last_day",
            )
            .from_(exp.Table(this=exp.Var(this="{{ ref('dim_source') }}")))
            .where(exp.and_("is_connected", exp.column("source").isin(*names)))
        )


def _union(parts: list[exp.Query]) -> exp.Query:
    return parts[0] if len(parts) == 1 else exp.union(*parts, distinct=False)


def _nothing(columns: dict[str, str]) -> exp.Query:
    """No rows, with the columns that there would be."""
    selected = [exp.alias_(exp.cast(exp.null(), kind), name) for name, kind in columns.items()]
    return exp.select(*selected).where(exp.false())
