"""Wrong requests and missing things: one clear error, a documented exit code, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from leadline.cli.exits import Exit
from tests.cli.conftest import Leadline


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["query", "clik"], "clicks"),
        (["query", "clicks", "--by", "chanel"], "channel"),
        (["query", "clicks", "--where", "chanel = 'Email'"], "channel"),
        (["query", "clicks", "--where", "channel = "], "channel ="),
        (["query", "clicks", "--where", "1 = 1; drop table fct_leads"], "what to do"),
        (["query", "clicks", "--order", "nothing"], "nothing"),
        (["query", "clicks", "--start", "32 January"], "start"),
        (["query", "clicks", "--limit", "-1"], "limit"),
        (["query", "clicks", "--grain", "fortnight"], "fortnight"),
        (["query", "clicks", "--last", "2"], "--grain"),
        (["query", "clicks", "--last", "2", "--grain", "month", "--start", "2026-01-01"], "--start"),
        (["query", "clicks", "--format", "xml"], "xml"),
        (["query", "clicks", "--lang", "de"], "de"),
        (["query"], "METRIC"),
        (["query", "--saved-query", "chanels"], "channels"),
        (["sql", "clicks", "--dialect", "dukdb"], "duckdb"),
        (["show", "clik"], "clicks"),
        (["show", "reach"], "is not defined"),
        (["list", "--stage", "convertion"], "conversion"),
        (["unknown"], "unknown"),
    ],
)
def test_a_wrong_request_is_refused_with_what_helps(
    leadline: Leadline, arguments: list[str], said: str
) -> None:
    run = leadline(*arguments)
    assert run.code == Exit.USAGE
    assert said in run.err
    assert run.out == ""
    assert "Traceback" not in run.err


def test_a_missing_manifest_says_how_to_make_one(leadline: Leadline, tmp_path: Path) -> None:
    run = leadline("query", "clicks", "--manifest", str(tmp_path / "none.json"))
    assert run.code == Exit.ENVIRONMENT
    assert "there is no semantic manifest" in run.err
    assert "make build" in run.err


def test_a_missing_database_says_how_to_make_one(leadline: Leadline, tmp_path: Path) -> None:
    run = leadline("query", "clicks", "--database", str(tmp_path / "none.duckdb"))
    assert run.code == Exit.ENVIRONMENT
    assert "there is no database" in run.err


def test_a_file_that_is_no_database_is_said_to_be_none(leadline: Leadline, tmp_path: Path) -> None:
    wrong = tmp_path / "leadline.duckdb"
    wrong.write_text("not a database")
    run = leadline("query", "clicks", "--database", str(wrong))
    assert run.code == Exit.ENVIRONMENT
    assert str(wrong) in run.err


def test_a_table_that_is_not_built_is_named(leadline: Leadline, tmp_path: Path) -> None:
    empty = tmp_path / "leadline.duckdb"
    duckdb.connect(str(empty)).close()
    run = leadline("query", "clicks", "--database", str(empty))
    assert run.code == Exit.ENVIRONMENT
    assert "fct_ad_performance" in run.err


def test_a_broken_manifest_is_a_message(leadline: Leadline, tmp_path: Path) -> None:
    wrong = tmp_path / "semantic_manifest.json"
    wrong.write_text("{")
    run = leadline("list", "--manifest", str(wrong))
    assert run.code in (Exit.USAGE, Exit.ENVIRONMENT)
    assert str(wrong) in run.err


def test_an_output_file_that_cannot_be_written_is_a_message(leadline: Leadline, tmp_path: Path) -> None:
    run = leadline("query", "clicks", "--out", str(tmp_path / "no" / "such" / "folder.txt"))
    assert run.code == Exit.USAGE
    assert "cannot be written" in run.err


class TestOurOwnFaults:
    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: object) -> None:
            raise ZeroDivisionError("a fault\nof ours")

        monkeypatch.setattr("leadline.cli.answer.answer", fail)

    @pytest.mark.usefixtures("broken")
    def test_are_one_line_and_how_to_report_them(self, leadline: Leadline) -> None:
        run = leadline("query", "clicks")
        assert run.code == Exit.INTERNAL
        assert "ZeroDivisionError: a fault of ours" in run.err
        assert "LEADLINE_DEBUG=1" in run.err
        assert "Traceback" not in run.err

    @pytest.mark.usefixtures("broken")
    def test_show_the_traceback_on_demand(self, leadline: Leadline, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("LEADLINE_DEBUG", "1")
        assert "Traceback" in leadline("query", "clicks").err


def test_a_reader_that_leaves_early_is_no_error(leadline: Leadline) -> None:
    # The fixture has set the environment; a real pipe needs a real process.
    program = [
        sys.executable,
        "-c",
        "from leadline.cli.main import main; main()",
        "query",
        "clicks",
        "--by",
        "channel",
    ]
    process = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ))
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    said = process.stderr.read().decode()
    process.stderr.close()
    process.wait()
    assert "Traceback" not in said
    assert "error" not in said
