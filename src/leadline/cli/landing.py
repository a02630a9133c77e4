"""What `leadline land` shows: one table of what became of files, their history, restated days."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from leadline.cli.output import LEFT, RIGHT, Grid, as_json, plain_value
from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from leadline.land.format import Format
    from leadline.land.land import Outcome, Report
    from leadline.land.store.aliases import Proposal
    from leadline.land.store.forget import Forgotten
    from leadline.land.store.history import Version
    from leadline.land.store.ledger import Landed


def show_report(report: Report, *, json: bool) -> None:
    """One summary table, and below it what has to be said of single files."""
    if json:
        sys.stdout.write(as_json([_outcome(one) for one in report.outcomes]))
        return
    if not report.outcomes:
        print("there is nothing to land")
        return
    headings = ["file", "recognised as", "period", "rows", "quarantined", "status"]
    aligns = [LEFT, LEFT, LEFT, RIGHT, RIGHT, LEFT]
    Grid(headings, aligns, [_summary(one) for one in report.outcomes]).show()
    for one in report.outcomes:
        for text in [*one.notes, *([str(one.error)] if one.error else [])]:
            print(f"\n{one.name}: {text}")


def _summary(one: Outcome) -> list[str]:
    landed = one.landed
    if landed is None:
        return [one.name, "", "", "", "", one.status]
    return [
        one.name,
        ", ".join(landed.recognised),
        _period(landed.period_start, landed.period_end),
        f"{landed.counts.get('rows', 0):,}",
        f"{landed.counts.get('quarantined', 0):,}",
        one.status,
    ]


def _period(start: dt.date | None, end: dt.date | None) -> str:
    if start is None or end is None:
        return ""
    return str(start) if start == end else f"{start} to {end}"


def _outcome(one: Outcome) -> dict[str, Any]:
    row: dict[str, Any] = {"file": one.name, "status": one.status}
    row |= _file(one.landed) if one.landed else {}
    row["notes"] = list(one.notes)
    row["error"] = _error(one.error) if one.error else None
    return row


def _error(error: LeadlineError) -> dict[str, Any]:
    return {
        "code": getattr(error, "code", None),
        "what": getattr(error, "reason", error.what),
        "where": error.where,
        "found": list(getattr(error, "found", ())),
        "expected": list(getattr(error, "expected", ())),
        "nearest": list(error.nearest),
        "fix": error.fix,
    }


def _file(landed: Landed) -> dict[str, Any]:
    return {
        "sha256": landed.sha256,
        "recognised": list(landed.recognised),
        "language": landed.language,
        "period_start": plain_value(landed.period_start),
        "period_end": plain_value(landed.period_end),
        "accounts": list(landed.accounts),
        "currency": landed.currency,
        "time_zone": landed.time_zone,
        "exported_at": landed.exported_at.isoformat(),
        "exported_from": landed.exported_from,
        "landed_at": landed.landed_at.isoformat(),
        "by": landed.by,
        "original": landed.original,
        **landed.counts,
    }


def show_history(files: Sequence[Landed], replaced: Mapping[str, int], *, json: bool) -> None:
    """Every landed file, in the order of landing; `replaced` are its days that newer exports took over."""
    if json:
        rows = [
            {
                "file": f.name,
                **_file(f),
                "days_replaced": replaced.get(f.sha256, 0),
                "forgotten": f.forgotten,
                "notes": list(f.notes),
            }
            for f in files
        ]
        sys.stdout.write(as_json(rows))
        return
    if not files:
        print("nothing has landed here; --store and LEADLINE_STORE say where")
        return
    headings = ["landed", "by", "file", "recognised as", "account", "period", "exported", "rows"]
    headings += ["quarantined", "days replaced"]
    aligns = [LEFT] * 7 + [RIGHT] * 3
    rows_shown = [
        [
            _minute(f.landed_at),
            f.by,
            f.name,
            ", ".join(f.recognised),
            ", ".join(f.accounts),
            _period(f.period_start, f.period_end),
            f"{_minute(f.exported_at)} ({f.exported_from})",
            f"{f.counts.get('rows', 0):,}",
            f"{f.counts.get('quarantined', 0):,}",
            f"{replaced.get(f.sha256, 0):,}",
        ]
        for f in files
    ]
    Grid(headings, aligns, rows_shown).show()


def _minute(moment: dt.datetime) -> str:
    return moment.isoformat(sep=" ", timespec="minutes")


def show_versions(versions: Sequence[Version], day: dt.date, *, json: bool) -> None:
    """The figures of a day, export by export."""
    if json:
        rows = [
            {
                "table": f"{v.source}.{v.table}",
                "account": v.account,
                "day": v.day.isoformat(),
                "exported_at": v.exported_at.isoformat(),
                "landed_at": v.landed_at.isoformat(),
                "file": v.file,
                "in_force": v.is_in_force,
                "rows": v.rows,
                "sums": dict(v.sums),
            }
            for v in versions
        ]
        sys.stdout.write(as_json(rows))
        return
    if not versions:
        print(f"no landed file has rows for {day}")
        return
    headings = ["table", "account", "exported", "landed", "file", "in force", "rows", "sums"]
    aligns = [LEFT] * 6 + [RIGHT, LEFT]
    Grid(headings, aligns, [_version(v) for v in versions]).show()


def _version(v: Version) -> list[str]:
    sums = ", ".join(f"{name} {_figure(value)}" for name, value in v.sums.items())
    in_force = "yes" if v.is_in_force else ""
    table = f"{v.source}.{v.table}"
    return [
        table,
        v.account,
        _minute(v.exported_at),
        _minute(v.landed_at),
        v.file,
        in_force,
        f"{v.rows:,}",
        sums,
    ]


def _figure(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:,.10g}"


def show_formats(formats: Iterable[Format], *, json: bool) -> None:
    """The export formats that are known, those of mapping files included."""
    rows = [
        {
            "format": f.name,
            "title": f.title,
            "source": f.source,
            "languages": ", ".join(f.languages),
            "grain": f.grain,
            "needs": ", ".join(f.needs),
        }
        for f in formats
    ]
    if json:
        sys.stdout.write(as_json(rows))
        return
    Grid(list(rows[0]), [LEFT] * len(rows[0]), [list(row.values()) for row in rows]).show()


def show_proposals(found: Sequence[Proposal], *, changed: bool, place: str, json: bool) -> None:
    """Renames that the figures show, as lines for aliases.yml."""
    if json:
        names = ("source", "account", "name", "was", "table", "days", "first", "last")
        sys.stdout.write(as_json([{name: getattr(one, name) for name in names} for one in found]))
        return
    if changed:
        print(f"applied: {place}")
    if not found:
        print("no renames to propose")
        return
    print(f"# for {place}; nothing is applied until it stands there and this command is run again")
    print("aliases:")
    for one in found:
        print(f"  # equal figures on {one.days} days, {one.first} to {one.last}, in {one.source}.{one.table}")
        print(f"  {one.entry()}")


def show_forgotten(found: Forgotten, *, json: bool) -> None:
    """What was removed."""
    facts: dict[str, Any] = {
        "rows": dict(found.rows),
        "quarantined": found.quarantined,
        "originals_edited": found.edited,
        "records_of_originals": found.records,
        "originals_removed": found.removed,
        "databases_of_earlier_days": found.databases,
    }
    if json:
        sys.stdout.write(as_json([facts]))
        return
    if found.is_empty:
        print("the store holds nothing of this person")
        return
    for table, count in sorted(found.rows.items()):
        print(f"{count:>8,}  rows of {table}, history included")
    print(f"{found.quarantined:>8,}  quarantined rows")
    print(f"{found.records:>8,}  records of {found.edited:,} originals")
    print(f"{found.removed:>8,}  originals removed whole")
    print(f"{found.databases:>8,}  databases of earlier days removed")
    print(
        "Build again (`make run INBOX=…` or `dbt build`): databases outside the store still hold the person."
    )
