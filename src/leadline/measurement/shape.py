"""The plan's file against its JSON Schema: every problem at once, in words, with line and column."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, Final

from leadline.errors import nearest
from leadline.measurement.breach import Breach, Severity
from leadline.measurement.source import Source, Steps

SCHEMA: Final = "plan.schema.json"
_TYPES: Final = {
    "object": "a mapping (key: value)",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
}


def read_schema() -> dict[str, Any]:
    """The published schema, parsed."""
    text = (files("leadline") / "schemas" / SCHEMA).read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def shape_breaches(source: Source) -> list[Breach]:
    """What in the file is not as the schema says; empty where the plan can be built from it."""
    from jsonschema import Draft202012Validator, FormatChecker

    doubled = [
        Breach(
            "shape",
            Severity.ERROR,
            place,
            f"the key {name!r} stands twice: the first is lost",
            "remove one of them",
        )
        for place, name in source.repeated
    ]
    if not isinstance(source.data, dict):
        place = source.place(())
        return [Breach("shape", Severity.ERROR, place, "the file holds no plan", "begin with `company: …`")]
    checker = Draft202012Validator(read_schema(), format_checker=FormatChecker(["date", "regex"]))
    found = [b for error in checker.iter_errors(source.data) for b in _told(source, _deepest(error))]
    return [*doubled, *dict.fromkeys(found)]


def _deepest(error: Any) -> Any:
    """Of a choice between shapes, what is wrong with the one that was meant: that of the value's type."""
    from jsonschema.exceptions import relevance

    while error.context:
        fitting = [e for e in error.context if e.validator != "type" or e.relative_path] or error.context
        if error.validator == "anyOf" and all(e.validator == "required" for e in fitting):
            return error
        if all(e.validator == "type" and not e.relative_path for e in error.context):
            return error
        error = max(fitting, key=relevance)
    return error


def _told(source: Source, error: Any) -> Iterator[Breach]:
    path: Steps = tuple(error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = list(error.schema.get("properties", {}))
        for name in error.instance:
            if known and name not in known:
                yield _unknown_key(source, (*path, name), name, known)
        return
    if error.validator == "required":
        missing = next(name for name in error.validator_value if f"'{name}'" in error.message)
        yield _breach(source, path, f"{_name(path)} has no {missing!r}", _add(error, missing))
        return
    if error.validator == "propertyNames" or "propertyNames" in error.absolute_schema_path:
        key = (*path, str(error.instance))
        yield _breach(
            source, key, f"{error.instance!r} is not a period", "write 2026, 2026-Q4, 2026-11 or 2026-W46"
        )
        return
    what, fix = _value_problem(error)
    yield Breach(
        "shape", Severity.ERROR, source.value_place(path), f"{_name(path)}: {what}", fix, _near(error)
    )


def _breach(source: Source, path: Steps, what: str, fix: str) -> Breach:
    return Breach("shape", Severity.ERROR, source.place(path), what, fix)


def _unknown_key(source: Source, path: Steps, name: str, known: list[str]) -> Breach:
    near = tuple(nearest(name, known))
    fix = f"use one of {', '.join(known)}"
    return Breach("shape", Severity.ERROR, source.place(path), f"there is no key {name!r} here", fix, near)


def _add(error: Any, missing: str) -> str:
    schema = error.schema.get("properties", {}).get(missing, {})
    hint = schema.get("description")
    return f"add `{missing}: …`" + (f" ({hint})" if hint else "")


def _value_problem(error: Any) -> tuple[str, str]:
    """What is wrong with a value, and what to write instead."""
    shown = _shown(error.instance)
    hint = str(error.schema.get("description") or "").strip()
    match error.validator:
        case "type":
            return (
                f"{shown} is not {_TYPES.get(error.validator_value, error.validator_value)}",
                hint or "correct it",
            )
        case "enum":
            return (
                f"{shown} is not one of its values",
                f"use one of {', '.join(map(str, error.validator_value))}",
            )
        case "pattern" | "format":
            return (
                f"{shown} is not as it should be written",
                hint or f"it has to match {error.validator_value}",
            )
        case "minLength" | "minItems" | "minProperties":
            return "it is empty", hint or "fill it in"
        case "uniqueItems":
            return "something stands in it twice", "remove what is repeated"
        case "anyOf":
            return "it says neither above nor below", "give `above:` or `below:`, or both"
        case "oneOf":
            return f"{shown} is none of the shapes that it may have", hint or "see docs/plan.md"
        case _:
            return error.message, hint or "see docs/plan.md"


def _near(error: Any) -> tuple[str, ...]:
    if error.validator != "enum" or not isinstance(error.instance, str):
        return ()
    return tuple(nearest(error.instance, [str(value) for value in error.validator_value]))


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return repr(value)


def _name(path: Steps) -> str:
    """`objectives[0].kpis[2].target`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text or "the plan"
