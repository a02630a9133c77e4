"""A comparison as text, as Markdown for a pull request, and as JSON for machines."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator
from typing import Any, Final

from leadline.diff.blocks import Block
from leadline.diff.changes import Change
from leadline.diff.comparison import Comparison
from leadline.diff.definitions import Definitions
from leadline.diff.numbers import Figure, Movement
from leadline.diff.reach import Reached

WIDTH: Final = 110
# GitHub takes 65,536 characters.
COMMENT: Final = 60_000


def as_markdown(blocks: Iterable[Block]) -> str:
    """Markdown as GitHub draws it. What definitions say is escaped: it is text, never markup.

    What a comment has no room for is left out, whole sections of it, and said so.
    """
    parts: list[str] = []
    left = 0
    for block in blocks:
        part = "".join(f"{line}\n" for line in _markdown(block))
        if left or sum(map(len, parts)) + len(part) > COMMENT:
            left += 1
        else:
            parts.append(part)
    if left:
        parts.append(f"{left} more sections have no room here: `leadline diff` shows them.\n")
    return "".join(parts).rstrip() + "\n"


def _markdown(block: Block) -> Iterator[str]:
    # A pull request's own headings are larger.
    yield f"{'#' * (block.level + 1)} {_escaped(block.heading)}"
    yield ""
    for line in block.lines:
        yield _escaped(line)
        yield ""
    if block.items:
        yield from (f"- {_escaped(item)}" for item in block.items)
        yield ""
    if block.rows:
        rule = ["---" if place < block.left else "---:" for place in range(len(block.headings))]
        cells = [list(map(_escaped, row)) for row in (block.headings, *block.rows)]
        yield from (f"| {' | '.join(row)} |" for row in (cells[0], rule, *cells[1:]))
        yield ""


def _escaped(text: str) -> str:
    for letter in "\\`*|<>[]":
        text = text.replace(letter, f"\\{letter}")
    # A name after an at sign would call someone.
    return text.replace("@", "@\u200b").replace("\n", " ")


def heading_line(block: Block) -> str:
    """A block's heading for a terminal."""
    return block.heading if block.level < 3 else f"  {block.heading}"


def text_lines(block: Block, width: int = WIDTH) -> Iterator[str]:
    """A block's lines and list for a terminal, its table left out."""
    for line in block.lines:
        yield from textwrap.wrap(line, width, initial_indent="  ", subsequent_indent="  ")
    for item in block.items:
        yield from textwrap.wrap(
            item, width, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False
        )


def as_json(found: Comparison) -> str:
    """Everything: `{before, after, is_changed, changes, models, new_versions, numbers, cuts, notes}`.

    `numbers` is null where no database was asked; values are in the metrics' units.
    """
    document = {
        "before": _side(found.before),
        "after": _side(found.after),
        "is_changed": not found.is_empty,
        "changes": [_change(c, r) for c, r in zip(found.changes, found.reached, strict=True)],
        "models": [
            {
                "name": t.name,
                "kind": t.kind,
                "how": t.how,
                "because": list(t.because),
                "place": t.place,
                "semantic_models": list(t.semantic_models),
                "metrics": list(t.metrics),
            }
            for t in found.tables
        ],
        "new_versions": {
            name: {"before": one, "after": two, "through": list(found.through.get(name, ()))}
            for name, (one, two) in found.versions.items()
        },
        "months": found.months,
        "numbers": None if found.movements is None else [_movement(m) for m in found.movements],
        "cuts": [
            {
                "metric": cut.metric,
                "by": cut.by,
                "unit": cut.unit,
                "is_moved": cut.is_moved,
                "problem": cut.problem or None,
                "groups": [{"group": name, **_figure(figure)} for name, figure in cut.groups],
            }
            for cut in found.cuts
        ],
        "notes": list(found.notes),
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _side(side: Definitions) -> dict[str, Any]:
    return {"name": side.name, "commit": side.commit or None, "metrics": len(side.layer.metrics)}


def _change(change: Change, reached: Iterable[Reached]) -> dict[str, Any]:
    reaches: dict[str, list[dict[str, str | None]]] = {}
    for item in reached:
        reaches.setdefault(item.kind, []).append({"name": item.name, "place": item.place or None})
    return {
        "kind": change.kind,
        "name": change.name,
        "how": change.how,
        "was": change.was or None,
        "model": change.model or None,
        "place": change.place or None,
        "decides_numbers": change.decides_numbers,
        "aspects": [{"name": a.name, "before": a.before, "after": a.after} for a in change.aspects],
        "words": list(change.words),
        "version": {"before": change.versions[0], "after": change.versions[1]},
        "reaches": reaches,
    }


def _movement(movement: Movement) -> dict[str, Any]:
    return {
        "metric": movement.metric,
        "was": movement.was,
        "unit": movement.unit,
        "is_moved": movement.is_moved,
        "is_same_sql": movement.is_same_sql,
        "problem": movement.problem or None,
        "months": [_figure(figure) for figure in movement.months],
        "total": _figure(movement.total) if movement.total else None,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "month": figure.month.isoformat() if figure.month else None,
        "before": figure.before,
        "after": figure.after,
        "difference": figure.difference,
        "share": figure.share,
    }
