"""The shop at v1 and changed in its working tree, parsed once for all tests, and the program run on it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from leadline.cli.main import main
from tests.cli.conftest import Leadline, Run
from tests.diff.project import FILES, database, git, write

CHANGED = {
    "macros/net.sql": "{% macro net(amount) %}{{ amount }} / (1 + {{ var('tax') }} / 100){% endmacro %}\n",
    "models/models.yml": FILES["models/models.yml"]
    .replace("label: Visits", "label: Sessions")
    .replace(
        "        label: Orders\n",
        "        label: Orders\n        filter: \"{{ Dimension('order__status') }} = 'paid'\"\n",
    )
    .replace("- {name: sales,", "- {name: net_sales,")
    .replace("expr: refund,", "expr: amount * 0,")
    .replace("      - {name: channel, dimension: {type: categorical}}\n", "      - name: channel\n"),
}


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose tag v1 is FILES and working tree CHANGED; the branch `broken` does not parse."""
    folder = tmp_path_factory.mktemp("shop") / "analytics"
    write(folder, FILES)
    git(folder.parent, "init", "--quiet", "--initial-branch", "main")
    git(folder.parent, "add", "--all")
    git(folder.parent, "commit", "--quiet", "--message", "One")
    git(folder.parent, "tag", "v1")
    git(folder.parent, "checkout", "--quiet", "-b", "broken")
    write(folder, {"metrics/rates.yml": FILES["metrics/rates.yml"].replace("visits\n", "visitors\n")})
    git(folder.parent, "commit", "--quiet", "--all", "--message", "Broken")
    git(folder.parent, "checkout", "--quiet", "main")
    write(folder, CHANGED)
    database(folder / "leadline.duckdb", refund="")
    return folder


@pytest.fixture
def leadline(shop: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leadline:
    """Runs the program in the shop's folder, on its database."""
    for name in (
        "LEADLINE_MANIFEST",
        "LEADLINE_CURRENCY",
        "LEADLINE_PLAN",
        "DBT_TARGET_PATH",
        "DBT_PROFILES_DIR",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LEADLINE_DATABASE", str(shop / "leadline.duckdb"))
    monkeypatch.chdir(shop)

    def run(*arguments: str) -> Run:
        monkeypatch.setattr(sys, "argv", ["leadline", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        written = capsys.readouterr()
        code = stopped.value.code
        return Run(int(code) if code is not None else 0, written.out, written.err)

    return run
