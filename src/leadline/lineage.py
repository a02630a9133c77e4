"""Where a column comes from: from a fact back through dbt's models to the raw exports, column by column.

Reads the compiled SQL that dbt leaves in `manifest.json` (or under `compiled/` beside it) and follows each
column with sqlglot. Only the models on the way are parsed, each once.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.lineage import Node as SqlNode
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from leadline.manifest import Relation

_DIALECT: Final = "duckdb"
Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RawColumn:
    """A column of an export, by the source's own names."""

    source: str
    table: str
    column: str

    def __str__(self) -> str:
        return f"{self.source}.{self.table}.{self.column}"


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one column comes from: the models on the way, nearest first, and the raw columns at its end.

    `unread` are models whose SQL is not there, or that cannot be followed.
    """

    models: tuple[str, ...] = ()
    raw: tuple[RawColumn, ...] = ()
    unread: tuple[str, ...] = ()


class Lineage:
    """The lineage of a project's columns. `manifest_path` is that of the semantic manifest."""

    def __init__(self, manifest_path: str | Path) -> None:
        self._target = Path(manifest_path).parent
        self._scopes: dict[Key, Scope | None] = {}
        self._steps: dict[tuple[Key, str], frozenset[tuple[Key, str]] | None] = {}

    @property
    def is_known(self) -> bool:
        """True if dbt has left what lineage is read from."""
        return (self._target / "manifest.json").is_file()

    @cached_property
    def _nodes(self) -> Mapping[Key, Mapping[str, Any]]:
        document = json.loads((self._target / "manifest.json").read_bytes())
        found = [*document.get("sources", {}).values(), *document.get("nodes", {}).values()]
        return {
            (str(node.get("schema")), str(node.get("alias") or node.get("identifier") or node["name"])): node
            for node in found
            if node["resource_type"] in ("model", "seed", "snapshot", "source")
        }

    def trace(self, relation: Relation, column: str) -> Trace:
        """The way of a column of a relation back to the exports."""
        models: dict[str, None] = {}
        raw: dict[RawColumn, None] = {}
        unread: dict[str, None] = {}
        waiting = [((relation.schema, relation.name), column)]
        seen = set(waiting)
        while waiting:
            key, name = waiting.pop(0)
            node = self._nodes.get(key)
            if node is None or node["resource_type"] in ("seed", "source"):
                raw[_raw(key, node, name)] = None
                continue
            models[key[1]] = None
            origins = self._origins(key, name)
            if origins is None:
                unread[key[1]] = None
            for origin in sorted(origins or ()):
                if origin not in seen:
                    seen.add(origin)
                    waiting.append(origin)
        return Trace(tuple(models), tuple(sorted(raw, key=str)), tuple(unread))

    def _origins(self, key: Key, column: str) -> frozenset[tuple[Key, str]] | None:
        """The columns of other relations that a column is made of; None where that is not known."""
        place = (key, column)
        if place not in self._steps:
            scope = self._scope(key)
            self._steps[place] = _origins_in(scope, column) if scope else None
        return self._steps[place]

    def _scope(self, key: Key) -> Scope | None:
        if key not in self._scopes:
            text = self._compiled(self._nodes[key])
            self._scopes[key] = _scope(text, self._schema(self._nodes[key])) if text else None
        return self._scopes[key]

    def _compiled(self, node: Mapping[str, Any]) -> str | None:
        if node.get("compiled_code"):
            return str(node["compiled_code"])
        path = self._target / "compiled" / str(node.get("package_name")) / str(node.get("original_file_path"))
        return path.read_text(encoding="utf-8") if path.is_file() else None

    def _schema(self, node: Mapping[str, Any]) -> dict[str, dict[str, dict[str, str]]]:
        """The columns of what a model reads, so that `select *` can be followed."""
        wanted = set(node.get("depends_on", {}).get("nodes") or ())
        found: dict[str, dict[str, dict[str, str]]] = {}
        for (schema, name), other in self._nodes.items():
            if other.get("unique_id") in wanted or other["resource_type"] == "seed":
                columns = dict.fromkeys(other.get("columns") or (), "unknown")
                if columns:
                    found.setdefault(schema, {})[name] = columns
        return found


def _raw(key: Key, node: Mapping[str, Any] | None, column: str) -> RawColumn:
    """The export's own name: the seed raw_google_ads__campaign_stats carries google_ads.campaign_stats."""
    if node is not None and node["resource_type"] == "source":
        return RawColumn(node["source_name"], node["name"], column)
    source, found, table = key[1].removeprefix("raw_").partition("__")
    return RawColumn(source, table, column) if found else RawColumn(key[0], key[1], column)


def _scope(text: str, schema: Mapping[str, Any]) -> Scope | None:
    try:
        tree = qualify(
            _parsed(text),
            dialect=_DIALECT,
            schema=dict(schema),
            validate_qualify_columns=False,
            identify=False,
        )
    except SqlglotError:
        return None
    return build_scope(tree)


def _parsed(text: str) -> exp.Expr:
    import sqlglot

    return sqlglot.parse_one(text, dialect=_DIALECT)


def _origins_in(scope: Scope, column: str) -> frozenset[tuple[Key, str]] | None:
    try:
        root = lineage(column, scope.expression, {}, scope=scope, dialect=_DIALECT, trim_selects=False)
    except (SqlglotError, ValueError):
        return None
    return frozenset(_leaves(root.walk()))


def _leaves(nodes: Iterable[SqlNode]) -> Iterable[tuple[Key, str]]:
    for node in nodes:
        source = node.source
        # A table function (a series of days) has no schema, and is no export.
        if not node.downstream and isinstance(source, exp.Table) and source.db and node.name != "*":
            yield (source.db, source.name), node.name.rpartition(".")[-1].strip('"')
