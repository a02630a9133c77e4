"""The catalogue's page: all metrics in both languages, offline, and its search in a real browser."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from leadline import Layer
from tests.cli.conftest import Leadline

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


class Page(HTMLParser):
    """Ids, links, addresses that a browser would load, and fields without a label."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found.get("href")))
        elif found.get("src") or tag == "link":
            self.loaded.append(str(found.get("src") or found.get("href")))


@pytest.fixture(scope="module")
def page(project: Layer, manifest_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from leadline.cli import phrases
    from leadline.write.catalogue import catalogue, page

    path = tmp_path_factory.mktemp("page") / "catalogue.html"
    words = {
        "headings": phrases.HEADINGS,
        "facets": phrases.FACETS,
        "values": phrases.VALUES,
        "adding": phrases.ADDING,
        "nothing": phrases.NOTHING,
        "page_words": phrases.PAGE,
    }
    text = page(catalogue(project.manifest), lang="en", phrases=words, shown_on="2026-01-01")
    path.write_text(text, encoding="utf-8")
    return path


def test_every_metric_stands_on_it_in_both_languages(page: Path, project: Layer) -> None:
    text = page.read_text(encoding="utf-8")
    read = Page()
    read.feed(text)
    assert project.metrics.keys() <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))
    assert "Taux de réactivité (CTOR)" in text
    assert "Click-to-open rate (CTOR)" in text


def test_it_loads_nothing_and_its_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    read = Page()
    read.feed(text)
    assert read.loaded == []
    assert not re.search(r"https?://", text)
    assert {link for link in read.links if link.removeprefix("#") not in read.ids} == set()


def shown(page: Path, query: str, profile: Path) -> list[str]:
    """The metrics that a browser shows for an address of the page, from top to bottom."""
    assert CHROMIUM is not None
    run = subprocess.run(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--dump-dom", f"file://{page}{query}"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    cards = re.findall(r'<article id="(\w+)" class="card"[^>]*>', run.stdout)
    hidden = re.findall(r'<article id="(\w+)" class="card"[^>]* hidden', run.stdout)
    assert len(cards) == len(set(cards)) > 0
    return [card for card in cards if card not in hidden]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_the_search_finds_in_both_languages_without_accents(page: Path, tmp_path: Path) -> None:
    assert "click_to_open_rate" in shown(page, "?q=taux+de+reactivite", tmp_path)
    assert shown(page, "?lang=fr&q=CTOR", tmp_path) == ["click_to_open_rate"]
    assert shown(page, "?q=no+such+thing", tmp_path) == []


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize(
    ("query", "first", "also"),
    [
        ("?q=ctr", "ctr", "serp_ctr"),
        ("?lang=fr&q=taux+d%27ouverture", "open_rate", "follow_up_open_rate"),
    ],
)
def test_the_kpi_of_that_name_comes_first(
    query: str, first: str, also: str, page: Path, tmp_path: Path
) -> None:
    found = shown(page, query, tmp_path)
    assert found[0] == first
    assert also in found[1:]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_without_a_search_every_card_stands_at_its_stage(page: Path, tmp_path: Path) -> None:
    written = re.findall(r'<article id="(\w+)"', page.read_text(encoding="utf-8"))
    assert shown(page, "", tmp_path) == written


def test_the_command_writes_it(leadline: Leadline, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "catalogue.html"
    assert leadline("docs", "--out", str(out), "--lang", "fr").code == 0
    assert '<html lang="fr"' in out.read_text(encoding="utf-8")
