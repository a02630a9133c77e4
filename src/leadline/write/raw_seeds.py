"""The properties file of the raw seeds, written from the raw contract (the sources' YAML).

dbt loads a seed with the types that its properties give. The contract already says them, so the file is
generated, and a test holds it equal to what this module writes.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

HEADER = "# Generated from models/staging/*/_*__sources.yml by `make seeds`. Edit those.\n"


def contract_tables(staging: Path) -> list[tuple[str, dict[str, Any]]]:
    """Every raw table declared under `staging`, as (source, table as in the YAML), in order of name."""
    found = []
    for path in sorted(staging.glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            found += [(source["name"], table) for table in source["tables"]]
    return sorted(found, key=lambda pair: (pair[0], pair[1]["name"]))


def seed_type(column: dict[str, Any]) -> str:
    """The type that a seed's column is loaded with: nested columns stay the JSON text that a CSV holds."""
    declared = str(column["data_type"])
    return "varchar" if declared == "json" else declared


def seed_properties(tables: list[tuple[str, dict[str, Any]]]) -> str:
    """The YAML text: one seed a raw table, with its description and its columns' types."""
    seeds = [
        {
            "name": f"raw_{source}__{table['name']}",
            "description": " ".join(str(table["description"]).split()),
            "config": {"column_types": {c["name"]: seed_type(c) for c in table["columns"]}},
        }
        for source, table in tables
    ]
    return HEADER + yaml.safe_dump({"seeds": seeds}, sort_keys=False, allow_unicode=True, width=120)


def header_line(table: dict[str, Any]) -> str:
    """The CSV header of a raw table, in the contract's order."""
    return ",".join(column["name"] for column in table["columns"]) + "\n"
