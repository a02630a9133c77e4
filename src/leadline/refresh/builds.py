"""Builds on disk: numbered folders, and `current`, which always leads to one whole published build."""

from __future__ import annotations

import datetime as dt
import getpass
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal

from leadline import warehouse
from leadline.durable import replace_text, swap_link
from leadline.errors import LeadlineError

FILE: Final = "leadline.duckdb"
CURRENT: Final = "current"
_RECORD: Final = "build.json"
_HISTORY: Final = "history.jsonl"
_REMOVED: Final = ".removed."
Status = Literal["building", "rejected", "interrupted", "ready", "published"]


@dataclass(frozen=True, slots=True)
class Build:
    """One build as its record says it. Times are UTC in ISO format."""

    number: int
    status: Status
    started_at: str
    finished_at: str | None = None
    failed: tuple[str, ...] = ()
    forced: str | None = None


class Builds:
    """The folder of builds. Every change of state is one atomic rename: a crash leaves it before or after."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, number: int) -> Path:
        """The folder of a build."""
        return self.folder / str(number)

    def file(self, number: int) -> Path:
        """The file that a build publishes."""
        return self.path(number) / FILE

    def all(self) -> list[Build]:
        """Every build, oldest first; one whose record cannot be read was interrupted."""
        return [self.read(number) for number in self._numbers()]

    def read(self, number: int) -> Build:
        """One build. A folder without a readable record was being made when something stopped it."""
        try:
            found: dict[str, Any] = json.loads((self.path(number) / _RECORD).read_text(encoding="utf-8"))
            return Build(**{**found, "failed": tuple(found.get("failed", ()))})
        except (OSError, ValueError, TypeError):
            return Build(number, "interrupted", started_at="")

    def current(self) -> Build | None:
        """The build that readers see; None before the first."""
        try:
            return self.read(int(os.readlink(self.folder / CURRENT)))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise LeadlineError(
                "`current` is not the link that Leadline keeps",
                where=str(self.folder / CURRENT),
                fix="remove it, then run `leadline rollback N` with the number of a whole build",
            ) from error

    def begin(self) -> Build:
        """A new build with the next number; its folder is there and empty but for its record.

        Raises:
            LeadlineError: the folder cannot be written to.
        """
        with _writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            number = max(self._numbers(), default=0) + 1
            self.path(number).mkdir()
            return self.keep(Build(number, "building", _now()))

    def keep(self, build: Build) -> Build:
        """Write a build's record in the place of the one it has."""
        with _writing(self.path(build.number)):
            replace_text(self.path(build.number) / _RECORD, json.dumps(asdict(build), indent=1) + "\n")
        return build

    def reject(self, build: Build, failed: tuple[str, ...]) -> Build:
        """The build is not to be seen; it stays for whoever looks into it."""
        return self.keep(replace(build, status="rejected", finished_at=_now(), failed=failed))

    def publish(self, build: Build, *, action: str = "publish", reason: str | None = None) -> Build:
        """Make a whole build the one that readers see, in one step.

        Raises:
            LeadlineError: the build has no file that opens, or the folder cannot be written to.
        """
        warehouse.open_database(self.file(build.number)).close()
        finished = build.finished_at or _now()
        ready = self.keep(replace(build, status="ready", finished_at=finished, forced=reason))
        with _writing(self.folder):
            swap_link(self.folder / CURRENT, str(build.number))
        published = self.keep(replace(ready, status="published"))
        self._note(action, published, reason)
        return published

    def rollback(self, number: int | None = None) -> Build:
        """Publish an earlier build again: the one named, else the one before the current.

        Raises:
            LeadlineError: there is none, or the one named was never published.
        """
        current = self.current()
        whole = [
            b
            for b in self.all()
            if b.status in ("published", "ready") and self.file(b.number).is_file() and b != current
        ]
        before = [b for b in whole if current is None or b.number < current.number]
        wanted = before[-1:] if number is None else [b for b in whole if b.number == number]
        if not wanted:
            numbers = ", ".join(str(b.number) for b in whole) or "none"
            named = "an earlier build" if number is None else f"build {number}"
            raise LeadlineError(
                f"{named} that was published is not there",
                where=str(self.folder),
                fix=f"builds to go back to: {numbers}",
            )
        return self.publish(wanted[0], action="rollback", reason=wanted[0].forced)

    def recover(self) -> list[Build]:
        """Set aside what a crash left: builds that were being made, and links that were not put in place.

        Only for the holder of the lock: without it a build that is being made would be taken for one left.
        """
        current = self.current()
        found = []
        for build in self.all():
            if build.status == "ready" and current and build.number == current.number:
                self._note("publish", self.keep(replace(build, status="published")), build.forced)
            elif build.status == "building" or not build.started_at:
                self.path(build.number).mkdir(exist_ok=True)
                found.append(self.keep(replace(build, status="interrupted", finished_at=_now())))
        for link in self.folder.glob(f".{CURRENT}.*"):
            link.unlink(missing_ok=True)
        for gone in self.folder.glob(f"{_REMOVED}*"):
            shutil.rmtree(gone)
        return found

    def prune(self, keep: int) -> list[int]:
        """Remove builds but the current, the last `keep` published and the last that was not published.

        Gives the numbers of those removed.
        """
        current = self.current()
        builds = self.all()
        published = [b.number for b in builds if b.status == "published"]
        others = [b.number for b in builds if b.status != "published"]
        kept = {*published[-max(keep, 1) :], *others[-1:], *([current.number] if current else [])}
        removed = [b.number for b in builds if b.number not in kept]
        for number in removed:
            # Out of sight first: a half-removed build must not look like a build.
            gone = self.folder / f"{_REMOVED}{number}"
            os.replace(self.path(number), gone)
            shutil.rmtree(gone)
        return removed

    def history(self) -> list[dict[str, Any]]:
        """What was published when, oldest first: action, build, at, by, reason."""
        try:
            lines = (self.folder / _HISTORY).read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return list(_readable(lines))

    def _note(self, action: str, build: Build, reason: str | None) -> None:
        line = {
            "at": _now(),
            "action": action,
            "build": build.number,
            "by": getpass.getuser(),
            "reason": reason,
        }
        with _writing(self.folder), (self.folder / _HISTORY).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def _numbers(self) -> list[int]:
        if not self.folder.is_dir():
            return []
        return sorted(int(p.name) for p in self.folder.iterdir() if p.name.isdecimal() and p.is_dir())


def _readable(lines: list[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            yield json.loads(line)
        except ValueError:
            continue  # a line that a crash cut short: what it would have said is in the build's record


@contextmanager
def _writing(where: Path) -> Iterator[None]:
    """Turn the system's refusal to write into an error that says where and what to do."""
    try:
        yield
    except OSError as error:
        raise LeadlineError(
            f"the folder of builds cannot be written to: {error.strerror}",
            where=str(where),
            fix="free some room or correct its permissions; what is published stays as it was",
        ) from error


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
