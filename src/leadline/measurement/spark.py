"""A trend as a picture: characters for text, SVG for pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

_BARS: Final = "▁▂▃▄▅▆▇█"
_GAP: Final = "·"
_WIDTH, _HEIGHT, _EDGE = 150, 36, 3


def spark_text(values: Sequence[float | None]) -> str:
    """One character a period, the lowest value ▁ and the highest █; · where there is none."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    return "".join(_GAP if value is None else _bar(value, low, high) for value in values)


def _bar(value: float, low: float, high: float) -> str:
    if high == low:
        return _BARS[len(_BARS) // 2]
    return _BARS[min(int((value - low) / (high - low) * len(_BARS)), len(_BARS) - 1)]


def spark_svg(values: Sequence[float | None], label: str, target: float | None = None) -> str:
    """An inline picture: a line per unbroken run, a dot on the last value, a dashed line at `target`."""
    known = [value for value in values if value is not None]
    if not known:
        return ""
    shown = [*known, target] if target is not None else known
    low, high = min(shown), max(shown)
    points = [None if v is None else (_x(i, len(values)), _y(v, low, high)) for i, v in enumerate(values)]
    parts = [
        f'<svg class="spark" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" '
        f'role="img" aria-label="{escape(label)}">'
    ]
    if target is not None:
        y = _y(target, low, high)
        parts.append(f'<line class="goal" x1="0" x2="{_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
    for run in _runs(points):
        if len(run) == 1:
            parts.append(f'<circle class="lone" cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.6"/>')
        else:
            joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
            parts.append(f'<polyline points="{joined}"/>')
    last = points[-1]
    if last is not None:
        parts.append(f'<circle class="now" cx="{last[0]:.1f}" cy="{last[1]:.1f}" r="2.8"/>')
    return "".join([*parts, "</svg>"])


def _x(index: int, count: int) -> float:
    return _EDGE + (_WIDTH - 2 * _EDGE) * (index / (count - 1) if count > 1 else 0.5)


def _y(value: float, low: float, high: float) -> float:
    share = (value - low) / (high - low) if high > low else 0.5
    return _HEIGHT - _EDGE - (_HEIGHT - 2 * _EDGE) * share


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterator[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for point in (*points, None):
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []
