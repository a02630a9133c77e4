"""Differences on real data, as text for people and as JSON for machines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from leadline.audit.measured.two import TwoResults
from leadline.audit.report import grid
from leadline.audit.verdict import Difference, Gap

_LAST: Final = 3
_DIGITS: Final = 4


def difference_document(found: Difference) -> dict[str, Any]:
    """`{"grain", "periods": [{"period", "theirs", "ours", "difference", "percent"}], "total", "worst"…}`."""
    return {
        "grain": found.grain,
        "periods": [_gap(gap) for gap in found.periods],
        "total": _gap(found.total) if found.total else None,
        "worst": _gap(found.worst) if found.worst else None,
        "scale": found.scale,
        "why": found.why or None,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "period": gap.period.isoformat() if gap.period else None,
        "theirs": gap.theirs,
        "ours": gap.ours,
        "difference": gap.difference,
        "percent": gap.percent,
    }


def difference_lines(found: Difference) -> list[str]:
    """The last periods, the total and the worst."""
    gaps = [*found.periods[-_LAST:], *([found.total] if found.total else [])]
    if not gaps:
        return [f"On the database: {found.why}"]
    if not _differs(found):
        return [f"On the database: {difference_told(found)}"]
    head = f"On the database, by {found.grain}:" if found.periods else f"On the database ({found.why}):"
    rows = [(_period(gap, found.grain), shown(gap.theirs), shown(gap.ours), _percent(gap)) for gap in gaps]
    lines = [head, *grid((found.grain, "it", "the definition", "difference"), rows)]
    if found.worst:
        lines.append(f"  the worst: {_worst(found.worst, found.grain)}")
    if found.periods and not found.total:
        lines.append("  no total: it is not one number for all of them")
    return lines


def difference_told(found: Difference) -> str:
    """The same in one clause."""
    if not found.periods and not found.total:
        return found.why
    ends = [_period(gap, found.grain) for gap in (*found.periods[:1], *found.periods[-1:])]
    span = " to ".join(ends) or f"over all the data, {found.why}"
    if not _differs(found):
        return f"no difference, {span}"
    worst = f"the worst is {_worst(found.worst, found.grain)}" if found.worst else ""
    if found.total is None:
        return worst
    total = f"{shown(found.total.theirs)} where the definition gives {shown(found.total.ours)}"
    return f"{total} ({_percent(found.total)}), {span}" + (f"; {worst}" if worst else "")


def _differs(found: Difference) -> bool:
    return any(not gap.is_equal for gap in (*found.periods, *([found.total] if found.total else ())))


def _worst(gap: Gap, grain: str) -> str:
    values = f"{shown(gap.theirs)} where the definition gives {shown(gap.ours)}"
    return f"{_period(gap, grain)}, {values} ({_percent(gap)})"


def _period(gap: Gap, grain: str) -> str:
    if gap.period is None:
        return "in all"
    if grain == "quarter":
        return f"{gap.period.year}-Q{(gap.period.month + 2) // 3}"
    return gap.period.isoformat()[: {"month": 7, "year": 4}.get(grain, 10)]


def _percent(gap: Gap) -> str:
    if gap.is_equal:
        return "none"
    if gap.percent is None:
        return "no value" if gap.difference is None else shown(gap.difference)
    return f"{gap.percent:+,.1f} %"


def shown(value: Any) -> str:
    """A value for people: four digits that count, whole numbers whole."""
    if value is None:
        return "NULL"
    if not isinstance(value, int | float) or isinstance(value, bool):
        return str(value)
    if not math.isfinite(value) or value == 0:
        return f"{value:g}"
    digits = max(0, _DIGITS - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# Two queries.


def two_document(found: TwoResults) -> dict[str, Any]:
    """`{"rows", "keys", "rows_differ", "rows_only", "sums": [{"output", "left", "right", …}], "sample"}`."""
    return {
        "rows": list(found.rows),
        "keys": list(found.keys),
        "rows_differ": found.differing,
        "rows_only": list(found.only),
        "sums": [
            {
                "output": name,
                "left": gap.theirs,
                "right": gap.ours,
                "difference": gap.difference,
                "percent": gap.percent,
            }
            for name, gap in found.sums
        ],
        "sample": [_sampled(found, row) for row in found.sample],
        "why": found.why or None,
    }


def _sampled(found: TwoResults, row: Sequence[Any]) -> dict[str, Any]:
    keys, values = row[: len(found.keys)], row[len(found.keys) :]
    return {
        "key": dict(zip(found.keys, map(_plain, keys), strict=True)),
        "values": {
            name: [_plain(values[2 * n]), _plain(values[2 * n + 1])] for n, name in enumerate(found.values)
        },
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)


def two_lines(found: TwoResults, names: tuple[str, str]) -> list[str]:
    """What the rows of two queries have in common, and what their outputs sum to."""
    if found.why:
        return [f"On the database: {found.why}"]
    keyed = f" by {', '.join(found.keys)}" if found.keys else ""
    lines = [f"On the database{keyed}: {found.rows[0]:,} and {found.rows[1]:,} rows, {_told(found, names)}"]
    if found.sums:
        rows = [(n, shown(g.theirs), shown(g.ours), _percent(g)) for n, g in found.sums]
        lines += grid(("sum of", *names, "difference"), rows)
    if found.sample and found.values:
        head = [*found.keys, *(f"{v} ({n})" for v in found.values for n in names)]
        lines += ["", *grid(head, [tuple(map(shown, row)) for row in found.sample])]
    return lines


def _told(found: TwoResults, names: tuple[str, str]) -> str:
    parts = [f"{found.differing:,} differ"] if found.differing else []
    parts += [f"{n:,} only in {name}" for n, name in zip(found.only, names, strict=True) if n]
    return ", ".join(parts) or "no difference"
