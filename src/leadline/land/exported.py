"""When a file was exported: as the user says, else the day in its name, else when it was last changed."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final, Literal

from leadline.errors import RequestError

_ISO: Final = re.compile(
    r"(?<!\d)(20\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -]+(?:at )?([01]\d|2[0-3])[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?s?)?(?!\d)",
    re.IGNORECASE,
)
From = Literal["option", "name", "modified"]


@dataclass(frozen=True, slots=True)
class Exported:
    """A time in UTC without zone, and where it is from."""

    at: dt.datetime
    source: From


def given(text: str) -> dt.datetime:
    """The time that a user wrote: a day, or a time with or without a zone (without one it is UTC).

    Raises:
        RequestError: it is neither.
    """
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise RequestError(
            f"{text!r} is not a time", where="--exported-at", fix="write 2026-02-03 or 2026-02-03T09:30:00"
        ) from error
    return _naive(found)


def exported(name: str, modified: float, option: dt.datetime | None) -> Exported:
    """When a file of that name, last changed at `modified` (seconds since 1970), was exported.

    A name with one day states it; one with several states a period, which is not the day of the export. A day
    to come is not the day of an export either.
    """
    if option is not None:
        return Exported(option, "option")
    found = [moment for match in _ISO.finditer(PurePath(name).name) if (moment := _moment(match)) is not None]
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    if len({moment.date() for moment in found}) == 1 and max(found) <= now:
        return Exported(max(found), "name")
    return last_changed(modified)


def last_changed(modified: float) -> Exported:
    """The time of a file's last change."""
    return Exported(_naive(dt.datetime.fromtimestamp(int(modified), dt.UTC)), "modified")


def _moment(match: re.Match[str]) -> dt.datetime | None:
    year, _, month, day, hour, minute, second = match.groups()
    try:
        return dt.datetime(
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
    except ValueError:
        # 30 February: digits that are no date.
        return None


def _naive(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
