"""Rules that the models' own YAML states: columns, keys and values.

dbt tests them as it builds. Here they are held of any file that is about to be read, and the rows that break
them are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.check.quality.rule import Rule, Severity
from leadline.write.filled import as_text
from leadline.write.rules_of_columns import column_rules, primary_of, relation_of

SCHEMAS: Final = ("marts", "reports")
_OF_ROWS: Final = ("not_null", "accepted_values", "bounds")
_OF_GROUPS: Final = ("unique", "unique_together", "relationships", "depends_only_on")


def model_rules(
    dbt_manifest: Mapping[str, Any], columns: Mapping[tuple[str, str], Mapping[str, str]]
) -> list[Rule]:
    """Contract and personal-data rules of every mart and report.

    Args:
        dbt_manifest: target/manifest.json.
        columns: what the database has: (schema, table) to column names and their types.
    """
    nodes = dbt_manifest["nodes"]
    models = {
        unique_id: node
        for unique_id, node in nodes.items()
        if node["resource_type"] == "model" and node["schema"] in SCHEMAS
    }
    found = [
        rule
        for node in models.values()
        for rule in column_rules(node, columns.get((node["schema"], node["alias"]), {}))
    ]
    for node in nodes.values():
        model = models.get(node.get("attached_node") or "")
        if node["resource_type"] == "test" and node.get("test_metadata") and model:
            found += _tested(node, model)
    return found


def is_checked(test: Mapping[str, Any], nodes: Mapping[str, Any]) -> bool:
    """Whether one of these rules says the same as a dbt test.

    Args:
        test: a test of target/manifest.json.
        nodes: that manifest's nodes.
    """
    model = nodes.get(test.get("attached_node") or "")
    if not model or model["schema"] not in SCHEMAS or model["resource_type"] != "model":
        return False
    # What is known of a test only by the statement that dbt makes of it has to be in the build.
    return bool(test.get("test_metadata")) and any(_tested({**test, "compiled_code": None}, model))


def _tested(test: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[Rule]:
    kind, kwargs = test["test_metadata"]["name"], test["test_metadata"]["kwargs"]
    column = kwargs.get("column_name")
    severity: Severity = "critical" if str(test["config"]["severity"]).lower() == "error" else "warning"
    shared: dict[str, Any] = {"group": "contract", "severity": severity, "relation": relation_of(model)}
    group = "validity" if kind == "bounds" else "contract"
    name = f"{group}.{model['alias']}.{column or '_'.join(kwargs.get('columns', []))}.{kind}"
    if kind in _OF_ROWS:
        yield _of_row(kind, name, kwargs, model, shared)
    elif kind in _OF_GROUPS:
        yield _of_group(kind, name, kwargs, model, shared)
    elif test.get("compiled_code"):
        said = [str(column or model["alias"]), "passes", kind.replace("_", " "), *_named(kwargs)]
        yield Rule(
            name,
            expected=" ".join(said),
            action="look at these rows beside the test that dbt made of the model's YAML",
            query=f"{test['compiled_code']}\n",
            **shared,
        )


def _of_row(
    kind: str, name: str, kwargs: Mapping[str, Any], model: Mapping[str, Any], shared: Mapping[str, Any]
) -> Rule:
    """A test that each row passes or fails for itself."""
    column = str(kwargs["column_name"])
    keys = tuple(dict.fromkeys(filter(None, (primary_of(model), column))))
    match kind:
        case "not_null":
            return Rule(
                name,
                expected=f"{column} is never empty",
                action="find in its model which join or source leaves it empty",
                failing=f'"{column}" is null',
                keys=keys,
                **shared,
            )
        case "accepted_values":
            values = ", ".join(as_text(str(value)) for value in kwargs["values"])
            return Rule(
                name,
                expected=f"{column} is one of {', '.join(map(str, kwargs['values']))}",
                action="map the new value in staging, or accept it in the model's YAML",
                failing=f'cast("{column}" as varchar) not in ({values})',
                keys=keys,
                **shared,
            )
    low, high = kwargs.get("at_least"), kwargs.get("at_most")
    beside = [c for c in model["columns"] if re.search(rf"\b{c}\b", f"{low} {high}")]
    return _bounded(name, column, low, high, tuple(dict.fromkeys([*keys, *beside])), shared)


def _of_group(
    kind: str, name: str, kwargs: Mapping[str, Any], model: Mapping[str, Any], shared: Mapping[str, Any]
) -> Rule:
    """A test that several rows, or another table, take part in."""
    column = kwargs.get("column_name")
    relation = relation_of(model)
    match kind:
        case "relationships":
            other, field = kwargs["to"].split("'")[1], kwargs["field"]
            return Rule(
                name,
                expected=f"{column} is found in {other}",
                action=f"build {other} from the same sources, or find why it lacks the key",
                query=f'select distinct "{column}" from {relation} '  # noqa: S608
                f'where "{column}" is not null and "{column}" not in (select "{field}" '
                f'from {model["schema"]}."{other}" where "{field}" is not null)',
                **shared,
            )
        case "depends_only_on":
            by = ", ".join(f'"{part}"' for part in kwargs["columns"])
            return Rule(
                name,
                expected=f"{column} is one for each {' and '.join(kwargs['columns'])}",
                action="look at the exports of these: has one of them another currency, name or zone?",
                query=f"select {by}, string_agg(distinct \"{column}\", ', ') as found "  # noqa: S608
                f'from {relation} group by {by} having count(distinct "{column}") > 1',
                **shared,
            )
    parts: list[str] = kwargs["columns"] if kind == "unique_together" else [str(column)]
    listed = ", ".join(f'"{part}"' for part in parts)
    present = "" if kind == "unique_together" else f'where "{column}" is not null '
    return Rule(
        name,
        expected=f"{' and '.join(parts)} name one row",
        action="find which source sends a row twice, and deduplicate it in staging",
        query=f"select {listed}, count(*) as row_count from {relation} {present}"  # noqa: S608
        f"group by {listed} having count(*) > 1",
        **shared,
    )


def _bounded(
    name: str, column: str, low: object, high: object, keys: tuple[str, ...], shared: Mapping[str, Any]
) -> Rule:
    """A column between numbers, or expressions over the same row."""
    sides = (("<", "at least", low), (">", "at most", high))
    given = [side for side in sides if side[2] is not None]
    return Rule(
        name,
        expected=f"{column} is " + " and ".join(f"{word} {bound}" for _, word, bound in given),
        action="look at the export of these rows: is a unit, a sign or a column another one?",
        failing=" or ".join(f'"{column}" {sign} {bound}' for sign, _, bound in given),
        keys=keys,
        **{**shared, "group": "validity"},
    )


def _named(kwargs: Mapping[str, Any]) -> Iterator[str]:
    """The arguments of a test of a kind that is not known here."""
    for name, value in kwargs.items():
        if name not in ("model", "column_name"):
            yield f"{name} {value}"
