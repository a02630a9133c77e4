"""Every line of a file counted once: what it became, and when too much of it fits nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from leadline.land.reading.tables import SourceTable
from leadline.land.refusals import Refusal
from leadline.land.rows import Bad, Batch


@dataclass(frozen=True, slots=True)
class Accounting:
    """Lines of one table's part of a file, by what became of them; the parts of all tables make up the file.

    `accepted`, `quarantined` and `totals` count the first lines of records, `continuation` the further
    lines of records whose quoted text holds line ends. `left_out` are rows of other attribution windows than
    the one that was asked for. `rows` are the accepted rows.
    """

    lines: int
    preamble: int
    header: int
    accepted: int
    quarantined: int
    totals: int
    blanks: int
    continuation: int
    left_out: int
    rows: int

    @property
    def exact(self) -> bool:
        """Whether every line is counted once."""
        return self.lines == (
            self.preamble
            + self.header
            + self.accepted
            + self.quarantined
            + self.totals
            + self.blanks
            + self.continuation
            + self.left_out
        )


def accounting(table: SourceTable, batches: Sequence[Batch]) -> Accounting:
    """The lines of a table by what became of them."""
    return Accounting(
        lines=table.lines_above + sum(batch.total for batch in batches),
        preamble=table.lines_above - table.header_lines - table.blanks_above,
        header=table.header_lines,
        accepted=sum(batch.accepted for batch in batches),
        quarantined=sum(1 for batch in batches for one in batch.bad if one.lines > 0),
        totals=sum(1 for batch in batches for one in batch.totals if one.lines > 0),
        blanks=table.blanks_above + sum(batch.blanks for batch in batches),
        continuation=sum(batch.continuation for batch in batches),
        left_out=sum(batch.left_out for batch in batches),
        rows=sum(batch.rows for batch in batches),
    )


def refuse_bad(accounting: Accounting, bad: Sequence[Bad], share: float, where: str) -> None:
    """Refuses a table of which too much is in quarantine; one line is always let pass, beside rows that fit.

    Raises:
        Refusal: with the share, and the first lines at fault.
    """
    lines = sum(one.lines for one in bad)
    found = lines / max(1, lines + accounting.accepted)
    if not bad or (accounting.accepted and (lines <= 1 or found <= share)):
        return
    told = [
        f"line {one.line:,}, {one.column or 'the line'}: “{one.value[:60]}” {one.reason}" for one in bad[:3]
    ]
    raise Refusal(
        "too-many-bad",
        f"{lines:,} lines ({found:.1%}) don't fit, and at most {share:.1%} may be left out",
        where=where,
        found=told,
        fix="correct them, or let more be left out with --max-bad",
    )
