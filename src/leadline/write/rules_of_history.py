"""Rules that a source's own history sets: how late it may be, how much a day has, and what it lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadline.catalog import text
from leadline.check.quality.rule import Rule
from leadline.manifest import Manifest, Metric, SemanticModel
from leadline.write.filled import as_text, filled
from leadline.write.rules_of_columns import primary_of

# Whose rows come and stay away together, by the names of the columns that tell them apart.
_SENDERS: Final = ("platform", "network", "site", "account_id")
# Late is later, by two days, than it has been in half a year; twice that for who sends on fewer than half of
# the days, and nothing can be said of who sends hardly ever. Who sends nearly every day is late after two
# days, and has ended after a month.
_FRESHNESS: Final = {"history": 180, "slack": 2, "fewest": 10, "recent": 14, "share": 0.9, "ended": 28}
# Each of the last seven days beside that weekday of eight weeks: a fourth of its rows, or four times as many,
# and fewer or more than ever in them.
_VOLUME: Final = {"history": 63, "judged": 7, "fewest": 8, "factor": 4}
# A day is missed where nearly all days of the two weeks on either side are there; more days are a pause.
_COMPLETENESS: Final = {"around": 14, "share": 0.85, "longest": 14}
# Amounts of another unit (micros, cents) are off by a hundred at least; no usual day is by twenty.
_SCALE: Final = {"history": 56, "judged": 60, "fewest": 14, "factor": 20}
# A stock moves by little from one day to the next.
_LEVEL: Final = {"judged": 60, "fewest": 20, "factor": 4}
_SOURCES: Final = "dim_source"
_FACTS: Final = "fct_"

Columns = Mapping[tuple[str, str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Fact:
    """A fact with days: what tells its senders and its rows apart, its sources, and its metrics."""

    schema: str
    name: str
    key: str
    senders: tuple[str, ...]
    sources: Sequence[str]
    model: SemanticModel | None
    metrics: tuple[Metric, ...]

    @property
    def relation(self) -> str:
        return f'{self.schema}."{self.name}"'

    @property
    def words(self) -> str:
        return self.name.removeprefix(_FACTS).replace("_", " ")

    @property
    def by(self) -> str:
        return "".join(f'"{sender}", ' for sender in self.senders)


def history_rules(manifest: Manifest, dbt_manifest: Mapping[str, Any], columns: Columns) -> list[Rule]:
    """Freshness, volume and completeness of every fact with days, by those who send its rows.

    Args:
        manifest: the definitions.
        dbt_manifest: target/manifest.json, which has facts without metrics, too, and says their sources.
        columns: (schema, table) to column names, as the database has them.
    """
    facts = list(_facts(manifest, dbt_manifest, columns))
    # A table that is gone is told by its own contract, not by the lateness of all others.
    relations = tuple(fact.relation for fact in facts if (fact.schema, fact.name) in columns)
    has_sources = any(table == _SOURCES for _, table in columns)
    return [
        rule
        for fact in facts
        for rule in (*_of_fact(fact, relations), *(_of_sources(fact) if has_sources else ()))
    ]


def _facts(manifest: Manifest, dbt_manifest: Mapping[str, Any], columns: Columns) -> Iterator[_Fact]:
    models = {model.relation.name: model for model in manifest.models.values()}
    for node in dbt_manifest["nodes"].values():
        name = node.get("alias", "")
        described = node.get("columns") or {}
        if node["resource_type"] != "model" or not name.startswith(_FACTS) or "date_day" not in described:
            continue
        model = models.get(name)
        have = columns.get((node["schema"], name), {})
        meta = (node["config"].get("meta") or {}).get("leadline") or {}
        yield _Fact(
            node["schema"],
            name,
            primary_of(node) or "date_day",
            tuple(column for column in _SENDERS if column in have),
            meta.get("sources") or (),
            model,
            _metrics(manifest, model) if model else (),
        )


def _metrics(manifest: Manifest, model: SemanticModel) -> tuple[Metric, ...]:
    found = [metric for metric in manifest.metrics.values() if metric.use and not metric.is_private]
    return tuple(m for m in found if m.use and m.use.aggregation.model == model.name)


def _of_fact(fact: _Fact, relations: tuple[str, ...]) -> Iterator[Rule]:
    shared: dict[str, Any] = {"relation": fact.relation, "severity": "warning"}
    partition = f"partition by {fact.by.rstrip(', ')} " if fact.by else ""
    place = {"relation": fact.relation, "by": fact.by, "partition": partition}
    whose = f" of every {' and '.join(fact.senders)}" if fact.senders else ""
    yield Rule(
        id=f"freshness.{fact.name}",
        group="freshness",
        expected=f"{fact.words}{whose} is no later than it has been before",
        action="look whether the export or connector of this source still runs, then land or sync it",
        query=filled("freshness", relations=relations, **place, **_FRESHNESS),
        **shared,
    )
    if fact.model:  # what only counts events and their parameters comes in lumps
        yield Rule(
            id=f"volume.{fact.name}",
            group="volume",
            expected=f"{fact.words} has as many rows as that weekday usually has",
            action="compare with the platform's own page: rows are missing or doubled, or something happened",
            query=filled("volume", relation=fact.relation, **_VOLUME),
            **shared,
        )
    if fact.senders:
        yield Rule(
            id=f"completeness.{fact.name}",
            group="completeness",
            expected=f"{fact.words} has every day{whose} that has nearly every day",
            action="export those days of that account again and land them",
            query=filled("completeness", **place, **_COMPLETENESS),
            **shared,
        )
    yield from _amounts(fact, place, shared)


def _amounts(fact: _Fact, place: Mapping[str, Any], shared: Mapping[str, Any]) -> Iterator[Rule]:
    measures, stocks = _measures(fact), _stocks(fact)
    if measures:
        yield Rule(
            id=f"volume.{fact.name}.scale",
            group="volume",
            expected=f"{', '.join(measures)} of {fact.words} are of the size that they have been of",
            action="look at the unit of these days' export: micros, cents, thousands or another currency?",
            query=filled("scale", measures=measures, **{k: place[k] for k in ("relation", "by")}, **_SCALE),
            **shared,
        )
    for stock, groups in stocks.items():
        by = "".join(f'"{group}", ' for group in groups)
        partition = f"partition by {by.rstrip(', ')} " if by else ""
        yield Rule(
            id=f"volume.{fact.name}.{stock}",
            group="volume",
            expected=f"{stock} of {fact.words} are not a fourth or four times those of the day before",
            action="compare with the platform's own page: stocks do not jump; is the day's export partial?",
            query=filled("level", stock=stock, by=by, partition=partition, relation=fact.relation, **_LEVEL),
            **shared,
        )


def _measures(fact: _Fact) -> list[str]:
    """Columns that metrics of counts and amounts add up over days."""
    found = [
        m.use.aggregation.expr
        for m in fact.metrics
        if m.use
        and m.use.aggregation.agg == "sum"
        and m.use.aggregation.non_additive is None
        and text(m, "unit") in ("count", "currency")
        and m.use.aggregation.expr.isidentifier()
    ]
    return list(dict.fromkeys(found))


def _stocks(fact: _Fact) -> dict[str, tuple[str, ...]]:
    """Columns whose last value counts, with the columns of what has one value a day."""
    found: dict[str, tuple[str, ...]] = {}
    for metric in fact.metrics:
        use = metric.use.aggregation if metric.use else None
        if use and use.non_additive and use.non_additive.groupings and use.expr.isidentifier():
            entities = fact.model.entities if fact.model else {}
            found[use.expr] = tuple(
                entities[name].expr if name in entities else name for name in use.non_additive.groupings
            )
    return found


def _of_sources(fact: _Fact) -> Iterator[Rule]:
    """What the sources of a fact say of it: whether it may be empty, and what their last day can be."""
    if not fact.sources:
        return
    listed = f'from {fact.schema}."{_SOURCES}" where source in ({", ".join(map(as_text, fact.sources))})'
    yield Rule(
        id=f"freshness.{fact.name}.empty",
        group="freshness",
        severity="warning",
        relation=fact.relation,
        expected=f"{fact.words} has rows, as its sources have",
        action="look whether its table of the source is landed or synced, then at what its models leave out",
        query=f"select source, row_count, last_day {listed} and row_count > 0 "  # noqa: S608
        f"and not exists (select 1 from {fact.relation})",
    )
    yield Rule(
        id=f"validity.{fact.name}.future",
        group="validity",
        severity="critical",
        relation=fact.relation,
        expected=f"no day of {fact.words} is later than the export that it comes from",
        action="look at these rows' dates: are day and month swapped, or is the year another one?",
        # A day more, as exports are dated in UTC and days are local.
        query=f'select "{fact.key}", date_day, exported_at from {fact.relation} '  # noqa: S608
        f"cross join (select max(exported_at) as exported_at {listed}) as exports "
        "where date_day > cast(exported_at as date) + 1",
    )
