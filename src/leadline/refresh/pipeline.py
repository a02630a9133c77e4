"""Land, build, check, write, publish: in this order, and nothing is seen before all of it has passed."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from leadline.errors import LeadlineError
from leadline.refresh.builds import Build, Builds
from leadline.refresh.turn import turn

LOG: Final = "refresh.jsonl"
KEEP: Final = 5

Outcome = Literal["passed", "warned", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Found:
    """What a step found. Critical failures keep a build from being published; warnings are told."""

    outcome: Outcome = "passed"
    message: str = ""
    critical: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step by name; `run` works in the build's folder. An error that it raises is critical."""

    name: str
    run: Callable[[Build, Path], Found]
    after_publishing: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the log."""

    at: str
    build: int
    step: str
    outcome: Outcome
    seconds: float
    message: str = ""

    def as_json(self) -> str:
        """The line as JSON."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Result:
    """How a refresh ended."""

    build: Build
    is_published: bool
    critical: tuple[str, ...] = ()
    removed: tuple[int, ...] = ()
    interrupted: tuple[int, ...] = ()
    lines: tuple[Told, ...] = field(default=())


def refresh(
    builds: Builds,
    steps: Sequence[Step],
    *,
    keep: int = KEEP,
    publish_anyway: str | None = None,
    tell: Callable[[Told], Any] = lambda line: None,
) -> Result:
    """Run one refresh.

    Args:
        builds: where builds are kept.
        steps: what makes a build, in order. The first critical failure ends it, unless it is to be
            published anyway and what is published is there.
        keep: how many published builds stay.
        publish_anyway: a reason that is recorded with the build; critical failures do not stop it then.
        tell: is given every line of the log as it is written.

    Raises:
        BusyError: another refresh holds the folder.
        LeadlineError: the folder cannot be written to.
    """
    with turn(builds.folder):
        interrupted = builds.recover()
        build = builds.begin()
        log = _Log(builds, build, tell)
        critical = _run(build, builds, [s for s in steps if not s.after_publishing], log, publish_anyway)
        if critical and not (publish_anyway and builds.file(build.number).is_file()):
            rejected = builds.reject(build, critical)
            log.add("publish", "failed", 0.0, f"not published: {critical[0]}")
            removed = builds.prune(keep)
            return Result(rejected, False, critical, tuple(removed), _numbers(interrupted), tuple(log.lines))
        started = time.monotonic()
        published = builds.publish(build, reason=publish_anyway if critical else None)
        log.add("publish", "warned" if critical else "passed", time.monotonic() - started)
        later = _run(published, builds, [s for s in steps if s.after_publishing], log, "published")
        removed = builds.prune(keep)
        found = (*critical, *later)
        return Result(published, True, found, tuple(removed), _numbers(interrupted), tuple(log.lines))


def _run(
    build: Build, builds: Builds, steps: Sequence[Step], log: _Log, publish_anyway: str | None
) -> tuple[str, ...]:
    critical: list[str] = []
    for step in steps:
        started = time.monotonic()
        try:
            found = step.run(build, builds.path(build.number))
        except LeadlineError as error:
            found = Found("failed", str(error), (f"{step.name}: {error.what}",))
        except OSError as error:
            found = Found("failed", str(error), (f"{step.name}: {error.strerror or error}",))
        log.add(step.name, found.outcome, time.monotonic() - started, found.message)
        critical += found.critical
        if critical and not publish_anyway:
            break
    return tuple(critical)


def _numbers(builds: Sequence[Build]) -> tuple[int, ...]:
    return tuple(build.number for build in builds)


class _Log:
    """Lines of JSON, one a step, in one file for all builds; each is told as it is written."""

    def __init__(self, builds: Builds, build: Build, tell: Callable[[Told], Any]) -> None:
        self.path = builds.folder / LOG
        self.build = build
        self.tell = tell
        self.lines: list[Told] = []

    def add(self, step: str, outcome: Outcome, seconds: float, message: str = "") -> None:
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        line = Told(at, self.build.number, step, outcome, round(seconds, 3), message)
        self.lines.append(line)
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line.as_json() + "\n")
        except OSError as error:
            raise LeadlineError(
                f"the log of refreshes cannot be written: {error.strerror}",
                where=str(self.path),
                fix="free some room or correct its permissions; what is published stays as it was",
            ) from error
        self.tell(line)
