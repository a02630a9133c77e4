"""What each recipient was told already, so that an alarm is sent once until it ends or grows graver."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadline.check.alarm import RANK, Alarm
from leadline.errors import LeadlineError
from leadline.measurement.model import Recipient, Text

VERSION = 1


@dataclass(frozen=True, slots=True)
class Told:
    """An alarm that a recipient knows of."""

    severity: str
    title: Text
    message: Text


@dataclass(frozen=True, slots=True)
class News:
    """What a recipient is to be told: alarms that are new or graver, and those that ended."""

    alarms: tuple[Alarm, ...]
    ended: Mapping[str, Told]
    after: Mapping[str, Told]

    def __bool__(self) -> bool:
        return bool(self.alarms or self.ended)


State = dict[str, dict[str, Told]]


def read_state(path: Path) -> State:
    """The state in a file, empty where there is none. Raises LeadlineError where it cannot be read."""
    if not path.is_file():
        return {}
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        all_told = {VERSION: data["told"]}[data["version"]]
        return {who: {key: _told(item) for key, item in known.items()} for who, known in all_told.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise LeadlineError(
            "the state of the alerts cannot be read",
            where=str(path),
            fix="remove the file (every alarm is then sent again), or name another with --state",
        ) from error


def _told(item: Mapping[str, Any]) -> Told:
    return Told(item["severity"], Text(**item["title"]), Text(**item["message"]))


def write_state(path: Path, state: State) -> None:
    """Replace the file in one step, so that a crash leaves the old one."""
    data = {"version": VERSION, "told": {who: _items(known) for who, known in sorted(state.items())}}
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise LeadlineError(
            f"the state of the alerts cannot be written: {error.strerror}",
            where=str(path),
            fix="name another file with --state",
        ) from error


def _items(known: Mapping[str, Told]) -> dict[str, Any]:
    return {
        key: {
            "severity": told.severity,
            "title": {"en": told.title.en, "fr": told.title.fr},
            "message": {"en": told.message.en, "fr": told.message.fr},
        }
        for key, told in sorted(known.items())
    }


def news(
    recipient: Recipient,
    alarms: Sequence[Alarm],
    known: Mapping[str, Told],
    undecided: Collection[str],
    rules: Collection[str],
) -> News:
    """What to tell a recipient, and what is known to it afterwards.

    An alarm that is no longer raised has ended, unless its rule is not one of `rules`, which were evaluated,
    or could not decide (`undecided`: keys of rules or of single groups).
    """
    wanted = {alarm.key: alarm for alarm in alarms if alarm.severity in recipient.severities}
    fresh = [
        alarm
        for key, alarm in wanted.items()
        if key not in known or RANK[alarm.severity] > RANK[known[key].severity]
    ]
    raised = {alarm.key for alarm in alarms}
    gone = {key for key in known if key not in raised and key.split("/")[0] in rules}
    ended = {key for key in gone if key not in undecided and key.split("/")[0] not in undecided}
    after = {key: told for key, told in known.items() if key not in ended}
    after |= {key: Told(alarm.severity, alarm.title, alarm.message) for key, alarm in wanted.items()}
    return News(tuple(fresh), {key: known[key] for key in sorted(ended)}, after)
