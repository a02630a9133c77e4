"""An answer as a chart in characters: lines over time, or bars. One chart a metric: units do not mix."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from leadline.units import format_dimension, format_number

if TYPE_CHECKING:
    from leadline.cli.answer import Answer, Column

MOST_SERIES = 8
MOST_BARS = 20
_TICKS = 6


def charts(answer: Answer, lang: str, currency: str, width: int | None = None) -> str:
    """The charts of every metric of an answer, as text; coloured only on a terminal."""
    width = width or min(shutil.get_terminal_size((100, 24)).columns, 120)
    cuts = [c for c in answer.columns if not c.is_metric]
    time = next((c for c in cuts if c.grain), None)
    rows = answer.rows.to_pylist()
    parts = []
    for metric in (c for c in answer.columns if c.is_metric):
        known = [row for row in rows if isinstance(_number(row[metric.name]), float)]
        if not known:
            parts.append(f"{metric.heading}: nothing to draw\n")
        elif time:
            others = [c for c in cuts if c is not time]
            parts.append(_Lines(metric, time, others, lang, currency, width).draw(known))
        else:
            parts.append(_Bars(metric, cuts, lang, currency, width).draw(known))
    return "\n".join(parts)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _name(row: dict[str, Any], cuts: Sequence[Column], lang: str, default: str) -> str:
    return " · ".join(format_dimension(row[c.name], c.grain, lang=lang) for c in cuts) or default


class _Chart:
    """What lines and bars share: the canvas, and an axis whose ticks carry the metric's unit."""

    def __init__(self, metric: Column, lang: str, currency: str, width: int) -> None:
        self.metric, self.lang, self.currency, self.width = metric, lang, currency, width

    def figure(self, height: int) -> Any:
        import plotext

        figure = plotext.figure
        figure.clear()
        figure.plot_size(self.width, height)
        figure.title(self.metric.heading)
        figure.canvas("default")
        return figure

    def shown(self, value: float) -> str:
        return format_number(value, self.metric.unit, lang=self.lang, currency=self.currency)

    def scale(self, figure: Any, axis: str, values: Sequence[float]) -> None:
        # The library's own range starts elsewhere than at 0 and cuts horizontal bars off: it is always given.
        low, high = min(0.0, *values), max(0.0, *values)
        high = high if high > low else low + 1
        ticks = [low + (high - low) * step / (_TICKS - 1) for step in range(_TICKS)]
        ruler = figure.ruler(axis)
        ruler.lim(low, high)
        ruler.ticks(ticks, [self.shown(tick) for tick in ticks])

    @staticmethod
    def text(figure: Any) -> str:
        return str(figure.build().string(colorless=not sys.stdout.isatty())).rstrip("\n") + "\n"


class _Lines(_Chart):
    def __init__(
        self, metric: Column, time: Column, others: Sequence[Column], lang: str, currency: str, width: int
    ) -> None:
        super().__init__(metric, lang, currency, width)
        self.time, self.others = time, others

    def draw(self, rows: Sequence[dict[str, Any]]) -> str:
        series: dict[str, dict[Any, float]] = {}
        for row in rows:
            points = series.setdefault(_name(row, self.others, self.lang, ""), {})
            points[row[self.time.name]] = float(row[self.metric.name])
        ranked = sorted(series, key=lambda name: -sum(map(abs, series[name].values())))
        periods = sorted({row[self.time.name] for row in rows if row[self.time.name] is not None})
        figure = self.figure(height=18)
        for name in ranked[:MOST_SERIES]:
            self._draw_line(figure, name, series[name], periods)
        drawn = [v for name in ranked[:MOST_SERIES] for v in series[name].values()]
        self.scale(figure, "y", drawn)
        self._label_periods(figure, periods)
        hidden = len(ranked) - MOST_SERIES
        return self.text(figure) + (f"{hidden} smaller series are not drawn\n" if hidden > 0 else "")

    def _draw_line(self, figure: Any, name: str, points: dict[Any, float], periods: Sequence[Any]) -> None:
        places = [place for place, period in enumerate(periods) if period in points]
        line = figure.signal(places, [points[periods[place]] for place in places], marker="braille")
        line.lines()
        for index, (before, place) in enumerate(pairwise(places), start=1):
            # A period without a value is a gap in the line, not a slope across it.
            line.line(index, active=place == before + 1)
        if name:
            line.label(name)
        figure.draw(line)

    def _label_periods(self, figure: Any, periods: Sequence[Any]) -> None:
        step = max(1, -(-len(periods) // 8))
        places = list(range(0, len(periods), step))
        names = [format_dimension(periods[p], self.time.grain, lang=self.lang) for p in places]
        ruler = figure.ruler("x")
        ruler.lim(0, max(1, len(periods) - 1))
        ruler.ticks(places, names)


class _Bars(_Chart):
    def __init__(self, metric: Column, cuts: Sequence[Column], lang: str, currency: str, width: int) -> None:
        super().__init__(metric, lang, currency, width)
        self.cuts = cuts

    def draw(self, rows: Sequence[dict[str, Any]]) -> str:
        shown = list(rows[:MOST_BARS])
        values = [float(row[self.metric.name]) for row in shown]
        labels = [
            f"{_name(row, self.cuts, self.lang, 'total')} {self.shown(value)}"
            for row, value in zip(shown, values, strict=True)
        ]
        figure = self.figure(height=2 * len(shown) + 4)
        # The first row is drawn at the top, and the library counts from the bottom.
        places = list(range(len(shown), 0, -1))
        figure.draw(figure.bar(places, values, orientation="h", width=0.6))
        figure.ruler("y").ticks(places, labels)
        self.scale(figure, "x", values)
        hidden = len(rows) - len(shown)
        return self.text(figure) + (f"{hidden} more rows are not drawn\n" if hidden > 0 else "")
