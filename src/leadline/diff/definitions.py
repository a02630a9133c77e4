"""The definitions of one side of a comparison: parsed by dbt at a revision, or read from a kept manifest."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from leadline.check.dbt_parse import Problem, parse
from leadline.check.places import defined_at
from leadline.diff.repository import Repository, fingerprint
from leadline.errors import LeadlineError
from leadline.layer import Layer
from leadline.project import project_variables

WORKING_TREE: Final = "the working tree"
_MANIFESTS: Final = ("semantic_manifest.json", "manifest.json")
_ABOUT: Final = "definitions.json"
# Files that a project needs and that are usually not in git.
_UNTRACKED: Final = ("profiles.yml", "dbt_packages")
_KEPT: Final = 12
_SCRATCH: Final = "parsing-"
_DAY: Final = 24 * 60 * 60
_VARIABLE: Final = re.compile(r"""\benv_var\(\s*['"](\w+)""")


@dataclass(frozen=True, slots=True)
class Definitions:
    """What a project defined at one time.

    `name` is for people; `commit` is empty for a working tree or a file. `dbt` is dbt's manifest.json, empty
    where it was not kept; `places` are `file:line` by kind and name; `files` the hashes of files that dbt
    reads, by path; `variables` the `vars` of the project.
    """

    name: str
    layer: Layer
    path: Path
    commit: str = ""
    dbt: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[tuple[str, str], str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, Any] = field(default_factory=dict)

    def place(self, kind: str, name: str) -> str:
        """`file:line` of a definition; empty where that is not known."""
        return self.places.get((kind, name), "")


def from_manifest(path: Path, project: Path | None = None) -> Definitions:
    """The definitions of a semantic manifest that is kept, and of dbt's manifest.json beside it, if any.

    `project` is the dbt project that the manifest is of, for the places of definitions.
    """
    return Definitions(
        str(path),
        Layer.load(path),
        path,
        dbt=_document(path.parent),
        places=defined_at(project) if project else {},
    )


@dataclass(frozen=True, slots=True)
class _State:
    """A project at a commit, or as it is now (no commit), and where its manifests are kept."""

    name: str
    commit: str | None
    files: Mapping[str, str]
    place: Path


def at_revisions(repository: Repository, revisions: Sequence[str | None], cache: Path) -> list[Definitions]:
    """The definitions of revisions, None meaning the working tree; those not known yet are parsed by dbt.

    What dbt writes is kept in `cache` under a name made of the contents of what it read, so that each state
    of a project is parsed once.

    Raises:
        RequestError: there is no such revision, or no dbt project in it.
        LeadlineError: dbt refuses the definitions; every reason is in the message.
    """
    states = [_state(repository, revision, cache) for revision in revisions]
    missing = {state.place: state for state in states if not (state.place / _ABOUT).is_file()}
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with ThreadPoolExecutor(len(missing)) as pool:
            list(pool.map(partial(_parse, repository), missing.values()))
        _prune(cache)
    return [_kept(state) for state in states]


def _state(repository: Repository, revision: str | None, cache: Path) -> _State:
    commit = repository.commit(revision) if revision else None
    files = repository.files(commit)
    name = f"{revision} ({commit[:10]})" if commit else WORKING_TREE
    place = cache / fingerprint(files, version("dbt-core"), *_environment(repository, commit))
    return _State(name, commit, files, place)


def _kept(state: _State) -> Definitions:
    os.utime(state.place)
    about = json.loads((state.place / _ABOUT).read_text(encoding="utf-8"))
    path = state.place / _MANIFESTS[0]
    return Definitions(
        state.name,
        Layer.load(path),
        path,
        state.commit or "",
        dbt=_document(state.place),
        places={(kind, what): where for kind, what, where in about["places"]},
        files=state.files,
        variables=about["variables"],
    )


def _environment(repository: Repository, commit: str | None) -> list[str]:
    """What the project and its profile take from the environment: it names databases and schemas."""
    texts = [
        repository.text(commit, file) or repository.text(None, file) or ""
        for file in ("dbt_project.yml", "profiles.yml")
    ]
    names = sorted({name for text in texts for name in _VARIABLE.findall(text)})
    return [f"{name}={os.environ.get(name)}" for name in names]


def _document(folder: Path) -> dict[str, Any]:
    path = folder / _MANIFESTS[1]
    if not path.is_file():
        return {}
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found


def _parse(repository: Repository, state: _State) -> None:
    place = state.place
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, dir=place.parent) as scratch:
        project, target = repository.project, Path(scratch) / "target"
        if state.commit:
            project = Path(scratch) / "project"
            repository.extract(state.commit, project)
            _bring(repository.project, project)
        target.mkdir()
        problems = parse(project, target.resolve())
        if problems:
            raise _refused(state.name, problems)
        kept = Path(scratch) / "kept"
        kept.mkdir()
        for manifest in _MANIFESTS:
            shutil.move(target / manifest, kept / manifest)
        places = [[*key, where] for key, where in defined_at(project).items()]
        about = {"of": state.name, "places": places, "variables": project_variables(project / _MANIFESTS[0])}
        (kept / _ABOUT).write_text(json.dumps(about, default=str), encoding="utf-8")
        try:
            kept.replace(place)
        except OSError:
            # Another run has parsed the same at the same time.
            if not (place / _ABOUT).is_file():
                raise


def _bring(now: Path, then: Path) -> None:
    for name in _UNTRACKED:
        if (now / name).exists() and not (then / name).exists():
            (then / name).symlink_to((now / name).resolve())


def _refused(name: str, problems: list[Problem]) -> LeadlineError:
    told = "".join(f"\n  - {p.reason}" + (f" ({', '.join(p.places)})" if p.places else "") for p in problems)
    return LeadlineError(
        f"the definitions of {name} do not parse:{told}",
        fix=problems[0].fix + "; or compare with a manifest that was kept: --manifest-before",
    )


def _prune(cache: Path) -> None:
    """Keep what was used last, and nothing of a run that was cut short."""
    for scratch in cache.glob(f"{_SCRATCH}*"):
        if time.time() - scratch.stat().st_mtime > _DAY:
            shutil.rmtree(scratch, ignore_errors=True)
    known = sorted((p for p in cache.iterdir() if (p / _ABOUT).is_file()), key=lambda p: p.stat().st_mtime)
    for old in known[:-_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
