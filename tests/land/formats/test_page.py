"""docs/landing.md lists the formats there are with their languages, and what was tried of them."""

from __future__ import annotations

from fnmatch import fnmatch

from leadline.land.formats import FORMATS
from tests.land.formats.samples import SAMPLES
from tests.land.formats.tables import PAGE, listed, page

TEXT = PAGE.read_text(encoding="utf-8")
NAMES = listed(TEXT)


def test_every_format_is_listed_with_its_languages() -> None:
    for one in FORMATS:
        languages = next((said for name, said in NAMES.items() if fnmatch(one.name, name)), None)
        assert languages is not None, f"{one.name} is not in docs/landing.md"
        if languages.isupper():
            assert set(languages.split(", ")) == {language.upper() for language in one.languages}, one.name


def test_what_is_listed_is_there() -> None:
    known = {one.name for one in FORMATS}
    gone = [n for n in NAMES if not n.startswith("connector") and not any(fnmatch(one, n) for one in known)]
    assert gone == []


def test_the_page_says_what_was_tried() -> None:
    assert page(TEXT) == TEXT, "run `python -m tests.land.formats.tables`"


def test_samples_are_of_formats_and_languages_that_there_are() -> None:
    known = {(one.name, language) for one in FORMATS for language in one.languages}
    assert {(one.format, one.language) for one in SAMPLES} <= known
