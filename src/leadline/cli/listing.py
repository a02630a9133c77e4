"""Definitions as text: the list of metrics, and one metric's card."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from leadline.catalog import Card, Node, label, short_names, text
from leadline.cli import options as o
from leadline.cli.output import LEFT, Grid, as_csv, as_json, emit

_NAMES: Final = ("metric", "label", "unit", "stage", "dimensions")

Entries = Sequence[dict[str, Any]]


def write_list(entries: Entries, form: o.ListFormat, out: Path | None, by_stage: bool) -> None:
    """Write the list of metrics; `by_stage` puts a heading above each stage, in the formats for people."""
    if form is o.ListFormat.JSON:
        emit(as_json(entries), out)
    elif form is o.ListFormat.CSV:
        emit(
            as_csv(_NAMES, [{**entry, "dimensions": " ".join(entry["dimensions"])} for entry in entries]), out
        )
    else:
        _write_sections(_sections(entries, by_stage), form, out)


def _sections(entries: Entries, by_stage: bool) -> Iterator[tuple[str | None, Grid]]:
    if not by_stage:
        yield None, _grid(entries, _NAMES)
        return
    for stage in dict.fromkeys(entry["stage"] for entry in entries):
        inside = [entry for entry in entries if entry["stage"] == stage]
        yield stage or "no stage", _grid(inside, [name for name in _NAMES if name != "stage"])


def _grid(entries: Entries, names: Sequence[str]) -> Grid:
    rows = [[_cell(entry[name]) for name in names] for entry in entries]
    return Grid(names, [LEFT] * len(names), rows)


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(short_names(value))
    return "" if value is None else str(value)


def _write_sections(
    sections: Iterator[tuple[str | None, Grid]], form: o.ListFormat, out: Path | None
) -> None:
    if form is o.ListFormat.TABLE and out is None and sys.stdout.isatty():
        for title, grid in sections:
            grid.show(title)
        return
    markdown = form is o.ListFormat.MARKDOWN
    parts = [
        (f"{'## ' if markdown else ''}{title}\n\n" if title else "")
        + (grid.markdown() if markdown else grid.plain())
        for title, grid in sections
    ]
    emit("\n".join(parts), out)


def card_text(card: Card, sources: Mapping[str, Sequence[str]], dimensions: Sequence[str], lang: str) -> str:
    """One metric for people. `sources` are those of each fact, by the fact's table."""
    metric = card.metric
    lines = [f"{metric.name}: {label(metric, lang)}"]
    described = text(metric, f"description_{lang}") if lang != "en" else None
    if described or metric.description:
        lines += ["", (described or metric.description or "").strip()]
    lines += ["", *_facets(metric.meta), "", "formula", *_tree_lines(card.tree, "  ", "  ")]
    lines += [
        "",
        "sources",
        *(f"  {fact}: {' or '.join(names) or 'not declared'}" for fact, names in sources.items()),
    ]
    lines += [
        "",
        "can be cut by",
        f"  {', '.join(short_names(dimensions))}",
        "",
        "used by",
        *_use_lines(card),
    ]
    return "\n".join(lines)


def _facets(meta: Mapping[str, Any]) -> list[str]:
    told = [(key, meta[key]) for key in ("type", "unit", "better", "stage", "tier", "adds") if key in meta]
    facets = [f"  {key:<8}{_plain(value)}" for key, value in told]
    examples = meta.get("examples") or ()
    return facets + [f"  example {_given(example)}" for example in examples]


def _plain(value: Any) -> str:
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def _given(example: Mapping[str, Any]) -> str:
    given = ", ".join(f"{name} {value}" for name, value in (example.get("given") or {}).items())
    return f"{given} give {example.get('expect')}"


def _tree_lines(node: Node, first: str, rest: str) -> Iterator[str]:
    where = f"  [{node.fact}]" if node.fact else ""
    note = f" ({node.note})" if node.note else ""
    yield f"{first}{node.name}{note} = {node.formula}{where}"
    for child in node.children:
        last = child is node.children[-1]
        yield from _tree_lines(
            child, f"{rest}{'└─ ' if last else '├─ '}", f"{rest}{'   ' if last else '│  '}"
        )


def _use_lines(card: Card) -> list[str]:
    kinds = (
        ("metrics", card.uses.metrics),
        ("saved queries", card.uses.saved_queries),
        ("reports", card.uses.reports),
    )
    lines = [f"  {kind}: {', '.join(names)}" for kind, names in kinds if names]
    return lines or ["  nothing yet"]
