"""The options of `leadline land`, and what they mean together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from leadline.errors import RequestError


class Originals(StrEnum):
    """How landed files are kept as they came."""

    PLAIN = "plain"
    ENCRYPTED = "encrypted"
    NONE = "none"


class Dates(StrEnum):
    """Which of day and month comes first."""

    DMY = "dmy"
    MDY = "mdy"


class Clock(StrEnum):
    """Since when figures count as known."""

    EXPORTED = "exported"
    LANDED = "landed"


Paths = Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Exports, and folders of them.")]
Store = Annotated[
    Path | None, typer.Option("--store", envvar="LEADLINE_STORE", help="The store's folder [landing/store].")
]
Account = Annotated[str | None, typer.Option("--account", help="The account, where files do not say it.")]
Currency = Annotated[
    str | None, typer.Option("--currency", help="The currency of amounts, where files do not say it.")
]
TimeZone = Annotated[
    str | None, typer.Option("--time-zone", help="The time zone of days, where files do not say it.")
]
Decimal = Annotated[
    str | None, typer.Option("--decimal", help="The decimal sign, , or ., where values leave it open.")
]
DatesOption = Annotated[
    Dates | None, typer.Option("--dates", help="Day or month first, where values leave it open.")
]
ExportedAt = Annotated[
    str | None,
    typer.Option("--exported-at", help="When the files were exported [a day in the name, or last changed]."),
]
As = Annotated[str | None, typer.Option("--as", help="The export format; --formats lists them.")]
Window = Annotated[
    str | None, typer.Option("--window", help="The attribution window to land, of files with several.")
]
MaxBad = Annotated[str, typer.Option("--max-bad", help="The share of lines that may not fit.")]
OriginalsOption = Annotated[
    Originals | None,
    typer.Option(
        "--originals", help="How files are kept as they came [plain; with personal data encrypted, or none]."
    ),
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", envvar="LEADLINE_STORE_KEY_FILE", help="The key of encrypted originals."),
]
NewKey = Annotated[Path | None, typer.Option("--new-key", help="Write a new key to this file, and stop.")]
KeepPii = Annotated[
    bool, typer.Option("--keep-pii", help="Land addresses, names and phones as they are, not hashed.")
]
Accounts = Annotated[
    Path | None,
    typer.Option("--accounts", help="The list of accounts that may land [accounts.yml of the store]."),
]
Mappings = Annotated[
    Path, typer.Option("--mappings", help="The folder of mapping files, which teach unknown exports.")
]
Again = Annotated[bool, typer.Option("--again", help="Land files again that are there already.")]
By = Annotated[str | None, typer.Option("--by", help="Who lands [the user].")]
Learn = Annotated[
    Path | None, typer.Option("--learn", help="Propose a mapping file for this export, and stop.")
]
Formats = Annotated[bool, typer.Option("--formats", help="List the export formats, and stop.")]
History = Annotated[
    bool, typer.Option("--history", help="List what landed; with --day, how a day was restated.")
]
Day = Annotated[str | None, typer.Option("--day", help="With --history: the day, YYYY-MM-DD.")]
Aliases = Annotated[
    bool, typer.Option("--aliases", help="Apply aliases.yml of the store and list renames to add to it.")
]
Forget = Annotated[
    str | None, typer.Option("--forget", help="Remove this person (e-mail address or phone) everywhere.")
]
Watch = Annotated[bool, typer.Option("--watch", help="Keep looking for new files.")]
Json = Annotated[bool, typer.Option("--json", help="Write JSON.")]


@dataclass(frozen=True, slots=True)
class Mode:
    """Which of the command's ways was asked for; at most one."""

    learn: Path | None
    formats: bool
    history: bool
    day: str | None
    aliases: bool
    forget: str | None
    new_key: Path | None

    def check(self, paths: list[Path], *, watch: bool) -> None:
        """Raise a usage error where options contradict each other or nothing is to be done."""
        given = [
            name
            for name, value in (
                ("--learn", self.learn),
                ("--formats", self.formats),
                ("--history", self.history),
                ("--aliases", self.aliases),
                ("--forget", self.forget),
                ("--new-key", self.new_key),
            )
            if value
        ]
        if len(given) > 1:
            raise typer.BadParameter("one at a time", param_hint=" and ".join(given))
        if given and (paths or watch):
            raise typer.BadParameter("it lands nothing: leave out files and --watch", param_hint=given[0])
        if not given and not paths:
            raise typer.BadParameter("name files or folders to land", param_hint="PATH")
        if self.day and not self.history:
            raise typer.BadParameter("it belongs to --history", param_hint="--day")


def share(text: str) -> float:
    """`1%` or `0.01` as a share from 0 to 1. Raises RequestError otherwise."""
    bare = text.strip()
    try:
        found = float(bare.removesuffix("%")) / (100 if bare.endswith("%") else 1)
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise RequestError(f"{text!r} is not a share", where="--max-bad", fix="write 1% or 0.01")
    return found
