"""The document says everything in its own language, opens without a network, and prints."""

from __future__ import annotations

import datetime as dt
import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from leadline.measurement import labels, pdf, words
from leadline.measurement.document import as_html, as_markdown
from leadline.measurement.figures import Style
from leadline.measurement.spark import spark_svg, spark_text
from leadline.measurement.values import Gauge
from leadline.measurement.words import formula_in_words
from tests.measurement.conftest import GOOD, plan_from

VOID = {"meta", "br", "link", "img", "input", "hr", "line", "circle", "polyline"}


class Page(HTMLParser):
    """What a page holds: tags with attributes, those left open, its text, and every id."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.fixture
def html(gauge: Gauge) -> dict[str, str]:
    plan = plan_from(GOOD)
    return {lang: as_html(plan, gauge, lang, "EUR") for lang in ("en", "fr")}


@pytest.fixture
def markdown(gauge: Gauge) -> dict[str, str]:
    plan = plan_from(GOOD)
    return {lang: as_markdown(plan, gauge, lang, "EUR") for lang in ("en", "fr")}


SECTIONS = {
    "en": [
        "At a glance",
        "North star",
        "Objectives",
        "Channels",
        "Business KPIs",
        "Tracking plan",
        "UTM convention",
        "Dashboards",
        "Alerts",
        "Benchmarks",
        "How to read this plan",
        "Agreed by",
    ],
    "fr": [
        "En bref",
        "Étoile polaire",
        "Objectifs",
        "Canaux",
        "KPI d'activité",
        "Plan de marquage",
        "Convention UTM",
        "Tableaux de bord",
        "Alertes",
        "Repères du secteur",
        "Comment lire ce plan",
        "Validé par",
    ],
}


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_document_has_the_sections_of_a_measurement_plan(markdown: dict[str, str], lang: str) -> None:
    assert re.findall(r"^## (.+)$", markdown[lang], flags=re.MULTILINE) == SECTIONS[lang]


def test_each_owner_signs_once_for_all_that_is_theirs(markdown: dict[str, str]) -> None:
    _, _, signed = markdown["fr"].partition("## Validé par\n")
    rows = [line for line in signed.splitlines() if line.startswith("| ")][2:]
    assert rows == ["| Ada | Étoile polaire · Des leads moins chers · Courriel | | |"]


def test_a_kpi_is_told_with_all_that_belongs_to_it(markdown: dict[str, str]) -> None:
    _, _, rest = markdown["en"].partition("#### Cost per lead (CPL)\n")
    card = rest.partition("\n#### ")[0]
    for told in (
        "behind",
        "primary KPI",
        "€20.00",  # October: 240 / 12
        "€30.00 (−33.3%)",  # September, and 20 against it
        "€40.00 (−50.0%)",  # October 2025
        "€40.00 (October 2025)",  # the baseline
        "€14.00 (−65.0% · 31 December 2026)",
        "€17.72 (+12.8% against the pace · linear path)",  # 20 against 17.723
        "**Formula**: Ad spend ÷ Leads",
        "**Owner**: Ada",
        "**Cadence**: every month",
        "Pause the dearest | campaign.",
    ):
        assert told in card, told


def test_the_same_in_french_with_french_numbers(markdown: dict[str, str]) -> None:
    _, _, rest = markdown["fr"].partition("#### Coût par lead (CPL)\n")
    card = rest.partition("\n#### ")[0].replace("\u202f", " ").replace("\xa0", " ")
    for told in (
        "en retard",
        "KPI principal",
        "20,00 €",
        "30,00 € (−33,3 %)",
        "14,00 € (−65,0 % · 31 décembre 2026)",
        "17,72 € (+12,8 % par rapport au rythme · trajectoire linéaire)",
        "**Formule** : Dépenses publicitaires ÷ Leads",
        "**Fréquence de revue** : chaque mois",
        "la plus",
    ):
        assert told in card, told


def test_missing_values_give_their_reason_in_the_readers_language(markdown: dict[str, str]) -> None:
    assert "n/a (reviews" not in markdown["fr"]
    assert "customer reviews is not connected" in markdown["en"]
    assert "avis clients\xa0: source non connectée" in markdown["fr"].replace(" :", "\xa0:")


def test_no_english_is_left_in_the_french_document(markdown: dict[str, str], html: dict[str, str]) -> None:
    plan = plan_from(GOOD)
    shown = {markdown["fr"], Page(html["fr"]).text}
    english = [e for e, f in labels._PHRASES.values() if e != f and "{" not in e and len(e) > 4]
    english += [t.en for o in plan.objectives for t in (o.title, o.because, *(k.action for k in o.kpis))]
    english += [a.title.en for a in plan.alerts] + ["n/a", "October", "December", "Ad spend", "Cost per lead"]
    for text in shown:
        left = [e for e in english if re.search(rf"(?<!\w){re.escape(e)}(?!\w)", text)]
        # Words that both languages share inside a longer phrase.
        assert [e for e in left if e not in {"Description", "Alert"}] == []


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_page_is_whole_by_itself(html: dict[str, str], lang: str) -> None:
    page = Page(html[lang])
    assert page.open == []
    ids = [a["id"] for _, a in page.tags if a.get("id")]
    assert len(ids) == len(set(ids))
    for tag, attributes in page.tags:
        assert tag not in ("script", "link", "img", "iframe", "object")
        for name in ("src", "href", "xlink:href", "data", "action", "background"):
            reference = attributes.get(name)
            assert reference is None or (reference.startswith("#") and reference[1:] in ids)
    assert not re.search(r"https?:|url\(|@import|//\w", html[lang])


def test_the_page_is_accessible(html: dict[str, str]) -> None:
    page = Page(html["fr"])
    assert ("html", {"lang": "fr"}) in page.tags
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(a.get("scope") for tag, a in page.tags if tag == "th")
    assert all(a.get("aria-label") for tag, a in page.tags if tag == "svg")
    # A status is said in words, not by its colour alone.
    assert "en retard" in page.text


def test_texts_of_the_plan_cannot_break_the_page(html: dict[str, str]) -> None:
    assert "la plus>" not in html["fr"]
    assert "&lt;la plus&gt;" in html["fr"]


def test_a_cell_cannot_break_a_table(gauge: Gauge) -> None:
    plan = plan_from(GOOD.replace("Winning", "Win | ning").replace("A guess", "A | guess"))
    rows = [line for line in as_markdown(plan, gauge, "en", "EUR").splitlines() if "guess" in line]
    assert rows
    assert all(r"A \| guess" in row for row in rows)


@pytest.mark.parametrize(
    ("unit", "now", "then", "lang", "expected"),
    [
        ("count", 11, 6, "en", "+83.3%"),
        ("currency", 20, 30, "fr", "−33,3\xa0%"),
        ("ratio", 0.035, 0.03, "en", "+0.5 points"),
        ("score", -10, 20, "en", "−30.0"),  # an NPS may be negative: a percentage of it means nothing
        ("count", 5, 0, "en", ""),
        ("count", None, 4, "en", ""),
    ],
)
def test_a_change_is_said_as_its_unit_allows(
    unit: str, now: float | None, then: float, lang: str, expected: str
) -> None:
    assert Style(unit, "up", lang, "EUR").change(now, then) == expected


def test_a_change_is_good_when_it_goes_the_metrics_way() -> None:
    assert Style("currency", "down", "en", "EUR").judged(20, 30) == "good"
    assert Style("count", "up", "en", "EUR").judged(20, 30) == "bad"
    assert Style("currency", "none", "en", "EUR").judged(20, 30) == "flat"


def test_a_trend_shows_its_gaps() -> None:
    assert spark_text([1, 2, None, 8]) == "▁▂·█"
    assert spark_text([None]) == ""
    assert spark_text([3, 3]) == "▅▅"
    drawn = spark_svg([1, 2, None, 8, 9], "x < y", target=20)
    assert drawn.count("<polyline") == 2
    assert 'class="goal"' in drawn
    assert "x &lt; y" in drawn


@pytest.mark.parametrize(
    ("metric", "english", "french"),
    [
        ("cost_per_lead", "Ad spend ÷ Leads", "Dépenses publicitaires ÷ Leads"),
        ("ctr", "Ad clicks ÷ Impressions", "Clics ÷ Impressions"),
    ],
)
def test_a_formula_is_told_in_words(gauge: Gauge, metric: str, english: str, french: str) -> None:
    assert formula_in_words(gauge.layer.manifest, metric, "en") == english
    assert formula_in_words(gauge.layer.manifest, metric, "fr") == french


def test_a_pdf_is_printed_where_chromium_is(html: dict[str, str], tmp_path: Path) -> None:
    if pdf.find_chromium() is None:
        pytest.skip("Chromium is not installed on this machine")
    out = tmp_path / "plan.pdf"
    pdf.write_pdf(html["fr"], out)
    made = out.read_bytes()
    assert made.startswith(b"%PDF-")
    assert made.rstrip().endswith(b"%%EOF")
    assert len(made) > 10_000


def test_without_chromium_the_error_says_what_to_do(
    html: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEADLINE_CHROMIUM", "no-such-browser")
    with pytest.raises(pdf.NoBrowserError, match="install chromium"):
        pdf.write_pdf(html["en"], tmp_path / "plan.pdf")


def test_a_browser_that_fails_is_told(
    html: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "browser"
    program.write_text("#!/bin/sh\necho it broke >&2\nexit 7\n")
    program.chmod(0o755)
    monkeypatch.setenv("LEADLINE_CHROMIUM", str(program))
    with pytest.raises(pdf.LeadlineError, match="status 7: it broke"):
        pdf.write_pdf(html["en"], tmp_path / "plan.pdf")


def test_the_day_of_the_values_is_told(markdown: dict[str, str]) -> None:
    assert "Values as of 22 November 2026" in markdown["en"]
    assert dt.date(2026, 11, 22).isoformat() not in markdown["fr"]


@pytest.mark.parametrize(
    ("agg", "expr", "expected"),
    [
        ("sum", "case when a = 1 then 1 else 0 end", ("count", "rows", "a = 1")),
        ("sum", "case when a = 1 then cost else 0 end", ("sum", "cost", "a = 1")),
        ("count_distinct", "case when a then person end", ("count_distinct", "person", "a")),
        # What is counted besides may not be left out of the words.
        ("count_distinct", "case when a then x else y end", None),
        ("sum", "case a when 1 then cost end", None),
        ("sum", "cost - rebate", None),
    ],
)
def test_a_condition_inside_an_aggregate_is_told_as_one(
    agg: str, expr: str, expected: tuple[str, str, str] | None
) -> None:
    assert words._counted(agg, expr, "en") == (expected or (agg, expr, None))
