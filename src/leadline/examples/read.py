"""The examples that stand in `config: meta: leadline: examples:`, as dataclasses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from leadline.errors import LeadlineError, nearest
from leadline.manifest import Manifest, Metric

START: Final = "2026-01-01"
END: Final = "2026-01-31"

_OF: Final = {"en": " of ", "fr": " sur "}
_NO: Final = {"en": "no", "fr": "aucun"}
_ROWS: Final = {"en": "rows of", "fr": "lignes de"}

Number = int | float | None
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """What goes in (totals of simple metrics, or rows of semantic models) and what must come out."""

    metric: str
    place: int
    given: Mapping[str, Number]
    rows: Mapping[str, tuple[Row, ...]]
    expect: Number
    start: str = START
    end: str = END

    @property
    def words(self) -> str:
        """What goes in, for people: `1200 clicks of 40000 impressions`, `3 rows of sessions`."""
        return self.told("en")

    def told(self, lang: str) -> str:
        """The same in `en` or `fr`."""
        if self.rows:
            rows = _ROWS[lang]
            return ", ".join(f"{len(each)} {rows} {model}" for model, each in self.rows.items())
        parts = [
            f"{_NO[lang] if total is None else shown(total)} {name}" for name, total in self.given.items()
        ]
        return (_OF[lang] if len(parts) == 2 else ", ").join(parts)


def shown(value: Number) -> str:
    """A number as examples write it; `no value` for none."""
    if value is None or isinstance(value, int):
        return "no value" if value is None else str(value)
    return str(float(f"{value:.12g}"))


def examples_of(manifest: Manifest, metric: Metric) -> list[Example]:
    """The examples of one metric, in order.

    Raises:
        LeadlineError: an example names what is not a simple metric or a semantic model, or lacks its value.
    """
    found = metric.meta.get("examples") or ()
    return [_example(manifest, metric, place, item) for place, item in enumerate(found, start=1)]


def _example(manifest: Manifest, metric: Metric, place: int, item: Any) -> Example:
    where = f"example {place} of {metric.name}"
    if not isinstance(item, Mapping) or "expect" not in item or not (item.get("given") or item.get("rows")):
        raise LeadlineError(
            "an example needs what is given and what to expect",
            where=where,
            fix="write {given: {clicks: 1200, impressions: 40000}, expect: 0.03}, or `rows` for `given`",
        )
    given, rows = dict(item.get("given") or {}), dict(item.get("rows") or {})
    _check_given(manifest, given, where)
    for model in rows:
        if model not in manifest.models:
            raise LeadlineError(
                f"there is no semantic model {model!r}",
                where=where,
                nearest=nearest(model, manifest.models),
                fix="give rows by the semantic model's name",
            )
    return Example(
        metric=metric.name,
        place=place,
        given=given,
        rows={model: tuple(dict(row) for row in each) for model, each in rows.items()},
        expect=item["expect"],
        start=str(item.get("start") or START),
        end=str(item.get("end") or END),
    )


def _check_given(manifest: Manifest, given: Mapping[str, Number], where: str) -> None:
    simple = [m.name for m in manifest.metrics.values() if m.type == "simple"]
    for name in given:
        metric = manifest.metrics.get(name)
        if metric is None or metric.type != "simple":
            what = "is not defined" if metric is None else f"is a {metric.type} metric"
            raise LeadlineError(
                f"metric {name!r} is given a total, and {what}",
                where=where,
                nearest=nearest(name, simple),
                fix="give totals of simple metrics: those that the formula goes down to (`leadline show`)",
            )
