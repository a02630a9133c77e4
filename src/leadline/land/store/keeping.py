"""To keep one file: its rows, its original, its quarantine, and its line in the ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from leadline.errors import RequestError
from leadline.land.store import originals
from leadline.land.store.accounts import plain_account
from leadline.land.store.change import Change, original_name, quarantine_name, with_sequence
from leadline.land.store.disk import place
from leadline.land.store.incoming import Incoming
from leadline.land.store.ledger import Landed, Ledger, Part
from leadline.land.store.parts import day_in, digest, store_rows


def keep(change: Change, incoming: Incoming, *, by: str, key: bytes | None = None) -> Landed:
    """Keep a file and commit. `by` is who landed it, `key` what its original is encrypted with.

    Raises:
        StoreError: the disk refuses, or a part that the snapshot needs is damaged.
        RequestError: the original is to be encrypted, and there is no key or not the store's.
    """
    known = with_sequence(change.ledger)
    if incoming.keep == "encrypted":
        known = replace(known, key_mark=key_mark(known, key))
    parts: list[Part] = []
    for rows in incoming.rows:
        parts += store_rows(change.connection, rows, change.workspace, change.layout.parts)
    landed = _landed(incoming, by, known.sequence, tuple(parts))
    landed = replace(landed, notes=(*landed.notes, *replaced_notes(change.ledger, landed)))
    _keep_original(change, incoming, landed, key)
    if incoming.quarantine is not None:
        place(incoming.quarantine, change.layout.quarantine / quarantine_name(landed))
    change.commit(known.with_file(landed), anew=change.ledger.find(landed.sha256) is not None)
    return landed


def key_mark(known: Ledger, key: bytes | None) -> str:
    """The mark of the key, which has to be the one that the store's originals are encrypted with."""
    if key is None:
        raise RequestError(
            "there is no key to encrypt originals with",
            fix=f"make one with `leadline land --new-key FILE`, and name it with --key-file or "
            f"{originals.KEY_FILE_VARIABLE}; or choose --originals none or plain",
        )
    mark = originals.mark_of(key)
    if known.key_mark not in (None, mark):
        raise RequestError(
            "the originals of this store are encrypted with another key",
            fix="give that key, or choose --originals none",
        )
    return mark


def _landed(incoming: Incoming, by: str, sequence: int, parts: tuple[Part, ...]) -> Landed:
    facts = incoming.facts
    return Landed(
        sha256=facts.sha256,
        name=facts.name,
        size=facts.size,
        sequence=sequence,
        landed_at=dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0),
        by=by,
        recognised=facts.recognised,
        exported_at=facts.exported_at,
        exported_from=facts.exported_from,
        language=facts.language,
        period_start=facts.period_start,
        period_end=facts.period_end,
        accounts=facts.accounts,
        currency=facts.currency,
        time_zone=facts.time_zone,
        counts=dict(facts.counts),
        notes=facts.notes,
        original=incoming.keep,
        quarantine=incoming.quarantine is not None,
        parts=parts,
        totals=facts.totals,
    )


def _keep_original(change: Change, incoming: Incoming, landed: Landed, key: bytes | None) -> None:
    name = original_name(landed)
    if name is None:
        return
    target = change.layout.originals / name
    if key is not None and incoming.keep == "encrypted":
        pieces = originals.read_pieces(incoming.original)
        originals.keep_encrypted(pieces, key, change.workspace, target)
    else:
        originals.keep_plain(incoming.original, change.workspace, target)


def replaced_notes(known: Ledger, landed: Landed) -> tuple[str, ...]:
    """What this landing replaces, and what it leaves to newer exports, in words."""
    notes = []
    tables = sorted({(part.source, part.table) for part in landed.parts if part.day})
    for source, table in tables:
        mine = {
            (plain_account(p.account), unit)
            for p in landed.parts
            if (p.source, p.table) == (source, table)
            for unit in p.units
        }
        older: set[tuple[str, str]] = set()
        newer: set[tuple[str, str]] = set()
        for file, part in known.parts():
            if (part.source, part.table) == (source, table) and file.sha256 != landed.sha256:
                shared = {(plain_account(part.account), unit) for unit in part.units} & mine
                (newer if file.order > landed.order else older).update(shared)
        if older - newer:
            notes.append(f"{source}.{table}: replaces {_days(older - newer)} of earlier exports")
        if newer:
            notes.append(f"{source}.{table}: newer exports keep {_days(newer)}")
    return tuple(notes)


def _days(units: Iterable[tuple[str, str]]) -> str:
    days = sorted({day_in(unit) for _, unit in units})
    count = "1 day" if len(days) == 1 else f"{len(days)} days"
    return f"{count} ({days[0]})" if len(days) == 1 else f"{count} ({days[0]} to {days[-1]})"


def is_sound(change: Change, landed: Landed) -> bool:
    """Whether the parts of a landed file are there as they were written."""
    folder = change.layout.parts
    return all(
        (path := folder / part.name).is_file() and digest(path)[:32] == part.name.removesuffix(".parquet")
        for part in landed.parts
    )
