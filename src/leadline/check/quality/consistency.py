"""Definition consistency: the project's own formulas, and those of files that it names, are the definitions.

The same code as `leadline audit` reads the files; each output that is not its definition and has no exception
is a failing row, told with what it comes to on the data of the build.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadline.check.quality.rule import Checked, Rule
from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from leadline.audit.scan import Finding
    from leadline.audit.scan.names import Book
    from leadline.layer import Layer

OWN_ID: Final = "consistency.models"
SAMPLE: Final = 5
ACTION: Final = (
    "read the KPI from a mart's report or from `leadline sql`, or name the output for what it is; "
    "an agreed difference goes into .leadline-audit.yml with its reason"
)
_USUAL: Final = {"model-paths": ["models"], "analysis-paths": ["analyses"]}


def consistency_rules(project: Path, layer: Layer, dbt_manifest: Mapping[str, Any]) -> list[Rule]:
    """The rule on the models and analyses of a dbt project; none where the folder is not one's."""
    paths = tuple(str(path) for path in _own_paths(project))
    if not paths:
        return []
    return [
        Rule(
            id=OWN_ID,
            group="consistency",
            severity="critical",
            relation=", ".join(Path(path).name for path in paths),
            expected="every KPI in models and analyses is computed as it is defined",
            action=ACTION,
            probe=Auditor(project, paths, layer, dbt_manifest),
        )
    ]


def _own_paths(project: Path) -> list[Path]:
    import yaml

    file = project / "dbt_project.yml"
    if not file.is_file():
        return []
    try:
        said = yaml.safe_load(file.read_text(encoding="utf-8-sig")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        what = " ".join(str(error).split())
        raise LeadlineError(f"the project can't be read: {what}", where=str(file), fix="mend it") from error
    names = [name for key, usual in _USUAL.items() for name in said.get(key) or usual]
    return [project / name for name in dict.fromkeys(map(str, names)) if (project / name).is_dir()]


@dataclass(frozen=True)
class Auditor:
    """Audits files; `paths` may hold `*`."""

    project: Path
    paths: tuple[str, ...]
    layer: Layer
    dbt_manifest: Mapping[str, Any]

    def __call__(self, connection: Any, rule: Rule) -> Checked:
        """What became of the rule."""
        from leadline.audit.measured import Database, Measurer
        from leadline.audit.scan import Scanner
        from leadline.audit.scan.models import models_of
        from leadline.audit.scan.sources import files_in

        try:
            listed = files_in(self._found())
            models = models_of(self.dbt_manifest, self._book.relations, listed)
            result = Scanner(self._book, models, only_claims=True).scan(listed)
            wrong = [f for f in self._without_exceptions(result.findings) if f.level == "error"]
        except LeadlineError as error:
            return Checked(rule, 0, error=str(error.what))
        # Other rules read raw files over the same connection.
        measurer = Measurer(self._book, Database(connection, self.layer, is_closed=False))
        shown = measurer.measured(wrong[:SAMPLE])
        return Checked(rule, len(wrong), result.compared, tuple(map(self._row, shown)))

    @cached_property
    def _book(self) -> Book:
        from leadline.audit.scan.names import Book

        return Book(self.layer)

    def _found(self) -> list[Path]:
        """The files and folders; a pattern that finds nothing is a mistake."""
        found: list[Path] = []
        for path in self.paths:
            given = Path(path) if Path(path).is_absolute() else self.project / path
            hits = sorted(self.project.glob(path)) if any(c in path for c in "*?[") else [given]
            if not hits or not hits[0].exists():
                raise LeadlineError(f"there is no file {path}", where=str(self.project))
            found += hits
        return found

    def _without_exceptions(self, findings: Sequence[Finding]) -> list[Finding]:
        from leadline.audit.scan.exceptions import USUAL, excepted, read_exceptions

        file = self.project / USUAL
        if not file.is_file():
            return list(findings)
        told = excepted(findings, read_exceptions(file), dt.date.today())
        return [finding for finding in told if not finding.excepted]

    def _row(self, finding: Finding) -> dict[str, object]:
        from leadline.audit.measured.told import difference_told

        place = Path(finding.path)
        near = place.relative_to(self.project) if place.is_relative_to(self.project) else place
        return {
            "file": f"{near.as_posix()}:{finding.line}",
            "output": finding.output,
            "kpi": ", ".join(finding.metrics),
            "difference": finding.message,
            "on this data": difference_told(finding.difference) if finding.difference else None,
        }
