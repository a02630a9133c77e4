"""Saved queries as dbt models: SQL over `ref()`, and the YAML that describes it. Nothing is written here."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

import yaml
from sqlglot import exp

from leadline import dialects
from leadline.catalog import formula, reports
from leadline.errors import LeadlineError
from leadline.grains import STANDARD
from leadline.manifest import Manifest, Relation, SavedQuery
from leadline.sql import render
from leadline.write.sync import MARK

if TYPE_CHECKING:
    from leadline.layer import Layer

DESCRIPTIONS: Final = "_reports__models.yml"
_WIDTH: Final = 110


def report_files(layer: Layer) -> dict[str, str]:
    """The files of models/reports/ by name: one .sql for each export of a saved query, one .yml for all.

    Raises LeadlineError where two exports bear one name, and whatever the layer refuses.
    """
    found: dict[str, str] = {}
    described: list[dict[str, Any]] = []
    for query in layer.manifest.saved_queries.values():
        for report in reports(query):
            if f"{report}.sql" in found:
                raise LeadlineError(
                    f"two exports of saved queries are called {report!r}",
                    where=f"saved query {query.name}",
                    fix="give one of them another name or alias",
                )
            statement = over_refs(layer.manifest, render(layer.plan(saved_query=query.name), layer.manifest))
            found[f"{report}.sql"] = _sql_text(layer.manifest, query, statement)
            described.append(_description(layer.manifest, query, report, statement.named_selects))
    if described:
        found[DESCRIPTIONS] = _yaml_text(described)
    return found


def over_refs(manifest: Manifest, statement: exp.Query) -> exp.Query:
    """The statement with every table of the warehouse as a dbt ref; it is changed in place."""
    models = {_key(relation): relation.name for relation in _relations(manifest)}
    for table in list(statement.find_all(exp.Table)):
        model = models.get((table.name, table.db or None))
        if model and table.db:
            table.set("this", exp.Var(this=f"{{{{ ref('{model}') }}}}"))
            table.set("db", None)
            table.set("catalog", None)
    return statement


def _relations(manifest: Manifest) -> Iterator[Relation]:
    yield from (model.relation for model in manifest.models.values())
    yield from (spine.relation for spine in manifest.spines)


def _key(relation: Relation) -> tuple[str, str | None]:
    return relation.name, relation.schema or None


def _sql_text(manifest: Manifest, query: SavedQuery, statement: exp.Query) -> str:
    lines = [
        f"-- {MARK} from the saved query `{query.name}` (metrics/saved_queries.yml).",
        "-- Do not edit: change the definition, then run `make generate` (`dbt parse`, `leadline generate`).",
        "-- Its metrics:",
        *(f"--   {line}" for name in query.metrics for line in _wrapped(_told(manifest, name))),
    ]
    body = dialects.to_text(statement, "duckdb")
    return "\n".join(lines) + "\n" + body + "\n"


def _told(manifest: Manifest, name: str) -> str:
    metric = manifest.metrics[name]
    return f"{name} = {formula(metric)}"


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, _WIDTH - 5, subsequent_indent="    ")


def _description(manifest: Manifest, query: SavedQuery, report: str, names: Iterable[str]) -> dict[str, Any]:
    columns = list(names)
    cuts = [name for name in columns if name not in query.metrics]
    model: dict[str, Any] = {
        "name": report,
        "description": f"{(query.description or query.label or query.name).strip()} {_grain(cuts)}",
    }
    if cuts:
        model["data_tests"] = [{"unique_together": {"arguments": {"columns": cuts}}}]
    model["columns"] = [{"name": name, "description": _column(manifest, name)} for name in columns]
    return model


def _grain(cuts: list[str]) -> str:
    return f"One row per {' × '.join(cuts)}." if cuts else "One row."


def _column(manifest: Manifest, name: str) -> str:
    metric = manifest.metrics.get(name)
    if metric:
        return f"{metric.label or name}. {(metric.description or '').strip()}".strip()
    stem, _, grain = name.rpartition("__")
    if stem == "metric_time" and grain in STANDARD:
        return f"First day of the {grain}, local time."
    described = _dimension(manifest, name) or f"The {name}."
    return described if "NULL" in described else f"{described} NULL where it is not known."


def _dimension(manifest: Manifest, name: str) -> str | None:
    short = name.rpartition("__")[-1]
    for model in manifest.models.values():
        for found in (model.entities.get(short), model.dimensions.get(short)):
            if found and found.description:
                return " ".join(found.description.split())
    return None


class _Indented(yaml.SafeDumper):
    """YAML with lists indented below their key, as the project writes it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _yaml_text(described: list[dict[str, Any]]) -> str:
    body = yaml.dump(
        {"models": described},
        Dumper=_Indented,
        sort_keys=False,
        allow_unicode=True,
        width=_WIDTH,
        default_flow_style=False,
    )
    return f"# {MARK} from metrics/saved_queries.yml. Do not edit.\n{body}"
