"""Why `dbt parse` fails: the reason, the file, the name, and what to write instead.

dbt ends such a run with "Semantic Manifest validation failed" and names no file. Its log, read as JSON, holds
the validator's messages; the names in them are looked up in the project's YAML.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leadline.check.places import Place, places, unreadable, where_is

_VALIDATION: Final = "SemanticValidationFailure"
_FINAL: Final = "MainEncounteredError"
_EMPTY_WORDS: Final = "Semantic Manifest validation failed"
_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_QUOTED: Final = re.compile(r"`([^`]+)`|\"([^\"]+)\"|'([^']+)'")
_LISTED: Final = re.compile(r"Invalid metrics: ([^.]+)\.")
_UNEXPECTED: Final = re.compile(r"not allowed \('([^']+)'")
_LONGEST: Final = 600
_FILE: Final = re.compile(r"\(([\w/\\.-]+\.ya?ml)\)|relative_path='([^']+)'")


@dataclass(frozen=True, slots=True)
class Problem:
    """One reason why a project does not parse; `places` are file:line, nearest guess first."""

    reason: str
    places: tuple[str, ...]
    fix: str


_UNKNOWN: Final = "see CONTRIBUTING.md, or dbt's documentation of semantic models"

# What dbt's message contains, and what to write instead. The first that fits is given.
REMEDIES: Final[tuple[tuple[str, str], ...]] = (
    (
        "reserved time granularity keywords",
        "a dimension, entity or metric may not bear the name of a grain: write date_day for day, "
        "month_number for month, and name the column so in the model too",
    ),
    ("this name is reserved by MetricFlow", "choose another name: dbt keeps this one for its own queries"),
    (
        "names may only contain lower case letters",
        "use lower case letters, digits and single underscores, at least two characters, beginning with a "
        "letter and not ending with an underscore; aliases of input metrics count as names too",
    ),
    (
        "should be nested under",
        "set `flags: {require_nested_cumulative_type_params: false}` in dbt_project.yml: dbt 1.12.0 wrongly "
        "rejects windows that are written as its own newer spec asks",
    ),
    (
        "is not a valid group-by name",
        "name a dimension or entity that all its metrics can reach: `leadline show METRIC` lists them",
    ),
    (
        "is used as types",
        "one name is a dimension in one model and an entity (or measure) in another: rename one of the two",
    ),
    (
        "does not exist but was referenced",
        "correct the name, or define that metric: `leadline list` shows every metric",
    ),
    (
        "depends on a metric named",
        "correct the name, or define that metric: `leadline list` shows every metric",
    ),
    (
        "two metrics with the name",
        "give one of them another name. If only one file defines it, an older partial parse is in the way: "
        "run dbt with --no-partial-parse",
    ),
    ("requires a time spine model", "give a day-by-day model `time_spine: {standard_granularity_column: …}`"),
    ("Additional properties are not allowed", "a key is misspelt or stands at the wrong level"),
    ("Invalid enum value", "metric types are simple, ratio, derived, cumulative and conversion"),
)


def parse_problems(project: Path) -> list[Problem]:
    """Run `dbt parse` on a project and explain what it says; empty where it parses."""
    with tempfile.TemporaryDirectory(prefix="leadline-parse-") as scratch:
        return parse(project, Path(scratch))


def parse(project: Path, target: Path) -> list[Problem]:
    """The same, leaving what dbt writes (semantic_manifest.json, manifest.json) in the folder `target`."""
    broken = [
        Problem(f"the file is not valid YAML: {place.value}", (str(place),), "correct the file at that line")
        for place in unreadable(project)
    ]
    if broken:
        return broken
    events = list(_events(project, target))
    messages = [_clean(e["info"]["msg"]) for e in events if _tells(e["info"])]
    told = [m for m in dict.fromkeys(messages) if _EMPTY_WORDS not in m or len(messages) == 1]
    known = places(project) if told else []
    return [explain(message, known) for message in told]


def _tells(info: dict[str, str]) -> bool:
    return info["level"] == "error" and info["name"] in (_VALIDATION, _FINAL)


def _events(project: Path, target: Path) -> Iterator[dict[str, dict[str, str]]]:
    run = subprocess.run(  # noqa: S603 - our own words, no shell
        [_dbt(), "--quiet", "--log-format", "json", "--no-partial-parse", "parse"],
        cwd=project,
        env=os.environ
        | {"DO_NOT_TRACK": "1", "DBT_TARGET_PATH": str(target), "DBT_LOG_PATH": str(target)}
        | ({"DBT_PROFILES_DIR": str(project)} if (project / "profiles.yml").is_file() else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    found = [event for line in run.stdout.splitlines() if (event := _event(line))]
    yield from found
    if run.returncode and not any(_tells(event["info"]) for event in found):
        yield {"info": {"level": "error", "name": _FINAL, "msg": run.stderr.strip() or run.stdout.strip()}}


def _dbt() -> str:
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.is_file() else "dbt"


def _event(line: str) -> dict[str, dict[str, str]] | None:
    try:
        read = json.loads(line)
    except json.JSONDecodeError:
        return None
    return read if isinstance(read, dict) and "info" in read else None


def _clean(message: str) -> str:
    lines = [line.strip() for line in _COLOUR.sub("", message).splitlines()]
    useful = (line for line in lines if line and not line.endswith("Encountered an error:"))
    return " ".join(useful).removeprefix("[WARNING]: ").strip()


def explain(message: str, known: Iterable[Place]) -> Problem:
    """One message of dbt's with the places that it means and the remedy."""
    fix = next((remedy for words, remedy in REMEDIES if words in message), _UNKNOWN)
    reason = message.split(" - at path []: ")[-1]
    reason = reason if len(reason) <= _LONGEST else reason[:_LONGEST] + "…"
    return Problem(reason, tuple(_places(message, list(known))), fix)


def _places(message: str, known: list[Place]) -> list[str]:
    files = {name for pair in _FILE.findall(message) for name in pair if name}
    named = [str(place) for name in _names(message) for place in where_is(name, known) if _in(place, files)]
    return list(dict.fromkeys(named))[:5] or sorted(files)


def _in(place: Place, files: set[str]) -> bool:
    return not files or any(place.file.endswith(file) for file in files)


def _names(message: str) -> list[str]:
    listed = _LISTED.search(message)
    if listed:
        return [name.strip() for name in listed.group(1).split(",")]
    unexpected = _UNEXPECTED.findall(message)
    if unexpected:
        return list(unexpected)
    quoted = [
        next(filter(None, groups)) for groups in _QUOTED.findall(message.split(" - names cannot match")[0])
    ]
    return list(dict.fromkeys(quoted))
