"""Rules that the models' own YAML states: columns, keys and values.

dbt tests them as it builds. Here they are held of any file that is about to be read, and the rows that break
them are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from leadline.check.quality.rule import Rule, Severity

SCHEMAS: Final = ("marts", "reports")
EMAIL: Final = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
PHONE: Final = r"\+\d{2,3}[ .-]?\(?\d[\d .()-]{7,}|\b0[1-9]([ .-]\d{2}){4}\b"
_TEXT: Final = ("varchar", "text", "string")


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
    found = [rule for node in models.values() for rule in _columns(node, columns)]
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
    return bool(test.get("test_metadata")) and any(_tested(test, model))


def _relation(node: Mapping[str, Any]) -> str:
    return f'{node["schema"]}."{node["alias"]}"'


def _columns(node: Mapping[str, Any], present: Mapping[tuple[str, str], Mapping[str, str]]) -> Iterator[Rule]:
    name = node["alias"]
    listed = ", ".join(f"('{column}')" for column in node["columns"])
    yield Rule(
        id=f"contract.{name}.columns",
        group="contract",
        severity="critical",
        relation=_relation(node),
        expected=f"{name} has the columns that its YAML describes",
        action="bring the column back, or take it out of the model's YAML and of whoever reads it",
        query=f"select missing_column from (values {listed}) as described (missing_column) "  # noqa: S608
        "where missing_column not in (select column_name from duckdb_columns() "
        f"where database_name = current_database() and schema_name = '{node['schema']}' "
        f"and table_name = '{name}')",
    )
    have = present.get((node["schema"], name), {})
    texts = [column for column, kind in have.items() if kind.lower() in _TEXT]
    if texts:
        yield Rule(
            id=f"pii.{name}",
            group="pii",
            severity="critical",
            relation=_relation(node),
            expected=f"no e-mail address and no phone number in {name}",
            action="hash it with hash_pii() in staging, or drop the column; then build again",
            owner="data protection",
            failing=" or ".join(f"regexp_matches(\"{column}\", '{EMAIL}|{PHONE}')" for column in texts),
            keys=tuple(texts),
        )


def _tested(test: Mapping[str, Any], model: Mapping[str, Any]) -> Iterator[Rule]:
    kwargs = test["test_metadata"]["kwargs"]
    kind = test["test_metadata"]["name"]
    column = kwargs.get("column_name")
    severity: Severity = "critical" if str(test["config"]["severity"]).lower() == "error" else "warning"
    shared: dict[str, Any] = {"group": "contract", "severity": severity, "relation": _relation(model)}
    name = f"contract.{model['alias']}.{column or '_'.join(kwargs.get('columns', []))}.{kind}"
    keys = tuple(dict.fromkeys(filter(None, (_primary(model), column))))
    match kind:
        case "not_null":
            yield Rule(
                name,
                expected=f"{column} is never empty",
                action="find in its model which join or source leaves it empty",
                failing=f'"{column}" is null',
                keys=keys,
                **shared,
            )
        case "accepted_values":
            values = ", ".join("'" + str(value).replace("'", "''") + "'" for value in kwargs["values"])
            yield Rule(
                name,
                expected=f"{column} is one of {', '.join(map(str, kwargs['values']))}",
                action="map the new value in staging, or accept it in the model's YAML",
                failing=f'cast("{column}" as varchar) not in ({values})',
                keys=keys,
                **shared,
            )
        case "unique" | "unique_together":
            parts = kwargs["columns"] if kind == "unique_together" else [column]
            listed = ", ".join(f'"{part}"' for part in parts)
            present = "" if kind == "unique_together" else f'where "{column}" is not null '
            yield Rule(
                name,
                expected=f"{' and '.join(parts)} name one row",
                action="find which source sends a row twice, and deduplicate it in staging",
                query=f"select {listed}, count(*) as row_count from {_relation(model)} {present}"  # noqa: S608
                f"group by {listed} having count(*) > 1",
                **shared,
            )
        case "relationships":
            other = kwargs["to"].split("'")[1]
            yield Rule(
                name,
                expected=f"{column} is found in {other}",
                action=f"build {other} from the same sources, or find why it lacks the key",
                query=f'select distinct "{column}" from {_relation(model)} where "{column}" is not null and '  # noqa: S608
                f'"{column}" not in (select "{kwargs["field"]}" from {model["schema"]}."{other}")',
                **shared,
            )


def _primary(model: Mapping[str, Any]) -> str | None:
    for name, column in model["columns"].items():
        tests = column.get("entity") or {}
        if tests.get("type") == "primary":
            return str(name)
    return next((name for name in model["columns"] if name.endswith("_key")), None)
