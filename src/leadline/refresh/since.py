"""What is to be built again since a build: what reads changed raw data, and the tests of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from leadline.refresh import dbt, inputs
from leadline.refresh.builds import Build, Builds
from leadline.refresh.inputs import Inputs
from leadline.refresh.keys import changed_keys, key_of
from leadline.write.rules_of_models import is_checked

_RAW: Final = re.compile(r"""\braw\(\s*['"](\w+)['"]\s*,\s*['"](\w+)['"]\s*\)""")
_ANY_RAW: Final = re.compile(r"\braw(?:_tables)?\(")
# Read past dbt, or another answer each time: no file that we know of says when it changes.
_UNKNOWN: Final = re.compile(
    r"\b(?:read_\w+|\w+_scan|glob|query_table|now|random|uuid)\s*\(|\bfrom\s+'|\bcurrent_(?:date|timestamp)\b"
    r"|\brun_started_at\b",
    re.IGNORECASE,
)
_BUILT: Final = ("model", "seed", "snapshot")


@dataclass(frozen=True, slots=True)
class Since:
    """What changed since the build `base`: `part` is built again, `models` of `total` tables and views.

    `tables` are those built again, as schema and name, with the expression of the keys that alone were.
    `changed` are raw tables; `days` those (ISO) of the ones of which it is known which days changed.
    """

    base: Build
    part: dbt.Part
    tables: Mapping[tuple[str, str], str | None]
    changed: tuple[str, ...]
    days: Mapping[str, tuple[str, ...]]
    models: int
    total: int

    def told(self) -> str:
        """One line for people."""
        listed = ", ".join(f"{t} ({len(self.days[t])} days)" if t in self.days else t for t in self.changed)
        return (
            f"since build {self.base.number}: {self.models} of {self.total} tables and views, for "
            f"{listed or 'nothing'} changed"
        )


def since(builds: Builds, now: Inputs) -> Since | str:
    """What is to be built again since the build that is published; or why everything is."""
    base = builds.current()
    if base is None:
        return "the first build is a whole one"
    folder = builds.path(base.number)
    kept = dbt.warehouse(folder)
    if base.forced or not kept.is_file() or kept.with_name(f"{kept.name}.wal").exists():
        return f"build {base.number} was published in spite of its checks, or its warehouse is not whole"
    before = inputs.kept(folder)
    if before is None or before.code != now.code:
        return f"definitions, code or settings are not those of build {base.number}"
    if before.raw is None or now.raw is None:
        return "raw data in a schema does not tell what changed"
    manifest = _manifest(dbt.target(folder) / "manifest.json")
    if manifest is None:
        return f"build {base.number} has no manifest"
    changed = tuple(sorted(t for t in {*before.raw, *now.raw} if before.raw.get(t) != now.raw.get(t)))
    days = {table: found for table in changed if (found := _days(before.raw, now.raw, table)) is not None}
    undated = next((table for table, found in days.items() if "" in found), None)
    if undated:
        return f"rows of {undated} without a day changed"
    nodes = manifest["nodes"]
    raw = {key: _raw_read(node, changed) for key, node in nodes.items()}
    roots = _roots(nodes, manifest["macros"], raw, frozenset(changed))
    affected = _downstream(nodes, roots)
    keys = changed_keys(nodes, affected, raw, changed, days)
    part = dbt.Part(
        folder,
        tuple(sorted(nodes[key]["name"] for key in roots)),
        tuple(_checked(nodes)),
        keys,
    )
    models = {key: node for key, node in nodes.items() if node["resource_type"] in _BUILT}
    tables = {
        (node["schema"], node["alias"]): key_of(node) if node["name"] in keys.queries else None
        for key, node in models.items()
        if key in affected
    }
    return Since(base, part, tables, changed, days, len(tables), len(models))


def _manifest(path: Path) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def _days(before: Mapping[str, Any], now: Mapping[str, Any], table: str) -> tuple[str, ...] | None:
    """The days whose rows are of other files than before; None where files do not say their days."""
    old, new = before.get(table, {}), now.get(table, {})
    if not all([*old.values(), *new.values()]):
        return None
    pairs = [{(mark, day) for mark, days in files.items() for day in days} for files in (old, new)]
    return tuple(sorted({day for _, day in pairs[0] ^ pairs[1]}))


def _roots(
    nodes: Mapping[str, Any], macros: Mapping[str, Any], raw: Mapping[str, set[str]], changed: frozenset[str]
) -> frozenset[str]:
    """The nodes that read a changed raw table, or what cannot be followed."""
    opaque = _opaque(macros)
    return frozenset(
        key
        for key, node in nodes.items()
        if raw[key] & changed
        or _is_unknown(node)
        or opaque.intersection(node.get("depends_on", {}).get("macros", ()))
    )


def _downstream(nodes: Mapping[str, Any], roots: Iterable[str]) -> frozenset[str]:
    """These nodes, and every node that reads one of them, itself or through others."""
    children: dict[str, list[str]] = {}
    for key, node in nodes.items():
        for parent in node.get("depends_on", {}).get("nodes", ()):
            children.setdefault(parent, []).append(key)
    reached = set(roots)
    waiting = list(reached)
    while waiting:
        for child in children.get(waiting.pop(), ()):
            if child not in reached:
                reached.add(child)
                waiting.append(child)
    return frozenset(reached)


def _opaque(macros: Mapping[str, Any]) -> frozenset[str]:
    """Macros of projects, not of dbt, that read past dbt or call one that does; `raw` is known to us."""
    own = {
        key: macro
        for key, macro in macros.items()
        if not macro["package_name"].startswith("dbt") and not macro["name"].startswith("raw")
    }
    found = {key for key, macro in own.items() if _UNKNOWN.search(macro["macro_sql"])}
    while True:
        more = {k for k, m in own.items() if k not in found and found.intersection(m["depends_on"]["macros"])}
        if not more:
            return frozenset(found)
        found |= more


def _is_unknown(node: Mapping[str, Any]) -> bool:
    parents = node.get("depends_on", {}).get("nodes", ())
    return any(parent.startswith("source.") for parent in parents) or bool(
        _UNKNOWN.search(node.get("raw_code") or "")
    )


def _raw_read(node: Mapping[str, Any], changed: Iterable[str]) -> set[str]:
    """Which of the changed raw tables a node reads itself."""
    if node["resource_type"] == "seed":
        source, _, table = node["name"].removeprefix("raw_").partition("__")
        return {name for name in changed if name == f"{source}.{table}"}
    text = node.get("raw_code") or ""
    named = _RAW.findall(text)
    if not named and _ANY_RAW.search(text):
        return set(changed)
    read = {f"{source}.{table}" for source, table in named} | {f"{source}.*" for source, _ in named}
    return read.intersection(changed)


def _checked(nodes: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Tests that `leadline check` makes too, by folder and kind, all of that kind in it: not made twice."""
    kinds: dict[tuple[str, str], bool] = {}
    for node in nodes.values():
        if node["resource_type"] == "test" and node.get("test_metadata"):
            kind = (str(Path(node["original_file_path"]).parent), node["test_metadata"]["name"])
            kinds[kind] = kinds.get(kind, True) and is_checked(node, nodes)
    return (kind for kind, are_all in sorted(kinds.items()) if are_all)
