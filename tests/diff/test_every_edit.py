"""No definition changes in silence: each value of a manifest edited in turn, and what is said of it."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadline import Layer, LeadlineError
from leadline.diff.changes import Change, changes, new_versions
from leadline.diff.definitions import Definitions
from tests.cli.conftest import MINI

DOCUMENT = json.loads((MINI / "semantic_manifest.json").read_text(encoding="utf-8"))
BEFORE = Definitions("before", Layer.from_document(DOCUMENT), Path("semantic_manifest.json"))
# Another valid value for keys whose values are words of the specification.
OTHER = {
    "agg": "max",
    "calculation": "conversions",
    "window_choice": "max",
    "time_granularity": "month",
    "granularity": "week",
    "grain_to_date": "year",
    "period_agg": "last",
    "fill_nulls_with": 7,
    "percentile": 0.5,
    "offset_to_grain": "month",
}
# What people read, and where a build stands.
TOLD = {"label", "description", "config", "relation_name", "database", "schema_name", "metadata"}

Path_ = tuple[str | int, ...]


def leaves(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """The values of a document with their paths."""
    if isinstance(node, dict | list):
        for key, inner in node.items() if isinstance(node, dict) else enumerate(node):
            yield from leaves(inner, (*path, key))
    else:
        yield path, node


def another(key: str | int, value: Any) -> Any:
    """Another value of a key; None where there is none to try."""
    if key in OTHER:
        return OTHER[str(key)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return None if value is None else f"{value} + 1" if key == "expr" else f"{value}_x"


def edited(path: Path_, value: Any) -> Definitions | None:
    """The definitions with one value replaced; None where they are none any more."""
    document = copy.deepcopy(DOCUMENT)
    node: Any = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    try:
        return Definitions("after", Layer.from_document(document), Path("semantic_manifest.json"))
    except LeadlineError:
        return None


EDITS = [
    (path, other)
    for path, value in leaves(
        {"metrics": DOCUMENT["metrics"], "semantic_models": DOCUMENT["semantic_models"]}
    )
    if not TOLD & set(path) and (other := another(path[-1], value)) not in (None, value)
]


def told(found: list[Change]) -> str:
    """The changes in one line."""
    return "; ".join(f"{c.kind} {c.name} {c.how} {', '.join(map(str, c.aspects))}" for c in found)


def test_edits_are_many() -> None:
    assert len(EDITS) > 200


def test_every_new_version_is_told_as_a_change_that_decides_numbers() -> None:
    tried = 0
    for path, value in EDITS:
        after = edited(path, value)
        if after is None:
            continue
        tried += 1
        found = changes(BEFORE, after)
        if new_versions(BEFORE, after):
            decided = [change for change in found if change.decides_numbers or change.how == "renamed"]
            assert decided, f"{path} = {value}: {told(found)}"
    assert tried > 150


def test_every_change_that_decides_a_metrics_number_gives_it_a_new_version() -> None:
    for path, value in EDITS:
        after = edited(path, value)
        for change in changes(BEFORE, after) if after else ():
            if change.kind == "metric" and change.how == "changed" and change.decides_numbers:
                assert change.versions[0] != change.versions[1], f"{path} = {value}: {told([change])}"


@pytest.mark.parametrize("key", sorted(TOLD - {"metadata"}))
def test_what_people_read_gives_no_new_version(key: str) -> None:
    found = [
        (path, value)
        for path, value in leaves(
            {"metrics": DOCUMENT["metrics"], "semantic_models": DOCUMENT["semantic_models"]}
        )
        if key in path and isinstance(value, str)
    ]
    assert found
    for path, value in found:
        after = edited(path, f"{value} x")
        assert after is not None
        assert new_versions(BEFORE, after) == {}, path
