"""Names of metrics as people type them: another name that one metric has is taken, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadline.cli.options import Ask
from leadline.errors import AmbiguousNameError, LeadlineError, UnknownNameError
from leadline.layer import Layer
from leadline.manifest import Manifest
from leadline.meanings import Choice, meanings, synonym_of, taken_for, variants
from leadline.resolve.metrics import base_metric
from leadline.resolve.views import parse_view

_TAKEN: Final = {
    "en": "{given!r} is another name of {metric}, which is what is shown",
    "fr": "« {given} » est un autre nom de {metric}, qui est ce qui est montré",
}
_BARE: Final = {
    "en": "{metric} is {meaning}; the name is also used for {others}",
    "fr": "{metric} : {meaning} ; le nom sert aussi pour {others}",
}
_VARIANT: Final = {
    "en": "{metric!r} can't be cut by {cut!r}; variants of it can",
    "fr": "« {metric} » ne se découpe pas par « {cut} » ; des variantes le font",
}
_SEVERAL: Final = {
    "en": "{name!r} has several meanings, each with a name of its own",
    "fr": "« {name} » a plusieurs sens, chacun a son propre nom",
}


def named(manifest: Manifest, given: str, lang: str = "en") -> tuple[str, str | None]:
    """The metric (or view of one) that a name means, and a note where it is not the metric's own name.

    Raises:
        AmbiguousNameError: the name means several metrics; the choices say how they differ, in `lang`.
        UnknownNameError: it means none.
    """
    try:
        base_metric(manifest, given)
    except AmbiguousNameError:
        stem, _ = _parts(given)
        choices = [choice.line(lang) for choice in meanings(manifest, stem)]
        raise AmbiguousNameError(_SEVERAL[lang].format(name=stem), choices=choices) from None
    except UnknownNameError:
        stem, views = _parts(given)
        found = synonym_of(manifest, stem)
        if found is None:
            raise
        return found.name + views, _TAKEN[lang].format(given=given, metric=found.name)
    return given, None


def _parts(given: str) -> tuple[str, str]:
    """The name and the views behind it: `CTOR__mom` is (`CTOR`, `__mom`)."""
    stem, views = given, ""
    while "__" in stem:
        inner, _, last = stem.rpartition("__")
        if parse_view(last) is None:
            break
        stem, views = inner, f"__{last}{views}"
    return stem, views


def resolved(manifest: Manifest, asked: Ask, lang: str = "en") -> tuple[Ask, list[str]]:
    """The request with the metrics' own names, and the notes to show below it. Raises as `named` does."""
    pairs = {given: named(manifest, given, lang) for given in asked.metrics}
    own = {given: name for given, (name, _) in pairs.items()}
    order = tuple(_ordered(item, own) for item in asked.order_by)
    notes = [note for _, note in pairs.values() if note]
    notes += [note for name, _ in pairs.values() if (note := bare_name(manifest, name, lang))]
    return replace(asked, metrics=tuple(own.values()), order_by=order), notes


def _ordered(item: str, own: dict[str, str]) -> str:
    sign, name = ("-", item[1:]) if item.startswith("-") else ("", item)
    return sign + own.get(name, name)


def bare_name(manifest: Manifest, name: str, lang: str = "en") -> str | None:
    """What else a metric's own name is used for, in one line; None where nothing."""
    found = taken_for(manifest, _parts(name)[0])
    if not found:
        return None
    own, *others = found
    said = ", ".join(f"{choice.metric} ({_meaning(choice, lang)})" for choice in others)
    return _BARE[lang].format(metric=own.metric, meaning=_meaning(own, lang), others=said)


def _meaning(choice: Choice, lang: str) -> str:
    return choice.fr if lang == "fr" else choice.en


def meant_instead(layer: Layer, asked: Ask, lang: str = "en") -> AmbiguousNameError | None:
    """Where a metric can't be cut as asked and its variants can: the refusal that names them."""
    for metric in asked.metrics:
        family = [choice for found in variants(layer.manifest, metric) for choice in found]
        for cut in asked.group_by:
            if _cuts(layer, metric, cut):
                continue
            able = [c for c in family if c.metric != metric and _cuts(layer, c.metric, cut)]
            # A day of its own is no reason to ask another metric: every metric has metric_time.
            able = [c for c in able if cut not in _times(layer, c.metric)]
            if able:
                what = _VARIANT[lang].format(metric=metric, cut=cut)
                return AmbiguousNameError(what, choices=[choice.line(lang) for choice in able])
    return None


def _cuts(layer: Layer, metric: str, cut: str) -> bool:
    try:
        layer.plan(metrics=[metric], group_by=[cut])
    except UnknownNameError:
        return False
    except LeadlineError:  # refused for another reason than the name
        return True
    return True


def _times(layer: Layer, metric: str) -> set[str]:
    found = (cut.name for cut in layer.dimensions([metric]) if cut.kind == "time")
    return {short for name in found for short in (name, name.rpartition("__")[-1])}
