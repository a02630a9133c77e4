"""What was known on an earlier day: the rows that counted then, and a database made from them.

Known on a day is what had been exported by its end: who exports a file has its figures from then on, whether
or not they landed them at once. By the other clock it is what had landed here by then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from leadline.errors import LeadlineError, RequestError
from leadline.land.store import ledger, snapshot
from leadline.land.store.active import active
from leadline.land.store.change import change
from leadline.land.store.disk import StoreError
from leadline.land.store.layout import Layout
from leadline.land.store.ledger import Landed, Ledger

Clock = Literal["exported", "landed"]
_KEPT: Final = 5
_INPUTS: Final = ("models", "macros", "metrics", "seeds/reference", "dbt_project.yml", "profiles.yml")


def known_on(known: Ledger, day: dt.date, clock: Clock) -> Ledger:
    """The ledger with only the files that were known by the end of that day (UTC)."""
    end = dt.datetime.combine(day, dt.time.max)

    def when(file: Landed) -> dt.datetime:
        return file.exported_at if clock == "exported" else file.landed_at

    return replace(known, files=tuple(file for file in known.files if when(file) <= end))


def database_as_of(layout: Layout, day: dt.date, project: Path, clock: Clock = "exported") -> Path:
    """A DuckDB file of the project's models over what was known on a day; made once, then kept.

    dbt's manifests of that build stand beside it.

    Raises:
        RequestError: there is no store, or nothing was known by then.
        StoreError: the disk refuses, or a part is damaged.
        LeadlineError: dbt cannot build the models from it.
    """
    if layout.current() is None:
        raise RequestError(
            "there is no store of landed files, so it is not known what was known when",
            where=str(layout.folder),
            fix="land files first (`leadline land FILE`), or name another store with --store",
        )
    known = ledger.read(layout.current())
    then = known_on(known, day, clock)
    if not then.files:
        raise _nothing(known.files, day, clock)
    mark = _mark(then, project)
    found = next(iter(layout.as_of.glob(f"{mark}-*/leadline.duckdb")), None)
    if found is not None:
        os.utime(found.parent)
        return found
    folder = _materialise(layout, then, mark)
    try:
        _build(folder, project)
    except LeadlineError:
        shutil.rmtree(folder)
        raise
    ready = folder.with_name(folder.name.removeprefix("."))
    if ready.exists():
        shutil.rmtree(folder)
    else:
        folder.rename(ready)
    _prune(layout.as_of, ready)
    return ready / "leadline.duckdb"


def _nothing(files: Iterable[Landed], day: dt.date, clock: Clock) -> RequestError:
    known = list(files)
    times = sorted(file.exported_at if clock == "exported" else file.landed_at for file in known)
    first = f"; the first file was {clock} on {times[0].date()}" if times else ""
    earlier = clock == "landed" and any(file.exported_at.date() <= day for file in known)
    other = ", or count from the time of export with --as-of-clock exported" if earlier else ""
    return RequestError(f"nothing was known on {day}{first}", fix=f"ask for a later day{other}")


def _mark(then: Ledger, project: Path) -> str:
    """Changes with the rows that counted, the models, and the settings that both are read with."""
    digest = hashlib.sha256(
        json.dumps([piece.place(then.aliases) for piece in active(then.parts())]).encode()
    )
    for entry in _INPUTS:
        path = project / entry
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            if file.is_file():
                digest.update(str(file.relative_to(project)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _materialise(layout: Layout, then: Ledger, mark: str) -> Path:
    """The rows that counted then, linked under `as_of`; the folder's name ends with the snapshot it is of."""
    with change(layout) as under_way:
        current = under_way.current
        number = int(current.name) if current else 0
        folder = layout.as_of / f".{mark}-{os.getpid()}-{number}"
        if folder.exists():
            shutil.rmtree(folder)
        pieces = active(then.parts())
        snapshot.build(under_way.connection, pieces, then, layout.parts, folder / "raw", current)
    return folder


def _build(folder: Path, project: Path) -> None:
    run = subprocess.run(  # noqa: S603 - our own words, no shell
        [
            _dbt(),
            "--quiet",
            "build",
            "--no-partial-parse",
            "--exclude-resource-type",
            "test",
            "--exclude-resource-type",
            "unit_test",
            "--vars",
            json.dumps({"raw_from": "landed", "raw_store": str(folder.resolve())}),
        ],
        cwd=project,
        env=os.environ
        | {
            "DO_NOT_TRACK": "1",
            "LEADLINE_DATABASE": str((folder / "leadline.duckdb").resolve()),
            "DBT_TARGET_PATH": str((folder / "target").resolve()),
            "DBT_LOG_PATH": str((folder / "logs").resolve()),
        }
        | ({"DBT_PROFILES_DIR": str(project.resolve())} if (project / "profiles.yml").is_file() else {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        said = "\n".join((run.stdout + run.stderr).strip().splitlines()[-12:])
        raise LeadlineError(
            f"the models cannot be built over what was known then:\n{said}",
            where=str(project),
            fix="see what `dbt build --vars '{raw_from: landed}'` says of today's rows",
        )
    # The definitions that the database was built with answer for it; dbt's other artefacts are of no use.
    for name in ("semantic_manifest.json", "manifest.json"):
        (folder / "target" / name).rename(folder / name)
    shutil.rmtree(folder / "target")
    shutil.rmtree(folder / "logs", ignore_errors=True)
    shutil.rmtree(folder / "raw")


def _dbt() -> str:
    beside = Path(sys.executable).with_name("dbt")
    return str(beside) if beside.is_file() else "dbt"


def _prune(folder: Path, ready: Path) -> None:
    """Only the databases that were asked for last are kept."""
    try:
        entries = sorted(
            (entry for entry in folder.iterdir() if not entry.name.startswith(".") and entry != ready),
            key=lambda entry: entry.stat().st_mtime,
        )
        for entry in entries[: max(0, len(entries) - _KEPT + 1)]:
            shutil.rmtree(entry)
    except OSError as error:
        raise StoreError("old databases cannot be removed", where=str(folder), fix=str(error)) from error
