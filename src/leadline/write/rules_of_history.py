"""Rules that a source's own history sets: how late it may be, how many rows a weekday has, what it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from leadline.check.quality.rule import Rule
from leadline.manifest import Manifest, SemanticModel
from leadline.write.filled import filled

# Late is later than the source has been in half a year, and than two days.
_FRESHNESS: Final = {"history": 180, "slack": 2}
# Each of the last seven days beside that weekday of eight weeks: a fourth of its rows, or four times as many.
_VOLUME: Final = {"history": 63, "judged": 7, "fewest": 8, "factor": 4}
# A day is missed where nearly all days of the four weeks around it are there.
_COMPLETENESS: Final = {"around": 14, "share": 0.85}


def history_rules(manifest: Manifest) -> list[Rule]:
    """Freshness, volume and completeness of every fact with days; by platform and account if it has them."""
    facts = [
        model
        for model in manifest.models.values()
        if model.time_dimension == "date_day" and model.relation.name.startswith("fct_")
    ]
    relations = tuple(_relation(model) for model in facts)
    return [rule for model in facts for rule in _of_fact(model, relations)]


def _relation(model: SemanticModel) -> str:
    return f'{model.relation.schema}."{model.relation.name}"'


def _of_fact(model: SemanticModel, relations: tuple[str, ...]) -> Iterator[Rule]:
    relation = _relation(model)
    platform = '"platform", ' if "platform" in model.dimensions else ""
    shared: dict[str, Any] = {"relation": relation, "severity": "warning"}
    partition = f"partition by {platform.rstrip(', ')} " if platform else ""
    window = f"{partition}order by date_day"
    yield Rule(
        id=f"freshness.{model.relation.name}",
        group="freshness",
        expected=f"{model.name} is no later than it has been before",
        action="look whether the export or connector of this source still runs, then land or sync it",
        query=filled(
            "freshness", relation=relation, relations=relations, by=platform, window=window, **_FRESHNESS
        ),
        **shared,
    )
    yield Rule(
        id=f"volume.{model.relation.name}",
        group="volume",
        expected=f"{model.name} has as many rows as that weekday usually has",
        action="compare with the platform's own page: rows are missing or doubled, or something happened",
        query=filled("volume", relation=relation, **_VOLUME),
        **shared,
    )
    if platform and "account_id" in model.dimensions:
        by = f'{platform}"account_id", '
        yield Rule(
            id=f"completeness.{model.relation.name}",
            group="completeness",
            expected=f"{model.name} has every day of every account that runs every day",
            action="export those days of that account again and land them",
            query=filled("completeness", relation=relation, by=by, **_COMPLETENESS),
            **shared,
        )
