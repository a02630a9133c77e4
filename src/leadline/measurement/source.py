"""YAML as data that remembers where each value stands in its file."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml

from leadline.errors import LeadlineError

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Line and column, both from 1; 0 where something was not read from a file."""

    line: int = 0
    column: int = 0


NOWHERE: Final = Place()


@dataclass(frozen=True, slots=True)
class Source:
    """A document, and the place of everything in it. `keys` holds the places of keys, `values` of values."""

    file: str
    data: Any
    values: dict[Steps, Place] = field(default_factory=dict)
    keys: dict[Steps, Place] = field(default_factory=dict)
    repeated: tuple[tuple[Place, str], ...] = ()

    def place(self, path: Steps) -> Place:
        """Where the value at `path` stands; if it is missing, the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.keys.get(path) or self.values.get(path) or Place(1, 1)

    def value_place(self, path: Steps) -> Place:
        """Where the value itself begins, after its key."""
        return self.values.get(path) or self.place(path)


class _Loader(yaml.SafeLoader):
    """YAML in which a date stays the text that was written: 2026-12-31 and 2026-Q4 are checked alike."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_source(path: str | Path) -> Source:
    """The document in a YAML file.

    Raises:
        LeadlineError: the file is missing or is not valid YAML; the message names line and column.
    """
    file = Path(path)
    if not file.is_file():
        raise LeadlineError(
            "there is no measurement plan", where=str(path), fix="write plan.yml, or name one with --plan"
        )
    return source_of(file.read_text(encoding="utf-8"), str(path))


def source_of(text: str, file: str = "plan.yml") -> Source:
    """The same from text. Raises LeadlineError."""
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        raise LeadlineError(
            f"the file is not valid YAML: {error.problem or error.context}",
            where=where,
            fix="check indentation, quotes and colons at that place",
        ) from error
    finally:
        loader.dispose()
    data = _text_keys(data)
    found = Source(file, data)
    if node is None:
        return found
    repeated = tuple(_walk(node, (), found))
    return Source(file, data, found.values, found.keys, repeated)


def _text_keys(data: Any) -> Any:
    """The period 2026 as a key is read as a number; keys are names, so it becomes text."""
    if isinstance(data, dict):
        return {str(key): _text_keys(value) for key, value in data.items()}
    return [_text_keys(item) for item in data] if isinstance(data, list) else data


def _walk(node: yaml.Node, path: Steps, into: Source) -> Iterator[tuple[Place, str]]:
    into.values[path] = _place(node)
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*path, index), into)
    if isinstance(node, yaml.MappingNode):
        seen: set[Hashable] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                yield _place(key), name
            seen.add(name)
            into.keys[(*path, name)] = _place(key)
            yield from _walk(value, (*path, name), into)


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column + 1)
