"""A comparison as text for people and as a document for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leadline.audit.verdict import Comparison, Verdict, Witness


def as_document(found: Comparison) -> dict[str, Any]:
    """`{"verdict", "reasons", "proven", "witness", "outputs", "databases_tried"}`; `witness` may be None."""
    return {
        **_verdict(found.overall),
        "outputs": [{"name": name, **_verdict(verdict)} for name, verdict in found.outputs],
        "databases_tried": found.tried,
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict,
        "reasons": list(verdict.reasons),
        "proven": verdict.is_proven,
        "witness": witness_document(verdict.witness) if verdict.witness else None,
    }


def witness_document(witness: Witness) -> dict[str, Any]:
    """`{"tables": {name: {"columns", "rows"}}, "left": {"columns", "rows"}, "right": …}`."""
    tables = {
        name: {"columns": list(columns), "rows": [list(row) for row in rows]}
        for name, (columns, rows) in witness.tables.items()
    }
    sides = {
        side: {"columns": list(columns), "rows": [list(row) for row in rows]}
        for side, columns, rows in zip(
            ("left", "right"), witness.columns, (witness.left, witness.right), strict=True
        )
    }
    return {"tables": tables, **sides}


def as_text(found: Comparison, names: tuple[str, str]) -> str:
    """The verdict, its reasons by output, and the witness as tables."""
    lines = [found.overall.verdict]
    if len(found.outputs) > 1:
        for name, verdict in found.outputs:
            lines.append(f"  {name}: {verdict.verdict}" + "".join(f"\n    {r}" for r in verdict.reasons))
    else:
        lines += [f"  {reason}" for reason in found.overall.reasons]
    witness = found.overall.witness
    if witness is not None:
        lines += ["", *witness_lines(witness, names)]
    return "\n".join(lines) + "\n"


def witness_lines(witness: Witness, names: tuple[str, str]) -> list[str]:
    """The tables of a witness, and what each of the two makes of them."""
    lines = ["The smallest data that shows it:"]
    for table, (columns, rows) in witness.tables.items():
        lines += ["", f"  {table}", *grid(columns, rows)]
    for name, columns, rows in zip(names, witness.columns, (witness.left, witness.right), strict=True):
        lines += ["", f"  {name} gives", *grid(columns, rows)]
    return lines


def grid(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """Rows under their columns, indented."""
    table = [list(columns), *([_shown(v) for v in row] for row in rows)]
    widths = [max(len(line[place]) for line in table) for place in range(len(columns))]
    if not rows:
        return ["    (no rows)"]
    return [
        "    " + "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in table
    ]


def _shown(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
