"""Rules that users write: files of YAML in checks/, held to a published schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leadline.check.quality.consistency import ACTION, Auditor
from leadline.check.quality.rule import Rule
from leadline.errors import RequestError, nearest

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
        return {}, [f"{path.name}: {_told(error)} @ {error.json_path}" for error in errors]
    return document, []


def _told(error: Any) -> str:
    """What is wrong in words; the schema's own tell of the schema."""
    known = list(error.schema.get("properties", {}))
    if error.validator == "additionalProperties":
        strange = [name for name in error.instance if name not in known]
        near = [f"; did you mean {near[0]!r}?" for name in strange[:1] if (near := nearest(name, known))]
        return f"there is no {strange[0]!r} here, but {', '.join(known)}{''.join(near)}"
    if error.validator == "oneOf":
        both = all(name in error.instance for name in ("failing", "query"))
        return f"a rule has either `failing` or `query`, and this has {'both' if both else 'neither'}"
    if error.validator == "anyOf":
        return "it has neither `rules` nor `audits`"
    if error.validator == "type" and not error.absolute_path:
        return "it has no rules: begin with `rules:`"
    return str(error.message)


def _fields(rule: dict[str, Any]) -> dict[str, Any]:
    defaults = {"group": "validity", "severity": "warning"}
    # A comment on the last line, or a semicolon, would end the statement that both become a part of.
    ended: dict[str, Any] = {
        name: rule[name].strip().removesuffix(";") + "\n" for name in ("failing", "query") if name in rule
    }
    return {**defaults, **rule, **ended, "keys": tuple(rule.get("keys", ()))}


def own_suites(folder: Path) -> Iterator[Path]:
    """Suites of Great Expectations that users keep in checks/gx/ as JSON."""
    yield from sorted((folder / "gx").glob("*.json"))
