"""Exceptions to findings: each with a reason and the last day on which it holds."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from leadline.audit.scan.findings import ERROR, Finding
from leadline.errors import LeadlineError

USUAL: Final = ".leadline-audit.yml"


@dataclass(frozen=True, slots=True)
class Allowed:
    """One exception; `folder` is where its paths begin, `line` where it stands in `file`."""

    file: str
    line: int
    folder: Path
    path: str
    reason: str
    expires: date
    output: str | None = None
    metric: str | None = None
    rule: str | None = None

    def covers(self, finding: Finding) -> bool:
        """Whether a finding is meant."""
        place = Path(finding.path).resolve()
        near = place.relative_to(self.folder) if place.is_relative_to(self.folder) else place
        return (
            fnmatch.fnmatchcase(near.as_posix(), self.path)
            and self.output in (None, finding.output)
            and (self.metric is None or self.metric in finding.metrics)
            and self.rule in (None, finding.rule)
        )


def read_exceptions(path: Path) -> list[Allowed]:
    """The exceptions of a file. Raises LeadlineError where it is not as its schema says."""
    import yaml
    from jsonschema import Draft202012Validator

    try:
        text = path.read_text(encoding="utf-8-sig")
        document = _dated(yaml.safe_load(text))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        what = " ".join(str(error).split())
        raise LeadlineError(
            f"the exceptions can't be read: {what}", where=str(path), fix="see docs/audit.md"
        ) from error
    schema = json.loads(files("leadline").joinpath("schemas/audit.schema.json").read_text(encoding="utf-8"))
    for fault in Draft202012Validator(schema).iter_errors(document):
        where = ".".join(map(str, fault.absolute_path))
        raise LeadlineError(
            f"an exception is not right: {fault.message}", where=f"{path}: {where}", fix="see docs/audit.md"
        )
    lines = _lines(text)
    return [_allowed(path, item, line) for item, line in zip(document["exceptions"], lines, strict=True)]


def _lines(text: str) -> list[int]:
    import yaml

    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode):
        return []
    return [
        item.start_mark.line + 1
        for key, value in root.value
        if key.value == "exceptions"
        for item in value.value
    ]


def _dated(value: Any) -> Any:
    """YAML reads 2027-01-31 as a day: the schema means its text."""
    if isinstance(value, dict):
        return {key: _dated(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_dated(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _allowed(path: Path, item: dict[str, str], line: int) -> Allowed:
    try:
        expires = date.fromisoformat(item["expires"])
    except ValueError as error:
        raise LeadlineError(
            f"{item['expires']!r} is no day", where=f"{path}:{line}", fix="write the last day as 2027-01-31"
        ) from error
    return Allowed(
        str(path), line, path.resolve().parent, item["path"], item["reason"], expires,
        item.get("output"), item.get("metric"), item.get("rule"),
    )  # fmt: skip


def excepted(findings: Iterable[Finding], allowed: Iterable[Allowed], today: date) -> list[Finding]:
    """The findings with the reasons of their exceptions; one more for each exception that has expired."""
    known = list(allowed)
    valid = [a for a in known if a.expires >= today]
    found = []
    for finding in findings:
        reason = next((a.reason for a in valid if a.covers(finding)), "")
        found.append(replace(finding, excepted=reason))
    for a in known:
        if a.expires < today:
            message = (
                f"the exception of {a.path} held until {a.expires}: mend what it excepts, or argue it anew"
            )
            metrics = (a.metric,) if a.metric else ()
            found.append(
                Finding("expired-exception", ERROR, a.file, a.line, 1, a.output or "", metrics, message)
            )
    return found
