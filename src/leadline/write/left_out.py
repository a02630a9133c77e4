"""What rules do not measure in a run, as a rule that only informs: nothing is left out silently."""

from __future__ import annotations

from collections.abc import Sequence

from leadline.check.quality.rule import Rule
from leadline.write.filled import as_text


def left_out(kind: str, expected: str, cases: Sequence[tuple[str, str]]) -> list[Rule]:
    """A rule whose rows are what was left out, and why; none where nothing was.

    Args:
        kind: what the rules are of, as it stands in their ids.
        expected: what would hold if nothing were left out.
        cases: what was left out, and the reason.
    """
    if not cases:
        return []
    rows = ", ".join(f"({as_text(what)}, {as_text(reason)})" for what, reason in cases)
    return [
        Rule(
            id=f"reconciliation.{kind}.left_out",
            group="reconciliation",
            severity="info",
            relation=kind,
            expected=expected,
            action="nothing, unless a reason surprises you",
            query=f"select what, reason from (values {rows}) as listed (what, reason)",  # noqa: S608
        )
    ]
