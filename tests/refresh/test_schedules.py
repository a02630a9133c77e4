"""The schedules in docs/: read by the programs that would run them, where those are installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from leadline.cli.main import app

SCHEDULES = Path(__file__).parents[2] / "docs" / "schedules"
TEXTS = {
    path.name: path.read_text(encoding="utf-8") for path in sorted(SCHEDULES.iterdir()) if path.is_file()
}


def test_systemd_reads_the_units(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed here")
    program = str(Path(sys.executable).with_name("leadline"))
    for name in ("leadline.service", "leadline.timer"):
        text = TEXTS[name].replace("/srv/leadline/.venv/bin/leadline", program)
        (tmp_path / name).write_text(text.replace("/srv/leadline", str(tmp_path)))
    run = subprocess.run(
        ["systemd-analyze", "verify", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_every_option_that_a_schedule_uses_exists(name: str) -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    used = re.findall(r"leadline[\"', ]+([a-z]+)((?:[^\n]|\\\n)*)", TEXTS[name])
    of_ours = [(command, rest) for command, rest in used if command in commands]
    for command, rest in of_ours:
        known = {option for parameter in commands[command].params for option in parameter.opts}
        assert set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", rest)) <= known, command
    assert of_ours or name.endswith(".timer")


def test_the_python_and_yaml_of_schedules_parse() -> None:
    for name, text in TEXTS.items():
        if name.endswith(".py"):
            compile(text, name, "exec")
        if name.endswith(".yml"):
            assert [job["steps"] for job in yaml.safe_load(text)["jobs"].values()]
