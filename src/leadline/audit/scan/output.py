"""Findings as text, as JSON and as SARIF 2.1.0."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from leadline.audit.measured.told import difference_document, difference_lines, difference_told
from leadline.audit.report import witness_document, witness_lines
from leadline.audit.scan.findings import LEVELS, Finding, Result

_RULES: Final = {
    "different": ("error", "An output is not what its name is defined as."),
    "edge": ("warning", "An output is its definition but for an edge case, which is named."),
    "undecidable": ("note", "Whether an output is its definition can't be decided."),
    "ambiguous-name": ("warning", "An output's name is used for several KPIs."),
    "other-name": ("note", "An output computes a KPI under another name."),
    "expired-exception": ("error", "An exception's last day has passed."),
}


def as_text(result: Result) -> str:
    """A line a finding, the smallest data beneath those that differ, and a summary."""
    lines = []
    for finding in result.findings:
        kept = f" [excepted: {finding.excepted}]" if finding.excepted else ""
        place = f"{finding.path}:{finding.line}:{finding.column}"
        lines.append(f"{place}: {finding.level}: {finding.message} [{finding.rule}]{kept}")
        if finding.witness is not None and not finding.excepted:
            lines += _indented(witness_lines(finding.witness, ("it", "the definition")))
        if finding.difference is not None:
            lines += _indented(difference_lines(finding.difference))
        if finding.witness is not None and not finding.excepted:
            lines.append("")
    told = counted(result.findings)
    lines.append(
        f"{result.files} files, {result.statements} queries, {result.compared} outputs compared, "
        f"{result.same} as defined: {told}"
    )
    return "\n".join(lines) + "\n"


def _indented(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]


def counted(findings: Sequence[Finding]) -> str:
    """How many there are of each level, those with an exception aside."""
    counts = Counter(f.level for f in findings if not f.excepted)
    return ", ".join(f"{counts[level]} {level}{'s' if counts[level] != 1 else ''}" for level in LEVELS)


def as_json(result: Result) -> str:
    """`{"files", "queries", "compared", "same", "findings": [{"rule", "level", "path", "line", …}]}`."""
    document = {
        "files": result.files,
        "queries": result.statements,
        "compared": result.compared,
        "same": result.same,
        "findings": [plain(finding) for finding in result.findings],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def plain(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {
        "rule": finding.rule,
        "level": finding.level,
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "output": finding.output,
        "metrics": list(finding.metrics),
        "message": finding.message,
        "excepted": finding.excepted or None,
        "witness": witness_document(finding.witness) if finding.witness else None,
        "difference": difference_document(finding.difference) if finding.difference else None,
    }


def as_sarif(result: Result) -> str:
    """One run of SARIF 2.1.0; exceptions are suppressions with their justification."""
    rules = [
        {"id": name, "shortDescription": {"text": text}, "defaultConfiguration": {"level": level}}
        for name, (level, text) in _RULES.items()
    ]
    run = {
        "tool": {"driver": {"name": "leadline", "version": version("leadline"), "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding) for finding in result.findings],
    }
    document = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _result(finding: Finding) -> dict[str, Any]:
    path = Path(finding.path)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    uri = path.as_uri() if path.is_absolute() else quote(path.as_posix())
    mark = "\n".join((finding.rule, path.as_posix(), finding.output, *finding.metrics))
    found: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": list(_RULES).index(finding.rule),
        "level": finding.level,
        "message": {"text": _message(finding)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        "partialFingerprints": {"output/v1": hashlib.sha256(mark.encode()).hexdigest()[:16]},
    }
    if finding.difference:
        found["properties"] = {"difference": difference_document(finding.difference)}
    if finding.excepted:
        found["suppressions"] = [{"kind": "external", "justification": finding.excepted}]
    return found


def _message(finding: Finding) -> str:
    if finding.difference is None:
        return finding.message
    return f"{finding.message}. On the database: {difference_told(finding.difference)}"
