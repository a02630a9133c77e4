"""What names mean: names of several metrics, variants of a metric, and other names that one metric has."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from leadline.manifest import Manifest, Metric


@dataclass(frozen=True, slots=True)
class Choice:
    """A metric that a name may mean, and what distinguishes it from the others, in both languages."""

    metric: str
    en: str
    fr: str

    def line(self, lang: str = "en") -> str:
        """The metric and its difference."""
        return f"{self.metric}  ({self.fr if lang == 'fr' else self.en})"


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics that are taken for one another; `names` mean all of them.

    `bare` are those among them whose own name is used for the others too: they answer to it, and it is said
    that they do.
    """

    names: tuple[str, ...]
    choices: tuple[Choice, ...]
    bare: frozenset[str] = frozenset()


def plain(name: str) -> str:
    """A name as it is compared: without case, accents, and the marks between words."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c if c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return " ".join(kept.split())


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """Every family that is declared in meanings.yml."""
    import yaml

    text = files("leadline").joinpath("meanings.yml").read_text(encoding="utf-8")
    return tuple(_family(item) for item in yaml.safe_load(text))


def _family(item: Any) -> Family:
    choices = (Choice(c["metric"], c["en"], c["fr"]) for c in item["choices"])
    return Family(tuple(map(str, item["names"])), tuple(choices), frozenset(item.get("bare", ())))


def meanings(manifest: Manifest, name: str) -> list[Choice]:
    """The metrics of this manifest that a bare name may mean; empty where it means none or one."""
    wanted = plain(name)
    for family in families():
        if wanted in map(plain, family.names):
            found = [choice for choice in family.choices if choice.metric in manifest.metrics]
            return found if len(found) > 1 else []
    found = [
        Choice(m.name, " ".join((m.description or m.label or m.type).split()), _french(m))
        for m in bearers(manifest, name)
    ]
    return found if len(found) > 1 else []


def _french(metric: Metric) -> str:
    return " ".join(str(metric.meta.get("description_fr") or metric.description or metric.type).split())


def bearers(manifest: Manifest, name: str) -> list[Metric]:
    """The metrics that go by a name: as a synonym, or as the beginning of a longer one."""
    wanted = plain(name)
    return [
        metric
        for metric in manifest.metrics.values()
        if metric.name.startswith(f"{name}_by_") or wanted in map(plain, synonyms(metric))
    ]


def synonyms(metric: Metric) -> tuple[str, ...]:
    """The other names of a metric, in any language."""
    found = metric.meta.get("synonyms")
    return tuple(map(str, found)) if isinstance(found, list | tuple) else ()


def variants(manifest: Manifest, metric: str) -> Iterator[tuple[Choice, ...]]:
    """The families that a metric belongs to, each as its choices that are defined, itself included."""
    for family in families():
        choices = tuple(c for c in family.choices if c.metric in manifest.metrics)
        if len(choices) > 1 and any(c.metric == metric for c in choices):
            yield choices


def taken_for(manifest: Manifest, metric: str) -> tuple[Choice, ...]:
    """What else the own name of a metric is used for: itself first, then the others; empty where nothing."""
    for family in families():
        if metric in family.bare:
            found = [c for c in family.choices if c.metric in manifest.metrics]
            return tuple(sorted(found, key=lambda choice: choice.metric != metric))
    return ()


_MEANS = frozenset({"average", "avg", "mean", "moyen", "moyenne"})
_SUMS = frozenset({"sum", "total", "somme", "cumul"})


def misaggregated(manifest: Manifest, name: str) -> tuple[Metric, str] | None:
    """The metric that a name asks the mean or sum of where that is another number, and which of the two.

    `average_ctr` is (ctr, "mean"), `sum_reach` is (reach, "sum"); None where a name asks no such thing.
    """
    first, _, rest = plain(name).partition(" ")
    kind = "mean" if first in _MEANS else "sum" if first in _SUMS else None
    found = next((m for m in manifest.metrics.values() if plain(m.name) == rest), None)
    metric = found or (synonym_of(manifest, rest) if rest else None)
    if kind is None or metric is None or (kind == "sum" and metric.meta.get("adds") == "yes"):
        return None
    return metric, kind


def synonym_of(manifest: Manifest, name: str) -> Metric | None:
    """The one metric that a name is another name of, its label included; None where none or several are."""
    if meanings(manifest, name):
        return None
    found = bearers(manifest, name)
    if not found:
        wanted = plain(name)
        found = [m for m in manifest.metrics.values() if wanted in (plain(m.name), *map(plain, _labels(m)))]
    return found[0] if len(found) == 1 else None


def _labels(metric: Metric) -> tuple[str, ...]:
    return tuple(str(text) for text in (metric.label, metric.meta.get("label_fr")) if text)
