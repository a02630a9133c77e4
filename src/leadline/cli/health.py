"""What the doctor found, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from leadline.check.doctor import Finding, Freshness
from leadline.cli.output import LEFT, RIGHT, Grid
from leadline.cli.session import Session
from leadline.units import format_number


def say(title: str, rows: Sequence[Sequence[str]]) -> None:
    """A heading and its lines, first column aligned."""
    width = max((len(row[0]) for row in rows), default=0)
    print(title)
    for name, *rest in rows:
        print(f"  {name.ljust(width)}  {' '.join(rest)}".rstrip())
    print()


def overview(session: Session) -> None:
    """Where the definitions and the database are, and how much they hold."""
    known = session.manifest
    say(
        "files",
        [
            [
                "manifest",
                f"{session.manifest_path} ({len(known.metrics)} metrics on {len(known.models)} models)",
            ],
            ["database", str(session.database_path)],
            ["currency", session.currency],
        ],
    )


def source_rows(known: Iterable[Freshness], lang: str) -> None:
    """One line a source: connected or not, rows, days covered, age."""
    rows = [_source_row(fresh, lang) for fresh in known]
    if not rows:
        return
    headings = ["source", "connected", "rows", "first day", "last day", "age", "exported (UTC)"]
    Grid(headings, [LEFT, LEFT, RIGHT, LEFT, LEFT, RIGHT, LEFT], rows).show()
    print()


def _source_row(fresh: Freshness, lang: str) -> list[str]:
    source = fresh.source
    return [
        source.name,
        "yes" if source.is_connected else "no",
        format_number(source.row_count or 0, "count", lang=lang),
        str(source.first_day or ""),
        str(source.last_day or ""),
        "" if fresh.age is None else f"{fresh.age} d",
        f"{source.exported_at:%Y-%m-%d %H:%M}" if source.exported_at else "",
    ]


def finding_text(finding: Finding) -> str:
    """One finding: what, where, and what to do."""
    lines = [f"{finding.level}: {finding.what}"]
    lines += [f"  where: {finding.where}"] if finding.where else []
    lines += [f"  what to do: {finding.fix}"] if finding.fix else []
    return "\n".join(lines)
