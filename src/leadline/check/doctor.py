"""The state of an installation: versions, definitions, sources, freshness, and what is missing."""

from __future__ import annotations

import datetime as dt
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from leadline.availability import FactSources, Source, gaps
from leadline.check.places import definition_files
from leadline.manifest import Manifest

PACKAGES: Final = ("leadline", "dbt-core", "dbt-duckdb", "duckdb", "sqlglot", "pyarrow")


class Level(StrEnum):
    """How bad a finding is: only a problem makes the doctor's answer a no."""

    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know or to mend."""

    level: Level
    what: str
    where: str = ""
    fix: str = ""


@dataclass(frozen=True, slots=True)
class Freshness:
    """A source as people ask about it; `age` is the days from its last day to today, None without rows."""

    source: Source
    age: int | None


def versions() -> dict[str, str]:
    """Installed versions by package, Python's and the system's first; no package is imported for it."""
    found = {"python": platform.python_version(), "system": f"{platform.system()} {platform.machine()}"}
    return found | {package: _version(package) for package in PACKAGES}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def freshness(sources: Mapping[str, Source], today: dt.date) -> list[Freshness]:
    """Every source with its age, connected ones first, then by name."""
    ordered = sorted(sources.values(), key=lambda source: (not source.is_connected, source.name))
    return [Freshness(s, (today - s.last_day).days if s.last_day else None) for s in ordered]


def is_stale(manifest: Path, project: Path) -> bool:
    """True where a definition of the project is newer than its manifest, or there is no manifest."""
    if not manifest.is_file():
        return True
    written = manifest.stat().st_mtime
    return any(path.stat().st_mtime > written for path in definition_files(project))


def missing(manifest: Manifest, sources: Mapping[str, Source], declared: FactSources) -> list[Finding]:
    """The metrics that cannot have data, one finding for each group of sources that they lack."""
    by_sources: dict[Sequence[str], list[str]] = {}
    for gap in gaps(manifest, list(manifest.metrics), sources, declared):
        by_sources.setdefault(gap.sources, []).append(gap.metric)
    return [
        Finding(
            Level.NOTE,
            f"no data: {' or '.join(names)} is not connected",
            where=f"{len(metrics)} metrics: {', '.join(metrics)}",
            fix=f"put its exports where raw_from looks, with use_{names[0]}: true",
        )
        for names, metrics in by_sources.items()
    ]


def undeclared(manifest: Manifest, declared: FactSources) -> list[Finding]:
    """Facts that do not say which sources feed them: nothing can be called missing for their metrics."""
    used = {m.use.aggregation.model for m in manifest.metrics.values() if m.use}
    silent = sorted(
        manifest.models[name].relation.name for name in used if not declared.of(manifest.models[name])
    )
    if not silent:
        return []
    return [
        Finding(
            Level.NOTE,
            "facts that declare no sources",
            where=", ".join(silent),
            fix="add `config: {meta: {leadline: {sources: […]}}}` to the model",
        )
    ]


def is_healthy(findings: Iterable[Finding]) -> bool:
    """True where nothing found is a problem."""
    return all(finding.level is not Level.PROBLEM for finding in findings)
