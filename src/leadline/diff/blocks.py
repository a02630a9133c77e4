"""A comparison as headings, lines, lists and tables: what text and Markdown are made of."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from leadline.diff.aspects import METRIC, Aspect
from leadline.diff.changes import QUERY, Change
from leadline.diff.comparison import Comparison
from leadline.diff.numbers import Cut, Figure, Movement
from leadline.diff.reach import KINDS, Reached
from leadline.diff.tables import TableChange
from leadline.units import NOT_AVAILABLE, format_number, format_time

_FEW: Final = 12
_WITH_PLACES: Final = 3
# A text of a definition is told up to here; JSON has all of it.
_LONG: Final = 160
_MONTH_HEADINGS: Final = ("month", "before", "after", "difference", "%")
_METRIC_HEADINGS: Final = ("metric", "through", "before", "after", "difference", "%", "months that move")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading (of a level from 1), with lines of text, a list, and a table under it.

    The first `left` columns of the table stand left, the others are numbers.
    """

    heading: str = ""
    level: int = 0
    lines: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=())
    left: int = 1


def blocks(found: Comparison, currency: str = "EUR") -> Iterator[Block]:
    """The whole comparison, most important first."""
    yield Block(f"Definitions: {found.before.name} → {found.after.name}", 1, (summary(found),))
    if found.movements:
        yield from _numbers(found, currency)
    for cut in found.cuts:
        yield _groups(cut, found.months, currency)
    for change, reached in zip(found.changes, found.reached, strict=True):
        if not _is_told(change):
            yield _change(change, reached)
    told = [_in_short(change) for change in found.changes if _is_told(change)]
    if told:
        yield Block("Changed in words only", 2, items=tuple(told))
    if found.tables:
        yield _tables(found.tables)
    if found.through:
        items = [_through(found, name) for name in found.through]
        yield Block("New versions without a change of their own", 2, items=_cut(items))
    if found.notes:
        yield Block("To know", 2, items=found.notes)


def summary(found: Comparison) -> str:
    """`metrics: 1 added, 2 changed; models: 1 changed`."""
    if found.is_empty:
        return "no change"
    counts: dict[str, Counter[str]] = {}
    for kind, how in [(c.kind, c.how) for c in found.changes] + [(t.kind, t.how) for t in found.tables]:
        counts.setdefault(kind, Counter())[how] += 1
    told = [
        f"{_many(kind)}: {', '.join(f'{many} {how}' for how, many in sorted(each.items()))}"
        for kind, each in counts.items()
    ]
    if found.through:
        told.append(f"{len(found.through)} more metrics have a new version")
    return "; ".join(told)


def _many(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _change(change: Change, reached: Sequence[Reached]) -> Block:
    of = f" of {change.model}" if change.model else ""
    was = f" (was {change.was})" if change.was else ""
    where = f", {change.place}" if change.place else ""
    items = [_aspect(aspect) for aspect in change.aspects]
    items += [f"in words: {text}" for text in change.words]
    one, two = change.versions
    if one != two:
        items.append(f"version: {one or '(none)'} → {two or '(none)'}")
    return Block(
        f"{change.kind} {change.name}{of}{was} {change.how}{where}", 2, items=(*items, *_reaches(reached))
    )


def _is_told(change: Change) -> bool:
    """Whether only what people read is another: such changes are told in one line each."""
    return change.how == "changed" and not change.decides_numbers and change.kind != QUERY


def _in_short(change: Change) -> str:
    of = f" of {change.model}" if change.model else ""
    where = f", {change.place}" if change.place else ""
    return f"{change.kind} {change.name}{of}{where}: {'; '.join(map(_aspect, change.aspects))}"


def _aspect(aspect: Aspect) -> str:
    texts = [textwrap.shorten(text, _LONG, placeholder=" …") for text in (aspect.before, aspect.after)]
    return str(Aspect(aspect.name, *texts))


def _reaches(reached: Sequence[Reached]) -> Iterator[str]:
    for kind, told in KINDS.items():
        names = [r.name + (f" ({r.place})" if r.place else "") for r in reached if r.kind == kind]
        if names:
            yield f"reaches {told}: {', '.join(_cut(names))}"


def _cut(names: Sequence[str]) -> tuple[str, ...]:
    """The first of many, and how many more there are; JSON has them all."""
    return (*names[:_FEW], *([f"{len(names) - _FEW} more"] if len(names) > _FEW else []))


def _tables(tables: Sequence[TableChange]) -> Block:
    """Models that changed for one reason stand together: a macro may change a hundred of them."""
    groups: dict[tuple[str, tuple[str, ...]], list[TableChange]] = {}
    for table in tables:
        groups.setdefault((table.how, table.because), []).append(table)
    return Block(
        "Models that changed underneath",
        2,
        items=tuple(_alike(*key, alike) for key, alike in groups.items()),
    )


def _alike(how: str, because: tuple[str, ...], tables: Sequence[TableChange]) -> str:
    has_places = len(tables) <= _WITH_PLACES
    names = [f"{t.name} ({t.place})" if has_places else t.name for t in tables]
    metrics = list(dict.fromkeys(name for table in tables for name in table.metrics))
    why = f", {', '.join(because)}" if because else ""
    move = f"may move {_listed(metrics)}" if metrics else "the value of no metric reads it"
    return f"{how}{why}: {', '.join(_cut(names))}; {move}"


def _listed(names: Sequence[str]) -> str:
    return f"{len(names)} metrics: {', '.join(_cut(names))}" if len(names) > 1 else "".join(names)


def _through(found: Comparison, name: str) -> str:
    one, two = found.versions[name]
    read = found.through[name]
    why = f"through {', '.join(read)}" if read else "through a semantic model"
    return f"{name}: {one} → {two}, {why}"


def _numbers(found: Comparison, currency: str) -> Iterator[Block]:
    told = found.movements or ()
    own = {change.name for change in found.changes if change.kind == METRIC}
    moved = [m for m in told if m.is_moved]
    yield Block(f"The last {found.months} months", 2, (_moved(moved, told),), items=tuple(_still(told)))
    for movement in moved:
        if movement.metric in own:
            yield _months(movement, currency)
    others = [m for m in moved if m.metric not in own]
    if others:
        rows = tuple(_whole(found, movement, currency) for movement in others)
        yield Block("Through others", 3, headings=_METRIC_HEADINGS, rows=rows, left=2)


def _groups(cut: Cut, months: int, currency: str) -> Block:
    title = f"{cut.label}: {cut.metric} by {cut.by}, the last {months} months"
    if cut.problem:
        return Block(title, 3, (f"not compared: {cut.problem}",))
    if not cut.is_moved:
        return Block(title, 3, ("unchanged on this data",))
    rows = tuple((name, *_cells(figure, cut, currency)) for name, figure in cut.groups)
    return Block(title, 3, headings=("group", *_MONTH_HEADINGS[1:]), rows=rows)


def _moved(moved: Sequence[Movement], told: Sequence[Movement]) -> str:
    compared = [m for m in told if not m.problem]
    if not moved:
        return "No number moves on this data." if compared else "No number could be compared."
    return f"{len(moved)} of {len(compared)} metrics with a new version move on this data."


def _still(told: Sequence[Movement]) -> Iterator[str]:
    same = [m.metric for m in told if m.is_same_sql]
    unmoved = [m.metric for m in told if not (m.is_moved or m.is_same_sql or m.problem)]
    if unmoved:
        yield f"unchanged on this data: {', '.join(unmoved)}"
    if same:
        yield f"the same SQL by month and as a whole, so only other cuts can move: {', '.join(_cut(same))}"
    for movement in told:
        if movement.problem:
            yield f"{movement.metric}: not compared: {movement.problem}"


def _months(movement: Movement, currency: str) -> Block:
    figures = [*movement.months, *([movement.total] if movement.total else [])]
    rows = tuple(
        (format_time(f.month, "month") if f.month else "all", *_cells(f, movement, currency)) for f in figures
    )
    was = f" (was {movement.was})" if movement.was != movement.metric else ""
    return Block(f"{movement.label}: {movement.metric}{was}", 3, headings=_MONTH_HEADINGS, rows=rows)


def _whole(found: Comparison, movement: Movement, currency: str) -> tuple[str, ...]:
    total = movement.total or Figure(None, None, None)
    through = ", ".join(found.through.get(movement.metric, ())) or "its model"
    count = sum(figure.is_moved for figure in movement.months)
    return (movement.metric, through, *_cells(total, movement, currency), str(count))


def _cells(figure: Figure, movement: Movement | Cut, currency: str) -> Iterable[str]:
    before, after = (
        format_number(value, movement.unit, currency=currency) for value in (figure.before, figure.after)
    )
    return before, after, _difference(figure, movement, currency), _share(figure)


def _difference(figure: Figure, movement: Movement | Cut, currency: str) -> str:
    if figure.difference is None:
        return "" if figure.before is figure.after else NOT_AVAILABLE
    if not figure.is_moved:
        return "0"
    sign = "+" if figure.difference > 0 else "−"
    if movement.unit == "ratio":
        # A percentage of a percentage would be taken for the change in parts of what it was.
        return f"{sign}{100 * abs(figure.difference):.2f} points"
    return sign + format_number(abs(figure.difference), movement.unit, currency=currency)


def _share(figure: Figure) -> str:
    if figure.share is None or not figure.is_moved:
        return ""
    return f"{figure.share:+.1%}".replace("-", "−")
