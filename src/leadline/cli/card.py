"""A metric's card as text: what `leadline show` prints."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlglot import exp

from leadline.catalog import Card, Node, aggregations, label, short_names, text
from leadline.cli.phrases import FACETS, adding, facet, heading, value_of
from leadline.cli.wanted import Wanted
from leadline.examples import examples_of
from leadline.filters import parse_filter
from leadline.lineage import Lineage, Trace
from leadline.manifest import Manifest, SemanticModel, Use
from leadline.meanings import synonyms, variants
from leadline.sql.nodes import parsed
from leadline.versions import definition_version

_WIDTH: Final = 110
_NOT_DECLARED: Final = {"en": "not declared", "fr": "non déclaré"}
_THROUGH: Final = {"en": "through", "fr": "par"}
_COUNTED: Final = {
    "en": "a count of rows, or what the models say themselves",
    "fr": "un décompte de lignes, ou ce que disent les modèles eux-mêmes",
}
_UNREAD: Final = {
    "en": "not known: the compiled SQL of {models} is not there; `dbt build` or `dbt compile` leaves it",
    "fr": "inconnu : le SQL compilé de {models} manque ; `dbt build` ou `dbt compile` le laisse",
}
_OR: Final = {"en": " or ", "fr": " ou "}
_GIVE: Final = {"en": "give", "fr": "donnent"}
_USERS: Final = {
    "metrics": {"en": "metrics", "fr": "indicateurs"},
    "saved_queries": {"en": "saved queries", "fr": "requêtes enregistrées"},
    "reports": {"en": "reports", "fr": "rapports"},
    "objectives": {"en": "plan", "fr": "plan"},
    "alerts": {"en": "alerts", "fr": "alertes"},
    "dashboards": {"en": "dashboards", "fr": "tableaux de bord"},
    "nothing": {"en": "nothing yet", "fr": "rien encore"},
}


@dataclass(frozen=True, slots=True)
class Origin:
    """A column that a metric reads of a fact, and where that comes from (None: not known)."""

    fact: str
    column: str
    trace: Trace | None


@dataclass(frozen=True, slots=True)
class Holding:
    """What the company's data and plan say of a metric; `value` is None without a database."""

    value: str | None = None
    wanted: Wanted = field(default_factory=Wanted)


def origins(manifest: Manifest, metric: str, lineage: Lineage) -> list[Origin]:
    """The columns of facts that a metric reads, traced to the exports where dbt has left its SQL."""
    found: dict[tuple[str, str], Origin] = {}
    for use in aggregations(manifest, metric):
        model = manifest.models[use.aggregation.model]
        for column in columns_of(manifest, metric, model, use):
            place = (model.relation.name, column)
            if place not in found:
                trace = lineage.trace(model.relation, column) if lineage.is_known else None
                found[place] = Origin(*place, trace)
    return list(found.values())


def columns_of(manifest: Manifest, metric: str, model: SemanticModel, use: Use) -> list[str]:
    """The columns of a fact in an aggregate and in the filters on it."""
    own = manifest.metrics.get(use.aggregation.name)
    filters = (*use.filters, *(own.filters if own else ()), *manifest.metrics[metric].filters)
    trees = [parsed(use.aggregation.expr)]
    for item in (found for each in filters for found in parse_filter(each, trusted=True)):
        for reference in item.references:
            element = model.dimensions.get(reference.name.element)
            if element is not None and reference.name.links in ((), (model.primary_entity,)):
                trees.append(parsed(element.expr))
    return list(dict.fromkeys(node.name for tree in trees for node in tree.find_all(exp.Column)))


def card_text(
    manifest: Manifest,
    card: Card,
    *,
    sources: Mapping[str, Sequence[str]],
    dimensions: Sequence[str],
    origins: Sequence[Origin],
    holding: Holding,
    lang: str,
) -> str:
    """One metric for people. `sources` are those of each fact, by the fact's table."""
    metric = card.metric
    sections: list[tuple[str, list[str]]] = [
        ("value", _value(holding)),
        ("formula", list(_tree_lines(card.tree, "", ""))),
        ("origin", [line for origin in origins for line in _origin_lines(origin, lang)]),
        ("sources", [f"{fact}: {_joined(names, lang)}" for fact, names in sources.items()]),
        ("adding", _wrapped(adding(_adds(metric.meta), lang))),
        ("variants", _variants(manifest, metric.name, lang)),
        ("synonyms", _wrapped(", ".join(synonyms(metric)))),
        ("examples", _examples(manifest, card, lang)),
        ("cuts", _wrapped(", ".join(short_names(dimensions)))),
        ("uses", _use_lines(card, holding.wanted, lang)),
        ("version", [definition_version(manifest, metric.name)]),
    ]
    lines = [
        f"{metric.name}: {label(metric, lang)}",
        "",
        *_described(card, lang),
        "",
        *_facets(metric.meta, lang),
    ]
    for key, body in sections:
        if body:
            lines += ["", heading(key, lang), *(f"  {line}" for line in body)]
    return "\n".join(lines)


def _described(card: Card, lang: str) -> list[str]:
    told = text(card.metric, f"description_{lang}") if lang != "en" else None
    return textwrap.wrap(told or card.metric.description or "", _WIDTH)


def _facets(meta: Mapping[str, Any], lang: str) -> list[str]:
    told = [(facet(key, lang), value_of(_plain(meta[key]), lang)) for key in FACETS if key in meta]
    width = max((len(name) for name, _ in told), default=0) + 1
    return [f"  {name:<{width}}{value}" for name, value in told]


def _plain(value: Any) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _adds(meta: Mapping[str, Any]) -> str | None:
    return _plain(meta["adds"]) if "adds" in meta else None


def _wrapped(told: str) -> list[str]:
    return textwrap.wrap(told, _WIDTH - 2, break_long_words=False, break_on_hyphens=False)


def _joined(names: Sequence[str], lang: str) -> str:
    return _OR[lang].join(names) or _NOT_DECLARED[lang]


def _value(holding: Holding) -> list[str]:
    return [*(holding.value.splitlines() if holding.value else ()), *holding.wanted.targets]


def _tree_lines(node: Node, first: str, rest: str) -> Iterator[str]:
    where = f"  [{node.fact}]" if node.fact else ""
    note = f" ({node.note})" if node.note else ""
    yield f"{first}{node.name}{note} = {node.formula}{where}"
    for child in node.children:
        last = child is node.children[-1]
        yield from _tree_lines(
            child, f"{rest}{'└─ ' if last else '├─ '}", f"{rest}{'   ' if last else '│  '}"
        )


def _origin_lines(origin: Origin, lang: str) -> Iterator[str]:
    yield f"{origin.fact}.{origin.column}"
    if origin.trace is None:
        return
    raw = ", ".join(map(str, origin.trace.raw))
    if origin.trace.unread:
        unread = _UNREAD[lang].format(models=", ".join(origin.trace.unread))
        raw = f"{raw}; {unread}" if raw else unread
    raw = raw or _COUNTED[lang]
    yield from textwrap.wrap(raw, _WIDTH - 6, initial_indent="  ← ", subsequent_indent="    ")
    models = ", ".join(origin.trace.models[1:])
    if models:
        yield from textwrap.wrap(f"{_THROUGH[lang]} {models}", _WIDTH - 6, **_INDENT)


_INDENT: Final[dict[str, Any]] = {"initial_indent": "    ", "subsequent_indent": "      "}


def _variants(manifest: Manifest, name: str, lang: str) -> list[str]:
    """The metric itself first, then what it is taken for, each with its difference."""
    lines: dict[str, None] = {}
    for family in variants(manifest, name):
        mine = [choice for choice in family if choice.metric == name]
        for choice in (*mine, *(choice for choice in family if choice.metric != name)):
            lines[f"{choice.metric}: {choice.fr if lang == 'fr' else choice.en}"] = None
    return list(lines)


def _examples(manifest: Manifest, card: Card, lang: str) -> list[str]:
    found = examples_of(manifest, card.metric)
    none = {"en": "no value", "fr": "aucune valeur"}[lang]
    return [f"{e.told(lang)} {_GIVE[lang]} {none if e.expect is None else e.expect}" for e in found]


def _use_lines(card: Card, wanted: Wanted, lang: str) -> list[str]:
    kinds: Iterable[tuple[str, tuple[str, ...]]] = (
        ("metrics", card.uses.metrics),
        ("saved_queries", card.uses.saved_queries),
        ("reports", card.uses.reports),
        ("objectives", wanted.objectives),
        ("alerts", wanted.alerts),
        ("dashboards", wanted.dashboards),
    )
    lines = [f"{_USERS[kind][lang]}: {', '.join(names)}" for kind, names in kinds if names]
    return lines or [_USERS["nothing"][lang]]
