"""What a changed formula is beside what it was, in the audit's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from leadline.audit import Formula, compare, definition, facts_of
from leadline.audit.verdict import DIFFERENT, EDGE, SAME
from leadline.diff.aspects import Aspect
from leadline.errors import LeadlineError
from leadline.versions import models_read

if TYPE_CHECKING:
    from leadline.layer import Layer

# The audit says "the other" of the second query, which here is the definition as it was.
_BEFORE: Final = (
    ("; the other's is ", ", before "),
    ("; the other is ", ", before "),
    ("; the other has ", ", before "),
    ("; the other ", ", before "),
    ("the other is ", "before: "),
    ("times the other", "times what it was"),
    ("one is ", "now "),
    (", the other ", ", before "),
    ("the other ", "before, it "),
)
_SEEN: Final = frozenset({"type", "formula", "inputs", "filters", "semantic model"})


def formula_words(before: Layer, after: Layer, metric: str, aspects: Sequence[Aspect]) -> tuple[str, ...]:
    """How the formula of a metric of both sides changed; empty where the audit has nothing to say of it."""
    if not _SEEN & {aspect.name for aspect in aspects}:
        return ()
    try:
        now = definition(after, metric)
        # The facts of the definition as it is now: what a mart has as its key is told there.
        found = compare(now, definition(before, metric), facts_of(after.manifest))
    except (LeadlineError, StopIteration):
        return ()
    if found.verdict == SAME:
        return ("written in another way: the same number on any data",)
    if found.verdict == EDGE:
        return (f"the same but for edge cases: {', '.join(found.reasons)}",)
    if found.verdict != DIFFERENT:
        return ()
    twins = _twins(after, metric, now)
    return (*map(_retold, found.reasons), *([f"that is the formula of {', '.join(twins)}"] if twins else []))


def _twins(layer: Layer, metric: str, formula: Formula) -> list[str]:
    """The other metrics of one formula: those that read the same models are looked at."""
    models = models_read(layer.manifest, metric)
    found = []
    for name, other in layer.metrics.items():
        is_near = name != metric and other.type == layer.metrics[metric].type
        if is_near and formula.term is not None and models_read(layer.manifest, name) == models:
            try:
                if repr(definition(layer, name).term) == repr(formula.term):
                    found.append(name)
            except (LeadlineError, StopIteration):
                continue  # it cannot be asked for as a whole, and is no twin of what can
    return found


def _retold(reason: str) -> str:
    for words, instead in _BEFORE:
        reason = reason.replace(words, instead)
    return reason
