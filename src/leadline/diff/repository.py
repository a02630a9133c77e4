"""A project's git repository, read only: revisions by name, and the files of a project at one."""

from __future__ import annotations

import hashlib
import io
import subprocess
import tarfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from leadline.errors import LeadlineError, RequestError, nearest

_PROJECT_FILE: Final = "dbt_project.yml"
# What dbt reads beside the folders that dbt_project.yml names.
_FILES: Final = (
    _PROJECT_FILE,
    "profiles.yml",
    "packages.yml",
    "dependencies.yml",
    "package-lock.yml",
    "selectors.yml",
)
_FOLDERS: Final = {
    "model-paths": ("models",),
    "seed-paths": ("seeds",),
    "macro-paths": ("macros",),
    "test-paths": ("tests",),
    "snapshot-paths": ("snapshots",),
    "analysis-paths": ("analyses",),
    "docs-paths": (),
}
_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Repository:
    """The repository around a dbt project; `prefix` is its folder in `root`, ending with a slash."""

    project: Path
    root: Path
    prefix: str

    @classmethod
    def around(cls, project: Path) -> Repository:
        """The repository that a project is in. Raises RequestError where there is none, or no git."""
        try:
            found = _git(project, "rev-parse", "--show-toplevel", "--show-prefix")
        except FileNotFoundError as error:
            raise RequestError(
                "git is not installed", fix="install git: revisions are read with it"
            ) from error
        if found.returncode:
            raise RequestError(
                "this project is in no git repository",
                where=str(project),
                fix="run it in a clone, or name two manifests: --manifest-before and --manifest",
            )
        root, prefix = found.stdout.decode().split("\n")[:2]
        return cls(project, Path(root), prefix)

    def commit(self, revision: str) -> str:
        """The full hash of a revision. Raises RequestError with the nearest branches and tags."""
        found = _git(
            self.project, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        if not found.returncode:
            return found.stdout.decode().strip()
        refs = self._run("for-each-ref", "--format=%(refname:short)", "--sort=-creatordate").decode().split()
        raise RequestError(
            f"there is no revision {revision!r}",
            where=str(self.project),
            nearest=nearest(revision, refs) or refs[:_FEW],
            fix="name a commit, branch or tag; in a shallow clone fetch it first (`git fetch --unshallow`)",
        )

    def files(self, commit: str | None) -> dict[str, str]:
        """The files that dbt reads, by path in the project, with the hash of their contents.

        `commit` None means the working tree: tracked files as they are now, and those that are not ignored.
        """
        found = self._at(commit) if commit else self._now()
        folders = _folders(self.text(commit, _PROJECT_FILE))
        kept = {path: blob for path, blob in found.items() if path in _FILES or path.startswith(folders)}
        if _PROJECT_FILE not in kept:
            raise RequestError(
                f"{commit[:12] if commit else 'the working tree'} has no dbt project here",
                where=str(self.project / _PROJECT_FILE),
                fix="run it in a folder that was a dbt project then, or name another revision",
            )
        return kept

    def _at(self, commit: str) -> dict[str, str]:
        listed = self._run("ls-tree", "-r", "-z", commit).decode().split("\0")
        entries = [line.partition("\t") for line in listed if line]
        return {path: about.split()[2] for about, _, path in entries}

    def _now(self) -> dict[str, str]:
        listed = (
            self._run("ls-files", "-z", "--cached", "--others", "--exclude-standard").decode().split("\0")
        )
        there = sorted({p for p in listed if p and "\n" not in p and (self.project / p).is_file()})
        # Read in the root: in a folder below it, git takes these paths for paths of the root all the same.
        given = "".join(f"{self.prefix}{path}\n" for path in there).encode()
        hashes = self._run("hash-object", "--stdin-paths", given=given, folder=self.root).decode().split()
        return dict(zip(there, hashes, strict=True))

    def text(self, commit: str | None, path: str) -> str | None:
        """A file of the project as text; None where it is not there."""
        if commit is None:
            place = self.project / path
            return place.read_text(encoding="utf-8") if place.is_file() else None
        found = _git(self.project, "show", f"{commit}:{self.prefix}{path}")
        return None if found.returncode else found.stdout.decode()

    def extract(self, commit: str, folder: Path) -> None:
        """Write the project as it was at a commit into a folder; the working tree is not touched."""
        packed = self._run("archive", "--format=tar", commit)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")

    def _run(self, *words: str, given: bytes | None = None, folder: Path | None = None) -> bytes:
        found = _git(folder or self.project, *words, given=given)
        if found.returncode:
            said = " ".join(found.stderr.decode(errors="replace").split())
            raise LeadlineError(f"git {words[0]} failed: {said}", where=str(self.project))
        return found.stdout


def _git(folder: Path, *words: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["git", *words], cwd=folder, input=given, capture_output=True, check=False)  # noqa: S603, S607


def _folders(project_file: str | None) -> tuple[str, ...]:
    try:
        said: Any = yaml.safe_load(project_file or "")
    except yaml.YAMLError:
        said = None  # dbt itself says what is wrong with the file
    known: Mapping[str, Sequence[str]] = said if isinstance(said, Mapping) else {}
    chosen = [folder for key, usual in _FOLDERS.items() for folder in known.get(key) or usual]
    return tuple(f"{folder.strip('./')}/" for folder in chosen)


def fingerprint(files: Mapping[str, str], *more: str) -> str:
    """Sixteen hex digits over paths and contents, and what else the outcome hangs on."""
    told = "\n".join([*(f"{path} {blob}" for path, blob in sorted(files.items())), *more])
    return hashlib.sha256(told.encode()).hexdigest()[:16]
