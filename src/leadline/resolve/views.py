"""Views of a metric that need no definition: `revenue__prior_month`, `__yoy`, `__share`, `__trailing_28d`."""

from __future__ import annotations

from dataclasses import dataclass

from leadline.grains import ORDER, Window
from leadline.resolve.shapes import Accumulation

_GROWTH = {"dod": "day", "wow": "week", "mom": "month", "qoq": "quarter", "yoy": "year"}
_TO_DATE = {"wtd": "week", "mtd": "month", "qtd": "quarter", "ytd": "year"}
_UNITS = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}
EXAMPLES = (
    "prior_month",
    "prior_3_months",
    *_GROWTH,
    "share",
    "cumulative",
    *_TO_DATE,
    "trailing_28d",
    "trailing_3_months",
)


@dataclass(frozen=True, slots=True)
class View:
    """How a metric is looked at: at an offset, accumulated, as growth since an offset, or as a share."""

    offset: Window | None = None
    accumulation: Accumulation | None = None
    is_growth: bool = False
    is_share: bool = False


def parse_view(suffix: str) -> View | None:
    """The view that a suffix names, None where it names none."""
    if suffix == "share":
        return View(is_share=True)
    if suffix == "cumulative":
        return View(accumulation=Accumulation(None, None, "last", True))
    if suffix in _GROWTH:
        return View(offset=Window(1, _GROWTH[suffix]), is_growth=True)
    if suffix in _TO_DATE:
        return View(accumulation=Accumulation(None, _TO_DATE[suffix], "last", True))
    kind, _, span = suffix.partition("_")
    window = _window(span)
    if window is None:
        return None
    if kind == "prior":
        return View(offset=window)
    if kind == "trailing":
        return View(accumulation=Accumulation(window, None, "last", True))
    return None


def _window(span: str) -> Window | None:
    """`month`, `3_months`, `28d` or `28_days` as a span of time."""
    count, _, grain = span.partition("_")
    if not grain:
        digits = count.rstrip("".join(_UNITS))
        if digits.isdigit() and len(digits) == len(count) - 1:
            return _checked(int(digits), _UNITS[count[-1]])
        return _checked(1, count)
    return _checked(int(count), grain) if count.isdigit() and len(count) < 6 else None


def _checked(count: int, grain: str) -> Window | None:
    known = grain if grain in ORDER else grain.removesuffix("s")
    return Window(count, known) if known in ORDER and 0 < count < 100_000 else None
