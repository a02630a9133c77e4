"""Strategies for conditions and requests, and for whole cases: a manifest, its tables, and requests of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.differential import calendar_rules as cal
from tests.differential import data
from tests.differential.definitions import (
    Definitions,
    Json,
    add_simple,
    changing_model,
    conversion_metrics,
    cumulative_metric,
    derived_metric,
    dimension_model,
    event_model,
    fact_model,
    partition,
    ratio_metric,
    simple_metric,
)

LITERALS = {
    "text": ("'x'", "'y'", "'it''s'", "'Y'", "'big'", "''"),
    "int": ("0", "1", "2", "3"),
    "season": ("'s001'", "'s002'", "'s003'", "'s005'", "'s009'"),
    "key": ("'k1'", "'k2'", "'p1'", "'K1'", "'orphan'"),
}


@dataclass
class Case:
    """What one example of hypothesis is."""

    manifest: Json
    tables: dict[str, data.Table]
    seasons: dict[dt.datetime, str | None]
    requests: list[Json]
    by_hour: bool = False

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text("the case that the error shows")


def reference(name: str, kind: str, template: bool) -> str:
    """A name in a filter: dbt's template, or plain."""
    if not template:
        return name
    if kind == "key":
        path, _, entity = name.rpartition("__")
        return f"{{{{ Entity('{path + '__' if path else ''}{entity}') }}}}"
    if kind == "time":
        dimension, grain = name.rsplit("__", 1)
        return f"{{{{ TimeDimension('{dimension}', '{grain}') }}}}"
    return f"{{{{ Dimension('{name}') }}}}"


@st.composite
def condition(draw: st.DrawFn, names: dict[str, str], days: list[dt.datetime], depth: int = 1) -> str:
    """A condition over names with their types; `and`, `or` and `not` of others at times."""
    shape = draw(st.integers(0, 5)) if depth else 5
    if shape <= 1:
        word = "and" if shape else "or"
        return " ".join(
            (f"({draw(condition(names, days, depth - 1))})", word, draw(condition(names, days, 0)))
        )
    if shape == 2:
        return f"not ({draw(condition(names, days, depth - 1))})"
    name = draw(st.sampled_from(sorted(names)))
    kind = names[name]
    if kind == "time":
        grain = draw(st.sampled_from(("day", "month", "day", "month", "season")))
        name = f"{name}__{grain}"
    text = reference(name, kind, draw(st.booleans()))
    kind = "season" if name.endswith("__season") else kind
    if draw(st.integers(0, 4)) == 0:
        return f"{text} is {draw(st.sampled_from(('', 'not ')))}null"
    if kind == "bool":
        return text if draw(st.booleans()) else f"{text} = {draw(st.sampled_from(('true', 'false')))}"
    chosen = days[:: max(len(days) // 9, 1)]
    literals = LITERALS.get(kind) or tuple(f"'{day:%Y-%m-%d}'" for day in chosen)
    return f"{text} {draw(_comparison(kind, literals))}"


@st.composite
def _comparison(draw: st.DrawFn, kind: str, literals: tuple[str, ...]) -> str:
    one = draw(st.sampled_from(literals))
    signs = (
        ("=", "<>", "in", "not in")
        if kind in ("text", "key", "season")
        else ("=", "<", ">=", "between", "in", "!=")
    )
    sign = draw(st.sampled_from(signs))
    if sign == "between":
        return f"between {one} and {draw(st.sampled_from(literals))}"
    if sign in ("in", "not in"):
        others = draw(st.lists(st.sampled_from(literals), max_size=2))
        return f"{sign} ({', '.join([one, *others])})"
    return f"{sign} {one}"


@st.composite
def definitions(draw: st.DrawFn, kind: str, days: list[dt.datetime]) -> Definitions:
    """One to four models, and metrics of the kind."""
    found = Definitions(newer=draw(st.booleans()))
    if kind == "conversion":
        found.models = {name: event_model(name) for name in ("v", "p")}
        found.documents += draw(conversion_metrics(found))
        found.documents.append(draw(derived_metric(found, "d0", True)))
        return found
    found.by_hour = kind == "hourly"
    others: dict[str, Any] = {}
    if draw(st.booleans()):
        others["b"] = dimension_model("b", draw(st.booleans()), None)
    if draw(st.integers(0, 2)):
        others["a"] = dimension_model("a", draw(st.booleans()), "b" if draw(st.booleans()) else None)
    if draw(st.integers(0, 2)) == 0:
        others["s"] = changing_model()
    hourly = found.by_hour
    found.models = {**others, "f0": fact_model("f0", others, None, hourly)}
    if draw(st.booleans()):
        found.models["f1"] = fact_model("f1", others, "f0" if draw(st.booleans()) else None, hourly)
    if "a" in others and not _is_unique(others["a"]) and draw(st.booleans()):
        for name in found.models.keys() & {"a", "f0", "f1"}:
            partition(found.models[name])
    facts = [model for model in found.models.values() if model.facts]
    for place in range(draw(st.integers(2, 4))):
        model = facts[0] if place == 0 else draw(st.sampled_from(facts))
        add_simple(
            found,
            draw(
                simple_metric(f"m{place}", model, condition(model.names, days, 0), kind == "simple", hourly)
            ),
        )
    _composites(draw, found, kind, condition(found.models["f0"].names, days, 0))
    return found


def _is_unique(model: Any) -> bool:
    return any(entity["type"] == "unique" for entity in model.document["entities"])


def _composites(
    draw: Callable[..., Any], found: Definitions, kind: str, filters: st.SearchStrategy[str]
) -> None:
    found.documents.append(draw(ratio_metric(found, "r0", filters)))
    if kind == "simple":
        found.documents.append(draw(derived_metric(found, "d0", False)))
    if kind in ("cumulative", "mixed", "hourly"):
        for place in range(2):
            found.documents.append(draw(cumulative_metric(found, f"c{place}")))
    if kind in ("offset", "mixed", "hourly"):
        found.documents.append(draw(derived_metric(found, "d1", True)))
        found.documents.append(draw(derived_metric(found, "d2", True)))


@st.composite
def request(draw: st.DrawFn, found: Definitions, kind: str, days: list[dt.datetime]) -> Json:
    """Up to three metrics by up to three names, filtered, ordered and limited."""
    if kind == "simple" and draw(st.integers(0, 9)) == 0:
        return draw(_distinct(found, days))
    offered = list(found.metrics.values())
    own = [m for m in offered if not m.simple and m.name != "r0"] or offered
    first = draw(st.sampled_from(own if kind != "simple" else offered))
    metrics = list(
        dict.fromkeys([first.name, *draw(st.lists(st.sampled_from(sorted(found.metrics)), max_size=2))])
    )
    chosen = [found.metrics[name] for name in metrics]
    names = _common(found, {model for metric in chosen for model in metric.models})
    needs_time = any(metric.needs_time for metric in chosen)
    grains = ("hour", "hour", "day", "month") if found.by_hour else ("day", "month", *cal.GRAINS, cal.SEASON)
    if any(metric.to_start for metric in chosen):
        grains = tuple(grain for grain in grains if grain != cal.SEASON)  # refused: it has no first moment
    if any(metric.distinct and metric.shifted for metric in chosen):
        grains = ("day",)  # conversions that are things counted once, by the day that each is compared with
    group_by = draw(_group_by(names, needs_time, grains))
    shifted = any(metric.shifted for metric in chosen)
    if shifted and "metric_time__season" in group_by:
        # months are moved as wholes, days one by one: the test of dbt's rule for both at once is by hand
        group_by = [
            name for name in group_by if not name.startswith("metric_time") or name.endswith("season")
        ]
    made: Json = {"metrics": metrics, "group_by": group_by}
    where = [draw(condition(names, days)) for _ in range(draw(st.integers(0, 2)))]
    if not shifted and draw(st.integers(0, 5)) == 0:
        where.append(draw(condition({"metric_time": "time"}, days, 0)))
    if kind == "simple" and draw(st.integers(0, 5)) == 0 and "u" in names:
        inner = draw(st.sampled_from([m.name for m in offered if m.simple]))
        where.append(f"{{{{ Metric('{inner}', group_by=['u']) }}}} > {draw(st.sampled_from((0, 1, 2)))}")
    made["where"] = where
    if not (shifted and kind == "conversion") and draw(st.integers(0, 2)) == 0:
        made |= draw(_period(days))
    if group_by and draw(st.integers(0, 3)) == 0:
        made["order_by"] = [draw(st.sampled_from(("", "-"))) + name for name in group_by]
        made["limit"] = draw(st.integers(0, 5))
    return made


def _common(found: Definitions, models: set[str]) -> dict[str, str]:
    sets = [found.models[model].names for model in sorted(models)]
    return {name: kind for name, kind in sets[0].items() if all(name in other for other in sets)}


@st.composite
def _group_by(draw: st.DrawFn, names: dict[str, str], needs_time: bool, grains: tuple[str, ...]) -> list[str]:
    found = draw(st.lists(st.sampled_from(sorted(names)), max_size=2, unique=True)) if names else []
    own = (*cal.GRAINS, cal.SEASON)
    found = [f"{n}__{draw(st.sampled_from(own))}" if names[n] == "time" else n for n in found]
    if needs_time or draw(st.booleans()):
        found.insert(0, f"metric_time__{draw(st.sampled_from(grains))}")
    elif draw(st.integers(0, 4)) == 0:
        found.append(f"metric_time__extract_{draw(st.sampled_from(cal.PARTS))}")
    return found


@st.composite
def _period(draw: st.DrawFn, days: list[dt.datetime]) -> Json:
    """Which periods are shown: any days, of which the engine makes whole periods of what is asked."""
    first, last = sorted(draw(st.tuples(st.sampled_from(days), st.sampled_from(days))))
    made = {"start": f"{first:%Y-%m-%d}", "end": f"{last:%Y-%m-%d}"}
    if draw(st.integers(0, 3)) == 0:
        del made[draw(st.sampled_from(("start", "end")))]
    return made


@st.composite
def _distinct(draw: st.DrawFn, found: Definitions, days: list[dt.datetime]) -> Json:
    """Dimensions alone, of one model."""
    model = found.models[draw(st.sampled_from(sorted(found.models)))]
    entity = model.document["name"]
    own = {name: kind for name, kind in model.names.items() if name.startswith(f"{entity}__{entity}_")}
    names = draw(st.lists(st.sampled_from(sorted(own)), min_size=1, max_size=2, unique=True))
    names = [f"{name}__month" if own[name] == "time" else name for name in names]
    where = [draw(condition(own, days))] if draw(st.booleans()) else []
    extremes = {"min_max_only": True} if len(names) == 1 and draw(st.booleans()) else {}
    return {"metrics": [], "group_by": names, "where": where, **extremes}


@st.composite
def cases(draw: st.DrawFn, kind: str, requests: int) -> Case:
    """A manifest, its tables, and so many requests."""
    spine = data.HOURLY if kind == "hourly" else draw(st.sampled_from(data.SPINES))
    days = data.days_of(spine)
    found = draw(definitions(kind, days))
    tables = {name: draw(_table(found, name, spine)) for name in found.models}
    facts = [name for name, model in found.models.items() if model.facts]
    if "f1" in facts:
        keys = [row["f0_key"] for row in tables["f0"].rows]
        tables["f1"] = draw(data.fact_table("f1", spine, keys, found.by_hour))
    asked = [draw(request(found, kind, days)) for _ in range(requests)]
    return Case(found.manifest(), tables, draw(data.seasons(spine)), asked, found.by_hour)


@st.composite
def _table(
    draw: st.DrawFn, found: Definitions, name: str, spine: tuple[dt.datetime, dt.datetime]
) -> data.Table:
    model = found.models[name]
    if name in ("v", "p"):
        return draw(data.event_table(name, spine))
    if model.facts:
        return draw(data.fact_table(name, spine, [], found.by_hour))
    if name == "s":
        return draw(data.changing_table(spine))
    table = draw(data.dimension_table(name, spine))
    is_parted = any(item.get("is_partition") for item in model.document["dimensions"])
    return draw(data.partitioned(table, name)) if is_parted else table
