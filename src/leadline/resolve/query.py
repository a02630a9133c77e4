"""A request, resolved: leaves with their columns and conditions, calculations, and the result's order."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.errors import AmbiguousNameError, FilterError, RefusedError, UnknownNameError, nearest
from leadline.filters import Filter, parse_filter
from leadline.grains import ORDER, coarsest
from leadline.manifest import Manifest, SemanticModel
from leadline.names import METRIC_TIME, Name, Reference
from leadline.request import Moment, Request
from leadline.resolve.binding import Binder, Fact, Key
from leadline.resolve.joins import Found, Joins
from leadline.resolve.leaves import BoundLeaf, Output
from leadline.resolve.metrics import Leaf, Leaves, default_grain
from leadline.resolve.rules import apply_rules, check_groups_add_up


@dataclass(frozen=True, slots=True)
class Having:
    """A condition on columns of the result; `labels` are in the order of the filter's references."""

    filter: Filter
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """A column of the result to sort by."""

    label: str
    descending: bool


@dataclass(frozen=True, slots=True)
class ResolvedQuery:
    """Everything that planning needs to know about a request for metrics."""

    leaves: tuple[BoundLeaf, ...]
    outputs: tuple[Output, ...]
    labels: tuple[str, ...]
    time_labels: tuple[str, ...]
    having: tuple[Having, ...]
    order: tuple[Ordering, ...]
    limit: int | None
    start: Moment | None
    end: Moment | None
    default_grain: str = "day"


class Resolver:
    """Resolves requests against one manifest."""

    def __init__(self, manifest: Manifest) -> None:
        self.manifest = manifest
        self.joins = Joins(manifest)
        self.binder = Binder(manifest, self.joins)
        self._custom = frozenset(manifest.custom_grains)

    def filters(self, request: Request) -> tuple[Filter, ...]:
        """The conditions of a request, those of its saved query first."""
        saved = [
            f for t in request.saved_where for f in parse_filter(t, trusted=True, custom_grains=self._custom)
        ]
        return (
            *saved,
            *(f for text in request.where for f in parse_filter(text, custom_grains=self._custom)),
        )

    def query(self, request: Request) -> ResolvedQuery:
        """Resolve a request for metrics.

        Raises:
            UnknownNameError, AmbiguousNameError: a name is not known, or means several things.
            RefusedError: a grain is finer than the data of a metric.
        """
        on_rows, on_result = self._split_having(request)
        leaves = Leaves(self.manifest, on_rows)
        outputs = tuple(Output(s.label, s.metric, leaves.expand(s.metric)) for s in request.metrics)
        grain = self._metric_time_grain(request)
        facts = [self._fact(leaf, grain) for leaf in leaves.items]
        names = [self.with_grain(reference.name, facts, grain) for reference in request.group_by]
        labels = tuple(self.label(name, facts) for name in names)
        self._check_labels(labels, outputs)
        bound = tuple(
            self._bind(leaf, fact, names, labels) for leaf, fact in zip(leaves.items, facts, strict=True)
        )
        check_groups_add_up(outputs, bound)
        return ResolvedQuery(
            leaves=tuple(apply_rules(self.binder, item, request.start, request.end) for item in bound),
            outputs=outputs,
            labels=labels,
            time_labels=tuple(key.label for key in bound[0].keys if key.column.on_time),
            having=tuple(
                self._having(item, request, labels, names) for item in (*on_result, *request.having)
            ),
            order=self.order(request, names, labels, outputs),
            limit=request.limit,
            start=request.start,
            end=request.end,
            default_grain=self.with_grain(Name(METRIC_TIME), facts, grain).grain or "day",
        )

    def _fact(self, leaf: Leaf, grain: str) -> Fact:
        aggregation = leaf.conversion.base.aggregation if leaf.conversion else leaf.aggregation
        return self.binder.fact(aggregation, f"metric {leaf.metric!r}", grain)

    def _bind(self, leaf: Leaf, fact: Fact, names: list[Name], labels: tuple[str, ...]) -> BoundLeaf:
        keys = tuple(Key(label, self.binder.column(fact, n)) for n, label in zip(names, labels, strict=True))
        conditions = tuple(self.binder.condition(fact, item) for item in leaf.filters)
        if leaf.conversion is None:
            return BoundLeaf(leaf, fact, keys, conditions)
        event = self.binder.fact(leaf.aggregation, fact.asked_for, fact.default_grain)
        own = [f for t in leaf.use.filters for f in parse_filter(t, trusted=True, custom_grains=self._custom)]
        return BoundLeaf(
            leaf, fact, keys, conditions, event, tuple(self.binder.condition(event, f) for f in own)
        )

    def _metric_time_grain(self, request: Request) -> str:
        grains = [default_grain(self.manifest, item.metric) for item in request.metrics]
        return coarsest(grains) or (grains[0] if grains else "day")

    def with_grain(self, name: Name, facts: list[Fact], default: str) -> Name:
        """The name with the grain that it means; a time without one has the coarsest that all facts share."""
        if name.grain or name.part:
            return name
        if name.is_metric_time:
            own = [fact.time.grain for fact in facts if fact.time and fact.time.grain]
            if default not in ORDER:
                return Name(name.element, name.links, default)
            return Name(name.element, name.links, max([default, *own], key=ORDER.__getitem__))
        found = [self.binder.find(fact, name) for fact in facts]
        grains = [item.grain for item in found if item is not None and item.grain]
        return Name(name.element, name.links, coarsest(grains)) if grains else name

    def label(self, name: Name, facts: list[Fact]) -> str:
        """The column's name: as asked, or the full name where a part of it was given and all facts agree."""
        if name.is_metric_time:
            return str(name)
        found = [item for fact in facts if (item := self.binder.find(fact, name)) is not None]
        full = {item.links for item in found}
        if not name.links:
            self._check_same(name, found)
            return str(name)
        if len(full) == 1:
            return str(Name(name.element, full.pop(), name.grain, name.part))
        return str(name)

    @staticmethod
    def _check_same(name: Name, found: list[Found]) -> None:
        """A short name has to mean the same in every fact: each one's own column, or one that all share."""
        # a fan is how a key reaches the rows that bear the name, and no part of what the name means
        paths = [item.path[1:] if item.path and item.path[0].fan else item.path for item in found]
        if not any(paths):
            return
        meanings = {
            (path[-1].right if path else item.model.name, item.element.name)
            for path, item in zip(paths, found, strict=True)
        }
        kinds = {path[-1].entity if path else None for path in paths}
        if len(meanings) > 1 or len(kinds) > 1:
            raise AmbiguousNameError(
                f"{name.element!r} means different things for the metrics that are asked",
                choices=sorted({item.full_name for item in found}),
            )

    @staticmethod
    def _check_labels(labels: tuple[str, ...], outputs: tuple[Output, ...]) -> None:
        for label in labels:
            if labels.count(label) > 1:
                raise RefusedError(f"{label!r} is asked twice in group_by", fix="leave one out")
            if any(output.label == label for output in outputs):
                raise RefusedError(f"{label!r} would name two columns", fix="give the metric an alias")

    def _split_having(self, request: Request) -> tuple[tuple[Filter, ...], list[Filter]]:
        on_rows: list[Filter] = []
        on_result: list[Filter] = []
        for item in self.filters(request):
            bare = [r for r in item.references if r.kind == "any" and self._is_metric(r, request)]
            (on_result if bare else on_rows).append(item)
        return tuple(on_rows), on_result

    def _is_metric(self, reference: Reference, request: Request) -> bool:
        label = str(reference.name)
        return label in self.manifest.metrics or any(label in (s.label, s.metric) for s in request.metrics)

    def _having(self, item: Filter, request: Request, labels: tuple[str, ...], names: list[Name]) -> Having:
        known = {s.metric: s.label for s in request.metrics} | {s.label: s.label for s in request.metrics}
        known |= {str(name): label for name, label in zip(names, labels, strict=True)}
        known |= {name.base: label for name, label in zip(names, labels, strict=True)} | {
            x: x for x in labels
        }
        found = []
        for reference in item.references:
            label = known.get(str(reference.name))
            if label is None:
                raise FilterError(
                    f"{str(reference.name)!r} is not in the result, so a filter on a metric can't use it",
                    where=item.text,
                    fix="add it to metrics or group_by, or filter by it on its own",
                )
            found.append(label)
        return Having(item, tuple(found))

    def order(
        self, request: Request, names: list[Name], labels: tuple[str, ...], outputs: tuple[Output, ...]
    ) -> tuple[Ordering, ...]:
        """The columns to sort by; a time may be named without its grain."""
        known = {label: label for label in (*labels, *(o.label for o in outputs))}
        for name, label in zip(names, labels, strict=True):
            known.setdefault(name.base, label)
            known.setdefault(str(name), label)
        for reference, label in zip(request.group_by, labels, strict=True):
            known.setdefault(str(reference.name), label)
        for output in outputs:
            known.setdefault(output.metric, output.label)
        return tuple(_ordering(reference, known) for reference in request.order_by)

    def defining(self, names: list[Name]) -> list[SemanticModel]:
        """The models that define an element of one of the names, in the order of the manifest."""
        elements = {name.element for name in names}
        return [
            model
            for model in self.manifest.models.values()
            if not elements.isdisjoint(model.dimensions) or not elements.isdisjoint(model.entities)
        ]

    def unknown(self, name: Name) -> UnknownNameError:
        """The error for a name that no model defines."""
        known = [
            found.full_name for model in self.manifest.models.values() for found in self.joins.elements(model)
        ]
        return UnknownNameError(
            f"{str(name)!r} is not defined",
            nearest=nearest(name.base, known),
            fix="use a name that `layer.dimensions()` lists",
        )

    def dimensions(self, metrics: list[str]) -> list[tuple[str, Found]]:
        """What all of the metrics can be grouped by, by the name to ask for; metric_time is always there."""
        offered: list[dict[str, Found]] = []
        for model, key in self._facts_of(metrics):
            names = {found.full_name: found for found in self.joins.elements(model)}
            names |= {found.element.name: found for found in names.values() if not found.path}
            if key is not None:
                many = self.joins.fanned_elements(model, key)
                names = {found.full_name: found for found in many} | names
            offered.append(names)
        if not offered:
            return []
        common = {n: f for n, f in offered[0].items() if all(n in other for other in offered[1:])}
        covered = {f.element.name for n, f in common.items() if n != f.element.name and not f.path}
        return [(n, f) for n, f in common.items() if f.path or n == f.full_name or n not in covered]

    def _facts_of(self, metrics: list[str]) -> list[tuple[SemanticModel, str | None]]:
        """The models that metrics aggregate, each with the key that its values are distinct by, if any."""
        if not metrics:
            return [(model, None) for model in self.manifest.models.values()]
        found: dict[tuple[str, str | None], None] = {}
        for metric in metrics:
            leaves = Leaves(self.manifest)
            leaves.expand(metric)
            for leaf in leaves.items:
                aggregation = leaf.conversion.base.aggregation if leaf.conversion else leaf.aggregation
                is_plain = leaf.conversion is None and leaf.shape.accumulation is None
                key = aggregation.distinct_by if is_plain else None
                found[aggregation.model, key] = None
        return [(self.manifest.models[model], key) for model, key in found]


def _ordering(reference: Reference, known: dict[str, str]) -> Ordering:
    name = str(reference.name)
    label = known.get(name) or known.get(reference.name.base)
    if label is None:
        raise UnknownNameError(
            f"{name!r} in order_by is not in the result",
            where="order_by",
            nearest=nearest(name, known),
            fix=f"add it to metrics or group_by; {METRIC_TIME} may be given without its grain",
        )
    return Ordering(label, reference.descending)
