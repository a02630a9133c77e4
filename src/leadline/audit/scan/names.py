"""Which KPI a name claims, and which one a formula computes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from sqlglot import exp

from leadline.audit.facts import Facts
from leadline.audit.formulas import Formula, definition, facts_of
from leadline.catalog import label
from leadline.errors import LeadlineError
from leadline.meanings import families, meanings, misaggregated, plain, synonyms

if TYPE_CHECKING:
    from leadline.layer import Layer

# What names say of the form of a number, and not of which one it is.
_FORM: Final = re.compile(
    r" (?:pct|percent|percentage|pourcent|pourcentage)$|^(?:pct|percent|total|nb|nombre de) "
)
_ARTICLES: Final = frozenset({"d", "de", "du", "des", "l", "le", "la", "les", "a", "of", "the"})
_CUT_BY: Final = frozenset(
    {"by", "per", "par", "selon", "for", "pour", "over", "of", "des", "du", "en", "in"}
)
_PERIODS: Final = re.compile(
    r"\b(?:(?:mensuel|annuel|trimestriel|hebdomadaire|quotidien|journalier)(?:n?e|le)?s?|"
    r"monthly|weekly|daily|yearly|quarterly)\b"
)


def _bare(name: str) -> str:
    return " ".join(word for word in name.split() if word not in _ARTICLES)


@dataclass(frozen=True, slots=True)
class Claim:
    """The metrics that a name may mean."""

    metrics: tuple[str, ...]


class Book:
    """The definitions of a layer as formulas, and the names that claim them."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self.facts: Facts = facts_of(layer.manifest)
        self._claims: dict[str, Claim | None] = {}
        self._formulas: dict[str, Formula | None] = {}
        self._conditions: dict[str, frozenset[tuple[str, str]]] = {}

    def claim(self, name: str) -> Claim | None:
        """What a name claims; None where it is no KPI's."""
        wanted = plain(name)
        if wanted not in self._claims:
            self._claims[wanted] = self._claimed(wanted)
        return self._claims[wanted]

    def claimed(self, shown: str, name: str) -> Claim | None:
        """What an output claims by the name that it is shown under, and by that of its column.

        A label of several KPIs is told apart by the column's name, where that is one of theirs.
        """
        by_label = self.claim(shown) or self.claim_of_title(shown)
        by_name = self.claim(name)
        if by_label is None or by_name is None:
            return by_label or by_name
        both = tuple(metric for metric in by_label.metrics if metric in by_name.metrics)
        return Claim(both) if both else by_label

    def claim_of_title(self, title: str) -> Claim | None:
        """What a title claims: that of `ROAS by platform` is ROAS, of `CA mensuel` CA."""
        words = plain(title).split()
        found = self.claim(title)
        for place in range(len(words) - 1, 0, -1):
            if found is not None:
                break
            if words[place] in _CUT_BY:
                found = self.claim(" ".join(words[:place]))
        return found or (self.claim(_PERIODS.sub("", plain(title)).strip()) if words else None)

    def _claimed(self, name: str) -> Claim | None:
        if not name:
            return None
        for text in dict.fromkeys((name, _FORM.sub("", name), *self._spelt_out(name))):
            found = self._bearers.get(text, {})
            # A metric's own name goes before what else it is used for.
            own = [metric for metric in found if plain(metric) == text]
            choices = [c.metric for c in meanings(self.layer.manifest, text)]
            if own or found or choices:
                return Claim(tuple(own or dict.fromkeys((*found, *choices))))
        wrong = misaggregated(self.layer.manifest, name)
        # `average_ctr` claims to be ctr: it is told what it is instead.
        return Claim((wrong[0].name,)) if wrong else None

    def _spelt_out(self, name: str) -> tuple[str, ...]:
        """The names that are this one with articles: `taux_ouverture` is the taux d'ouverture."""
        return self._without_articles.get(_bare(name), ())

    @cached_property
    def _without_articles(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        families_names = (plain(n) for family in families() for n in family.names)
        for name in dict.fromkeys((*self._bearers, *families_names)):
            bare = _bare(name)
            if bare != name:
                found[bare] = (*found.get(bare, ()), name)
        return found

    @cached_property
    def _bearers(self) -> dict[str, dict[str, None]]:
        """The metrics by each of their names, labels and synonyms, in both languages."""
        found: dict[str, dict[str, None]] = {}
        for metric in self.layer.metrics.values():
            labels = (label(metric, "en"), label(metric, "fr"))
            for name in (metric.name, *labels, *synonyms(metric)):
                found.setdefault(plain(name), {})[metric.name] = None
        return found

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
        """The columns of these that numbers are cut by: dimensions, times and keys."""
        keys = {
            (model.relation.name.lower(), entity.expr.lower())
            for model in self.layer.models.values()
            for entity in model.entities.values()
        }
        return frozenset((*self._columns, *keys))

    @cached_property
    def reserved(self) -> frozenset[tuple[str, str]]:
        """The columns that some definition has a condition on."""
        return frozenset(place for name in self.layer.metrics for place in self.conditions(name))

    def conditions(self, metric: str) -> frozenset[tuple[str, str]]:
        """The columns that a definition has conditions on: part of the formula, and no cut of it."""
        formula = self.formula(metric)
        if formula is None:
            return frozenset()
        if metric not in self._conditions:
            nodes = formula.tree.find_all(exp.Where, exp.If, exp.Filter, exp.Having, exp.Join)
            names = {column.name.lower() for node in nodes for column in node.find_all(exp.Column)}
            tables = self.tables(metric)
            self._conditions[metric] = frozenset(p for p in self.cuts if p[0] in tables and p[1] in names)
        return self._conditions[metric]

    def tables(self, metric: str) -> frozenset[str]:
        """The tables that a definition reads; none where it has no formula."""
        formula = self.formula(metric)
        if formula is None:
            return frozenset()
        return frozenset(t.name.lower() for t in formula.tree.find_all(exp.Table)) & self.relations

    @cached_property
    def _columns(self) -> dict[tuple[str, str], str]:
        return {
            (model.relation.name.lower(), dimension.expr.lower()): dimension.type
            for model in self.layer.models.values()
            for dimension in model.dimensions.values()
        }
