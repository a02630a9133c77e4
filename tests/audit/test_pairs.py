"""Pairs of queries written by hand, each with its verdict and the reason for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from leadline.audit import compare_queries, read_facts

PAIRS = [
    pytest.param(pair, file.stem, id=f"{file.stem}-{pair['name']}")
    for file in sorted((Path(__file__).parent / "pairs").glob("*.yml"))
    for pair in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize(("pair", "verdict"), PAIRS)
def test_a_pair_has_its_verdict(pair: dict[str, Any], verdict: str) -> None:
    facts = read_facts(pair["schema"]) if "schema" in pair else None
    found = compare_queries(pair["a"], pair["b"], facts, pair.get("dialect")).overall
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
    facts = read_facts(pair["schema"]) if "schema" in pair else None
    assert compare_queries(pair["b"], pair["a"], facts, pair.get("dialect")).overall.verdict == verdict
