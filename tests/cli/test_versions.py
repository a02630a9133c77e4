"""Every answer says by which version of its definition it was made: in metadata, beside or below it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from leadline import Layer
from leadline.versions import definition_version
from tests.cli.conftest import MINI, Leadline

LAYER = Layer.load(MINI / "semantic_manifest.json")
CTR, CLICKS, LEADS = (definition_version(LAYER.manifest, name) for name in ("ctr", "clicks", "leads"))


def test_versions_of_different_definitions_differ() -> None:
    assert len({CTR, CLICKS, LEADS}) == 3


def test_rows_from_python_carry_them_by_column(mini_database: Path) -> None:
    with duckdb.connect(str(mini_database), read_only=True) as connection:
        rows = LAYER.query(
            metrics=["ctr", "clicks__mom"], group_by=["metric_time__month"], connection=connection
        )
    assert json.loads(rows.schema.metadata[b"leadline.versions"]) == {"ctr": CTR, "clicks__mom": CLICKS}
    assert rows.schema.field("ctr").metadata[b"leadline.version"] == CTR.encode()
    assert rows.schema.field("metric_time__month").metadata is None


def test_a_funnel_carries_those_of_the_metrics_that_are_steps(mini_database: Path) -> None:
    with duckdb.connect(str(mini_database), read_only=True) as connection:
        steps = [{"model": "leads", "name": "first"}, "leads"]
        rows = LAYER.funnel(steps=steps, within="7 days", by="lead", connection=connection)
    assert json.loads(rows.schema.metadata[b"leadline.versions"]) == {"leads": LEADS}


def test_a_parquet_file_keeps_them(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "rows.parquet"
    run = leadline("query", "ctr", "reviews", "--format", "parquet", "--out", str(out))
    known = json.loads(pq.read_schema(out).metadata[b"leadline.versions"])
    # A metric without data has a definition all the same.
    assert known == {"ctr": CTR, "reviews": definition_version(LAYER.manifest, "reviews")}
    assert CTR not in run.err


@pytest.mark.parametrize("form", ["csv", "json", "table"])
def test_what_reads_rows_from_a_pipe_is_not_disturbed(leadline: Leadline, form: str) -> None:
    run = leadline("query", "ctr", "--format", form)
    assert CTR not in run.out
    assert run.err.splitlines()[-1] == f"definitions: ctr {CTR}"


def test_columns_hold_them_on_request(leadline: Leadline) -> None:
    by = ("--by", "channel", "--with-versions")
    rows = json.loads(leadline("query", "ctr", "clicks", *by, "--format", "json").out)
    assert {(row["ctr__version"], row["clicks__version"]) for row in rows} == {(CTR, CLICKS)}
    text = leadline("query", "ctr", "clicks", *by, "--format", "csv").out
    assert next(csv.DictReader(io.StringIO(text)))["ctr__version"] == CTR
    assert text.splitlines()[0] == "channel,ctr,clicks,ctr__version,clicks__version"


def test_no_rows_have_the_columns_too(leadline: Leadline) -> None:
    text = leadline(
        "query", "ctr", "--by", "channel", "--where", "channel = 'None'", "--format", "csv", "--with-versions"
    )
    assert text.out == "channel,ctr,ctr__version\n"


def test_files_and_charts_for_people_say_it_in_their_language(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "rows.txt"
    leadline("query", "ctr", "--out", str(out), "--lang", "fr")
    assert out.read_text(encoding="utf-8").splitlines()[-1] == f"définitions : ctr {CTR}"
    assert leadline("query", "ctr", "--format", "markdown").out.endswith(f"- definitions: ctr {CTR}\n")
    assert CTR in leadline("query", "ctr", "--grain", "month", "--chart").err


def test_a_card_ends_with_it(leadline: Leadline) -> None:
    for lang, heading in (("en", "version of the definition"), ("fr", "version de la définition")):
        assert leadline("show", "ctr", "--lang", lang).out.splitlines()[-2:] == [heading, f"  {CTR}"]
