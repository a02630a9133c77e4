"""Where a name stands in a project's YAML: file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

_FOLDERS: Final = ("models", "metrics")


@dataclass(frozen=True, slots=True)
class Place:
    """A scalar of a YAML file: `key` is the mapping's key that holds it, `line` counts from 1."""

    file: str
    line: int
    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def definition_files(project: Path, folders: Iterable[str] = _FOLDERS) -> list[Path]:
    """The YAML files of a dbt project that may define semantics, sorted."""
    found = (path for folder in folders for path in (project / folder).rglob("*.y*ml"))
    return sorted(path for path in found if path.suffix in (".yml", ".yaml"))


def places(project: Path) -> list[Place]:
    """Every text in the project's YAML with its place; files that are not valid YAML are left out."""
    return [place for path in definition_files(project) for place in _in_file(project, path)]


def unreadable(project: Path) -> list[Place]:
    """The files that are not valid YAML; `value` says why, `line` where the reader gave up."""
    found = []
    for path in definition_files(project):
        root = _read(path)
        if isinstance(root, yaml.MarkedYAMLError):
            mark = root.problem_mark or root.context_mark
            said = " ".join(filter(None, (root.context, root.problem)))
            found.append(Place(str(path.relative_to(project)), mark.line + 1 if mark else 1, "", said))
    return found


def _read(path: Path) -> yaml.Node | yaml.MarkedYAMLError | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        return error


def _in_file(project: Path, path: Path) -> Iterator[Place]:
    root = _read(path)
    if isinstance(root, yaml.Node):
        yield from _in_node(str(path.relative_to(project)), root, "")


def _in_node(file: str, node: yaml.Node, key: str) -> Iterator[Place]:
    if isinstance(node, yaml.ScalarNode):
        yield Place(file, node.start_mark.line + 1, key, str(node.value))
    elif isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            yield from _in_node(file, value, str(name.value))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _in_node(file, value, key)


# The lists of dbt's YAML whose items have names, and what such an item is called here.
_LISTS: Final = {
    "metrics": "metric",
    "saved_queries": "saved query",
    "exposures": "exposure",
    "models": "model",
    "semantic_models": "semantic model",
}
_ELEMENTS: Final = ("columns", "dimensions", "entities")


def defined_at(project: Path) -> dict[tuple[str, str], str]:
    """`file:line` of every definition, by kind and name: ("metric", "ctr"), ("element", "model.name")."""
    found: dict[tuple[str, str], str] = {}
    for path in definition_files(project):
        root = _read(path)
        if isinstance(root, yaml.Node):
            file = path.relative_to(project).as_posix()
            for kind, name, line in _defined(root, ""):
                found.setdefault((kind, name), f"{file}:{line}")
    return found


def _defined(node: yaml.Node, model: str) -> Iterator[tuple[str, str, int]]:
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _defined(item, model)
    if not isinstance(node, yaml.MappingNode):
        return
    for key, value in node.value:
        if isinstance(value, yaml.SequenceNode) and key.value in (*_LISTS, *_ELEMENTS):
            for item in value.value:
                yield from _item(str(key.value), item, model)
        else:
            yield from _defined(value, model)


def _item(key: str, node: yaml.Node, model: str) -> Iterator[tuple[str, str, int]]:
    name, line = _name(node), node.start_mark.line + 1
    if name is None:
        return
    if key in _ELEMENTS:
        yield "element", f"{model}.{name}", line
        return
    yield _LISTS[key], name, line
    semantic = _under(node, "semantic_model") if key == "models" else None
    if semantic is not None:
        model = _name(semantic) or name
        yield "semantic model", model, semantic.start_mark.line + 1
    yield from _defined(node, name if key == "semantic_models" else model)


def _under(node: yaml.Node, name: str) -> yaml.Node | None:
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for key, value in node.value if key.value == name), None)


def _name(node: yaml.Node) -> str | None:
    found = _under(node, "name")
    return str(found.value) if isinstance(found, yaml.ScalarNode) else None


def where_is(name: str, known: Iterable[Place]) -> list[Place]:
    """The places of a name: where it is given, else where it is used, is a key, or is a part of a text."""
    known = list(known)
    given = [place for place in known if place.value == name and place.key in ("name", "alias")]
    used = [place for place in known if place.value == name]
    return given or used or [p for p in known if p.key == name] or [p for p in known if name in p.value]
