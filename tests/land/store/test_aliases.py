"""Renamed campaigns without ids: proposed where the figures say so, applied only when told to."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from leadline.errors import LeadlineError
from leadline.land.store import ledger
from leadline.land.store.aliases import apply_aliases, proposals
from leadline.land.store.change import change
from leadline.land.store.layout import Layout
from tests.land.store.incoming import at, clicks, incoming, land

DAYS = [f"2026-01-{day:02}" for day in range(10, 20)]


def key(name: str) -> str:
    return hashlib.sha256(f"A1 {name}".encode()).hexdigest()[:32]


def export(layout: Layout, folder: Path, name: str, when: str, days: list[str], **figures: int) -> None:
    rows = [(day, key(title), base + int(day[-2:])) for title, base in figures.items() for day in days]
    names = {key(title): title for title in figures}
    land(layout, incoming(folder, name, rows, at(when), names=names))


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "store")
    export(found, tmp_path / "in", "a.csv", "2026-01-20", DAYS[:8], Soldes=100, Hiver=500, Marque=900)
    # Soldes is renamed; Hiver ended and Printemps began with other figures; Marque stays.
    export(found, tmp_path / "in", "b.csv", "2026-01-25", DAYS[3:], Rabais=100, Printemps=501, Marque=900)
    return found


def test_a_rename_is_proposed_where_overlapping_days_are_equal(layout: Layout) -> None:
    found = proposals(ledger.read(layout.current()), layout.parts)
    assert [(one.was, one.name, one.days) for one in found] == [("Soldes", "Rabais", 5)]
    assert found[0].entry() == "- {source: google_ads, account: A1, name: Rabais, was: Soldes}"


def test_nothing_is_applied_without_being_told(layout: Layout) -> None:
    ids = {campaign for _, campaign in clicks(layout)}
    assert key("Soldes") in ids
    assert key("Rabais") in ids


def test_an_alias_gives_both_names_one_key_and_the_newest_name(layout: Layout) -> None:
    proposal = proposals(ledger.read(layout.current()), layout.parts)[0]
    layout.aliases.write_text(f"aliases:\n{proposal.entry()}\n")
    with change(layout) as under_way:
        assert apply_aliases(under_way)
    figures = clicks(layout)
    assert {day for day, campaign in figures if campaign == key("Soldes")} == set(DAYS)
    assert key("Rabais") not in {campaign for _, campaign in figures}
    names = {
        row["id"]: row["name"]
        for path in (layout.raw / "google_ads" / "campaign_history").glob("**/*.parquet")
        for row in pq.ParquetFile(path).read().to_pylist()
    }
    assert names[key("Soldes")] == "Rabais"
    assert key("Rabais") not in names
    assert proposals(ledger.read(layout.current()), layout.parts) == []
    # Without the file it is as it was.
    layout.aliases.unlink()
    with change(layout) as under_way:
        assert apply_aliases(under_way)
    assert key("Rabais") in {campaign for _, campaign in clicks(layout)}


def test_a_name_that_never_landed_is_an_error_with_the_nearest(layout: Layout) -> None:
    layout.aliases.write_text("aliases: [{source: google_ads, name: Rabai, was: Soldes}]\n")
    with change(layout) as under_way, pytest.raises(LeadlineError, match="nearest: Rabais"):
        apply_aliases(under_way)


@pytest.mark.parametrize("text", ["aliases: 3", "[", "aliases: [{name: x}]"])
def test_another_form_is_an_error(layout: Layout, text: str) -> None:
    layout.aliases.write_text(text)
    with change(layout) as under_way, pytest.raises(LeadlineError, match="aliases"):
        apply_aliases(under_way)
