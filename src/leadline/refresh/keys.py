"""Which keys of a model a refresh makes again: the queries that macros/by_key.sql runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

BEFORE: Final = "before"
CHANGES: Final = "changes"
_VIEWS: Final = ("view", "ephemeral")
_EVERY: Final = "every"
_NAMED: Final = re.compile(r"\{(\w+)\}")

Nodes = Mapping[str, Mapping[str, Any]]
RawTables = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Keys:
    """For each model that is made again by key the query of its changed keys, by the model's name.

    `whole` are those that are made whole: raw data does not say which of their keys changed. `days` are the
    changed days of raw tables as exports write them.
    """

    queries: Mapping[str, str]
    whole: tuple[str, ...]
    days: Mapping[str, tuple[str, ...]]


def changed_keys(
    nodes: Nodes, affected: Collection[str], raw: RawTables, changed: Collection[str], days: RawTables
) -> Keys:
    """The queries of one refresh.

    Args:
        nodes: those of dbt's manifest.
        affected: ids of the nodes that are built again.
        raw: which raw tables (`ga4.events`) each node reads itself, by its id.
        changed: raw tables that changed.
        days: the days (ISO) of those of them of which it is known.
    """
    by_key = {
        key: spec
        for key, node in nodes.items()
        if key in affected and (spec := _spec(node)) and node["config"]["materialized"] == "incremental"
    }
    unknown = {key for key, spec in by_key.items() if spec["of"] in changed and spec["of"] not in days}
    written = {table: tuple(_as_text(found)) for table, found in days.items()}
    writer = _Writer(
        nodes, frozenset(affected), raw, frozenset(changed), written, frozenset(by_key) - unknown
    )
    return Keys(
        {nodes[key]["name"]: writer.query(key, by_key[key]) for key in sorted(by_key) if key not in unknown},
        tuple(sorted(nodes[key]["name"] for key in unknown)),
        written,
    )


def key_of(node: Mapping[str, Any]) -> str | None:
    """The expression of the key by which a model is made, over its own columns."""
    spec = _spec(node)
    return spec["key"] if spec else None


def _spec(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return _meta(node).get("by_key")


def _meta(node: Mapping[str, Any]) -> Mapping[str, Any]:
    return node.get("config", {}).get("meta") or {}


def _as_text(days: Collection[str]) -> Iterator[str]:
    """A day in both ways in which exports write it as text."""
    for day in sorted(days):
        yield day
        yield day.replace("-", "")


@dataclass(frozen=True, slots=True)
class _Writer:
    nodes: Nodes
    affected: frozenset[str]
    raw: RawTables
    changed: frozenset[str]
    days: Mapping[str, Collection[str]]
    by_key: frozenset[str]

    def query(self, model: str, spec: Mapping[str, Any]) -> str:
        """The changed keys of a model, once or several times each."""
        if spec["of"] in self.changed:
            listed = ", ".join(f"'{day}'" for day in self.days[spec["of"]])
            return f"select unnest([{listed}])"
        relation = self.nodes[model]["relation_name"]
        tables, raw = self._read(model)
        found = [
            self._reached(table, spec["changed_by"].get(self.nodes[table]["name"], _EVERY), spec, relation)
            for table in sorted(tables & self.affected)
        ]
        if raw & self.changed:
            found.append(self._every(spec, relation))
        # Of the key's type, or it could not be compared.
        return " union all ".join(found) or f"select {spec['key']} from {relation} where false"  # noqa: S608

    def _reached(self, table: str, how: Any, spec: Mapping[str, Any], relation: str) -> str:
        keys = how if isinstance(how, str) else how["keys"]
        rows = self._rows(table, ["*"] if isinstance(how, str) else how["columns"])
        if keys == _EVERY:
            return f"{self._every(spec, relation)} where exists (select 1 from ({rows}) as r)"  # noqa: S608
        if keys.startswith("select "):
            query = _NAMED.sub(lambda found: self._relation(found[1]), keys)
            return f"select * from (with changed as ({rows}), present as (select * from {relation}) {query})"  # noqa: S608
        return f"select {keys} from ({rows}) as changed"  # noqa: S608

    def _every(self, spec: Mapping[str, Any], relation: str) -> str:
        found = [(spec["key"], relation)]
        sources = spec.get("of_each") or {spec["of"]: spec["of_key"]}
        found += [(key, self._relation(name)) for name, key in sources.items()]
        listed = " union all ".join(f"select {key} from {table}" for key, table in found)  # noqa: S608
        return f"select * from ({listed}) as every"  # noqa: S608

    def _relation(self, name: str) -> str:
        kinds = ("model", "seed")
        found = (n for n in self.nodes.values() if n["name"] == name and n["resource_type"] in kinds)
        return str(next(found)["relation_name"])

    def _rows(self, table: str, columns: Collection[str]) -> str:
        """The rows of a table that came, went or are another: noted by the model itself, or found."""
        node = self.nodes[table]
        listed = ", ".join(columns)
        if table in self.by_key or _meta(node).get("notes_changes"):
            return f'select {listed} from "{CHANGES}"."{node["name"]}__rows"'  # noqa: S608
        were = f'select {listed} from "{BEFORE}"."{node["schema"]}"."{node["alias"]}"'  # noqa: S608
        are = f"select {listed} from {node['relation_name']}"  # noqa: S608
        if "*" not in columns:
            return f"(({were}) except ({are})) union all (({are}) except ({were}))"
        # As the macro differing_rows: how often a row is there counts too.
        return (
            f"select * exclude (surplus) from (select *, 1 as surplus from ({were}) "  # noqa: S608
            f"union all select *, -1 from ({are})) as both_sides group by all having sum(surplus) <> 0"
        )

    def _read(self, model: str) -> tuple[frozenset[str], frozenset[str]]:
        """The tables that a model reads, through whatever views, and the raw tables behind these views."""
        tables: set[str] = set()
        raw: set[str] = set(self.raw.get(model, ()))
        waiting = [model]
        while waiting:
            for parent in self.nodes[waiting.pop()].get("depends_on", {}).get("nodes", ()):
                if parent not in self.nodes:
                    continue
                if self.nodes[parent]["config"].get("materialized") in _VIEWS:
                    raw |= set(self.raw.get(parent, ()))
                    waiting.append(parent)
                else:
                    tables.add(parent)
        return frozenset(tables), frozenset(raw)
