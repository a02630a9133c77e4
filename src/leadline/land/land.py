"""To land files: each is read, recognised, converted and kept, or refused with the reason; others go on."""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from leadline.errors import LeadlineError
from leadline.land.convert import Context, Converted, convert
from leadline.land.exported import Exported, exported, last_changed
from leadline.land.format import Format
from leadline.land.inbox import Export
from leadline.land.personal import holds_personal_data
from leadline.land.reading.read import ReadOptions, read_file
from leadline.land.recognise import Recognised, recognise
from leadline.land.refusals import Code, Refusal
from leadline.land.rows import HIDDEN
from leadline.land.store import originals
from leadline.land.store.accounts import Accounts, strangers
from leadline.land.store.change import Change, change
from leadline.land.store.incoming import Facts, Incoming, Keep, Rows, Stated
from leadline.land.store.keeping import is_sound, keep
from leadline.land.store.layout import Layout
from leadline.land.store.ledger import Landed
from leadline.land.store.parts import digest
from leadline.land.store.person import pii_salt
from leadline.land.values.dates import Order

Status = Literal["landed", "in part", "already there", "refused"]
_ADDRESS: Final = r"[^\s@\"',;<>()]+(@|%40)[^\s@\"',;<>()]+\.[A-Za-z]+"
# Most pages export one account without its name; only where a list says whose files may land must it be said.
UNNAMED: Final = "default"
# A table that says nothing of these kinds is no fault of the file beside tables that land.
_BESIDE: Final[frozenset[Code]] = frozenset({"unrecognised", "no-rows"})
# Without these the rest of a file can still be right.
_PART: Final[frozenset[Code]] = frozenset({"whole-period", "missing-columns"})


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says of the files. `keep` None: plain without personal data, else encrypted or none.

    `usual_zone` is that of the project, for times of which neither the file nor the user says the zone.
    """

    account: str | None = None
    currency: str | None = None
    time_zone: str | None = None
    usual_zone: str | None = None
    decimal: str | None = None
    dates: Order | None = None
    exported_at: dt.datetime | None = None
    format: str | None = None
    window: str | None = None
    max_bad: float = 0.01
    keep: Keep | None = None
    key: bytes | None = None
    keep_pii: bool = False
    by: str = "unknown"
    accounts: Accounts | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one export; `landed` is its line in the ledger, `error` why it was refused."""

    name: str
    status: Status
    landed: Landed | None = None
    error: LeadlineError | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all exports, in order."""

    outcomes: tuple[Outcome, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether all is landed or was already there."""
        return not any(outcome.status in ("refused", "in part") for outcome in self.outcomes)


Progress = Callable[[int, Outcome | None, str], None]


@dataclass(slots=True)
class _Read:
    """The tables of a file, converted; `left` are those that did not land, with the reason."""

    tables: list[tuple[Recognised, Converted]] = field(default_factory=list)
    left: list[Refusal] = field(default_factory=list)


def land(
    exports: Sequence[Export],
    layout: Layout,
    options: Options,
    formats: Sequence[Format],
    progress: Progress | None = None,
) -> Report:
    """Land exports one after the other; each is kept, or refused, for itself.

    Args:
        formats: the known ones and those of mapping files.
        progress: told the number of the export that begins, what became of the one before, and its name.

    Raises:
        StoreError: the store cannot be changed at all: a full disk, missing rights, a damaged ledger.
        RequestError: an option is not what it should be, or there is no key for originals.
    """
    outcomes: list[Outcome] = []
    for number, export in enumerate(exports, 1):
        if progress:
            progress(number, outcomes[-1] if outcomes else None, export.name)
        outcomes.append(_land_one(export, layout, options, formats))
    return Report(tuple(outcomes))


def _land_one(export: Export, layout: Layout, options: Options, formats: Sequence[Format]) -> Outcome:
    import duckdb

    with change(layout) as under_way:
        path = export.packed(under_way.workspace)
        sha = digest(path)
        known = under_way.ledger.find(sha)
        if known is not None and not options.again and is_sound(under_way, known):
            return Outcome(export.name, "already there", known)
        try:
            incoming, left = _incoming(export, path, sha, under_way, options, formats)
        except Refusal as refusal:
            return Outcome(export.name, "refused", error=_placed(refusal, path, export))
        except (LeadlineError, OSError, duckdb.IOException, duckdb.OutOfMemoryException):
            raise
        except Exception as error:
            if os.environ.get("LEADLINE_DEBUG") == "1":
                raise
            return Outcome(export.name, "refused", error=_fault(error, path))
        landed = keep(under_way, incoming, by=options.by, key=options.key)
    notes = (*landed.notes, *(f"not landed: {_brief(one)}" for one in left))
    if known is not None and not options.again:
        notes = ("its rows were damaged in the store, and are repaired", *notes)
    in_part = any(one.code not in _BESIDE for one in left)
    return Outcome(export.name, "in part" if in_part else "landed", landed, notes=notes)


def _placed(refusal: Refusal, path: Path, export: Export) -> Refusal:
    """The refusal of a folder speaks of the folder, not of the archive that it was read from."""
    if not export.members or refusal.where is None:
        return refusal
    where = refusal.where.replace(str(path), str(export.path))
    refusal.where = None
    return refusal.at(where)


def _fault(error: Exception, path: Path) -> LeadlineError:
    """What a file did that nobody thought of: it is refused, and the others land."""
    summary = " ".join(str(error).split()) or "no message"
    return LeadlineError(
        f"Leadline failed on this file in a way that it should not: {type(error).__name__}: {summary}",
        where=str(path),
        fix="land it again with LEADLINE_DEBUG=1 and report the traceback (see CONTRIBUTING.md)",
    )


def _incoming(
    export: Export, path: Path, sha: str, under_way: Change, options: Options, formats: Sequence[Format]
) -> tuple[Incoming, list[Refusal]]:
    before = path.stat()
    moment = exported(export.name, export.modified(), options.exported_at)
    read = _converted(path, sha, moment, under_way.workspace, options, formats)
    if moment.source == "name" and _last_day(read) > moment.at.date():
        # The day in the name is one of those that the file speaks of: not when it was exported.
        moment = last_changed(export.modified())
        read = _converted(path, sha, moment, under_way.workspace, options, formats)
    after = path.stat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refusal(
            "unreadable", "the file changed while it was read", where=str(path), fix="land it again"
        )
    _check_accounts(read, options.accounts, path)
    facts = _facts(export, sha, before.st_size, moment, read)
    if options.time_zone is None and any(_of_usual_zone(*one, options) for one in read.tables):
        told = (
            f"its times are taken for those of {options.usual_zone}, as in the project: else say --time-zone"
        )
        facts = replace(facts, notes=(*facts.notes, told))
    if UNNAMED in facts.accounts and options.account is None:
        told = f"it names no account and is kept under {UNNAMED!r}: say --account ID where there are several"
        facts = replace(facts, notes=(*facts.notes, told))
    keep_as = _kept(path, read, options)
    if options.keep is None and keep_as != "plain":
        how = (
            "encrypted"
            if keep_as == "encrypted"
            else "not kept: name a key (--key-file) or --originals plain"
        )
        facts = replace(facts, notes=(*facts.notes, f"it holds personal data, so the original is {how}"))
    quarantine = _quarantine(read, under_way.workspace, keep_pii=options.keep_pii)
    return Incoming(facts, tuple(_rows(read)), path, keep_as, quarantine), read.left


def _converted(
    path: Path, sha: str, moment: Exported, workspace: Path, options: Options, formats: Sequence[Format]
) -> _Read:
    """Every table of the file, converted. Raises a Refusal where none lands, or one spoils the file."""
    context = Context(
        file=sha,
        exported_at=moment.at,
        account=options.account,
        currency=options.currency,
        time_zone=options.time_zone,
        decimal=options.decimal,
        dates=options.dates,
        window=options.window,
        usual_zone=options.usual_zone,
        unnamed=UNNAMED if options.accounts is None else None,
        max_bad=options.max_bad,
        keep_pii=options.keep_pii,
        salt=pii_salt(),
    )
    read = _Read()
    for number, table in enumerate(read_file(path, ReadOptions(), formats)):
        folder = workspace / f"table-{number}"
        folder.mkdir(exist_ok=True)
        try:
            recognised = recognise(table, formats, options.format)
            read.tables.append((recognised, convert(table, recognised, context, folder)))
        except Refusal as refusal:
            if refusal.code not in _BESIDE | _PART:
                raise
            read.left.append(refusal)
    if not read.tables:
        raise next((one for one in read.left if one.code in _PART), read.left[0])
    return read


def _last_day(read: _Read) -> dt.date:
    return max((c.period[1] for _, c in read.tables if c.period), default=dt.date.min)


def _of_usual_zone(recognised: Recognised, made: Converted, options: Options) -> bool:
    format = recognised.format
    asked = "time_zone" in format.needs and format.time_zone is None
    return asked and options.usual_zone is not None and made.time_zone == options.usual_zone


def _check_accounts(read: _Read, listed: Accounts | None, path: Path) -> None:
    """Refuses the file of another client."""
    if listed is None:
        return
    for recognised, converted in read.tables:
        source = recognised.format.source
        unknown = strangers(listed, source, converted.accounts)
        if unknown or (not converted.accounts and "account" in recognised.format.needs):
            allowed = listed.get(source, ())
            raise Refusal(
                "other-account",
                f"it is of {_accounts(unknown)}, which the list of accounts does not have for {source}"
                if unknown
                else "it names no account, and only listed accounts may land",
                where=str(path),
                expected=allowed,
                fix="land it in the store of that client, or add the account to accounts.yml"
                if unknown
                else "say it with --account ID",
            )


def _accounts(unknown: Sequence[str]) -> str:
    return f"account {unknown[0]}" if len(unknown) == 1 else f"accounts {', '.join(unknown)}"


def _facts(export: Export, sha: str, size: int, moment: Exported, read: _Read) -> Facts:
    made = [converted for _, converted in read.tables]
    periods = [one.period for one in made if one.period]
    counts: Counter[str] = Counter()
    for one in made:
        counts.update(asdict(one.accounting))
    currencies = sorted({currency for one in made for currency in one.currencies})
    zones = sorted({one.time_zone for one in made if one.time_zone})
    return Facts(
        sha256=sha,
        name=export.name,
        size=size,
        recognised=tuple(dict.fromkeys(recognised.format.name for recognised, _ in read.tables)),
        exported_at=moment.at,
        exported_from=moment.source,
        language=read.tables[0][0].language,
        period_start=min((start for start, _ in periods), default=None),
        period_end=max((end for _, end in periods), default=None),
        accounts=tuple(sorted({account for one in made for account in one.accounts})),
        currency=", ".join(currencies) or None,
        time_zone=", ".join(zones) or None,
        counts=dict(counts),
        notes=tuple(dict.fromkeys(note for one in made for note in one.notes)),
        totals=tuple(one for table in read.tables for one in _totals(*table)),
    )


def _totals(recognised: Recognised, made: Converted) -> Iterator[Stated]:
    """The totals that a table states, one for each raw column that carries what they are of."""
    header = {c.name: recognised.table.header[position] for position, c in recognised.columns.items()}
    for one in made.footers:
        figures = (header.get(one.column, one.column), one.stated, one.summed, one.tolerance)
        for raw in one.raw:
            yield Stated(one.line, *figures, (raw.source, raw.table, raw.column), raw.factor)
        if not one.raw:
            yield Stated(one.line, *figures)


def _rows(read: _Read) -> list[Rows]:
    return [
        Rows(
            source=written.source,
            table=written.table,
            paths=(written.path,),
            day=written.day,
            key=written.key,
            account=written.account,
            scope=written.scope,
            owner=converted.accounts[0] if len(converted.accounts) == 1 else None,
        )
        for _, converted in read.tables
        for written in converted.targets
    ]


def _kept(path: Path, read: _Read, options: Options) -> Keep:
    """How the original is kept: as told, else in the open only without personal data."""
    if options.keep is not None:
        return options.keep
    if not holds_personal_data(path, [recognised for recognised, _ in read.tables]):
        return "plain"
    return "encrypted" if options.key is not None else "none"


def _quarantine(read: _Read, workspace: Path, *, keep_pii: bool) -> Path | None:
    """What did not fit, of all tables together; addresses in it are hidden."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    made = [
        pq.read_table(converted.quarantine).append_column(
            "format", pa.array([recognised.format.name] * pq.read_metadata(converted.quarantine).num_rows)
        )
        for recognised, converted in read.tables
        if converted.quarantine is not None
    ]
    if not made:
        return None
    rows = pa.concat_tables(made)
    if not keep_pii:
        at = rows.column_names.index("value")
        hidden = pc.replace_substring_regex(rows["value"], _ADDRESS, HIDDEN)
        rows = rows.set_column(at, "value", hidden)
    target = workspace / "quarantine.parquet"
    pq.write_table(rows, target)
    return target


def _brief(refusal: Refusal) -> str:
    return f"{refusal.where}: {refusal.reason}" if refusal.where else refusal.reason


def default_key(file: Path | None) -> bytes | None:
    """The key of originals, where there is one. Raises RequestError if it cannot be read."""
    return originals.find_key(file)


def user_name() -> str:
    """Who lands, where --by does not say it."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A process in a container may be of a user that nobody knows.
        return "unknown"
