"""The catalogue of metrics as one HTML file: offline, searchable in both languages, printable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from leadline.catalog import STAGES, Node, label, stage_order, text, tree, uses
from leadline.examples import examples_of
from leadline.manifest import Manifest, Metric
from leadline.meanings import Choice, families, plain, synonyms, variants

LANGUAGES: Final = ("en", "fr")
Both = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a formula: how deep it stands, the metric that it is about, and what it says."""

    depth: int
    name: str
    note: str
    formula: str
    fact: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One metric of the catalogue, its texts in both languages.

    `names` are all names that it has, as they are compared; `search` holds every word that finds it.
    """

    name: str
    label: Both
    description: Both
    facets: Mapping[str, str]
    formula: tuple[Line, ...]
    adds: str | None
    sources: tuple[str, ...]
    synonyms: tuple[str, ...]
    variants: tuple[Choice, ...]
    examples: tuple[tuple[Both, int | float | None], ...]
    used_by: tuple[str, ...]
    raw: tuple[str, ...]
    names: tuple[str, ...]
    search: str


@dataclass(frozen=True, slots=True)
class Section:
    """A stage of the customer journey: its KPIs, and the building blocks that they are made of."""

    stage: str
    kpis: tuple[Entry, ...]
    blocks: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that the page shows; `meanings` are names of several metrics with their choices."""

    sections: tuple[Section, ...]
    meanings: tuple[tuple[tuple[str, ...], tuple[Choice, ...]], ...]

    @property
    def count(self) -> int:
        """How many metrics there are."""
        return sum(len(section.kpis) + len(section.blocks) for section in self.sections)


def catalogue(manifest: Manifest, raw: Mapping[str, Sequence[str]] | None = None) -> Catalogue:
    """The catalogue of a manifest. `raw` are the raw columns behind each metric, where they are known.

    Raises:
        LeadlineError: an example of a metric cannot be read.
    """
    entries = [_entry(manifest, m, raw or {}) for m in manifest.metrics.values() if not m.is_private]
    stages = sorted({entry.facets.get("stage", "") for entry in entries}, key=stage_order)
    return Catalogue(
        tuple(_section(stage, entries) for stage in stages),
        tuple(_meanings(manifest)),
    )


def _section(stage: str, entries: Sequence[Entry]) -> Section:
    inside = sorted(
        (e for e in entries if e.facets.get("stage", "") == stage), key=lambda e: plain(e.label["en"])
    )
    blocks = tuple(e for e in inside if e.facets.get("tier") == "base")
    return Section(stage, tuple(e for e in inside if e not in blocks), blocks)


def _meanings(manifest: Manifest) -> Iterator[tuple[tuple[str, ...], tuple[Choice, ...]]]:
    for family in families():
        choices = tuple(choice for choice in family.choices if choice.metric in manifest.metrics)
        if len(choices) > 1:
            yield family.names, choices


def _entry(manifest: Manifest, metric: Metric, raw: Mapping[str, Sequence[str]]) -> Entry:
    labels = {lang: label(metric, lang) for lang in LANGUAGES}
    english = " ".join((metric.description or "").split())
    told = {"en": english, "fr": " ".join((text(metric, "description_fr") or english).split())}
    facets = {
        key: _plain(metric.meta[key]) for key in ("unit", "better", "stage", "tier") if key in metric.meta
    }
    others = {c.metric: c for family in variants(manifest, metric.name) for c in family}
    own = others.pop(metric.name, None)
    names = synonyms(metric)
    all_names = (metric.name, *labels.values(), *names)
    return Entry(
        name=metric.name,
        label=labels,
        description=told,
        facets=facets,
        formula=tuple(_lines(tree(manifest, metric.name), 0)),
        adds=_plain(metric.meta["adds"]) if "adds" in metric.meta else None,
        sources=tuple(map(str, metric.meta.get("sources") or ())),
        synonyms=names,
        variants=(*([own] if own else ()), *others.values()),
        examples=tuple(
            ({lang: e.told(lang) for lang in LANGUAGES}, e.expect) for e in examples_of(manifest, metric)
        ),
        used_by=uses(manifest, metric.name).metrics,
        raw=tuple(raw.get(metric.name, ())),
        names=tuple(dict.fromkeys(map(plain, all_names))),
        search=plain(" ".join([*all_names, *told.values()])),
    )


def _lines(node: Node, depth: int) -> Iterator[Line]:
    yield Line(depth, node.name, node.note, node.formula, node.fact)
    for child in node.children:
        yield from _lines(child, depth + 1)


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def page(found: Catalogue, *, lang: str, phrases: Mapping[str, Any], shown_on: str) -> str:
    """The page as text. `phrases` are the fixed words by key and language; `shown_on` is its date."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("leadline.write", "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("catalogue.html.j2")
    return template.render(
        catalogue=found, lang=lang, languages=LANGUAGES, stages=STAGES, shown_on=shown_on, **phrases
    )
