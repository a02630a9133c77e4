"""Which KPI a name claims, and which one a formula computes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from leadline.audit.facts import Facts
from leadline.audit.formulas import Formula, definition, facts_of
from leadline.errors import LeadlineError
from leadline.meanings import meanings, misaggregated, plain, synonym_of

if TYPE_CHECKING:
    from leadline.layer import Layer

# What names say of the form of a number, and not of which one it is.
_FORM: Final = re.compile(
    r" (?:pct|percent|percentage|pourcent|pourcentage)$|^(?:pct|percent|total|nb|nombre de) "
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a name says to be: one metric, or one of several; `as_mean` where it says the mean or sum of one."""

    metrics: tuple[str, ...]
    misread: str = ""


class Book:
    """The definitions of a layer as formulas, and the names that claim them."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.facts: Facts = facts_of(layer.manifest)
        self._claims: dict[str, Claim | None] = {}
        self._formulas: dict[str, Formula | None] = {}

    def claim(self, name: str) -> Claim | None:
        """What a name claims; None where it is no KPI's."""
        wanted = plain(name)
        if wanted not in self._claims:
            self._claims[wanted] = self._claimed(wanted)
        return self._claims[wanted]

    def _claimed(self, name: str) -> Claim | None:
        if not name:
            return None
        for text in dict.fromkeys((name, _FORM.sub("", name))):
            if text in self._own:
                return Claim((self._own[text],))
            choices = meanings(self.layer.manifest, text)
            if choices:
                return Claim(tuple(c.metric for c in choices))
            metric = synonym_of(self.layer.manifest, text)
            if metric is not None:
                return Claim((metric.name,))
        wrong = misaggregated(self.layer.manifest, name)
        return Claim((wrong[0].name,), wrong[1]) if wrong else None

    @cached_property
    def _own(self) -> dict[str, str]:
        return {plain(name): name for name in self.layer.metrics}

    def formula(self, metric: str) -> Formula | None:
        """A metric's formula; None where the metric can't be asked for as a whole."""
        if metric not in self._formulas:
            try:
                self._formulas[metric] = definition(self.layer, metric)
            except LeadlineError:
                self._formulas[metric] = None
        return self._formulas[metric]

    @cached_property
    def by_key(self) -> dict[str, tuple[str, ...]]:
        """The metrics of each formula's key."""
        found: dict[str, tuple[str, ...]] = {}
        for name in self.layer.metrics:
            formula = self.formula(name)
            if formula is not None and formula.key:
                found[formula.key] = (*found.get(formula.key, ()), name)
        return found

    @cached_property
    def relations(self) -> frozenset[str]:
        """The tables that definitions read."""
        return frozenset(m.relation.name.lower() for m in self.layer.models.values())

    @cached_property
    def times(self) -> frozenset[tuple[str, str]]:
        """The columns of these that are times."""
        return frozenset(place for place, kind in self._columns.items() if kind == "time")

    @cached_property
    def cuts(self) -> frozenset[tuple[str, str]]:
        """The columns of these that numbers are cut by, times included."""
        return frozenset(self._columns)

    @cached_property
    def _columns(self) -> dict[tuple[str, str], str]:
        return {
            (model.relation.name.lower(), dimension.expr.lower()): dimension.type
            for model in self.layer.models.values()
            for dimension in model.dimensions.values()
        }
