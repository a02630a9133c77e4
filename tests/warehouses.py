"""Warehouses that tests read, each built once by a real `dbt build` and shared by all test processes."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.dbt_forks import dbt_command

ROOT = Path(__file__).resolve().parents[1]
INPUTS = ("models", "metrics", "macros", "seeds", "data_tests", "dbt_project.yml", "profiles.yml")
# Unit tests bring their own rows: the demonstration warehouse runs them, and no other data says more of them.
WITHOUT_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
WITHOUT_TESTS = ("--exclude-resource-type", "test", *WITHOUT_UNIT_TESTS)


def fingerprint(name: str, variables: dict[str, Any]) -> str:
    """Changes with anything that a build reads: a warehouse is rebuilt when and only when it would differ."""
    digest = hashlib.sha256(f"{name}{json.dumps(variables, sort_keys=True)}{ROOT}".encode())
    for entry in INPUTS:
        path = ROOT / entry
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            stat = file.stat()
            digest.update(f"{file}{stat.st_size}{stat.st_mtime_ns}".encode())
    return digest.hexdigest()[:16]


def dbt(
    folder: Path, *arguments: str, variables: dict[str, Any] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs dbt on the project with its database and artefacts in `folder`; the caller reads the exit code."""
    environment = os.environ | {
        "LEADLINE_DATABASE": str(folder / "leadline.duckdb"),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DO_NOT_TRACK": "1",
    }
    return dbt_command(ROOT, fingerprint("", {}), list(arguments), variables or {}, environment)


def built(
    name: str,
    variables: dict[str, Any] | None = None,
    command: tuple[str, ...] = ("build",),
    prepare: Callable[[Path], dict[str, Any]] | None = None,
) -> Path:
    """A warehouse's folder, made with these dbt variables by the first process that asks for it.

    `command` is a dbt command with its options; `prepare` puts input into the folder and adds variables.
    """
    root = Path(tempfile.gettempdir()) / f"leadline-tests-{os.getuid()}"
    folder = root / f"{name}-{fingerprint(name, variables or {})}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = folder / "done"
        if not done.exists():
            (folder / "leadline.duckdb").unlink(missing_ok=True)
            more = prepare(folder) if prepare else {}
            run = dbt(folder, *command, variables=(variables or {}) | more)
            if run.returncode != 0:
                said = f"{run.stdout[-8000:]}{run.stderr[-2000:]}"
                raise AssertionError(f"dbt {command[0]} of the {name} warehouse failed:\n{said}")
            done.touch()
    return folder
