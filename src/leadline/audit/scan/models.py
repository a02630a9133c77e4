"""A project's models put in the place of their names, down to the tables that definitions read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlglot import exp

from leadline.audit.expand import read
from leadline.audit.scan.jinja import rendered
from leadline.audit.scan.project import project_of, sql_files
from leadline.audit.terms import UndecidableError

_DEEPEST = 25


@dataclass(slots=True)
class Models:
    """Models by name: as text until they are needed, then as trees. `facts` are not looked into.

    `compiled` is what dbt made of a text, `paths` are the files of those that were read from one.
    """

    facts: frozenset[str]
    texts: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    compiled: dict[str, str] = field(default_factory=dict)
    feeding: frozenset[str] = frozenset()
    _trees: dict[str, exp.Query] = field(default_factory=dict)

    def is_beneath(self, path: str) -> bool:
        """Whether a file is a model that definitions stand on: of these there is nothing to compare."""
        name = Path(path).stem.lower()
        return path.lower().endswith(".sql") and (name in self.facts or name in self.feeding)

    def query(self, sql: str, dialect: str | None, path: str) -> exp.Query:
        """A query with the models that it reads put in place. Raises UndecidableError."""
        return self._put(self._read(sql, dialect, path), 0)

    def _read(self, sql: str, dialect: str | None, path: str) -> exp.Query:
        """A query as dbt has compiled it, else with its Jinja rendered as far as that goes."""
        try:
            return read(sql, dialect)
        except UndecidableError:
            if "{{" not in sql and "{%" not in sql:
                raise
        # What was compiled before an edit says nothing of the text as it is.
        whole = self.compiled.get(sql.strip())
        return read(whole if whole is not None else rendered(sql, path), dialect)

    def _put(self, tree: exp.Query, depth: int) -> exp.Query:
        if depth > _DEEPEST:
            raise UndecidableError("its models read one another in a circle")
        own = {cte.alias.lower() for cte in tree.find_all(exp.CTE)}
        for table in list(tree.find_all(exp.Table)):
            name = table.name.lower()
            if name in own or name in self.facts or name not in self.texts:
                continue
            if name not in self._trees:
                self._trees[name] = self._read(self.texts[name], None, self.paths.get(name, name))
            inner = self._put(self._trees[name].copy(), depth + 1)
            alias = table.alias or table.name
            made = exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.to_identifier(alias)))
            if table.args.get("joins"):
                made.set("joins", table.args["joins"])
            table.replace(made)
        return tree


def read_models(manifest_path: Path, facts: frozenset[str], files: Iterable[Path]) -> Models:
    """The models of dbt's manifest.json beside a semantic manifest, and SQL files that are dbt's by `ref`."""
    document = manifest_path.parent / "manifest.json"
    described = json.loads(document.read_bytes()) if document.is_file() else {}
    return models_of(described, facts, files, manifest_path.parent)


def models_of(
    described: Mapping[str, Any], facts: frozenset[str], files: Iterable[Path], target: Path | None = None
) -> Models:
    """The models of dbt's manifest, and SQL files; `target` is where dbt left what it compiled."""
    found = Models(facts)
    written = [path for path in files if path.suffix.lower() == ".sql"]
    # A file under models/ is a model, built or not; a hook before a commit names only those that changed.
    folders = {path.resolve().parent for path in written}
    projects = {project for folder in folders if (project := project_of(folder)) is not None}
    siblings = [path for project in sorted(projects) for path in sql_files(project, "model-paths")]
    for path in (*siblings, *(p for p in written if "models" in p.parts)):
        found.texts[path.stem.lower()] = path.read_text(encoding="utf-8-sig", errors="replace")
        found.paths[path.stem.lower()] = str(path)
    _from_dbt(found, described, target)
    return found


def _from_dbt(found: Models, document: Mapping[str, Any], target: Path | None) -> None:
    nodes = {k: n for k, n in document.get("nodes", {}).items() if n.get("resource_type") == "model"}
    for node in nodes.values():
        text = node.get("compiled_code")
        if not text and target is not None:
            text = _compiled(target, node)
        if text:
            name = str(node.get("alias") or node["name"]).lower()
            written = str(node.get("raw_code") or "").strip()
            if found.texts.get(name, written).strip() == written:
                found.texts[name] = str(text)
            found.compiled[written] = str(text)
    waiting = [k for k, n in nodes.items() if str(n.get("alias") or n["name"]).lower() in found.facts]
    seen = set(waiting)
    while waiting:
        for parent in nodes[waiting.pop()].get("depends_on", {}).get("nodes") or ():
            if parent in nodes and parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    found.feeding = frozenset(str(nodes[k].get("alias") or nodes[k]["name"]).lower() for k in seen)


def _compiled(target: Path, node: Mapping[str, Any]) -> str | None:
    path = target / "compiled" / str(node.get("package_name")) / str(node.get("original_file_path"))
    return path.read_text(encoding="utf-8") if path.is_file() else None
