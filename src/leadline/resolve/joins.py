"""The join graph: which elements a model reaches, and by which many-to-one path.

A hop goes from a model that holds an entity as a column to a model in which that entity is a key (primary,
unique, or natural with a validity range), so a row of the fact meets at most one row; the rest is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from leadline.errors import AmbiguousNameError, UnknownNameError, nearest
from leadline.manifest import Dimension, Entity, Manifest, SemanticModel
from leadline.names import Name

# names without a full path are looked for this many hops away; full paths may have any number
SEARCH_DEPTH = 4


@dataclass(frozen=True, slots=True)
class Hop:
    """A join along `entity` from model `left` to model `right`, in which the entity is a key.

    With `fan` it is the other way round: a key of `left` meets many rows of `right`, so what is read of
    `left` has to be counted once a key.
    """

    entity: str
    left: str
    right: str
    fan: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """An element and the way to it; `links` are the entity links of its full name."""

    path: tuple[Hop, ...]
    model: SemanticModel
    element: Dimension | Entity
    links: tuple[str, ...]

    @property
    def full_name(self) -> str:
        """The dunder name without grain."""
        return "__".join((*self.links, self.element.name))

    @property
    def grain(self) -> str | None:
        """The declared grain of a time dimension, None for anything else."""
        return self.element.grain if isinstance(self.element, Dimension) else None


@dataclass(frozen=True, slots=True)
class _Node:
    links: tuple[str, ...]
    model: SemanticModel
    path: tuple[Hop, ...]


class Joins:
    """Looks elements up by name; what was found once is kept."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._found: dict[tuple[str, str], Found] = {}
        self._reach: dict[str, tuple[_Node, ...]] = {}

    def find(self, model: SemanticModel, name: Name, asked_for: str = "") -> Found:
        """The element that `name` means for rows of `model`.

        Raises:
            UnknownNameError: nothing of that name can be reached from many to one.
            AmbiguousNameError: several things of that name can.
        """
        key = (model.name, name.base)
        found = self._found.get(key)
        if found is None:
            choices = self._exact(model, name.links, name.element, (), ())
            found = self._single(choices, name, model) or self._search(model, name)
            if found is None:
                raise self._unknown(model, name, asked_for)
            self._found[key] = found
        return found

    def find_fanned(self, model: SemanticModel, entity: str, name: Name) -> Found | None:
        """The element that `name` means on the many side of a key of `model`, None where there is none."""
        found = []
        for other in self._many_sides(model, entity):
            try:
                item = self.find(other, name)
            except UnknownNameError:
                continue
            found += self._behind(model, entity, other, [item])
        return self._single(found, name, model)

    def fanned_elements(self, model: SemanticModel, entity: str) -> tuple[Found, ...]:
        """Everything on the many side of a key of `model`, without what is ambiguous."""
        seen: dict[str, Found | None] = {}
        for other in self._many_sides(model, entity):
            for item in self._behind(model, entity, other, self.elements(other)):
                seen[item.full_name] = None if item.full_name in seen else item
        return tuple(item for item in seen.values() if item is not None)

    def _many_sides(self, model: SemanticModel, entity: str) -> list[SemanticModel]:
        return [
            other
            for other in self._manifest.models.values()
            if other.name != model.name
            and entity in other.entities
            and other.entities[entity].type == "foreign"
        ]

    @staticmethod
    def _behind(
        model: SemanticModel, entity: str, other: SemanticModel, items: Iterable[Found]
    ) -> list[Found]:
        """What `other` reaches without coming back to `model`, seen from there."""
        hop = Hop(entity, model.name, other.name, fan=True)
        return [
            replace(item, path=(hop, *item.path))
            for item in items
            if all(step.right != model.name for step in item.path) and item.element.name != entity
        ]

    def elements(self, model: SemanticModel) -> tuple[Found, ...]:
        """Everything that rows of `model` can be grouped by, nearest first, without what is ambiguous."""
        seen: dict[str, Found | None] = {}
        for node in self._reachable(model):
            for found in self._elements_of(node, model):
                name = found.full_name
                seen[name] = None if name in seen else found
        return tuple(found for found in seen.values() if found is not None)

    def _elements_of(self, node: _Node, model: SemanticModel) -> list[Found]:
        joined_by = node.links[-1] if node.path else None
        links = node.links
        if not node.path and model.primary_entity:
            links = (model.primary_entity,)
        found = [Found(node.path, node.model, d, links) for d in node.model.dimensions.values()]
        for entity in node.model.entities.values():
            if entity.name != joined_by:
                found.append(Found(node.path, node.model, entity, node.links))
        return found

    def _exact(
        self,
        model: SemanticModel,
        links: tuple[str, ...],
        element: str,
        path: tuple[Hop, ...],
        done: tuple[str, ...],
    ) -> list[Found]:
        if not links:
            if not path:
                return self._local(model, element)
            item = _element(model, element)
            return [Found(path, model, item, done)] if item and element != path[-1].entity else []
        if not path and len(links) == 1 and links[0] in model.own_links:
            item = _element(model, element)
            if item is not None and element != links[0]:
                return [Found((), model, item, links)]
        first = links[0]
        if first not in model.entities or (path and first == path[-1].entity):
            return []
        found: list[Found] = []
        for right in self._manifest.joinable.get(first, ()):
            if right.name != model.name:
                hop = Hop(first, model.name, right.name)
                found += self._exact(right, links[1:], element, (*path, hop), (*done, first))
        return found

    @staticmethod
    def _local(model: SemanticModel, element: str) -> list[Found]:
        item = _element(model, element)
        if item is None:
            return []
        if isinstance(item, Dimension) and model.primary_entity:
            return [Found((), model, item, (model.primary_entity,))]
        return [Found((), model, item, ())]

    def _search(self, model: SemanticModel, name: Name) -> Found | None:
        """The shortest path whose end is the name that was given."""
        wanted = name.links
        best: list[Found] = []
        for node in self._reachable(model):
            if best and len(node.links) > len(best[0].links):
                break
            if len(node.links) <= len(wanted) or node.links[len(node.links) - len(wanted) :] != wanted:
                continue
            item = _element(node.model, name.element)
            if item is not None and node.links[-1] != name.element:
                best.append(Found(node.path, node.model, item, node.links))
        return self._single(best, name, model)

    @staticmethod
    def _single(choices: list[Found], name: Name, model: SemanticModel) -> Found | None:
        if len(choices) > 1:
            ways = [f"{found.full_name}  ({_describe(found.path, model)})" for found in choices]
            raise AmbiguousNameError(
                f"{str(name)!r} can be reached from {model.name!r} in several ways", choices=ways
            )
        return choices[0] if choices else None

    def _reachable(self, model: SemanticModel) -> tuple[_Node, ...]:
        found = self._reach.get(model.name)
        if found is not None:
            return found
        nodes = [_Node((), model, ())]
        for node in nodes:
            if len(node.links) == SEARCH_DEPTH:
                break
            visited = {model.name, *(hop.right for hop in node.path)}
            for entity in node.model.entities:
                if entity in node.links:
                    continue
                for right in self._manifest.joinable.get(entity, ()):
                    if right.name not in visited:
                        hop = Hop(entity, node.model.name, right.name)
                        nodes.append(_Node((*node.links, entity), right, (*node.path, hop)))
        self._reach[model.name] = tuple(nodes)
        return self._reach[model.name]

    def _unknown(self, model: SemanticModel, name: Name, asked_for: str) -> UnknownNameError:
        known = [found.full_name for found in self.elements(model)]
        whose = f" for {asked_for}" if asked_for else ""
        where = f"semantic model {model.name}"
        fan_out = self._fan_out(model, name)
        if fan_out:
            where += f"; tried {fan_out}"
            fix = (
                "ask a metric of that model instead; a join from one to many would count rows twice, "
                "unless the metric's meta says distinct_by"
            )
        else:
            fix = "use one of the names that `layer.dimensions(metrics=[…])` lists"
        return UnknownNameError(
            f"{str(name)!r} can't be reached{whose}", where=where, nearest=nearest(name.base, known), fix=fix
        )

    def _fan_out(self, model: SemanticModel, name: Name) -> str | None:
        """The path that would multiply rows, where the element lies on the many side of a model's key."""
        for other in self._manifest.models.values():
            if other.name == model.name or _element(other, name.element) is None:
                continue
            for entity in other.entities.values():
                if entity.name in model.entities and entity.type in ("foreign", "natural"):
                    return (
                        f"{model.name} -({entity.name})-> {other.name}, where {entity.name} is {entity.type}"
                    )
        return None


def _element(model: SemanticModel, name: str) -> Dimension | Entity | None:
    return model.dimensions.get(name) or model.entities.get(name)


def _describe(path: tuple[Hop, ...], model: SemanticModel) -> str:
    return "".join([model.name, *(f" -({hop.entity})-> {hop.right}" for hop in path)])
