"""The checks of a run as one HTML file: offline, printable."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Final

import jinja2

from leadline.check.quality.rule import GROUPS, SEVERITIES

if TYPE_CHECKING:
    from leadline.check.quality.run import Run

_TEMPLATE: Final = "checks.html.j2"


def checks_page(run: Run) -> str:
    """The page, complete; samples of rows are in it, so it is as confidential as the data."""
    text = (files("leadline") / "write" / "templates" / _TEMPLATE).read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(text).render(
        at=run.at.isoformat(sep=" "),
        verdict=verdict(run),
        total=len(run.checked),
        failed=run.failed,
        told=run.told(),
        groups=[
            {
                "name": group,
                "total": sum(c.rule.group == group for c in run.checked),
                **{s: sum(c.rule.group == group for c in run.of(s)) for s in SEVERITIES},
            }
            for group in GROUPS
            if any(c.rule.group == group for c in run.checked)
        ],
    )


def verdict(run: Run) -> str:
    """One sentence for the whole run."""
    critical, warnings = len(run.of("critical")), len(run.of("warning"))
    if critical:
        return f"{critical} critical check{'s' if critical > 1 else ''} failed: do not report from this build"
    if warnings:
        return f"{warnings} warning{'s' if warnings > 1 else ''}, nothing critical"
    return "Everything holds" if run.checked else "Nothing was checked"
