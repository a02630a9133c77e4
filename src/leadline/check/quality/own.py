"""Rules that users write: files of YAML in checks/, held to a published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadline.check.quality.consistency import ACTION, Auditor
from leadline.check.quality.rule import Rule
from leadline.errors import RequestError

if TYPE_CHECKING:
    from leadline.layer import Layer

SCHEMA: Final = "checks.schema.json"


def own_rules(folder: Path) -> list[Rule]:
    """The rules of every YAML file in a folder, in the order of names; none where there is no such folder.

    Raises:
        RequestError: a file is not YAML, not as the schema says, or two rules bear one id; all at once.
    """
    found: list[Rule] = []
    problems: list[str] = []
    ids: list[str] = []
    for path in _files(folder):
        document, wrong = _read(path)
        problems += wrong
        found += [Rule(**_fields(rule)) for rule in document.get("rules", ())]
        ids += [item["id"] for key in ("rules", "audits") for item in document.get(key, ())]
    problems += [f"two rules are called {name}" for name in sorted({i for i in ids if ids.count(i) > 1})]
    if problems:
        raise RequestError(
            "rules can't be read:\n" + "\n".join(f"  - {problem}" for problem in problems),
            where=str(folder),
            fix=f"write them as schemas/{SCHEMA} says",
        )
    return found


def own_audits(folder: Path, project: Path, layer: Layer, dbt_manifest: Mapping[str, Any]) -> Iterator[Rule]:
    """The rules on formulas in files, as `audits` of the same YAML name them."""
    for path in _files(folder):
        for audit in _read(path)[0].get("audits", ()):
            paths = tuple(audit["paths"])
            yield Rule(
                id=audit["id"],
                group="consistency",
                severity=audit.get("severity", "warning"),
                relation=", ".join(paths),
                expected=audit.get(
                    "expected", f"every KPI in {', '.join(paths)} is computed as it is defined"
                ),
                action=audit.get("action", ACTION),
                owner=audit.get("owner", "analytics"),
                probe=Auditor(project, paths, layer, dbt_manifest),
            )


def _files(folder: Path) -> list[Path]:
    return sorted([*folder.glob("*.yml"), *folder.glob("*.yaml")]) if folder.is_dir() else []


def _read(path: Path) -> tuple[dict[str, Any], list[str]]:
    import jsonschema
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return {}, [f"{path.name}: {' '.join(str(error).split())}"]
    schema = json.loads((files("leadline") / "schemas" / SCHEMA).read_text(encoding="utf-8"))
    errors = list(jsonschema.Draft202012Validator(schema).iter_errors(document))
    if errors:
        return {}, [f"{path.name}: {error.message} @ {error.json_path}" for error in errors]
    return document, []


def _fields(rule: dict[str, Any]) -> dict[str, Any]:
    defaults = {"group": "validity", "severity": "warning"}
    return {**defaults, **rule, "keys": tuple(rule.get("keys", ()))}


def own_suites(folder: Path) -> Iterator[Path]:
    """Suites of Great Expectations that users keep in checks/gx/ as JSON."""
    yield from sorted((folder / "gx").glob("*.json"))
