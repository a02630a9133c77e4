"""The steps of a real refresh, over a dbt project."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from leadline.errors import LeadlineError
from leadline.layer import Layer
from leadline.refresh import dbt
from leadline.refresh.builds import FILE, Build, Builds
from leadline.refresh.inputs import read_inputs
from leadline.refresh.pipeline import Found, Outcome, Step
from leadline.refresh.published import update_published, write_published
from leadline.refresh.quality import Quality
from leadline.refresh.since import Since, since

_LANGUAGES: Final = ("en", "fr")
_ALERT_CODES: Final = (0, 1, 5)
_LISTED: Final = 10


@dataclass(frozen=True, slots=True)
class Setting:
    """What a refresh works on. `store` is that of landed files; without it the project's own raw data."""

    project: Path
    builds: Path
    inbox: Path | None = None
    store: Path | None = None
    plan: Path | None = None
    deliver: bool = False
    whole: bool = False
    variables: Mapping[str, Any] = field(default_factory=dict)

    def all_variables(self) -> dict[str, Any]:
        """dbt's variables: those given, and where landed files are."""
        landed = {"raw_from": "landed", "raw_store": str(self.store.resolve())} if self.store else {}
        return {**landed, **self.variables}


@dataclass(slots=True)
class Scope:
    """What of a build is made again, for the steps after the one that finds it; None is everything."""

    since: Since | None = None


def steps_of(setting: Setting) -> list[Step]:
    """The steps, in order: land, build, check, documents, write; then, once it is published, alerts."""
    quality = Quality()
    scope = Scope()
    found = [
        Step("build", lambda build, folder: _build(setting, scope, folder)),
        Step(
            "check",
            lambda build, folder: quality.check(setting.project, setting.plan, folder, setting.store),
        ),
    ]
    if setting.inbox:
        found.insert(0, Step("land", lambda build, folder: _land(setting, folder)))
    if setting.plan:
        found.append(Step("documents", lambda build, folder: _documents(setting, folder)))
    found.append(Step("write", lambda build, folder: _write(setting, quality, scope, build, folder)))
    if setting.plan:
        found.append(Step("alerts", lambda build, folder: _alerts(setting, folder), after_publishing=True))
    return found


def _land(setting: Setting, folder: Path) -> Found:
    """What is refused stays in the inbox's report and keeps nothing else from landing."""
    command = ["land", str(setting.inbox), "--json", "--store", str(setting.store)]
    code = _leadline(setting, folder, command, folder / "landed.json", (0, 1))
    if code == 1:
        return Found("warned", f"some files were refused: {folder / 'landed.json'}")
    return Found()


def _build(setting: Setting, scope: Scope, folder: Path) -> Found:
    variables = setting.all_variables()
    now = read_inputs(setting.project, variables)
    found = "asked to build everything" if setting.whole else since(Builds(setting.builds), now)
    now.keep(folder)
    scope.since = None if isinstance(found, str) else found
    outcomes = dbt.build(setting.project, folder, variables, scope.since.part if scope.since else None)
    told = [f"everything: {found}" if isinstance(found, str) else found.told()]
    critical = tuple(one.name for one in outcomes if one.is_critical)
    told += [f"{one.name}: {one.message}" for one in outcomes[:_LISTED]]
    if len(outcomes) > _LISTED:
        told.append(f"and {len(outcomes) - _LISTED} more, see {folder / dbt.LOG}")
    outcome: Outcome = "failed" if critical else "warned" if outcomes else "passed"
    return Found(outcome, "\n".join(told), critical)


def _documents(setting: Setting, folder: Path) -> Found:
    for lang in _LANGUAGES:
        out = folder / f"plan_{lang}.html"
        _leadline(
            setting, folder, ["plan", "--format", "html", "--lang", lang, "--out", str(out)], None, (0,)
        )
    return Found()


def _write(setting: Setting, quality: Quality, scope: Scope, build: Build, folder: Path) -> Found:
    builds = Builds(setting.builds)
    tables = {
        "builds": _known_builds(builds, build),
        "check_results": quality.history(build, _published(builds)),
    }
    before = builds.file(scope.since.base.number) if scope.since else None
    if scope.since and before and before.is_file():
        update_published(dbt.warehouse(folder), before, folder / FILE, scope.since.tables, tables)
        return Found()
    target = dbt.target(folder)
    layer = Layer.load(target / "semantic_manifest.json")
    write_published(dbt.warehouse(folder), folder / FILE, layer, target / "manifest.json", tables)
    return Found()


def _published(builds: Builds) -> Path | None:
    current = builds.current()
    return builds.file(current.number) if current else None


def _known_builds(builds: Builds, this: Build) -> pa.Table:
    """Every build but those that a crash cut short; the one that is being written is the last."""
    rows = [
        {
            "build": found.number,
            "status": "published" if found == this else found.status,
            "started_at": found.started_at,
            "failed": ", ".join(found.failed) or None,
            "published_anyway_because": found.forced,
        }
        for found in builds.all()
        if found.status != "interrupted"
    ]
    schema = pa.schema(
        [
            ("build", pa.int64()),
            ("status", pa.string()),
            ("started_at", pa.string()),
            ("failed", pa.string()),
            ("published_anyway_because", pa.string()),
        ]
    )
    return pa.Table.from_pylist(rows, schema)


def _alerts(setting: Setting, folder: Path) -> Found:
    command = ["alerts", "--format", "json", *(["--deliver"] if setting.deliver else [])]
    code = _leadline(setting, folder, command, folder / "alerts.json", _ALERT_CODES)
    return Found("warned", f"alerts were raised: {folder / 'alerts.json'}") if code else Found()


def _leadline(
    setting: Setting, folder: Path, command: Sequence[str], out: Path | None, allowed: Sequence[int]
) -> int:
    """Run one of our own commands in a process of its own, on this build; gives its exit code."""
    environment = {
        **os.environ,
        "LEADLINE_MANIFEST": str((dbt.target(folder) / "semantic_manifest.json").resolve()),
        "LEADLINE_DATABASE": str(dbt.warehouse(folder).resolve()),
        **({"LEADLINE_PLAN": str(setting.plan.resolve())} if setting.plan else {}),
    }
    run = subprocess.run(  # noqa: S603 - our own interpreter, no shell
        [sys.executable, "-m", "leadline.cli", *command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode not in allowed:
        raise LeadlineError(f"`leadline {command[0]}` failed: {run.stderr.strip()}", where=str(folder))
    if out:
        out.write_text(run.stdout, encoding="utf-8")
    return run.returncode
