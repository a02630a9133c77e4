"""What commands import: dbt costs more than a second and Great Expectations more than three."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MINI

HEAVY = (
    *("dbt", "great_expectations", "metricflow", "plotext", "rich", "jsonschema"),
    *("apprise", "scipy", "statsmodels"),
)


def imported(arguments: list[str], database: Path) -> set[str]:
    """Top-level packages loaded by a command, as a fresh interpreter reports them."""
    code = (
        "import sys\n"
        "from leadline.cli.main import main\n"
        "try:\n    main()\n"
        "except SystemExit as stopped:\n    assert not stopped.code, stopped.code\n"
        "print(*sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )
    environment = os.environ | {
        "LEADLINE_MANIFEST": str(MINI / "semantic_manifest.json"),
        "LEADLINE_DATABASE": str(database),
    }
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=True
    )
    return set(run.stderr.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("arguments", "also_absent"),
    [
        (["query", "ctr", "--by", "channel"], ()),
        (["sql", "cost_per_lead", "--by", "channel"], ("duckdb", "pyarrow", "babel", "yaml")),
        (["list"], ("duckdb", "pyarrow")),
        (["show", "ctr", "--database", "absent", "--plan", "absent"], ("duckdb", "pyarrow")),
        (["--version"], ("duckdb", "pyarrow", "babel", "yaml")),
    ],
)
def test_no_command_imports_what_it_does_not_need(
    arguments: list[str], also_absent: tuple[str, ...], mini_database: Path
) -> None:
    loaded = imported(arguments, mini_database)
    assert "leadline" in loaded
    assert loaded.isdisjoint({*HEAVY, *also_absent})
