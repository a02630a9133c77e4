"""The committed seeds are the generator's output, byte for byte, in the shape of the raw contract."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from leadline.demo import write
from leadline.demo.schema import CONTRACT, schema
from tests.warehouses import ROOT

ARROW = {
    "string": "varchar",
    "int64": "bigint",
    "double": "double",
    "bool": "boolean",
    "date32[day]": "date",
    "timestamp[us]": "timestamp",
}
LIMIT = 5_000_000
# Fivetran's flattened copy of GA4: the company uses the BigQuery export instead.


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("seeds")
    write(folder, layout="seeds")
    return folder


def test_the_committed_seeds_are_what_the_generator_writes(made: Path, seeds_dir: Path) -> None:
    committed = contents(seeds_dir)
    for name, data in contents(made).items():
        assert committed[name] == data, f"{name} differs: run `make seeds`"


def test_no_other_raw_seed_has_rows(made: Path, seeds_dir: Path) -> None:
    mine = set(contents(made))
    for name, data in contents(seeds_dir).items():
        if name.endswith(".csv") and name not in mine:
            assert data.count(b"\n") <= 1, name


def test_the_seeds_are_small(seeds_dir: Path) -> None:
    assert 4_000_000 < sum(len(data) for data in contents(seeds_dir).values()) < LIMIT


def test_another_process_with_another_hash_seed_writes_the_same(made: Path, tmp_path: Path) -> None:
    code = "import sys; from leadline.demo import write; write(sys.argv[1], layout='seeds')"
    environment = os.environ | {
        "PYTHONHASHSEED": "4711",
        "OMP_NUM_THREADS": "1",
        "ARROW_NUM_THREADS": "1",
        "TZ": "Asia/Tokyo",
    }
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env=environment)
    assert contents(tmp_path) == contents(made)


def test_another_seed_is_another_company(made: Path, tmp_path: Path) -> None:
    write(tmp_path, layout="seeds", seed=8)
    other, first = contents(tmp_path), contents(made)
    assert set(other) == set(first)
    changed = [name for name in first if other[name] != first[name]]
    assert "ga4/raw_ga4__events.csv" in changed
    assert "shopify/raw_shopify__order.csv" in changed


def test_the_tables_have_the_columns_of_the_contract() -> None:
    declared = {}
    for path in sorted((ROOT / "models" / "staging").glob("*/_*__sources.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8"))["sources"]:
            for table in source["tables"]:
                columns = [(c["name"], c["data_type"]) for c in table["columns"]]
                declared[source["name"], table["name"]] = columns
    generated = {(s, t) for s, tables in CONTRACT.items() for t in tables}
    assert generated <= set(declared)
    for source, table in set(declared) - generated:
        # What the company does not export is there without rows.
        seed = ROOT / "seeds" / "raw" / source / f"raw_{source}__{table}.csv"
        assert len(seed.read_text(encoding="utf-8").splitlines()) == 1, seed
    for (source, table), columns in declared.items():
        if (source, table) in generated:
            fields = [(f.name, ARROW.get(str(f.type), "json")) for f in schema(source, table)]
            # LinkedIn's real accounts do not say when they were exported; a column that is missing is NULL.
            assert set(fields) in (set(columns), set(columns[:-1])), f"{source}.{table}"
            assert len(fields) == len(columns) or columns[-1][0] == "_fivetran_synced"
