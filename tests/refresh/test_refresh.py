"""`leadline refresh` as people and schedules run it, over real dbt builds."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import duckdb
import pytest

from leadline.cli.main import main
from leadline.refresh.turn import turn
from tests.refresh.small_project import write_project


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one published build."""
    folder = tmp_path_factory.mktemp("project")
    write_project(folder)
    run = leadline(folder, "refresh")
    assert run.returncode == 0, run.stderr
    return folder


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    """A copy of that project, to break."""
    return Path(shutil.copytree(built, tmp_path / "project", symlinks=True))


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def leadline(folder: Path, command: str, *arguments: str) -> Run:
    """The program, run in this process: dbt has one of its own all the same."""
    given = ["--vars", json.dumps({"orders": "orders.csv"})] if command == "refresh" else []
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.chdir(folder)
        patch.setattr(sys, "argv", ["leadline", command, *arguments, *given])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Run(code, out.getvalue(), err.getvalue())


def answer(folder: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(folder / "builds/current/leadline.duckdb"), read_only=True) as connection:
        return connection.execute(
            "select max(build), any_value(value), kpi.average_order(40, 2)"
            " from kpi.builds, kpi.average_order_by('year', '')"
        ).fetchall()


def test_what_is_published_answers(built: Path) -> None:
    # (10 + 30) / 2 orders
    assert answer(built) == [(1, 20.0, 20.0)]


def test_the_next_build_makes_again_what_may_have_changed_and_publishes_it_with_the_rest(
    project: Path,
) -> None:
    with (project / "orders.csv").open("a") as export:
        export.write("3,2026-09-03,80\n")
    run = leadline(project, "refresh")
    assert run.returncode == 0, run.stderr
    # fct_orders reads past dbt; dim_date reads nothing.
    assert "since build 1: 1 of 2 tables and views" in run.stdout
    # (10 + 30 + 80) / 3 orders
    assert answer(project) == [(2, 40.0, 20.0)]
    with duckdb.connect(str(project / "builds/current/leadline.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select table_name, estimated_size, comment from duckdb_tables()"
            " where schema_name = 'marts' order by all"
        ).fetchall()
    assert found == [("dim_date", 364, "Days of the year."), ("fct_orders", 3, "Orders of the shop.")]


def test_everything_is_built_where_it_is_asked_for(project: Path) -> None:
    run = leadline(project, "refresh", "--full")
    assert run.returncode == 0, run.stderr
    assert "everything: asked to build everything" in run.stdout


def test_a_failing_test_publishes_nothing_and_names_it(project: Path) -> None:
    with (project / "orders.csv").open("a") as export:
        export.write("3,2026-09-03,-5\n")
    run = leadline(project, "refresh")
    assert run.returncode == 1
    assert "not published: amounts_are_positive" in run.stderr
    assert "builds/2" in run.stderr
    assert "build 1 stays current" in run.stderr
    assert answer(project) == [(1, 20.0, 20.0)]
    assert (project / "builds/2/warehouse/leadline.duckdb").is_file()


def test_a_reason_publishes_it_all_the_same_and_rollback_takes_it_back(project: Path) -> None:
    with (project / "orders.csv").open("a") as export:
        export.write("3,2026-09-03,-10\n")
    run = leadline(project, "refresh", "--publish-anyway", "refund booked as an order, known")
    assert run.returncode == 0, run.stderr
    # (10 + 30 - 10) / 3 orders
    assert answer(project) == [(2, 10.0, 20.0)]
    listed = json.loads(leadline(project, "builds", "--format", "json").stdout)
    assert [b["forced"] for b in listed] == [None, "refund booked as an order, known"]
    back = leadline(project, "rollback")
    assert back.returncode == 0
    assert "published build 1" in back.stdout
    assert answer(project) == [(1, 20.0, 20.0)]


def test_a_changed_schema_of_an_export_is_named(project: Path) -> None:
    (project / "orders.csv").write_text("order_id,ordered_on,total\n1,2026-09-01,10\n")
    run = leadline(project, "refresh")
    assert run.returncode == 1
    assert "not published: fct_orders" in run.stderr
    assert '"amount"' in run.stderr
    assert answer(project) == [(1, 20.0, 20.0)]


def test_an_export_that_is_gone_is_named(project: Path) -> None:
    (project / "orders.csv").unlink()
    run = leadline(project, "refresh")
    assert run.returncode == 1
    assert "orders.csv" in run.stderr
    assert answer(project) == [(1, 20.0, 20.0)]


def test_a_definition_that_does_not_parse_is_told_in_words(project: Path) -> None:
    (project / "models/models.yml").write_text("models: [")
    run = leadline(project, "refresh")
    assert run.returncode == 1
    assert "dbt could not build" in run.stderr
    assert "Traceback" not in run.stderr
    assert answer(project) == [(1, 20.0, 20.0)]


def test_a_corrupted_build_is_not_gone_back_to(project: Path) -> None:
    assert leadline(project, "refresh", "--quiet").returncode == 0
    (project / "builds/1/leadline.duckdb").write_bytes(b"not a database")
    run = leadline(project, "rollback")
    assert run.returncode != 0
    assert "builds/1/leadline.duckdb" in run.stderr
    assert answer(project) == [(2, 20.0, 20.0)]


def test_the_log_is_lines_of_json_and_quiet_is_quiet(project: Path) -> None:
    run = leadline(project, "refresh", "--json")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    assert [(line["step"], line["outcome"]) for line in lines] == [
        ("build", "passed"),
        ("check", "passed"),
        ("write", "passed"),
        ("publish", "passed"),
    ]
    assert {line["build"] for line in lines} == {2}
    quiet = leadline(project, "refresh", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


def test_a_second_refresh_says_who_holds_the_turn(project: Path) -> None:
    with turn(project / "builds"):
        run = leadline(project, "refresh")
    assert run.returncode == 3
    assert f"another refresh is running: process {os.getpid()} on" in run.stderr


def test_outside_a_project_it_says_where_to_run(tmp_path: Path) -> None:
    run = leadline(tmp_path, "refresh")
    assert run.returncode == 3
    assert "there is no dbt project here" in run.stderr
    assert not (tmp_path / "builds").exists()


def test_a_bare_environment_as_cron_gives_it_is_enough(project: Path) -> None:
    """cron sets hardly more than HOME, PATH and SHELL, and runs from the home folder."""
    variables = """'{"orders": "orders.csv"}'"""
    command = f"cd {project} && {sys.executable} -m leadline.cli refresh --quiet --vars {variables}"
    run = subprocess.run(
        ["/usr/bin/env", "-i", "HOME=/", "PATH=/usr/bin:/bin", "SHELL=/bin/sh", "/bin/sh", "-c", command],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    assert answer(project) == [(2, 20.0, 20.0)]
