"""Pairs of queries written by hand, each with its verdict and the reason for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.audit.verdicts import told

PAIRS = [
    pytest.param(pair, file.stem, id=f"{file.stem}-{pair['name']}")
    for file in sorted((Path(__file__).parent / "pairs").glob("*.yml"))
    for pair in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("pair", "verdict"), PAIRS)
def test_a_pair_has_its_verdict(pair: dict[str, Any], verdict: str) -> None:
    found = told(pair, pair.get("schema"))
    assert found.verdict == verdict, found.reasons
    assert found.reasons
    if verdict == "edge":
        assert pair["edge"] in found.reasons
    if verdict == "different":
        assert pair["says"] in " | ".join(found.reasons)
        assert found.witness is not None
        assert found.witness.left != found.witness.right


@pytest.mark.parametrize(("pair", "verdict"), PAIRS[::4])
def test_the_verdict_does_not_depend_on_the_order(pair: dict[str, Any], verdict: str) -> None:
    assert told(pair | {"a": pair["b"], "b": pair["a"]}, pair.get("schema")).verdict == verdict
