"""The corpus of pairs judged by hand, and how often the tool says the same: the confusion table."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.audit.verdicts import told

FOLDER = Path(__file__).parent
VERDICTS = ("same", "edge", "different", "undecidable")
SCHEMA = yaml.safe_load((FOLDER / "corpus" / "schema.yml").read_text(encoding="utf-8"))


def pairs() -> list[tuple[str, dict[str, Any]]]:
    """The pairs of this corpus, and those of pairs/ beside it, each with the verdict by hand."""
    found = []
    for verdict in VERDICTS:
        for folder in ("corpus", "pairs"):
            path = FOLDER / folder / f"{verdict}.yml"
            if path.is_file():
                read = yaml.safe_load(path.read_text(encoding="utf-8"))
                found += [(verdict, {**pair, "in": folder}) for pair in read]
    return found


PAIRS = pairs()


@lru_cache(maxsize=1)
def said() -> list[tuple[str, str, str]]:
    """By hand, by the tool, and which."""
    found = []
    for verdict, pair in PAIRS:
        schema = SCHEMA if pair["in"] == "corpus" else pair.get("schema")
        found.append((verdict, told(pair, schema).verdict, pair["name"]))
    return found


def table() -> str:
    """Rows are the verdicts by hand, columns those of the tool."""
    counts = Counter((hand, tool) for hand, tool, _ in said())
    lines = ["by hand \\ tool".ljust(16) + "".join(v.rjust(13) for v in VERDICTS)]
    lines += [hand.ljust(16) + "".join(str(counts[hand, v]).rjust(13) for v in VERDICTS) for hand in VERDICTS]
    return "\n".join(lines)


def names(hand: tuple[str, ...], tool: tuple[str, ...]) -> list[str]:
    return [name for h, t, name in said() if h in hand and t in tool]


def test_no_same_is_different(capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{table()}")
    assert names(("different",), ("same", "edge")) == []
    assert names(("edge",), ("same",)) == []


def test_false_alarms_are_rare() -> None:
    right = [name for hand, _, name in said() if hand in ("same", "edge")]
    alarms = names(("same", "edge"), ("different",))
    assert len(alarms) <= 0.03 * len(right), alarms


def test_what_can_be_decided_is() -> None:
    open_ones = names(("same", "edge", "different"), ("undecidable",))
    assert len(open_ones) <= 0.05 * len(PAIRS), open_ones


def test_edges_are_told_from_same() -> None:
    assert len(names(("same",), ("edge",))) <= 0.03 * len(PAIRS), names(("same",), ("edge",))


def test_the_corpus_is_large_and_says_why() -> None:
    counts = Counter(verdict for verdict, _ in PAIRS)
    assert len(PAIRS) >= 150
    assert counts["same"] >= 60
    assert counts["edge"] >= 25
    assert counts["different"] >= 60
    assert counts["undecidable"] >= 3
    for _, pair in PAIRS:
        assert pair["name"]
        # The pairs of differing values name the difference itself.
        assert pair.get("reason") or "says" in pair
    own = [pair["name"] for _, pair in PAIRS if pair["in"] == "corpus"]
    assert len(own) == len(set(own))
