"""What dbt's manifest says of models and columns, as COMMENT statements of a published file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlglot import exp

REPORTS: Final = "reports"
Present = Mapping[tuple[str, str], tuple[str, ...]]

OWN: Final[Mapping[str, tuple[str, Mapping[str, str]]]] = {
    "definitions": (
        "The KPIs and the metrics that they are made of, one row each, as defined when this file was made.",
        {
            "metric": "Name of the metric, and of its macros kpi.<metric> and kpi.<metric>_by.",
            "label": "What people call it, in English.",
            "label_fr": "What people call it, in French.",
            "description": "What it is and what it is not, in English.",
            "description_fr": "What it is and what it is not, in French.",
            "formula": "How it is calculated, from metrics or from an aggregate over a fact.",
            "facts": "The tables of schema marts that it reads.",
            "unit": "Unit of its values; a ratio is kept as 0 to 1.",
            "better": "The direction that is good news: up, down or none.",
            "stage": "Stage of the customer journey.",
            "tier": "lagging (an outcome), leading, vanity, or base: a building block of others.",
            "adds": "yes: over every dimension; time:…: not over time; no: calculated again from its parts.",
            "version": "Changes when the definition's numbers may change, and only then.",
        },
    ),
    "check_results": (
        "What every check found, one row a check and build, as far back as published files have told.",
        {
            "build": "Number of the build that was checked.",
            "run_at": "When it was checked, UTC.",
            "check_id": "Name of the check.",
            "check_group": "contract, freshness, volume, completeness, validity, conventions and so on.",
            "severity": "critical (keeps a build from being published), warning or info.",
            "status": "passed, failed, or error where it could not be measured.",
            "relation": "The table that was checked, or the metric.",
            "expected": "What must hold.",
            "rows_failing": "How many rows are wrong.",
            "rows_checked": "Of how many, where rows of one table were checked.",
            "sample": "Some of the wrong rows, as JSON; left out of the published file.",
            "error": "Why it could not be measured.",
            "owner": "Who sees to it.",
            "action": "What to do.",
            "version": "Version of the definition of the metric that the check is about, if it is about one.",
        },
    ),
    "builds": (
        "The builds up to this one, oldest first, as far as they are kept.",
        {
            "build": "Number of the build.",
            "status": "published, or rejected by a critical check.",
            "started_at": "When the refresh began, UTC.",
            "failed": "The critical checks that failed.",
            "published_anyway_because": "The reason given for publishing in spite of them.",
        },
    ),
}


def comments(
    dbt_manifest: Mapping[str, Any], present: Present, versions: Mapping[str, str] | None = None
) -> list[str]:
    """DuckDB statements for the tables that are `present` (schema and name, with their columns).

    `dbt_manifest` is target/manifest.json. What it does not describe gets no statement. `versions` are those
    of definitions by metric: the columns of reports that hold a metric tell its version.
    """
    found: list[str] = []
    for node in dbt_manifest["nodes"].values():
        key = (node.get("schema"), node.get("alias") or node.get("name"))
        if node.get("resource_type") == "model" and key in present:
            of_report = versions if key[0] == REPORTS else None
            found += _of_table(key, node, present[key], of_report or {})
    return found


def comments_of_own(schema: str, present: Present) -> list[str]:
    """The same for the tables that a published file adds to the marts: `kpi.definitions` and its neighbours.

    Raises KeyError where a table or column of that schema is not described in this module.
    """
    found: list[str] = []
    for (where, table), columns in present.items():
        if where == schema:
            description, meanings = OWN[table]
            node = {
                "description": description,
                "columns": {name: {"description": meanings[name]} for name in columns},
            }
            found += _of_table((where, table), node, columns, {})
    return found


def _of_table(
    key: tuple[str, str], node: Mapping[str, Any], columns: tuple[str, ...], versions: Mapping[str, str]
) -> Iterator[str]:
    table = ".".join(quoted(part) for part in key)
    if node.get("description"):
        yield f"comment on table {table} is {literal(node['description'])}"
    described = {name.lower(): column for name, column in node.get("columns", {}).items()}
    for column in columns:
        told = [described.get(column.lower(), {}).get("description") or ""]
        told += [f"Version of the definition: {versions[column]}."] if column in versions else []
        description = " ".join(filter(None, told))
        if description:
            yield f"comment on column {table}.{quoted(column)} is {literal(description)}"


def quoted(name: str) -> str:
    """A name as DuckDB reads it whatever it is."""
    return exp.to_identifier(name, quoted=True).sql("duckdb")


def literal(text: str) -> str:
    """A text on one line as DuckDB's literal."""
    return exp.Literal.string(" ".join(text.split())).sql("duckdb")
