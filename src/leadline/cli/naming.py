"""Names of metrics as people type them: another name that one metric has is taken, and said."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from leadline.cli.options import Ask
from leadline.errors import AmbiguousNameError, UnknownNameError
from leadline.manifest import Manifest
from leadline.meanings import meanings, synonym_of
from leadline.resolve.metrics import base_metric
from leadline.resolve.views import parse_view

_TAKEN: Final = {
    "en": "{given!r} is another name of {metric}, which is what is shown",
    "fr": "« {given} » est un autre nom de {metric}, qui est ce qui est montré",
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
    return replace(asked, metrics=tuple(own.values()), order_by=order), notes


def _ordered(item: str, own: dict[str, str]) -> str:
    sign, name = ("-", item[1:]) if item.startswith("-") else ("", item)
    return sign + own.get(name, name)
