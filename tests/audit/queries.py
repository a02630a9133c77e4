"""Random queries of marketing tables as choices: written in several ways, and changed in meaning."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

MEASURES = ("clicks", "impressions", "cost")
CONDITIONS = (
    "channel = 'Search'",
    "channel <> 'Search'",
    "channel in ('Search', 'Social')",
    "is_brand",
    "not is_brand",
    "clicks > 3",
    "clicks >= 3",
    "campaign is not null",
    "cost between 1 and 5",
)
KEYS = ("channel", "date_day", "campaign")


@dataclass(frozen=True, slots=True)
class Query:
    """A ratio or a plain aggregate of ads."""

    top: str = "sum"
    measure: str = "clicks"
    under: str | None = "impressions"
    where: tuple[str, ...] = ()
    only: str | None = None
    keys: tuple[str, ...] = ("channel",)
    join: str | None = None


def draw(rng: random.Random) -> Query:
    """A random query."""
    return Query(
        top=rng.choice(("sum", "count", "count distinct", "avg", "max")),
        measure=rng.choice(MEASURES),
        under=rng.choice((None, *MEASURES)),
        where=tuple(rng.sample(CONDITIONS, rng.choice((0, 0, 1, 2)))),
        only=rng.choice((None, None, *CONDITIONS)),
        keys=tuple(rng.sample(KEYS, rng.choice((0, 1, 1, 2)))),
        join=rng.choice((None, None, None, "left", "inner", "exists")),
    )


def changed(query: Query, rng: random.Random) -> Query:
    """The query with another meaning."""
    while True:
        other = draw(rng)
        field = rng.choice(("top", "measure", "under", "where", "only", "keys", "join"))
        found = replace(query, **{field: getattr(other, field)})
        if found != query:
            return found


def written(query: Query, rng: random.Random) -> str:
    """The query as SQL, in one of the ways in which it can be written."""
    style = rng.choice(("flat", "cte", "nested"))
    name = rng.choice(("a", "t", "ads")) if style == "flat" else "base"
    names = [f"{key} as {key}" if rng.random() < 0.3 else key for key in query.keys]
    conditions = [f"({c})" if rng.random() < 0.5 else c for c in query.where]
    rng.shuffle(conditions)
    inner = "select * from ads"
    if style != "flat" and conditions and rng.random() < 0.5:
        inner, conditions = f"{inner} where {' and '.join(conditions)}", []
    source = {"flat": f"ads as {name}", "cte": name, "nested": f"({inner}) as {name}"}[style]
    if query.join in ("left", "inner"):
        # dim has one row for each campaign: see SCHEMA.
        source += f" {query.join} join dim on dim.campaign_id = {name}.campaign_id"
    if query.join == "exists":
        exists = f"exists (select 1 from dim as d where d.campaign_id = {name}.campaign_id)"
        conditions.append(rng.choice((exists, f"{name}.campaign_id in (select campaign_id from dim)")))
    text = f"select {', '.join([*names, f'{_value(query, rng)} as v'])} from {source}"
    if conditions:
        text += f" where {' and '.join(conditions)}"
    if query.keys:
        text += f" group by {', '.join(query.keys)}"
    return f"with {name} as ({inner}) {text}" if style == "cte" else text


def _value(query: Query, rng: random.Random) -> str:
    top = _aggregate(query.top, query.measure, query.only, rng)
    if query.under is None:
        return top
    under = _aggregate("sum", query.under, None, rng)
    forms = (
        f"{top} / nullif({under}, 0)",
        f"1.0 * {top} / nullif({under}, 0)",
        f"case when {under} = 0 then null else {top} / {under} end",
        f"{top} * (1 / nullif({under}, 0))",
    )
    return rng.choice(forms)


def _aggregate(kind: str, measure: str, only: str | None, rng: random.Random) -> str:
    distinct = "distinct " if kind.endswith("distinct") else ""
    name = kind.split()[0]
    if only is None:
        return f"{name}({distinct}{measure})"
    if rng.random() < 0.5:
        return f"{name}({distinct}case when {only} then {measure} end)"
    return f"{name}({distinct}{measure}) filter (where {only})"


SCHEMA = {
    "tables": {
        "ads": {
            "columns": {
                "date_day": "date",
                "channel": "varchar",
                "campaign": "varchar",
                "campaign_id": "integer",
                "clicks": "integer",
                "impressions": "integer",
                "cost": "double",
                "is_brand": "boolean",
            }
        },
        "dim": {"columns": {"campaign_id": "integer", "owner": "varchar"}, "primary_key": ["campaign_id"]},
    }
}
