"""Which sources feed a metric, which of them are connected, and why a value is missing.

Reads the relation `dim_source`, which dbt builds beside the facts: one row a source. A warehouse without it
says nothing about sources, and then nothing is called missing.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadline.catalog import facts
from leadline.manifest.model import Manifest, Metric, SemanticModel

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SOURCE_TABLE = "dim_source"
_NO_DATA = {
    "en": "no data: {sources} is not connected",
    "fr": "pas de données : {sources} n'est pas connecté",
}
_NO_RATIO = {
    "en": "{metric}: n/a where {denominator} is zero or missing, or {numerator} is missing",
    "fr": "{metric} : n/a là où {denominator} est nul ou absent, ou {numerator} absent",
}
_NO_ROWS = {
    "en": "{metrics}: n/a where there are no rows to compute it from",
    "fr": "{metrics} : n/a là où aucune ligne ne permet le calcul",
}
_NO_PERIOD = {
    "en": "{metric}: n/a where no row reports just the period asked for; days and months are never added up",
    "fr": "{metric} : n/a là où aucune ligne n'est de la période même ; jours et mois ne s'additionnent pas",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What the warehouse knows of one source; days are local, `exported_at` is UTC; None without rows."""

    name: str
    is_connected: bool
    tables_present: str | None = None
    row_count: int | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    exported_at: dt.datetime | None = None
    reporting_currency: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A metric that has no data, because none of the sources of one of its facts is connected."""

    metric: str
    fact: str
    sources: tuple[str, ...]

    def message(self, lang: str = "en") -> str:
        """One line for people, in `en` or `fr`."""
        names = (" ou " if lang == "fr" else " or ").join(self.sources)
        told = _NO_DATA[lang].format(sources=names)
        return f"{self.metric}: {told}"


def read_sources(connection: duckdb.DuckDBPyConnection) -> dict[str, Source]:
    """The rows of `dim_source` by name; empty where the warehouse has no such relation."""
    found = connection.execute(
        "select table_schema from information_schema.tables where table_name = ? order by table_schema",
        [SOURCE_TABLE],
    ).fetchone()
    if found is None:
        return {}
    schema = str(found[0]).replace('"', '""')
    cursor = connection.execute(f'select * from "{schema}".{SOURCE_TABLE}')  # noqa: S608 - quoted, from the catalog
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {str(row["source"]): _source(row) for row in rows}


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        name=str(row["source"]),
        is_connected=bool(row["is_connected"]),
        tables_present=row.get("tables_present"),
        row_count=row.get("row_count"),
        first_day=row.get("first_day"),
        last_day=row.get("last_day"),
        exported_at=row.get("exported_at"),
        reporting_currency=row.get("reporting_currency"),
    )


class FactSources:
    """The sources that feed each fact: any one of them is enough.

    They stand in the semantic model's own `config: meta: leadline: sources:`, or else in the dbt model's,
    which dbt leaves out of the semantic manifest and keeps in `manifest.json` beside it.
    """

    def __init__(self, manifest_path: str | Path | None = None) -> None:
        self._beside = Path(manifest_path).with_name("manifest.json") if manifest_path else None
        self._models: dict[str, tuple[str, ...]] | None = None

    def of(self, fact: SemanticModel) -> tuple[str, ...]:
        """Names of sources; empty where nothing is declared."""
        return _declared(fact.config.meta) or self._from_dbt().get(fact.relation.name, ())

    def _from_dbt(self) -> dict[str, tuple[str, ...]]:
        if self._models is None:
            self._models = dict(_dbt_models(self._beside)) if self._beside and self._beside.is_file() else {}
        return self._models


def _declared(meta: Mapping[str, Any]) -> tuple[str, ...]:
    ours = meta.get("leadline")
    return tuple(ours.get("sources") or ()) if isinstance(ours, Mapping) else ()


def _dbt_models(path: Path) -> Iterable[tuple[str, tuple[str, ...]]]:
    for node in json.loads(path.read_bytes())["nodes"].values():
        if node.get("resource_type") == "model":
            yield node.get("alias") or node["name"], _declared(node["config"].get("meta") or {})


def gaps(
    manifest: Manifest, metrics: Sequence[str], sources: Mapping[str, Source], declared: FactSources
) -> list[Gap]:
    """The metrics without data, each once, with the fact that lacks it. Raises UnknownNameError."""
    found = (_gap(manifest, metric, sources, declared) for metric in metrics)
    return [gap for gap in found if gap]


def _gap(manifest: Manifest, metric: str, sources: Mapping[str, Source], declared: FactSources) -> Gap | None:
    for fact in facts(manifest, metric):
        needed = declared.of(fact)
        known = [sources[name] for name in needed if name in sources]
        if known and not any(source.is_connected for source in known):
            return Gap(metric, fact.relation.name, needed)
    return None


def without_data(table: pa.Table, found: Iterable[Gap]) -> pa.Table:
    """The answer with the columns of those metrics set to NULL: a source that is absent gives no 0."""
    import pyarrow as pa

    for gap in found:
        place = table.schema.get_field_index(gap.metric)
        if place >= 0:
            kind = table.schema.field(place)
            table = table.set_column(place, kind, pa.nulls(table.num_rows, kind.type))
    return table


def why_missing(manifest: Manifest, metrics: Sequence[str], lang: str = "en") -> list[str]:
    """Why metrics that have data can have no value in a row: a line for each reason, in `en` or `fr`."""
    defined = [manifest.metrics[name] for name in metrics if name in manifest.metrics]
    reported = [metric.name for metric in defined if _is_reported(manifest, metric)]
    ratios = [metric for metric in defined if metric.type == "ratio" and metric.name not in reported]
    others = [name for name in metrics if name not in {*reported, *(ratio.name for ratio in ratios)}]
    lines = [_NO_PERIOD[lang].format(metric=name) for name in reported]
    lines += [_NO_RATIO[lang].format(metric=r.name, **_sides(r)) for r in ratios]
    return lines + ([_NO_ROWS[lang].format(metrics=", ".join(others))] if others else [])


def _is_reported(manifest: Manifest, metric: Metric) -> bool:
    """True if it comes from rows that each speak of a period of their own, as reach does."""
    parts = [metric, *(manifest.metrics[used.name] for used in metric.inputs)]
    return any(part.meta.get("adds") == "time:never" for part in parts)


def _sides(ratio: Metric) -> dict[str, str]:
    numerator, denominator = ratio.inputs
    return {"numerator": numerator.name, "denominator": denominator.name}


def covered_until(
    manifest: Manifest, metrics: Sequence[str], sources: Mapping[str, Source], declared: FactSources
) -> dt.date | None:
    """The last day that the data of all these metrics covers: the earliest of their facts'; None if unknown.

    A fact is covered as far as the best of its sources; a source, to its last row or the day before its
    export.
    """
    read = {fact.name: fact for m in metrics for fact in facts(manifest, m)}
    known = [_latest(sources[n] for n in declared.of(fact) if n in sources) for fact in read.values()]
    days = [day for day in known if day]
    return min(days) if days else _latest(sources.values())


def _latest(sources: Iterable[Source]) -> dt.date | None:
    return max((day for source in sources if source.is_connected for day in _covered(source)), default=None)


def _covered(source: Source) -> Iterator[dt.date]:
    if source.last_day:
        yield source.last_day
    if source.exported_at:
        yield source.exported_at.date() - dt.timedelta(days=1)
