"""Shell completion: commands, and the names of metrics."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import MINI


def completed(words: str, manifest: Path) -> list[str]:
    """What bash offers for the last of the words."""
    environment = os.environ | {
        "_LEADLINE_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "LEADLINE_MANIFEST": str(manifest),
    }
    program = Path(sys.executable).with_name("leadline")
    run = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    return sorted(run.stdout.split())


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("leadline qu", ["query"]),
        ("leadline query clicks_t", ["clicks_to_date", "clicks_trailing"]),
        ("leadline show ctr", ["ctr"]),
        ("leadline show nothing", []),
        ("leadline query clicks --grain q", ["quarter"]),
    ],
)
def test_names_are_completed(words: str, offered: list[str]) -> None:
    assert completed(words, MINI / "semantic_manifest.json") == offered


def test_without_a_manifest_nothing_is_offered_and_nothing_fails(tmp_path: Path) -> None:
    assert completed("leadline query cl", tmp_path / "none.json") == []
