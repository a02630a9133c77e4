"""The values that a column of a small database is drawn from: near what the queries compare it with."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from leadline.audit.hints import Column, Hints

# What stands for "never" is no day that data has.
_LAST_YEAR: Final = 2200


def pool(name: str, column: Column, hints: Hints, is_key: bool) -> list[Any]:
    """The values for a column; `is_key` where it joins rows or tells them apart."""
    match column.kind:
        case "bool":
            return [True, False]
        case "int":
            near = [v + d for v in column.literals if isinstance(v, int | float) for d in (-1, 0, 1)]
            if is_key or name.endswith(("_id", "_key")) or name == "id":
                return [*range(1, 7), *map(int, near)]
            return [*map(int, near), *((1, 2, 3, 5, 10) if not near else (1, 3, 10))]
        case "num":
            near = [v + d for v in column.literals if isinstance(v, int | float) for d in (-1, 0, 0.5)]
            return [*near, *((1, 2.5, 4, 10, 12.5) if not near else (1, 4, 12.5))]
        case "date" | "ts":
            return _days(column, hints)
    return _texts(name, column, hints, is_key)


def _days(column: Column, hints: Hints) -> list[str]:
    known = []
    for text in column.literals:
        try:
            day = date.fromisoformat(str(text)[:10])
        except ValueError:
            continue
        if day.year < _LAST_YEAR:
            known += [day - timedelta(days=1), day, day + timedelta(days=1)]
    if hints.reads_clock:
        known += [date.today() - timedelta(days=n) for n in (0, 1, 6, 7, 8, 29, 30, 31, 40)]
    if not known:
        known = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 10)]
    if hints.reads_parts:
        known += [day - timedelta(days=365) for day in known]
    if column.kind == "date":
        return [d.isoformat() for d in known]
    # Whole days, and times within them; late ones where hours move them into the next day.
    hours = ("00:00:00", "09:30:00", *(("23:30:00",) if hints.shifts_hours else ()))
    return [f"{d.isoformat()} {hour}" for d in known for hour in hours]


def _texts(name: str, column: Column, hints: Hints, is_key: bool) -> list[str]:
    found = [str(v) for v in column.literals]
    for pattern in column.patterns:
        plain = pattern.replace("%", "").replace("_", "x")
        found += [plain, f"x{plain}", f"{plain}x", f"x{plain}x"]
    if hints.folds_case:
        found += [text.swapcase() for text in found] + [text.title() for text in found] or ["A"]
    if hints.trims:
        found += [f" {text} " for text in found] or [" a"]
    if (is_key and not column.literals) or hints.largest_limit >= 3:
        # More than a LIMIT keeps, as far as small data goes.
        return [*found, *"abcdefghijkl"[: max(6, hints.largest_limit + 2)]]
    return [*dict.fromkeys(found), "a", "b"] + (["c"] if len(found) < 2 else [])
