"""The metrics that the data can answer, each with its value in the last month that has one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadline.cli.output import LEFT, RIGHT, Grid, plain_value

if TYPE_CHECKING:
    from leadline.cli.options import ListFormat
    from leadline.cli.session import Session
    from leadline.manifest import Metric

NAMES: Final = ("metric", "label", "unit", "stage", "month", "value")
_MONTH: Final = "metric_time__month"
# A month without a value may follow one with: the search goes back this far.
_MONTHS: Final = 36


def held(session: Session, metrics: Iterable[Metric], lang: str) -> list[dict[str, Any]]:
    """One entry a metric that has a value in some month; those that cannot be asked by month are left out."""
    from leadline.catalog import shown_label, shown_unit, text

    found = []
    for metric in metrics:
        value = _last(session, metric.name, lang)
        if value:
            label, unit = (
                shown_label(session.manifest, metric.name, lang),
                shown_unit(session.manifest, metric.name),
            )
            entry = {"metric": metric.name, "label": label, "unit": unit, "stage": text(metric, "stage")}
            found.append({**entry, "month": value[0], "value": value[1]})
    return found


def _last(session: Session, name: str, lang: str) -> tuple[Any, Any] | None:
    """The last month with a value, and the value."""
    from leadline.cli.answer import answer
    from leadline.cli.options import Ask
    from leadline.errors import RefusedError, RequestError

    asked = Ask(metrics=(name,), group_by=(_MONTH,), order_by=(f"-{_MONTH}",), limit=_MONTHS)
    try:
        rows = answer(session, asked, lang).rows.to_pylist()
    except (RefusedError, RequestError):
        # What cannot be given by month (a reach over days, say) has no place in this list.
        return None
    return next(((row[_MONTH], row[name]) for row in rows if row[name] not in (None, 0)), None)


def write_held(
    entries: list[dict[str, Any]], form: ListFormat, out: Path | None, lang: str, currency: str
) -> None:
    """The list in the format that was asked for."""
    from leadline.cli.rows import write_rows
    from leadline.units import format_number, format_time

    if not entries:
        print("no metric has data; `leadline doctor` says which sources are connected")
        return
    shown = [
        [
            entry["metric"],
            str(entry["label"]),
            str(entry["stage"] or ""),
            format_time(entry["month"], "month"),
            format_number(entry["value"], entry["unit"], lang=lang, currency=currency),
        ]
        for entry in entries
    ]
    grid = Grid(["metric", "label", "stage", "month", "value"], [LEFT, LEFT, LEFT, LEFT, RIGHT], shown)
    rows = [{**entry, "month": plain_value(entry["month"])} for entry in entries]
    write_rows(rows, NAMES, grid, form, out)
