"""The project's own data tests as rules: what marts must add up to, against raw data and one another."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

from leadline.check.quality.rule import Rule, Severity
from leadline.write.left_out import left_out
from leadline.write.rules_of_models import SCHEMAS

# The plan's own rules hold it to the data (rules_of_plan), from the same statements.
_OTHERWISE: Final = ("plan_",)
_ACTION: Final = "compare the sides that the rows show: something is lost, repeated or joined twice"


def data_test_rules(dbt_manifest: Mapping[str, Any], tables: Container[tuple[str, str]]) -> list[Rule]:
    """One rule for each singular data test of a mart or report.

    What it can't read here is left out and told: the published file has no raw data, and a manifest that dbt
    only parsed has no statements.

    Args:
        dbt_manifest: target/manifest.json.
        tables: the (schema, table) pairs that the database has.
    """
    nodes = dbt_manifest["nodes"]
    found: list[Rule] = []
    skipped: list[tuple[str, str]] = []
    for test in nodes.values():
        if test["resource_type"] != "test" or test.get("test_metadata"):
            continue
        read = [nodes[key] for key in test["depends_on"]["nodes"] if key in nodes]
        marts = [node for node in read if node["schema"] in SCHEMAS]
        if not marts or test["name"].startswith(_OTHERWISE):
            continue
        reason = _reason(test, read, tables)
        if reason:
            skipped.append((_name(test), reason))
        else:
            found.append(_rule(test, marts[0]))
    return [*found, *left_out("data_tests", "every data test of a mart is run on this file", skipped)]


def _reason(
    test: Mapping[str, Any], read: list[dict[str, Any]], tables: Container[tuple[str, str]]
) -> str | None:
    if not test.get("compiled_code"):
        return "it is not in the last `dbt build`, which built a part, or nothing"
    absent = list(_absent(read, tables))
    return f"{', '.join(absent)} is not in this file" if absent else None


def _absent(read: list[dict[str, Any]], tables: Container[tuple[str, str]]) -> Iterator[str]:
    """Relations that only a whole warehouse has; a mart that is gone is no reason to be silent."""
    for node in read:
        if node["schema"] not in SCHEMAS and (node["schema"], node["alias"]) not in tables:
            yield f"{node['schema']}.{node['alias']}"


def _name(test: Mapping[str, Any]) -> str:
    return str(test["name"]).removeprefix("assert_").removeprefix("warn_")


def _rule(test: Mapping[str, Any], mart: Mapping[str, Any]) -> Rule:
    said = (test["config"].get("meta") or {}).get("leadline") or {}
    severity: Severity = "critical" if str(test["config"]["severity"]).lower() == "error" else "warning"
    words = " ".join(str(test.get("description") or "").split()) or _name(test).replace("_", " ")
    return Rule(
        id=f"reconciliation.{_name(test)}",
        group="reconciliation",
        severity=severity,
        relation=f'{mart["schema"]}."{mart["alias"]}"',
        expected=words.rstrip("."),
        action=said.get("action", _ACTION),
        owner=said.get("owner", "analytics"),
        query=f"{test['compiled_code']}\n",
    )
