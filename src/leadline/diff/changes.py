"""What changed between two sets of definitions: metrics, semantic models, elements, saved queries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from leadline.diff.aspects import (
    METRIC,
    VALUE_ASPECTS,
    Aspect,
    between,
    changed_aspects,
    dimension_aspects,
    entity_aspects,
    input_names,
    model_aspects,
    query_aspects,
    shape,
)
from leadline.diff.definitions import Definitions
from leadline.manifest import Manifest, SemanticModel
from leadline.versions import definition_version

How = Literal["added", "removed", "renamed", "changed"]
MODEL: Final = "semantic model"
DIMENSION: Final = "dimension"
ENTITY: Final = "entity"
QUERY: Final = "saved query"
SPINE: Final = "time spine"
# What people read of an element: no number changes with it.
_TOLD: Final = frozenset({"label", "description"})


@dataclass(frozen=True, slots=True)
class Change:
    """A definition that was added, removed, renamed or changed.

    `model` is the semantic model of a dimension or entity; `was` the earlier name; `words` say what a changed
    formula is beside what it was; `versions` are those of a metric's definition before and after.
    """

    kind: str
    name: str
    how: How
    place: str = ""
    model: str = ""
    was: str = ""
    aspects: tuple[Aspect, ...] = ()
    words: tuple[str, ...] = ()
    versions: tuple[str | None, str | None] = (None, None)

    @property
    def decides_numbers(self) -> bool:
        """Whether a number may be another one for it; labels and descriptions change none."""
        if self.how == "renamed":
            return False
        if self.how != "changed":
            return self.kind != QUERY
        if self.kind == METRIC:
            return any(aspect.name in VALUE_ASPECTS for aspect in self.aspects)
        return self.kind != QUERY and any(aspect.name not in _TOLD for aspect in self.aspects)


def changes(before: Definitions, after: Definitions) -> list[Change]:
    """Every change: metrics first, then semantic models with their elements, then saved queries."""
    return [
        *_metrics(before, after),
        *_models(before, after),
        *_spines(before, after),
        *_queries(before, after),
    ]


def new_versions(before: Definitions, after: Definitions) -> dict[str, tuple[str, str]]:
    """The metrics of both sides whose definition has a new version, for whatever reason, with both."""
    one, two = before.layer.manifest, after.layer.manifest
    found = {}
    for name in two.metrics:
        if name in one.metrics:
            versions = definition_version(one, name), definition_version(two, name)
            if versions[0] != versions[1]:
                found[name] = versions
    return found


def _metrics(before: Definitions, after: Definitions) -> Iterator[Change]:
    one, two = before.layer.manifest, after.layer.manifest
    removed = [name for name in one.metrics if name not in two.metrics]
    added = [name for name in two.metrics if name not in one.metrics]
    renamed = _renamed(one, two, removed, added)
    versions = new_versions(before, after)
    for name, metric in two.metrics.items():
        place = after.place(METRIC, name)
        was = renamed.get(name, "")
        if name in one.metrics or was:
            aspects = changed_aspects((one, one.metrics[was or name]), (two, metric))
            if was:
                # What parts are called is part of the formula's text: the shape says that it is the same one.
                aspects = tuple(aspect for aspect in aspects if aspect.name not in VALUE_ASPECTS)
                both = definition_version(one, was), definition_version(two, name)
                yield Change(METRIC, name, "renamed", place, was=was, aspects=aspects, versions=both)
            elif aspects:
                both = versions.get(name) or (definition_version(two, name),) * 2
                yield Change(METRIC, name, "changed", place, aspects=aspects, versions=both)
        else:
            yield Change(METRIC, name, "added", place, versions=(None, definition_version(two, name)))
    for name in removed:
        if name not in renamed.values():
            version = definition_version(one, name)
            yield Change(METRIC, name, "removed", before.place(METRIC, name), versions=(version, None))


def _renamed(one: Manifest, two: Manifest, removed: Iterable[str], added: Iterable[str]) -> dict[str, str]:
    """The added metrics that have the formula of a removed one, with that one's name: the likest first."""
    shapes = {name: shape(one, name) for name in removed}
    pairs = [
        (SequenceMatcher(None, old, new).ratio(), new, old)
        for new in added
        for old, known in shapes.items()
        if shape(two, new) == known
    ]
    found: dict[str, str] = {}
    for _, new, old in sorted(pairs, reverse=True):
        if new not in found and old not in found.values():
            found[new] = old
    return found


def same_formula(before: Definitions, after: Definitions, name: str) -> bool:
    """Whether a metric of both sides computes the same, whatever its parts are called."""
    return bool(shape(before.layer.manifest, name) == shape(after.layer.manifest, name))


def _models(before: Definitions, after: Definitions) -> Iterator[Change]:
    one, two = before.layer.models, after.layer.models
    for name, model in two.items():
        place = _model_place(after, model)
        if name not in one:
            yield Change(MODEL, name, "added", place, aspects=tuple(between({}, model_aspects(model))))
            continue
        aspects = tuple(between(model_aspects(one[name]), model_aspects(model)))
        if aspects:
            yield Change(MODEL, name, "changed", place, aspects=aspects)
        for kind, elements, aspects_of in _ELEMENTS:
            sides = (elements(one[name]), elements(model))
            for change in _elements(kind, *sides, aspects_of):
                side = before if change.how == "removed" else after
                where = side.place("element", f"{name}.{change.name}") or place
                yield replace(change, model=name, place=where)
    for name, model in one.items():
        if name not in two:
            yield Change(MODEL, name, "removed", _model_place(before, model))


def _model_place(side: Definitions, model: SemanticModel) -> str:
    return side.place(MODEL, model.name) or side.place("model", model.relation.name)


_ELEMENTS: Final[
    tuple[tuple[str, Callable[[SemanticModel], Mapping[str, Any]], Callable[[Any], Any]], ...]
] = (
    (ENTITY, lambda model: model.entities, entity_aspects),
    (DIMENSION, lambda model: model.dimensions, dimension_aspects),
)


def _elements(
    kind: str,
    one: Mapping[str, Any],
    two: Mapping[str, Any],
    aspects_of: Callable[[Any], dict[str, str]],
) -> Iterator[Change]:
    for name in dict.fromkeys((*two, *one)):
        if name not in one:
            yield Change(kind, name, "added")
        elif name not in two:
            yield Change(kind, name, "removed")
        else:
            aspects = tuple(between(aspects_of(one[name]), aspects_of(two[name])))
            if aspects:
                yield Change(kind, name, "changed", aspects=aspects)


def _spines(before: Definitions, after: Definitions) -> Iterator[Change]:
    one, two = (
        {
            spine.grain: f"{spine.relation.name}.{spine.column}"
            + "".join(f", {grain} {column}" for grain, column in sorted(spine.custom.items()))
            for spine in side.layer.manifest.spines
        }
        for side in (before, after)
    )
    for aspect in between(one, two):
        how: How = "added" if not aspect.before else "removed" if not aspect.after else "changed"
        yield Change(SPINE, aspect.name, how, aspects=(replace(aspect, name="table"),))


def _queries(before: Definitions, after: Definitions) -> Iterator[Change]:
    one, two = before.layer.saved_queries, after.layer.saved_queries
    for name, query in two.items():
        place = after.place(QUERY, name)
        if name not in one:
            yield Change(QUERY, name, "added", place)
            continue
        aspects = tuple(between(query_aspects(one[name]), query_aspects(query)))
        if aspects:
            yield Change(QUERY, name, "changed", place, aspects=aspects)
    for name in one:
        if name not in two:
            yield Change(QUERY, name, "removed", before.place(QUERY, name))


def through(after: Definitions, changed: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The metrics that read changed ones, directly or not, each with those that it reads, in their order."""
    manifest = after.layer.manifest
    wanted = frozenset(changed)
    parts = {name: input_names(manifest, metric) for name, metric in manifest.metrics.items()}
    found = {}
    for name in manifest.metrics:
        seen: dict[str, None] = {}
        waiting = list(parts[name])
        while waiting:
            part = waiting.pop(0)
            if part not in seen:
                seen[part] = None
                waiting += parts.get(part, ())
        read = tuple(part for part in seen if part in wanted)
        if read:
            found[name] = read
    return found
