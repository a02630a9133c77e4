"""The program, run in this process with a store of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from leadline.cli.main import main


@dataclass(frozen=True)
class Run:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        """What --json printed."""
        found: list[dict[str, Any]] = json.loads(self.out)
        return found


Leadline = Callable[..., Run]


@pytest.fixture
def leadline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Leadline:
    """Runs the program in a folder of its own; its store is landing/store there."""
    for name in ("LEADLINE_STORE", "LEADLINE_STORE_KEY", "LEADLINE_STORE_KEY_FILE", "LEADLINE_PII_SALT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("LEADLINE_DEBUG", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Run:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["leadline", *arguments])
        try:
            main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = capsys.readouterr()
        return Run(code, said.out, said.err)

    return run
