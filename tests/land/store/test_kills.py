"""Landings killed at random moments: the store is as before or as after, never between, and works on."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leadline.land.store import ledger
from leadline.land.store.layout import Layout
from tests.land.store.incoming import clicks
from tests.land.store.kills import FORGET, PERSON, days_of, exported
from tests.warehouses import ROOT

KILLS = 200


class Lander:
    """The warm process, and what it says."""

    def __init__(self, store: Path, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.land.store.kills", str(store), str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def _word(self) -> int:
        assert self.process.stdout
        return int(self.process.stdout.readline().split()[1])

    def land(self, number: int, kill_after: float | None) -> tuple[int, float]:
        """The exit status (-9 if it was killed in time) and how long it took."""
        assert self.process.stdin
        self.process.stdin.write(f"{number}\n")
        self.process.stdin.flush()
        child, begin = self._word(), time.perf_counter()
        if kill_after is not None:
            time.sleep(kill_after)
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        return self._word(), time.perf_counter() - begin


@pytest.fixture
def lander(tmp_path: Path) -> Iterator[Lander]:
    found = Lander(tmp_path / "store", tmp_path / "in")
    yield found
    assert found.process.stdin
    found.process.stdin.close()
    assert found.process.wait(timeout=10) == 0


def expected(landed: list[int]) -> dict[tuple[str, str], int]:
    """The rule, naively: go from the oldest export to the newest, later days over earlier."""
    found: dict[tuple[str, str], int] = {}
    for number in sorted(landed, key=lambda n: (exported(n), landed.index(n))):
        days = {day for day, _, _ in days_of(number)}
        found = {place: value for place, value in found.items() if place[0] not in days}
        found |= {(day, campaign): value for day, campaign, value in days_of(number)}
    return found


def known(layout: Layout) -> list[int]:
    """The numbers of the landed files, in the order of landing."""
    return [int(file.name.split(".")[0]) for file in ledger.read(layout.current()).files]


def check(layout: Layout, landed: list[int]) -> None:
    """The snapshot says what these files say, and their originals are whole."""
    assert clicks(layout) == expected(landed)
    newest = max(landed, key=lambda n: (exported(n), landed.index(n)))
    names = {
        row["id"]: row["name"]
        for path in (layout.raw / "google_ads" / "campaign_history").glob("**/*.parquet")
        for row in pq.ParquetFile(path).read().to_pylist()
    }
    assert names == {"1": f"first of {newest}", "2": "second"}
    for file in ledger.read(layout.current()).files:
        assert (layout.originals / file.sha256).stat().st_size == file.size


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_the_store_as_before_or_after(tmp_path: Path, lander: Lander) -> None:
    layout = Layout(tmp_path / "store")
    draw = random.Random(20261122)  # noqa: S311 - moments, not secrets
    # What a landing takes here and now, so that kills fall all over it.
    usual = min(lander.land(number, None)[1] for number in range(3))
    reach = usual * 1.3
    landed, number, kills, survived = known(layout), 3, 0, 0
    assert landed == [0, 1, 2]
    while kills < KILLS:
        status, _ = lander.land(number, draw.uniform(0, reach))
        kills += status == -signal.SIGKILL
        after = known(layout)
        # The machine is not as quick all the time: moments follow it, or no landing would come to its end.
        reach *= 1.03 if after == landed else 0.9
        assert after in (landed, [*landed, number])
        # Read every time, by hand; the store itself has not been opened for writing since the kill.
        check(layout, after)
        survived += status == -signal.SIGKILL and after != landed
        landed = after
        if landed[-1] == number:
            number += 1
        if len(landed) > 25:
            # Fewer files keep it quick; what is left begins a new store.
            layout.folder.rename(tmp_path / f"store-{number}")
            for fresh in range(number, number + 3):
                assert lander.land(fresh, None)[0] == 0
            landed, number = known(layout), number + 3
    assert lander.land(number, None)[0] == 0
    landed.append(number)
    assert known(layout) == landed
    check(layout, landed)
    # Nothing that a killed landing began is left after the next one.
    named = {part.name for _, part in ledger.read(layout.current()).parts()}
    assert {path.name for path in layout.parts.iterdir()} == named
    assert {path.name for path in layout.originals.iterdir()} == {
        file.sha256 for file in ledger.read(layout.current()).files
    }
    assert not layout.tmp.exists()
    # Kills fell on both sides of the commit, or they were not at random moments.
    assert 0 < survived < kills


def test_two_landings_at_once_both_end_well(tmp_path: Path) -> None:
    landers = [Lander(tmp_path / "store", tmp_path / f"in{which}") for which in (0, 1)]
    for number in range(0, 6, 2):
        for which, one in enumerate(landers):
            assert one.process.stdin
            one.process.stdin.write(f"{number + which}\n")
            one.process.stdin.flush()
    for one in landers:
        for _ in range(3):
            one._word()
            assert one._word() == 0
        assert one.process.stdin
        one.process.stdin.close()
        assert one.process.wait(timeout=20) == 0
    layout = Layout(tmp_path / "store")
    landed = known(layout)
    assert sorted(landed) == list(range(6))
    assert clicks(layout) == expected(landed)


def bearers(layout: Layout) -> set[str]:
    """The ids that the models read, of those who bear the person's address and of the others."""
    paths = (layout.raw / "hubspot" / "contact").glob("**/*.parquet")
    return {row["id"] for path in paths for row in pq.ParquetFile(path).read().to_pylist()}


def mentions(layout: Layout) -> list[str]:
    """Every file of the store that bears the address; what Parquet compresses is read beside."""
    found = []
    for path in layout.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".parquet":
                content += str(pq.ParquetFile(path).read().to_pylist()).encode()
            if PERSON.encode() in content:
                found.append(str(path))
    return found


@pytest.mark.slow
def test_to_forget_is_killed_at_any_moment_and_finished_by_another_run(
    tmp_path: Path, lander: Lander
) -> None:
    layout = Layout(tmp_path / "store")
    draw = random.Random(7)  # noqa: S311 - moments, not secrets
    assert lander.land(-1, None)[0] == 0
    usual = lander.land(FORGET, None)[1]
    others, killed = {"-1 other"}, 0
    for number in range(-2, -32, -1):
        assert lander.land(number, None)[0] == 0
        others.add(f"{number} other")
        killed += lander.land(FORGET, draw.uniform(0, usual))[0] == -signal.SIGKILL
        # As before or as after, and never without the others.
        assert bearers(layout) - others in (set(), {str(number)})
        assert others <= bearers(layout)
        assert lander.land(FORGET, None)[0] == 0
        assert bearers(layout) == others
        assert mentions(layout) == []
    assert killed > 5
