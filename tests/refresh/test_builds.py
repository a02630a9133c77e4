"""Publishing: whole builds or none, through failures, kills and readers."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import time
from pathlib import Path

import duckdb
import pytest

from leadline import LeadlineError
from leadline.refresh.builds import CURRENT, FILE, Build, Builds
from leadline.refresh.pipeline import LOG, Found, Step
from leadline.refresh.turn import BusyError, turn
from tests.refresh.tiny import builds_in, run

KILLS = 100
READERS = 20
PUBLISHES = 50
FORK = multiprocessing.get_context("fork")


def failing(build: Build, folder: Path) -> Found:
    return Found("failed", "clicks > impressions on 3 rows", ("validity.clicks",))


def current(folder: Path) -> Path:
    return folder / CURRENT / FILE


def test_a_refresh_publishes_one_whole_build(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.is_published
    assert builds_in(current(tmp_path)) == {1}
    steps = [json.loads(line)["step"] for line in (tmp_path / LOG).read_text().splitlines()]
    assert steps == ["build", "write", "publish"]


def test_a_critical_check_leaves_the_last_good_build_and_says_what_failed(tmp_path: Path) -> None:
    run(tmp_path)
    result = run(tmp_path, Step("check", failing))
    assert (result.is_published, result.critical) == (False, ("validity.clicks",))
    assert builds_in(current(tmp_path)) == {1}
    rejected = Builds(tmp_path).read(2)
    assert (rejected.status, rejected.failed) == ("rejected", ("validity.clicks",))
    assert (tmp_path / "2" / "warehouse.duckdb").is_file()


def test_publishing_anyway_is_recorded_with_its_reason(tmp_path: Path) -> None:
    result = run(tmp_path, Step("check", failing), publish_anyway="known: tracker outage")
    assert result.is_published
    assert Builds(tmp_path).read(1).forced == "known: tracker outage"
    assert Builds(tmp_path).history()[-1]["reason"] == "known: tracker outage"


def test_a_reason_does_not_publish_what_was_never_written(tmp_path: Path) -> None:
    run(tmp_path)
    builds = Builds(tmp_path)
    from leadline.refresh.pipeline import refresh

    result = refresh(builds, [Step("check", failing)], publish_anyway="no matter what")
    assert not result.is_published
    assert builds_in(current(tmp_path)) == {1}


def test_rollback_goes_back_one_build_or_to_the_one_named(tmp_path: Path) -> None:
    for _ in range(3):
        run(tmp_path)
    builds = Builds(tmp_path)
    assert builds.rollback().number == 2
    assert builds_in(current(tmp_path)) == {2}
    assert builds.rollback(3).number == 3
    assert builds_in(current(tmp_path)) == {3}
    assert [line["action"] for line in builds.history()] == [*["publish"] * 3, *["rollback"] * 2]


def test_rollback_to_what_is_not_there_lists_what_is(tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path, Step("check", failing))
    with pytest.raises(LeadlineError, match="builds to go back to: none"):
        Builds(tmp_path).rollback(2)
    assert builds_in(current(tmp_path)) == {1}


def test_old_builds_go_and_the_current_stays(tmp_path: Path) -> None:
    for _ in range(4):
        run(tmp_path, keep=2)
    assert [b.number for b in Builds(tmp_path).all()] == [3, 4]
    Builds(tmp_path).rollback(3)
    run(tmp_path, keep=1)
    assert [b.number for b in Builds(tmp_path).all()] == [5]


def _hold(folder: Path, held: object) -> None:
    with turn(folder):
        held.set()  # type: ignore[attr-defined]
        time.sleep(30)


def test_the_second_is_told_who_holds_the_turn_and_a_kill_gives_it_back(tmp_path: Path) -> None:
    held = FORK.Event()
    holder = FORK.Process(target=_hold, args=(tmp_path, held))
    holder.start()
    assert held.wait(10)
    with pytest.raises(BusyError, match=f"process {holder.pid} on "):
        run(tmp_path)
    holder.kill()
    holder.join()
    assert run(tmp_path).is_published


def test_a_kill_at_any_point_leaves_readers_untouched_and_the_next_refresh_green(tmp_path: Path) -> None:
    chance = random.Random(20261122)  # noqa: S311 - when to kill, nothing secret
    started = time.monotonic()
    run(tmp_path)
    span = (time.monotonic() - started) * 1.5
    killed = 0
    for _ in range(KILLS):
        before = builds_in(current(tmp_path))
        child = FORK.Process(target=run, args=(tmp_path,))
        child.start()
        time.sleep(chance.uniform(0, span))
        assert child.pid is not None
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        killed += child.exitcode == -signal.SIGKILL
        after = builds_in(current(tmp_path))
        assert after == before or min(after) > max(before)
        result = run(tmp_path)
        assert result.is_published
        assert builds_in(current(tmp_path)) == {result.build.number}
        leftovers = [p.name for p in tmp_path.iterdir() if p.name.startswith((".current.", ".removed."))]
        assert not leftovers
    assert killed > KILLS / 3


def _read(folder: Path, stop: object, failures: object, counts: object) -> None:
    count = 0
    try:
        while not stop.is_set():  # type: ignore[attr-defined]
            with duckdb.connect(str(current(folder)), read_only=True) as connection:
                seen = {
                    row
                    for table in ("a", "b", "a", "b")
                    for row in connection.execute(
                        f"select build, count(*) from {table} group by 1"
                    ).fetchall()
                }
                count += 1
                time.sleep(0.4)
                if len(seen) != 1:
                    failures.put(f"mixed: {seen}")  # type: ignore[attr-defined]
    except Exception as error:
        failures.put(repr(error))  # type: ignore[attr-defined]
    counts.put(count)  # type: ignore[attr-defined]


def test_readers_see_one_whole_build_through_fifty_publishes(tmp_path: Path) -> None:
    run(tmp_path)
    stop, failures, counts = FORK.Event(), FORK.Queue(), FORK.Queue()
    readers = [FORK.Process(target=_read, args=(tmp_path, stop, failures, counts)) for _ in range(READERS)]
    for reader in readers:
        reader.start()
    with duckdb.connect(str(current(tmp_path)), read_only=True) as opened_before:
        for _ in range(PUBLISHES):
            assert run(tmp_path).is_published
        assert opened_before.execute("select distinct build from a").fetchall() == [(1,)]
    stop.set()
    read = [counts.get(timeout=30) for _ in readers]
    for reader in readers:
        reader.join()
    assert failures.empty(), failures.get()
    assert min(read) > 0
    assert sum(read) > PUBLISHES


def test_a_folder_that_cannot_be_written_is_said_and_nothing_changes(tmp_path: Path) -> None:
    taken = tmp_path / "builds"
    taken.write_text("a file is in the way")
    with pytest.raises(LeadlineError, match="cannot be written to"):
        run(taken)
    assert taken.read_text() == "a file is in the way"


def test_a_full_disk_publishes_nothing(tmp_path: Path) -> None:
    run(tmp_path)

    def full(build: Build, folder: Path) -> Found:
        with Path("/dev/full").open("w") as file:
            file.write("x" * 100_000)
        return Found()

    result = run(tmp_path, Step("plan", full))
    assert not result.is_published
    assert result.critical == ("plan: No space left on device",)
    assert builds_in(current(tmp_path)) == {1}


def test_a_record_cut_short_is_an_interrupted_build(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "2").mkdir()
    (tmp_path / "2" / "build.json").write_text('{"number": 2, "sta')
    result = run(tmp_path)
    assert (result.is_published, result.interrupted, result.build.number) == (True, (2,), 3)


def test_a_foreign_current_is_not_overwritten_silently(tmp_path: Path) -> None:
    (tmp_path / CURRENT).mkdir(parents=True)
    with pytest.raises(LeadlineError, match="`current` is not the link"):
        run(tmp_path)
