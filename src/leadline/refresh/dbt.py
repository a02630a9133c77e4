"""dbt as a step: one build into a folder of its own, and what failed in it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from leadline import warehouse as warehouse_module
from leadline.durable import replace_text
from leadline.errors import LeadlineError
from leadline.refresh.builds import FILE
from leadline.refresh.keys import BEFORE, CHANGES, Keys

LOG: Final = "dbt.log"
_OUTCOMES: Final = "outcomes.json"
_NOTHING: Final = "tag:nothing_changed"
_SHOWN: Final = 5
_FAILED: Final = ("error", "fail", "runtime error")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A node of dbt that did not pass: its name, status, message, and how many rows were wrong."""

    name: str
    status: str
    message: str
    failures: int | None

    @property
    def is_critical(self) -> bool:
        """Whether dbt itself calls it a failure; a warning is not."""
        return self.status in _FAILED


def warehouse(folder: Path) -> Path:
    """Where a build's own database is: everything that dbt made, raw rows included."""
    return folder / "warehouse" / FILE


def target(folder: Path) -> Path:
    """Where dbt leaves its manifests for a build."""
    return folder / "target"


@dataclass(frozen=True, slots=True)
class Part:
    """What of a project is built again over a copy of the warehouse of an earlier build, which is in `base`.

    That is the nodes of these names with all that reads them, but for unit tests, which hold of code alone,
    and for the tests that are made elsewhere: folders of `tested`, each with a kind of test.
    """

    base: Path
    roots: Collection[str]
    tested: Collection[tuple[str, str]]
    keys: Keys

    def variables(self) -> dict[str, Any]:
        """What macros/by_key.sql reads."""
        return {
            BEFORE: str(warehouse(self.base).resolve()),
            "built_whole": list(self.keys.whole),
            "changed_days": {table: list(days) for table, days in self.keys.days.items()},
            "changed_keys": dict(self.keys.queries),
        }

    def options(self) -> list[str]:
        """The options of dbt that select it."""
        left_out = [
            "resource_type:unit_test",
            *(f"path:{path},test_name:{kind}" for path, kind in self.tested),
        ]
        return ["--select", *([f"{name}+" for name in self.roots] or [_NOTHING]), "--exclude", *left_out]


def build(
    project: Path, folder: Path, variables: Mapping[str, Any], part: Part | None = None
) -> list[Outcome]:
    """Run `dbt build` of a project into a build's folder; gives what did not pass, failures first.

    Args:
        project: the folder of dbt_project.yml.
        folder: the build's.
        variables: dbt's.
        part: what is built again; without it everything is.

    Raises:
        LeadlineError: dbt ended before it had built anything; its own last words are in the message.
    """
    warehouse(folder).parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "dbt.cli.main", "--no-partial-parse", "--no-use-colors", "build"]
    if part:
        _copy(warehouse(part.base), warehouse(folder))
        variables = {**variables, **part.variables()}
        command += part.options()
    if variables:
        command += ["--vars", json.dumps(variables)]
    environment = {
        **os.environ,
        "DO_NOT_TRACK": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        **_profiles(project),
        "DBT_TARGET_PATH": str(target(folder).resolve()),
        "DBT_LOG_PATH": str((folder / "logs").resolve()),
        "LEADLINE_DATABASE": str(warehouse(folder).resolve()),
    }
    with (folder / LOG).open("w", encoding="utf-8") as log:
        run = subprocess.run(  # noqa: S603 - our own interpreter, no shell
            command, cwd=project, env=environment, stdout=log, stderr=subprocess.STDOUT, check=False
        )
    found = sorted(_outcomes(target(folder) / "run_results.json"), key=lambda o: not o.is_critical)
    if run.returncode != 0 and not any(o.is_critical for o in found):
        raise LeadlineError(
            f"dbt could not build: {_last_words(folder / LOG)}",
            where=str(folder / LOG),
            fix="`leadline doctor --parse` names the file and line where definitions are wrong",
        )
    if part:
        found += _not_run_again(part.base, folder)
    _keep(folder, found)
    return found


def _keep(folder: Path, outcomes: Sequence[Outcome]) -> None:
    replace_text(folder / _OUTCOMES, json.dumps([asdict(one) for one in outcomes], indent=1) + "\n")


def _not_run_again(base: Path, folder: Path) -> list[Outcome]:
    """The warnings of tests of what did not change."""
    ran = {_name(node) for node in _results(target(folder) / "run_results.json")}
    try:
        before = json.loads((base / _OUTCOMES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [Outcome(**one) for one in before if one["name"] not in ran]


def _copy(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    with warehouse_module.writable(target) as connection:
        for statement in (f"drop schema if exists {CHANGES} cascade", f"create schema {CHANGES}"):
            warehouse_module.execute(connection, statement)


def _profiles(project: Path) -> dict[str, str]:
    """The project's own profiles count before those that the shell names; without any, dbt's usual place."""
    own = project.resolve()
    return {"DBT_PROFILES_DIR": str(own)} if (own / "profiles.yml").is_file() else {}


def _outcomes(path: Path) -> Iterator[Outcome]:
    for node in _results(path):
        if node["status"] not in ("success", "pass", "skipped", "no-op"):
            message = " ".join((node["message"] or "").split())
            yield Outcome(_name(node), node["status"], message, node["failures"])


def _results(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if path.is_file():
        found = json.loads(path.read_text(encoding="utf-8"))["results"]
    return found


def _name(node: Mapping[str, Any]) -> str:
    return str(node["unique_id"]).split(".", 2)[-1]


def _last_words(path: Path) -> str:
    """What dbt said from its first error on, without the times before its lines."""
    text = path.read_text(encoding="utf-8", errors="replace")
    lines = [line.partition("  ")[2].strip() or line.strip() for line in text.splitlines()]
    first = next((place for place, line in enumerate(lines) if "error" in line.lower()), -_SHOWN)
    return " / ".join(line for line in lines[first:][:_SHOWN] if line) or "it said nothing"
