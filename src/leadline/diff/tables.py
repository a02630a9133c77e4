"""Models that changed underneath: by dbt's checksums, and the macros and variables that they use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from leadline.diff.definitions import Definitions
from leadline.versions import models_read

_KINDS: Final = ("model", "seed", "snapshot")
_VARIABLE: Final = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")
# dbt's own macros change with dbt, and not with a revision.
_OWN_OF_DBT: Final = re.compile(r"^macro\.dbt(?:_\w+)?\.")

Nodes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class TableChange:
    """A dbt model, seed or snapshot that changed: `because` of its SQL, a macro, a variable or its data.

    `metrics` are those of whose facts it is one, or feeds one: they may move.
    """

    name: str
    kind: str
    how: str
    because: tuple[str, ...]
    place: str = ""
    semantic_models: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


def table_changes(before: Definitions, after: Definitions) -> list[TableChange]:
    """What changed under the definitions, in the order of names; none where dbt's manifest was not kept."""
    if not before.dbt or not after.dbt:
        return []
    one, two = _tables(before), _tables(after)
    macros, variables = _changed_macros(before, after), _changed_variables(before, after)
    found = []
    for key in sorted({*one, *two}, key=lambda k: (_KINDS.index(k.split(".")[0]), k)):
        node = two.get(key) or one[key]
        how = "added" if key not in one else "removed" if key not in two else "changed"
        because: tuple[str, ...] = ()
        if how == "changed":
            because = tuple(_because(one[key], two[key], (before, after), macros, variables))
            if not because:
                continue
        side = before if how == "removed" else after
        models = tuple(_fed(side, key))
        metrics = tuple(m for m in side.layer.metrics if set(models_read(side.layer.manifest, m)) & {*models})
        place = str(node["original_file_path"])
        found.append(TableChange(node["name"], node["resource_type"], how, because, place, models, metrics))
    return found


def _tables(side: Definitions) -> dict[str, Mapping[str, Any]]:
    return {key: node for key, node in side.dbt["nodes"].items() if node["resource_type"] in _KINDS}


def _because(
    one: Mapping[str, Any],
    two: Mapping[str, Any],
    sides: tuple[Definitions, Definitions],
    macros: frozenset[str],
    variables: frozenset[str],
) -> Iterator[str]:
    if _contents(one, sides[0]) != _contents(two, sides[1]):
        yield "its data" if two["resource_type"] == "seed" else "its SQL"
    used = _macros_of(two, sides[1].dbt["macros"])
    for name in sorted(macros & used):
        yield f"the macro {name.rpartition('.')[-1]}"
    texts = [two.get("raw_code") or "", *(sides[1].dbt["macros"][m]["macro_sql"] for m in sorted(used))]
    for name in sorted(variables & {v for text in texts for v in _VARIABLE.findall(text)}):
        yield f"the variable {name}"
    for setting in ("materialized", "incremental_strategy", "unique_key", "enabled"):
        before, after = (node["config"].get(setting) for node in (one, two))
        if before != after:
            yield f"{setting}: {before} → {after}"


def _contents(node: Mapping[str, Any], side: Definitions) -> str:
    """A checksum of a node's file: git's, as dbt has none of a large seed."""
    path = str(node["original_file_path"])
    checksum = node.get("checksum") or {}
    if checksum.get("name") == "path" and path in side.files:
        return side.files[path]
    return str(checksum.get("checksum"))


def _changed_macros(before: Definitions, after: Definitions) -> frozenset[str]:
    one, two = (side.dbt["macros"] for side in (before, after))
    known = {key for key in (*one, *two) if not _OWN_OF_DBT.match(key)}
    return frozenset(
        key for key in known if one.get(key, {}).get("macro_sql") != two.get(key, {}).get("macro_sql")
    )


def _macros_of(node: Mapping[str, Any], macros: Nodes) -> set[str]:
    """The macros that a node uses, those that these use and their variants of databases included."""
    by_stem: dict[str, list[str]] = {}
    for key in macros:
        if "__" in key and not _OWN_OF_DBT.match(key):
            by_stem.setdefault(key.rpartition("__")[-1], []).append(key)
    found: set[str] = set()
    waiting = list(node["depends_on"].get("macros") or ())
    while waiting:
        key = waiting.pop()
        if key in found or key not in macros or _OWN_OF_DBT.match(key):
            continue
        found.add(key)
        waiting += macros[key]["depends_on"]["macros"]
        waiting += by_stem.get(key.rpartition(".")[-1], ())
    return found


def _changed_variables(before: Definitions, after: Definitions) -> frozenset[str]:
    one, two = before.variables, after.variables
    return frozenset(key for key in (*one, *two) if one.get(key) != two.get(key))


def _fed(side: Definitions, key: str) -> Iterator[str]:
    """The semantic models whose table is this node or is built from it."""
    reached = _downstream(key, side.dbt["child_map"])
    tables = {(n["schema"], n["alias"]) for k, n in side.dbt["nodes"].items() if k in reached}
    for model in side.layer.models.values():
        if (model.relation.schema, model.relation.name) in tables:
            yield model.name


def _downstream(key: str, children: Mapping[str, Iterable[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += children.get(node, ())
    return found
