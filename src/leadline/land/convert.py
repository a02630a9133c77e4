"""One recognised table of one file to rows of raw tables, quarantine and accounting, in a stream.

What is not lost: every line of the table's part of the file is counted exactly once, as an accepted row, a
quarantined record, a total, a blank, a header, a line of the preamble, or a further line of one of these.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from leadline.errors import nearest
from leadline.land import engine
from leadline.land.accounting import Accounting, accounting, refuse_bad
from leadline.land.engine import Typed, Written
from leadline.land.evidence import Plans, plans
from leadline.land.facts import Context, Said, checked, said
from leadline.land.footers import FooterSum, compared, with_raw
from leadline.land.headers import plain
from leadline.land.known import currency_beside, known
from leadline.land.reading.records import Chunk
from leadline.land.reading.tables import SourceTable
from leadline.land.recognise import Recognised
from leadline.land.refusals import Refusal
from leadline.land.rows import Bad, Batch, Total, Typer, positions

__all__ = ["Accounting", "Context", "Converted", "FooterSum", "Written", "convert"]

_QUARANTINE = pa.schema(
    [
        ("line", pa.int64()),
        ("lines", pa.int64()),
        ("column", pa.string()),
        ("value", pa.string()),
        ("reason", pa.string()),
    ]
)


_EMPTY = pa.table({})


@dataclass(frozen=True, slots=True)
class Converted:
    """What a table became: files in the folder, and what is known of it."""

    targets: tuple[Written, ...]
    quarantine: Path | None
    accounting: Accounting
    footers: tuple[FooterSum, ...]
    period: tuple[dt.date, dt.date] | None
    accounts: tuple[str, ...]
    currencies: tuple[str, ...]
    time_zone: str | None
    decimal: str | None
    date_order: str | None
    bad: tuple[Bad, ...]
    notes: tuple[str, ...]


def convert(table: SourceTable, recognised: Recognised, context: Context, folder: Path) -> Converted:
    """Writes the rows of a table for every target of its format, and its quarantine, into `folder`.

    Args:
        table: as `read_file` gave it.
        recognised: as `recognise` gave it; its own `table` is read, which the format may have reshaped.
        context: what the user says; see Context.
        folder: where files are written, and nowhere else; it exists.

    Raises:
        Refusal: why the table is not landed. Nothing that it wrote before is left.
        RequestError: the context has an unreadable currency, time zone, decimal sign or order of dates.
    """
    checked(context)
    made = _Conversion(recognised, context, folder)
    try:
        return made.run()
    except Refusal:
        for path in made.written:
            path.unlink(missing_ok=True)
        raise
    finally:
        made.staged.unlink(missing_ok=True)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    texts = [field.name for field in schema if pa.types.is_string(field.type)]
    # Written and read once: compressing costs more than it saves.
    return pq.ParquetWriter(path, schema, compression="none", use_dictionary=texts)


@dataclass(frozen=True, slots=True)
class Preview:
    """Typed rows as the targets would see them: the format's columns and `_line`."""

    rows: pa.Table
    accounting: Accounting
    bad: tuple[Bad, ...]
    totals: tuple[Total, ...]
    decimal: str | None
    date_order: str | None


def preview(recognised: Recognised, context: Context) -> Preview:
    """The first records of a table (all of a small one), typed, without writing anything.

    Raises:
        Refusal: the numbers or dates are ambiguous, or too much fits nowhere.
    """
    made = _Conversion(recognised, context, Path())
    typer, chunks, decided, _, _ = made.prepared()
    batch = typer.batch(next(chunks))
    made.batches.append(batch)
    made.refuse_bad()
    return Preview(
        batch.table,
        accounting(made.table, made.batches),
        tuple(batch.bad),
        tuple(batch.totals),
        decided.mark,
        decided.order,
    )


class _Conversion:
    """One table on its way."""

    def __init__(self, recognised: Recognised, context: Context, folder: Path) -> None:
        self.table = recognised.table
        self.recognised = recognised
        self.format = recognised.format
        self.context = context
        self.folder = folder
        self.staged = folder / "typed.parquet.tmp"
        self.written: list[Path] = []
        self.batches: list[Batch] = []

    def run(self) -> Converted:
        typer, chunks, decided, spoken, whole = self.prepared()
        rows = self._typed(typer, chunks, whole=whole)
        self.refuse_bad()
        return self._finished(rows, spoken, decided, typer.period)

    def prepared(self) -> tuple[Typer, Iterator[Chunk], Plans, Said, bool]:
        """How columns are read, the chunks to read so, what is said beside them, and whether one is all."""
        spoken = said(self.table, self.recognised, self.context)
        chunks, whole = self._chunks()
        first = next(chunks, None)
        if first is None:
            first = self._nothing()
        decided = plans(self.table, self.recognised, spoken, self.context, first, whole=whole)
        beside = currency_beside(self.recognised, first, self.table.where, spoken.currency)
        spoken = replace(spoken, currency=beside or spoken.currency)
        typer = Typer(self.table, self.recognised, decided, self.context, spoken.period(decided.order))
        return typer, itertools.chain([first], chunks), decided, spoken, whole

    def _chunks(self) -> tuple[Iterator[Chunk], bool]:
        """The chunks, and whether there is but one."""
        stream = self.table.chunks(positions(self.recognised, len(self.table.header)))
        ahead = list(itertools.islice(stream, 2))
        return itertools.chain(ahead, stream), len(ahead) < 2

    def _nothing(self) -> Chunk:
        wanted = positions(self.recognised, len(self.table.header))
        empty = pa.array([], pa.int64()).to_numpy()
        return Chunk(pa.table({str(p): pa.array([], pa.string()) for p in wanted}), empty, empty)

    def _typed(self, typer: Typer, chunks: Iterator[Chunk], *, whole: bool) -> pa.Table | Path:
        """The accepted rows: in memory where one chunk is all, else in a file for the engine to stream."""
        if whole:
            batch = typer.batch(next(chunks))
            self.batches.append(batch)
            return batch.table
        first = typer.batch(next(chunks))
        # Reading ahead and writing behind let go of the interpreter, so that three steps run side by side.
        with _writer(self.staged, first.table.schema) as writer, ThreadPoolExecutor(2) as pool:
            written = self._behind(pool, writer, first)
            upcoming = pool.submit(next, chunks, None)
            while (chunk := upcoming.result()) is not None:
                upcoming = pool.submit(next, chunks, None)
                batch = typer.batch(chunk)
                written.result()
                written = self._behind(pool, writer, batch)
            written.result()
        return self.staged

    def _behind(self, pool: ThreadPoolExecutor, writer: pq.ParquetWriter, batch: Batch) -> Future[None]:
        table, batch.table = batch.table, _EMPTY  # a slice of it would keep all of its memory
        self.batches.append(batch)
        self._stop_early()
        return pool.submit(writer.write_table, table)

    def _stop_early(self) -> None:
        """A file of which most is bad is refused before all of it is read."""
        bad = sum(len(one.bad) for one in self.batches)
        if bad > 100_000 and bad > sum(one.accepted for one in self.batches):
            self.refuse_bad()

    def refuse_bad(self) -> None:
        """Refuses the table if too much of what was read fits nowhere."""
        refuse_bad(accounting(self.table, self.batches), self._bad(), self.context.max_bad, self.table.where)

    def _bad(self) -> tuple[Bad, ...]:
        return tuple(one for batch in self.batches for one in batch.bad)

    def _finished(
        self, rows: pa.Table | Path, spoken: Said, decided: Plans, period: tuple[dt.date, dt.date] | None
    ) -> Converted:
        typed = Typed(rows, self.recognised, spoken, self.context, period)
        try:
            self._checks(typed)
            found = known(typed, self.format, self.table.where)
            targets = engine.run(typed, self.format.targets, self.folder)
            self.written += [one.path for one in targets]
            totals = [one for batch in self.batches for one in batch.totals]
            footers = with_raw(typed, self.format.targets, targets, compared(typed, totals, decided))
        finally:
            typed.close()
        return Converted(
            targets=targets,
            quarantine=self._quarantined(),
            accounting=accounting(self.table, self.batches),
            footers=footers,
            period=found.days or period,
            accounts=found.accounts,
            currencies=found.currencies,
            time_zone=found.time_zones[0] if len(found.time_zones) == 1 else spoken.time_zone,
            decimal=decided.mark,
            date_order=decided.order,
            bad=self._bad(),
            notes=tuple(self._notes(footers)),
        )

    def _checks(self, typed: Typed) -> None:
        """The refusals that the format itself makes."""
        for check in self.format.checks:
            refusal = check(typed)
            if isinstance(refusal, Refusal):
                raise refusal.at(self.table.where)

    def _quarantined(self) -> Path | None:
        bad = self._bad()
        if not bad:
            return None
        path = self.folder / "quarantine.parquet"
        pq.write_table(pa.Table.from_pylist([asdict(one) for one in bad], _QUARANTINE), path)
        self.written.append(path)
        return path

    def _notes(self, footers: Sequence[FooterSum]) -> Iterator[str]:
        for one in footers:
            if not one.equal:
                yield (
                    f"line {one.line:,} states {one.stated:,.10g} as the total of {one.column}, and the rows "
                    f"sum to {one.summed:,.10g}"
                )
        names = {plain(h): h for column in self.recognised.absent for h in column.headers if "{" not in h}
        for header in self.recognised.extra:
            near = nearest(plain(header), names, 1)
            if near:
                yield f"the column “{header}” is not known and was left out; “{names[near[0]]}” comes near"
