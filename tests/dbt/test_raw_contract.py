"""The raw contract is stated once: sources' YAML, the macro's list of tables, switches and seeds agree."""

from __future__ import annotations

import ast
import csv
import re

import yaml

from leadline.write.raw_seeds import contract_tables, seed_properties
from tests.warehouses import ROOT

STAGING = ROOT / "models" / "staging"
TYPES = {"varchar", "bigint", "double", "boolean", "date", "timestamp", "json"}


def macro_tables() -> set[tuple[str, str]]:
    text = (ROOT / "macros" / "raw_tables.sql").read_text(encoding="utf-8")
    literal = re.search(r"return\((\{.*?\})\)", text, re.DOTALL)
    assert literal is not None
    return {(source, table) for source, tables in ast.literal_eval(literal[1]).items() for table in tables}


def test_the_macro_lists_every_declared_table() -> None:
    assert macro_tables() == {(source, table["name"]) for source, table in contract_tables(STAGING)}


def test_every_source_has_a_switch() -> None:
    variables = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    switches = {name.removeprefix("use_") for name in variables if name.startswith("use_")}
    assert switches == {source for source, _ in macro_tables()}


def test_every_column_has_a_known_type_and_a_description() -> None:
    for source, table in contract_tables(STAGING):
        assert table["description"].strip(), f"{source}.{table['name']}"
        for column in table["columns"]:
            where = f"{source}.{table['name']}.{column['name']}"
            assert column["data_type"] in TYPES, where
            assert column["description"].strip(), where
            if column["data_type"] == "json":
                assert column["config"]["meta"]["leadline"]["structure"], where


def test_seed_properties_are_what_the_contract_gives() -> None:
    committed = (ROOT / "seeds" / "raw" / "_raw__seeds.yml").read_text(encoding="utf-8")
    assert committed == seed_properties(contract_tables(STAGING)), "run `make seeds`"


def test_seed_headers_are_the_contract() -> None:
    for source, table in contract_tables(STAGING):
        path = ROOT / "seeds" / "raw" / source / f"raw_{source}__{table['name']}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            assert next(csv.reader(file)) == [column["name"] for column in table["columns"]], path
